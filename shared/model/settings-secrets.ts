// The virtual keys of the settings: where OpenClaw's users write secrets that we keep elsewhere. Pure; used when
// settings.json is read and when a client sends a configuration. Never holds a secret itself.

import { isDocument, valueAt } from '../json-document';
import { secretKeys, vaultNameOf } from './channel-kinds';
import type { AuthMode } from './settings';

export type KeyPath = readonly string[];

export const TOKEN_PATH: KeyPath = ['gateway', 'auth', 'token'];
export const PASSWORD_PATH: KeyPath = ['gateway', 'auth', 'password'];

/** The virtual keys that a document has, whatever their values are. */
export function virtualPaths(document: unknown): readonly KeyPath[] {
  return [TOKEN_PATH, PASSWORD_PATH, ...channelSecretPaths(document)].filter(
    (path) => valueAt(document, path) !== undefined,
  );
}

/** The virtual keys of every channel account that the document has, with or without a value. */
export function channelSecretPaths(document: unknown): readonly KeyPath[] {
  return keysAt(document, ['channels']).flatMap((id) => {
    const accounts = keysAt(document, ['channels', id, 'accounts']);
    const places = [['channels', id], ...accounts.map((name) => ['channels', id, 'accounts', name])];
    return places.flatMap((place) => secretKeys(id).map((key) => [...place, key]));
  });
}

/** `webhook/default` for `channels.webhook.secret`: the names under which the vault keeps secrets of channels. */
export function vaultName(path: KeyPath): string | undefined {
  const [section, channel, ...rest] = path;
  const key = rest.at(-1);
  if (section !== 'channels' || channel === undefined || key === undefined) return undefined;
  if (!secretKeys(channel).includes(key)) return undefined;
  if (rest.length === 1) return vaultNameOf(channel, 'default', key);
  const [accounts, accountId] = rest;
  return rest.length === 3 && accounts === 'accounts' && accountId !== undefined
    ? vaultNameOf(channel, accountId, key)
    : undefined;
}

/**
 * There is one credential; which of the two keys sets it depends on the mode (protocol section 3.1). Without a
 * mode both keys at once are ambiguous.
 */
export function credentialKey(
  mode: AuthMode | undefined,
  has: { readonly token: boolean; readonly password: boolean },
): 'token' | 'password' | 'ambiguous' {
  if (mode !== undefined) return mode === 'password' ? 'password' : 'token';
  if (has.token && has.password) return 'ambiguous';
  return has.password ? 'password' : 'token';
}

export const CREDENTIAL_KEY_PROBLEMS = {
  ambiguous: 'a token and a password are set: remove one of them, or set gateway.auth.mode',
  token: 'is not used while gateway.auth.mode is "password": set gateway.auth.password, or change the mode',
  password: 'is only used while gateway.auth.mode is "password": set gateway.auth.token, or change the mode',
} as const;

function keysAt(document: unknown, path: KeyPath): readonly string[] {
  const value = valueAt(document, path);
  return isDocument(value) ? Object.keys(value) : [];
}
