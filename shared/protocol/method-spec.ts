// What is fixed about a method on the wire: who may call it and what its params look like. One table per family
// under methods/, put together in methods.ts.

import type { z } from 'zod';
import type { Scope } from './scopes';
import type { ProtocolVersion } from './version';

export interface MethodSpec<P extends z.ZodType = z.ZodType> {
  readonly params: P;
  /** `null`: any authenticated connection. A pair where the two protocols differ (protocol section 3.9, appendix B). */
  readonly scope: Scope | null | { readonly 3: Scope; readonly 4: Scope };
  /** Counts against the budget of 3 control-plane writes per 60 s (section 3.6); `4`: only in protocol 4. */
  readonly controlPlane?: true | 4;
  /** Callable but not named in hello-ok, as upstream has some. */
  readonly hidden?: true;
}

export function scopeOf(spec: MethodSpec, protocol: ProtocolVersion): Scope | null {
  const { scope } = spec;
  return scope === null || typeof scope === 'string' ? scope : scope[protocol];
}

export function isControlPlane(spec: MethodSpec, protocol: ProtocolVersion): boolean {
  return spec.controlPlane === true || spec.controlPlane === protocol;
}
