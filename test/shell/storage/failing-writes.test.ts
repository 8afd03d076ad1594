import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { plainSecretBox } from '../../../electron/shell/storage/plain-secret-box';
import type { Fault } from './faulty-store';
import { faultyStore } from './faulty-store';
import { contentsOf, credentialFile, ROUTINE, startedOn, tempHome } from './temp-home';

const faults: [Fault, string][] = [
  [{ kind: 'cut-silently', keepBytes: 0 }, 'storage_full'],
  [{ kind: 'cut-silently', keepBytes: 1 }, 'storage_full'],
  [{ kind: 'cut-silently', keepBytes: 400 }, 'storage_full'],
  [{ kind: 'cut-and-throw', keepBytes: 100, code: 'ENOSPC' }, 'storage_full'],
  [{ kind: 'cut-and-throw', keepBytes: 100, code: 'EDQUOT' }, 'storage_full'],
  [{ kind: 'throw-before', code: 'ENOSPC' }, 'storage_full'],
  [{ kind: 'throw-before', code: 'EACCES' }, 'storage_readonly'],
  [{ kind: 'throw-before', code: 'EROFS' }, 'storage_readonly'],
  [{ kind: 'throw-before', code: 'EIO' }, 'storage_failed'],
  [{ kind: 'file-gone' }, 'storage_failed'],
];

describe('a write that fails', () => {
  it.each(faults)(
    '%j: says %s, and memory, disk and the next start have the token of before',
    async (fault, code) => {
      const home = await tempHome();
      const control: { now: Fault } = { now: { kind: 'none' } };
      const { tokens, secret } = await startedOn(home, { Store: faultyStore(control) });
      await tokens.rotate(ROUTINE);
      const token = secret()!;
      const before = await contentsOf(home);
      control.now = fault;
      expect(await tokens.rotate(ROUTINE)).toMatchObject({ ok: false, error: { code } });
      expect(secret()).toBe(token);
      expect(tokens.generation).toBe(2);
      expect(await contentsOf(home)).toEqual(before);
      const again = await startedOn(home);
      expect(again.secret()).toBe(token);
      expect(again.tokens.recoveredFrom).toBeUndefined();
      control.now = { kind: 'none' };
      expect(await tokens.rotate(ROUTINE)).toMatchObject({ ok: true, value: { generation: 3 } });
      expect((await startedOn(home)).secret()).toBe(secret());
    },
  );

  it('a file that is whole on disk counts as written, whatever was thrown afterwards', async () => {
    const home = await tempHome();
    const control: { now: Fault } = { now: { kind: 'none' } };
    const { tokens, secret } = await startedOn(home, { Store: faultyStore(control) });
    control.now = { kind: 'throw-after', code: 'EIO' };
    expect(await tokens.rotate(ROUTINE)).toMatchObject({ ok: true });
    expect((await startedOn(home)).secret()).toBe(secret());
  });

  it('a first write that is cut leaves no file behind, so the next start begins cleanly', async () => {
    const home = await tempHome();
    const control: { now: Fault } = { now: { kind: 'cut-silently', keepBytes: 50 } };
    const { tokens } = await startedOn(home, { Store: faultyStore(control) });
    expect(tokens.status()).toMatchObject({
      state: 'locked',
      detail: expect.stringContaining('storage_full'),
    });
    expect(await contentsOf(home)).toEqual({});
    control.now = { kind: 'none' };
    expect(await tokens.start()).toMatchObject({ state: 'ready', generation: 1 });
  });

  it('leaves a hand-edited file as it is when the save over it fails', async () => {
    const home = await tempHome();
    const control: { now: Fault } = { now: { kind: 'none' } };
    const { tokens } = await startedOn(home, { Store: faultyStore(control) });
    await writeFile(credentialFile(home), 'edited by hand');
    control.now = { kind: 'throw-before', code: 'EIO' };
    expect(await tokens.rotate(ROUTINE)).toMatchObject({ ok: false });
    expect(await readFile(credentialFile(home), 'utf8')).toBe('edited by hand');
  });

  it('a seal that fails writes nothing', async () => {
    const home = await tempHome();
    let refuse = false;
    const box = {
      ...plainSecretBox,
      seal: (text: string) =>
        refuse ? Promise.reject(new Error('keychain went away')) : plainSecretBox.seal(text),
    };
    const { tokens, secret } = await startedOn(home, { box });
    const token = secret();
    const before = await contentsOf(home);
    refuse = true;
    expect(await tokens.rotate(ROUTINE)).toMatchObject({ ok: false, error: { code: 'storage_failed' } });
    expect(await contentsOf(home)).toEqual(before);
    expect(secret()).toBe(token);
  });
});
