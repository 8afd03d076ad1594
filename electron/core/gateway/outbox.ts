// The sending side of one connection: batches writes of one turn into one system call, and holds the
// slow-consumer policy (protocol section 1.5, T-12). Reads pause while the peer does not take what it asked for.

import type { Socket } from 'node:net';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import type { GatewaySocket } from './gateway-socket';
import { LIMITS } from './limits';

/**
 * What an event is encoded to when this client is to miss it: its number is used up and nothing is sent, so that
 * the gap tells the client (REL-57).
 */
export const NUMBER_USED_UP = '';

export class Outbox {
  readonly #socket: GatewaySocket;
  readonly #raw: Socket;
  readonly #clock: Clock;
  readonly #onSlow: (bufferedBytes: number) => void;
  #corked = false;
  #stalled: Disposable | undefined;
  #unproven = 0;
  #asked: Disposable | undefined;
  #closed = false;

  constructor(options: {
    readonly socket: GatewaySocket;
    readonly raw: Socket;
    readonly clock: Clock;
    /** The peer does not read, and so much it has not taken: the owner closes it. Called at most once. */
    readonly onSlow: (bufferedBytes: number) => void;
  }) {
    this.#socket = options.socket;
    this.#raw = options.raw;
    this.#clock = options.clock;
    this.#onSlow = options.onSlow;
  }

  send(text: string): void {
    if (text === NUMBER_USED_UP || this.#closed || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#cork();
    this.#socket.send(text);
    const buffered = this.#socket.bufferedAmount;
    if (buffered > LIMITS.bufferedBytes) this.#giveUp();
    else if (buffered > LIMITS.bufferedHighBytes) this.#stall();
    else this.#askForProof(text.length);
  }

  /** Leaves in one write with what else is sent in this turn. */
  ping(): void {
    if (this.#closed || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#cork();
    this.#socket.ping();
  }

  /** The peer has answered a ping, so it has read all that was sent before it. */
  proven(): void {
    this.#unproven = 0;
    this.#asked?.dispose();
    this.#asked = undefined;
  }

  dispose(): void {
    this.#closed = true;
    this.proven();
    this.#stalled?.dispose();
    this.#stalled = undefined;
  }

  /** Hundreds of pipelined answers leave in one write instead of hundreds. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#raw.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#raw.uncork();
    });
  }

  /** The system takes megabytes for a peer that reads nothing; only the peer itself can say that it reads. */
  #askForProof(length: number): void {
    this.#unproven += length;
    if (this.#unproven < LIMITS.unprovenBytes || this.#asked !== undefined || this.#stalled !== undefined)
      return;
    this.#asked = this.#clock.setTimeout(() => this.#giveUp(), LIMITS.stalledMs);
    this.#socket.ping();
  }

  #stall(): void {
    if (this.#stalled !== undefined) return;
    // Reads pause, so no proof can come; from here on the buffer tells.
    this.proven();
    this.#socket.pause();
    this.#stalled = this.#clock.setTimeout(() => this.#giveUp(), LIMITS.stalledMs);
    this.#raw.once('drain', () => {
      if (this.#closed) return;
      this.#stalled?.dispose();
      this.#stalled = undefined;
      this.#socket.resume();
    });
  }

  #giveUp(): void {
    if (this.#closed) return;
    this.dispose();
    this.#onSlow(this.#socket.bufferedAmount);
  }
}
