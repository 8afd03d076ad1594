// The chain's head and anchor, kept beside the credential and outside the log folder: without it, cutting the
// newest lines or removing the oldest segment would leave a chain that looks whole. Written by AuthLog only.

import { readFile } from 'node:fs/promises';
import { isMissing, replaceDurably } from '../lib/durable-file';

export interface LogHead {
  /** The highest seq that lines on disk have stood for. */
  readonly seq: number;
  /** Hash of the newest line known to be on disk, or the anchor's when there is none. */
  readonly hash: string;
  /** Where the retained log begins: the first segment that counts, and the hash its first line must name. */
  readonly anchor: { readonly segment: number; readonly hash: string };
}

/** `missing`: no such file. `bad`: there is one, but it is no head. Rejects on other system errors. */
export async function readHead(path: string): Promise<LogHead | 'missing' | 'bad'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return 'missing';
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isHead(value) ? { seq: value.seq, hash: value.hash, anchor: value.anchor } : 'bad';
  } catch {
    return 'bad';
  }
}

/** Durable when it resolves; on failure the old head is intact. */
export function writeHead(path: string, head: LogHead): Promise<void> {
  return replaceDurably(path, `${JSON.stringify({ version: 1, ...head })}\n`);
}

function isHead(value: unknown): value is LogHead {
  if (!isObject(value) || !isObject(value.anchor)) return false;
  const { anchor } = value;
  return isCount(value.seq) && isHash(value.hash) && isCount(anchor.segment) && isHash(anchor.hash);
}

function isObject(value: unknown): value is Record<string, unknown> & { anchor: Record<string, unknown> } {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
