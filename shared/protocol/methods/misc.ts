// System events, heartbeat, stability, and the lists of things this gateway has none of: agents, sessions, nodes,
// models, skills (protocol sections 5.1 and 5.5–5.8). Params are the official ones, with a cap on every size.

import { z } from 'zod';
import type { MethodSpec } from '../method-spec';

const none = z.strictObject({}).optional();
const id = z.string().min(1).max(512);
const short = z.string().max(256);
const list = z.array(z.string().max(64)).max(64);
/** A line for a person or an agent, not a document. */
const text = z.string().min(1).max(4_096);

export const miscMethods = {
  'system-event': {
    scope: 'operator.admin',
    // Open, as upstream's: clients of any version add fields of their own, which are not read.
    params: z.looseObject({
      text,
      deviceId: short.optional(),
      instanceId: short.optional(),
      host: short.optional(),
      ip: short.optional(),
      mode: short.optional(),
      version: short.optional(),
      platform: short.optional(),
      deviceFamily: short.optional(),
      modelIdentifier: short.optional(),
      reason: short.optional(),
      lastInputSeconds: z.number().min(0).optional(),
      tags: list.optional(),
      roles: list.optional(),
      scopes: list.optional(),
    }),
  },
  wake: {
    scope: 'operator.write',
    params: z.looseObject({
      mode: z.enum(['now', 'next-heartbeat']),
      text,
      sessionKey: id.optional(),
      agentId: id.optional(),
    }),
  },
  'last-heartbeat': { scope: 'operator.read', params: none },
  'diagnostics.stability': {
    scope: 'operator.read',
    params: z
      .strictObject({
        limit: z.int().min(1).max(1_000).optional(),
        type: z.string().max(64).optional(),
        sinceSeq: z.int().min(0).optional(),
      })
      .optional(),
  },
  'agents.list': { scope: 'operator.read', params: none },
  'sessions.list': {
    scope: 'operator.read',
    params: z
      .strictObject({
        limit: z.int().min(1).optional(),
        offset: z.int().min(0).optional(),
        activeMinutes: z.int().min(1).optional(),
        requireLastInteraction: z.boolean().optional(),
        sortBy: z.enum(['updatedAt', 'lastInteractionAt']).optional(),
        includeGlobal: z.boolean().optional(),
        includeUnknown: z.boolean().optional(),
        configuredAgentsOnly: z.boolean().optional(),
        includeDerivedTitles: z.boolean().optional(),
        includeLastMessage: z.boolean().optional(),
        label: id.optional(),
        boardFace: z.enum(['chat', 'dashboard']).optional(),
        creatorId: id.optional(),
        ownerId: id.optional(),
        ownerFirst: z.boolean().optional(),
        involvingMe: z.boolean().optional(),
        involvingProfileId: id.optional(),
        includePeople: z.boolean().optional(),
        spawnedBy: id.optional(),
        agentId: id.optional(),
        search: z.string().max(512).optional(),
        archived: z.union([z.boolean(), z.literal('all')]).optional(),
      })
      .optional(),
  },
  'node.list': { scope: 'operator.read', params: none },
  'models.list': {
    scope: 'operator.read',
    params: z
      .strictObject({
        agentId: id.optional(),
        includeProviderCapabilities: z.boolean().optional(),
        preparedOnly: z.boolean().optional(),
        refresh: z.boolean().optional(),
        view: z.enum(['default', 'configured', 'provider-config', 'all']).optional(),
      })
      .refine((params) => !(params.preparedOnly === true && params.refresh === true))
      .optional(),
  },
  'skills.status': {
    scope: 'operator.read',
    params: z.strictObject({ agentId: id.optional(), sessionKey: id.optional() }).optional(),
  },
} as const satisfies Record<string, MethodSpec>;
