// Settings schema and defaults. Keys follow OpenClaw's names where they exist (gateway.port, gateway.bind,
// gateway.auth.mode, channels.<id>.…). Secrets never live here: gateway.auth.token and channels.<id>.secret
// are virtual keys that the settings store hands to the credential store and strips.

import { z } from 'zod';

export const DEFAULT_PORT = 18789;

const channelAccount = z.strictObject({
  name: z.string().max(80).optional(),
  enabled: z.boolean().default(true),
});

/** OpenClaw accepts a channel's settings at its top level (account `default`) or under `accounts.<id>`. */
const channelSettings = z.strictObject({
  name: z.string().max(80).optional(),
  enabled: z.boolean().default(true),
  accounts: z.record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/), channelAccount).default({}),
});

export const settingsSchema = z.strictObject({
  gateway: z
    .strictObject({
      /** 0 asks the system for a free port (tests, smoke). */
      port: z.int().min(0).max(65535).default(DEFAULT_PORT),
      bind: z.literal('loopback').default('loopback'),
      auth: z.strictObject({ mode: z.literal('token').default('token') }).prefault({}),
      controlUi: z
        .strictObject({ allowedOrigins: z.array(z.string().max(256)).max(32).default([]) })
        .prefault({}),
    })
    .prefault({}),
  probe: z.strictObject({ intervalMs: z.int().min(5_000).max(3_600_000).default(60_000) }).prefault({}),
  channels: z.strictObject({ webhook: channelSettings.optional() }).prefault({}),
  ui: z
    .strictObject({
      language: z.enum(['system', 'en', 'zh-CN']).default('system'),
      theme: z.enum(['system', 'light', 'dark']).default('system'),
      closeToTray: z.boolean().default(true),
      startHidden: z.boolean().default(false),
    })
    .prefault({}),
});

export type Settings = z.infer<typeof settingsSchema>;

export function defaultSettings(): Settings {
  return settingsSchema.parse({});
}

/** A partial of any depth; arrays and scalars replace. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T;
export type SettingsPatch = DeepPartial<Settings>;
