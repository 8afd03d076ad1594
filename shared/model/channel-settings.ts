// The part `channels` of the settings, made of the table in channel-kinds.ts: each channel takes its values at its
// top level (account `default`) or under `accounts.<id>`, as OpenClaw does. Strict: a key that nobody obeys is refused.

import { z } from 'zod';
import { CHANNEL_KINDS, type ChannelField, type ChannelKind, type KnownChannelId } from './channel-kinds';

export interface ChannelAccountSettings {
  readonly name?: string | undefined;
  readonly enabled: boolean;
  /** Other base URLs than the vendor's own, by name. */
  readonly endpoints?: Readonly<Record<string, string>> | undefined;
  /** The channel's own fields that are no secrets, by OpenClaw's key. */
  readonly [field: string]: unknown;
}

export interface ChannelSettings extends ChannelAccountSettings {
  readonly accounts: Readonly<Record<string, ChannelAccountSettings>>;
}

export type ChannelsSettings = { readonly [K in KnownChannelId]?: ChannelSettings | undefined };

export const ACCOUNT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** A base URL that may be dialled: https or wss anywhere, http and ws on this machine only; no user, query or fragment. */
export function isBaseUrl(text: string): boolean {
  let parsed: URL;
  try {
    parsed = new URL(text);
  } catch {
    return false;
  }
  const { protocol, username, password, search, hash, hostname } = parsed;
  if (username !== '' || password !== '' || search !== '' || hash !== '') return false;
  if (protocol === 'https:' || protocol === 'wss:') return true;
  return (protocol === 'http:' || protocol === 'ws:') && LOOPBACK_HOSTS.includes(hostname);
}

const baseUrl = z.string().max(512).refine(isBaseUrl, {
  error:
    'must be an https:// or wss:// address without user, query or fragment; http:// and ws:// only on this machine',
});

const MAX_FIELD = 512;

function fieldSchema(field: ChannelField): z.ZodType {
  switch (field.kind) {
    case 'choice':
      return z.enum([...(field.choices ?? [])] as [string, ...string[]]).optional();
    case 'url':
      return baseUrl.optional();
    default: {
      const { pattern } = field;
      // OpenClaw takes numbers here too (QQ's appId).
      const plain = z.union([z.string(), z.int().transform(String)]).pipe(z.string().max(MAX_FIELD));
      return (pattern === undefined ? plain : plain.refine((value) => matches(pattern, value))).optional();
    }
  }
}

export function matches(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(value);
}

function accountShape(kind: ChannelKind): z.ZodRawShape {
  const fields = kind.fields.filter((field) => field.kind !== 'secret');
  const endpoints = Object.fromEntries(kind.endpoints.map((name) => [name, baseUrl.optional()]));
  return {
    name: z.string().max(80).optional(),
    enabled: z.boolean().default(true),
    ...Object.fromEntries(fields.map((field) => [field.key, fieldSchema(field)])),
    ...(kind.endpoints.length === 0 ? {} : { endpoints: z.strictObject(endpoints).optional() }),
  };
}

function channelSchema(kind: ChannelKind) {
  const shape = accountShape(kind);
  return z.strictObject({
    ...shape,
    accounts: z.record(z.string().regex(ACCOUNT_ID), z.strictObject(shape)).default({}),
  });
}

// The compiler cannot follow a schema that is made of a table; its type is stated instead.
export const channelsSchema = z.strictObject(
  Object.fromEntries(CHANNEL_KINDS.map((kind) => [kind.id, channelSchema(kind).optional()])),
) as unknown as z.ZodType<ChannelsSettings, ChannelsSettings>;
