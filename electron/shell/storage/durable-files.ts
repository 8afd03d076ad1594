// The few file operations that must not be fooled: a read that refuses links and devices, a write that loops
// until every byte is down, a rename that is flushed. Used by RecordFile and the settings store.

import { constants } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './store-error';

/** Ours are a few kilobytes; anything near this is not ours. */
const MAX_BYTES = 1024 * 1024;

export type GuardedRead =
  | { readonly kind: 'absent' }
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly mode: number }
  /** Not a plain file of ours (link, pipe, device, folder, hard link) or not readable: never touched. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'too-large'; readonly bytes: number };

type Stats = Awaited<ReturnType<typeof lstat>>;

/** Never follows a link, never blocks on a pipe, never reads more than 1 MiB. Does not throw. */
export async function readGuarded(path: string): Promise<GuardedRead> {
  try {
    const before = refusal(await lstat(path));
    if (before) return { kind: 'refused', why: before };
    // Looked at again through the handle: what the path names may have changed in between.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const handle = await open(path, flags);
    try {
      const stats = await handle.stat();
      const why = refusal(stats);
      if (why) return { kind: 'refused', why };
      if (stats.size > MAX_BYTES) return { kind: 'too-large', bytes: stats.size };
      return { kind: 'bytes', bytes: await handle.readFile(), mode: stats.mode & 0o777 };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { kind: 'absent' };
    return { kind: 'refused', why: `cannot be read (${code ?? 'unknown error'})` };
  }
}

function refusal(stats: Stats): string | undefined {
  if (stats.isSymbolicLink()) return 'is a symbolic link';
  if (!stats.isFile()) return 'is not a plain file';
  if (stats.nlink > 1) return 'has more than one name (a hard link)';
  return undefined;
}

/** Creates `path` anew (0600) with exactly these bytes and flushes them. Leaves no file behind when it throws. */
export async function writeInFull(path: string, bytes: Buffer): Promise<void> {
  await rm(path, { force: true });
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.chmod(0o600);
    // `write` may put down fewer bytes than asked without an error; a file system that is full then says so.
    for (let offset = 0; offset < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset, offset);
      if (bytesWritten === 0) throw Object.assign(new Error('nothing could be written'), { code: 'ENOSPC' });
      offset += bytesWritten;
    }
    await handle.sync();
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Full write beside the target, then a rename: the target is the old bytes or the new, never a mixture. */
export async function replaceInFull(path: string, bytes: Buffer): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeInFull(temporary, bytes);
  await renameFlushed(temporary, path);
}

export async function renameFlushed(from: string, to: string): Promise<void> {
  await rename(from, to);
  await flushFolder(dirname(to));
}

/** Makes names durable. Systems that cannot flush a folder (Windows, some network mounts) are let off. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/** A name beside `path` that nothing has yet: `credential.json.bad-2026-01-02T03-04-05-678Z`. */
export async function freeAsideName(path: string, epochMs: number): Promise<string> {
  const stem = `${path}.bad-${new Date(epochMs).toISOString().replace(/[:.]/g, '-')}`;
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? stem : `${stem}-${n}`;
    try {
      await lstat(name);
    } catch {
      return name;
    }
  }
}
