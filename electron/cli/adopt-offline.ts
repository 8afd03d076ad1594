// Adopts a token (or the password, where the settings ask for one) while no gateway runs: takes the home's lock, so
// that none can start meanwhile, writes through the token store like the gateway would, and leaves the event in the
// auth log.

import type { CredentialChange } from '../../shared/ipc/contract';
import type { JsonDocument } from '../../shared/json-document';
import { mergeDocuments } from '../../shared/json-document';
import type { AuthMode } from '../../shared/model/settings';
import { AuthLog } from '../core/auth-log/auth-log';
import { systemClock } from '../core/lib/clock';
import { silentLogger } from '../core/lib/logger-port';
import { systemRandom } from '../core/lib/random';
import { Redactor } from '../core/lib/redactor';
import type { Result } from '../core/lib/result';
import { err, ok } from '../core/lib/result';
import { Secret } from '../core/lib/secret';
import { secretsInUse } from '../core/lib/secrets-in-use';
import { TokenStore } from '../core/tokens/token-store';
import { ConfStore } from '../headless';
import { HomeRefusedError, lockHome, preparePaths } from '../shell/storage/home';
import { plainSecretBox } from '../shell/storage/plain-secret-box';
import { openSecretVault } from '../shell/storage/secret-vault';
import { findSecrets, modeOf } from '../shell/storage/settings-document';
import { SettingsFile } from '../shell/storage/settings-file';
import { openTokenRepository } from '../shell/storage/token-repository';

export interface OfflineAdoption {
  readonly home: string;
  readonly token: string;
  readonly graceMs: number;
}

/** The error is a sentence. */
export async function adoptOffline(options: OfflineAdoption): Promise<Result<CredentialChange, string>> {
  try {
    const paths = await preparePaths(options.home);
    const lock = lockHome(paths.home);
    if (!lock.ok) return err(`the token was not changed: ${lock.error.detail} (${paths.home})`);
    try {
      return await adoptLocked(paths.home, paths.authLogDir, options);
    } finally {
      lock.value.release();
    }
  } catch (error) {
    if (error instanceof HomeRefusedError) return err(error.message);
    throw error;
  }
}

async function adoptLocked(
  home: string,
  authLogDir: string,
  { token, graceMs }: OfflineAdoption,
): Promise<Result<CredentialChange, string>> {
  const clock = systemClock;
  const logger = silentLogger;
  const store = { Store: ConfStore, home, clock, logger };
  const repository = openTokenRepository({ ...store, box: plainSecretBox });
  const settings = new SettingsFile(store).read().document ?? {};
  const mode = modeInSettings(settings);
  const vault = openSecretVault({ ...store, box: plainSecretBox });
  await vault.load();
  const authLog = new AuthLog({ dir: authLogDir, headFile: `${home}/auth-log.head.json`, clock, logger });
  const tokens = new TokenStore({
    repository,
    clock,
    random: systemRandom,
    logger,
    redactor: new Redactor(),
    configuredMode: () => mode,
    isInUse: (text) => secretsInUse(settings, vault).has(text),
  });
  await authLog.start();
  const listening = tokens.onChanged(({ kind, generation, fingerprint, by }) => {
    if (kind !== 'locked' && kind !== 'unlocked')
      authLog.append({ event: `token.${kind}`, generation, fingerprint, by });
  });
  try {
    const status = await tokens.start();
    if (status.state === 'locked') return err(`locked: ${status.detail}`);
    const adopted = await tokens.adopt({ secret: new Secret(token), graceMs, by: 'cli' });
    if (adopted.ok) return ok(adopted.value);
    const { error } = adopted;
    return err(`the token was not changed: ${error.code === 'refused' ? error.problem : error.detail}`);
  } finally {
    await tokens.stop();
    listening.dispose();
    await authLog.stop();
    repository.dispose();
  }
}

/** What the gateway will go by when it starts: a password that waits there to be taken over counts too. */
function modeInSettings(document: JsonDocument): AuthMode | undefined {
  return modeOf(mergeDocuments(document, findSecrets(document).implied));
}
