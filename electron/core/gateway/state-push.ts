// The two events that carry state, `health` and `presence`: pushed at most once a second each, however often
// things change, and always the newest (protocol sections 2.3 and 5.9). Called by gateway-server.

import type { StateVersion } from '../../../shared/protocol/frames';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import type { Broadcaster } from './broadcaster';
import type { Connection } from './connection';
import type { HealthCache } from './methods/health';
import type { Presence } from './presence';

const PUSH_MS = 1_000;

export class StatePush {
  readonly #clock: Clock;
  readonly #broadcaster: Broadcaster;
  readonly #presence: Presence;
  readonly #health: HealthCache;
  readonly #timers = new Map<'health' | 'presence', Disposable>();

  constructor(options: {
    readonly clock: Clock;
    readonly broadcaster: Broadcaster;
    readonly presence: Presence;
    readonly health: HealthCache;
  }) {
    this.#clock = options.clock;
    this.#broadcaster = options.broadcaster;
    this.#presence = options.presence;
    this.#health = options.health;
  }

  get stateVersion(): StateVersion {
    return { presence: this.#presence.version, health: this.#health.version };
  }

  healthChanged(): void {
    this.#health.invalidate();
    this.#soon('health', () => this.#health.value());
  }

  presenceChanged(): void {
    this.#soon('presence', () => ({ presence: this.#presence.list() }));
  }

  /** Protocol 3 gets a `health` event right after hello (section 2.3, step 5). */
  welcome(connection: Connection): void {
    if (connection.principal?.protocol !== 3) return;
    this.#broadcaster.sendTo(connection, 'health', this.#health.value(), this.stateVersion);
  }

  /** Forgets what is due. It may be used again afterwards: a gateway stops and starts. */
  clear(): void {
    for (const timer of this.#timers.values()) timer.dispose();
    this.#timers.clear();
  }

  #soon(event: 'health' | 'presence', payload: () => unknown): void {
    if (this.#timers.has(event)) return;
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(event);
      this.#broadcaster.send(event, payload(), this.stateVersion);
    }, PUSH_MS);
    this.#timers.set(event, timer);
  }
}
