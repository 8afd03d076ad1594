// Does the sender of a delivery hold the account's secret? By bearer secret or by signature with timestamp (SEC-44).
// Pure; asked by webhook-receiver before it parses anything. Never quotes what was presented.

import { createHash, timingSafeEqual } from 'node:crypto';
import { WEBHOOK_HEADERS, WEBHOOK_WINDOW_MS } from '../../../../../shared/protocol/webhook';
import type { Secret } from '../../../lib/secret';
import { isSignedBy } from '../../../lib/webhook-signature';

export interface ProofRefusal {
  readonly kind: 'refused';
  /** For the account's owner: ends the sentence "A delivery came …". */
  readonly what: string;
  readonly fix: string;
  /** For the sender. */
  readonly reply: string;
}

export type HeaderVerdict =
  | { readonly kind: 'proven' }
  /** The headers allow it; the raw body decides. */
  | { readonly kind: 'signed'; readonly signature: string; judge(body: Uint8Array): ProofRefusal | undefined }
  | ProofRefusal;

/** Every value of one header, by its name in lower case. */
type Headers = (name: string) => readonly string[];

export interface DeliveryProof {
  /** For `WWW-Authenticate`. */
  readonly scheme: string;
  judge(headers: Headers, now: number): HeaderVerdict;
}

const BEARER_FIX =
  'Send the header "Authorization: Bearer <secret>" with this account\'s secret. If it is lost, make a new one on the Channels page.';
const SIGNATURE_FIX =
  'Sign "<X-Timestamp>.<raw body>" with this account\'s secret (HMAC-SHA-256) and send it as "X-Signature-256: sha256=<hex>". If the secret is lost, make a new one on the Channels page.';
const CLOCK_FIX =
  'Set the clocks of both machines, and send X-Timestamp as Unix time in seconds, made anew for each try.';

export function bearerProof(secret: Secret): DeliveryProof {
  const digest = sha256(secret.expose());
  const refused = (what: string): ProofRefusal => ({
    kind: 'refused',
    what,
    fix: BEARER_FIX,
    reply: 'Missing or wrong secret.',
  });
  return {
    scheme: 'Bearer',
    judge(headers) {
      const header = only(headers('authorization'));
      if (header === undefined) return refused('without a secret');
      if (header === 'repeated') return refused('with its Authorization header twice');
      const presented = /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
      return timingSafeEqual(sha256(presented), digest) ? { kind: 'proven' } : refused('with a wrong secret');
    },
  };
}

export function signatureProof(secret: Secret): DeliveryProof {
  const refused = (what: string): ProofRefusal => ({
    kind: 'refused',
    what,
    fix: SIGNATURE_FIX,
    reply: 'Missing or wrong signature.',
  });
  return {
    scheme: 'Signature',
    judge(headers, now) {
      const signature = only(headers(WEBHOOK_HEADERS.signature));
      const timestamp = only(headers(WEBHOOK_HEADERS.timestamp));
      if (signature === undefined || timestamp === undefined)
        return refused('without a signature or its timestamp');
      if (signature === 'repeated' || timestamp === 'repeated')
        return refused('with a signature header twice');
      const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
      // Not a number is never within.
      if (!(Math.abs(now - seconds * 1_000) <= WEBHOOK_WINDOW_MS)) {
        const reply = 'X-Timestamp is not Unix time in seconds within 5 minutes of the clock here.';
        return {
          kind: 'refused',
          what: 'with a timestamp that is more than 5 minutes off',
          fix: CLOCK_FIX,
          reply,
        };
      }
      return {
        kind: 'signed',
        signature,
        judge: (body) =>
          isSignedBy(secret, timestamp, body, signature) ? undefined : refused('with a wrong signature'),
      };
    },
  };
}

/** Two values of one header: one program checks the first, another the second. Neither is believed. */
function only([first, ...more]: readonly string[]): string | 'repeated' | undefined {
  return more.length === 0 ? first : 'repeated';
}

function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}
