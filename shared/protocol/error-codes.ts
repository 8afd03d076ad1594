// Error shapes and the texts of authentication failures, exactly as upstream words them
// (protocol page sections 2.7, 2.8 and 3.5). Defined once; the reply follows the negotiated protocol.

import type { PairingReason } from '../model/device';
import type { ClientId, ClientMode } from './client-info';
import { isBrowserClient } from './client-info';
import type { ProtocolVersion } from './version';

export type ErrorCode = 'INVALID_REQUEST' | 'UNAVAILABLE' | 'NOT_PAIRED' | 'FORBIDDEN';

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

/** `details.authReason` values that the modes token, password and none can reach. */
export type AuthReason =
  | 'token_missing'
  | 'token_mismatch'
  | 'token_missing_config'
  | 'password_missing'
  | 'password_mismatch'
  | 'password_missing_config'
  | 'bootstrap_token_invalid'
  | 'device_token_mismatch'
  | 'scope_mismatch'
  | 'rate_limited';

/** `details.reason` of a device proof that was not accepted (section 2.5). */
export type DeviceProofReason =
  | 'device-id-mismatch'
  | 'device-signature-stale'
  | 'device-nonce-missing'
  | 'device-nonce-mismatch'
  | 'device-signature'
  | 'device-public-key';

export type NextStep =
  | 'retry_with_device_token'
  | 'update_auth_configuration'
  | 'update_auth_credentials'
  | 'wait_then_retry'
  | 'review_auth_configuration';

const DETAIL_CODES: Record<AuthReason, string> = {
  token_missing: 'AUTH_TOKEN_MISSING',
  token_mismatch: 'AUTH_TOKEN_MISMATCH',
  token_missing_config: 'AUTH_TOKEN_NOT_CONFIGURED',
  password_missing: 'AUTH_PASSWORD_MISSING',
  password_mismatch: 'AUTH_PASSWORD_MISMATCH',
  password_missing_config: 'AUTH_PASSWORD_NOT_CONFIGURED',
  bootstrap_token_invalid: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
  device_token_mismatch: 'AUTH_DEVICE_TOKEN_MISMATCH',
  scope_mismatch: 'AUTH_SCOPE_MISMATCH',
  rate_limited: 'AUTH_RATE_LIMITED',
};

export interface AuthFailureContext {
  readonly reason: AuthReason;
  readonly protocol: ProtocolVersion;
  readonly clientId: ClientId;
  readonly clientMode: ClientMode;
  readonly hasDevice: boolean;
  /** In `auth.token`, whatever it was. */
  readonly sentToken: boolean;
  readonly sentDeviceToken: boolean;
  /** With `rate_limited`. */
  readonly retryAfterMs?: number;
}

function tokenHint({ protocol, clientId, clientMode }: AuthFailureContext): string {
  if (clientId === 'cli' || clientMode === 'cli') {
    return protocol >= 4
      ? "use this gateway's gateway.auth.token or pair the device"
      : 'set gateway.remote.token to match gateway.auth.token';
  }
  if (isBrowserClient(clientId, clientMode)) {
    return 'open the dashboard URL and paste the token in Control UI settings';
  }
  return 'provide gateway auth token';
}

function passwordHint({ protocol, clientId, clientMode }: AuthFailureContext): string {
  if (clientId === 'cli' || clientMode === 'cli') {
    return protocol >= 4
      ? "use this gateway's gateway.auth.password"
      : 'set gateway.remote.password to match gateway.auth.password';
  }
  if (isBrowserClient(clientId, clientMode)) return 'enter the password in Control UI settings';
  return 'provide gateway auth password';
}

function failureText(context: AuthFailureContext): string {
  switch (context.reason) {
    case 'token_missing':
      return `unauthorized: gateway token missing (${tokenHint(context)})`;
    case 'token_mismatch':
      return `unauthorized: gateway token mismatch (${tokenHint(context)})`;
    case 'token_missing_config':
      return 'unauthorized: gateway token not configured on gateway (set gateway.auth.token)';
    case 'password_missing':
      return `unauthorized: gateway password missing (${passwordHint(context)})`;
    case 'password_mismatch':
      return `unauthorized: gateway password mismatch (${passwordHint(context)})`;
    case 'password_missing_config':
      return 'unauthorized: gateway password not configured on gateway (set gateway.auth.password)';
    case 'scope_mismatch':
      return 'unauthorized: device token scope mismatch (re-pair or approve scope upgrade)';
    case 'rate_limited':
      return 'unauthorized: too many failed authentication attempts (retry later)';
    case 'bootstrap_token_invalid':
      return context.protocol >= 4
        ? 'unauthorized: setup code invalid, expired, revoked, or already used (create a new code; review `openclaw devices list`)'
        : 'unauthorized: bootstrap token invalid or expired (scan a fresh setup code)';
    case 'device_token_mismatch':
      return context.sentToken || context.hasDevice
        ? 'unauthorized: device token mismatch (rotate/reissue device token)'
        : 'unauthorized: device token rejected (pair/repair this device, or provide gateway token)';
  }
}

function nextStep(context: AuthFailureContext, canRetryWithDeviceToken: boolean): NextStep {
  if (canRetryWithDeviceToken) return 'retry_with_device_token';
  switch (context.reason) {
    case 'token_missing':
    case 'token_missing_config':
    case 'password_missing':
    case 'password_missing_config':
      return 'update_auth_configuration';
    case 'token_mismatch':
    case 'password_mismatch':
    case 'device_token_mismatch':
      return 'update_auth_credentials';
    case 'rate_limited':
      return 'wait_then_retry';
    case 'bootstrap_token_invalid':
    case 'scope_mismatch':
      return 'review_auth_configuration';
  }
}

/** The §2.8 error. Says nothing about the expected secret: no length, fingerprint or "previous token" (SEC-12). */
export function authFailure(context: AuthFailureContext): WireError {
  const canRetryWithDeviceToken =
    context.reason === 'token_mismatch' && context.hasDevice && context.sentToken && !context.sentDeviceToken;
  return {
    code: 'INVALID_REQUEST',
    message: failureText(context),
    details: {
      code: DETAIL_CODES[context.reason],
      authReason: context.reason,
      canRetryWithDeviceToken,
      recommendedNextStep: nextStep(context, canRetryWithDeviceToken),
    },
    // 2026.4.29 knows no retry fields here.
    ...(context.protocol >= 4 && context.retryAfterMs !== undefined
      ? { retryable: true, retryAfterMs: context.retryAfterMs }
      : {}),
  };
}

const PROOF_FAILURES: Record<DeviceProofReason, readonly [code: string, message: string]> = {
  'device-id-mismatch': ['DEVICE_AUTH_DEVICE_ID_MISMATCH', 'device identity mismatch'],
  'device-signature-stale': ['DEVICE_AUTH_SIGNATURE_EXPIRED', 'device signature expired'],
  'device-nonce-missing': ['DEVICE_AUTH_NONCE_REQUIRED', 'device nonce required'],
  'device-nonce-mismatch': ['DEVICE_AUTH_NONCE_MISMATCH', 'device nonce mismatch'],
  'device-signature': ['DEVICE_AUTH_SIGNATURE_INVALID', 'device signature invalid'],
  'device-public-key': ['DEVICE_AUTH_PUBLIC_KEY_INVALID', 'device public key invalid'],
};

export function deviceProofFailure(reason: DeviceProofReason): WireError {
  const [code, message] = PROOF_FAILURES[reason];
  return invalidRequest(message, { code, reason });
}

const PAIRING_TEXTS: Record<PairingReason, readonly [requirement: string, remediationHint: string]> = {
  'not-paired': ['device is not approved yet', 'Approve this device from the pending pairing requests.'],
  'role-upgrade': [
    'device is asking for a higher role than currently approved',
    'Review the requested role upgrade, then approve the pending request.',
  ],
  'scope-upgrade': [
    'device is asking for more scopes than currently approved',
    'Review the requested scopes, then approve the pending upgrade.',
  ],
  'metadata-upgrade': [
    'device identity changed and must be re-approved',
    'Review the refreshed device details, then approve the pending request.',
  ],
};

export interface PairingRequiredContext {
  readonly reason: PairingReason;
  /** Absent when the list of pending requests is full. */
  readonly requestId: string | undefined;
  readonly deviceId: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly approvedRoles: readonly string[];
  readonly approvedScopes: readonly string[];
}

/** NOT_PAIRED (section 3.10), and the longer text of its close reason. */
export function pairingRequired(context: PairingRequiredContext): {
  readonly error: WireError;
  readonly closeText: string;
} {
  const { reason, requestId, approvedRoles, approvedScopes } = context;
  const [requirement, remediationHint] = PAIRING_TEXTS[reason];
  const message = `pairing required: ${requirement}`;
  return {
    closeText: requestId === undefined ? message : `${message} (requestId: ${requestId})`,
    error: {
      code: 'NOT_PAIRED',
      message,
      details: {
        code: 'PAIRING_REQUIRED',
        reason,
        ...(requestId === undefined ? {} : { requestId }),
        remediationHint,
        deviceId: context.deviceId,
        requestedRole: context.role,
        requestedScopes: context.scopes,
        ...(approvedRoles.length > 0 ? { approvedRoles } : {}),
        ...(approvedScopes.length > 0 ? { approvedScopes } : {}),
      },
    },
  };
}

/** The list of devices cannot be read or written now: neither the client's fault nor a reason to forget it. */
export function pairingUnavailable(detail: string): WireError {
  return {
    code: 'UNAVAILABLE',
    message: `device pairing unavailable: ${detail}`,
    details: { reason: 'pairing-store' },
    retryable: true,
    retryAfterMs: 2_000,
  };
}

/** A right credential that a "leaked" rotation cut off mid-handshake: not a mismatch, and worth one retry. */
export const SUPERSEDED: WireError = {
  code: 'UNAVAILABLE',
  message: 'gateway auth changed during the handshake; retry with the current credential',
  details: { code: 'AUTH_UNAUTHORIZED', authReason: 'superseded', recommendedNextStep: 'wait_then_retry' },
  retryable: true,
  retryAfterMs: 0,
};

export function invalidRequest(message: string, details?: WireError['details']): WireError {
  return details === undefined
    ? { code: 'INVALID_REQUEST', message }
    : { code: 'INVALID_REQUEST', message, details };
}

export function missingScope(scope: string, protocol: ProtocolVersion): WireError {
  const message = `missing scope: ${scope}`;
  if (protocol < 4) return invalidRequest(message);
  return {
    code: 'FORBIDDEN',
    message,
    details: { code: 'MISSING_SCOPE', missingScope: scope, requiredScopes: [scope] },
  };
}

export function protocolMismatch(minProtocol: number, maxProtocol: number): WireError {
  return invalidRequest('protocol mismatch', {
    code: 'PROTOCOL_MISMATCH',
    clientMinProtocol: minProtocol,
    clientMaxProtocol: maxProtocol,
    expectedProtocol: 4,
    minimumProbeProtocol: 3,
  });
}

export function originRefused(reason: 'origin missing or invalid' | 'origin not allowed'): WireError {
  return invalidRequest(
    'origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)',
    { code: 'CONTROL_UI_ORIGIN_NOT_ALLOWED', reason },
  );
}

export const CONTROL_UI_NEEDS_DEVICE: WireError = invalidRequest(
  'control ui requires device identity (use HTTPS or localhost secure context)',
  { code: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED' },
);

export const GATEWAY_STARTING: WireError = {
  code: 'UNAVAILABLE',
  message: 'gateway starting; retry shortly',
  details: { reason: 'startup-sidecars' },
  retryable: true,
  retryAfterMs: 500,
};
