// Lines that clients and cron jobs leave for an agent, and the heartbeat that would take them to one. Gatehouse
// runs no agents: lines stay queued, and a heartbeat that is asked for is reported as skipped, with the reason.

import type { Clock } from '../lib/clock';
import type { Subscribe } from '../lib/emitter';
import { Emitter } from '../lib/emitter';
import type { Logger } from '../lib/logger-port';

const MAX_QUEUED = 20;

/** As the `heartbeat` event and `last-heartbeat` carry it (protocol section 5.5). */
export interface Heartbeat {
  readonly ts: number;
  readonly status: 'skipped';
  readonly reason: 'no agents';
}

export type WakeMode = 'now' | 'next-heartbeat';

export class SystemEvents {
  readonly #clock: Clock;
  readonly #heartbeat: Emitter<Heartbeat>;
  #queued: readonly string[] = [];
  #last: Heartbeat | undefined;

  readonly onHeartbeat: Subscribe<Heartbeat>;

  constructor(options: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = options.clock;
    this.#heartbeat = new Emitter((error) =>
      options.logger.error('heartbeat.listener-threw', { error: String(error) }),
    );
    this.onHeartbeat = this.#heartbeat.on;
  }

  /** Oldest first; the newest twenty. */
  get queued(): readonly string[] {
    return this.#queued;
  }

  get lastHeartbeat(): Heartbeat | undefined {
    return this.#last;
  }

  /** `next-heartbeat` only queues: none is scheduled here. */
  add(text: string, wake: WakeMode): void {
    this.#queued = [...this.#queued, text].slice(-MAX_QUEUED);
    if (wake !== 'now') return;
    this.#last = { ts: this.#clock.now(), status: 'skipped', reason: 'no agents' };
    this.#heartbeat.emit(this.#last);
  }
}
