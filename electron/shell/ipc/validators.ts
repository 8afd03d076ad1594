// One schema per IPC call: what the page may send. The mapped type makes a missing or wrong entry a compile error.
// Strict and capped: an unknown key, a long string or a long list is refused before a handler sees it.

import { z } from 'zod';
import type { IpcCallName, IpcCalls } from '../../../shared/ipc/contract';
import { REFUSAL_REASONS } from '../../../shared/model/auth-event';

export type Validators = { readonly [K in IpcCallName]: z.ZodType<IpcCalls[K]['params']> };

const MAX_GRACE_MS = 7 * 24 * 60 * 60_000;
const MAX_ACCOUNTS = 64;

const nothing = z.undefined();
const shortText = z.string().max(256);
const instant = z.int().min(0);
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
        auth: z.strictObject({ mode: z.literal('token') }).partial(),
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
  'credential.inspectClipboard': nothing,
  'credential.adoptClipboard': z.strictObject({ fingerprint: z.string().regex(/^[0-9a-f]{12}$/) }),
  'credential.sessionsOnGrace': nothing,
  'credential.startOver': nothing,
  'channels.setEnabled': z.strictObject({ ...account, enabled: z.boolean() }),
  'channels.restart': z.strictObject(account),
  'channels.probe': z.strictObject(account),
  'channels.newSecret': z.strictObject(account),
  'settings.get': nothing,
  'settings.update': settingsPatch,
  'app.info': nothing,
  'app.copyAddress': nothing,
  'app.openDataFolder': nothing,
  'app.quit': nothing,
};
