// Message ids that were accepted, per account, so that a retried delivery counts once. Kept by
// account-supervisor beyond single epochs. Bounded in age and number; memory only.

import type { Clock } from '../lib/clock';

const MAX_AGE_MS = 86_400_000;
/** More than the webhook adapter lets in while one signature can be used: 4,000 a minute for 10 min. */
const MAX_ENTRIES = 40_000;

export class ReplayCache {
  /** Id -> monotonic ms of its acceptance, oldest first. */
  readonly #seen = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when the id is new; it is remembered from then on for 24 h or 40,000 newer ids. */
  accept(id: string): boolean {
    const now = this.#clock.monotonicMs();
    for (const [oldest, at] of this.#seen) {
      if (now - at < MAX_AGE_MS) break;
      this.#seen.delete(oldest);
    }
    if (this.#seen.has(id)) return false;
    this.#seen.set(id, now);
    if (this.#seen.size > MAX_ENTRIES) {
      const oldest = this.#seen.keys().next();
      if (!oldest.done) this.#seen.delete(oldest.value);
    }
    return true;
  }
}
