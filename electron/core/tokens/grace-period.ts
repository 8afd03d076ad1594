// Keeps time for one grace period. It ends at whichever clock says so first: a wall clock that is set back must
// not prolong it, nor a machine that slept. Owned by TokenStore, which does the ending.

import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';

/** Also keeps a long grace below the largest delay that a timer takes. */
const LOOK_EVERY_MS = 30_000;

export class GracePeriod implements Disposable {
  readonly #clock: Clock;
  readonly #until: number;
  readonly #endsMs: number;
  readonly #onEnd: () => void;
  #timer: Disposable | undefined;

  /** `until` is epoch ms; `leftMs` is the same span on the monotonic clock. `onEnd` runs at most once. */
  constructor(
    clock: Clock,
    o: { readonly until: number; readonly leftMs: number; readonly onEnd: () => void },
  ) {
    this.#clock = clock;
    this.#until = o.until;
    this.#endsMs = clock.monotonicMs() + o.leftMs;
    this.#onEnd = o.onEnd;
    this.#watch();
  }

  get holds(): boolean {
    return this.#leftMs() > 0;
  }

  dispose(): void {
    this.#timer?.dispose();
  }

  #leftMs(): number {
    return Math.min(this.#until - this.#clock.now(), this.#endsMs - this.#clock.monotonicMs());
  }

  #watch(): void {
    const delayMs = Math.min(Math.max(0, Math.ceil(this.#leftMs())), LOOK_EVERY_MS);
    this.#timer = this.#clock.setTimeout(() => (this.holds ? this.#watch() : this.#onEnd()), delayMs);
  }
}
