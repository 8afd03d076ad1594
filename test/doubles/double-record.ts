// What a double has seen and who waits for it: the log with `seen`, and waiting for any other change. Used inside
// doubles only.

import type { DoubleRequest } from './channel-double';

export class DoubleRecord {
  readonly log: DoubleRequest[] = [];
  readonly #waiting = new Set<() => void>();

  add(request: DoubleRequest): void {
    this.log.push(request);
    this.changed();
  }

  /** Looks again at everything that is waited for. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  seen(match: (request: DoubleRequest) => boolean): Promise<DoubleRequest> {
    return this.until(() => this.log.find(match));
  }

  /** Resolves with what `look` finds; asks at once, then after each change. */
  until<T>(look: () => T | undefined): Promise<T> {
    const found = look();
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      const again = () => {
        const later = look();
        if (later === undefined) return;
        this.#waiting.delete(again);
        resolve(later);
      };
      this.#waiting.add(again);
    });
  }
}
