// SEC-45: one secret opens one door. Called by account-editor before it writes what a person typed or a login brought.

import { secretKeys, vaultNameOf } from '../../../shared/model/channel-kinds';
import { secretsInUse } from '../lib/secrets-in-use';
import type { SecretVault, SettingsSource } from '../ports';
import type { AccountDraft, EditError } from './account-draft';

/** Which of the draft's secrets opens something else already. */
export function secretInUse(
  { channel, accountId, secrets }: AccountDraft,
  options: {
    readonly settings: Pick<SettingsSource, 'get'>;
    readonly vault: Pick<SecretVault, 'get'>;
    isGatewayCredential(text: string): boolean;
  },
): EditError | undefined {
  const { isGatewayCredential, settings, vault } = options;
  const own = new Set(secretKeys(channel).map((key) => vaultNameOf(channel, accountId, key)));
  const others = secretsInUse(settings.get(), vault, own);
  for (const [key, secret] of Object.entries(secrets)) {
    const text = secret.expose();
    if (isGatewayCredential(text) || others.has(text)) {
      return { code: 'in_use', field: key, message: 'must differ from every other secret of this gateway' };
    }
    // Nor may one account have it twice.
    others.add(text);
  }
  return undefined;
}
