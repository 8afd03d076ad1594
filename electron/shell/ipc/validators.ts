// One schema per IPC call: what the page may send. The mapped type makes a missing or wrong entry a compile error.
// Strict and capped: an unknown key, a long string or a long list is refused before a handler sees it.

import { z } from 'zod';
import type { IpcCallName, IpcCalls } from '../../../shared/ipc/contract';
import { REFUSAL_REASONS } from '../../../shared/model/auth-event';
import { DEVICE_ROLES } from '../../../shared/model/device';

export type Validators = { readonly [K in IpcCallName]: z.ZodType<IpcCalls[K]['params']> };

const MAX_GRACE_MS = 7 * 24 * 60 * 60_000;
const MAX_ACCOUNTS = 64;

const nothing = z.undefined();
const shortText = z.string().max(256);
const instant = z.int().min(0);
const fingerprint = z.string().regex(/^[0-9a-f]{12}$/);
const account = {
  channel: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
  accountId: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
};

const authLogQuery = z.strictObject({
  limit: z.int().min(1).max(500).exactOptional(),
  cursor: shortText.exactOptional(),
  outcome: z.enum(['accepted', 'refused', 'superseded']).exactOptional(),
  reason: z.enum(REFUSAL_REASONS).exactOptional(),
  client: shortText.exactOptional(),
  from: instant.exactOptional(),
  to: instant.exactOptional(),
  text: shortText.exactOptional(),
});

// As OpenClaw names fields. Which of them a channel has is for core to say.
const fieldKey = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/);
const typed = (maxChars: number) =>
  z.record(fieldKey, z.string().max(maxChars)).refine((fields) => Object.keys(fields).length <= 16);
const channelDraft = z.strictObject({
  ...account,
  create: z.boolean(),
  name: z.string().max(80).exactOptional(),
  values: typed(512),
  secrets: typed(4_096),
});
const sessionKey = z.string().min(1).max(128);
const conversationId = z.string().min(1).max(512);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const opaqueId = z.string().min(1).max(128);

const name = z.string().max(80);
// Own shapes instead of the settings schema: that one fills defaults in, and a patch must stay a patch.
const webhook = z
  .strictObject({
    name,
    enabled: z.boolean(),
    accounts: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/),
        z.strictObject({ name, enabled: z.boolean() }).partial(),
      )
      .refine((accounts) => Object.keys(accounts).length <= MAX_ACCOUNTS),
  })
  .partial();

const settingsPatch = z
  .strictObject({
    gateway: z
      .strictObject({
        port: z.int().min(0).max(65535),
        bind: z.literal('loopback'),
        controlUi: z.strictObject({ allowedOrigins: z.array(shortText).max(32) }).partial(),
      })
      .partial(),
    probe: z.strictObject({ intervalMs: z.int().min(5_000).max(3_600_000) }).partial(),
    channels: z.strictObject({ webhook }).partial(),
    ui: z
      .strictObject({
        language: z.enum(['system', 'en', 'zh-CN']),
        theme: z.enum(['system', 'light', 'dark']),
        closeToTray: z.boolean(),
        startHidden: z.boolean(),
      })
      .partial(),
  })
  .partial();

// Only shapes and sizes: whether a schedule or a target can work is for core to say, with the field named.
const paging = {
  limit: z.int().min(1).max(200).exactOptional(),
  offset: z.int().min(0).exactOptional(),
  query: shortText.exactOptional(),
  sortDir: z.enum(['asc', 'desc']).exactOptional(),
};
const runStatus = z.enum(['ok', 'error', 'skipped']);
const cronJobQuery = z
  .strictObject({
    ...paging,
    includeDisabled: z.boolean().exactOptional(),
    enabled: z.enum(['all', 'enabled', 'disabled']).exactOptional(),
    scheduleKind: z.enum(['all', 'at', 'every', 'cron', 'on-exit', 'stream']).exactOptional(),
    lastRunStatus: z.enum(['all', 'ok', 'error', 'skipped', 'unknown']).exactOptional(),
    trigger: z.enum(['all', 'conditional', 'unconditional']).exactOptional(),
    sortBy: z.enum(['nextRunAtMs', 'updatedAtMs', 'name']).exactOptional(),
    agentId: shortText.exactOptional(),
  })
  .optional();
const cronRunQuery = z.strictObject({
  ...paging,
  jobId: opaqueId.exactOptional(),
  statuses: z.array(runStatus).min(1).max(3).exactOptional(),
  deliveryStatuses: z
    .array(z.enum(['delivered', 'not-delivered', 'unknown', 'not-requested']))
    .min(1)
    .max(4)
    .exactOptional(),
  runId: shortText.exactOptional(),
});

const durationMs = z.int().min(0);
const url = z.string().max(2_048);
const announcement = {
  mode: z.literal('announce'),
  channel: shortText,
  accountId: shortText.exactOptional(),
  to: z.string().max(2_048),
};
const cronJob = {
  name: z.string().max(200),
  description: z.string().max(2_000),
  enabled: z.boolean(),
  deleteAfterRun: z.boolean(),
  schedule: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('at'), at: z.string().max(64) }),
    z.strictObject({ kind: z.literal('every'), everyMs: durationMs, anchorMs: instant.exactOptional() }),
    z.strictObject({
      kind: z.literal('cron'),
      expr: z.string().max(256),
      tz: z.string().max(64).exactOptional(),
      staggerMs: durationMs.exactOptional(),
    }),
  ]),
  wakeMode: z.enum(['now', 'next-heartbeat']),
  payload: z.strictObject({ kind: z.literal('systemEvent'), text: z.string().max(8_000) }),
  delivery: z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('none') }),
    z.strictObject({ mode: z.literal('webhook'), to: url, bestEffort: z.boolean().exactOptional() }),
    z.strictObject({ ...announcement, bestEffort: z.boolean().exactOptional() }),
  ]),
};
const failureAlert = z.union([
  z.literal(false),
  z.strictObject({
    mode: z.literal('webhook'),
    to: url,
    after: z.int().min(1).exactOptional(),
    cooldownMs: durationMs.exactOptional(),
  }),
  z.strictObject({
    ...announcement,
    after: z.int().min(1).exactOptional(),
    cooldownMs: durationMs.exactOptional(),
  }),
]);
const cronJobInput = z.strictObject({
  ...cronJob,
  description: cronJob.description.exactOptional(),
  enabled: cronJob.enabled.exactOptional(),
  deleteAfterRun: cronJob.deleteAfterRun.exactOptional(),
  sessionTarget: z.literal('main'),
  delivery: cronJob.delivery.exactOptional(),
  failureAlert: failureAlert.exactOptional(),
});
const cronJobEdit = z.strictObject({
  name: cronJob.name.exactOptional(),
  description: cronJob.description.exactOptional(),
  enabled: cronJob.enabled.exactOptional(),
  deleteAfterRun: cronJob.deleteAfterRun.exactOptional(),
  schedule: cronJob.schedule.exactOptional(),
  wakeMode: cronJob.wakeMode.exactOptional(),
  payload: cronJob.payload.exactOptional(),
  delivery: cronJob.delivery.exactOptional(),
  failureAlert: failureAlert.nullable().exactOptional(),
});

export const validators: Validators = {
  'status.get': nothing,
  'probe.run': nothing,
  'gateway.start': nothing,
  'gateway.stop': nothing,
  'gateway.restart': nothing,
  'authLog.query': authLogQuery,
  'credential.copy': nothing,
  'credential.rotate': z.strictObject({
    reason: z.enum(['routine', 'leaked']),
    graceMs: z.int().min(0).max(MAX_GRACE_MS),
  }),
  'credential.retireGrace': nothing,
  'credential.inspectClipboard': z.strictObject({ kind: z.literal('password') }).optional(),
  'credential.adoptClipboard': z.strictObject({ fingerprint }),
  'credential.sessionsOnGrace': nothing,
  'credential.setMode': z.union([
    z.strictObject({ mode: z.enum(['token', 'none']) }),
    z.strictObject({ mode: z.literal('password'), fingerprint: fingerprint.exactOptional() }),
  ]),
  'credential.startOver': nothing,
  'channels.setEnabled': z.strictObject({ ...account, enabled: z.boolean() }),
  'channels.restart': z.strictObject(account),
  'channels.probe': z.strictObject(account),
  'channels.newSecret': z.strictObject(account),
  'channels.kinds': nothing,
  'channels.form': z.strictObject(account),
  'channels.check': channelDraft,
  'channels.stopCheck': z.strictObject(account),
  'channels.save': channelDraft.extend({ unchecked: z.literal(true).exactOptional() }),
  'channels.logout': z.strictObject(account),
  'channels.remove': z.strictObject(account),
  'login.start': z.strictObject({ channel: account.channel, accountId: account.accountId.exactOptional() }),
  'login.wait': z.strictObject({ sessionKey, code: z.string().min(1).max(32).exactOptional() }),
  'login.cancel': z.strictObject({ sessionKey }),
  'messages.conversations': z.strictObject(account),
  'messages.query': z.strictObject({ ...account, conversationId, limit: z.int().min(1).max(200) }),
  'messages.send': z.strictObject({ ...account, to: conversationId, text: z.string().min(1).max(32_768) }),
  'devices.list': nothing,
  'devices.approve': z.strictObject({ requestId: opaqueId, shownHash: sha256 }),
  'devices.reject': z.strictObject({ requestId: opaqueId }),
  'devices.remove': z.strictObject({ deviceId: sha256 }),
  'devices.revokeToken': z.strictObject({ deviceId: sha256, role: z.enum(DEVICE_ROLES) }),
  'cron.list': cronJobQuery,
  'cron.status': nothing,
  'cron.add': cronJobInput,
  'cron.update': z.strictObject({ id: opaqueId, patch: cronJobEdit }),
  'cron.remove': z.strictObject({ id: opaqueId }),
  'cron.run': z.strictObject({ id: opaqueId }),
  'cron.runs': cronRunQuery,
  'cron.copySecret': nothing,
  'settings.get': nothing,
  'settings.update': settingsPatch,
  'app.info': nothing,
  'app.copyAddress': nothing,
  'app.openDataFolder': nothing,
  'app.quit': nothing,
};
