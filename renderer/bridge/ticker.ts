// The page's clock: one interval for all ages on screen, stopped while nobody looks at one.

import { Observable } from './observable';

export interface TimeSource {
  /** Epoch ms of the last tick; stable between ticks, as useSyncExternalStore demands. */
  get(): number;
  subscribe(listener: () => void): () => void;
}

export function createTicker(now: () => number = Date.now, everyMs = 1_000): TimeSource {
  const value = new Observable(now());
  let users = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    get: value.get,
    subscribe(listener) {
      const unsubscribe = value.subscribe(listener);
      users += 1;
      if (users === 1) {
        value.set(now());
        timer = setInterval(() => value.set(now()), everyMs);
      }
      return () => {
        unsubscribe();
        users -= 1;
        if (users === 0) clearInterval(timer);
      };
    },
  };
}
