// Typed events. They announce state that already holds; they do not drive control flow. A listener that
// throws is reported and never stops the others or the caller.

import type { Disposable } from './disposable';
import { toDisposable } from './disposable';

export type Listener<T> = (value: T) => void;
export type Subscribe<T> = (listener: Listener<T>) => Disposable;

export class Emitter<T> {
  readonly #listeners = new Set<{ readonly call: Listener<T> }>();
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Hand this out, keep the emitter: subscribers cannot emit. The same function may subscribe twice. */
  readonly on: Subscribe<T> = (listener) => {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  get listenerCount(): number {
    return this.#listeners.size;
  }

  emit(value: T): void {
    for (const entry of [...this.#listeners]) {
      try {
        entry.call(value);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
