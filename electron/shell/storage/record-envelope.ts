// The wrapping of every record on disk: { schemaVersion, checksum, data }. Pure. The checksum finds damage and
// hand edits; it keeps nobody out.

import { createHash } from 'node:crypto';

export const SCHEMA_VERSION = 1;

export type Decoded =
  | { readonly kind: 'ok'; readonly data: unknown }
  /** Whole, and written by a later version of the program. */
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'bad'; readonly why: string; readonly claimsNewer: boolean };

export function encodeRecord(data: unknown): Record<string, unknown> {
  return { schemaVersion: SCHEMA_VERSION, checksum: checksumOf(SCHEMA_VERSION, data), data };
}

export function decodeRecord(bytes: Buffer): Decoded {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value !== 'object' || value === null) return bad('is not a record');
    const { schemaVersion, checksum, data } = value as Record<string, unknown>;
    if (typeof schemaVersion !== 'number' || !Number.isInteger(schemaVersion)) return bad('has no version');
    const whole = checksum === checksumOf(schemaVersion, data);
    if (schemaVersion > SCHEMA_VERSION) {
      // A later version may sum differently, and one flipped bit can make a 1 a 3: the caller weighs both.
      return whole
        ? { kind: 'newer', version: schemaVersion }
        : { kind: 'bad', why: `says version ${schemaVersion}, but its checksum is wrong`, claimsNewer: true };
    }
    if (!whole) return bad('has a wrong checksum: it was edited by hand or damaged');
    return { kind: 'ok', data };
  } catch {
    return bad('is not valid JSON');
  }
}

function bad(why: string): Decoded {
  return { kind: 'bad', why, claimsNewer: false };
}

function checksumOf(schemaVersion: number, data: unknown): string {
  return createHash('sha256').update(canonical({ schemaVersion, data }), 'utf8').digest('hex');
}

/** JSON with sorted keys, so that a record sums the same in whatever order it was built. */
function canonical(value: unknown): string {
  const sorted = (_key: string, part: unknown): unknown =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted);
}
