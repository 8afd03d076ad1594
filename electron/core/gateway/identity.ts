// The gateway's own ed25519 identity, as `gateway.identity.get` reports it. The private key rests in the vault
// with the credential's care; the device id is the SHA-256 of the raw public key (protocol section 2.5).

import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Logger } from '../lib/logger-port';
import { Secret } from '../lib/secret';
import type { SecretVault } from '../ports';

export interface GatewayIdentity {
  /** Lowercase hex SHA-256 of the 32 raw public key bytes. */
  readonly deviceId: string;
  /** base64url of those bytes, no padding. */
  readonly publicKey: string;
}

const VAULT_NAME = 'gateway/identity';

/** Creates the key once. When it cannot be stored the identity lasts for this run and the log says so. */
export async function loadIdentity(vault: SecretVault, logger: Logger): Promise<GatewayIdentity> {
  const stored = vault.get(VAULT_NAME);
  if (stored !== undefined) {
    return describe(
      createPrivateKey({ key: Buffer.from(stored.expose(), 'base64'), format: 'der', type: 'pkcs8' }),
    );
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const saved = await vault.set(VAULT_NAME, new Secret(der));
  if (!saved.ok) logger.warn('identity.not-stored', { code: saved.error.code, detail: saved.error.detail });
  return describe(privateKey);
}

function describe(privateKey: KeyObject): GatewayIdentity {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new Error('an ed25519 key has an x coordinate');
  return { deviceId: createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex'), publicKey: x };
}
