import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plainSecretBox } from '../../../electron/shell/storage/plain-secret-box';
import { ROUTINE, startedOn } from './temp-home';

const KILOBYTES = 96;
const PAGE = 4096;

/** Seals to more than one page, so that a disk can have room for a part of a record. */
const bulkyBox = {
  ...plainSecretBox,
  seal: (text: string) => plainSecretBox.seal(text + ' '.repeat(5_000)),
};

/** A real small disk, or the reason why there is none here. */
function mountSmallDisk(): { readonly path: string; unmount(): void } | { readonly reason: string } {
  if (process.platform !== 'linux') return { reason: 'not testable here: needs tmpfs' };
  if (process.getuid?.() !== 0) return { reason: 'not testable here: mounting a small disk needs root' };
  const path = mkdtempSync(join(tmpdir(), 'gatehouse-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${KILOBYTES}k,mode=0700`, 'tmpfs', path], {
      stdio: 'pipe',
    });
  } catch (error) {
    rmSync(path, { recursive: true });
    return {
      reason: `not testable here: mount was refused (${error instanceof Error ? error.message.trim() : ''})`,
    };
  }
  return {
    path,
    unmount() {
      execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true });
    },
  };
}

it('REL-6: on a disk that has become read-only it starts with the stored token and says why it cannot rotate', async (context) => {
  const disk = mountSmallDisk();
  if ('reason' in disk) return context.skip(disk.reason);
  try {
    const before = await startedOn(disk.path);
    await before.tokens.rotate(ROUTINE);
    execFileSync('mount', ['-o', 'remount,ro', disk.path]);
    const { tokens, secret } = await startedOn(disk.path);
    expect(secret()).toBe(before.secret());
    expect(await tokens.rotate(ROUTINE)).toMatchObject({ ok: false, error: { code: 'storage_readonly' } });
    expect({ secret: secret(), generation: tokens.generation }).toEqual({
      secret: before.secret(),
      generation: 2,
    });
  } finally {
    disk.unmount();
  }
});

it('REL-3, T-7: with any amount of free space a rotation is whole or reported as storage_full', async (context) => {
  const disk = mountSmallDisk();
  if ('reason' in disk) return context.skip(disk.reason);
  try {
    const filler = join(disk.path, 'filler');
    const outcomes = new Map<number, string>();
    const { tokens, secret } = await startedOn(disk.path, { box: bulkyBox });
    for (let round = 0; round < 256; round += 1) {
      await rm(filler, { force: true });
      const { bavail, bsize } = await statfs(disk.path);
      const free = (round * 512) % (16 * PAGE);
      await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - free), 1));
      const before = { secret: secret()!, generation: tokens.generation };

      const rotated = await tokens.rotate(ROUTINE);
      outcomes.set(free, rotated.ok ? 'rotated' : rotated.error.code);
      if (rotated.ok) expect(tokens.generation).toBe(before.generation + 1);
      else {
        expect(rotated.error.code).toBe('storage_full');
        expect({ secret: secret(), generation: tokens.generation }).toEqual(before);
        expect(tokens.verify(before.secret, before.generation).ok).toBe(true);
      }
      const again = await startedOn(disk.path, { box: bulkyBox });
      expect(again.tokens.recoveredFrom).toBeUndefined();
      expect({ secret: again.secret(), generation: again.tokens.generation }).toEqual({
        secret: secret(),
        generation: tokens.generation,
      });
    }
    expect(new Set(outcomes.values())).toEqual(new Set(['storage_full', 'rotated']));
    await rm(filler, { force: true });
    expect((await tokens.rotate(ROUTINE)).ok).toBe(true);
    expect((await readdir(disk.path)).sort()).toEqual(['credential.json', 'credential.json.bak']);
  } finally {
    disk.unmount();
  }
});
