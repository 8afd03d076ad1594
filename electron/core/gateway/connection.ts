// One WebSocket from accept to close: challenge -> envelope -> handshake -> ready -> closed, or a wrong guess that
// waits for its late answer. Owns its deadline and its place in the pre-auth budget. Every connection ends in exactly
// one terminal auth event, written by handshake before the client is answered.

import type { Socket } from 'node:net';
import type { RawData } from 'ws';
import type { SessionOnGrace } from '../../../shared/ipc/contract';
import type { AuthClient } from '../../../shared/model/auth-event';
import type { CloseSpec } from '../../../shared/protocol/close-codes';
import { CLOSE } from '../../../shared/protocol/close-codes';
import { pairingUnavailable } from '../../../shared/protocol/error-codes';
import type { HelloOk } from '../../../shared/protocol/hello';
import type { AuthLog } from '../auth-log/auth-log';
import type { Clock } from '../lib/clock';
import { DisposableStore } from '../lib/disposable';
import type { Logger } from '../lib/logger-port';
import type { TokenStore } from '../tokens/token-store';
import type { PeerFacts } from './attempt';
import { clientOf } from './attempt';
import type { AttemptLimiter } from './auth/attempt-limiter';
import type { Principal } from './auth/authenticator';
import type { Pairing } from './auth/pairing';
import type { ClientRegistry } from './client-registry';
import { decodeRequest, encodeEvent } from './frame-codec';
import type { GatewaySocket } from './gateway-socket';
import type { Acceptance, HandshakeResult, Refusal } from './handshake';
import { Handshake } from './handshake';
import { LIMITS } from './limits';
import type { LineThrottle } from './line-throttle';
import type { MethodRegistry } from './methods/method-registry';
import { RequestPump } from './methods/request-pump';
import { Outbox } from './outbox';
import type { PreauthBudget } from './preauth-budget';

/** What a connection needs from its server. */
export interface ConnectionHost {
  readonly tokens: TokenStore;
  readonly authLog: AuthLog;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly methods: MethodRegistry;
  readonly registry: ClientRegistry;
  readonly budget: PreauthBudget;
  readonly throttle: LineThrottle;
  readonly limiter: AttemptLimiter;
  readonly pairing: Pairing;
  /** False while stopping: a connect is then answered `gateway starting` so that clients come back. */
  isServing(): boolean;
  hello(connection: Connection, principal: Principal): HelloOk;
  onReady(connection: Connection): void;
  /** It is about to be closed because its peer does not read. */
  onSlowConsumer(connection: Connection, bufferedBytes: number): void;
  onClosed(connection: Connection): void;
}

/** Frames that a client may send while its connect is being decided (protocol section 1.4). */
const MAX_EARLY_FRAMES = 15;

export class Connection {
  readonly connId: string;
  readonly peer: PeerFacts;
  readonly #socket: GatewaySocket;
  readonly #raw: Socket;
  readonly #host: ConnectionHost;
  readonly #outbox: Outbox;
  readonly #store = new DisposableStore();
  readonly #connectedAt: number;
  readonly #handshake: Handshake;
  /** `refused`: recorded, and owed an answer that comes late. */
  #state: 'challenged' | 'refused' | 'ready' | 'closed' = 'challenged';
  #busy = false;
  #principal: Principal | undefined;
  #client: AuthClient | undefined;
  #pump: RequestPump | undefined;
  #early: string[] = [];
  #answerNow: (() => void) | undefined;
  #forgetAnswer: () => void = () => undefined;
  #retired: CloseSpec | undefined;
  #eventSeq = 0;
  #unanswered = 0;

  constructor(options: {
    readonly connId: string;
    readonly nonce: string;
    readonly socket: GatewaySocket;
    readonly raw: Socket;
    readonly peer: PeerFacts;
    readonly host: ConnectionHost;
  }) {
    const { host, socket } = options;
    this.connId = options.connId;
    this.peer = options.peer;
    this.#socket = socket;
    this.#raw = options.raw;
    this.#host = host;
    this.#connectedAt = host.clock.now();
    // A ws without an error listener takes the process down, also after it was closed: this one stays for ever.
    socket.on('error', (error) => this.#onError(error));
    socket.on('close', (code) => this.#onClose(code));
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('pong', () => this.#onAlive());
    this.#outbox = new Outbox({
      socket,
      raw: options.raw,
      clock: host.clock,
      onSlow: (bufferedBytes) => {
        host.onSlowConsumer(this, bufferedBytes);
        this.close(CLOSE.slowConsumer);
      },
    });
    const onDeadline = () => this.#refuse({ ok: false, reason: 'handshake_timeout', close: CLOSE.normal });
    this.#store.add(host.clock.setTimeout(onDeadline, LIMITS.handshakeMs));
    this.#store.add(
      host.budget.admit({
        peerAddress: this.peer.remoteAddress,
        isBusy: () => this.#busy || this.peer.internal,
        evict: () =>
          this.#refuse({ ok: false, reason: 'preauth_budget', close: CLOSE.tooManyUnauthenticated }),
      }),
    );
    const { nonce } = options;
    this.#handshake = new Handshake({ host, connection: this, nonce });
    const payload = { nonce, ts: host.clock.now() };
    this.#outbox.send(encodeEvent({ event: 'connect.challenge', payload }));
  }

  get internal(): boolean {
    return this.peer.internal;
  }

  get principal(): Principal | undefined {
    return this.#principal;
  }

  get client(): AuthClient | undefined {
    return this.#client;
  }

  /** Token generation that this session stands on; 0 before it is ready. */
  get generation(): number {
    return this.#principal?.generation ?? 0;
  }

  /** What its peer has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  describe(): SessionOnGrace {
    const { client } = this;
    return {
      connId: this.connId,
      client:
        client === undefined
          ? 'unknown'
          : `${client.displayName ?? client.id} ${client.mode} v${client.version}`,
      peer: `${this.peer.remoteAddress}:${this.peer.remotePort}`,
      connectedAt: this.#connectedAt,
    };
  }

  sendEvent(encode: (seq: number) => string): void {
    if (this.#state !== 'ready') return;
    this.#eventSeq += 1;
    this.#outbox.send(encode(this.#eventSeq));
  }

  /** Called once per tick interval: a peer that has sent nothing since the last ping is gone. */
  keepalive(): void {
    if (this.#state !== 'ready') return;
    if (this.#unanswered >= 1) {
      this.#host.logger.info('connection.tick-timeout', { connId: this.connId });
      this.#socket.terminate();
      return;
    }
    this.#unanswered += 1;
    this.#outbox.ping();
  }

  /** Idempotent. A handshake in flight is recorded as refused first. */
  close(spec: CloseSpec): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'challenged') {
      const reason = spec === CLOSE.authChanged ? undefined : 'gateway_stopping';
      this.#refuse({ ok: false, reason, close: spec });
      return;
    }
    if (this.#answerNow !== undefined) {
      this.#answerNow();
      return;
    }
    this.#enterClosed();
    this.#socket.close(spec.code, spec.reason);
  }

  /** Ends this session: at once, or with `afterReply` when it has answered what it is handling now. */
  retire(spec: CloseSpec, afterReply: boolean): void {
    if (afterReply) this.#retired = spec;
    else this.close(spec);
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    this.#unanswered = 0;
    if (this.#state === 'closed' || this.#state === 'refused') return;
    if (isBinary) {
      if (this.#state === 'ready') this.close(CLOSE.unsupportedData);
      else this.#refuse({ ok: false, reason: 'frame_not_text', close: CLOSE.unsupportedData });
      return;
    }
    const text = data.toString();
    if (this.#state === 'ready') this.#pump?.receive(text);
    else this.#onHandshake(text);
  }

  #onHandshake(text: string): void {
    if (this.#busy) {
      this.#early.push(text);
      if (this.#early.length > MAX_EARLY_FRAMES) {
        this.#refuse({ ok: false, reason: 'frame_malformed', close: CLOSE.tooManyPending });
      }
      return;
    }
    const decoded = decodeRequest(text);
    if (!decoded.ok) {
      // Upstream closes unparsable JSON without a reason, and a wrong envelope with one.
      const close = decoded.error.fault === 'not-json' ? CLOSE.normal : CLOSE.invalidFrame;
      this.#refuse({ ok: false, reason: 'frame_malformed', close });
      return;
    }
    this.#busy = true;
    let result: HandshakeResult | Promise<HandshakeResult>;
    try {
      result = this.#handshake.receive(decoded.value);
    } catch (error) {
      this.#onHandshakeBug(error);
      return;
    }
    if (!(result instanceof Promise)) {
      this.#conclude(result);
      return;
    }
    result.then(
      (value) => this.#conclude(value),
      (error: unknown) => this.#onHandshakeBug(error),
    );
  }

  /** A bug refuses one client; it must not end the gateway. */
  #onHandshakeBug(cause: unknown): void {
    this.#host.logger.error('handshake.threw', { connId: this.connId, error: String(cause) });
    const error = pairingUnavailable('an error inside the gateway; its log says why');
    this.#refuse({ ok: false, reason: 'pairing_unavailable', close: CLOSE.gatewayStarting, error });
  }

  #conclude(result: HandshakeResult): void {
    // The deadline may have passed, or the client left, while the disk was written.
    if (this.#state !== 'challenged') return;
    if (result.ok) this.#accept(result);
    else this.#refuse(result);
  }

  #accept(acceptance: Acceptance): void {
    const hello = this.#handshake.accept(acceptance);
    this.#state = 'ready';
    this.#principal = acceptance.principal;
    this.#client = clientOf(acceptance.params);
    // Gives back the place in the pre-auth budget and the deadline.
    this.#store.dispose();
    this.#socket.raisePayloadLimit();
    this.#pump = new RequestPump({
      connection: this,
      methods: this.#host.methods,
      clock: this.#host.clock,
      logger: this.#host.logger,
      send: (text) => this.#outbox.send(text),
    });
    this.#host.registry.add(this);
    this.#outbox.send(hello);
    this.#host.onReady(this);
    // A rotation may have landed between challenge and answer: accepted, told, and closed like its siblings.
    if (this.closeIfRetired()) return;
    for (const text of this.#early.splice(0)) this.#pump.receive(text);
  }

  /**
   * Ends a session whose generation a rotation has retired, or whose device is gone. Checked again after every
   * answer. A session of a device token stands on no generation.
   */
  closeIfRetired(): boolean {
    if (this.#state !== 'ready') return false;
    const spec = this.#retired ?? this.#whyRetired();
    if (spec === undefined) return false;
    this.close(spec);
    return true;
  }

  #whyRetired(): CloseSpec | undefined {
    const { tokens, pairing } = this.#host;
    if (this.generation !== 0 && !tokens.isAccepted(this.generation)) return CLOSE.authChanged;
    const { deviceId, role, method } = this.#principal ?? {};
    if (deviceId === undefined || role === undefined) return undefined;
    // A removal may have landed between the decision and this session's place among the clients.
    return pairing.stands(deviceId, role, method === 'device-token') ? undefined : CLOSE.deviceRemoved;
  }

  #refuse(refusal: Refusal): void {
    if (this.#state !== 'challenged') return;
    const answer = this.#handshake.refuse(refusal);
    const { close, delayMs = 0 } = refusal;
    if (delayMs === 0) this.#answer(answer, close);
    else this.#answerLate(answer, close, delayMs);
  }

  /** Holds neither a place in the pre-auth budget nor the deadline. Stopping the gateway gives the answer at once. */
  #answerLate(answer: string | undefined, close: CloseSpec, delayMs: number): void {
    this.#state = 'refused';
    this.#store.dispose();
    const hold = this.#host.limiter.beginDelay();
    const timer = this.#host.clock.setTimeout(() => this.#answerNow?.(), delayMs);
    this.#answerNow = () => {
      this.#forgetAnswer();
      this.#answer(answer, close);
    };
    this.#forgetAnswer = () => {
      timer.dispose();
      hold.dispose();
      this.#answerNow = undefined;
    };
  }

  #answer(answer: string | undefined, close: CloseSpec): void {
    this.#enterClosed();
    // The answer and the close frame leave in one write.
    this.#raw.cork();
    process.nextTick(() => this.#raw.uncork());
    if (answer !== undefined) this.#socket.send(answer);
    this.#socket.close(close.code, close.reason);
  }

  #onError(error: Error): void {
    if (this.#state !== 'challenged') return;
    // ws has already sent the close frame that RFC 6455 demands for this fault; what is left is the record.
    const { code: fault } = error as Error & { code?: string };
    const reason = fault === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'frame_too_large' : 'frame_malformed';
    this.#handshake.refuse({ ok: false, reason, close: this.#socket.lastClose ?? CLOSE.normal });
    this.#enterClosed();
  }

  #onClose(code: number): void {
    if (this.#state === 'challenged') {
      this.#handshake.refuse({ ok: false, reason: 'closed_before_connect', close: { code, reason: '' } });
    }
    this.#enterClosed();
    this.#host.registry.delete(this);
    this.#host.onClosed(this);
  }

  #onAlive(): void {
    this.#unanswered = 0;
    this.#outbox.proven();
  }

  #enterClosed(): void {
    if (this.#state === 'ready') this.#host.registry.delete(this);
    this.#state = 'closed';
    this.#forgetAnswer();
    this.#early = [];
    this.#pump?.dispose();
    this.#outbox.dispose();
    this.#store.dispose();
  }
}
