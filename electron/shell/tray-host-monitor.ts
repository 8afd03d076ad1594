// Knows whether a tray host is there, and notices when it comes, goes or is restarted. app.ts draws the consequences
// (notice, new icon). One question at a time; every question has its own deadline in tray-host.

import type { Clock } from '../core/lib/clock';
import type { Disposable } from '../core/lib/disposable';

const EVERY_MS = 15_000;

export class TrayHostMonitor {
  readonly #find: () => Promise<string | undefined>;
  readonly #onChanged: (isPresent: boolean) => void;
  readonly #clock: Clock;
  #host: string | undefined;
  #asking: Promise<boolean> | undefined;
  #timer: Disposable | undefined;

  constructor(options: {
    readonly find: () => Promise<string | undefined>;
    /** Also called when one host was replaced by another. */
    readonly onChanged: (isPresent: boolean) => void;
    readonly clock: Clock;
  }) {
    this.#find = options.find;
    this.#onChanged = options.onChanged;
    this.#clock = options.clock;
  }

  get isPresent(): boolean {
    return this.#host !== undefined;
  }

  start(): void {
    this.#timer ??= this.#clock.setInterval(() => void this.refresh(), EVERY_MS);
  }

  stop(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  /** Asks now; true when there is a host. Never rejects: not knowing is "no". */
  refresh(): Promise<boolean> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    const found = await this.#find().catch(() => undefined);
    if (found !== this.#host) {
      this.#host = found;
      this.#onChanged(found !== undefined);
    }
    return found !== undefined;
  }
}
