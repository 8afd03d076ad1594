// Decides which attempts are written whole and which only counted (SEC-31): the first of a kind is whole, its
// repeats within 60 s become counts. Used by AuthLog for the disk only; the ring keeps every attempt whole.

import type { AuthAttemptEvent } from '../../../shared/model/auth-event';
import type { MergedRecord } from './auth-log-record';

const WINDOW_MS = 60_000;
const MAX_KINDS = 10_000;

interface Repeats {
  count: number;
  readonly from: AuthAttemptEvent;
  last: AuthAttemptEvent;
}

interface Kind {
  readonly first: AuthAttemptEvent;
  repeats: Repeats | undefined;
}

export class AttemptMerger {
  /** In order of each window's start, so the expired ones are in front. */
  readonly #kinds = new Map<string, Kind>();
  /** Counted since the last drain, in order of their first attempt. */
  #waiting: { readonly kind: Kind; readonly repeats: Repeats }[] = [];

  /** True: counted as a repeat. False: the first of its kind, or too many kinds; write it whole. */
  absorb(event: AuthAttemptEvent): boolean {
    const key = kindOf(event);
    const kind = this.#kinds.get(key);
    if (kind === undefined || event.monoMs - kind.first.monoMs >= WINDOW_MS) {
      this.#begin(key, event);
      return false;
    }
    if (kind.repeats === undefined) {
      kind.repeats = { count: 1, from: event, last: event };
      this.#waiting.push({ kind, repeats: kind.repeats });
    } else {
      kind.repeats.count += 1;
      kind.repeats.last = event;
    }
    return true;
  }

  /** Repeats counted and not yet drained. */
  get waiting(): number {
    return this.#waiting.reduce((sum, { repeats }) => sum + repeats.count, 0);
  }

  /** One record per kind that was repeated since the last call, in order of seq; the windows go on. */
  drain(): MergedRecord[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting.map(({ kind, repeats }) => {
      kind.repeats = undefined;
      return toRecord(kind.first, repeats);
    });
  }

  /** Forgets all kinds and counts: their whole records did not reach the disk. */
  clear(): void {
    this.#kinds.clear();
    this.#waiting = [];
  }

  #begin(key: string, event: AuthAttemptEvent): void {
    this.#kinds.delete(key);
    for (const [oldKey, old] of this.#kinds) {
      if (event.monoMs - old.first.monoMs < WINDOW_MS) break;
      this.#kinds.delete(oldKey);
    }
    if (this.#kinds.size < MAX_KINDS) this.#kinds.set(key, { first: event, repeats: undefined });
  }
}

/** Foreign text is cleaned of control characters, so the separator cannot be forged. */
function kindOf(event: AuthAttemptEvent): string {
  const { client, peer } = event;
  const ip = peer.slice(0, peer.lastIndexOf(':'));
  const who = client === undefined ? '' : `${client.id}\n${client.displayName ?? ''}\n${client.mode}`;
  return `${event.outcome}\n${event.reason ?? ''}\n${event.originClass}\n${event.presentedAs}\n${event.internal}\n${ip}\n${who}`;
}

function toRecord(first: AuthAttemptEvent, { count, from, last }: Repeats): MergedRecord {
  return {
    seq: from.seq,
    at: from.at,
    monoMs: from.monoMs,
    event: 'auth.merged',
    firstSeq: first.seq,
    count,
    firstAt: from.at,
    lastAt: last.at,
    outcome: first.outcome,
    ...(first.reason !== undefined && { reason: first.reason }),
    ...(first.client !== undefined && { client: first.client }),
    internal: first.internal,
    lastSeq: last.seq,
    peer: first.peer,
    ...(first.origin !== undefined && { origin: first.origin }),
    ...(first.host !== undefined && { host: first.host }),
    ...(first.userAgent !== undefined && { userAgent: first.userAgent }),
  };
}
