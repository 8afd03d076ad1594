// What happened to the gateway lately, for `diagnostics.stability`: starts, stops, bursts of refusals, clients that
// do not read, a late event loop. Memory only, the newest thousand; never holds a payload, a text or a secret.

import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import { RingBuffer } from '../lib/ring-buffer';

const CAPACITY = 1_000;
const DEFAULT_LIMIT = 50;
const BURST_WINDOW_MS = 10_000;
/** So many refusals in one window are a burst; fewer are a person who mistyped. */
const BURST_SIZE = 10;

export type StabilityType =
  | 'gateway.started'
  | 'gateway.stopped'
  | 'auth.refusals'
  | 'client.slow-consumer'
  | 'client.events-dropped'
  | 'event-loop.degraded'
  | 'event-loop.recovered';

export interface StabilityEvent {
  readonly seq: number;
  readonly ts: number;
  readonly type: StabilityType;
  readonly [fact: string]: string | number;
}

export interface StabilitySnapshot {
  readonly generatedAt: string;
  readonly capacity: number;
  /** Events that fit the query; `events` holds the newest of them. */
  readonly count: number;
  /** Events that the ring has already lost. */
  readonly dropped: number;
  readonly firstSeq?: number;
  readonly lastSeq?: number;
  readonly events: readonly StabilityEvent[];
  readonly summary: { readonly byType: Readonly<Record<string, number>> };
}

export class StabilityLog {
  readonly #clock: Clock;
  readonly #ring = new RingBuffer<StabilityEvent>(CAPACITY);
  #seq = 0;
  #refusals = 0;
  #window: Disposable | undefined;
  #degraded = false;

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock;
  }

  record(type: StabilityType, facts: Readonly<Record<string, string | number>> = {}): void {
    this.#seq += 1;
    this.#ring.push({ ...facts, seq: this.#seq, ts: this.#clock.now(), type });
  }

  /** Counted per window of ten seconds; a burst is one event with its exact number. */
  noteRefusal(): void {
    this.#refusals += 1;
    this.#window ??= this.#clock.setTimeout(() => this.#endWindow(), BURST_WINDOW_MS);
  }

  /** Records the changes only, not every sample. */
  noteEventLoop(sample: { readonly degraded: boolean; readonly delayP99Ms: number }): void {
    if (sample.degraded === this.#degraded) return;
    this.#degraded = sample.degraded;
    this.record(sample.degraded ? 'event-loop.degraded' : 'event-loop.recovered', {
      delayP99Ms: sample.delayP99Ms,
    });
  }

  snapshot(query: { limit?: number | undefined; type?: string | undefined; sinceSeq?: number | undefined }) {
    const fitting = this.#ring
      .toArray()
      .filter(
        (event) =>
          (query.type === undefined || event.type === query.type) && event.seq > (query.sinceSeq ?? 0),
      );
    const events = fitting.slice(-(query.limit ?? DEFAULT_LIMIT));
    const byType: Record<string, number> = {};
    for (const { type } of fitting) byType[type] = (byType[type] ?? 0) + 1;
    const [first] = events;
    const last = events.at(-1);
    const snapshot: StabilitySnapshot = {
      generatedAt: new Date(this.#clock.now()).toISOString(),
      capacity: CAPACITY,
      count: fitting.length,
      dropped: this.#seq - this.#ring.size,
      ...(first === undefined ? {} : { firstSeq: first.seq }),
      ...(last === undefined ? {} : { lastSeq: last.seq }),
      events,
      summary: { byType },
    };
    return snapshot;
  }

  dispose(): void {
    this.#window?.dispose();
    this.#endWindow();
  }

  #endWindow(): void {
    this.#window = undefined;
    const count = this.#refusals;
    this.#refusals = 0;
    if (count >= BURST_SIZE) this.record('auth.refusals', { count, windowMs: BURST_WINDOW_MS });
  }
}
