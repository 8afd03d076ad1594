// Configuration and secrets (protocol section 5.3): read, replace, patch, describe.

import { z } from 'zod';
import type { MethodSpec } from '../method-spec';

/** Ours is a few kilobytes; JSON5 is parsed in one go. */
const raw = z.string().min(1).max(131_072);
const baseHash = z.string().min(1).max(256).optional();

/** `apply` and `patch` may name the chat that is to hear of a restart; there is none here, so it is not used. */
const restartParams = {
  sessionKey: z.string().max(512).optional(),
  deliveryContext: z
    .strictObject({
      channel: z.string().max(64).optional(),
      to: z.string().max(256).optional(),
      accountId: z.string().max(64).optional(),
      threadId: z.union([z.string().max(256), z.number()]).optional(),
    })
    .optional(),
  note: z.string().max(4_096).optional(),
  restartDelayMs: z.int().min(0).optional(),
};

export const configMethods = {
  'config.get': { scope: 'operator.read', params: z.strictObject({}).optional() },
  'config.set': { scope: 'operator.admin', params: z.strictObject({ raw, baseHash }) },
  'config.apply': {
    scope: 'operator.admin',
    controlPlane: true,
    params: z.strictObject({ raw, baseHash, ...restartParams }),
  },
  'config.patch': {
    scope: 'operator.admin',
    controlPlane: true,
    params: z.strictObject({
      raw,
      baseHash,
      ...restartParams,
      /** Upstream guards lists against being replaced by accident; a merge patch always replaces them. */
      replacePaths: z.array(z.string().min(1).max(1_024)).max(256).optional(),
    }),
  },
  'config.schema': {
    scope: { 3: 'operator.admin', 4: 'operator.read' },
    params: z.strictObject({}).optional(),
  },
  'config.schema.lookup': {
    scope: 'operator.read',
    params: z.strictObject({
      path: z
        .string()
        .min(1)
        .max(1_024)
        .regex(/^[A-Za-z0-9_./[\]\-*]+$/),
    }),
  },
  'secrets.reload': { scope: 'operator.admin', params: z.strictObject({}).optional() },
} as const satisfies Record<string, MethodSpec>;
