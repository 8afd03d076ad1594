// The signature of a webhook, ours and those that we check: HMAC-SHA-256 over `<timestamp>.<raw body>`, so that neither
// can be exchanged alone. Used by webhook-post and the channel `webhook`. Pure.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from './secret';

/** As it stands in the header: `sha256=` and 64 hex digits. */
export function signWebhook(secret: Secret, timestamp: string, body: Uint8Array): string {
  return `sha256=${digest(secret, timestamp, body).toString('hex')}`;
}

/** Compares digests in constant time; anything that is not a signature is a wrong one. */
export function isSignedBy(secret: Secret, timestamp: string, body: Uint8Array, signature: string): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(signature)?.[1];
  return hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), digest(secret, timestamp, body));
}

function digest(secret: Secret, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret.expose()).update(`${timestamp}.`).update(body).digest();
}
