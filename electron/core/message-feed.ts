// Hands the journal's messages to the gateway, a little in each turn of the event loop: a vendor that delivers a
// backlog in one go would else fill a quick reader's buffer before it can take anything, and the reader would miss
// what only a slow one may miss. Used by core-wiring.

import type { JournalMessage } from '../../shared/model/channel';

/** In one turn: less than what a client may leave unread before events are dropped for it, at three bytes each. */
const MAX_CHARS = 16_384;
/** Around the text of one message. */
const FRAME_CHARS = 400;

export class MessageFeed {
  readonly #send: (message: JournalMessage) => void;
  #waiting: JournalMessage[] = [];

  constructor(send: (message: JournalMessage) => void) {
    this.#send = send;
  }

  push(message: JournalMessage): void {
    this.#waiting.push(message);
    if (this.#waiting.length === 1) setImmediate(() => this.#advance());
  }

  /** Some of it, at least one, in order. */
  #advance(): void {
    let chars = 0;
    let count = 0;
    for (const message of this.#waiting) {
      chars += message.text.length + FRAME_CHARS;
      if (count > 0 && chars > MAX_CHARS) break;
      this.#send(message);
      count += 1;
    }
    this.#waiting = this.#waiting.slice(count);
    if (this.#waiting.length > 0) setImmediate(() => this.#advance());
  }
}
