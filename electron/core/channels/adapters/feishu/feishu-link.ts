// One long connection of Feishu from endpoint to close: heartbeat, events in, acknowledgements out. Made and awaited
// by feishu-adapter, once per epoch. Wire: reference/channels section 4c.

import type { Disposable } from '../../../lib/disposable';
import type { FieldAccount } from '../../account-config';
import type {
  EpochContext,
  EpochEnd,
  EpochFailure,
  OutboundMessage,
  SendOutcome,
} from '../../channel-adapter';
import type { VendorSocket } from '../../net/channel-net';
import { isObject, parseObject } from '../../net/failures';
import { followable } from '../../net/followable';
import { FeishuApi } from './feishu-api';
import { readEvent } from './feishu-event';
import { closeFailure, protocolFailure, upgradeFailure, VENDOR_DOMAINS } from './feishu-failures';
import { Fragments } from './fragments';
import { CONTROL, DATA, decodeFrame, encodeFrame, type Frame, headerOf } from './frame';
import { ThreadHeads } from './thread-heads';

const CONNECT_TIMEOUT_MS = 15_000;
/** The vendor answers a ping at once; a link that has not done so by then is dead. */
const PONG_PATIENCE_MS = 10_000;
const PING_INTERVAL_MS = 120_000;
const MIN_PING_INTERVAL_MS = 15_000;
const CREDENTIAL_WARNING = 'credential';
const HIGHEST_HTTP_STATUS = 599;

export class FeishuLink {
  readonly #context: EpochContext;
  readonly #api: FeishuApi;
  readonly #fragments = new Fragments();
  readonly #threads: ThreadHeads;
  /** Frames that came right behind the handshake, before its promise told us. */
  readonly #early: [data: Buffer, isBinary: boolean][] = [];
  #socket: VendorSocket | undefined;
  #service = 0;
  #pingIntervalMs = PING_INTERVAL_MS;
  #pingTimer: Disposable | undefined;
  #pongTimer: Disposable | undefined;
  #isReady = false;
  #failure: EpochFailure | undefined;
  #onReady: () => void = () => undefined;

  constructor(account: FieldAccount, context: EpochContext) {
    const { net, clock, signal, store } = context;
    this.#context = context;
    this.#api = new FeishuApi({ account, net, clock, signal });
    this.#threads = new ThreadHeads(store);
  }

  async run(): Promise<EpochEnd> {
    const { net, signal } = this.#context;
    const { vendor, appId, base } = this.#api;
    this.#context.phase('authenticating');
    const identity = await this.#api.identity();
    if (!identity.ok && !isBearable(identity.error)) return this.#end(identity.error);
    const endpoint = await this.#api.endpoint();
    if (!endpoint.ok) return this.#end(endpoint.error);
    const { url, clientConfig } = endpoint.value;
    if (!followable(url, base, VENDOR_DOMAINS)) {
      const message = `${vendor.name} named an address for the connection that is not its own; it is not followed`;
      return this.#end(protocolFailure('foreign_url', message));
    }
    this.#service = serviceOf(url);
    this.#configure(clientConfig);
    this.#onReady = () =>
      this.#context.ready({
        mode: 'websocket',
        evidence: 'heartbeat answered',
        ...(identity.ok ? { identity: identity.value } : {}),
        live: { send: (message, sendSignal) => this.#send(message, sendSignal) },
      });

    this.#context.phase('connecting');
    const opened = await net.connect({
      url,
      signal,
      timeoutMs: CONNECT_TIMEOUT_MS,
      onMessage: (data, isBinary) => this.#onMessage(data, isBinary),
    });
    if (!opened.ok) return this.#end(upgradeFailure(vendor, opened.error, appId));
    this.#socket = opened.value;
    this.#ping();
    for (const [data, isBinary] of this.#early.splice(0)) this.#onMessage(data, isBinary);
    const close = await opened.value.closed;
    this.#pingTimer?.dispose();
    this.#pongTimer?.dispose();
    return this.#end(this.#failure ?? closeFailure(vendor, close));
  }

  #end(failure: EpochFailure): EpochEnd {
    return this.#context.signal.aborted ? { kind: 'aborted' } : { kind: 'failed', failure };
  }

  #fail(failure: EpochFailure): void {
    this.#failure ??= failure;
    this.#pingTimer?.dispose();
    this.#pongTimer?.dispose();
    this.#socket?.close(1000);
  }

  #ping(): void {
    const { clock } = this.#context;
    const headers = [{ key: 'type', value: 'ping' }];
    this.#write({ SeqID: 0n, LogID: 0n, service: this.#service, method: CONTROL, headers });
    this.#pongTimer?.dispose();
    this.#pongTimer = clock.setTimeout(() => this.#missedPong(), PONG_PATIENCE_MS);
    this.#pingTimer = clock.setTimeout(() => this.#ping(), this.#pingIntervalMs);
  }

  #missedPong(): void {
    const message = `${this.#api.vendor.name} did not answer a heartbeat within ${PONG_PATIENCE_MS / 1_000} s`;
    this.#fail({ class: 'network', code: 'no_pong', message });
  }

  #write(frame: Frame): void {
    this.#socket?.send(encodeFrame(frame));
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#failure !== undefined || this.#context.signal.aborted) return;
    if (this.#socket === undefined) {
      this.#early.push([data, isBinary]);
      return;
    }
    const frame = isBinary ? decodeFrame(data) : undefined;
    if (frame === undefined) {
      this.#fail(protocolFailure('bad_frame', `${this.#api.vendor.name} sent a frame that cannot be read`));
      return;
    }
    // Whatever it is, it proves the way from there to here.
    this.#pongTimer?.dispose();
    if (frame.method === DATA) this.#onData(frame);
    else if (frame.method === CONTROL && headerOf(frame, 'type') === 'pong') this.#onPong(frame);
  }

  #onPong({ payload }: Frame): void {
    if (payload !== undefined) this.#configure(parseObject(Buffer.from(payload).toString('utf8')));
    if (!this.#isReady) this.#onReady();
    this.#isReady = true;
    this.#context.activity('heartbeat answered');
  }

  /** The vendor may ask for more frequent heartbeats than ours, not for fewer. */
  #configure(clientConfig: unknown): void {
    const seconds = isObject(clientConfig) ? clientConfig.PingInterval : undefined;
    if (typeof seconds !== 'number') return;
    this.#pingIntervalMs = Math.min(Math.max(seconds * 1_000, MIN_PING_INTERVAL_MS), PING_INTERVAL_MS);
  }

  #onData(frame: Frame): void {
    const { clock } = this.#context;
    this.#context.event('event received');
    // Clicks on cards have a type of their own; we send no cards.
    if (headerOf(frame, 'type') !== 'event') return;
    const startedAt = clock.monotonicMs();
    const whole = this.#fragments.add(frame, startedAt);
    if (whole === 'incomplete') return;
    const code = whole === 'malformed' ? this.#unreadable() : this.#take(whole);
    if (code === undefined) return;
    void this.#context.kept().then(() => {
      const tookMs = Math.round(clock.monotonicMs() - startedAt);
      const headers = [...frame.headers, { key: 'biz_rt', value: String(tookMs) }];
      this.#write({ ...frame, headers, payload: Buffer.from(JSON.stringify({ code })) });
    });
  }

  /** The code to acknowledge with: 200, or 500 to get it again. Undefined: nothing was accepted, say nothing. */
  #take(bytes: Uint8Array): 200 | 500 | undefined {
    const event = parseObject(Buffer.from(bytes).toString('utf8'));
    const message = event === undefined ? 'malformed' : readEvent(event, this.#context.clock.now());
    if (message === 'malformed') return this.#unreadable();
    if (message === 'ignored') return 200;
    if (this.#context.inbound(message) === 'closed') return undefined;
    if (message.threadId !== undefined) this.#threads.remember(message.conversationId, message.messageId);
    return 200;
  }

  #unreadable(): 500 {
    this.#context.rejected(
      protocolFailure('bad_event', `${this.#api.vendor.name} sent an event that cannot be read`),
    );
    return 500;
  }

  async #send(message: OutboundMessage, signal: AbortSignal): Promise<SendOutcome> {
    const replyTo = message.replyToId ?? this.#threads.headOf(message.to);
    const outcome = await this.#api.send(message, replyTo, signal);
    if (outcome.ok) this.#context.clearWarning(CREDENTIAL_WARNING);
    else if (outcome.error.class === 'auth')
      this.#context.warn({ ...outcome.error, code: CREDENTIAL_WARNING });
    return outcome;
  }
}

/**
 * The link works without knowing the bot's name. But what is said about the credential or the app ends the epoch, and
 * so does an HTTP status: the calls behind it would fare no better.
 */
function isBearable({ class: failureClass, code }: EpochFailure): boolean {
  if (failureClass === 'protocol') return true;
  return failureClass === 'server' && typeof code === 'number' && code > HIGHEST_HTTP_STATUS;
}

function serviceOf(url: string): number {
  const service = Number(new URL(url).searchParams.get('service_id'));
  return Number.isInteger(service) ? service : 0;
}
