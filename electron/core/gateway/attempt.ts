// One connect attempt's record: collects what is known about the socket and the client, and turns the outcome
// into the auth event and upstream's two log lines (protocol section 4.1). Written before the client is answered.

import type {
  AuthAttemptFields,
  AuthClient,
  OriginClass,
  RefusalReason,
} from '../../../shared/model/auth-event';
import type { CloseSpec } from '../../../shared/protocol/close-codes';
import type { ConnectParams } from '../../../shared/protocol/connect';
import { cleanForeignText } from '../lib/foreign-text';
import type { Verdict } from '../tokens/token-store';
import type { AuthDecision } from './auth/authenticator';

/** Facts of the socket and the upgrade request; foreign strings are already cleaned and cut. */
export interface PeerFacts {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly host?: string;
  readonly origin?: string;
  readonly userAgent?: string;
  readonly forwardedFor?: string;
  readonly originClass: OriginClass;
  readonly directLocal: boolean;
  /** Gatehouse's own probe, told by its socket. */
  readonly internal: boolean;
}

/** A stranger may ask for 64 scopes of any text; what is kept of them must not fill memory or replies. */
const MAX_SCOPES_KEPT = 16;

export interface AttemptOutcome {
  readonly outcome: AuthAttemptFields['outcome'];
  readonly reason?: RefusalReason | undefined;
  readonly params?: ConnectParams | undefined;
  readonly decision?: AuthDecision | undefined;
  /** `1008 <text>` or `HTTP 403`. */
  readonly answer?: string;
}

export function attemptEvent(
  connId: string,
  peer: PeerFacts,
  durationMs: number,
  result: AttemptOutcome,
): AuthAttemptFields & { event: 'auth.attempt' } {
  const { params, decision } = result;
  const verdict = decision?.verdict;
  return {
    event: 'auth.attempt',
    outcome: result.outcome,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
    connId,
    peer: `${peer.remoteAddress}:${peer.remotePort}`,
    ...(params === undefined ? {} : { client: clientOf(params) }),
    ...(params === undefined ? {} : { role: cleanForeignText(params.role ?? 'operator', 32) }),
    scopesAsked: (params?.scopes ?? []).slice(0, MAX_SCOPES_KEPT).map((scope) => cleanForeignText(scope, 40)),
    scopesGranted: decision?.ok === true ? decision.principal.scopes : [],
    credential: decision?.credential ?? 'none',
    presentedAs: decision?.presentedAs ?? verdict?.presentedAs ?? 'none',
    ...verdictFields(verdict),
    originClass: peer.originClass,
    ...(peer.origin === undefined ? {} : { origin: peer.origin }),
    ...(peer.host === undefined ? {} : { host: peer.host }),
    ...(peer.userAgent === undefined ? {} : { userAgent: peer.userAgent }),
    hasDevice: params?.device !== undefined,
    internal: peer.internal,
    durationMs: Math.round(durationMs),
    ...(result.answer === undefined ? {} : { answer: cleanForeignText(result.answer) }),
  };
}

function verdictFields(verdict: Verdict | undefined): Partial<AuthAttemptFields> {
  if (verdict === undefined) return {};
  return {
    presentedFingerprint: verdict.presentedFingerprint,
    comparedFingerprint: verdict.comparedFingerprint,
    comparedGeneration: verdict.comparedGeneration,
    ...(!verdict.ok && verdict.matchedGeneration !== undefined
      ? { matchedGeneration: verdict.matchedGeneration }
      : {}),
    ...(!verdict.ok && verdict.matchedRetiredAt !== undefined
      ? { matchedRetiredAt: verdict.matchedRetiredAt }
      : {}),
  };
}

export function clientOf(params: ConnectParams): AuthClient {
  const { client } = params;
  return {
    id: client.id,
    mode: client.mode,
    version: cleanForeignText(client.version, 64),
    ...(client.displayName === undefined ? {} : { displayName: cleanForeignText(client.displayName, 120) }),
    platform: cleanForeignText(client.platform, 64),
    ...(client.instanceId === undefined ? {} : { instanceId: cleanForeignText(client.instanceId, 64) }),
  };
}

/** Upstream's refusal line, every field in its order, `n/a` where there is nothing. */
export function unauthorizedLine(
  connId: string,
  peer: PeerFacts,
  params: ConnectParams,
  decision: AuthDecision,
  reason: string,
): string {
  const client = clientOf(params);
  const fields = [
    `conn=${connId}`,
    `peer=${peer.remoteAddress}:${peer.remotePort}->${peer.localAddress}:${peer.localPort}`,
    `remote=${peer.remoteAddress}`,
    `client=${client.displayName ?? client.id} ${client.mode} v${client.version}`,
    `role=${cleanForeignText(params.role ?? 'operator', 32)}`,
    // As upstream: scopes are cleared before the refusal is logged, so a device-less client always shows 0.
    `scopes=${params.device === undefined ? 0 : (params.scopes ?? []).length}`,
    `auth=${decision.credential}`,
    `device=${params.device === undefined ? 'no' : 'yes'}`,
    `platform=${client.platform ?? 'n/a'}`,
    `instance=${client.instanceId ?? 'n/a'}`,
    `host=${peer.host ?? 'n/a'}`,
    `origin=${peer.origin ?? 'n/a'}`,
    `ua=${peer.userAgent ?? 'n/a'}`,
    `reason=${reason}`,
  ];
  return `unauthorized ${fields.join(' ')}`;
}

export function closedBeforeConnectLine(
  connId: string,
  peer: PeerFacts,
  code: number,
  reason: string,
): string {
  const fields = [
    `conn=${connId}`,
    `peer=${peer.remoteAddress}:${peer.remotePort}->${peer.localAddress}:${peer.localPort}`,
    `remote=${peer.remoteAddress}`,
    `fwd=${peer.forwardedFor ?? 'n/a'}`,
    `origin=${peer.origin ?? 'n/a'}`,
    `host=${peer.host ?? 'n/a'}`,
    `ua=${peer.userAgent ?? 'n/a'}`,
    `code=${code}`,
    `reason=${reason === '' ? 'n/a' : reason}`,
  ];
  return `closed before connect ${fields.join(' ')}`;
}

/** As the auth event's `answer`: `1008 <text>`. */
export function closeText({ code, reason }: CloseSpec): string {
  return reason === '' ? String(code) : `${code} ${reason}`;
}
