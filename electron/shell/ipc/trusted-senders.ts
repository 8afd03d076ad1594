// Decides whether an IPC message comes from our page: a window we made, its top frame, our origin. ipc-server asks
// before it looks at anything else. Never throws: a frame that is gone by the time we look is not trusted.

import { isAppUrl } from '../app-protocol';

export interface SenderFrame {
  readonly url: string;
  readonly parent: unknown;
}

/** The part of Electron's event that counts; `senderFrame` is null when the frame was replaced meanwhile. */
export interface CallEvent {
  readonly sender: { readonly id: number };
  readonly senderFrame: SenderFrame | null;
}

export type SenderProblem = 'unknown-contents' | 'no-frame' | 'not-top-frame' | 'foreign-origin';

export class TrustedSenders {
  readonly #ids = new Set<number>();

  /** Trusts these web contents until they are destroyed (ids are never used twice, but a set must not grow). */
  add(contents: { readonly id: number; once(event: 'destroyed', listener: () => void): unknown }): void {
    const { id } = contents;
    this.#ids.add(id);
    contents.once('destroyed', () => this.#ids.delete(id));
  }

  /** What is wrong with this sender; undefined when nothing is. */
  problem(event: CallEvent): SenderProblem | undefined {
    try {
      if (!this.#ids.has(event.sender.id)) return 'unknown-contents';
      const frame = event.senderFrame;
      if (!frame) return 'no-frame';
      if (frame.parent !== null) return 'not-top-frame';
      return isAppUrl(frame.url) ? undefined : 'foreign-origin';
    } catch {
      // Electron throws when a disposed frame is read.
      return 'no-frame';
    }
  }
}
