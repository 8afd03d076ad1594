// One way out of the app, whatever asked for it: a person (who is asked when clients would be cut off), a signal, or
// a crash. Stops everything within three seconds in all, then exits. A second demand while stopping exits at once.

import type { Clock } from '../core/lib/clock';
import type { Logger } from '../core/lib/logger-port';

/** Below the promised 3 s, so that the process is really gone by then. */
const STOP_DEADLINE_MS = 2_500;

export class QuitController {
  readonly #clients: () => number;
  readonly #confirm: (clients: number) => Promise<boolean>;
  readonly #stop: () => Promise<void>;
  readonly #exit: (code: number) => void;
  readonly #clock: Clock;
  readonly #log: Logger;
  #state: 'running' | 'asking' | 'stopping' | 'exited' = 'running';

  constructor(options: {
    readonly clients: () => number;
    readonly confirm: (clients: number) => Promise<boolean>;
    readonly stop: () => Promise<void>;
    readonly exit: (code: number) => void;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#clients = options.clients;
    this.#confirm = options.confirm;
    this.#stop = options.stop;
    this.#exit = options.exit;
    this.#clock = options.clock;
    this.#log = options.logger;
  }

  get isQuitting(): boolean {
    return this.#state === 'stopping' || this.#state === 'exited';
  }

  /** A person wants out. Asks only when that would cut somebody off; asking twice shows one question. */
  async request(): Promise<void> {
    if (this.#state !== 'running') return;
    const clients = this.#clients();
    if (clients > 0) {
      this.#state = 'asking';
      const confirmed = await this.#confirm(clients).catch(() => true);
      // A signal may have arrived while the question was open.
      if (this.isQuitting) return;
      this.#state = 'running';
      if (!confirmed) return;
    }
    await this.now('user', 0);
  }

  /** Stops and exits without a question. Called again while stopping, it exits at once. */
  async now(cause: 'user' | 'signal' | 'crash', code: number): Promise<void> {
    if (this.isQuitting) {
      this.#leave(code === 0 ? 1 : code);
      return;
    }
    this.#state = 'stopping';
    this.#log.info('app.stopping', { cause });
    const deadline = this.#clock.setTimeout(() => this.#leave(code), STOP_DEADLINE_MS);
    try {
      await this.#stop();
    } catch (error) {
      this.#log.error('app.stop-failed', { error });
    } finally {
      deadline.dispose();
      this.#leave(code);
    }
  }

  #leave(code: number): void {
    if (this.#state === 'exited') return;
    this.#state = 'exited';
    this.#exit(code);
  }
}
