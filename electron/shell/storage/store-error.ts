// Turns what the file system throws into the closed set of storage failures that the panel can explain. Pure.

import type { StoreError } from '../../core/ports';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const READ_ONLY = new Set(['EACCES', 'EPERM', 'EROFS']);

export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** `file` is a bare file name. The detail is code and call, or the message of an error that has none. */
export function storeErrorFrom(error: unknown, file: string): StoreError {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const detail = `${file}: ${message}`;
  if (code !== undefined && FULL.has(code)) return { code: 'storage_full', detail };
  if (code !== undefined && READ_ONLY.has(code)) return { code: 'storage_readonly', detail };
  return { code: 'storage_failed', detail };
}
