// The auth log: every attempt whole in a ring in memory, and merged, chained and batched on disk. The gateway
// appends before it answers; the panel, the wire and exports read. Never waits for the disk, never throws at
// who appends, and never lets a full or broken disk stop authentication (REL-72).

import { setImmediate } from 'node:timers/promises';
import type { AuthEvent, AuthLogPage, AuthLogQuery, LogGapEvent } from '../../../shared/model/auth-event';
import type { Counters } from '../../../shared/model/status';
import type { Clock } from '../lib/clock';
import type { Subscribe } from '../lib/emitter';
import { Emitter } from '../lib/emitter';
import { JsonlWriter } from '../lib/jsonl-writer';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import { RingBuffer } from '../lib/ring-buffer';
import { AttemptCounters } from './attempt-counters';
import type { FlushBatch, Found } from './auth-log-disk';
import { AuthLogDisk } from './auth-log-disk';
import { AttemptMerger } from './auth-log-merge';
import type { Cursor, Filter } from './auth-log-query';
import { compileFilter, formatCursor, limitOf, parseCursor } from './auth-log-query';
import { AuthLogReader } from './auth-log-reader';
import type { AuthRecord } from './auth-log-record';
import { attemptsOf } from './auth-log-record';
import { readHead } from './head-file';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** An event as its maker knows it; the log adds seq and times. */
export type AuthEventInput = DistributiveOmit<
  Exclude<AuthEvent, { event: 'auth.merged' }>,
  'seq' | 'at' | 'monoMs'
>;
type WholeEvent = Exclude<AuthEvent, { event: 'auth.merged' }>;

export interface AuthLogOptions {
  /** Folder of the segments, 0700. */
  readonly dir: string;
  /** Where the chain's head is kept: outside `dir`, beside the credential. */
  readonly headFile: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** All segments together. Default 64 MiB. */
  readonly maxBytes?: number;
  /** One segment. Default 8 MiB. */
  readonly segmentBytes?: number;
  /** Whole events kept in memory. Default 10,000. */
  readonly ringSize?: number;
}

const MIB = 1024 * 1024;
/** With the write itself this keeps what a SIGKILL can take under 250 ms (REL-70). */
const FLUSH_MS = 240;
/** Whole events waiting for the disk: from here on they are flushed early, … */
const EARLY_FLUSH = 2_000;
/** … and beyond this many kept in the ring only and counted as a gap. */
const MAX_WAITING = 20_000;
/** More than can have been on their way to the disk after the head was last written. */
const SKIPPED_SEQS = 1_000_000;
/** Ring entries looked at between two turns of the event loop. */
const RING_STEP = 1_000;

export class AuthLog {
  readonly #options: AuthLogOptions;
  readonly #ring: RingBuffer<WholeEvent>;
  readonly #merger = new AttemptMerger();
  readonly #counters = new AttemptCounters();
  readonly #appended: Emitter<AuthEvent>;
  readonly #disk: AuthLogDisk;
  readonly #writer: JsonlWriter;
  readonly #reader: AuthLogReader;
  readonly #reading = new Mutex();
  #seq = 0;
  #waiting: AuthRecord[] = [];
  /** The disk refused: append counts instead of queueing, until the next try. */
  #refusing = false;
  #writable = true;
  /** Lost to the disk and not yet told by a gap record; and all of them. */
  #unrecorded = 0;
  #gapTotal = 0;
  #gapCause = '';
  #gapInFlight: LogGapEvent | undefined;
  #flushEnd = 0;
  #started = false;
  #stopped = false;

  constructor(options: AuthLogOptions) {
    this.#options = options;
    const { logger, clock } = options;
    this.#ring = new RingBuffer(options.ringSize ?? 10_000);
    this.#appended = new Emitter((error) => logger.error('authlog.listener-failed', { error }));
    this.#disk = new AuthLogDisk({
      headFile: options.headFile,
      logger,
      take: () => this.#take(),
      written: (end) => this.#onWritten(end),
      refused: (events, cause) => this.#onRefused(events, cause),
      vanished: (events) => this.#onVanished(events),
    });
    this.#writer = new JsonlWriter({
      dir: options.dir,
      clock,
      source: this.#disk,
      segmentBytes: options.segmentBytes ?? 8 * MIB,
      maxBytes: options.maxBytes ?? 64 * MIB,
      flushMs: FLUSH_MS,
      sync: true,
    });
    this.#reader = new AuthLogReader(logger);
  }

  /** Emits every event, whole, in order of seq, while `append` runs. */
  get onAppended(): Subscribe<AuthEvent> {
    return this.#appended.on;
  }

  /**
   * Opens the log: cuts a torn tail, checks the chain, restores seq and counters. `recovered` says in words
   * what was not as we left it (recorded as `store.recovered`). Never rejects because of the disk.
   */
  async start(): Promise<{ readonly recovered?: string }> {
    if (this.#started) return {};
    await this.#writer.start();
    const early = this.#ring.toArray();
    while (this.#ring.pop() !== undefined);
    const found = this.#adopt();
    // Without the disk's word, start where no seq can have been used.
    if (found === undefined) this.#seq = await this.#unusedSeq();
    this.#flushEnd = this.#seq;
    this.#started = true;
    for (const event of early) this.#admit({ ...event, seq: this.#nextSeq() });
    if (found?.recovered === undefined) return {};
    this.append({ event: 'store.recovered', detail: found.recovered });
    await this.flush();
    return { recovered: found.recovered };
  }

  /** Writes what waits. Appends after it stay in memory. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    await this.#writer.stop();
    this.#stopped = true;
  }

  /**
   * Assigns seq and times, keeps the event in the ring, announces it and hands it to the disk's next batch.
   * Before `start()` it waits in the ring, and its seq is provisional.
   */
  append(input: AuthEventInput): AuthEvent {
    const { clock } = this.#options;
    const event = {
      seq: this.#nextSeq(),
      at: clock.now(),
      monoMs: clock.monotonicMs(),
      ...input,
    } as WholeEvent;
    if (event.event === 'auth.attempt' && !event.internal) this.#counters.add(event.outcome, event.at);
    this.#admit(event);
    this.#appended.emit(event);
    return event;
  }

  /** Resolves when everything appended so far is on disk and synced, or counted as a gap. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  counters(): Counters {
    const { accepted, refused } = this.#counters.totals(this.#options.clock.now());
    const { lastRefusalAt } = this.#counters;
    return {
      accepted24h: accepted,
      refused24h: refused,
      ...(lastRefusalAt !== undefined && { lastRefusalAt }),
      authLogGap: this.#gapTotal,
      authLogWritable: this.#writable,
    };
  }

  /**
   * Newest first. Events of this process that the ring still holds are whole, older ones as on disk, where
   * repeats are merged; the seam lies between two flushes, so no attempt shows on both sides. One at a time.
   */
  query(query: AuthLogQuery): Promise<AuthLogPage> {
    return this.#reading.run(() => this.#query(query));
  }

  async #query(query: AuthLogQuery): Promise<AuthLogPage> {
    const limit = limitOf(query);
    const filter = compileFilter(query);
    const cursor = query.cursor === undefined ? undefined : parseCursor(query.cursor);
    if (this.#seamIsWaiting()) await this.flush();
    const seam = this.#seam();
    const segments = this.#disk.readable(this.#writer.segments);
    const before = cursor?.before ?? (query.cursor === undefined ? Number.POSITIVE_INFINITY : 0);
    const whole = await this.#fromRing(filter, seam, before, limit + 1);
    const stored = await this.#reader.read({
      segments,
      filter,
      end: seam,
      before: Math.min(before, seam),
      shownFrom:
        cursor?.whole === true ? Math.min(before, Number.MAX_SAFE_INTEGER) : Number.POSITIVE_INFINITY,
      limit: limit + 1 - whole.events.length,
    });
    const events = [...whole.events, ...stored.events];
    const page = events.slice(0, limit);
    const last = page.at(-1);
    const next: Cursor | undefined =
      events.length > limit && last !== undefined
        ? { before: last.seq, whole: whole.events.length >= page.length }
        : undefined;
    return {
      events: page,
      ...(next !== undefined && { nextCursor: formatCursor(next) }),
      total: whole.attempts + stored.attempts,
    };
  }

  async #fromRing(
    filter: Filter,
    seam: number,
    before: number,
    limit: number,
  ): Promise<{ events: AuthEvent[]; attempts: number }> {
    const held = this.#ring.toArray();
    const events: AuthEvent[] = [];
    let attempts = 0;
    for (let index = held.length - 1; index >= 0; index -= 1) {
      const event = held[index] as WholeEvent;
      if (event.seq < seam) break;
      if (index % RING_STEP === 0) await setImmediate();
      if (!filter.matches(event)) continue;
      attempts += attemptsOf(event);
      if (event.seq < before && events.length < limit) events.push(event);
    }
    return { events, attempts };
  }

  /** The ring has lost events that no flush has finished yet. */
  #seamIsWaiting(): boolean {
    const oldest = this.#ring.oldest;
    return oldest !== undefined && oldest.seq > this.#flushEnd + 1 && !this.#stopped;
  }

  /** Rows from this seq on come from the ring, those below from the disk. */
  #seam(): number {
    const oldest = this.#ring.oldest?.seq ?? this.#seq + 1;
    return oldest > this.#flushEnd + 1 ? this.#flushEnd + 1 : this.#disk.seamAfter(oldest);
  }

  #nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  #admit(event: WholeEvent): void {
    this.#ring.push(event);
    if (!this.#started || this.#stopped) return;
    if (this.#refusing) {
      this.#lose(1);
      this.#flushEnd = event.seq;
    } else if (event.event !== 'auth.attempt') {
      this.#waiting.push(event);
      // Rare, and never to be lost (REL-70): not even the quarter of a second that attempts may wait.
      void this.flush();
    } else if (!this.#merger.absorb(event)) {
      if (this.#waiting.length < MAX_WAITING) this.#waiting.push(event);
      else {
        this.#gapCause = 'queue-full';
        this.#lose(1);
      }
      if (this.#waiting.length === EARLY_FLUSH) void this.flush();
    }
    this.#writer.schedule();
  }

  #lose(count: number): void {
    this.#unrecorded += count;
    this.#gapTotal += count;
  }

  /** All that waits, in order of seq, ending in a gap record when something was lost. */
  #take(): FlushBatch {
    this.#adopt();
    // From here on appends queue again; if this try fails, they are counted with it.
    this.#refusing = false;
    if (this.#unrecorded > 0) this.#gapInFlight = this.#makeGap();
    const records = [...this.#waiting, ...this.#merger.drain()].sort((a, b) => a.seq - b.seq);
    this.#waiting = [];
    return { records, start: this.#flushEnd + 1, end: this.#seq };
  }

  /** In the ring at once, so that it keeps its place; announced only when it is written. */
  #makeGap(): LogGapEvent {
    const { clock } = this.#options;
    const gap: LogGapEvent = {
      seq: this.#nextSeq(),
      at: clock.now(),
      monoMs: clock.monotonicMs(),
      event: 'log.gap',
      dropped: this.#unrecorded,
      cause: this.#gapCause,
    };
    this.#unrecorded = 0;
    this.#ring.push(gap);
    this.#waiting.push(gap);
    return gap;
  }

  #onWritten(end: number): void {
    this.#flushEnd = end;
    if (!this.#writable)
      this.#options.logger.info('authlog.writable', { dropped: this.#gapInFlight?.dropped });
    this.#writable = true;
    const gap = this.#gapInFlight;
    this.#gapInFlight = undefined;
    if (gap !== undefined) this.#appended.emit(gap);
  }

  #onRefused(unwritten: readonly AuthRecord[], cause: string): void {
    const gap = this.#gapInFlight;
    this.#gapInFlight = undefined;
    const lost =
      [...unwritten, ...this.#waiting].reduce((sum, record) => sum + this.#weigh(record, gap), 0) +
      this.#merger.waiting;
    this.#waiting = [];
    this.#merger.clear();
    this.#lose(lost);
    this.#gapCause = cause;
    this.#refusing = true;
    // Nobody has seen the gap record of a failed try; it may not fill the ring while the disk is full.
    if (gap !== undefined && this.#ring.newest === gap) {
      this.#ring.pop();
      this.#seq -= 1;
    }
    this.#flushEnd = this.#seq;
    if (this.#writable)
      this.#options.logger.error('authlog.not-writable', { cause, dropped: this.#unrecorded });
    this.#writable = false;
  }

  /** How many events are lost with a record; what a gap record told has to be told again. */
  #weigh(record: AuthRecord, untold: LogGapEvent | undefined): number {
    if (record.event !== 'log.gap') return Math.max(1, attemptsOf(record));
    this.#unrecorded += record.dropped;
    return record === untold ? 0 : 1;
  }

  #onVanished(events: number): void {
    this.#gapTotal += events;
    this.append({ event: 'log.gap', dropped: events, cause: 'segments removed or renamed while running' });
  }

  /** Takes over what the opening found on disk; late when the disk refused at start. */
  #adopt(): Found | undefined {
    const found = this.#disk.takeFound();
    if (found === undefined) return undefined;
    this.#seq = Math.max(this.#seq, found.seq);
    this.#gapTotal += found.gap;
    this.#counters.absorb(found.counters);
    return found;
  }

  async #unusedSeq(): Promise<number> {
    const head = await readHead(this.#options.headFile).catch(() => 'bad' as const);
    return typeof head === 'string' ? this.#options.clock.now() : head.seq + SKIPPED_SEQS;
  }
}
