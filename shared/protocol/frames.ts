// The envelope of every frame (protocol page section 2.1) and the limits of what may be inside one.

import type { WireError } from './error-codes';

export interface RequestFrame {
  readonly type: 'req';
  readonly id: string;
  readonly method: string;
  readonly params?: unknown;
}

export interface ResponseFrame {
  readonly type: 'res';
  readonly id: string;
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly error?: WireError;
}

export interface StateVersion {
  readonly presence: number;
  readonly health: number;
}

export interface EventFrame {
  readonly type: 'event';
  readonly event: string;
  readonly payload?: unknown;
  readonly seq?: number;
  readonly stateVersion?: StateVersion;
}

const REQUEST_KEYS: ReadonlySet<string> = new Set([
  'type',
  'id',
  'method',
  'params',
  'traceparent',
  'expectedProfileId',
]);
export const MAX_ID_LENGTH = 128;
const MAX_METHOD_LENGTH = 128;

/** Guard by hand rather than by schema: it runs for every frame, before anything else is known. */
export function isRequestFrame(value: unknown): value is RequestFrame {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key of Object.keys(value)) if (!REQUEST_KEYS.has(key)) return false;
  const { type, id, method, traceparent, expectedProfileId } = value as Record<string, unknown>;
  if (type !== 'req') return false;
  if (typeof id !== 'string' || id.length === 0 || id.length > MAX_ID_LENGTH) return false;
  if (typeof method !== 'string' || method.length === 0 || method.length > MAX_METHOD_LENGTH) return false;
  if (traceparent !== undefined && (typeof traceparent !== 'string' || traceparent.length > 128))
    return false;
  return (
    expectedProfileId === undefined ||
    (typeof expectedProfileId === 'string' && expectedProfileId.length <= 128)
  );
}
