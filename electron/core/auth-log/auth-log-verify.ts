// Walks the auth log on disk and says whether it is whole: no line changed, removed, swapped or inserted, the
// end not cut, the beginning where it was recorded. AuthLog walks it at start; diagnosis may at any time.
// Reads only.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { forEachLine } from '../lib/file-lines';
import type { Segment } from '../lib/jsonl-writer';
import type { AuthRecord } from './auth-log-record';
import { parseRecord, segmentOrder, seqOfLine } from './auth-log-record';
import { readLink } from './hash-chain';
import type { LogHead } from './head-file';
import { readHead } from './head-file';

export interface ChainProblem {
  /** `changed`: a line is not what was written. `missing`: lines before it are gone, moved or inserted.
   * `truncated`: the newest lines are gone. `head`: the record of the chain's head is gone or unreadable. */
  readonly kind: 'changed' | 'missing' | 'truncated' | 'head';
  readonly detail: string;
}

export interface ChainReport {
  readonly records: number;
  readonly lastSeq: number;
  /** Hash of the last line; undefined when there is none. */
  readonly lastHash: string | undefined;
  /** What the first line names as its predecessor. */
  readonly firstPrev: string | undefined;
  /** The last file ends in a half-written line, as after a crash. Mended at the next start; no tampering. */
  readonly tornTail: boolean;
  /** The first 20. */
  readonly problems: readonly ChainProblem[];
}

export type RecordVisitor = (record: AuthRecord, segment: Segment, prev: string) => void;

const MAX_PROBLEMS = 20;

/** Whether the log under `dir` is whole. Safe beside a running log, whose newest lines it may not see yet. */
export async function verifyAuthLog(options: {
  readonly dir: string;
  readonly headFile: string;
}): Promise<ChainReport> {
  for (let tries = 1; ; tries += 1) {
    const head = await readHead(options.headFile);
    const report = await walkChain(await listSegments(options.dir), head);
    if (report.problems.length === 0 || tries === 3) return report;
    // The running log may have dropped its oldest segment while we walked: then the anchor has moved.
    const after = await readHead(options.headFile);
    if (JSON.stringify(after) === JSON.stringify(head)) return report;
  }
}

async function listSegments(dir: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of await readdir(dir)) {
    const order = segmentOrder(name);
    if (order === undefined) continue;
    const path = join(dir, name);
    segments.push({ name, path, order, bytes: (await stat(path)).size });
  }
  return segments.sort((a, b) => a.order - b.order);
}

/** Walks `segments` (oldest first), skipping those before the anchor: their deletion was cut short. */
export async function walkChain(
  segments: readonly Segment[],
  head: LogHead | 'missing' | 'bad',
  visit?: RecordVisitor,
): Promise<ChainReport> {
  const walk = new Walk(head);
  const anchor = typeof head === 'string' ? 0 : head.anchor.segment;
  const retained = segments.filter((segment) => segment.order >= anchor);
  for (const segment of retained) {
    const rest = await forEachLine(segment.path, segment.bytes, (line) => walk.line(line, segment, visit));
    if (rest !== '') walk.torn(segment, segment === retained.at(-1));
  }
  return walk.end();
}

class Walk {
  readonly #head: LogHead | 'missing' | 'bad';
  readonly #problems: ChainProblem[] = [];
  #expected: string | undefined;
  #headSeen: boolean;
  #records = 0;
  #lastSeq = 0;
  #lastHash: string | undefined;
  #firstPrev: string | undefined;
  #tornTail = false;

  constructor(head: LogHead | 'missing' | 'bad') {
    this.#head = head;
    if (typeof head === 'string') {
      this.#headSeen = true;
      return;
    }
    this.#expected = head.anchor.hash;
    this.#headSeen = head.hash === head.anchor.hash;
  }

  line(line: string, segment: Segment, visit: RecordVisitor | undefined): void {
    const link = readLink(line);
    const record = visit === undefined ? undefined : parseRecord(line);
    const seq = seqOfLine(line);
    this.#records += 1;
    if (link === undefined || Number.isNaN(seq)) {
      this.#report('changed', `a line after record ${this.#lastSeq} in ${segment.name} is not a record`);
      return;
    }
    if (!link.intact) this.#report('changed', `record ${seq} in ${segment.name} was changed`);
    if (this.#expected !== undefined && link.prev !== this.#expected) {
      this.#report(
        'missing',
        `records between ${this.#lastSeq} and ${seq} are missing or out of place in ${segment.name}`,
      );
    } else if (seq <= this.#lastSeq) {
      this.#report('changed', `record ${seq} in ${segment.name} does not follow ${this.#lastSeq}`);
    }
    this.#firstPrev ??= link.prev;
    this.#expected = link.hash;
    this.#lastHash = link.hash;
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    if (typeof this.#head !== 'string' && link.hash === this.#head.hash && link.intact) this.#headSeen = true;
    if (record !== undefined) visit?.(record, segment, link.prev);
  }

  torn(segment: Segment, isLast: boolean): void {
    if (isLast) this.#tornTail = true;
    else this.#report('changed', `${segment.name} ends in the middle of a line`);
  }

  end(): ChainReport {
    if (this.#head === 'bad') this.#report('head', 'the record of the newest entry is unreadable');
    else if (this.#head === 'missing' && this.#records > 0) {
      this.#report('head', 'the record of the newest entry is missing');
    }
    if (typeof this.#head !== 'string' && !this.#headSeen) {
      this.#report(
        'truncated',
        `record ${this.#head.seq} and maybe others before it are missing; the log ends at ${this.#lastSeq}`,
      );
    }
    return {
      records: this.#records,
      lastSeq: this.#lastSeq,
      lastHash: this.#lastHash,
      firstPrev: this.#firstPrev,
      tornTail: this.#tornTail,
      problems: this.#problems,
    };
  }

  #report(kind: ChainProblem['kind'], detail: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ kind, detail });
  }
}
