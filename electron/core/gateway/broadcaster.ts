// Sends events to all authenticated connections that may have them: encoded once, numbered per client (protocol
// sections 1.5 and 5.9). Holds the policy for clients that do not read: what may be skipped is skipped and
// counted, and when all of them together hold too much the fullest go first (T-12).

import type { BroadcastName } from '../../../shared/protocol/events';
import { isDroppable, mayReceive } from '../../../shared/protocol/events';
import type { StateVersion } from '../../../shared/protocol/frames';
import type { ClientRegistry } from './client-registry';
import type { Connection } from './connection';
import { NUMBER_USED_UP } from './outbox';

/** What all connections may hold unsent together. */
const TOTAL_BUFFERED_BYTES = 67_108_864;

/** Connections written to in one go: about 4 ms. */
const SLICE = 256;
/** Above this a client misses what it may miss. Small events cost many times their bytes while they wait. */
const DROP_ABOVE_BYTES = 65_536;

interface Round {
  readonly receivers: readonly Connection[];
  readonly droppable: boolean;
  readonly encode: (seq: number) => string;
  /** A tick: each receiver is also asked whether it is still there. */
  readonly isTick: boolean;
  next: number;
  total: number;
}

export interface BroadcasterOptions {
  readonly registry: ClientRegistry;
  readonly bufferedBytes: (connection: Connection) => number;
  /** Told of each connection that has to go so that the total fits. */
  readonly onOverflow: (connection: Connection) => void;
}

export class Broadcaster {
  readonly #options: BroadcasterOptions;
  readonly #dropped = new Map<Connection, number>();
  /** What is still to be sent, in order: the first one is under way. */
  readonly #rounds: Round[] = [];

  constructor(options: BroadcasterOptions) {
    this.#options = options;
  }

  send(event: BroadcastName, payload: unknown, stateVersion?: StateVersion): void {
    const receivers = this.#options.registry.all().filter((connection) => isFor(connection, event));
    this.#deliver(receivers, event, payload, stateVersion);
  }

  /** To one connection, numbered as a broadcast is; nothing when it may not have such an event. */
  sendTo(connection: Connection, event: BroadcastName, payload: unknown, stateVersion?: StateVersion): void {
    if (isFor(connection, event)) this.#deliver([connection], event, payload, stateVersion);
  }

  /** A connection has ended: how many events it has missed. */
  forget(connection: Connection): number {
    const dropped = this.#dropped.get(connection) ?? 0;
    this.#dropped.delete(connection);
    return dropped;
  }

  #deliver(
    receivers: readonly Connection[],
    event: BroadcastName,
    payload: unknown,
    stateVersion: StateVersion | undefined,
  ): void {
    if (receivers.length === 0) return;
    const body = `"event":${JSON.stringify(event)},"payload":${JSON.stringify(payload)}`;
    const tail = stateVersion === undefined ? '' : `,"stateVersion":${JSON.stringify(stateVersion)}`;
    const droppable = isDroppable(event);
    const encode = (seq: number) => `{"type":"event",${body},"seq":${seq}${tail}}`;
    const isTick = event === 'tick';
    this.#rounds.push({ receivers, droppable, isTick, encode, next: 0, total: 0 });
    // Whoever sends `shutdown` closes everybody right after it.
    if (event === 'shutdown') this.#advance(Number.POSITIVE_INFINITY);
    else if (this.#rounds.length === 1) this.#advance(SLICE);
  }

  /** A slice a turn: writing to thousands at once would keep everybody else's answers waiting for it. */
  #advance(budget: number): void {
    let left = budget;
    for (let round = this.#rounds[0]; round !== undefined && left > 0; round = this.#rounds[0]) {
      const end = Math.min(round.receivers.length, round.next + left);
      left -= end - round.next;
      for (; round.next < end; round.next += 1)
        this.#sendOne(round, round.receivers[round.next] as Connection);
      if (round.next < round.receivers.length) break;
      this.#rounds.shift();
      if (round.total > TOTAL_BUFFERED_BYTES) this.#relieve();
    }
    if (this.#rounds.length > 0) setImmediate(() => this.#advance(SLICE));
  }

  #sendOne(round: Round, connection: Connection): void {
    if (round.isTick) connection.keepalive();
    const buffered = this.#options.bufferedBytes(connection);
    round.total += buffered;
    if (round.droppable && buffered > DROP_ABOVE_BYTES) {
      this.#dropped.set(connection, (this.#dropped.get(connection) ?? 0) + 1);
      connection.sendEvent(() => NUMBER_USED_UP);
    } else connection.sendEvent(round.encode);
  }

  #relieve(): void {
    const { registry, bufferedBytes, onOverflow } = this.#options;
    const loads = registry.all().map((connection) => ({ connection, bytes: bufferedBytes(connection) }));
    let total = loads.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { connection, bytes } of loads.sort((a, b) => b.bytes - a.bytes)) {
      if (total <= TOTAL_BUFFERED_BYTES) return;
      total -= bytes;
      onOverflow(connection);
    }
  }
}

function isFor({ principal }: Connection, event: BroadcastName): boolean {
  return principal !== undefined && mayReceive(event, principal);
}
