// One WebSocket from accept to close: challenge -> connect -> ready -> closed. Owns its deadline and its place in
// the pre-auth budget. Every connection that does not become ready ends in exactly one terminal auth event,
// written before the client is answered; a client that saw an answer is always in the log.

import type { Socket } from 'node:net';
import type { RawData } from 'ws';
import type { SessionOnGrace } from '../../../shared/ipc/contract';
import type { AuthClient, RefusalReason } from '../../../shared/model/auth-event';
import type { CloseSpec } from '../../../shared/protocol/close-codes';
import { CLOSE, closeReason } from '../../../shared/protocol/close-codes';
import type { ConnectParams } from '../../../shared/protocol/connect';
import { connectParamsSchema } from '../../../shared/protocol/connect';
import type { WireError } from '../../../shared/protocol/error-codes';
import { GATEWAY_STARTING, invalidRequest } from '../../../shared/protocol/error-codes';
import type { HelloOk } from '../../../shared/protocol/hello';
import { describeParamsError } from '../../../shared/protocol/params-text';
import type { AuthLog } from '../auth-log/auth-log';
import type { Clock } from '../lib/clock';
import { DisposableStore } from '../lib/disposable';
import type { Logger } from '../lib/logger-port';
import type { TokenStore } from '../tokens/token-store';
import type { PeerFacts } from './attempt';
import { attemptEvent, clientOf, closedBeforeConnectLine, unauthorizedLine } from './attempt';
import type { AuthDecision, Principal } from './auth/authenticator';
import { authenticate } from './auth/authenticator';
import type { ClientRegistry } from './client-registry';
import { decodeRequest, encodeError, encodeEvent, encodeOk } from './frame-codec';
import type { GatewaySocket } from './gateway-socket';
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
  /** False while stopping: a connect is then answered `gateway starting` so that clients come back. */
  isServing(): boolean;
  hello(connection: Connection, principal: Principal): HelloOk;
  onReady(connection: Connection): void;
  onClosed(connection: Connection): void;
}

interface Refusal {
  readonly reason: RefusalReason | undefined;
  readonly close: CloseSpec;
  readonly error?: WireError;
  readonly requestId?: string | undefined;
  readonly params?: ConnectParams;
  readonly decision?: AuthDecision;
}

export class Connection {
  readonly connId: string;
  readonly peer: PeerFacts;
  readonly #socket: GatewaySocket;
  readonly #raw: Socket;
  readonly #host: ConnectionHost;
  readonly #outbox: Outbox;
  readonly #store = new DisposableStore();
  readonly #acceptedMs: number;
  readonly #connectedAt: number;
  /** Pinned when the challenge was sent: no later rotation can make a right credential wrong. */
  readonly #pinnedGeneration: number;
  #state: 'challenged' | 'ready' | 'closed' = 'challenged';
  #recorded = false;
  #busy = false;
  #principal: Principal | undefined;
  #client: AuthClient | undefined;
  #pump: RequestPump | undefined;
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
    this.#acceptedMs = host.clock.monotonicMs();
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
      onSlow: () => this.close(CLOSE.slowConsumer),
    });
    this.#store.add(host.clock.setTimeout(() => this.#onDeadline(), LIMITS.handshakeMs));
    this.#store.add(
      host.budget.admit({
        peerAddress: this.peer.remoteAddress,
        isBusy: () => this.#busy || this.peer.internal,
        evict: () => this.#refuse({ reason: 'preauth_budget', close: CLOSE.tooManyUnauthenticated }),
      }),
    );
    this.#pinnedGeneration = host.tokens.generation;
    const payload = { nonce: options.nonce, ts: host.clock.now() };
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

  /** Called once per tick interval: a peer that let two pings pass unanswered is gone. */
  keepalive(): void {
    if (this.#unanswered >= 2) {
      this.#host.logger.info('connection.tick-timeout', { connId: this.connId });
      this.#socket.terminate();
      return;
    }
    this.#unanswered += 1;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  /** Idempotent. A handshake in flight is recorded as refused first. */
  close(spec: CloseSpec): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'challenged') {
      const reason = spec === CLOSE.authChanged ? undefined : 'gateway_stopping';
      this.#refuse({ reason, close: spec });
      return;
    }
    this.#enterClosed();
    this.#socket.close(spec.code, spec.reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    this.#unanswered = 0;
    if (this.#state === 'closed') return;
    if (isBinary) {
      if (this.#state === 'ready') this.close(CLOSE.unsupportedData);
      else this.#refuse({ reason: 'frame_not_text', close: CLOSE.unsupportedData });
      return;
    }
    const text = data.toString();
    if (this.#state === 'ready') this.#pump?.receive(text);
    else this.#onHandshake(text);
  }

  #onHandshake(text: string): void {
    this.#busy = true;
    const decoded = decodeRequest(text);
    if (!decoded.ok) {
      // Upstream closes unparsable JSON without a reason, and a wrong envelope with one.
      const close = decoded.error.fault === 'not-json' ? CLOSE.normal : CLOSE.invalidFrame;
      this.#refuse({ reason: 'frame_malformed', close });
      return;
    }
    const { id: requestId, method } = decoded.value;
    if (method !== 'connect') {
      const error = invalidRequest(CLOSE.notConnect.reason);
      this.#refuse({ reason: 'not_connect', close: CLOSE.notConnect, error, requestId });
      return;
    }
    const parsed = connectParamsSchema.safeParse(decoded.value.params);
    if (!parsed.success) {
      const error = invalidRequest(`invalid connect params: ${describeParamsError(parsed.error)}`);
      const close = { code: 1008, reason: closeReason(error.message) };
      this.#refuse({ reason: 'invalid_connect_params', close, error, requestId });
      return;
    }
    const params = parsed.data;
    this.#client = clientOf(params);
    if (!this.#host.isServing()) {
      const close = CLOSE.gatewayStarting;
      this.#refuse({ reason: 'gateway_starting', close, error: GATEWAY_STARTING, requestId, params });
      return;
    }
    const decision = authenticate({
      params,
      directLocal: this.peer.directLocal,
      originClass: this.peer.originClass,
      verify: (secret) => this.#host.tokens.verify(secret, this.#pinnedGeneration),
    });
    if (decision.ok) this.#accept(requestId, params, decision, decision.principal);
    else {
      this.#refuse({
        reason: decision.reason,
        close: decision.close,
        error: decision.error,
        requestId,
        params,
        decision,
      });
    }
  }

  #accept(requestId: string, params: ConnectParams, decision: AuthDecision, principal: Principal): void {
    this.#record({ outcome: 'accepted', params, decision });
    this.#state = 'ready';
    this.#principal = principal;
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
    this.#outbox.send(encodeOk(requestId, this.#host.hello(this, principal)));
    this.#host.onReady(this);
    // A rotation may have landed between challenge and answer: accepted, told, and closed like its siblings.
    this.closeIfRetired();
  }

  /** Ends a session whose generation a rotation has retired. Checked again after every answer. */
  closeIfRetired(): boolean {
    if (this.#state !== 'ready' || this.#host.tokens.isAccepted(this.generation)) return false;
    this.close(CLOSE.authChanged);
    return true;
  }

  #refuse(refusal: Refusal): void {
    if (this.#state !== 'challenged') return;
    const { close, params, decision } = refusal;
    const superseded = refusal.reason === undefined;
    const answer = `${close.code}${close.reason === '' ? '' : ` ${close.reason}`}`;
    this.#record({
      outcome: superseded ? 'superseded' : 'refused',
      reason: refusal.reason,
      params,
      decision,
      answer,
    });
    this.#logRefusal(refusal, refusal.reason ?? 'superseded');
    this.#enterClosed();
    // The answer and the close frame leave in one write.
    this.#raw.cork();
    process.nextTick(() => this.#raw.uncork());
    if (refusal.error !== undefined && refusal.requestId !== undefined) {
      this.#socket.send(encodeError(refusal.requestId, refusal.error));
    }
    this.#socket.close(close.code, close.reason);
  }

  #record(result: Parameters<typeof attemptEvent>[3]): void {
    if (this.#recorded) return;
    this.#recorded = true;
    const durationMs = this.#host.clock.monotonicMs() - this.#acceptedMs;
    this.#host.authLog.append(attemptEvent(this.connId, this.peer, durationMs, result));
  }

  #logRefusal({ params, decision, close }: Refusal, reason: string): void {
    const suffix = this.#host.throttle.admit(
      `${this.peer.remoteAddress} ${this.#client?.id ?? ''} ${reason}`,
    );
    if (suffix === undefined) return;
    const { logger } = this.#host;
    const cause = { cause: 'unauthorized', authReason: reason, connId: this.connId };
    if (params !== undefined && decision !== undefined) {
      const message = `${unauthorizedLine(this.connId, this.peer, params, decision, reason)}${suffix}`;
      logger.warn('auth.refused', { message, ...cause });
    }
    const message = `${closedBeforeConnectLine(this.connId, this.peer, close.code, close.reason)}${suffix}`;
    logger.warn('connection.closed-before-connect', { message, ...cause });
  }

  #onDeadline(): void {
    this.#refuse({ reason: 'handshake_timeout', close: CLOSE.normal });
  }

  #onError(error: Error): void {
    if (this.#state !== 'challenged') return;
    // ws has already sent the close frame that RFC 6455 demands for this fault; what is left is the record.
    const { code } = error as Error & { code?: string };
    const reason = code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'frame_too_large' : 'frame_malformed';
    this.#record({ outcome: 'refused', reason, answer: code ?? error.name });
    this.#logRefusal(
      { reason, close: reason === 'frame_too_large' ? CLOSE.preauthTooLarge : CLOSE.normal },
      reason,
    );
    this.#enterClosed();
  }

  #onClose(code: number): void {
    if (this.#state === 'challenged') {
      this.#record({
        outcome: 'refused',
        reason: 'closed_before_connect',
        answer: `closed by client ${code}`,
      });
    }
    this.#enterClosed();
    this.#host.registry.delete(this);
    this.#host.onClosed(this);
  }

  #onAlive(): void {
    this.#unanswered = 0;
  }

  #enterClosed(): void {
    if (this.#state === 'ready') this.#host.registry.delete(this);
    this.#state = 'closed';
    this.#pump?.dispose();
    this.#outbox.dispose();
    this.#store.dispose();
  }
}
