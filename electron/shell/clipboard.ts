// The clipboard as the one way a secret leaves or enters by the user's hand. Handlers call it; it remembers a digest
// of what it put there, never the text, and takes it back after a minute unless the user copied something else.

import { createHash } from 'node:crypto';
import type { Clock } from '../core/lib/clock';
import type { Disposable } from '../core/lib/disposable';
import type { Secret } from '../core/lib/secret';

const CLEAR_AFTER_MS = 60_000;

/** The part of Electron's clipboard that is used; newer Electrons answer with promises. */
export interface SystemClipboard {
  readText(): string | Promise<string>;
  writeText(text: string): void | Promise<void>;
  clear(): void;
}

export class ClipboardGuard {
  readonly #clipboard: SystemClipboard;
  readonly #clock: Clock;
  #digest: string | undefined;
  #timer: Disposable | undefined;

  constructor(options: { readonly clipboard: SystemClipboard; readonly clock: Clock }) {
    this.#clipboard = options.clipboard;
    this.#clock = options.clock;
  }

  /** Epoch ms at which it is taken back. */
  async putSecret(secret: Secret): Promise<{ readonly clearsAt: number }> {
    this.#timer?.dispose();
    await this.#clipboard.writeText(secret.expose());
    this.#digest = digestOf(secret.expose());
    this.#timer = this.#clock.setTimeout(() => void this.takeBack(), CLEAR_AFTER_MS);
    return { clearsAt: this.#clock.now() + CLEAR_AFTER_MS };
  }

  async putText(text: string): Promise<void> {
    await this.#clipboard.writeText(text);
  }

  /** What the user copied, without the line break that terminals add. */
  async readText(): Promise<string> {
    return (await this.#clipboard.readText()).trim();
  }

  /** Clears the clipboard if our secret still is on it. Also at quit: nobody could do it later. */
  async takeBack(): Promise<void> {
    this.#timer?.dispose();
    this.#timer = undefined;
    const digest = this.#digest;
    this.#digest = undefined;
    if (digest !== undefined && digestOf(await this.#clipboard.readText()) === digest)
      this.#clipboard.clear();
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
