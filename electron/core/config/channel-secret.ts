// Which texts may become a channel's secret. Pure. One that we could have made is held to our own rule; one that its
// vendor made is as long and as random as the vendor likes.

import { channelKind } from '../../../shared/model/channel-kinds';
import { ACCOUNT_ID } from '../../../shared/model/channel-settings';
import type { KeyPath } from '../../../shared/model/settings-secrets';
import type { SecretProblem } from '../../../shared/model/token';
import { MAX_SECRET_CHARACTERS, secretProblem } from '../tokens/token-policy';

export const NO_SUCH_ACCOUNT = 'is of an account that cannot be called so: use a to z, 0 to 9, - and _';

/** Its account can exist, so that somebody will find what is kept for it. */
export function isOfAccount(path: KeyPath): boolean {
  const [, , accounts, accountId] = path;
  return accounts !== 'accounts' || path.length === 3 || ACCOUNT_ID.test(accountId ?? '');
}

/** `undefined` when it may be kept. `text` is trimmed already, `name` is the vault's (settings-secrets.vaultName). */
export function channelSecretProblem(name: string, text: string): SecretProblem | undefined {
  const [channel = ''] = name.split('/');
  const problem = secretProblem(text);
  if (channelKind(channel)?.setUp === 'own') return problem;
  if (text.length > MAX_SECRET_CHARACTERS) return 'characters';
  return problem === 'empty' || problem === 'redaction' ? problem : undefined;
}
