// One subscribed connection of a WeCom bot: sends frames, matches their acknowledgements, keeps the heartbeat and
// says once why it is over. Made for one epoch or one check by wecom-adapter; never reconnects.

import type { Clock } from '../../../lib/clock';
import { DisposableStore } from '../../../lib/disposable';
import type { Random } from '../../../lib/random';
import { err, ok, type Result } from '../../../lib/result';
import type { Secret } from '../../../lib/secret';
import type { EpochFailure } from '../../channel-adapter';
import type { ChannelNet, VendorSocket } from '../../net/channel-net';
import type { JsonObject } from '../../net/failures';
import { refusedUpgrade } from '../../net/refused-upgrade';
import { eventType, frameText, parseFrame, type WecomFrame } from './frames';
import {
  closeFailure,
  HEARTBEATS_MISSED,
  KICKED,
  NOT_A_FRAME,
  subscribeFailure,
  type WecomRefusal,
  wecomRefusal,
} from './wecom-failures';

const OPEN_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 30_000;
const MAX_MISSED = 2;
export const ACK_TIMEOUT_MS = 5_000;

export interface WecomLinkOptions {
  readonly url: string;
  readonly botId: string;
  readonly secret: Secret;
  readonly net: ChannelNet;
  readonly clock: Clock;
  readonly random: Random;
  /** Its abort ends the link. */
  readonly signal: AbortSignal;
  /** A message or an event of the vendor, but for the one that ends the link. */
  onPush(frame: WecomFrame): void;
  onHeartbeat(): void;
}

export interface SubscribeError {
  readonly failure: EpochFailure;
  readonly field?: string;
}

/** `lost`: no acknowledgement came; what was sent may have arrived. */
export type Ack =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly refusal: WecomRefusal }
  | { readonly kind: 'lost'; readonly failure: EpochFailure };

export class WecomLink {
  readonly #options: WecomLinkOptions;
  readonly #pending = new Map<string, (ack: Ack) => void>();
  readonly #timers = new DisposableStore();
  #socket: VendorSocket | undefined;
  #failure: EpochFailure | undefined;
  #settle: (failure: EpochFailure) => void = () => undefined;
  #missed = 0;

  /** Resolves once, with why no frame can be exchanged any more. */
  readonly over: Promise<EpochFailure>;

  constructor(options: WecomLinkOptions) {
    this.#options = options;
    this.over = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Connects. The vendor keeps a socket open that nobody has subscribed on, so this proves nothing yet. */
  async connect(): Promise<Result<void, EpochFailure>> {
    const { net, url, signal } = this.#options;
    const socket = await net.connect({
      url,
      signal,
      timeoutMs: OPEN_TIMEOUT_MS,
      onMessage: (data) => this.#onFrame(data),
    });
    if (!socket.ok) {
      const failure = refusedUpgrade(socket.error, 'WeCom');
      this.#end(failure);
      return err(failure);
    }
    this.#socket = socket.value;
    void socket.value.closed.then((close) => this.#end(closeFailure(close)));
    return ok(undefined);
  }

  /** Shows the bot's credential; from its acknowledgement on messages come. */
  async subscribe(): Promise<Result<void, SubscribeError>> {
    const { botId, secret } = this.#options;
    const body = { bot_id: botId, secret: secret.expose() };
    const ack = await this.request('aibot_subscribe', body, { timeoutMs: OPEN_TIMEOUT_MS });
    if (ack.kind === 'refused') return err(subscribeFailure(ack.refusal));
    // One chunk of the wire may hold the acknowledgement and the end.
    const failure = ack.kind === 'lost' ? ack.failure : this.#failure;
    return failure === undefined ? ok(undefined) : err({ failure });
  }

  startHeartbeat(): void {
    this.#timers.add(this.#options.clock.setInterval(() => this.#beat(), HEARTBEAT_MS));
  }

  /** `reqId`: the one of the message that is answered. Settles at the latest with `timeoutMs`, `signal` or `over`. */
  request(
    cmd: string,
    body: JsonObject | undefined,
    options: { readonly timeoutMs: number; readonly reqId?: string; readonly signal?: AbortSignal },
  ): Promise<Ack> {
    const { timeoutMs, signal, reqId = this.#newReqId(cmd) } = options;
    if (this.#failure !== undefined) return Promise.resolve({ kind: 'lost', failure: this.#failure });
    return new Promise((resolve) => {
      const cleanup = new DisposableStore();
      const finish = (ack: Ack): void => {
        cleanup.dispose();
        if (this.#pending.get(reqId) === finish) this.#pending.delete(reqId);
        resolve(ack);
      };
      const lose = () => finish({ kind: 'lost', failure: unanswered(timeoutMs) });
      cleanup.add(this.#options.clock.setTimeout(lose, timeoutMs));
      signal?.addEventListener('abort', lose, { once: true });
      cleanup.addFn(() => signal?.removeEventListener('abort', lose));
      this.#pending.set(reqId, finish);
      this.#socket?.send(frameText(cmd, reqId, body));
      if (signal?.aborted) lose();
    });
  }

  /** Ends the link from our side; resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#end({ class: 'network', code: 'closed', message: 'the connection to WeCom is closed' });
    this.#socket?.close(1000);
    await this.#socket?.closed;
  }

  #onFrame(data: Uint8Array): void {
    if (this.#failure !== undefined) return;
    const frame = parseFrame(data);
    if (frame === undefined) this.#end(NOT_A_FRAME);
    else if (frame.cmd === undefined) this.#onAck(frame);
    else if (frame.cmd === 'aibot_event_callback' && eventType(frame) === 'disconnected_event')
      this.#end(KICKED);
    else this.#options.onPush(frame);
  }

  #onAck({ reqId, errcode = 0, errmsg }: WecomFrame): void {
    const finish = this.#pending.get(reqId);
    if (finish === undefined) return; // an answer that came too late
    finish(errcode === 0 ? { kind: 'ok' } : { kind: 'refused', refusal: wecomRefusal(errcode, errmsg) });
  }

  #beat(): void {
    if (this.#missed >= MAX_MISSED) {
      this.#end(HEARTBEATS_MISSED);
      return;
    }
    this.#missed += 1;
    void this.request('ping', undefined, { timeoutMs: HEARTBEAT_MS * MAX_MISSED }).then((ack) => {
      if (ack.kind === 'refused') this.#end(subscribeFailure(ack.refusal).failure);
      if (ack.kind !== 'ok') return;
      this.#missed = 0;
      this.#options.onHeartbeat();
    });
  }

  #end(failure: EpochFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#timers.dispose();
    for (const finish of [...this.#pending.values()]) finish({ kind: 'lost', failure });
    this.#settle(failure);
  }

  #newReqId(cmd: string): string {
    const { clock, random } = this.#options;
    return `${cmd}_${clock.now()}_${random.bytes(4).toString('hex')}`;
  }
}

function unanswered(timeoutMs: number): EpochFailure {
  return {
    class: 'network',
    code: 'ack_timeout',
    message: `WeCom did not answer within ${timeoutMs / 1_000} s`,
  };
}
