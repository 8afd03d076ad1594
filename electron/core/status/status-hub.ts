// The one derived StatusSnapshot. Owners set their part, everybody renders the whole: window, tray, health and
// the command line. Announces changes at most ten times a second, the first at once and the last always.

import type { ChannelAccountStatus } from '../../../shared/model/channel';
import type {
  Counters,
  GatewayStatus,
  Notice,
  ProbeStatus,
  StatusSnapshot,
} from '../../../shared/model/status';
import type { CredentialStatus } from '../../../shared/model/token';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import type { Subscribe } from '../lib/emitter';
import { Emitter } from '../lib/emitter';
import type { Logger } from '../lib/logger-port';

const MIN_INTERVAL_MS = 100;

export interface StatusSources {
  gateway(): GatewayStatus;
  credential(): CredentialStatus;
  probe(): ProbeStatus;
  channels(): readonly ChannelAccountStatus[];
  pendingDevices(): number;
  counters(): Counters;
  eventLoopDelayP99Ms(): number;
}

export class StatusHub {
  readonly #version: string;
  readonly #clock: Clock;
  readonly #sources: StatusSources;
  readonly #changed: Emitter<StatusSnapshot>;
  readonly #startedAt: number;
  readonly #notices = new Map<string, Notice>();
  #seq = 0;
  #quiet: Disposable | undefined;
  #dirty = false;
  #stopped = false;

  readonly onChanged: Subscribe<StatusSnapshot>;

  constructor(options: {
    readonly version: string;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly sources: StatusSources;
  }) {
    this.#version = options.version;
    this.#clock = options.clock;
    this.#sources = options.sources;
    this.#startedAt = options.clock.now();
    this.#changed = new Emitter((error) =>
      options.logger.error('status.listener-threw', { error: String(error) }),
    );
    this.onChanged = this.#changed.on;
  }

  get startedAt(): number {
    return this.#startedAt;
  }

  /** Built from the owners' present truth at every call; `seq` says which change it includes. */
  snapshot(): StatusSnapshot {
    return {
      seq: this.#seq,
      at: this.#clock.now(),
      version: this.#version,
      startedAt: this.#startedAt,
      gateway: this.#sources.gateway(),
      credential: this.#sources.credential(),
      probe: this.#sources.probe(),
      channels: this.#sources.channels(),
      pendingDevices: this.#sources.pendingDevices(),
      counters: this.#sources.counters(),
      eventLoopDelayP99Ms: this.#sources.eventLoopDelayP99Ms(),
      notices: [...this.#notices.values()],
    };
  }

  /** An owner's part has changed. Cheap: called for every auth event. */
  touch(): void {
    this.#seq += 1;
    if (this.#stopped) return;
    if (this.#quiet !== undefined) {
      this.#dirty = true;
      return;
    }
    this.#announce();
  }

  setNotice(notice: Omit<Notice, 'at'>): void {
    this.#notices.set(notice.id, { ...notice, at: this.#clock.now() });
    this.touch();
  }

  clearNotice(id: string): void {
    if (this.#notices.delete(id)) this.touch();
  }

  stop(): void {
    this.#stopped = true;
    this.#quiet?.dispose();
    this.#quiet = undefined;
  }

  #announce(): void {
    this.#dirty = false;
    this.#quiet = this.#clock.setTimeout(() => {
      this.#quiet = undefined;
      if (this.#dirty) this.#announce();
    }, MIN_INTERVAL_MS);
    this.#changed.emit(this.snapshot());
  }
}
