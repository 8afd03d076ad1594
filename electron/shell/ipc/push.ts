// Sends what changed to the page, at most ten times a second: the latest status, and the auth events since the last
// push. app.ts starts and stops it. It queues nothing for a page that is away: a page fetches when it loads.

import type { IpcEventName, IpcEvents } from '../../../shared/ipc/contract';
import type { AuthEvent } from '../../../shared/model/auth-event';
import type { StatusSnapshot } from '../../../shared/model/status';
import type { Clock } from '../../core/lib/clock';
import { type Disposable, DisposableStore } from '../../core/lib/disposable';
import type { Subscribe } from '../../core/lib/emitter';

/** Sends to the window if there is one; never throws. */
export type SendToPage = <K extends IpcEventName>(name: K, payload: IpcEvents[K]) => void;

const EVERY_MS = 100;
const MAX_EVENTS = 200;

export class Push {
  readonly #clock: Clock;
  readonly #send: SendToPage;
  readonly #onStatus: Subscribe<StatusSnapshot>;
  readonly #onAuthEvent: Subscribe<AuthEvent>;
  #lifetime = new DisposableStore();
  #status: StatusSnapshot | undefined;
  #events: AuthEvent[] = [];
  #timer: Disposable | undefined;
  #lastSentAt = Number.NEGATIVE_INFINITY;

  constructor(options: {
    readonly clock: Clock;
    readonly send: SendToPage;
    readonly onStatus: Subscribe<StatusSnapshot>;
    readonly onAuthEvent: Subscribe<AuthEvent>;
  }) {
    this.#clock = options.clock;
    this.#send = options.send;
    this.#onStatus = options.onStatus;
    this.#onAuthEvent = options.onAuthEvent;
  }

  start(): void {
    this.#lifetime.dispose();
    this.#lifetime = new DisposableStore();
    this.#lifetime.addFn(() => this.#timer?.dispose());
    this.#lifetime.add(
      this.#onStatus((snapshot) => {
        this.#status = snapshot;
        this.#schedule();
      }),
    );
    this.#lifetime.add(
      this.#onAuthEvent((event) => {
        this.#events.push(event);
        // A flood must not grow this list; the page queries what a push leaves out.
        if (this.#events.length > 2 * MAX_EVENTS) this.#events = this.#events.slice(-MAX_EVENTS);
        this.#schedule();
      }),
    );
  }

  stop(): void {
    this.#lifetime.dispose();
  }

  #schedule(): void {
    if (this.#timer) return;
    const waitMs = Math.max(0, this.#lastSentAt + EVERY_MS - this.#clock.monotonicMs());
    this.#timer = this.#clock.setTimeout(() => this.#flush(), waitMs);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#lastSentAt = this.#clock.monotonicMs();
    const status = this.#status;
    const events = this.#events.slice(-MAX_EVENTS);
    this.#status = undefined;
    this.#events = [];
    if (status) this.#send('status.changed', status);
    if (events.length > 0) this.#send('authLog.appended', events);
  }
}
