// The chain over the auth log's lines: each carries the hash of the line before it and its own, so that a
// changed, removed, swapped or inserted line shows (SEC-29). Pure; where the head is kept is head-file's matter.

import { createHash } from 'node:crypto';

/** What the first line of a new log names as its predecessor. */
export const GENESIS = '0'.repeat(64);

const PREV = ',"prev":"';
const HASH = '","hash":"';
/** `,"prev":"` + 64 + `","hash":"` + 64 + `"}` */
export const CHAIN_BYTES = 9 + 64 + 10 + 64 + 2;

export interface ChainedLine {
  readonly line: string;
  readonly hash: string;
}

/** `json` is one JSON object; the line is the same object with `prev` and `hash` at its end, no newline. */
export function chainLine(prev: string, json: string): ChainedLine {
  const open = json.slice(0, -1);
  const hash = hashOf(prev, open);
  return { line: `${open},"prev":"${prev}","hash":"${hash}"}`, hash };
}

export interface LinkedLine {
  readonly prev: string;
  readonly hash: string;
  /** The line's own hash agrees with its content and its `prev`. */
  readonly intact: boolean;
}

/** Undefined when the line does not end as a chained line does. */
export function readLink(line: string): LinkedLine | undefined {
  const end = line.length - CHAIN_BYTES;
  const hashAt = end + PREV.length + 64 + HASH.length;
  if (end < 1 || !line.startsWith(PREV, end) || !line.startsWith(HASH, hashAt - HASH.length))
    return undefined;
  if (!line.endsWith('"}')) return undefined;
  const prev = line.slice(end + PREV.length, end + PREV.length + 64);
  const hash = line.slice(hashAt, hashAt + 64);
  return { prev, hash, intact: hashOf(prev, line.slice(0, end)) === hash };
}

/** Over the predecessor's hash and the record without its closing brace, which every line has. */
function hashOf(prev: string, open: string): string {
  return createHash('sha256')
    .update(prev + open)
    .digest('hex');
}
