// Error shapes and the texts of authentication failures, exactly as upstream words them
// (protocol page sections 2.7, 2.8 and 3.5). Defined once; the reply follows the negotiated protocol.

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

/** `details.authReason` values that token mode can reach. */
export type AuthReason =
  | 'token_missing'
  | 'token_mismatch'
  | 'token_missing_config'
  | 'bootstrap_token_invalid'
  | 'device_token_mismatch';

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
  bootstrap_token_invalid: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
  device_token_mismatch: 'AUTH_DEVICE_TOKEN_MISMATCH',
};

export interface AuthFailureContext {
  readonly reason: AuthReason;
  readonly protocol: ProtocolVersion;
  readonly clientId: ClientId;
  readonly clientMode: ClientMode;
  readonly hasDevice: boolean;
  readonly sentToken: boolean;
  readonly sentDeviceToken: boolean;
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

function failureText(context: AuthFailureContext): string {
  switch (context.reason) {
    case 'token_missing':
      return `unauthorized: gateway token missing (${tokenHint(context)})`;
    case 'token_mismatch':
      return `unauthorized: gateway token mismatch (${tokenHint(context)})`;
    case 'token_missing_config':
      return 'unauthorized: gateway token not configured on gateway (set gateway.auth.token)';
    case 'bootstrap_token_invalid':
      return context.protocol >= 4
        ? 'unauthorized: setup code invalid, expired, revoked, or already used (create a new code; review `openclaw devices list`)'
        : 'unauthorized: bootstrap token invalid or expired (scan a fresh setup code)';
    case 'device_token_mismatch':
      return context.sentToken
        ? 'unauthorized: device token mismatch (rotate/reissue device token)'
        : 'unauthorized: device token rejected (pair/repair this device, or provide gateway token)';
  }
}

function nextStep(context: AuthFailureContext, canRetryWithDeviceToken: boolean): NextStep {
  if (canRetryWithDeviceToken) return 'retry_with_device_token';
  switch (context.reason) {
    case 'token_missing':
    case 'token_missing_config':
      return 'update_auth_configuration';
    case 'token_mismatch':
    case 'device_token_mismatch':
      return 'update_auth_credentials';
    case 'bootstrap_token_invalid':
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
