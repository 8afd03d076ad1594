// Serves the part of a query that is no longer in memory, from the segments on disk, newest first. Reads in
// small steps; remembers what full segments hold for a filter so that the next page need not read them again.

import type { AuthEvent } from '../../../shared/model/auth-event';
import { forEachLine } from '../lib/file-lines';
import type { Logger } from '../lib/logger-port';
import { RingBuffer } from '../lib/ring-buffer';
import type { Filter } from './auth-log-query';
import type { AuthRecord } from './auth-log-record';
import { attemptsOf, parseRecord, seqOfLine, toEvent } from './auth-log-record';

/** A segment as it stood when the query began. */
export interface ReadableSegment {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** No more lines will be added. */
  readonly full: boolean;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly attempts: number;
}

export interface DiskQuery {
  /** Newest last, as on disk. */
  readonly segments: readonly ReadableSegment[];
  readonly filter: Filter;
  /** Records from this seq on are the ring's. */
  readonly end: number;
  /** Rows start below this seq. */
  readonly before: number;
  /** Attempts from this seq on were shown whole already: they are taken out of merged rows. */
  readonly shownFrom: number;
  readonly limit: number;
}

export interface DiskRows {
  /** Newest first, at most `limit`. */
  readonly events: readonly AuthEvent[];
  /** Matching attempts below `end`. */
  readonly attempts: number;
}

const REMEMBERED_FILTERS = 16;

export class AuthLogReader {
  readonly #logger: Logger;
  /** Per filter: attempts that match in each full segment. */
  readonly #counts = new Map<string, Map<string, number>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async read(query: DiskQuery): Promise<DiskRows> {
    const known = this.#remember(query.filter.key);
    const events: AuthEvent[] = [];
    let attempts = 0;
    for (const segment of [...query.segments].reverse()) {
      if (segment.firstSeq >= query.end) continue;
      const isStill = segment.full && segment.lastSeq < query.end;
      const wanted = segment.firstSeq < query.before ? query.limit - events.length : 0;
      const count = query.filter.matchesAll && isStill ? segment.attempts : known.get(segment.name);
      if (isStill && wanted === 0 && count !== undefined) {
        attempts += count;
        continue;
      }
      const found = await this.#scan(segment, query, wanted);
      if (isStill) known.set(segment.name, found.attempts);
      attempts += found.attempts;
      events.push(...found.events);
    }
    return { events, attempts };
  }

  async #scan(segment: ReadableSegment, query: DiskQuery, wanted: number): Promise<DiskRows> {
    const { filter, end, before } = query;
    const rows = new RingBuffer<AuthRecord>(Math.max(1, wanted));
    let attempts = 0;
    try {
      await forEachLine(segment.path, segment.bytes, (line) => {
        if (!(seqOfLine(line) < end) || !filter.mayMatch(line)) return;
        const record = parseRecord(line);
        if (record === undefined || !filter.matches(record)) return;
        attempts += attemptsOf(record);
        if (record.seq < before) rows.push(record);
      });
    } catch (error) {
      // Deleted under us, by the budget or by somebody else: what is gone has no rows.
      this.#logger.debug('authlog.segment-unreadable', { segment: segment.name, error });
    }
    const events = wanted === 0 ? [] : rows.toArray().reverse();
    return { events: events.map((record) => toEvent(withoutShown(record, query.shownFrom))), attempts };
  }

  #remember(key: string): Map<string, number> {
    const known = this.#counts.get(key) ?? new Map<string, number>();
    this.#counts.delete(key);
    this.#counts.set(key, known);
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= REMEMBERED_FILTERS) break;
      this.#counts.delete(oldest);
    }
    return known;
  }
}

/**
 * A row that spans `shownFrom`: the page before showed its newer attempts whole, out of the ring, which has
 * moved on since. How many is known only as an upper bound; the row never repeats one, it may show fewer.
 */
function withoutShown(record: AuthRecord, shownFrom: number): AuthRecord {
  if (record.event !== 'auth.merged' || record.lastSeq < shownFrom) return record;
  const shown = Math.min(record.count - 1, record.lastSeq - shownFrom + 1);
  return { ...record, count: record.count - shown };
}
