import { execFileSync } from 'node:child_process';
import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../electron/core/lib/clock';
import { contentsOf, credentialFile, openRepository, ROUTINE, startedOn, tempHome } from './temp-home';

const names = async (home: string) => (await readdir(home)).sort();

describe('writing', () => {
  it('REL-23: what was reported as rotated is what the next start has, and the token before it is not', async () => {
    const home = await tempHome();
    const first = await startedOn(home);
    const old = first.secret()!;
    const rotated = await first.tokens.rotate(ROUTINE);
    const second = await startedOn(home);
    expect(second.secret()).toBe(first.secret());
    expect(second.tokens.generation).toBe(2);
    expect(rotated).toMatchObject({ ok: true, value: { generation: 2 } });
    expect(second.tokens.verify(old, 2).ok).toBe(false);
    expect(await names(home)).toEqual(['credential.json', 'credential.json.bak']);
  });

  it('SEC-23: files are 0600 under a umask of 000', async () => {
    const home = await tempHome();
    const umask = process.umask(0o000);
    onTestFinished(() => {
      process.umask(umask);
    });
    const { tokens } = await startedOn(home);
    await tokens.rotate(ROUTINE);
    for (const name of await names(home)) expect((await stat(join(home, name))).mode & 0o777).toBe(0o600);
  });

  it('sets a file that is open to others to 0600 when it loads', async () => {
    const home = await tempHome();
    await startedOn(home);
    for (const name of await names(home)) await chmod(join(home, name), 0o644);
    await startedOn(home);
    for (const name of await names(home)) expect((await stat(join(home, name))).mode & 0o777).toBe(0o600);
  });

  it('keeps the copy equal to the file, and makes one where it is missing', async () => {
    const home = await tempHome();
    const { tokens } = await startedOn(home);
    await tokens.rotate(ROUTINE);
    const file = await readFile(credentialFile(home), 'utf8');
    expect(await readFile(`${credentialFile(home)}.bak`, 'utf8')).toBe(file);
    await rm(`${credentialFile(home)}.bak`);
    await startedOn(home);
    expect(await readFile(`${credentialFile(home)}.bak`, 'utf8')).toBe(file);
  });

  it('holds the token nowhere in plain sight, and no key to its fingerprints', async () => {
    const home = await tempHome();
    const { tokens, secret } = await startedOn(home);
    const first = secret()!;
    await tokens.rotate({ ...ROUTINE, graceMs: 60_000 });
    const text = await readFile(credentialFile(home), 'utf8');
    expect(text).not.toContain(first);
    expect(text).not.toContain(secret());
    expect(Object.keys(JSON.parse(text))).toEqual(['schemaVersion', 'checksum', 'data']);
  });

  it('sweeps what a killed process left behind, ours and the library’s, and nothing else', async () => {
    const home = await tempHome();
    await startedOn(home);
    const left = ['credential.json.tmp-0123456789abcdef', 'credential.json.bak.tmp', 'credential.json.tmp'];
    for (const name of [...left, 'credential.json.bad-2026', 'other.tmp-0123456789abcdef'])
      await writeFile(join(home, name), '{');
    await startedOn(home);
    expect(await names(home)).toEqual([
      'credential.json',
      'credential.json.bad-2026',
      'credential.json.bak',
      'other.tmp-0123456789abcdef',
    ]);
  });

  it('T-11: a rotation writes no more the hundredth time than the thirtieth', async () => {
    const home = await tempHome();
    const { tokens, secret } = await startedOn(home);
    const sizes: number[] = [];
    for (let i = 0; i < 100; i += 1) {
      await tokens.rotate(ROUTINE);
      sizes.push((await stat(credentialFile(home))).size);
    }
    // Generations have one digit more by then; nothing else may have been added.
    expect(Math.abs((sizes[99] ?? 0) - (sizes[29] ?? 0))).toBeLessThan(64);
    expect(await names(home)).toEqual(['credential.json', 'credential.json.bak']);
    expect((await startedOn(home)).secret()).toBe(secret());
  });
});

describe('REL-7: a file that is damaged', () => {
  const damages: [string, (good: Buffer) => Buffer | string][] = [
    ['empty', () => ''],
    ['one byte', (good) => good.subarray(0, 1)],
    ['cut in the middle', (good) => good.subarray(0, good.length >> 1)],
    ['cut by one brace', (good) => good.subarray(0, good.lastIndexOf('}'))],
    ['zeroed', (good) => Buffer.alloc(good.length)],
    ['not JSON', () => 'hello'],
    ['JSON null', () => 'null'],
    ['a list', () => '[]'],
    ['an empty object', () => '{}'],
    ['a record of nothing', () => JSON.stringify({ schemaVersion: 1, checksum: '', data: {} })],
    [
      'a hand-edited generation',
      (good) => good.toString('utf8').replace(/"generation": \d+/, '"generation": 77'),
    ],
    ['deep nesting', () => `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['50 MB', () => Buffer.alloc(50 * 1024 * 1024, 0x20)],
  ];

  it.each(damages)('%s: set aside, the last good copy used, the file repaired', async (_name, damage) => {
    const home = await tempHome();
    const before = await startedOn(home);
    await before.tokens.rotate(ROUTINE);
    const good = await readFile(credentialFile(home));
    const bad = Buffer.from(damage(good));
    await writeFile(credentialFile(home), bad);

    const after = await startedOn(home);
    expect(after.secret()).toBe(before.secret());
    expect(after.tokens.recoveredFrom).toMatch(/^credential\.json\.bad-2026-/);
    expect((await readFile(join(home, after.tokens.recoveredFrom!))).equals(bad)).toBe(true);
    expect((await readFile(credentialFile(home))).equals(good)).toBe(true);
    expect((await startedOn(home)).tokens.recoveredFrom).toBeUndefined();
  });

  it('a bit flipped anywhere is noticed, and never gives another token', async () => {
    const home = await tempHome();
    const before = await startedOn(home);
    const good = await readFile(credentialFile(home));
    for (let at = 0; at < good.length; at += 7) {
      const bad = Buffer.from(good);
      bad[at] = good[at]! ^ (1 << (at % 8));
      await writeFile(credentialFile(home), bad);
      const loaded = await openRepository(home).load();
      // White space between tokens may differ without a difference in meaning; then nothing is recovered.
      expect(loaded.kind === 'ok' && loaded.record.secret.expose()).toBe(before.secret());
    }
  });

  it('cut at any byte gives the same token again', async () => {
    const home = await tempHome();
    const before = await startedOn(home);
    const good = await readFile(credentialFile(home));
    for (let length = 0; length < good.length - 1; length += 11) {
      await writeFile(credentialFile(home), good.subarray(0, length));
      const loaded = await openRepository(home).load();
      expect(loaded).toMatchObject({ kind: 'ok', recovered: { setAside: expect.any(String) } });
      expect(loaded.kind === 'ok' && loaded.record.secret.expose()).toBe(before.secret());
    }
  });

  it('a file that is gone comes back from its copy', async () => {
    const home = await tempHome();
    const before = await startedOn(home);
    await rm(credentialFile(home));
    const after = await startedOn(home);
    expect(after.secret()).toBe(before.secret());
    expect(after.tokens.recoveredFrom).toBe('credential.json was missing');
  });

  it.each(['damaged', 'missing'])(
    'REL-8: with a copy that is %s too it is locked, and nothing is touched',
    async (copy) => {
      const home = await tempHome();
      await startedOn(home);
      await writeFile(credentialFile(home), '{"half":');
      if (copy === 'damaged') await writeFile(`${credentialFile(home)}.bak`, 'garbage');
      else await rm(`${credentialFile(home)}.bak`);
      const before = await contentsOf(home);
      const { tokens } = await startedOn(home);
      expect(tokens.status()).toMatchObject({
        state: 'locked',
        reason: 'unreadable',
        detail: expect.stringContaining('credential.json is not valid JSON'),
      });
      expect(await contentsOf(home)).toEqual(before);
    },
  );

  it('the way out moves both aside, deletes nothing, and begins anew', async () => {
    const home = await tempHome();
    await startedOn(home);
    await writeFile(credentialFile(home), '1');
    await writeFile(`${credentialFile(home)}.bak`, '2');
    const { tokens, secret } = await startedOn(home);
    expect(await tokens.startOver('panel')).toMatchObject({ ok: true, value: { generation: 1 } });
    const aside = (await names(home)).filter((name) => name.includes('.bad-'));
    expect(await Promise.all(aside.map((name) => readFile(join(home, name), 'utf8')))).toEqual(['1', '2']);
    expect((await startedOn(home)).secret()).toBe(secret());
  });

  it('REL-16: a record of a later version is left alone', async () => {
    const home = await tempHome();
    await startedOn(home);
    const { createHash } = await import('node:crypto');
    const data = { later: true };
    const checksum = createHash('sha256')
      .update(JSON.stringify({ data, schemaVersion: 2 }))
      .digest('hex');
    await writeFile(credentialFile(home), JSON.stringify({ schemaVersion: 2, checksum, data }));
    const before = await contentsOf(home);
    const { tokens } = await startedOn(home);
    expect(tokens.status()).toMatchObject({ state: 'locked', reason: 'newer-version' });
    expect(await contentsOf(home)).toEqual(before);
  });
});

describe('REL-11: a name that is not a plain file of ours', () => {
  const makers: [string, (file: string, elsewhere: string) => Promise<void> | void][] = [
    ['a symbolic link', (file, elsewhere) => symlink(elsewhere, file)],
    ['a hard link', (file, elsewhere) => link(elsewhere, file)],
    ['a pipe', (file) => void execFileSync('mkfifo', [file])],
    ['a link to a device', (file) => symlink('/dev/zero', file)],
    ['a folder', (file) => mkdir(file).then(() => undefined)],
  ];

  it.each(makers)('%s is refused: locked, and left as it is', async (_name, make) => {
    const home = await tempHome();
    await startedOn(home);
    const elsewhere = join(await tempHome(), 'elsewhere.json');
    await rename(credentialFile(home), elsewhere);
    await make(credentialFile(home), elsewhere);
    const before = await readFile(elsewhere, 'utf8');
    const { tokens } = await startedOn(home);
    expect(tokens.status()).toMatchObject({
      state: 'locked',
      reason: 'unreadable',
      detail: expect.stringContaining('credential.json'),
    });
    expect(await readFile(elsewhere, 'utf8')).toBe(before);
    expect(await names(home)).toEqual(['credential.json', 'credential.json.bak']);
  });

  it('a link that appears while running is not written through', async () => {
    const home = await tempHome();
    const { tokens, secret } = await startedOn(home);
    const first = secret();
    const elsewhere = join(await tempHome(), 'elsewhere.json');
    await writeFile(elsewhere, 'precious');
    await rm(credentialFile(home));
    await symlink(elsewhere, credentialFile(home));
    expect(await tokens.rotate(ROUTINE)).toMatchObject({ ok: false, error: { code: 'storage_failed' } });
    expect(await readFile(elsewhere, 'utf8')).toBe('precious');
    expect(secret()).toBe(first);
  });
});

describe('a hand edit while running', () => {
  it('is reported once, changes nothing, and is overwritten by the next save only', async () => {
    const home = await tempHome();
    const { tokens, repository, secret } = await startedOn(home, { clock: systemClock });
    onTestFinished(() => repository.dispose());
    const first = secret();
    let reports = 0;
    const reported = new Promise<void>((resolve) => {
      repository.onForeignChange(() => {
        reports += 1;
        resolve();
      });
    });
    await tokens.rotate({ ...ROUTINE, graceMs: 60_000 });
    const second = secret();
    await writeFile(credentialFile(home), 'edited by hand');
    await reported;
    expect(secret()).toBe(second);
    expect(tokens.verify(first!, 2).ok).toBe(true);
    expect(await readFile(credentialFile(home), 'utf8')).toBe('edited by hand');
    expect(await tokens.rotate(ROUTINE)).toMatchObject({ ok: true, value: { generation: 3 } });
    expect((await startedOn(home)).secret()).toBe(secret());
    expect(reports).toBe(1);
  });
});
