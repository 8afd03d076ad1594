// Runs a list of steps in order and takes them back in reverse, each with a deadline, so that one step that hangs
// cannot keep the others from stopping. Used by app.ts, which holds the list.

import { type Clock, delay } from '../core/lib/clock';
import type { Logger } from '../core/lib/logger-port';

export interface Step {
  readonly name: string;
  start(): void | Promise<void>;
  stop?(): void | Promise<void>;
  /** How long `stop` may take before the next one's turn. */
  readonly stopWithinMs?: number;
}

const STOP_WITHIN_MS = 500;

export class Lifecycle {
  readonly #steps: readonly Step[];
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #started: Step[] = [];

  constructor(options: { readonly steps: readonly Step[]; readonly clock: Clock; readonly logger: Logger }) {
    this.#steps = options.steps;
    this.#clock = options.clock;
    this.#log = options.logger;
  }

  /** Rejects with the first failure; what was started stays started until `stop`. */
  async start(): Promise<void> {
    for (const step of this.#steps) {
      this.#started.push(step);
      await step.start();
      this.#log.debug('app.step-started', { step: step.name });
    }
  }

  /** Never rejects: failures and expired deadlines are logged. */
  async stop(): Promise<void> {
    for (let step = this.#started.pop(); step; step = this.#started.pop()) await this.#stopOne(step);
  }

  async #stopOne(step: Step): Promise<void> {
    const expired = new AbortController();
    const deadline = delay(this.#clock, step.stopWithinMs ?? STOP_WITHIN_MS, expired.signal).then(
      () => 'late',
    );
    try {
      const outcome = await Promise.race([step.stop?.(), deadline]);
      if (outcome === 'late') this.#log.warn('app.step-stop-late', { step: step.name });
    } catch (error) {
      this.#log.error('app.step-stop-failed', { step: step.name, error });
    } finally {
      expired.abort();
    }
  }
}
