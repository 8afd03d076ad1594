// Accepted and refused attempts of the last 24 hours, by the minute. Our own probe's attempts are in neither.
// Fed by AuthLog: live, and once from the disk.

import type { AuthOutcome } from '../../../shared/model/auth-event';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

interface Bucket {
  accepted: number;
  refused: number;
}

export class AttemptCounters {
  readonly #minutes = new Map<number, Bucket>();
  #lastRefusalAt: number | undefined;

  get lastRefusalAt(): number | undefined {
    return this.#lastRefusalAt;
  }

  add(outcome: AuthOutcome, at: number, count = 1): void {
    if (outcome === 'superseded') return; // a right credential cut off by a rotation: neither
    const bucket = this.#bucket(Math.floor(at / MINUTE_MS));
    if (outcome === 'accepted') {
      bucket.accepted += count;
      return;
    }
    bucket.refused += count;
    this.#lastRefusalAt = Math.max(this.#lastRefusalAt ?? 0, at);
  }

  absorb(other: AttemptCounters): void {
    for (const [minute, { accepted, refused }] of other.#minutes) {
      const bucket = this.#bucket(minute);
      bucket.accepted += accepted;
      bucket.refused += refused;
    }
    const last = Math.max(this.#lastRefusalAt ?? 0, other.#lastRefusalAt ?? 0);
    if (last > 0) this.#lastRefusalAt = last;
  }

  /** The minute of `now` and the 1439 before it; older ones are forgotten. */
  totals(now: number): { readonly accepted: number; readonly refused: number } {
    const oldest = Math.floor(now / MINUTE_MS) - DAY_MINUTES + 1;
    let accepted = 0;
    let refused = 0;
    for (const [minute, bucket] of this.#minutes) {
      if (minute < oldest) {
        this.#minutes.delete(minute);
        continue;
      }
      accepted += bucket.accepted;
      refused += bucket.refused;
    }
    return { accepted, refused };
  }

  #bucket(minute: number): Bucket {
    let bucket = this.#minutes.get(minute);
    if (bucket === undefined) {
      bucket = { accepted: 0, refused: 0 };
      this.#minutes.set(minute, bucket);
    }
    return bucket;
  }
}
