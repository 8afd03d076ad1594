// The box of the desktop app: Electron's safeStorage behind one asynchronous face, because newer Electrons take
// the synchronous calls away. Call it only after the first window is up: a locked keyring can block. Once the
// keychain has been there it never seals weaker; without one it seals plainly and says so through `backend`.

import { safeStorage } from 'electron';
import type { StorageBackend } from '../../../shared/model/token';
import type { Logger } from '../../core/lib/logger-port';
import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import type { Locked } from '../../core/ports';
import { plainSecretBox } from './plain-secret-box';
import type { SecretBox } from './secret-box';
import { KEYCHAIN_PREFIX } from './secret-box';

/** What differs between the Electrons we run on is optional here. */
export interface SafeStorage {
  isAsyncEncryptionAvailable?(): Promise<boolean>;
  encryptStringAsync?(text: string): Promise<Buffer>;
  decryptStringAsync?(sealed: Buffer): Promise<{ readonly result: string }>;
  isEncryptionAvailable?(): boolean;
  encryptString?(text: string): Buffer;
  decryptString?(sealed: Buffer): string;
  getSelectedStorageBackend?(): string;
}

/** Looks once whether there is a keychain. `basic_text` is a key that everybody knows, so it counts as none. */
export async function openKeychainSecretBox(
  logger: Logger,
  storage: SafeStorage = safeStorage,
): Promise<SecretBox> {
  const box = new KeychainSecretBox(storage, logger);
  await box.look();
  return box;
}

class KeychainSecretBox implements SecretBox {
  readonly #storage: SafeStorage;
  readonly #logger: Logger;
  #available = false;

  constructor(storage: SafeStorage, logger: Logger) {
    this.#storage = storage;
    this.#logger = logger;
  }

  get backend(): StorageBackend {
    return this.#available ? 'keychain' : 'plain';
  }

  async look(): Promise<boolean> {
    // Never back to false: a keychain that goes away must make `seal` fail, not make it seal plainly.
    this.#available ||= await this.#isAvailable();
    return this.#available;
  }

  async seal(text: string): Promise<string> {
    if (!this.#available) return plainSecretBox.seal(text);
    const { encryptStringAsync, encryptString } = this.#storage;
    const sealed = encryptStringAsync
      ? await encryptStringAsync.call(this.#storage, text)
      : encryptString?.call(this.#storage, text);
    if (!sealed) throw new Error('the keychain gives no way to encrypt');
    return `${KEYCHAIN_PREFIX}${this.#keychainName()}:${sealed.toString('base64')}`;
  }

  async open(sealed: string): Promise<Result<string, Locked>> {
    if (!sealed.startsWith(KEYCHAIN_PREFIX)) return plainSecretBox.open(sealed);
    if (!(await this.look())) {
      const detail = 'the record is sealed by the system keychain, which is not available now';
      return err({ reason: 'keychain-unavailable', detail });
    }
    const [, sealedBy = '', base64 = ''] = sealed.split(':');
    const bytes = Buffer.from(base64, 'base64');
    try {
      const { decryptStringAsync, decryptString } = this.#storage;
      if (decryptStringAsync) return ok((await decryptStringAsync.call(this.#storage, bytes)).result);
      if (decryptString) return ok(decryptString.call(this.#storage, bytes));
    } catch (error) {
      this.#logger.warn('keychain.open-failed', { error });
    }
    const now = this.#keychainName();
    const moved = sealedBy === now ? '' : ` It was sealed by ${sealedBy}; the keychain in use is ${now}.`;
    return err({ reason: 'unreadable', detail: `the system keychain cannot open the record.${moved}` });
  }

  async #isAvailable(): Promise<boolean> {
    try {
      if (this.#keychainName() === 'basic_text') return false;
      const { isAsyncEncryptionAvailable, isEncryptionAvailable } = this.#storage;
      if (isAsyncEncryptionAvailable) return await isAsyncEncryptionAvailable.call(this.#storage);
      return isEncryptionAvailable?.call(this.#storage) ?? false;
    } catch (error) {
      this.#logger.warn('keychain.look-failed', { error });
      return false;
    }
  }

  /** Only Linux has more than one; Electron 25 does not tell. */
  #keychainName(): string {
    const { getSelectedStorageBackend } = this.#storage;
    return process.platform === 'linux' && getSelectedStorageBackend
      ? getSelectedStorageBackend.call(this.#storage)
      : 'system';
  }
}
