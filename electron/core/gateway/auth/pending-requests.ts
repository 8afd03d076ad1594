// Devices that wait for an approval: at most 32, one per device, each for 5 minutes after it last asked (SEC-20,
// SEC-22), over a restart too, as upstream keeps them. A request that differs in anything a person is shown is
// another request with another id; a full list turns newcomers away, so that no flood can push out the one on screen.

import { createHash } from 'node:crypto';
import type { PairingReason, PendingPairing } from '../../../../shared/model/device';
import type { Clock } from '../../lib/clock';
import type { Disposable } from '../../lib/disposable';
import type { Logger } from '../../lib/logger-port';
import { Mutex } from '../../lib/mutex';
import type { Random } from '../../lib/random';
import type { Result } from '../../lib/result';
import type { StoreError } from '../../ports';
import type { PairingSubject } from './device-records';

export const MAX_PENDING = 32;
export const PENDING_MS = 300_000;
/** The list is put down this long after a change: no flood of requests may keep the disk busy. */
const WRITE_MS = 1_000;
/** A device that asks for something else more often than this in a minute is no news any more. */
const MAX_CHANGES = 10;
const CHANGES_MS = 60_000;

/** A request as it rests on disk. */
export interface PendingRecord {
  readonly requestId: string;
  readonly subject: PairingSubject;
  readonly reason: PairingReason;
  /** Epoch ms of the first and of the last such attempt. */
  readonly ts: number;
  readonly refreshedAtMs: number;
}

/** Nothing secret and nothing that decides, so it is neither sealed nor waited for; written as durably as the devices. */
export interface PendingRepository {
  /** Empty when there is nothing usable; `recovered` says in words what was set aside. Never rejects. */
  loadPending(): Promise<{ readonly requests: readonly PendingRecord[]; readonly recovered?: string }>;
  savePending(requests: readonly PendingRecord[]): Promise<Result<void, StoreError>>;
}

export interface PendingEntry {
  readonly view: PendingPairing;
  readonly subject: PairingSubject;
}

export type PendingAdded =
  | { readonly kind: 'full' }
  | { readonly kind: 'known'; readonly entry: PendingEntry }
  | {
      readonly kind: 'created';
      readonly entry: PendingEntry;
      readonly superseded: PendingEntry | undefined;
      /** The device keeps changing what it asks for: the auth log has enough of it. */
      readonly restless: boolean;
    };

export interface PendingOptions {
  readonly repository: Partial<PendingRepository>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Their time is over; they are out of the list already. */
  readonly onExpired: (entries: readonly PendingEntry[]) => void;
}

interface Slot {
  entry: PendingEntry;
  /** On the monotonic clock. */
  endsMs: number;
  readonly changesSinceMs: number;
  readonly changes: number;
}

export class PendingRequests {
  readonly #options: PendingOptions;
  readonly #byDevice = new Map<string, Slot>();
  readonly #writing = new Mutex();
  #recovered: string | undefined;
  #loaded = false;
  #stopped = false;
  #unsaved = false;
  #expiry: Disposable | undefined;
  #write: Disposable | undefined;

  constructor(options: PendingOptions) {
    this.#options = options;
  }

  /** In words, when the list could not be read and was set aside. */
  get recovered(): string | undefined {
    return this.#recovered;
  }

  /** Takes up what waited when the gateway stopped. `isAsShown`: and is still needed, for the same reason. Idempotent. */
  async start(isAsShown: (request: PendingRecord) => boolean): Promise<void> {
    if (this.#loaded) return;
    this.#loaded = true;
    const { clock, repository } = this.#options;
    const loaded = await repository.loadPending?.();
    this.#recovered = loaded?.recovered;
    const over: PendingEntry[] = [];
    for (const request of loaded?.requests ?? []) {
      const { requestId, subject, reason, ts, refreshedAtMs } = request;
      const entry = entryOf(requestId, subject, reason, { ts, refreshedAtMs });
      // A clock that was set back must not make it live longer.
      const leftMs = Math.min(PENDING_MS, refreshedAtMs + PENDING_MS - clock.now());
      const hasRoom = this.#byDevice.size < MAX_PENDING && !this.#byDevice.has(subject.deviceId);
      if (leftMs <= 0) over.push(entry);
      else if (hasRoom && isAsShown(request)) this.#put(entry, clock.monotonicMs() + leftMs);
    }
    this.#watch();
    if (over.length === 0) return;
    this.#changed();
    this.#options.onExpired(over);
  }

  /** Puts down what is not on the disk yet. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#expiry?.dispose();
    this.#write?.dispose();
    await this.#save();
  }

  add(subject: PairingSubject, reason: PairingReason): PendingAdded {
    const { clock, random } = this.#options;
    const before = this.#byDevice.get(subject.deviceId);
    const now = clock.now();
    const nowMs = clock.monotonicMs();
    const asked = entryOf(random.uuid(), subject, reason, { ts: now, refreshedAtMs: now });
    if (before?.entry.view.shownHash === asked.view.shownHash) {
      before.entry = { subject, view: { ...before.entry.view, refreshedAtMs: now } };
      before.endsMs = nowMs + PENDING_MS;
      this.#changed();
      return { kind: 'known', entry: before.entry };
    }
    if (before === undefined && this.#byDevice.size >= MAX_PENDING) return { kind: 'full' };
    const slot = this.#put(asked, nowMs + PENDING_MS, before);
    this.#changed();
    const restless = slot.changes > MAX_CHANGES;
    return { kind: 'created', entry: asked, superseded: before?.entry, restless };
  }

  get(requestId: string): PendingEntry | undefined {
    return this.list().find(({ view }) => view.requestId === requestId);
  }

  of(deviceId: string): PendingEntry | undefined {
    return this.#byDevice.get(deviceId)?.entry;
  }

  /** Nothing happens to another request of the same device that has taken its place. */
  delete({ view }: PendingEntry): void {
    if (this.of(view.deviceId)?.view.requestId !== view.requestId) return;
    this.#byDevice.delete(view.deviceId);
    this.#changed();
  }

  /** Oldest first. */
  list(): readonly PendingEntry[] {
    return [...this.#byDevice.values()].map(({ entry }) => entry);
  }

  #put(entry: PendingEntry, endsMs: number, before?: Slot): Slot {
    const nowMs = this.#options.clock.monotonicMs();
    const inWindow = before !== undefined && nowMs - before.changesSinceMs < CHANGES_MS;
    const slot = {
      entry,
      endsMs,
      changesSinceMs: inWindow ? before.changesSinceMs : nowMs,
      changes: inWindow ? before.changes + 1 : 0,
    };
    this.#byDevice.set(entry.view.deviceId, slot);
    return slot;
  }

  #changed(): void {
    if (this.#stopped) return;
    this.#watch();
    this.#unsaved = true;
    this.#write ??= this.#options.clock.setTimeout(() => {
      this.#write = undefined;
      void this.#save();
    }, WRITE_MS);
  }

  /** One after another; what changes meanwhile has set its own timer. */
  #save(): Promise<void> {
    const { logger, repository } = this.#options;
    return this.#writing.run(async () => {
      if (!this.#unsaved) return;
      this.#unsaved = false;
      const saved = await repository.savePending?.(this.list().map(recordOf));
      if (saved === undefined || saved.ok) return;
      this.#unsaved = true;
      logger.warn('pairing.pending-not-saved', { ...saved.error });
    });
  }

  #watch(): void {
    this.#expiry?.dispose();
    const { clock } = this.#options;
    const ends = [...this.#byDevice.values()].map(({ endsMs }) => endsMs);
    if (ends.length === 0) return;
    this.#expiry = clock.setTimeout(
      () => this.#expire(),
      Math.max(0, Math.min(...ends) - clock.monotonicMs()),
    );
  }

  #expire(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const over = [...this.#byDevice.values()].filter(({ endsMs }) => endsMs <= nowMs);
    for (const { entry } of over) this.#byDevice.delete(entry.view.deviceId);
    this.#changed();
    this.#options.onExpired(over.map(({ entry }) => entry));
  }
}

function entryOf(
  requestId: string,
  subject: PairingSubject,
  reason: PairingReason,
  times: { readonly ts: number; readonly refreshedAtMs: number },
): PendingEntry {
  return {
    subject,
    view: {
      requestId,
      ...subject,
      roles: [subject.role],
      silent: false,
      isRepair: reason !== 'not-paired',
      reason,
      ...times,
      shownHash: hashOfShown(subject, reason),
    },
  };
}

function recordOf({ subject, view }: PendingEntry): PendingRecord {
  const { requestId, reason, ts, refreshedAtMs } = view;
  return { requestId, subject, reason, ts, refreshedAtMs };
}

function hashOfShown(subject: PairingSubject, reason: PairingReason): string {
  const shown = [
    reason,
    subject.deviceId,
    subject.publicKey,
    subject.displayName ?? '',
    subject.platform,
    subject.deviceFamily ?? '',
    subject.clientId,
    subject.clientMode,
    subject.role,
    [...subject.scopes].sort(),
    subject.remoteIp,
    subject.browserOrigin ?? '',
  ];
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex');
}
