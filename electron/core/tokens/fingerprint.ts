// The only name by which a secret may be shown: 12 hex digits of an HMAC keyed per installation. Not a prefix,
// not a bare hash, so it cannot be looked up or compared between two machines.

import { createHmac } from 'node:crypto';

export const FINGERPRINT_KEY_BYTES = 32;

export function fingerprintOf(key: Buffer, secret: string): string {
  return createHmac('sha256', key).update(secret, 'utf8').digest('hex').slice(0, 12);
}
