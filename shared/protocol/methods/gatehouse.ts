// Our own methods (settled "Methods of ours"): rotate and adopt the token, read the auth log.

import { z } from 'zod';
import { REFUSAL_REASONS } from '../../model/auth-event';
import type { MethodSpec } from '../method-spec';

const graceMs = z.int().min(0).max(86_400_000).optional();

export const gatehouseMethods = {
  'gatehouse.token.rotate': {
    scope: 'operator.admin',
    params: z.strictObject({ reason: z.enum(['routine', 'leaked']).optional(), graceMs }).optional(),
  },
  'gatehouse.token.adopt': {
    scope: 'operator.admin',
    params: z.strictObject({ token: z.string().max(4096), graceMs }),
  },
  'gatehouse.authlog.query': {
    scope: 'operator.admin',
    params: z
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
  },
} as const satisfies Record<string, MethodSpec>;
