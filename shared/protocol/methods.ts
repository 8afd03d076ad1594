// Method names, the scope each needs, and the schemas of their params (protocol page sections 3.9 and 5).
// hello-ok advertises exactly this table.

import { z } from 'zod';
import { REFUSAL_REASONS } from '../model/auth-event';
import type { Scope } from './scopes';

const none = z.strictObject({}).optional();

export const METHOD_PARAMS = {
  health: z.strictObject({ probe: z.boolean().optional() }).optional(),
  status: z.strictObject({ includeChannelSummary: z.boolean().optional() }).optional(),
  'channels.status': z
    .strictObject({
      probe: z.boolean().optional(),
      timeoutMs: z.int().min(0).optional(),
      channel: z.string().max(64).optional(),
    })
    .optional(),
  'system-presence': none,
  'gateway.identity.get': none,
  'logs.tail': z
    .strictObject({
      cursor: z.int().min(0).optional(),
      limit: z.int().min(1).max(5000).optional(),
      maxBytes: z.int().min(1).max(1_000_000).optional(),
    })
    .optional(),
  'gatehouse.token.rotate': z
    .strictObject({
      reason: z.enum(['routine', 'leaked']).optional(),
      graceMs: z.int().min(0).max(86_400_000).optional(),
    })
    .optional(),
  'gatehouse.token.adopt': z.strictObject({
    token: z.string().max(4096),
    graceMs: z.int().min(0).max(86_400_000).optional(),
  }),
  'gatehouse.authlog.query': z
    .strictObject({
      limit: z.int().min(1).max(500).optional(),
      cursor: z.string().max(256).optional(),
      outcome: z.enum(['accepted', 'refused', 'superseded']).optional(),
      reason: z.enum(REFUSAL_REASONS).optional(),
      client: z.string().max(256).optional(),
      from: z.int().min(0).optional(),
      to: z.int().min(0).optional(),
      text: z.string().max(256).optional(),
    })
    .optional(),
} as const;

export type MethodName = keyof typeof METHOD_PARAMS;
export type MethodParams<K extends MethodName> = z.infer<(typeof METHOD_PARAMS)[K]>;

/** `null` = any authenticated connection, even without scopes (`health`). */
export const METHOD_SCOPES: Record<MethodName, Scope | null> = {
  health: null,
  status: 'operator.read',
  'channels.status': 'operator.read',
  'system-presence': 'operator.read',
  'gateway.identity.get': 'operator.read',
  'logs.tail': 'operator.read',
  'gatehouse.token.rotate': 'operator.admin',
  'gatehouse.token.adopt': 'operator.admin',
  'gatehouse.authlog.query': 'operator.admin',
};

/** A method in no table needs admin before anybody learns that it is unknown (section 5). */
export const UNKNOWN_METHOD_SCOPE: Scope = 'operator.admin';

export const METHOD_NAMES = Object.keys(METHOD_PARAMS) as readonly MethodName[];

export function isMethodName(text: string): text is MethodName {
  return Object.hasOwn(METHOD_PARAMS, text);
}
