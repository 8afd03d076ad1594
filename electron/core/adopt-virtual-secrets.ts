// Starts a core and takes over the secrets that somebody wrote into settings.json by hand: the gateway token goes
// into the token store, channel secrets into the vault, and only then does the file lose them. Both entries call
// this instead of core.start(). Must never drop a secret that was not taken over.

import type { Core } from './core';
import type { Secret } from './lib/secret';
import type { SecretVault } from './ports';
import { secretProblem } from './tokens/token-policy';

/** What openSettings found in the file. */
export interface VirtualSecrets {
  /** By dotted key: `gateway.auth.token`, `channels.<id>.secret`, `channels.<id>.accounts.<name>.secret`. */
  readonly virtualSecrets: ReadonlyMap<string, Secret>;
  /** Takes all of them out of the file. */
  strip(): void;
}

const TOKEN_KEY = 'gateway.auth.token';
const CHANNEL_KEY = /^channels\.([^.]+)(?:\.accounts\.(.+))?\.secret$/;

/** Like core.start(). A secret that is turned down stays in the file and is named in a notice. */
export async function startAdopting(core: Core, vault: SecretVault, found: VirtualSecrets): Promise<void> {
  const { virtualSecrets } = found;
  const refused = new Map<string, string>();
  // Channels read the vault when they start, so theirs come first.
  for (const [key, secret] of virtualSecrets) {
    const name = vaultName(key);
    if (name === undefined) continue;
    const problem = await storeChannelSecret(vault, name, secret);
    if (problem !== undefined) refused.set(key, problem);
  }
  await core.start();
  // After the start, so that the change stands in the auth log like any other.
  const token = virtualSecrets.get(TOKEN_KEY);
  if (token !== undefined) {
    const problem = await adoptToken(core, token);
    if (problem !== undefined) refused.set(TOKEN_KEY, problem);
  }
  report(core, refused);
  if (virtualSecrets.size > 0 && refused.size === 0) found.strip();
}

/** `webhook/default` for `channels.webhook.secret`: the names that the adapters look up. */
function vaultName(key: string): string | undefined {
  const match = CHANNEL_KEY.exec(key);
  return match === null ? undefined : `${match[1]}/${match[2] ?? 'default'}`;
}

async function storeChannelSecret(
  vault: SecretVault,
  name: string,
  secret: Secret,
): Promise<string | undefined> {
  const problem = secretProblem(secret.expose());
  if (problem !== undefined) return problem;
  const loaded = await vault.load();
  if (!loaded.ok) return loaded.error.detail;
  const stored = await vault.set(name, secret);
  return stored.ok ? undefined : stored.error.detail;
}

async function adoptToken(core: Core, secret: Secret): Promise<string | undefined> {
  const adopted = await core.tokens.adopt({ secret, graceMs: 0, by: 'system' });
  if (adopted.ok) return undefined;
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
