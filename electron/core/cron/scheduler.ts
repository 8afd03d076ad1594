// One timer for all jobs. Due times are wall-clock times, waiting is monotonic: the timer never sleeps longer than a
// minute, so that a clock that steps, or a machine that slept, is noticed soon. It knows no jobs.

import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';

const MAX_SLEEP_MS = 60_000;
/** Less than this is the ordinary drift between the two clocks. */
const STEP_MS = 1_000;

export interface SchedulerOptions {
  readonly clock: Clock;
  /** The earliest due time of all; undefined when nothing is planned. */
  readonly nextDueMs: () => number | undefined;
  /** Something may be due. */
  readonly onDue: (now: number) => void;
  /** The wall clock went back: due times reckoned before it are too far away. */
  readonly onClockBack: (now: number) => void;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  #timer: Disposable | undefined;
  #wallMs: number;
  #monoMs: number;
  #stopped = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#wallMs = options.clock.now();
    this.#monoMs = options.clock.monotonicMs();
  }

  /** Waits for the earliest due time anew: after any change of it. */
  arm(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const { clock, nextDueMs } = this.#options;
    const next = nextDueMs();
    if (next === undefined || this.#stopped) return;
    const sleepMs = Math.min(MAX_SLEEP_MS, Math.max(0, next - clock.now()));
    this.#timer = clock.setTimeout(() => this.check(), sleepMs);
  }

  /** Looks at the clock now, as the timer does. */
  check(): void {
    if (this.#stopped) return;
    const { clock, onDue, onClockBack } = this.#options;
    const [now, mono] = [clock.now(), clock.monotonicMs()];
    const steppedMs = now - this.#wallMs - (mono - this.#monoMs);
    this.#wallMs = now;
    this.#monoMs = mono;
    if (steppedMs < -STEP_MS) onClockBack(now);
    onDue(now);
    this.arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}
