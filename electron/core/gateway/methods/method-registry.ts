// The methods clients may call: name, scope, params schema, handler. Dispatch order per request is upstream's
// (protocol section 5): role and scope -> existence -> params -> handler. Exactly one answer per request.

import type { WireError } from '../../../../shared/protocol/error-codes';
import { invalidRequest, missingScope } from '../../../../shared/protocol/error-codes';
import { scopeOf } from '../../../../shared/protocol/method-spec';
import type { MethodName, MethodParams } from '../../../../shared/protocol/methods';
import { isMethodName, METHODS, UNKNOWN_METHOD_SCOPE } from '../../../../shared/protocol/methods';
import { describeParamsError } from '../../../../shared/protocol/params-text';
import { hasScope } from '../../../../shared/protocol/scopes';
import type { Result } from '../../lib/result';
import { err } from '../../lib/result';
import type { Principal } from '../auth/authenticator';

/** Who calls, as handlers may know it. */
export interface Caller {
  readonly connId: string;
  readonly principal: Principal;
  /** Loopback, no proxy in between: the only caller that may be handed a new token. */
  readonly directLocal: boolean;
  /** Aborted when the connection closes or the request's deadline passes. Created on first use. */
  readonly signal: AbortSignal;
}

export type MethodResult = Result<unknown, WireError>;

/** May answer at once or later; an expected failure is a value, a throw is a bug and answers UNAVAILABLE. */
export type MethodHandler<K extends MethodName> = (
  params: MethodParams<K>,
  caller: Caller,
) => MethodResult | Promise<MethodResult>;

export type MethodHandlers = { readonly [K in MethodName]: MethodHandler<K> };

export class MethodRegistry {
  readonly #handlers: MethodHandlers;

  /** The type demands a handler for every advertised method. */
  constructor(handlers: MethodHandlers) {
    this.#handlers = handlers;
  }

  dispatch(method: string, params: unknown, caller: Caller): MethodResult | Promise<MethodResult> {
    const { principal } = caller;
    if (principal.role !== 'operator') return err(invalidRequest(`unauthorized role: ${principal.role}`));
    const known = isMethodName(method);
    const scope = known ? scopeOf(METHODS[method], principal.protocol) : UNKNOWN_METHOD_SCOPE;
    if (scope !== null && !hasScope(principal.scopes, scope))
      return err(missingScope(scope, principal.protocol));
    if (method === 'connect') return err(invalidRequest('connect is only valid as the first request'));
    if (!known) return err(invalidRequest(`unknown method: ${method}`));
    return this.#call(method, params, caller);
  }

  #call<K extends MethodName>(
    method: K,
    params: unknown,
    caller: Caller,
  ): MethodResult | Promise<MethodResult> {
    const parsed = METHODS[method].params.safeParse(params);
    if (!parsed.success)
      return err(invalidRequest(`invalid ${method} params: ${describeParamsError(parsed.error)}`));
    return this.#handlers[method](parsed.data as MethodParams<K>, caller);
  }
}
