// Two file operations that a crash cannot leave half done. Used for small JSON files that are rewritten whole.

import { lstat, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The file is the old bytes or the new, never a mixture; durable when it resolves. */
export async function replaceDurably(path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, path);
  if (process.platform === 'win32') return; // folders cannot be synced there
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Moves a file to a name beside it that nothing has: `jobs.json.bad-2026-01-02T03-04-05-678Z`. Returns that name. */
export async function setAside(path: string, epochMs: number): Promise<string> {
  const stem = `${path}.bad-${new Date(epochMs).toISOString().replace(/[:.]/g, '-')}`;
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? stem : `${stem}-${n}`;
    if (await isFree(name)) {
      await rename(path, name);
      return name;
    }
  }
}

async function isFree(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
