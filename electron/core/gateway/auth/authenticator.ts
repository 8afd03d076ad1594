// Decides a connect attempt: params + one look at the credential and at the device's record -> accepted, refused
// with one reason from a closed union, or waiting for a pairing (protocol sections 2.3 and 3.4–3.10, settled
// "Wire"). Pure: comparisons come in as functions, so the whole decision can be tested without a socket.

import type {
  CredentialKind,
  OriginClass,
  PresentedAs,
  RefusalReason,
} from '../../../../shared/model/auth-event';
import type { DeviceRole, PairingReason } from '../../../../shared/model/device';
import { DEVICE_ROLES } from '../../../../shared/model/device';
import type { AuthMode } from '../../../../shared/model/settings';
import { isBrowserClient } from '../../../../shared/protocol/client-info';
import type { CloseSpec } from '../../../../shared/protocol/close-codes';
import { CLOSE, closeReason } from '../../../../shared/protocol/close-codes';
import type { ConnectParams } from '../../../../shared/protocol/connect';
import type { AuthReason, DeviceProofReason, WireError } from '../../../../shared/protocol/error-codes';
import {
  authFailure,
  CONTROL_UI_NEEDS_DEVICE,
  deviceProofFailure,
  invalidRequest,
  originRefused,
  pairingUnavailable,
  protocolMismatch,
  SUPERSEDED,
} from '../../../../shared/protocol/error-codes';
import type { Scope } from '../../../../shared/protocol/scopes';
import { isScope, scopesForDeviceless } from '../../../../shared/protocol/scopes';
import type { ProtocolVersion } from '../../../../shared/protocol/version';
import { negotiateProtocol } from '../../../../shared/protocol/version';
import type { Verdict } from '../../tokens/token-store';
import type { LimiterKey } from './attempt-limiter';
import type { PairingSubject } from './device-records';
import type { DeviceProof } from './device-signature';
import type { DeviceGrant, Pairing } from './pairing';

export interface AuthRequest {
  readonly params: ConnectParams;
  readonly directLocal: boolean;
  readonly originClass: OriginClass;
  readonly mode: AuthMode;
  /** Current token generation: what a session of mode `none` stands on. */
  readonly generation: number;
  /** TokenStore.verify with this connection's pinned generation. */
  readonly verify: (secret: string) => Verdict;
  /** checkDeviceProof with this connection's nonce; asked only when there is a device object. */
  readonly proveDevice: () => DeviceProof;
  /** What a proven device asks for, as it is stored and shown. */
  readonly subjectOf: (device: { deviceId: string; publicKey: string }, role: DeviceRole) => PairingSubject;
  readonly devices: Pick<Pairing, 'assess' | 'judgeToken' | 'isDeviceToken' | 'problem'>;
}

export interface Principal {
  readonly protocol: ProtocolVersion;
  readonly role: DeviceRole;
  /** From the server's own rules and records, never simply what was asked (SEC-14). */
  readonly scopes: readonly Scope[];
  /** Token generation this session stands on; 0 for a device token, which no rotation of the token ends. */
  readonly generation: number;
  readonly method: 'token' | 'password' | 'device-token' | 'none';
  /** Proven by its signature. */
  readonly deviceId?: string;
  /** The token that hello-ok hands to the device. */
  readonly grant?: DeviceGrant;
}

export type AuthDecision = {
  readonly credential: CredentialKind;
  /** The comparison with the shared secret, when there was one that counted. */
  readonly verdict?: Verdict;
  /** Overrides the verdict's: the text was a device token. */
  readonly presentedAs?: PresentedAs;
  /** For the limiter: whether a credential was compared, and how that went. */
  readonly guess: 'right' | 'wrong' | 'none';
} & (
  | { readonly ok: true; readonly principal: Principal }
  | {
      readonly ok: false;
      readonly outcome: 'refused' | 'superseded';
      readonly reason: RefusalReason | undefined;
      readonly error: WireError;
      readonly close: CloseSpec;
    }
  | { readonly ok: false; readonly outcome: 'pairing'; readonly pairing: PairingNeeded }
);

export interface PairingNeeded {
  readonly reason: PairingReason;
  readonly subject: PairingSubject;
  /** A local program with the shared secret: approve and decide again. Never for anything with an Origin (SEC-22). */
  readonly silent: boolean;
  readonly approvedRoles: readonly string[];
  readonly approvedScopes: readonly string[];
}

export function authenticate(request: AuthRequest): AuthDecision {
  const { params } = request;
  const credential = credentialKind(params.auth);
  const protocol = negotiateProtocol(params.minProtocol, params.maxProtocol);
  if (protocol === undefined) {
    const error = protocolMismatch(params.minProtocol, params.maxProtocol);
    return refused('protocol_mismatch', error, { credential, guess: 'none' }, CLOSE.protocolMismatch);
  }
  const role = DEVICE_ROLES.find((known) => known === (params.role ?? 'operator'));
  if (role === undefined) {
    const error = invalidRequest(CLOSE.invalidRole.reason);
    return refused('invalid_role', error, { credential, guess: 'none' }, CLOSE.invalidRole);
  }
  // A foreign Origin never gets here (upgrade-guard); a page without any Origin is not a page.
  if (isBrowserClient(params.client.id, params.client.mode) && request.originClass !== 'allowed') {
    const error = originRefused('origin missing or invalid');
    return refused('origin_not_allowed', error, { credential, guess: 'none' });
  }
  const shared = judgeShared(request, protocol);
  const context: Context = { request, protocol, role, shared, facts: factsOf(request, credential, shared) };
  return params.device === undefined ? withoutDevice(context) : withDevice(context);
}

type Facts = Pick<AuthDecision, 'credential' | 'verdict' | 'presentedAs' | 'guess'>;

interface Context {
  readonly request: AuthRequest;
  readonly protocol: ProtocolVersion;
  readonly role: DeviceRole;
  readonly shared: SharedSecretResult;
  readonly facts: Facts;
}

function withoutDevice(context: Context): AuthDecision {
  const { request, protocol, role, shared, facts } = context;
  const { params } = request;
  if (!shared.ok) return credentialRefused(context, failureReason(params, request.mode, shared));
  if (params.client.id === 'openclaw-control-ui') {
    return refused('device_identity_required', CONTROL_UI_NEEDS_DEVICE, facts);
  }
  const scopes =
    role === 'operator'
      ? scopesForDeviceless({
          protocol,
          id: params.client.id,
          mode: params.client.mode,
          directLocal: isNative(request),
          asked: params.scopes ?? [],
          open: request.mode === 'none',
        })
      : [];
  const { generation, method } = shared;
  return { ok: true, principal: { protocol, role, scopes, generation, method }, ...facts };
}

function withDevice(context: Context): AuthDecision {
  const { request, protocol, role, shared, facts } = context;
  const { devices, params } = request;
  const proof = request.proveDevice();
  if (!proof.ok) return refused(PROOF_REASONS[proof.reason], deviceProofFailure(proof.reason), facts);
  if (devices.problem !== undefined) {
    return refused('pairing_unavailable', pairingUnavailable(devices.problem), facts, {
      code: 1013,
      reason: 'device pairing unavailable',
    });
  }
  const scopes = role === 'operator' ? (params.scopes ?? []).filter(isScope) : [];
  const subject = { ...request.subjectOf(proof, role), scopes };
  let accepted: Facts = facts;
  if (!shared.ok) {
    const explicit = text(params.auth?.deviceToken);
    const candidate = explicit ?? text(params.auth?.token);
    const judged =
      candidate === undefined
        ? 'mismatch'
        : devices.judgeToken({ deviceId: proof.deviceId, role, candidate, scopes });
    if (judged === 'scope') {
      // The token is right, it only does not cover what is asked: no guess, so it is not slowed down (SEC-13). But
      // another text beside it is one: a device with few scopes must not try secrets for nothing (SEC-10).
      const isOnlySecret = explicit === undefined || explicit === text(params.auth?.token);
      const guess = isOnlySecret || shared.verdict === undefined ? 'none' : facts.guess;
      const known: Context = { ...context, facts: { ...facts, guess } };
      return credentialRefused(known, protocol >= 4 ? 'scope_mismatch' : 'device_token_mismatch');
    }
    if (judged === 'mismatch') {
      return credentialRefused(context, failureReason(params, request.mode, shared));
    }
    // Compared by the device's record, so the shared secret's verdict says nothing about this attempt.
    const guess = shared.verdict === undefined ? 'right' : 'none';
    accepted = { credential: 'device-token', presentedAs: 'device-token', guess };
  }
  const { reason, roles, scopes: approvedScopes } = devices.assess(subject);
  if (reason !== undefined) {
    const silent = shared.ok && reason !== 'metadata-upgrade' && isNative(request);
    const pairing = { reason, subject, silent, approvedRoles: roles, approvedScopes };
    return { ok: false, outcome: 'pairing', pairing, ...accepted };
  }
  const { generation, method } = shared.ok ? shared : { generation: 0, method: 'device-token' as const };
  const principal = { protocol, role, scopes, generation, method, deviceId: proof.deviceId };
  return { ok: true, principal, ...accepted };
}

/** On this machine, with no proxy and no page in between. */
function isNative({ directLocal, originClass }: AuthRequest): boolean {
  return directLocal && originClass === 'none';
}

const PROOF_REASONS: Readonly<Record<DeviceProofReason, RefusalReason>> = {
  'device-id-mismatch': 'device_id_mismatch',
  'device-signature-stale': 'device_signature_stale',
  'device-nonce-missing': 'device_nonce_missing',
  'device-nonce-mismatch': 'device_nonce_mismatch',
  'device-signature': 'device_signature',
  'device-public-key': 'device_public_key',
};

/** Any credential that was sent and is wrong counts once, whatever else the attempt fails on (SEC-10). */
function factsOf(request: AuthRequest, credential: CredentialKind, shared: SharedSecretResult): Facts {
  const { auth, device } = request.params;
  if (shared.ok) return { credential, guess: 'right', ...(shared.verdict && { verdict: shared.verdict }) };
  const { verdict } = shared;
  // With a device, a token that the mode does not ask for is still compared: with the device's own.
  const asDevice = device === undefined ? undefined : text(auth?.token);
  const sent =
    verdict === undefined ? (text(auth?.deviceToken) ?? text(auth?.bootstrapToken) ?? asDevice) : undefined;
  const isGuess = verdict?.reason === 'token_mismatch' || sent !== undefined;
  const candidate = sent ?? text(auth?.token) ?? text(auth?.password);
  const unexplained = verdict === undefined || verdict.presentedAs === 'unknown';
  const isDeviceToken = unexplained && candidate !== undefined && request.devices.isDeviceToken(candidate);
  return {
    credential,
    guess: isGuess ? 'wrong' : 'none',
    ...(verdict && { verdict }),
    ...(isDeviceToken ? { presentedAs: 'device-token' } : {}),
  };
}

function credentialRefused({ request, protocol, facts }: Context, reason: AuthReason): AuthDecision {
  if (facts.verdict?.ok === false && facts.verdict.reason === 'superseded') {
    const close = CLOSE.authChanged;
    return { ok: false, outcome: 'superseded', reason: undefined, error: SUPERSEDED, close, ...facts };
  }
  return refused(reason, authFailure(failureContext(request.params, protocol, reason)), facts);
}

/** What the texts of section 3.5 depend on. */
export function failureContext(
  params: ConnectParams,
  protocol: ProtocolVersion,
  reason: AuthReason,
): Parameters<typeof authFailure>[0] {
  return {
    reason,
    protocol,
    clientId: params.client.id,
    clientMode: params.client.mode,
    hasDevice: params.device !== undefined,
    sentToken: text(params.auth?.token) !== undefined,
    sentDeviceToken: params.auth?.deviceToken !== undefined,
  };
}

function refused(reason: RefusalReason, error: WireError, facts: Facts, close?: CloseSpec): AuthDecision {
  return {
    ok: false,
    outcome: 'refused',
    reason,
    error,
    close: close ?? { code: 1008, reason: closeReason(error.message) },
    ...facts,
  };
}

/** The first of the checks of section 3.4: remembered while the device is looked at, decides alone where there is none. */
type SharedSecretResult =
  | {
      readonly ok: true;
      readonly method: 'token' | 'password' | 'none';
      readonly generation: number;
      readonly verdict?: Verdict;
    }
  /** Without a verdict nothing was sent that could be compared. */
  | { readonly ok: false; readonly verdict: Extract<Verdict, { ok: false }> | undefined };

/** In the mode that is in force. */
function judgeShared(request: AuthRequest, protocol: ProtocolVersion): SharedSecretResult {
  const { params, mode, generation } = request;
  if (mode === 'none') return { ok: true, method: 'none', generation };
  const presented = sharedSecret(params.auth, mode, protocol);
  if (presented === undefined) return { ok: false, verdict: undefined };
  const verdict = request.verify(presented);
  return verdict.ok
    ? { ok: true, method: mode, generation: verdict.generation, verdict }
    : { ok: false, verdict };
}

/** 2026.4.29 takes the secret only in the field of the mode; 2026.9.6 in either (section 3.2). */
function sharedSecret(
  auth: ConnectParams['auth'],
  mode: 'token' | 'password',
  protocol: ProtocolVersion,
): string | undefined {
  const [own, other] = mode === 'token' ? [auth?.token, auth?.password] : [auth?.password, auth?.token];
  return text(own) ?? (protocol >= 4 ? text(other) : undefined);
}

/** The reason when nothing that was sent has let the client in. */
function failureReason(
  params: ConnectParams,
  mode: AuthMode,
  shared: Extract<SharedSecretResult, { ok: false }>,
): AuthReason {
  const { auth, device } = params;
  const sentSecret = shared.verdict !== undefined;
  // An explicit device token or setup code speaks for itself only with a device, or when nothing else was sent.
  const speaks = device !== undefined || !sentSecret;
  if (auth?.bootstrapToken !== undefined && speaks) return 'bootstrap_token_invalid';
  if (auth?.deviceToken !== undefined && speaks) return 'device_token_mismatch';
  if (mode === 'password') return sentSecret ? 'password_mismatch' : 'password_missing';
  return sentSecret ? 'token_mismatch' : 'token_missing';
}

/** What the client sent, for the log's `auth=` field. */
function credentialKind(auth: ConnectParams['auth']): CredentialKind {
  if (auth?.token !== undefined) return 'token';
  if (auth?.password !== undefined) return 'password';
  if (auth?.bootstrapToken !== undefined) return 'bootstrap-token';
  if (auth?.deviceToken !== undefined) return 'device-token';
  return 'none';
}

/** Under which class an attempt is counted, whatever other fields are present; `undefined` when nothing was sent. */
export function credentialClass(auth: ConnectParams['auth']): LimiterKey['credentialClass'] | undefined {
  if (text(auth?.token) !== undefined || text(auth?.password) !== undefined) return 'shared-secret';
  if (text(auth?.deviceToken) !== undefined) return 'device-token';
  return text(auth?.bootstrapToken) === undefined ? undefined : 'bootstrap-token';
}

/** Blank is not a secret. */
function text(field: string | undefined): string | undefined {
  return field === undefined || field.trim() === '' ? undefined : field;
}
