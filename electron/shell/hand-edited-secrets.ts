// Takes over the secrets that somebody wrote into settings.json, where OpenClaw keeps them: channel secrets into the
// vault, the gateway token by `adopt`. Both entries may call it at start. The caller strips the file only when all of
// them found their place: a refused one stays where its owner put it, and is named.

import type { Result } from '../core/lib/result';
import type { Secret } from '../core/lib/secret';
import type { SecretVault } from '../core/ports';
import type { TokenStore } from '../core/tokens/token-store';

const TOKEN_KEY = 'gateway.auth.token';
const GRACE_MS = 10 * 60_000;

export type HandEdited = ReadonlyMap<string, Secret>;

/** Before the channels start. Returns the keys that could not be taken over, with the reason's code. */
export async function takeChannelSecrets(
  secrets: HandEdited,
  vault: SecretVault,
): Promise<ReadonlyMap<string, string>> {
  const left = new Map<string, string>();
  const named = [...secrets].flatMap(([key, secret]) => {
    const name = vaultName(key);
    return name === undefined ? [] : [{ key, name, secret }];
  });
  if (named.length === 0) return left;
  const loaded = await vault.load();
  for (const { key, name, secret } of named) {
    const stored: Result<void, { readonly code: string }> = loaded.ok
      ? await vault.set(name, secret)
      : { ok: false, error: { code: 'locked' } };
    if (!stored.ok) left.set(key, stored.error.code);
  }
  return left;
}

/** After the tokens started. A token that already is the current one counts as taken. */
export async function takeGatewayToken(
  secrets: HandEdited,
  tokens: Pick<TokenStore, 'adopt'>,
): Promise<ReadonlyMap<string, string>> {
  const secret = secrets.get(TOKEN_KEY);
  if (!secret) return new Map();
  const adopted = await tokens.adopt({ secret, graceMs: GRACE_MS, by: 'system' });
  if (adopted.ok) return new Map();
  const { error } = adopted;
  if (error.code !== 'refused') return new Map([[TOKEN_KEY, error.code]]);
  return error.problem === 'unchanged' ? new Map() : new Map([[TOKEN_KEY, error.problem]]);
}

/** `channels.webhook.secret` is account `default`; `channels.webhook.accounts.x.secret` is account `x`. */
function vaultName(key: string): string | undefined {
  const match = /^channels\.([^.]+)(?:\.accounts\.([^.]+))?\.secret$/.exec(key);
  return match ? `${match[1]}/${match[2] ?? 'default'}` : undefined;
}
