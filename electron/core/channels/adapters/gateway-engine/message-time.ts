// When a message was sent, as far as the vendor's word can be believed. Pure.

const EARLIEST = Date.UTC(2015, 0, 1);
const AHEAD_MS = 60_000;

/** Epoch ms of an ISO 8601 text; `now` when it is none, or lies in the future or before these services. */
export function messageTime(value: unknown, now: number): number {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return at >= EARLIEST && at <= now + AHEAD_MS ? at : now;
}
