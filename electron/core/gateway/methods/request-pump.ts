// Requests of one authenticated connection: decode, dispatch, answer once. Bounded in flight, each with a
// deadline; nothing of a request outlives its connection.

import type { CloseSpec } from '../../../../shared/protocol/close-codes';
import type { WireError } from '../../../../shared/protocol/error-codes';
import { invalidRequest } from '../../../../shared/protocol/error-codes';
import type { RequestFrame } from '../../../../shared/protocol/frames';
import type { Clock } from '../../lib/clock';
import type { Disposable } from '../../lib/disposable';
import { cleanForeignText } from '../../lib/foreign-text';
import type { Logger } from '../../lib/logger-port';
import { err } from '../../lib/result';
import type { Connection } from '../connection';
import { decodeRequest, encodeError, encodeOk } from '../frame-codec';
import { LIMITS } from '../limits';
import { isLoopback } from '../request-rules';
import type { Caller, MethodRegistry, MethodResult } from './method-registry';

const SLOW_MS = 50;
/** A client whose role may call nothing and that goes on calling is not worth its answers (section 1.6). */
const MAX_ROLE_VIOLATIONS = 10;
const REPEATED_UNAUTHORIZED: CloseSpec = { code: 1008, reason: 'repeated unauthorized calls' };

interface Pending {
  readonly timer: Disposable;
  abort: AbortController | undefined;
}

export class RequestPump {
  readonly #connection: Connection;
  readonly #methods: MethodRegistry;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #send: (text: string) => void;
  readonly #pending = new Map<string, Pending>();
  #roleViolations = 0;

  constructor(options: {
    readonly connection: Connection;
    readonly methods: MethodRegistry;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly send: (text: string) => void;
  }) {
    this.#connection = options.connection;
    this.#methods = options.methods;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#send = options.send;
  }

  receive(text: string): void {
    // A rotation invalidates the session before its pipelined frames can slip through.
    if (this.#connection.closeIfRetired()) return;
    const decoded = decodeRequest(text);
    if (!decoded.ok) {
      this.#send(encodeError(decoded.error.id ?? 'invalid', invalidRequest('invalid request frame')));
      return;
    }
    const frame = decoded.value;
    if (this.#pending.has(frame.id)) {
      this.#send(encodeError(frame.id, invalidRequest('duplicate request id')));
      return;
    }
    if (this.#pending.size >= LIMITS.pendingRequests) {
      this.#send(encodeError(frame.id, unavailable('too many requests in flight; wait for answers', 100)));
      return;
    }
    this.#run(frame);
  }

  dispose(): void {
    for (const pending of this.#pending.values()) {
      pending.timer.dispose();
      pending.abort?.abort();
    }
    this.#pending.clear();
  }

  #run(frame: RequestFrame): void {
    const startedMs = this.#clock.monotonicMs();
    let pending: Pending | undefined;
    let abort: AbortController | undefined;
    const caller: Caller = {
      connId: this.#connection.connId,
      // A pump exists only for a connection that was accepted.
      principal: this.#connection.principal as NonNullable<Connection['principal']>,
      // A page is never the local operator, whatever origin is listed: it gets no new token.
      directLocal: this.#connection.peer.directLocal && this.#connection.peer.originClass === 'none',
      budgetKey: budgetKey(this.#connection),
      get signal() {
        abort ??= new AbortController();
        if (pending !== undefined) pending.abort = abort;
        return abort.signal;
      },
    };
    let result: MethodResult | Promise<MethodResult>;
    try {
      result = this.#methods.dispatch(frame.method, frame.params, caller);
    } catch (error) {
      result = this.#fromBug(frame, error);
    }
    if (!(result instanceof Promise)) {
      this.#answer(frame, result, startedMs);
      if (caller.principal.role !== 'operator') this.#countViolation();
      return;
    }
    const timer = this.#clock.setTimeout(() => {
      pending?.abort?.abort();
      this.#settle(frame, err(unavailable(`${frame.method} timed out`)), startedMs);
    }, LIMITS.requestMs);
    pending = { timer, abort };
    this.#pending.set(frame.id, pending);
    result.then(
      (value) => this.#settle(frame, value, startedMs),
      (error: unknown) => this.#settle(frame, this.#fromBug(frame, error), startedMs),
    );
  }

  #countViolation(): void {
    this.#roleViolations += 1;
    if (this.#roleViolations > MAX_ROLE_VIOLATIONS) this.#connection.close(REPEATED_UNAUTHORIZED);
  }

  /** The first of answer, failure and deadline wins; a closed connection has none left to settle. */
  #settle(frame: RequestFrame, result: MethodResult, startedMs: number): void {
    const pending = this.#pending.get(frame.id);
    if (pending === undefined) {
      this.#connection.closeIfRetired();
      return;
    }
    this.#pending.delete(frame.id);
    pending.timer.dispose();
    this.#answer(frame, result, startedMs);
    // The caller of a rotation gets its reply first and is closed after it.
    this.#connection.closeIfRetired();
  }

  #answer(frame: RequestFrame, result: MethodResult, startedMs: number): void {
    if (result.ok) this.#send(encodeOk(frame.id, result.value));
    else this.#send(encodeError(frame.id, result.error));
    const tookMs = this.#clock.monotonicMs() - startedMs;
    if (result.ok && tookMs < SLOW_MS) return;
    const method = cleanForeignText(frame.method, 64);
    const tail = `conn=${shortId(this.#connection.connId)} id=${shortId(cleanForeignText(frame.id, 64))}`;
    const message = result.ok
      ? `⇄ res ✓ ${method} ${Math.round(tookMs)}ms ${tail}`
      : `⇄ res ✗ ${method} ${Math.round(tookMs)}ms errorCode=${result.error.code} errorMessage=${cleanForeignText(result.error.message, 120)} ${tail}`;
    this.#logger.info('rpc', { message });
  }

  /** The client learns that it failed, the log learns why: no message of an unexpected error leaves (SEC-49). */
  #fromBug(frame: RequestFrame, error: unknown): MethodResult {
    this.#logger.error('rpc.handler-threw', {
      method: cleanForeignText(frame.method, 64),
      error: String(error),
    });
    return err(unavailable(`${frame.method} failed inside the gateway; its log says why`));
  }
}

/** Device and address; a loopback address says nothing about who it is. With neither known, the connection. */
function budgetKey({ connId, peer, principal }: Connection): string {
  const device = principal?.deviceId;
  const address = isLoopback(peer.remoteAddress) ? undefined : peer.remoteAddress;
  if (device === undefined && address === undefined) return connId;
  return `${device ?? 'unknown-device'}|${address ?? 'unknown-ip'}`;
}

function unavailable(message: string, retryAfterMs?: number): WireError {
  return retryAfterMs === undefined
    ? { code: 'UNAVAILABLE', message }
    : { code: 'UNAVAILABLE', message, retryable: true, retryAfterMs };
}

/** `first8…last4`, as upstream prints ids. */
function shortId(id: string): string {
  return id.length <= 13 ? id : `${id.slice(0, 8)}…${id.slice(-4)}`;
}
