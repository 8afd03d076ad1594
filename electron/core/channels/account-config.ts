// Reads a channel's accounts out of settings and vault, the same way for every channel of the table in channel-kinds:
// values at the top level are the account `default` and the defaults of the others. Adapters get the result.

import { createHash } from 'node:crypto';
import {
  type ChannelField,
  type ChannelKind,
  secretKeys,
  vaultNameOf,
} from '../../../shared/model/channel-kinds';
import type { ChannelAccountSettings, ChannelSettings } from '../../../shared/model/channel-settings';
import { matches } from '../../../shared/model/channel-settings';
import type { Settings } from '../../../shared/model/settings';
import type { Secret } from '../lib/secret';
import type { ChannelConfig, ResolvedAccount, SecretReader } from './channel-adapter';

const DEFAULT_ACCOUNT = 'default';
/** Not values of a channel; everything else at the top level is. */
const FRAME_KEYS: readonly string[] = ['name', 'enabled', 'accounts'];

export interface FieldAccount extends ResolvedAccount {
  /** The fields that are no secrets and have a value, by OpenClaw's key. */
  readonly values: Readonly<Record<string, string>>;
  /** By OpenClaw's key. */
  readonly secretOf: Readonly<Record<string, Secret>>;
  /** Base URLs that replace the vendor's own, by name; checked by the settings schema. */
  readonly endpoints: Readonly<Record<string, string>>;
}

export function accountConfig(kind: ChannelKind): ChannelConfig<FieldAccount> {
  const channelOf = (settings: Settings): ChannelSettings | undefined =>
    (settings.channels as Readonly<Record<string, ChannelSettings | undefined>>)[kind.id];
  const hasSecret = (accountId: string, secrets: SecretReader): boolean =>
    secretKeys(kind.id).some((key) => secrets.get(vaultNameOf(kind.id, accountId, key)) !== undefined);

  return {
    listAccountIds(settings, secrets) {
      const channel = channelOf(settings);
      if (channel === undefined) return [];
      const named = Object.keys(channel.accounts);
      // With named accounts only, the top level holds nothing but what they share.
      const ownValues = Object.keys(channel).some((key) => !FRAME_KEYS.includes(key) && key !== 'endpoints');
      const isThere = named.length === 0 ? kind.setUp !== 'qr' : ownValues && kind.setUp !== 'qr';
      return isThere || hasSecret(DEFAULT_ACCOUNT, secrets)
        ? [...new Set([DEFAULT_ACCOUNT, ...named])]
        : named;
    },
    resolve: (settings, accountId, secrets) => resolveAccount(kind, channelOf(settings), accountId, secrets),
    fingerprint({ enabled, configured, linked, problems, values, endpoints, secretOf }) {
      const digests = Object.entries(secretOf).map(([key, secret]) => [
        key,
        createHash('sha256').update(secret.expose()).digest('hex'),
      ]);
      return JSON.stringify([enabled, configured, linked, problems, values, endpoints, digests]);
    },
    enabledPatch(settings, accountId, enabled, accountIds = []) {
      const channel = channelOf(settings);
      // Beside other accounts the top level is everybody's: its switch would take them all along.
      const hasOthers = Object.keys(channel?.accounts ?? {}).length > 0;
      if (accountId === DEFAULT_ACCOUNT && !hasOthers) return { channels: { [kind.id]: { enabled } } };
      const own = { [accountId]: { enabled } };
      if (!enabled || channel?.enabled !== false) return { channels: { [kind.id]: { accounts: own } } };
      // The channel is off: it is switched on for this one, and those that were off through it stay off.
      const off = Object.fromEntries(accountIds.map((id) => [id, { enabled: false }]));
      return { channels: { [kind.id]: { enabled: true, accounts: { ...off, ...own } } } };
    },
    ...(kind.setUp === 'own'
      ? { ownSecretName: (accountId: string) => vaultNameOf(kind.id, accountId, 'secret') }
      : {}),
  };
}

function resolveAccount(
  kind: ChannelKind,
  channel: ChannelSettings | undefined,
  accountId: string,
  secrets: SecretReader,
): FieldAccount {
  // A word that every object knows is a name like any other.
  const named =
    channel !== undefined && Object.hasOwn(channel.accounts, accountId)
      ? channel.accounts[accountId]
      : undefined;
  const own: ChannelAccountSettings | undefined =
    named ?? (accountId === DEFAULT_ACCOUNT ? channel : undefined);
  const name = own?.name ?? (accountId === DEFAULT_ACCOUNT ? channel?.name : undefined);
  const merged: Readonly<Record<string, unknown>> = { ...channel, ...own };
  const values: Record<string, string> = {};
  for (const field of kind.fields) {
    const value = merged[field.key];
    if (field.kind !== 'secret' && typeof value === 'string' && value !== '') values[field.key] = value;
  }
  const secretOf: Record<string, Secret> = {};
  for (const key of secretKeys(kind.id)) {
    const secret = secrets.get(vaultNameOf(kind.id, accountId, key));
    if (secret !== undefined) secretOf[key] = secret;
  }
  const missing = missingKeys(kind, values, secretOf);
  const problems =
    missing.length === 0
      ? []
      : secrets.unreadable === undefined
        ? [missingText(kind, missing)]
        : [`The stored secrets cannot be read: ${secrets.unreadable}`];
  return {
    accountId,
    ...(name === undefined ? {} : { name }),
    // The channel's own switch is above those of its accounts.
    enabled: own?.enabled === true && channel?.enabled !== false,
    configured: missing.length === 0,
    problems,
    secrets: Object.values(secretOf),
    values,
    secretOf,
    endpoints: { ...channel?.endpoints, ...own?.endpoints },
    ...(kind.setUp === 'qr' ? { linked: missing.length === 0 } : {}),
  };
}

function missingKeys(
  kind: ChannelKind,
  values: Readonly<Record<string, string>>,
  secretOf: Readonly<Record<string, Secret>>,
): readonly string[] {
  const fields = kind.fields.filter(
    ({ key, required }) => required && values[key] === undefined && secretOf[key] === undefined,
  );
  return [
    ...fields.map(({ key }) => key),
    ...(kind.loginSecrets ?? []).filter((key) => secretOf[key] === undefined),
  ];
}

function missingText(kind: ChannelKind, missing: readonly string[]): string {
  switch (kind.setUp) {
    case 'qr':
      return `Nobody is logged in: scan the QR code for ${kind.label} on the Channels page.`;
    case 'own':
      return 'This account has no secret yet: make one, then give it to the program that sends.';
    case 'fields':
      return missing.length === 1
        ? `Not set up yet: ${missing[0]} is missing. Fill it in on the Channels page.`
        : `Not set up yet: ${missing.slice(0, -1).join(', ')} and ${missing.at(-1)} are missing. Fill them in on the Channels page.`;
  }
}

/** The first thing that is surely wrong with a value that somebody typed; undefined when the vendor has to judge. */
export function fieldProblem(field: ChannelField, value: string): 'missing' | 'malformed' | undefined {
  if (value === '') return field.required ? 'missing' : undefined;
  if (field.choices !== undefined && !field.choices.includes(value)) return 'malformed';
  if (field.pattern !== undefined && !matches(field.pattern, value)) return 'malformed';
  return undefined;
}
