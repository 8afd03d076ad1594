import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HomeRefusedError, lockHome, preparePaths } from '../../../electron/shell/storage/home';
import { tempHome } from './temp-home';

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('preparing the home', () => {
  it('SEC-23: makes its folders 0700 under any umask, and is content to find them', async () => {
    for (const umask of [0o000, 0o077, 0o277]) {
      const home = join(await tempHome(), 'new', 'home');
      mkdirSync(join(home, '..'));
      const before = process.umask(umask);
      onTestFinished(() => {
        process.umask(before);
      });
      const paths = await preparePaths(home);
      process.umask(before);
      expect(paths).toEqual({
        home,
        authLogDir: join(home, 'auth-log'),
        logsDir: join(home, 'logs'),
        channelsDir: join(home, 'channels'),
      });
      for (const folder of Object.values(paths)) expect(modeOf(folder)).toBe(0o700);
      expect(await preparePaths(home)).toEqual(paths);
    }
  });

  it('closes a home that is open to others', async () => {
    const home = await tempHome();
    chmodSync(home, 0o777);
    await preparePaths(home);
    expect(modeOf(home)).toBe(0o700);
  });

  it('REL-11: refuses a home, or a folder in it, that is a link or a file', async () => {
    const parent = await tempHome();
    const real = join(parent, 'real');
    mkdirSync(real, { mode: 0o755 });
    symlinkSync(real, join(parent, 'link'));
    await expect(preparePaths(join(parent, 'link'))).rejects.toThrow(HomeRefusedError);
    expect(modeOf(real)).toBe(0o755);
    expect(readdirSync(real)).toEqual([]);

    writeFileSync(join(parent, 'file'), '');
    await expect(preparePaths(join(parent, 'file'))).rejects.toThrow(HomeRefusedError);
    symlinkSync(parent, join(real, 'channels'));
    await expect(preparePaths(real)).rejects.toThrow(/channels is a symbolic link/);
  });

  it('refuses a home of another user', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('not testable here: giving a folder away needs root');
    const home = await tempHome();
    const { chownSync } = await import('node:fs');
    chownSync(home, 12345, 12345);
    await expect(preparePaths(home)).rejects.toThrow(/another user \(uid 12345\)/);
  });
});

describe('REL-10: one process per home', () => {
  it('the second is told who holds it; after the release it may have it', async () => {
    const home = await tempHome();
    const first = lockHome(home);
    expect(first.ok).toBe(true);
    expect(lockHome(home)).toMatchObject({ ok: false, error: { pid: process.pid } });
    if (first.ok) {
      first.value.release();
      first.value.release();
    }
    const second = lockHome(home);
    expect(second.ok).toBe(true);
    if (first.ok) first.value.release();
    expect(lockHome(home).ok).toBe(false);
  });

  it('a living holder in another process is believed, a killed one is not', async () => {
    const home = await tempHome();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    writeFileSync(join(home, 'lock'), JSON.stringify({ pid: child.pid }));
    expect(lockHome(home)).toMatchObject({ ok: false, error: { pid: child.pid } });
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await gone;
    const taken = lockHome(home);
    expect(taken.ok).toBe(true);
    expect(JSON.parse(readFileSync(join(home, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    expect(readdirSync(home)).toEqual(['lock']);
    expect(modeOf(join(home, 'lock'))).toBe(0o600);
  });

  it('a process that has the number of a dead holder is not taken for it', async (context) => {
    if (process.platform !== 'linux')
      return context.skip('not testable here: start times are read from /proc');
    const home = await tempHome();
    writeFileSync(join(home, 'lock'), JSON.stringify({ pid: process.pid, started: 'another-boot/1' }));
    expect(lockHome(home).ok).toBe(true);
  });

  it('a lock that is not written yet is respected for five seconds', async () => {
    const home = await tempHome();
    const file = join(home, 'lock');
    writeFileSync(file, '');
    expect(lockHome(home)).toMatchObject({ ok: false, error: { pid: undefined } });
    const old = new Date(Date.now() - 6_000);
    utimesSync(file, old, old);
    expect(lockHome(home).ok).toBe(true);
  });

  it('says so when no lock can be made', async () => {
    expect(lockHome(join(await tempHome(), 'nowhere'))).toMatchObject({
      ok: false,
      error: { pid: undefined, detail: expect.stringContaining('cannot be made') },
    });
  });

  it('of many that start at once over a dead lock, one gets it', async () => {
    const home = await tempHome();
    const dead = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(home, 'lock'), JSON.stringify({ pid: dead.pid }));
    const locks = Array.from({ length: 10 }, () => lockHome(home));
    expect(locks.filter((lock) => lock.ok)).toHaveLength(1);
  });
});
