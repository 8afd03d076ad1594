// The first of the checks of section 3.4: the secret that all clients share, in the mode that is in force. Pure.
// Its result is remembered while the device is looked at, and decides alone where there is none.

import type { CredentialKind } from '../../../../shared/model/auth-event';
import type { AuthMode } from '../../../../shared/model/settings';
import type { ConnectParams } from '../../../../shared/protocol/connect';
import type { AuthReason } from '../../../../shared/protocol/error-codes';
import type { ProtocolVersion } from '../../../../shared/protocol/version';
import type { Verdict } from '../../tokens/token-store';
import type { LimiterKey } from './attempt-limiter';

export type SharedSecretResult =
  | {
      readonly ok: true;
      readonly method: 'token' | 'password' | 'none';
      readonly generation: number;
      readonly verdict?: Verdict;
    }
  /** Without a verdict nothing was sent that could be compared. */
  | { readonly ok: false; readonly verdict: Extract<Verdict, { ok: false }> | undefined };

export function judgeShared(
  o: {
    readonly params: ConnectParams;
    readonly mode: AuthMode;
    readonly generation: number;
    readonly verify: (secret: string) => Verdict;
  },
  protocol: ProtocolVersion,
): SharedSecretResult {
  if (o.mode === 'none') return { ok: true, method: 'none', generation: o.generation };
  const presented = sharedSecret(o.params.auth, o.mode, protocol);
  if (presented === undefined) return { ok: false, verdict: undefined };
  const verdict = o.verify(presented);
  return verdict.ok
    ? { ok: true, method: o.mode, generation: verdict.generation, verdict }
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
export function failureReason(
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
export function credentialKind(auth: ConnectParams['auth']): CredentialKind {
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
export function text(field: string | undefined): string | undefined {
  return field === undefined || field.trim() === '' ? undefined : field;
}
