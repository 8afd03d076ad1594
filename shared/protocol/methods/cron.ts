// Scheduled jobs (protocol section 5.4). The shapes are upstream's, as far as they must be understood in order to be
// refused in words: what of them this gateway can do is decided by core (cron/job-rules.ts).

import { z } from 'zod';
import type { MethodSpec } from '../method-spec';

const MAX_TIME_MS = 8_640_000_000_000_000;

const timeMs = z.int().min(0).max(MAX_TIME_MS);
const text = (max: number) => z.string().min(1).max(max);
const jobId = text(128);
const enabledFilter = z.enum(['all', 'enabled', 'disabled']);
const runStatus = z.enum(['ok', 'error', 'skipped']);
const deliveryStatus = z.enum(['delivered', 'not-delivered', 'unknown', 'not-requested']);

const page = {
  limit: z.int().min(1).max(200).optional(),
  offset: z.int().min(0).optional(),
  query: z.string().max(256).optional(),
  sortDir: z.enum(['asc', 'desc']).optional(),
};

export const cronSchedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at'), at: text(64) }),
  z.strictObject({
    kind: z.literal('every'),
    everyMs: z.int().min(1).max(MAX_TIME_MS),
    anchorMs: timeMs.optional(),
  }),
  z.strictObject({
    kind: z.literal('cron'),
    expr: text(256),
    tz: z.string().max(64).optional(),
    staggerMs: timeMs.optional(),
  }),
  z.looseObject({ kind: z.enum(['on-exit', 'stream']) }),
]);

const eventText = z.string().min(1).max(8_000);
const otherPayload = z.looseObject({
  kind: z.enum(['agentTurn', 'command', 'script', 'heartbeat', 'skillCollectionReview']),
});
export const cronPayload = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('systemEvent'), text: eventText }),
  otherPayload,
]);
const payloadPatch = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('systemEvent'), text: eventText.optional() }),
  otherPayload,
]);

const mode = z.enum(['none', 'announce', 'webhook']);
const target = {
  channel: text(64).nullish(),
  to: text(2_048).nullish(),
  accountId: text(64).nullish(),
};
const deliveryRest = {
  ...target,
  threadId: z.union([z.string().max(128), z.number()]).nullish(),
  bestEffort: z.boolean().optional(),
  failureDestination: z.looseObject({}).nullish(),
  completionDestination: z.looseObject({}).nullish(),
};
export const cronDelivery = z.strictObject({ mode, ...deliveryRest });

export const cronFailureAlert = z.union([
  z.literal(false),
  z.strictObject({
    ...target,
    mode: z.enum(['announce', 'webhook']).nullish(),
    after: z.int().min(1).nullish(),
    cooldownMs: z.int().min(0).nullish(),
    includeSkipped: z.boolean().nullish(),
  }),
]);

const sessionTarget = z.union([
  z.enum(['main', 'isolated', 'current']),
  z.string().regex(/^session:.{1,256}$/),
]);
const wakeMode = z.enum(['next-heartbeat', 'now']);

const labels = {
  displayName: text(200).nullish(),
  agentId: text(128).nullish(),
  sessionKey: text(256).nullish(),
  description: z.string().max(2_000).optional(),
  enabled: z.boolean().optional(),
  deleteAfterRun: z.boolean().optional(),
  pacing: z.looseObject({}).nullish(),
  trigger: z.looseObject({}).nullish(),
};

const addParams = z.strictObject({
  ...labels,
  name: text(200),
  declarationKey: text(200).optional(),
  owner: z.looseObject({}).optional(),
  schedule: cronSchedule,
  sessionTarget,
  wakeMode,
  payload: cronPayload,
  delivery: cronDelivery.optional(),
  failureAlert: cronFailureAlert.optional(),
});

const patch = z.strictObject({
  ...labels,
  name: text(200).optional(),
  schedule: cronSchedule.optional(),
  sessionTarget: sessionTarget.optional(),
  wakeMode: wakeMode.optional(),
  payload: payloadPatch.optional(),
  delivery: z.strictObject({ mode: mode.optional(), ...deliveryRest }).optional(),
  failureAlert: cronFailureAlert.nullish(),
  state: z.looseObject({}).optional(),
});

/** Upstream takes either name. */
const byId = { id: jobId.optional(), jobId: jobId.optional() };

export const cronMethods = {
  'cron.list': {
    scope: 'operator.read',
    params: z
      .strictObject({
        ...page,
        includeDisabled: z.boolean().optional(),
        enabled: enabledFilter.optional(),
        scheduleKind: z.enum(['all', 'at', 'every', 'cron', 'on-exit', 'stream']).optional(),
        lastRunStatus: z.enum(['all', 'ok', 'error', 'skipped', 'unknown']).optional(),
        trigger: z.enum(['all', 'conditional', 'unconditional']).optional(),
        sortBy: z.enum(['nextRunAtMs', 'updatedAtMs', 'name']).optional(),
        agentId: text(128).optional(),
        compact: z.boolean().optional(),
        includeDeliveryPreviews: z.boolean().optional(),
      })
      .optional(),
  },
  'cron.status': { scope: 'operator.read', params: z.strictObject({}).optional() },
  'cron.get': { scope: 'operator.read', params: z.strictObject(byId) },
  'cron.runs': {
    scope: 'operator.read',
    params: z
      .strictObject({
        ...page,
        ...byId,
        scope: z.enum(['job', 'all']).optional(),
        status: z.enum(['all', 'ok', 'error', 'skipped']).optional(),
        statuses: z.array(runStatus).min(1).max(3).optional(),
        deliveryStatus: deliveryStatus.optional(),
        deliveryStatuses: z.array(deliveryStatus).min(1).max(4).optional(),
        agentId: text(128).optional(),
        runId: text(256).optional(),
      })
      .optional(),
  },
  'cron.add': { scope: 'operator.admin', controlPlane: 4, params: addParams },
  'cron.update': {
    scope: 'operator.admin',
    controlPlane: 4,
    params: z.strictObject({ ...byId, patch, expectedConfigRevision: text(128).optional() }),
  },
  'cron.remove': { scope: 'operator.admin', controlPlane: 4, params: z.strictObject(byId) },
  'cron.run': {
    scope: 'operator.admin',
    controlPlane: 4,
    params: z.strictObject({
      ...byId,
      mode: z.enum(['due', 'force', 'if-enabled']).optional(),
      expectedProcessInstanceId: text(128).optional(),
    }),
  },
} as const satisfies Record<string, MethodSpec>;

/** A job to add, well-formed but not yet judged. */
export type CronAddParams = z.infer<typeof addParams>;
export type CronPatch = z.infer<typeof patch>;

const storedWebhook = { mode: z.literal('webhook'), to: text(2_048) };
const storedAnnouncement = {
  mode: z.literal('announce'),
  channel: text(64),
  accountId: text(64).exactOptional(),
  to: text(2_048),
};
const storedEffort = { bestEffort: z.boolean().exactOptional() };
const storedRhythm = { after: z.int().min(1).exactOptional(), cooldownMs: z.int().min(0).exactOptional() };

/** `jobs.json` (our own store, so strict in what it takes back). */
export const cronStoreSchema = z.strictObject({
  version: z.literal(1),
  jobs: z.array(
    z.strictObject({
      id: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
      name: text(200),
      displayName: text(200).exactOptional(),
      description: z.string().max(2_000).exactOptional(),
      agentId: text(128).exactOptional(),
      enabled: z.boolean(),
      deleteAfterRun: z.boolean().exactOptional(),
      createdAtMs: timeMs,
      updatedAtMs: timeMs,
      schedule: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('at'), at: text(64) }),
        z.strictObject({
          kind: z.literal('every'),
          everyMs: z.int().min(1).max(MAX_TIME_MS),
          anchorMs: timeMs.exactOptional(),
        }),
        z.strictObject({
          kind: z.literal('cron'),
          expr: text(256),
          tz: text(64).exactOptional(),
          staggerMs: timeMs.exactOptional(),
        }),
      ]),
      sessionTarget: z.literal('main'),
      wakeMode,
      payload: z.strictObject({ kind: z.literal('systemEvent'), text: eventText }),
      delivery: z
        .discriminatedUnion('mode', [
          z.strictObject({ mode: z.literal('none') }),
          z.strictObject({ ...storedWebhook, ...storedEffort }),
          z.strictObject({ ...storedAnnouncement, ...storedEffort }),
        ])
        .exactOptional(),
      failureAlert: z
        .union([
          z.literal(false),
          z.strictObject({ ...storedWebhook, ...storedRhythm }),
          z.strictObject({ ...storedAnnouncement, ...storedRhythm }),
        ])
        .exactOptional(),
      state: z.strictObject({
        nextRunAtMs: timeMs.exactOptional(),
        runningAtMs: timeMs.exactOptional(),
        lastRunAtMs: timeMs.exactOptional(),
        lastRunStatus: runStatus.exactOptional(),
        lastStatus: runStatus.exactOptional(),
        lastError: z.string().exactOptional(),
        lastDurationMs: z.int().min(0).exactOptional(),
        consecutiveErrors: z.int().min(0).exactOptional(),
        consecutiveSkipped: z.int().min(0).exactOptional(),
        lastDelivered: z.boolean().exactOptional(),
        lastDeliveryStatus: deliveryStatus.exactOptional(),
        lastDeliveryError: z.string().exactOptional(),
        lastFailureAlertAtMs: timeMs.exactOptional(),
      }),
    }),
  ),
});
