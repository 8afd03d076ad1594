// Decides a connect attempt: params + one look at the credential -> accepted or refused with one reason from a
// closed union (protocol sections 3.4–3.8, settled "Wire"). Pure: the token store's verdict comes in as a
// function, so the whole decision can be tested without a socket. Called by connection, once per attempt.

import type { CredentialKind, OriginClass, RefusalReason } from '../../../../shared/model/auth-event';
import { isBrowserClient } from '../../../../shared/protocol/client-info';
import type { CloseSpec } from '../../../../shared/protocol/close-codes';
import { CLOSE, closeReason } from '../../../../shared/protocol/close-codes';
import type { ConnectParams } from '../../../../shared/protocol/connect';
import type { AuthReason, WireError } from '../../../../shared/protocol/error-codes';
import {
  authFailure,
  CONTROL_UI_NEEDS_DEVICE,
  invalidRequest,
  originRefused,
  protocolMismatch,
  SUPERSEDED,
} from '../../../../shared/protocol/error-codes';
import type { Scope } from '../../../../shared/protocol/scopes';
import { scopesForDeviceless } from '../../../../shared/protocol/scopes';
import type { ProtocolVersion } from '../../../../shared/protocol/version';
import { negotiateProtocol } from '../../../../shared/protocol/version';
import type { Verdict } from '../../tokens/token-store';

export interface AuthRequest {
  readonly params: ConnectParams;
  readonly directLocal: boolean;
  readonly originClass: OriginClass;
  /** TokenStore.verify with this connection's pinned generation. */
  readonly verify: (secret: string) => Verdict;
}

export interface Principal {
  readonly protocol: ProtocolVersion;
  readonly role: 'operator' | 'node';
  /** From the server's own rules, never simply what was asked (SEC-14). */
  readonly scopes: readonly Scope[];
  /** Token generation this session stands on. */
  readonly generation: number;
}

export type AuthDecision = {
  readonly credential: CredentialKind;
  /** The comparison, when there was one. */
  readonly verdict?: Verdict;
} & (
  | { readonly ok: true; readonly principal: Principal }
  | {
      readonly ok: false;
      readonly outcome: 'refused' | 'superseded';
      readonly reason: RefusalReason | undefined;
      readonly error: WireError;
      readonly close: CloseSpec;
    }
);

export function authenticate(request: AuthRequest): AuthDecision {
  const { params } = request;
  const credential = credentialKind(params.auth);
  const refuse = (reason: RefusalReason, error: WireError, close?: CloseSpec): AuthDecision => ({
    ok: false,
    outcome: 'refused',
    reason,
    error,
    close: close ?? { code: 1008, reason: closeReason(error.message) },
    credential,
  });

  const protocol = negotiateProtocol(params.minProtocol, params.maxProtocol);
  if (protocol === undefined) {
    const error = protocolMismatch(params.minProtocol, params.maxProtocol);
    return refuse('protocol_mismatch', error, CLOSE.protocolMismatch);
  }
  const role = params.role ?? 'operator';
  if (role !== 'operator' && role !== 'node') {
    return refuse('invalid_role', invalidRequest(CLOSE.invalidRole.reason), CLOSE.invalidRole);
  }
  // A foreign Origin never gets here (upgrade-guard); a page without any Origin is not a page.
  if (isBrowserClient(params.client.id, params.client.mode) && request.originClass !== 'allowed') {
    return refuse('origin_not_allowed', originRefused('origin missing or invalid'));
  }

  const presented = sharedSecret(params.auth, protocol);
  const verdict = presented === undefined ? undefined : request.verify(presented);
  if (verdict?.ok !== true) {
    if (verdict?.reason === 'superseded') {
      return {
        ok: false,
        outcome: 'superseded',
        reason: undefined,
        error: SUPERSEDED,
        close: CLOSE.authChanged,
        credential,
        verdict,
      };
    }
    const reason = failureReason(params, presented !== undefined);
    const error = authFailure({
      reason,
      protocol,
      clientId: params.client.id,
      clientMode: params.client.mode,
      hasDevice: params.device !== undefined,
      sentToken: presented !== undefined,
      sentDeviceToken: params.auth?.deviceToken !== undefined,
    });
    return verdict === undefined ? refuse(reason, error) : { ...refuse(reason, error), verdict };
  }

  if (params.client.id === 'openclaw-control-ui' && params.device === undefined) {
    return { ...refuse('device_identity_required', CONTROL_UI_NEEDS_DEVICE), verdict };
  }
  // A device object is shape-checked only: a proof that was not verified must not widen anything.
  const scopes =
    role === 'operator'
      ? scopesForDeviceless({
          protocol,
          id: params.client.id,
          mode: params.client.mode,
          directLocal: request.directLocal && request.originClass === 'none',
          asked: params.scopes ?? [],
        })
      : [];
  return {
    ok: true,
    principal: { protocol, role, scopes, generation: verdict.generation },
    credential,
    verdict,
  };
}

/** What the client sent, for the log's `auth=` field. */
function credentialKind(auth: ConnectParams['auth']): CredentialKind {
  if (auth?.token !== undefined) return 'token';
  if (auth?.password !== undefined) return 'password';
  if (auth?.bootstrapToken !== undefined) return 'bootstrap-token';
  if (auth?.deviceToken !== undefined) return 'device-token';
  return 'none';
}

/** 2026.4.29 takes the token only in its own field; 2026.9.6 in either (section 3.2). Blank is not a secret. */
function sharedSecret(auth: ConnectParams['auth'], protocol: ProtocolVersion): string | undefined {
  const candidates = protocol >= 4 ? [auth?.token, auth?.password] : [auth?.token];
  return candidates.find((text) => text !== undefined && text.trim() !== '');
}

function failureReason(params: ConnectParams, sentSecret: boolean): AuthReason {
  const { auth, device } = params;
  const sentBootstrap = auth?.bootstrapToken !== undefined;
  const sentDeviceToken = auth?.deviceToken !== undefined;
  if (sentBootstrap && (device !== undefined || !sentSecret)) return 'bootstrap_token_invalid';
  if (sentDeviceToken && (device !== undefined || !sentSecret)) return 'device_token_mismatch';
  return sentSecret ? 'token_mismatch' : 'token_missing';
}
