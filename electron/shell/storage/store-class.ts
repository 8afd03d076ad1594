// The part of `conf` and `electron-store` that we use: one class is injected, so that the same record code runs
// in the app (electron-store), in the headless entry (conf) and in tests (conf). We write through it and verify
// what it wrote; its reads, caches, defaults and migrations are not used.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StoreOptions {
  /** electron-store reads `name`, conf reads `configName`. */
  readonly name: string;
  readonly configName: string;
  readonly cwd: string;
  readonly configFileMode: number;
  readonly clearInvalidConfig: boolean;
  readonly accessPropertiesByDotNotation: boolean;
  readonly serialize: (value: Record<string, unknown>) => string;
  readonly deserialize: (text: string) => Record<string, unknown>;
}

export interface StoreClass {
  new (options: StoreOptions): { store: Record<string, unknown>; readonly path: string };
}

/** How every file of ours looks on disk. */
export function storeText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/**
 * Writes `<folder>/<name>.json` through the class and tells whether the disk now holds exactly that. The class
 * throws on most failures, but can also report success after a short write on a nearly full disk, so its word is
 * not taken: the file is read again. Restoring the old content is the caller's part.
 */
export function writeThroughStore(
  Store: StoreClass,
  o: { readonly folder: string; readonly name: string; readonly value: Record<string, unknown> },
): { readonly written: true } | { readonly written: false; readonly error: unknown } {
  let thrown: unknown;
  try {
    const store = new Store({
      name: o.name,
      configName: o.name,
      cwd: o.folder,
      configFileMode: 0o600,
      clearInvalidConfig: false,
      accessPropertiesByDotNotation: false,
      serialize: storeText,
      // The class reads the file before it writes; what it finds there must neither stop it nor be merged in.
      deserialize: () => ({}),
    });
    store.store = o.value;
  } catch (error) {
    thrown = error;
  }
  const expected = storeText(o.value);
  const found = readBack(join(o.folder, `${o.name}.json`));
  // The class flushes before it renames, so a file that is whole here was flushed, whatever was thrown later.
  if (found === expected) return { written: true };
  const short = found !== undefined && expected.startsWith(found);
  return { written: false, error: thrown ?? shortWrite(short) };
}

function readBack(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function shortWrite(short: boolean): Error {
  const error = new Error(short ? 'the file was cut short' : 'the file differs from what was written');
  return Object.assign(error, { code: short ? 'ENOSPC' : 'EIO', syscall: 'write' });
}
