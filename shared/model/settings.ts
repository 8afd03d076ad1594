// Settings schema and defaults. Keys follow OpenClaw's names where they exist (gateway.port, gateway.bind,
// gateway.auth.mode, channels.<id>.…). Secrets never live here: gateway.auth.token, gateway.auth.password and the
// secret fields of channels are virtual keys (settings-secrets.ts) that go to the credential store and the vault.

import { z } from 'zod';
import { channelsSchema } from './channel-settings';

export const DEFAULT_PORT = 18789;

/** Of settings.json: its five views and the text together must fit into one reply of config.get. */
export const MAX_SETTINGS_BYTES = 256 * 1024;

export const AUTH_MODES = ['token', 'password', 'none'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

const BIND_REFUSED =
  'only "loopback" is served in this version: remove gateway.bind or set it to "loopback", and reach this gateway from another machine through an SSH tunnel';
const TRUSTED_PROXY_REFUSED =
  '"trusted-proxy" is not offered in this version: set gateway.auth.mode to "token", "password" or "none", or remove it';
const MODE_REFUSED = `must be one of ${AUTH_MODES.map((mode) => `"${mode}"`).join(', ')}, or be left out`;

export const settingsSchema = z.strictObject({
  gateway: z
    .strictObject({
      /** 0 asks the system for a free port (tests, smoke). */
      port: z.int().min(0).max(65535).default(DEFAULT_PORT),
      bind: z.literal('loopback', { error: BIND_REFUSED }).default('loopback'),
      auth: z
        .strictObject({
          /** Absent means `token`: a password that is set while it is absent writes `password` here. */
          mode: z
            .enum(AUTH_MODES, {
              error: ({ input }) => (input === 'trusted-proxy' ? TRUSTED_PROXY_REFUSED : MODE_REFUSED),
            })
            .optional(),
          /** Absent values are the limiter's own (protocol section 3.6). */
          rateLimit: z
            .strictObject({
              maxAttempts: z.int().min(1).max(1_000).optional(),
              windowMs: z.int().min(1_000).max(86_400_000).optional(),
              lockoutMs: z.int().min(1_000).max(86_400_000).optional(),
            })
            .optional(),
        })
        .prefault({}),
      controlUi: z
        .strictObject({ allowedOrigins: z.array(z.string().max(256)).max(32).default([]) })
        .prefault({}),
    })
    .prefault({}),
  probe: z.strictObject({ intervalMs: z.int().min(5_000).max(3_600_000).default(60_000) }).prefault({}),
  channels: channelsSchema.prefault({}),
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
