// The clipboard as the one way a secret leaves or enters by the user's hand. Handlers call it; it remembers a digest
// of what it put there, never the text, and takes it back after a minute unless the user copied something else.

import { createHash } from 'node:crypto';
import type { Clock } from '../core/lib/clock';
import type { Disposable } from '../core/lib/disposable';
import type { Secret } from '../core/lib/secret';

const CLEAR_AFTER_MS = 60_000;

/** The part of Electron's clipboard that is used. */
export interface SystemClipboard {
  readText(): string;
  writeText(text: string): void;
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
  putSecret(secret: Secret): { readonly clearsAt: number } {
    this.#timer?.dispose();
    this.#clipboard.writeText(secret.expose());
    this.#digest = digestOf(secret.expose());
    this.#timer = this.#clock.setTimeout(() => this.takeBack(), CLEAR_AFTER_MS);
    return { clearsAt: this.#clock.now() + CLEAR_AFTER_MS };
  }

  putText(text: string): void {
    this.#clipboard.writeText(text);
  }

  /** What the user copied, without the line break that terminals add. */
  readText(): string {
    return this.#clipboard.readText().trim();
  }

  /** Clears the clipboard if our secret still is on it. Also at quit: nobody could do it later. */
  takeBack(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const digest = this.#digest;
    this.#digest = undefined;
    if (digest !== undefined && digestOf(this.#clipboard.readText()) === digest) this.#clipboard.clear();
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
