// The methods clients may call: name, scope, params schema, handler. Dispatch order per request is upstream's
// (protocol section 5): role and scope -> startup availability -> control-plane budget -> existence -> params ->
// handler. Exactly one answer per request.

import type { WireError } from '../../../../shared/protocol/error-codes';
import { GATEWAY_STARTING, invalidRequest, missingScope } from '../../../../shared/protocol/error-codes';
import { isControlPlane, scopeOf } from '../../../../shared/protocol/method-spec';
import type { MethodName, MethodParams } from '../../../../shared/protocol/methods';
import { isMethodName, METHODS, UNKNOWN_METHOD_SCOPE } from '../../../../shared/protocol/methods';
import { describeParamsError } from '../../../../shared/protocol/params-text';
import { hasScope } from '../../../../shared/protocol/scopes';
import type { Logger } from '../../lib/logger-port';
import type { Result } from '../../lib/result';
import { err } from '../../lib/result';
import type { Principal } from '../auth/authenticator';
import type { ControlPlaneBudget } from '../auth/control-plane-budget';
import { CONTROL_PLANE_WRITES } from '../auth/control-plane-budget';

/** Who calls, as handlers may know it. */
export interface Caller {
  readonly connId: string;
  readonly principal: Principal;
  /** Loopback, no proxy in between: the only caller that may be handed a new token. */
  readonly directLocal: boolean;
  /** Whose budget of control-plane writes this is: device and address, else the connection. */
  readonly budgetKey: string;
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
  /** The type demands a handler for every advertised method. */
  readonly #handlers: MethodHandlers;
  readonly #budget: ControlPlaneBudget;
  readonly #isServing: () => boolean;
  readonly #logger: Logger;

  constructor(options: {
    readonly handlers: MethodHandlers;
    readonly budget: ControlPlaneBudget;
    /** False while the gateway comes up or goes down. */
    readonly isServing: () => boolean;
    readonly logger: Logger;
  }) {
    this.#handlers = options.handlers;
    this.#budget = options.budget;
    this.#isServing = options.isServing;
    this.#logger = options.logger;
  }

  dispatch(method: string, params: unknown, caller: Caller): MethodResult | Promise<MethodResult> {
    const { principal } = caller;
    if (principal.role !== 'operator') return err(invalidRequest(`unauthorized role: ${principal.role}`));
    const known = isMethodName(method);
    const scope = known ? scopeOf(METHODS[method], principal.protocol) : UNKNOWN_METHOD_SCOPE;
    if (scope !== null && !hasScope(principal.scopes, scope))
      return err(missingScope(scope, principal.protocol));
    // `health` is how a client learns that the gateway is not ready.
    if (method !== 'health' && !this.#isServing()) return err(GATEWAY_STARTING);
    if (known && isControlPlane(METHODS[method], principal.protocol)) {
      const refused = this.#chargeWrite(method, caller);
      if (refused !== undefined) return err(refused);
    }
    if (method === 'connect') return err(invalidRequest('connect is only valid as the first request'));
    if (!known) return err(invalidRequest(`unknown method: ${method}`));
    return this.#call(method, params, caller);
  }

  #chargeWrite(method: MethodName, { budgetKey }: Caller): WireError | undefined {
    const taken = this.#budget.take(budgetKey);
    if (taken.ok) return undefined;
    const { retryAfterMs } = taken;
    this.#logger.warn('rpc.rate-limited', {
      message: `control-plane write rate-limited method=${method} retryAfterMs=${retryAfterMs} key=${budgetKey}`,
    });
    return {
      code: 'UNAVAILABLE',
      message: `rate limit exceeded for ${method}; retry after ${Math.ceil(retryAfterMs / 1000)}s`,
      details: { method, limit: `${CONTROL_PLANE_WRITES} per 60s` },
      retryable: true,
      retryAfterMs,
    };
  }

  #call<K extends MethodName>(
    method: K,
    params: unknown,
    caller: Caller,
  ): MethodResult | Promise<MethodResult> {
    const parsed = METHODS[method].params.safeParse(params, { reportInput: true });
    if (!parsed.success) {
      const why = describeParamsError(parsed.error, caller.principal.protocol);
      return err(invalidRequest(`invalid ${method} params: ${why}`));
    }
    return this.#handlers[method](parsed.data as MethodParams<K>, caller);
  }
}
