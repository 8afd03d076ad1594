// Runs what is due, a few at a time and in order of arrival. Ends what runs when the gateway stops, and gives back
// what had not begun.

import type { Logger } from '../lib/logger-port';

const MAX_AT_ONCE = 4;

export interface RunOrder {
  readonly jobId: string;
  readonly runId: string;
  readonly byHand: boolean;
  /** The due time that this run stands for; a run by hand has none. */
  readonly dueMs?: number;
}

export class Runner {
  readonly #execute: (order: RunOrder, signal: AbortSignal) => Promise<void>;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: RunOrder[] = [];

  constructor(options: {
    readonly execute: (order: RunOrder, signal: AbortSignal) => Promise<void>;
    readonly logger: Logger;
  }) {
    this.#execute = options.execute;
    this.#logger = options.logger;
  }

  submit(orders: readonly RunOrder[]): void {
    this.#waiting.push(...orders);
    this.#next();
  }

  /** Aborts what runs and waits for its end; from now on nothing begins. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#running);
  }

  /** After `stop`: what had not begun. */
  get unbegun(): readonly RunOrder[] {
    return this.#waiting;
  }

  #next(): void {
    while (this.#running.size < MAX_AT_ONCE && !this.#abort.signal.aborted) {
      const order = this.#waiting.shift();
      if (order === undefined) return;
      const run: Promise<void> = this.#execute(order, this.#abort.signal)
        .catch((error: unknown) => this.#logger.error('cron.run-threw', { jobId: order.jobId, error }))
        .then(() => {
          this.#running.delete(run);
          this.#next();
        });
      this.#running.add(run);
    }
  }
}
