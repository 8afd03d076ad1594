// Seals the secrets that rest on disk. A sealed text says itself by what it was sealed, so that a record can be
// told apart from one that another program (or another keychain) must open.

import type { StorageBackend } from '../../../shared/model/token';
import type { Result } from '../../core/lib/result';
import type { Locked } from '../../core/ports';

export interface SecretBox {
  /** By what `seal` seals now. */
  readonly backend: StorageBackend;
  /** Rejects when the keychain refuses; never falls back to something weaker. */
  seal(text: string): Promise<string>;
  open(sealed: string): Promise<Result<string, Locked>>;
}

export const PLAIN_PREFIX = 'plain:';
export const KEYCHAIN_PREFIX = 'keychain:';

export function backendOf(sealed: string): StorageBackend {
  return sealed.startsWith(KEYCHAIN_PREFIX) ? 'keychain' : 'plain';
}
