// Our own methods (settled "Methods of ours"), all `operator.admin`: rotate and adopt the token, read the auth log.
// A new token is handed only to a caller on this machine with nothing in between.

import type { CredentialChange } from '../../../../shared/ipc/contract';
import type { AuthLogQuery } from '../../../../shared/model/auth-event';
import type { WireError } from '../../../../shared/protocol/error-codes';
import { invalidRequest } from '../../../../shared/protocol/error-codes';
import type { AuthLog } from '../../auth-log/auth-log';
import type { Result } from '../../lib/result';
import { err, ok } from '../../lib/result';
import { Secret } from '../../lib/secret';
import type { StoreError } from '../../ports';
import type { TokenStore } from '../../tokens/token-store';
import { EncodedJson } from '../frame-codec';
import type { MethodHandler, MethodResult } from './method-registry';

const DEFAULT_EVENTS = 100;
/** Replies stay under 2 MiB (settled "Wire"), also when a character takes three bytes. */
const MAX_REPLY_CHARS = 600_000;

export function tokenRotateMethod(
  tokens: TokenStore,
  authLog: Pick<AuthLog, 'flush'>,
): MethodHandler<'gatehouse.token.rotate'> {
  return async (params, caller) => {
    const changed = await tokens.rotate({
      reason: params?.reason ?? 'routine',
      graceMs: params?.graceMs ?? 0,
      by: caller.connId,
    });
    // Recorded durably before anybody is told (REL-70).
    if (changed.ok) await authLog.flush();
    return changeResult(changed, () => {
      const lease = tokens.lease();
      // Another rotation may already have replaced it: then its caller gets that one, not this.
      const isOurs = changed.ok && lease !== undefined && lease.generation === changed.value.generation;
      return caller.directLocal && isOurs ? { token: lease.secret.expose() } : {};
    });
  };
}

export function tokenAdoptMethod(
  tokens: TokenStore,
  authLog: Pick<AuthLog, 'flush'>,
): MethodHandler<'gatehouse.token.adopt'> {
  return async (params, caller) => {
    if (!caller.directLocal) return err(invalidRequest('a token is adopted only from this machine'));
    const adopted = await tokens.adopt({
      secret: new Secret(params.token),
      graceMs: params.graceMs ?? 0,
      by: caller.connId,
    });
    if (!adopted.ok && adopted.error.code === 'refused') {
      return err(
        invalidRequest(`token not adopted: ${adopted.error.problem}`, { problem: adopted.error.problem }),
      );
    }
    if (adopted.ok) await authLog.flush();
    return changeResult(adopted as Result<CredentialChange, StoreError>, () => ({}));
  };
}

function changeResult(changed: Result<CredentialChange, StoreError>, extra: () => object): MethodResult {
  if (!changed.ok) return err(storeFailure(changed.error));
  const { generation, fingerprint, graceUntil } = changed.value;
  return ok({ generation, fingerprint, ...(graceUntil === undefined ? {} : { graceUntil }), ...extra() });
}

function storeFailure(error: StoreError): WireError {
  return {
    code: 'UNAVAILABLE',
    message: `the token was not changed: ${error.detail}`,
    details: { reason: error.code },
    retryable: error.code !== 'locked',
  };
}

export function authlogQueryMethod(authLog: AuthLog): MethodHandler<'gatehouse.authlog.query'> {
  return async (params) => {
    const query = withoutUndefined(params ?? {});
    // Events hold foreign text: however much of it there is, the reply stays under the cap, with fewer events.
    for (let limit = query.limit ?? DEFAULT_EVENTS; ; limit = Math.ceil(limit / 4)) {
      const text = JSON.stringify(await authLog.query({ ...query, limit }));
      if (text.length <= MAX_REPLY_CHARS || limit === 1) return ok(new EncodedJson(text));
    }
  };
}

/** zod's optional keys may be present as undefined; the model's are absent. */
function withoutUndefined(params: Readonly<Record<string, unknown>>): AuthLogQuery {
  return Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined),
  ) as AuthLogQuery;
}
