// SEC-45: which secrets open something here besides the gateway: those of its channels, and the one that signs the
// webhooks of cron. Asked by everybody who takes a secret from a person. Pure but for the look into the vault.

import { channelSecretPaths, vaultName } from '../../../shared/model/settings-secrets';
import type { SecretVault } from '../ports';

/** The vault's name of the secret that signs cron's webhooks. */
export const CRON_SIGNING_SECRET = 'cron/webhook';

/** `settings`: anything with channels in it. `except`: the vault's names of those that are about to be replaced. */
export function secretsInUse(
  settings: unknown,
  vault: Pick<SecretVault, 'get'>,
  except: ReadonlySet<string> = new Set(),
): Set<string> {
  const names = [...channelSecretPaths(settings).map((path) => vaultName(path)), CRON_SIGNING_SECRET];
  const texts = names.map((name) =>
    name === undefined || except.has(name) ? undefined : vault.get(name)?.expose(),
  );
  return new Set(texts.filter((text) => text !== undefined));
}
