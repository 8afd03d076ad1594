// A clock for the length of one epoch: what is still pending at its end is cleared, and a callback that throws
// is handed to `onThrow` instead of becoming an uncaught exception that would take every account down.

import type { Clock } from '../lib/clock';
import { type Disposable, toDisposable } from '../lib/disposable';

export interface EpochClock extends Clock, Disposable {}

export function epochClock(clock: Clock, onThrow: (error: unknown) => void): EpochClock {
  const pending = new Set<Disposable>();
  let over = false;

  function hold(timer: Disposable): Disposable {
    const handle = toDisposable(() => {
      pending.delete(handle);
      timer.dispose();
    });
    if (over) handle.dispose();
    else pending.add(handle);
    return handle;
  }

  function guarded(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      onThrow(error);
    }
  }

  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    setTimeout(callback, delayMs) {
      const timer: Disposable = hold(
        clock.setTimeout(() => {
          // Forgotten before it runs: a heartbeat that re-arms itself for weeks must not pile up handles.
          timer.dispose();
          guarded(callback);
        }, delayMs),
      );
      return timer;
    },
    setInterval: (callback, everyMs) => hold(clock.setInterval(() => guarded(callback), everyMs)),
    dispose() {
      over = true;
      for (const timer of [...pending]) timer.dispose();
    },
  };
}
