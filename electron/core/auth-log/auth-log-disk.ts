// The disk side of the auth log: turns records into chained lines for the JsonlWriter, keeps the chain's head
// and anchor, and an index of the segments. AuthLog owns the events; this never decides what is logged.

import type { LineSource, Opening, Segment } from '../lib/jsonl-writer';
import type { Logger } from '../lib/logger-port';
import { AttemptCounters } from './attempt-counters';
import type { ReadableSegment } from './auth-log-reader';
import type { AuthRecord } from './auth-log-record';
import {
  attemptsOf,
  lastSeqOf,
  MAX_LINE_BYTES,
  segmentName,
  segmentOrder,
  seqOfLine,
  toJson,
} from './auth-log-record';
import type { ChainReport } from './auth-log-verify';
import { walkChain } from './auth-log-verify';
import { chainLine, GENESIS, readLink } from './hash-chain';
import type { LogHead } from './head-file';
import { readHead, writeHead } from './head-file';

/** What one flush is to write: everything of the seqs `start` to `end`, in order of seq. */
export interface FlushBatch {
  readonly records: readonly AuthRecord[];
  readonly start: number;
  readonly end: number;
}

/** What the opening found on disk. */
export interface Found {
  /** The highest seq ever known to have been written. */
  readonly seq: number;
  readonly counters: AttemptCounters;
  /** Events that the retained gap records tell of. */
  readonly gap: number;
  /** In words, when the log was not as we left it. */
  readonly recovered: string | undefined;
}

export interface AuthLogDiskOptions {
  readonly headFile: string;
  readonly logger: Logger;
  take(): FlushBatch;
  written(end: number): void;
  refused(unwritten: readonly AuthRecord[], cause: string): void;
  /** `events`: how many events the segments that somebody removed stood for. */
  vanished(events: number): void;
}

interface SegmentIndex {
  firstSeq: number;
  lastSeq: number;
  attempts: number;
  /** Events that the lines stand for. */
  events: number;
  /** Hash that the first line names as its predecessor. */
  firstPrev: string;
}

/** Written ranges remembered for the seam between ring and disk; more than the ring can span. */
const MAX_RANGES = 10_000;

export class AuthLogDisk implements LineSource {
  readonly #options: AuthLogDiskOptions;
  readonly #index = new Map<string, SegmentIndex & { readonly order: number }>();
  readonly #ranges: { readonly start: number; readonly end: number }[] = [];
  #found: Found | undefined;
  #head: LogHead = { seq: 0, hash: GENESIS, anchor: { segment: 1, hash: GENESIS } };
  #lastOrder = 0;
  #batch: FlushBatch = { records: [], start: 1, end: 0 };
  /** Records of the batch handed out, and of those how many are committed. */
  #handed = 0;
  #kept = 0;
  /** Hash of the last line handed out. */
  #draftHash = GENESIS;
  /** How far the batch and the chain reached with each piece handed out and not committed. */
  #pieces: { readonly handed: number; readonly hash: string }[] = [];

  constructor(options: AuthLogDiskOptions) {
    this.#options = options;
  }

  /** Once after each opening. */
  takeFound(): Found | undefined {
    const found = this.#found;
    this.#found = undefined;
    return found;
  }

  /** The smallest seq from `seq` on at which no flush was cut in two: rows below it can come from the disk. */
  seamAfter(seq: number): number {
    const range = this.#ranges.find(({ start, end }) => start < seq && seq <= end);
    return range === undefined ? seq : range.end + 1;
  }

  /** The retained segments as they are now, oldest first. */
  readable(segments: readonly Segment[]): readonly ReadableSegment[] {
    return segments.flatMap((segment, position) => {
      const index = this.#index.get(segment.name);
      if (index === undefined) return [];
      const { name, path, bytes } = segment;
      return [{ name, path, bytes, full: position < segments.length - 1, ...index }];
    });
  }

  orderOf(name: string): number | undefined {
    return segmentOrder(name);
  }

  nextSegment(last: Segment | undefined): { readonly order: number; readonly name: string } {
    this.#lastOrder = Math.max(this.#lastOrder, last?.order ?? 0, this.#head.anchor.segment - 1) + 1;
    return { order: this.#lastOrder, name: segmentName(this.#lastOrder) };
  }

  isWhole(line: string): boolean {
    return readLink(line) !== undefined && !Number.isNaN(seqOfLine(line));
  }

  async opened({ segments, cutBytes }: Opening): Promise<void> {
    const head = await readHead(this.#options.headFile);
    const counters = new AttemptCounters();
    let gap = 0;
    let seq = typeof head === 'string' ? 0 : head.seq;
    this.#index.clear();
    const report = await walkChain(segments, head, (record, segment, prev) => {
      this.#count(record, segment, prev);
      seq = Math.max(seq, lastSeqOf(record));
      if (record.event === 'log.gap') gap += record.dropped;
      else if (record.event === 'auth.attempt' && !record.internal) counters.add(record.outcome, record.at);
      else if (record.event === 'auth.merged' && !record.internal) {
        counters.add(record.outcome, record.lastAt, record.count);
      }
    });
    const known = typeof head === 'string' ? undefined : head;
    const hash = report.lastHash ?? known?.hash ?? GENESIS;
    seq = Math.max(seq, report.lastSeq);
    this.#head = { seq, hash, anchor: anchorFor(segments, report, known, hash) };
    this.#draftHash = hash;
    await writeHead(this.#options.headFile, this.#head);
    this.#found = { seq, counters, gap, recovered: inWords(report, cutBytes) };
  }

  begin(): boolean {
    this.#batch = this.#options.take();
    this.#handed = 0;
    this.#kept = 0;
    this.#pieces = [];
    this.#draftHash = this.#head.hash;
    return this.#batch.records.length > 0;
  }

  next(maxBytes: number): string | undefined {
    let text = '';
    // Stop before the line that could cross the limit, but never hand out nothing.
    const limit = Math.max(1, maxBytes - MAX_LINE_BYTES);
    while (this.#handed < this.#batch.records.length && text.length < limit) {
      const record = this.#batch.records[this.#handed] as AuthRecord;
      const { line, hash } = chainLine(this.#draftHash, toJson(record));
      this.#draftHash = hash;
      this.#handed += 1;
      text += `${line}\n`;
    }
    if (text === '') return undefined;
    this.#pieces.push({ handed: this.#handed, hash: this.#draftHash });
    return text;
  }

  async committed(segment: Segment, pieces: number): Promise<void> {
    const reached = this.#pieces.splice(0, pieces).at(-1);
    if (reached === undefined) return;
    let { seq } = this.#head;
    for (const record of this.#batch.records.slice(this.#kept, reached.handed)) {
      // Used only for the first line of a segment, which is the first of a commit.
      this.#count(record, segment, this.#head.hash);
      seq = Math.max(seq, lastSeqOf(record));
    }
    this.#kept = reached.handed;
    this.#head = { ...this.#head, seq, hash: reached.hash };
    try {
      await writeHead(this.#options.headFile, this.#head);
    } catch (error) {
      // The lines are safe; only a cut of the newest ones would go unnoticed until the next flush.
      this.#options.logger.warn('authlog.head-not-written', { error });
    }
  }

  finished(): void {
    if (this.#batch.records.length > 0) this.#remember(this.#batch.start, this.#batch.end);
    this.#options.written(this.#batch.end);
    this.#batch = { records: [], start: 1, end: 0 };
  }

  refused(cause: string): void {
    const { records, start, end } = this.#batch;
    if (this.#kept > 0) this.#remember(start, end);
    this.#batch = { records: [], start: 1, end: 0 };
    const unwritten = records.slice(this.#kept);
    this.#handed = 0;
    this.#kept = 0;
    this.#options.refused(unwritten, cause);
  }

  async deleting(segments: readonly Segment[], firstKept: Segment | undefined): Promise<void> {
    if (firstKept !== undefined) {
      const hash = this.#index.get(firstKept.name)?.firstPrev ?? this.#head.hash;
      this.#head = { ...this.#head, anchor: { segment: firstKept.order, hash } };
      // First the anchor, then the files: a crash between the two leaves segments that no longer count.
      await writeHead(this.#options.headFile, this.#head);
    }
    for (const { name } of segments) this.#index.delete(name);
  }

  vanished(segments: readonly Segment[]): void {
    let events = 0;
    for (const { name } of segments) {
      events += this.#index.get(name)?.events ?? 0;
      this.#index.delete(name);
    }
    const [first] = [...this.#index.values()].sort((a, b) => a.order - b.order);
    const anchor =
      first === undefined
        ? { segment: this.#lastOrder + 1, hash: this.#head.hash }
        : { segment: first.order, hash: first.firstPrev };
    this.#head = { ...this.#head, anchor };
    this.#options.logger.warn('authlog.segments-vanished', {
      segments: segments.map(({ name }) => name),
      events,
    });
    this.#options.vanished(events);
  }

  #remember(start: number, end: number): void {
    this.#ranges.push({ start, end });
    if (this.#ranges.length > MAX_RANGES) this.#ranges.shift();
  }

  #count(record: AuthRecord, segment: Segment, prev: string): void {
    let index = this.#index.get(segment.name);
    if (index === undefined) {
      index = {
        order: segment.order,
        firstSeq: record.seq,
        lastSeq: 0,
        attempts: 0,
        events: 0,
        firstPrev: prev,
      };
      this.#index.set(segment.name, index);
    }
    index.lastSeq = Math.max(index.lastSeq, lastSeqOf(record));
    index.attempts += attemptsOf(record);
    index.events += Math.max(1, attemptsOf(record));
  }
}

/** The recorded anchor while it holds; otherwise where the log begins now (told by `store.recovered`). */
function anchorFor(
  segments: readonly Segment[],
  report: ChainReport,
  known: LogHead | undefined,
  hash: string,
): LogHead['anchor'] {
  if (known !== undefined && (report.firstPrev ?? known.anchor.hash) === known.anchor.hash) {
    return report.firstPrev === undefined ? { segment: known.anchor.segment, hash } : known.anchor;
  }
  const segment = known?.anchor.segment ?? segments[0]?.order ?? 1;
  return { segment, hash: report.firstPrev ?? hash };
}

function inWords({ problems }: ChainReport, cutBytes: number): string | undefined {
  const parts = problems.slice(0, 3).map(({ detail }) => detail);
  if (cutBytes > 0) parts.unshift(`${cutBytes} bytes of an unfinished record were cut from the end`);
  if (problems.length > 3) parts.push(`and ${problems.length - 3} more`);
  return parts.length === 0 ? undefined : parts.join('; ');
}
