// Time as a dependency. Core asks this, never Date or setTimeout, so that tests own time.

import type { Disposable } from './disposable';
import { toDisposable } from './disposable';

export interface Clock {
  /** Wall clock, epoch ms. May step; use it for what people and the wire read. */
  now(): number;
  /** Monotonic ms since an arbitrary start. Use it for deadlines, windows and durations. */
  monotonicMs(): number;
  setTimeout(callback: () => void, delayMs: number): Disposable;
  setInterval(callback: () => void, everyMs: number): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimeout(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return toDisposable(() => clearTimeout(timer));
  },
  setInterval(callback, everyMs) {
    const timer = setInterval(callback, everyMs);
    return toDisposable(() => clearInterval(timer));
  },
};

/** Resolves after `delayMs`, or at once when `signal` aborts; leaves neither timer nor listener behind. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      timer.dispose();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, delayMs);
    signal?.addEventListener('abort', done);
  });
}
