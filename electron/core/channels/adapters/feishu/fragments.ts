// Puts the parts of an event together again: Feishu cuts a large one into `sum` frames with the same `message_id`.
// Bounded in time, parts and bytes. Owned by the link of one epoch.

import { type Frame, headerOf } from './frame';

/** An incomplete event is forgotten after this; the vendor pushes it again as a whole. */
const KEEP_MS = 10_000;
const MAX_PARTS = 64;
const MAX_EVENTS = 32;
/** Of all incomplete events together. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Collected {
  readonly parts: (Uint8Array | undefined)[];
  readonly since: number;
}

export class Fragments {
  readonly #events = new Map<string, Collected>();

  /** The whole event's bytes once its last part is here. `now` is monotonic. */
  add(frame: Frame, now: number): Uint8Array | 'incomplete' | 'malformed' {
    const sum = count(headerOf(frame, 'sum'));
    const seq = count(headerOf(frame, 'seq'));
    const { payload } = frame;
    if (sum === undefined || seq === undefined || payload === undefined) return 'malformed';
    if (sum < 1 || sum > MAX_PARTS || seq >= sum) return 'malformed';
    if (sum === 1) return payload;
    const id = headerOf(frame, 'message_id');
    if (id === undefined) return 'malformed';
    this.#forget(now);
    const event = this.#events.get(id) ?? { parts: new Array<undefined>(sum).fill(undefined), since: now };
    if (event.parts.length !== sum) return 'malformed';
    // A copy: the payload is a view of its whole frame, which would be kept along and is not counted.
    event.parts[seq] = Uint8Array.from(payload);
    const parts = event.parts.filter((part) => part !== undefined);
    if (parts.length === sum) {
      this.#events.delete(id);
      return Buffer.concat(parts);
    }
    this.#events.set(id, event);
    this.#bound();
    return 'incomplete';
  }

  #forget(now: number): void {
    for (const [id, { since }] of this.#events) if (now - since > KEEP_MS) this.#events.delete(id);
  }

  #bound(): void {
    const sizes = [...this.#events].map(([id, { parts }]) => ({ id, bytes: sizeOf(parts) }));
    let bytes = sizes.reduce((total, event) => total + event.bytes, 0);
    for (const oldest of sizes) {
      if (bytes <= MAX_BYTES && this.#events.size <= MAX_EVENTS) return;
      this.#events.delete(oldest.id);
      bytes -= oldest.bytes;
    }
  }
}

function sizeOf(parts: readonly (Uint8Array | undefined)[]): number {
  return parts.reduce((total, part) => total + (part?.length ?? 0), 0);
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
