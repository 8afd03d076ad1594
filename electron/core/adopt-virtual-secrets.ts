// Starts a core and takes over the secrets that somebody wrote into settings.json by hand: the gateway token goes
// into the token store, channel secrets into the vault, and only then does the file lose them. Both entries call
// this instead of core.start(). Must never drop a secret that was not taken over.

import type { KeyPath } from '../../shared/model/settings-secrets';
import { vaultName } from '../../shared/model/settings-secrets';
import { channelSecretProblem, isOfAccount, NO_SUCH_ACCOUNT } from './config/channel-secret';
import type { Core } from './core';
import { err, ok, type Result } from './lib/result';
import type { Secret } from './lib/secret';
import { secretsInUse } from './lib/secrets-in-use';
import type { SecretVault } from './ports';

/** What openSettings found in the file. */
export interface VirtualSecrets {
  /** By dotted key: `gateway.auth.token`, `channels.<id>.<key>`, `channels.<id>.accounts.<name>.<key>`. */
  readonly virtualSecrets: ReadonlyMap<string, Secret>;
  /** Takes all of them out of the file. */
  strip(): void;
}

const TOKEN_KEY = 'gateway.auth.token';
const IN_USE = 'must differ from every other secret of this gateway';

/** Like core.start(). A secret that is turned down stays in the file and is named in a notice. */
export async function startAdopting(core: Core, vault: SecretVault, found: VirtualSecrets): Promise<void> {
  const { virtualSecrets } = found;
  const refused = new Map<string, string>();
  const taken: Taken[] = [];
  // Channels read the vault when they start, so theirs come first.
  for (const [key, secret] of virtualSecrets) {
    if (key === TOKEN_KEY) continue;
    const kept = await keepChannelSecret(core, vault, virtualSecrets, key, secret);
    if (kept.ok) taken.push(kept.value);
    else refused.set(key, kept.error);
  }
  await core.start();
  // After the start, so that the change stands in the auth log like any other.
  const token = virtualSecrets.get(TOKEN_KEY);
  if (token !== undefined) {
    const problem = await adoptToken(core, token);
    if (problem !== undefined) refused.set(TOKEN_KEY, problem);
  }
  // The credential is known only now.
  const credential = core.tokens.lease()?.secret.expose();
  for (const { key, name, before } of taken) {
    if (vault.get(name)?.expose() !== credential) continue;
    await (before === undefined ? vault.delete(name) : vault.set(name, before));
    await core.channels.reload();
    refused.set(key, IN_USE);
  }
  report(core, refused);
  if (virtualSecrets.size > 0 && refused.size === 0) found.strip();
}

interface Taken {
  readonly key: string;
  /** The vault's. */
  readonly name: string;
  readonly before: Secret | undefined;
}

async function keepChannelSecret(
  core: Core,
  vault: SecretVault,
  found: ReadonlyMap<string, Secret>,
  key: string,
  secret: Secret,
): Promise<Result<Taken, string>> {
  const name = vaultName(pathOf(key));
  if (name === undefined || !isOfAccount(pathOf(key))) return err(NO_SUCH_ACCOUNT);
  const text = secret.expose();
  const problem = channelSecretProblem(name, text);
  if (problem !== undefined) return err(problem);
  const loaded = await vault.load();
  if (!loaded.ok) return err(loaded.error.detail);
  // SEC-45: neither another one in the file nor one that was kept before.
  const inFile = [...found].some(
    ([other, held]) => vaultName(pathOf(other)) !== name && held.expose() === text,
  );
  if (inFile || secretsInUse(core.settings.get(), vault, new Set([name])).has(text)) return err(IN_USE);
  const before = vault.get(name);
  const stored = await vault.set(name, secret);
  return stored.ok ? ok({ key, name, before }) : err(stored.error.detail);
}

/** The name of an account may hold dots when somebody wrote it by hand. */
function pathOf(key: string): KeyPath {
  const [section = '', channel = '', ...rest] = key.split('.');
  const last = rest.pop() ?? '';
  const [accounts, ...account] = rest;
  return accounts === undefined
    ? [section, channel, last]
    : [section, channel, accounts, account.join('.'), last];
}

async function adoptToken(core: Core, secret: Secret): Promise<string | undefined> {
  // The settings say whether it is a token or the password, and one without a mode has set it to `password`.
  const adopted = await core.tokens.adopt({ secret, graceMs: 0, by: 'system' });
  if (adopted.ok) {
    // Without its password the gateway could not listen; now it can, and whoever asked for the start waits for that.
    await core.gateway.start();
    return undefined;
  }
  const { error } = adopted;
  if (error.code !== 'refused') return error.detail;
  // Adopted before, but the file could not be written then.
  return error.problem === 'unchanged' ? undefined : error.problem;
}

function report(core: Core, refused: ReadonlyMap<string, string>): void {
  for (const [field, message] of refused) {
    core.fileLogger.logger.warn('settings.secret-refused', { field, problem: message });
    core.status.setNotice({
      id: `settings-invalid:${field}`,
      severity: 'warning',
      code: 'settings-invalid',
      params: { field, message: `not taken over: ${message}` },
    });
  }
}
