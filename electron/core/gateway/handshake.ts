// From the first request of a connection to what it is answered: params -> protocol range -> limiter ->
// authenticator -> limiter record -> pairing -> auth log -> answer (protocol sections 2.3 and 3.4; settled
// "Limiter"). Decides at once unless the list of devices has to be written first. There is no answer to send before
// the attempt's one terminal event is in the auth log. connection owns the socket, sends and closes.

import type { RefusalReason } from '../../../shared/model/auth-event';
import type { CloseSpec } from '../../../shared/protocol/close-codes';
import { CLOSE, closeReason } from '../../../shared/protocol/close-codes';
import type { ConnectParams } from '../../../shared/protocol/connect';
import { connectParamsSchema } from '../../../shared/protocol/connect';
import type { WireError } from '../../../shared/protocol/error-codes';
import {
  authFailure,
  GATEWAY_STARTING,
  invalidRequest,
  pairingRequired,
  pairingUnavailable,
} from '../../../shared/protocol/error-codes';
import type { RequestFrame } from '../../../shared/protocol/frames';
import { describeParamsError } from '../../../shared/protocol/params-text';
import type { ProtocolVersion } from '../../../shared/protocol/version';
import { negotiateProtocol } from '../../../shared/protocol/version';
import { cleanForeignText } from '../lib/foreign-text';
import type { AttemptOutcome } from './attempt';
import { attemptEvent, closedBeforeConnectLine, closeText, unauthorizedLine } from './attempt';
import type { LimiterKey } from './auth/attempt-limiter';
import type { AuthDecision, PairingNeeded, Principal } from './auth/authenticator';
import { authenticate, credentialClass, failureContext } from './auth/authenticator';
import { checkDeviceProof } from './auth/device-signature';
import type { PairingError } from './auth/pairing';
import type { Connection, ConnectionHost } from './connection';
import { encodeError, encodeOk } from './frame-codec';

/** How soon a client may come back that was turned away because too many late answers are owed already. */
const OVERFLOW_RETRY_MS = 5_000;

export interface Refusal {
  readonly ok: false;
  /** Absent: superseded. */
  readonly reason: RefusalReason | undefined;
  readonly close: CloseSpec;
  readonly error?: WireError;
  readonly requestId?: string;
  readonly params?: ConnectParams;
  readonly decision?: AuthDecision;
  /** A wrong guess is answered this late. */
  readonly delayMs?: number;
}

export interface Acceptance {
  readonly ok: true;
  readonly requestId: string;
  readonly params: ConnectParams;
  readonly decision: AuthDecision;
  readonly principal: Principal;
}

export type HandshakeResult = Acceptance | Refusal;

type AcceptedDecision = Extract<AuthDecision, { ok: true }>;

interface Attempt {
  readonly requestId: string;
  readonly params: ConnectParams;
}

export class Handshake {
  readonly #host: ConnectionHost;
  readonly #connection: Connection;
  readonly #nonce: string;
  readonly #acceptedMs: number;
  /** Of the moment when the challenge was sent: no later rotation can make a right credential wrong. */
  readonly #pinnedGeneration: number;
  #recorded = false;

  /** To be made when the challenge is sent. */
  constructor(options: {
    readonly host: ConnectionHost;
    readonly connection: Connection;
    readonly nonce: string;
  }) {
    const { host } = options;
    this.#host = host;
    this.#connection = options.connection;
    this.#nonce = options.nonce;
    this.#acceptedMs = host.clock.monotonicMs();
    this.#pinnedGeneration = host.tokens.generation;
  }

  /** Decides. Nothing is logged or sent yet: `accept` or `refuse` follows, or the connection has ended meanwhile. */
  receive({ id: requestId, method, params }: RequestFrame): HandshakeResult | Promise<HandshakeResult> {
    if (method !== 'connect') {
      const error = invalidRequest(CLOSE.notConnect.reason);
      return { ok: false, reason: 'not_connect', close: CLOSE.notConnect, error, requestId };
    }
    const parsed = connectParamsSchema.safeParse(params, { reportInput: true });
    if (!parsed.success) {
      // Which protocol the client speaks stands in what could not be read.
      const error = invalidRequest(`invalid connect params: ${describeParamsError(parsed.error, 4)}`);
      return { ok: false, reason: 'invalid_connect_params', close: closeWith(error), error, requestId };
    }
    return this.#connect({ requestId, params: parsed.data });
  }

  /** The auth log first. @returns hello-ok, to be sent */
  accept({ requestId, params, decision, principal }: Acceptance): string {
    this.#record({ outcome: 'accepted', params, decision });
    return encodeOk(requestId, this.#host.hello(this.#connection, principal));
  }

  /**
   * The auth log and the log's lines first. Also for ends that the connection decides: its deadline, a broken frame.
   * @returns the error reply, to be sent; undefined when the close frame says it all
   */
  refuse(refusal: Refusal): string | undefined {
    const { reason, close, error, requestId, params, decision } = refusal;
    const answer = reason === 'closed_before_connect' ? `closed by client ${close.code}` : closeText(close);
    const outcome = reason === undefined ? 'superseded' : 'refused';
    this.#record({ outcome, reason, params, decision, answer });
    this.#logRefusal(refusal, reason ?? 'superseded');
    return error === undefined || requestId === undefined ? undefined : encodeError(requestId, error);
  }

  #record(result: AttemptOutcome): void {
    if (this.#recorded) return;
    this.#recorded = true;
    const { connId, peer } = this.#connection;
    const durationMs = this.#host.clock.monotonicMs() - this.#acceptedMs;
    this.#host.authLog.append(attemptEvent(connId, peer, durationMs, result));
  }

  #logRefusal({ params, decision, close }: Refusal, reason: string): void {
    const { connId, peer } = this.#connection;
    const { logger, throttle } = this.#host;
    const suffix = throttle.admit(`${peer.remoteAddress} ${params?.client.id ?? ''} ${reason}`);
    if (suffix === undefined) return;
    const cause = { cause: 'unauthorized', authReason: reason, connId };
    if (params !== undefined && decision !== undefined) {
      const message = `${unauthorizedLine(connId, peer, params, decision, reason)}${suffix}`;
      logger.warn('auth.refused', { message, ...cause });
    }
    const message = `${closedBeforeConnectLine(connId, peer, close.code, close.reason)}${suffix}`;
    logger.warn('connection.closed-before-connect', { message, ...cause });
  }

  #connect(attempt: Attempt): HandshakeResult | Promise<HandshakeResult> {
    const host = this.#host;
    const { params } = attempt;
    if (!host.isServing()) {
      const close = CLOSE.gatewayStarting;
      return { ok: false, reason: 'gateway_starting', close, error: GATEWAY_STARTING, ...attempt };
    }
    const protocol = negotiateProtocol(params.minProtocol, params.maxProtocol) ?? 4;
    if (host.tokens.modeProblem !== undefined) {
      const error = authFailure(failureContext(params, protocol, 'password_missing_config'));
      return { ok: false, reason: 'password_missing_config', close: closeWith(error), error, ...attempt };
    }
    const key = this.#limiterKey(params);
    const allowed = key && host.limiter.check(key);
    if (allowed?.allowed === false) return limited(attempt, protocol, allowed.retryAfterMs);

    const decision = this.#decide(params);
    const delayed = this.#count(key, decision);
    if (delayed === 'overflow') return { ...limited(attempt, protocol, OVERFLOW_RETRY_MS), decision };
    if (decision.ok) return this.#welcome(attempt, decision);
    if (decision.outcome === 'pairing') return this.#pair(attempt, decision, decision.pairing);
    const { reason, close, error } = decision;
    return { ok: false, reason, close, error, decision, delayMs: delayed, ...attempt };
  }

  #decide(params: ConnectParams): AuthDecision {
    const { clock, pairing, tokens } = this.#host;
    const { peer } = this.#connection;
    const { device } = params;
    return authenticate({
      params,
      directLocal: peer.directLocal,
      originClass: peer.originClass,
      mode: tokens.mode,
      generation: tokens.generation,
      verify: (secret) => tokens.verify(secret, this.#pinnedGeneration),
      proveDevice: () =>
        device === undefined
          ? { ok: false, reason: 'device-id-mismatch' }
          : checkDeviceProof({ params: { ...params, device }, nonce: this.#nonce, now: clock.now() }),
      subjectOf: (proven, role) => ({
        deviceId: proven.deviceId,
        publicKey: proven.publicKey,
        role,
        scopes: [],
        ...shownClient(params),
        remoteIp: peer.remoteAddress,
        ...(peer.origin === undefined ? {} : { browserOrigin: peer.origin }),
      }),
      devices: pairing,
    });
  }

  #limiterKey(params: ConnectParams): LimiterKey | undefined {
    const kind = credentialClass(params.auth);
    if (kind === undefined) return undefined;
    const { origin, originClass, remoteAddress, directLocal } = this.#connection.peer;
    return {
      credentialClass: kind,
      peerAddress: remoteAddress,
      ...(originClass === 'none' ? {} : { origin: origin ?? originClass }),
      loopback: directLocal,
    };
  }

  /** Every attempt counts at most once; how late a wrong one is to be answered. */
  #count(key: LimiterKey | undefined, decision: AuthDecision): number | 'overflow' {
    const { limiter } = this.#host;
    if (key === undefined) return 0;
    const letIn = decision.ok || (decision.outcome === 'pairing' && decision.pairing.silent);
    if (letIn && decision.guess === 'right') limiter.recordSuccess(key);
    if (decision.ok || decision.guess !== 'wrong') return 0;
    const counted = limiter.recordFailure(key);
    return 'overflow' in counted ? 'overflow' : counted.delayMs;
  }

  #welcome(attempt: Attempt, decision: AcceptedDecision): HandshakeResult | Promise<HandshakeResult> {
    const { pairing } = this.#host;
    const { deviceId, role, scopes, method } = decision.principal;
    if (deviceId === undefined) return accepted(attempt, decision);
    const grant = pairing.grant({ deviceId, role, scopes });
    if (!(grant instanceof Promise)) {
      pairing.touch(deviceId, role, method === 'device-token');
      return accepted(attempt, decision, grant);
    }
    return grant.then((issued): HandshakeResult => {
      // The disk took its time: whether the credential and the device still hold is asked again.
      const again = this.#decide(attempt.params);
      if (!again.ok) return this.#refuse(attempt, again);
      pairing.touch(deviceId, role, method === 'device-token');
      // A device without a token of its own still connects with what it came with.
      return accepted(attempt, again, issued.ok ? issued.value : undefined);
    });
  }

  #pair(
    attempt: Attempt,
    decision: AuthDecision,
    needed: PairingNeeded,
  ): HandshakeResult | Promise<HandshakeResult> {
    const { pairing } = this.#host;
    if (!needed.silent) return this.#waitForApproval(attempt, decision, needed);
    return pairing.approveSilently(needed.subject).then((done) => {
      if (!done.ok) return unavailable(attempt, decision, detailOf(done.error));
      const again = this.#decide(attempt.params);
      return again.ok ? this.#welcome(attempt, again) : this.#refuse(attempt, again);
    });
  }

  #waitForApproval(attempt: Attempt, decision: AuthDecision, needed: PairingNeeded): Refusal {
    const { reason, subject, approvedRoles, approvedScopes } = needed;
    const { deviceId, role, scopes } = subject;
    const requestId = this.#host.pairing.request(subject, reason);
    const asked = { reason, requestId, deviceId, role, scopes, approvedRoles, approvedScopes };
    const { error, closeText } = pairingRequired(asked);
    const close = { code: 1008, reason: closeReason(closeText) };
    return { ok: false, reason: PAIRING_REASONS[reason], close, error, decision, ...attempt };
  }

  /** What a second look came to, after the disk was written. */
  #refuse(attempt: Attempt, decision: Exclude<AuthDecision, { ok: true }>): Refusal {
    if (decision.outcome === 'pairing')
      return unavailable(attempt, decision, 'the device has changed meanwhile');
    const { reason, close, error } = decision;
    return { ok: false, reason, close, error, decision, ...attempt };
  }
}

const PAIRING_REASONS = {
  'not-paired': 'not_paired',
  'role-upgrade': 'role_upgrade',
  'scope-upgrade': 'scope_upgrade',
  'metadata-upgrade': 'metadata_upgrade',
} as const;

function accepted(attempt: Attempt, decision: AcceptedDecision, grant?: Principal['grant']): Acceptance {
  const principal = grant === undefined ? decision.principal : { ...decision.principal, grant };
  return { ok: true, decision, principal, ...attempt };
}

function limited(attempt: Attempt, protocol: ProtocolVersion, retryAfterMs: number): Refusal {
  const context = failureContext(attempt.params, protocol, 'rate_limited');
  const error = authFailure({ ...context, retryAfterMs });
  return { ok: false, reason: 'rate_limited', close: closeWith(error), error, ...attempt };
}

function unavailable(attempt: Attempt, decision: AuthDecision, detail: string): Refusal {
  const error = pairingUnavailable(detail);
  const close = { code: 1013, reason: 'device pairing unavailable' };
  return { ok: false, reason: 'pairing_unavailable', close, error, decision, ...attempt };
}

function detailOf(error: PairingError): string {
  if ('detail' in error) return error.detail;
  return error.code === 'full' ? 'too many devices are paired; remove some' : error.code;
}

function closeWith(error: WireError): CloseSpec {
  return { code: 1008, reason: closeReason(error.message) };
}

/** What a person is shown of the client, cleaned: it is compared and approved in exactly this form. */
function shownClient({ client }: ConnectParams) {
  const { displayName, deviceFamily } = client;
  return {
    ...(displayName === undefined ? {} : { displayName: cleanForeignText(displayName, 120) }),
    platform: cleanForeignText(client.platform, 64),
    ...(deviceFamily === undefined ? {} : { deviceFamily: cleanForeignText(deviceFamily, 64) }),
    clientId: client.id,
    clientMode: client.mode,
  };
}
