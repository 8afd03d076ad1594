// The box of a machine (or a headless process) without a keychain: encoded, not encrypted. The file's mode 0600 is
// all the protection there is, and the panel says so. Never opens what a keychain has sealed.

import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import type { Locked } from '../../core/ports';
import type { SecretBox } from './secret-box';
import { KEYCHAIN_PREFIX, PLAIN_PREFIX } from './secret-box';

export const plainSecretBox: SecretBox = {
  backend: 'plain',
  seal: async (text) => `${PLAIN_PREFIX}${Buffer.from(text, 'utf8').toString('base64')}`,
  open: async (sealed): Promise<Result<string, Locked>> => {
    if (sealed.startsWith(PLAIN_PREFIX)) {
      return ok(Buffer.from(sealed.slice(PLAIN_PREFIX.length), 'base64').toString('utf8'));
    }
    if (sealed.startsWith(KEYCHAIN_PREFIX)) {
      return err({ reason: 'sealed-elsewhere', detail: 'the record is sealed by the desktop app' });
    }
    return err({ reason: 'unreadable', detail: 'the record is sealed in a way that is not known' });
  },
};
