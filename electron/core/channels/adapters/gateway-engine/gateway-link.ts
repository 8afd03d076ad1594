// One socket's conversation with a gateway: greeting, one attempt to authenticate, heartbeats, events. Owned by
// run-gateway, which knows the socket and the session; this decides only what a frame means. Never ready without READY
// or RESUMED, never silent while it is open.

import type { Clock } from '../../../lib/clock';
import type { Disposable } from '../../../lib/disposable';
import type { Random } from '../../../lib/random';
import type { EpochFailure } from '../../channel-adapter';
import { isObject } from '../../net/failures';
import { type GatewayFrame, OP, parseFrame } from './frames';

/** A heartbeat outside these would be a flood, or too seldom for the adapters' `staleAfterMs` (ms). */
const MIN_BEAT_MS = 1_000;
const MAX_BEAT_MS = 50_000;
const SEND_WINDOW_MS = 60_000;
/** Of the 120 frames a minute that vendors allow, so many may be answers to demands: our own beats always fit in. */
const MAX_BEFORE_ANSWER = 50;

export type LinkEnd =
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'invalid-session'; readonly resumable: boolean }
  | { readonly kind: 'failed'; readonly failure: EpochFailure };

export interface GatewayLinkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The vendor as people know it. */
  readonly who: string;
  /** Where the session stands that is resumed; null for a new one. */
  readonly resumeSeq: number | null;
  /** The one frame that answers the greeting, asked for once. */
  authenticate(): { readonly op: typeof OP.identify | typeof OP.resume; readonly d: unknown };
  send(text: string): void;
  /** READY or RESUMED; a failure means that it was not worth its name. */
  onReady(ready: {
    readonly type: 'READY' | 'RESUMED';
    readonly d: unknown;
    readonly seq: number;
  }): EpochFailure | undefined;
  /** `closed`: nobody took it, so the session must not move past it. */
  onEvent(type: string, d: unknown): 'taken' | 'closed';
  /** The session has moved on. */
  onSequence(seq: number): void;
  onAck(): void;
  /** Once, and not after `stop`. */
  onEnd(end: LinkEnd): void;
}

export class GatewayLink {
  readonly #options: GatewayLinkOptions;
  #state: 'greeting' | 'authenticating' | 'ready' | 'over' = 'greeting';
  #seq: number | null;
  #acked = true;
  #beat: Disposable | undefined;
  #sentAt: number[] = [];

  constructor(options: GatewayLinkOptions) {
    this.#options = options;
    this.#seq = options.resumeSeq;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  receive(data: Buffer, isBinary: boolean): void {
    if (this.#state === 'over') return;
    const frame = parseFrame(data, isBinary);
    if (frame === undefined) {
      this.#protocol('malformed', `${this.#options.who} sent a frame that cannot be read`);
      return;
    }
    switch (frame.op) {
      case OP.hello:
        this.#greet(frame.d);
        break;
      case OP.heartbeat:
        if (this.#lately().length < MAX_BEFORE_ANSWER) this.#sendBeat();
        break;
      case OP.heartbeatAck:
        this.#acked = true;
        this.#options.onAck();
        break;
      case OP.reconnect:
        this.#end({ kind: 'reconnect' });
        break;
      case OP.invalidSession:
        this.#end({ kind: 'invalid-session', resumable: frame.d === true });
        break;
      case OP.dispatch:
        this.#dispatch(frame);
        break;
    }
  }

  stop(): void {
    this.#state = 'over';
    this.#beat?.dispose();
  }

  #greet(d: unknown): void {
    if (this.#state !== 'greeting') return;
    const interval = isObject(d) ? d.heartbeat_interval : undefined;
    if (typeof interval !== 'number' || !(interval > 0)) {
      this.#protocol('malformed', `${this.#options.who} greeted without a heartbeat interval`);
      return;
    }
    const everyMs = Math.min(Math.max(interval, MIN_BEAT_MS), MAX_BEAT_MS);
    this.#state = 'authenticating';
    this.#send(this.#options.authenticate());
    // Spread, so that clients cut off together do not beat together.
    this.#arm(everyMs * this.#options.random.unit(), everyMs);
  }

  #arm(delayMs: number, everyMs: number): void {
    this.#beat = this.#options.clock.setTimeout(() => {
      if (!this.#acked) {
        const message = `${this.#options.who} no longer answers the heartbeat`;
        this.#end({ kind: 'failed', failure: { class: 'network', code: 'heartbeat', message } });
        return;
      }
      this.#acked = false;
      this.#sendBeat();
      this.#arm(everyMs, everyMs);
    }, delayMs);
  }

  #dispatch({ t: type = '', d, s }: GatewayFrame): void {
    if (this.#state === 'greeting') {
      this.#protocol('out_of_order', `${this.#options.who} sent an event before its greeting`);
      return;
    }
    const resuming = this.#options.resumeSeq !== null;
    if (type === 'READY' || type === 'RESUMED') {
      if (this.#state !== 'authenticating' || (type === 'RESUMED' && !resuming)) return;
      // A new session counts from its own beginning.
      const seq = type === 'READY' ? (s ?? 0) : Math.max(this.#seq ?? 0, s ?? 0);
      this.#seq = seq;
      this.#state = 'ready';
      const failure = this.#options.onReady({ type, d, seq });
      if (failure !== undefined) this.#end({ kind: 'failed', failure });
      return;
    }
    // Missed events come before RESUMED; nothing comes before READY.
    if (this.#state !== 'ready' && !resuming) return;
    if (this.#options.onEvent(type, d) === 'closed') return;
    if (s === undefined || s <= (this.#seq ?? 0)) return;
    this.#seq = s;
    this.#options.onSequence(s);
  }

  #sendBeat(): void {
    this.#send({ op: OP.heartbeat, d: this.#seq });
  }

  #send(frame: { readonly op: number; readonly d: unknown }): void {
    this.#sentAt = [...this.#lately(), this.#options.clock.monotonicMs()];
    this.#options.send(JSON.stringify(frame));
  }

  /** When the frames of the last minute were sent. */
  #lately(): number[] {
    const since = this.#options.clock.monotonicMs() - SEND_WINDOW_MS;
    return this.#sentAt.filter((at) => at > since);
  }

  #protocol(code: string, message: string): void {
    this.#end({ kind: 'failed', failure: { class: 'protocol', code, message } });
  }

  #end(end: LinkEnd): void {
    if (this.#state === 'over') return;
    this.stop();
    this.#options.onEnd(end);
  }
}
