// Keeps the ordinary log readable in a flood: per kind, some lines per window are written whole, the rest are
// counted and said with the next one as `suppressed=<n>` (protocol section 4.1). The auth log is not throttled.

import type { Clock } from '../lib/clock';

const WINDOW_MS = 10_000;
const LINES_PER_WINDOW = 20;
const MAX_KEYS = 256;

interface Window {
  startedMs: number;
  written: number;
  suppressed: number;
}

export class LineThrottle {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined: do not write. Otherwise what to append to the line, often nothing. */
  admit(key: string): string | undefined {
    const now = this.#clock.monotonicMs();
    let window = this.#windows.get(key);
    if (window === undefined || now - window.startedMs >= WINDOW_MS) {
      const suppressed = window?.suppressed ?? 0;
      if (window === undefined && this.#windows.size >= MAX_KEYS) this.#forgetOldest();
      window = { startedMs: now, written: 1, suppressed: 0 };
      this.#windows.set(key, window);
      return suppressed > 0 ? ` suppressed=${suppressed}` : '';
    }
    if (window.written >= LINES_PER_WINDOW) {
      window.suppressed += 1;
      return undefined;
    }
    window.written += 1;
    return '';
  }

  #forgetOldest(): void {
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}
