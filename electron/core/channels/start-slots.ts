// At most so many epochs between start and ready at once, so that one slow name lookup does not pile up all
// the others. First come, first served; a waiter whose signal aborts leaves the queue.

import { type Disposable, toDisposable } from '../lib/disposable';

export class StartSlots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Undefined when `signal` aborts first. Dispose the slot to give it back. */
  acquire(signal: AbortSignal): Promise<Disposable | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(this.#slot());
    }
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiting.delete(take);
        resolve(undefined);
      };
      const take = () => {
        this.#waiting.delete(take);
        signal.removeEventListener('abort', leave);
        resolve(this.#slot());
      };
      this.#waiting.add(take);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Handed from one holder to the next waiter, so a newcomer cannot overtake the queue. */
  #slot(): Disposable {
    return toDisposable(() => {
      const [next] = this.#waiting;
      if (next === undefined) this.#free += 1;
      else next();
    });
  }
}
