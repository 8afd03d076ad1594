// What the tests of the QQ and Discord adapters share: epochs that follow each other on one clock and one store, and a
// clock that tells when somebody begins to wait.

import type { ChannelNet } from '../../electron/core/channels/net/channel-net';
import { SystemNet } from '../../electron/core/channels/net/system-net';
import type { Disposable } from '../../electron/core/lib/disposable';
import type { ChannelDouble } from '../doubles/channel-double';
import { BareContext, MemoryStore } from './channel-doubles';
import { FakeClock } from './fake-clock';

export class WatchedClock extends FakeClock {
  readonly #delays: number[] = [];
  readonly #waiting = new Set<() => void>();

  override setTimeout(callback: () => void, delayMs: number): Disposable {
    const timer = super.setTimeout(callback, delayMs);
    this.#delays.push(delayMs);
    for (const look of [...this.#waiting]) look();
    return timer;
  }

  /** Resolves when a timer of this length has been set for the `times`-th time. */
  armed(delayMs: number, times = 1): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#delays.filter((delay) => delay === delayMs).length < times) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** The context of a first epoch, or of the one after `before`. */
export class GatewayContext extends BareContext {
  override readonly clock: WatchedClock;
  override readonly store: MemoryStore;
  override readonly net: ChannelNet;

  constructor(before?: GatewayContext) {
    super();
    this.clock = before?.clock ?? new WatchedClock();
    this.store = before?.store ?? new MemoryStore();
    this.net =
      before?.net ??
      new SystemNet({ clock: this.clock, resolveProxy: async () => undefined, vendorDomains: [] });
  }
}

/** Resolves when `double` has seen `times` requests or frames of this name. */
export async function seenTimes(double: ChannelDouble, name: string, times = 1): Promise<unknown> {
  await double.seen(() => double.log.filter((request) => request.name === name).length >= times);
  return double.log.filter((request) => request.name === name)[times - 1]?.body;
}

/** What the epoch has said under this name. */
export function said(context: BareContext, what: string): unknown[] {
  return context.said.filter((entry) => entry.what === what).map((entry) => entry.value);
}

/** Resolves when the epoch is ready. */
export function isReady(context: BareContext): Promise<void> {
  return context.until((now) => now.isReady);
}
