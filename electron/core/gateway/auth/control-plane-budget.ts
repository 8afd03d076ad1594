// Control-plane writes: 3 per 60 s per device and address, or per connection when neither is known (protocol
// section 3.6). Asked by the method registry before a write is looked at; a refused call costs nothing.

import type { Clock } from '../../lib/clock';

export const CONTROL_PLANE_WRITES = 3;
const WINDOW_MS = 60_000;
const MAX_KEYS = 10_000;

export type BudgetVerdict = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

export class ControlPlaneBudget {
  readonly #clock: Clock;
  /** Instants of the writes inside the window, in order of the newest: the first entry is the stalest. */
  readonly #taken = new Map<string, number[]>();

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#taken.size;
  }

  take(key: string): BudgetVerdict {
    const nowMs = this.#clock.monotonicMs();
    this.#prune(nowMs);
    const taken = (this.#taken.get(key) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS);
    const [oldest] = taken;
    if (oldest !== undefined && taken.length >= CONTROL_PLANE_WRITES) {
      return { ok: false, retryAfterMs: Math.ceil(oldest + WINDOW_MS - nowMs) };
    }
    this.#taken.delete(key);
    this.#taken.set(key, [...taken, nowMs]);
    return { ok: true };
  }

  #prune(nowMs: number): void {
    for (const [key, taken] of this.#taken) {
      if (nowMs - (taken.at(-1) ?? 0) < WINDOW_MS && this.#taken.size < MAX_KEYS) break;
      this.#taken.delete(key);
    }
  }
}
