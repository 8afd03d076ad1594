// How a gateway token looks and how two are compared. Called by TokenStore and nobody else; comparison is
// always over SHA-256 digests in constant time, so neither length nor first difference can be timed.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../lib/random';

/** 32 random bytes as base64url: 43 characters, 256 bits. */
export function generateToken(random: Random): string {
  return random.bytes(32).toString('base64url');
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** Both are SHA-256 digests; a digest of another length (a damaged record) equals nothing. */
export function digestsEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
