// The home folder: who may use it and how it is laid out. Called first by both entries (app and headless), before
// anything is read. Never takes over a folder that is a link or belongs to somebody else.

import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import type { HomePaths } from '../../core/ports';
import { errorCode } from './store-error';

/** A sentence for the person who set the folder; both entries show it and stop. */
export class HomeRefusedError extends Error {
  override readonly name = 'HomeRefusedError';
}

/** Creates what is missing and sets every folder to 0700. Rejects with HomeRefusedError, or the system's error. */
export async function preparePaths(home: string): Promise<HomePaths> {
  const root = resolve(home);
  const paths = {
    home: root,
    authLogDir: join(root, 'auth-log'),
    logsDir: join(root, 'logs'),
    channelsDir: join(root, 'channels'),
  };
  for (const folder of Object.values(paths)) await prepareFolder(folder);
  return paths;
}

async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    // Something that is not a folder has the name: the look below says what.
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  const stats = await lstat(folder);
  if (stats.isSymbolicLink())
    throw new HomeRefusedError(`${folder} is a symbolic link; name the folder itself`);
  if (!stats.isDirectory()) throw new HomeRefusedError(`${folder} is not a folder`);
  const uid = process.getuid?.();
  if (uid !== undefined && stats.uid !== uid) {
    throw new HomeRefusedError(`${folder} belongs to another user (uid ${stats.uid})`);
  }
  if (uid !== undefined && (stats.mode & 0o777) !== 0o700) await chmod(folder, 0o700);
}

/** A lock file is written right after it is created; one that is still empty after this is left over. */
const UNWRITTEN_IS_STALE_MS = 5_000;

export interface HomeHeld {
  /** `undefined` when the lock cannot be read or made. */
  readonly pid: number | undefined;
  readonly detail: string;
}

/** One process per home. The lock of a process that is gone is taken over. `release` is idempotent. */
export function lockHome(home: string): Result<{ release(): void }, HomeHeld> {
  const file = join(resolve(home), 'lock');
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid), id: randomUUID() });
  // Each round either takes the lock, finds a living holder, or clears away one dead holder.
  for (let round = 0; round < 8; round += 1) {
    try {
      create(file, mine);
      return ok({ release: () => release(file, mine) });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') {
        const detail = `the lock file cannot be made: ${error instanceof Error ? error.message : 'unknown error'}`;
        return err({ pid: undefined, detail });
      }
    }
    const held = read(file);
    if (held === undefined) continue;
    const holder = parseHolder(held);
    if (isAlive(file, holder)) {
      const who = holder ? `process ${holder.pid}` : 'another process';
      return err({ pid: holder?.pid, detail: `${who} is using this home` });
    }
    clearAway(file, held);
  }
  return err({ pid: undefined, detail: 'other processes are fighting over this home' });
}

interface Holder {
  readonly pid: number;
  /** When that process started, in a form that only this system can compare; tells a reused pid apart. */
  readonly started?: string;
}

function create(file: string, content: string): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeSync(fd, content);
  } finally {
    closeSync(fd);
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parseHolder(content: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, started } = value as Record<string, unknown>;
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined;
    return { pid, ...(typeof started === 'string' && { started }) };
  } catch {
    return undefined;
  }
}

function isAlive(file: string, holder: Holder | undefined): boolean {
  if (!holder) {
    try {
      return Date.now() - statSync(file).mtimeMs < UNWRITTEN_IS_STALE_MS;
    } catch {
      return false;
    }
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return errorCode(error) === 'EPERM';
  }
  const started = startOf(holder.pid);
  return holder.started === undefined || started === undefined || holder.started === started;
}

/** Linux only: the start time of a process in ticks since boot, with the boot's id. */
function startOf(pid: number): string | undefined {
  const stat = process.platform === 'linux' ? read(`/proc/${pid}/stat`) : undefined;
  const boot = stat === undefined ? undefined : read('/proc/sys/kernel/random/boot_id');
  if (stat === undefined || boot === undefined) return undefined;
  // The second field is a program name that may hold spaces and brackets; start time is the 20th after it.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? undefined : `${boot.trim()}/${ticks}`;
}

/** Two processes may find the same dead lock. The rename tells who was first; a live lock moved by mistake goes back. */
function clearAway(file: string, dead: string): void {
  const aside = `${file}.stale-${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (read(aside) === dead) unlinkSync(aside);
  else renameSync(aside, file);
}

function release(file: string, mine: string): void {
  if (read(file) !== mine) return;
  try {
    unlinkSync(file);
  } catch {
    // A lock that cannot be removed is recognised as dead by the next start.
  }
}
