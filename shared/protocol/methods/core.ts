// Health, status, channels, presence, logs and identity (protocol sections 5.1, 5.2, 5.5 and 4.3).

import { z } from 'zod';
import type { MethodSpec } from '../method-spec';

const none = z.strictObject({}).optional();

export const coreMethods = {
  health: { scope: null, params: z.strictObject({ probe: z.boolean().optional() }).optional() },
  status: {
    scope: 'operator.read',
    params: z
      .strictObject({
        includeChannelSummary: z.boolean().optional(),
        // Sent by the 2026.9.6 command line; there is nothing of agents to project here.
        includeCliProjection: z.boolean().optional(),
      })
      .optional(),
  },
  'channels.status': {
    scope: 'operator.read',
    params: z
      .strictObject({
        probe: z.boolean().optional(),
        timeoutMs: z.int().min(0).optional(),
        channel: z.string().max(64).optional(),
      })
      .optional(),
  },
  'system-presence': { scope: 'operator.read', params: none },
  'gateway.identity.get': { scope: 'operator.read', params: none },
  'logs.tail': {
    scope: 'operator.read',
    params: z
      .strictObject({
        cursor: z.int().min(0).optional(),
        limit: z.int().min(1).max(5000).optional(),
        maxBytes: z.int().min(1).max(1_000_000).optional(),
      })
      .optional(),
  },
} as const satisfies Record<string, MethodSpec>;
