// Remembers for five minutes what became of a call with an idempotency key (protocol section 5.6), so that a client
// that did not hear the answer may ask again. Calls with the same key at the same time share one outcome.

import type { Clock } from '../../lib/clock';
import type { MethodResult } from './method-registry';

const KEPT_MS = 300_000;
/** More than anybody sends in five minutes; beyond it the oldest are forgotten. */
const MAX_KEPT = 10_000;

export interface OnceOutcome {
  readonly result: MethodResult;
  /** False: nothing has happened, so the next call with this key is a new one. */
  readonly keep: boolean;
}

export class SentOnce {
  readonly #clock: Clock;
  readonly #running = new Map<string, Promise<MethodResult>>();
  /** Oldest first. */
  readonly #kept = new Map<string, { readonly result: MethodResult; readonly untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  run(key: string, act: () => Promise<OnceOutcome>): MethodResult | Promise<MethodResult> {
    this.#forgetOld();
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.result;
    const running = this.#running.get(key) ?? this.#start(key, act);
    this.#running.set(key, running);
    return running;
  }

  async #start(key: string, act: () => Promise<OnceOutcome>): Promise<MethodResult> {
    try {
      const { result, keep } = await act();
      if (keep) this.#kept.set(key, { result, untilMs: this.#clock.monotonicMs() + KEPT_MS });
      return result;
    } finally {
      this.#running.delete(key);
    }
  }

  #forgetOld(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [key, { untilMs }] of this.#kept) {
      if (untilMs > nowMs && this.#kept.size <= MAX_KEPT) return;
      this.#kept.delete(key);
    }
  }
}
