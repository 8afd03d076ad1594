// The chain over the auth log's lines: each carries the hash of the line before it and its own, so that a
// changed, removed, swapped or inserted line shows (SEC-29). Pure; where the head is kept is head-file's matter.

import { createHash } from 'node:crypto';

/** What the first line of a new log names as its predecessor. */
export const GENESIS = '0'.repeat(64);

const SUFFIX = /^,"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/;
/** `,"prev":"` + 64 + `","hash":"` + 64 + `"}` */
export const CHAIN_BYTES = 9 + 64 + 10 + 64 + 2;

export interface ChainedLine {
  readonly line: string;
  readonly hash: string;
}

/** `json` is one JSON object; the line is the same object with `prev` and `hash` at its end, no newline. */
export function chainLine(prev: string, json: string): ChainedLine {
  const hash = hashOf(prev, json);
  return { line: `${json.slice(0, -1)},"prev":"${prev}","hash":"${hash}"}`, hash };
}

export interface LinkedLine {
  readonly prev: string;
  readonly hash: string;
  /** The line's own hash agrees with its content and its `prev`. */
  readonly intact: boolean;
}

/** Undefined when the line does not end as a chained line does. */
export function readLink(line: string): LinkedLine | undefined {
  const match = SUFFIX.exec(line.slice(-CHAIN_BYTES));
  const [, prev, hash] = match ?? [];
  if (prev === undefined || hash === undefined) return undefined;
  return { prev, hash, intact: hashOf(prev, `${line.slice(0, -CHAIN_BYTES)}}`) === hash };
}

function hashOf(prev: string, json: string): string {
  return createHash('sha256').update(prev).update(json).digest('hex');
}
