// Lifetimes. A thing that acquires (timer, listener, socket) registers its release on the line where it
// acquires it, so nothing outlives its owner. Never throws from dispose: failures are collected and reported.

export interface Disposable {
  dispose(): void;
}

export function toDisposable(dispose: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      dispose();
    },
  };
}

/** Last in, first out. Adding to a disposed store disposes the newcomer at once, so late registrations cannot leak. */
export class DisposableStore implements Disposable {
  #items: Disposable[] = [];
  #disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  addFn(dispose: () => void): Disposable {
    return this.add(toDisposable(dispose));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const items = this.#items;
    this.#items = [];
    const failures: unknown[] = [];
    for (const item of items.reverse()) {
      try {
        item.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'dispose failed');
  }
}
