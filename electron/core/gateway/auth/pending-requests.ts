// Devices that wait for an approval: at most 32, one per device, each for 5 minutes after it last asked (SEC-20,
// SEC-22). Memory only. A request that differs in anything a person is shown is another request with another id;
// a full list turns newcomers away, so that no flood can push out the one on screen.

import { createHash } from 'node:crypto';
import type { PairingReason, PendingPairing } from '../../../../shared/model/device';
import type { Clock } from '../../lib/clock';
import type { Random } from '../../lib/random';
import type { PairingSubject } from './device-records';

export const MAX_PENDING = 32;
export const PENDING_MS = 300_000;

export interface PendingEntry {
  readonly view: PendingPairing;
  readonly subject: PairingSubject;
}

export type PendingAdded =
  | { readonly kind: 'full' }
  | { readonly kind: 'known'; readonly entry: PendingEntry }
  | { readonly kind: 'created'; readonly entry: PendingEntry; readonly superseded: PendingEntry | undefined };

export class PendingRequests {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #byDevice = new Map<string, { entry: PendingEntry; endsMs: number }>();

  constructor(options: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = options.clock;
    this.#random = options.random;
  }

  add(subject: PairingSubject, reason: PairingReason): PendingAdded {
    const shownHash = hashOfShown(subject, reason);
    const before = this.#byDevice.get(subject.deviceId);
    const now = this.#clock.now();
    const endsMs = this.#clock.monotonicMs() + PENDING_MS;
    if (before?.entry.view.shownHash === shownHash) {
      before.entry = { subject, view: { ...before.entry.view, refreshedAtMs: now } };
      before.endsMs = endsMs;
      return { kind: 'known', entry: before.entry };
    }
    if (before === undefined && this.#byDevice.size >= MAX_PENDING) return { kind: 'full' };
    const entry: PendingEntry = {
      subject,
      view: {
        requestId: this.#random.uuid(),
        ...subject,
        roles: [subject.role],
        silent: false,
        isRepair: reason !== 'not-paired',
        reason,
        ts: now,
        refreshedAtMs: now,
        shownHash,
      },
    };
    this.#byDevice.set(subject.deviceId, { entry, endsMs });
    return { kind: 'created', entry, superseded: before?.entry };
  }

  get(requestId: string): PendingEntry | undefined {
    return this.list().find(({ view }) => view.requestId === requestId);
  }

  delete(entry: PendingEntry): void {
    this.#byDevice.delete(entry.view.deviceId);
  }

  /** Oldest first. */
  list(): readonly PendingEntry[] {
    return [...this.#byDevice.values()].map(({ entry }) => entry);
  }

  /** Takes out those whose time is over. */
  expire(): readonly PendingEntry[] {
    const nowMs = this.#clock.monotonicMs();
    const over = [...this.#byDevice.values()].filter(({ endsMs }) => endsMs <= nowMs);
    for (const { entry } of over) this.delete(entry);
    return over.map(({ entry }) => entry);
  }

  /** On the monotonic clock; `undefined` when nothing waits. */
  get nextEndMs(): number | undefined {
    const ends = [...this.#byDevice.values()].map(({ endsMs }) => endsMs);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }
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
