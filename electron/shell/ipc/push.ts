// Sends what changed to the page, at most ten times a second: the latest status, devices and settings, what happened
// since the last push (auth events, tasks), and that there are messages. app.ts starts and stops it. It queues nothing
// for a page that is away: a page fetches when it loads.

import type { DevicesView, IpcEventName, IpcEvents } from '../../../shared/ipc/contract';
import type { AuthEvent } from '../../../shared/model/auth-event';
import type { CronEvent } from '../../../shared/model/cron';
import type { StatusSnapshot } from '../../../shared/model/status';
import type { Clock } from '../../core/lib/clock';
import { type Disposable, DisposableStore } from '../../core/lib/disposable';
import type { Subscribe } from '../../core/lib/emitter';
import type { SettingsFeed } from './settings-feed';

/** Sends to the window if there is one; never throws. */
export type SendToPage = <K extends IpcEventName>(name: K, payload: IpcEvents[K]) => void;

/** The part of core's pairing that is used. */
export interface PairingSource {
  readonly onChanged: Subscribe<void>;
  list(): DevicesView;
}

const EVERY_MS = 100;
const MAX_EVENTS = 200;

export class Push {
  readonly #clock: Clock;
  readonly #send: SendToPage;
  readonly #onStatus: Subscribe<StatusSnapshot>;
  readonly #onAuthEvent: Subscribe<AuthEvent>;
  readonly #pairing: PairingSource;
  readonly #onCronEvent: Subscribe<CronEvent>;
  readonly #settings: SettingsFeed;
  readonly #onMessage: Subscribe<{ readonly seq: number }>;
  #lifetime = new DisposableStore();
  #status: StatusSnapshot | undefined;
  #events: AuthEvent[] = [];
  #devicesChanged = false;
  #cronEvents: CronEvent[] = [];
  #settingsChanged = false;
  #messageSeq: number | undefined;
  #timer: Disposable | undefined;
  #lastSentAt = Number.NEGATIVE_INFINITY;

  constructor(options: {
    readonly clock: Clock;
    readonly send: SendToPage;
    readonly onStatus: Subscribe<StatusSnapshot>;
    readonly onAuthEvent: Subscribe<AuthEvent>;
    readonly pairing: PairingSource;
    readonly onCronEvent: Subscribe<CronEvent>;
    readonly settings: SettingsFeed;
    readonly onMessage: Subscribe<{ readonly seq: number }>;
  }) {
    this.#clock = options.clock;
    this.#send = options.send;
    this.#onStatus = options.onStatus;
    this.#onAuthEvent = options.onAuthEvent;
    this.#pairing = options.pairing;
    this.#onCronEvent = options.onCronEvent;
    this.#settings = options.settings;
    this.#onMessage = options.onMessage;
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
    this.#lifetime.add(
      this.#pairing.onChanged(() => {
        this.#devicesChanged = true;
        this.#schedule();
      }),
    );
    this.#lifetime.add(
      this.#onCronEvent((event) => {
        // One more than is sent says that it was too much.
        if (this.#cronEvents.length <= MAX_EVENTS) this.#cronEvents.push(event);
        this.#schedule();
      }),
    );
    this.#lifetime.add(
      this.#settings.onChanged(() => {
        this.#settingsChanged = true;
        this.#schedule();
      }),
    );
    this.#lifetime.add(
      this.#onMessage(({ seq }) => {
        this.#messageSeq = seq;
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
    const cronEvents = this.#cronEvents;
    const devicesChanged = this.#devicesChanged;
    const settingsChanged = this.#settingsChanged;
    const seq = this.#messageSeq;
    this.#status = undefined;
    this.#events = [];
    this.#cronEvents = [];
    this.#devicesChanged = false;
    this.#settingsChanged = false;
    this.#messageSeq = undefined;
    if (status) this.#send('status.changed', status);
    if (events.length > 0) this.#send('authLog.appended', events);
    if (devicesChanged) this.#send('devices.changed', this.#pairing.list());
    if (settingsChanged) this.#send('settings.changed', this.#settings.view());
    if (seq !== undefined) this.#send('messages.changed', { seq });
    if (cronEvents.length > 0) this.#send('cron.changed', cronEvents.length > MAX_EVENTS ? null : cronEvents);
  }
}
