// What a refused secret turned out to be, so that the log can explain it without keeping it. Pure; called by
// TokenStore at refusal time, the only moment at which both texts are in one place.

import { timingSafeEqual } from 'node:crypto';
import type { PresentedAs } from '../../../shared/model/auth-event';
import { digestsEqual, sha256 } from './token-format';
import { isPlaceholder, MAX_SECRET_CHARACTERS } from './token-policy';

const MIN_TRUNCATED_CHARACTERS = 16;
const MAX_SETUP_CODE_CHARACTERS = 4096;
const WRAPPING = /[\s"'`“”‘’«»]/g;
const CUT_MARK = /(?:(?<!\.)\.{2,}|…)$/;

export interface CurrentSecret {
  readonly text: string;
  readonly digest: Buffer;
}

/** `presented` is trimmed. Retired generations are recognised by the caller, who holds their fingerprints. */
export function classifyRefused(presented: string, current: CurrentSecret): PresentedAs {
  if (presented === '') return 'empty';
  if (presented.length > MAX_SETUP_CODE_CHARACTERS) return 'unknown';
  const bare = presented.replace(WRAPPING, '').replace(/^bearer(?=.)/i, '');
  if (bare === '') return 'empty';
  if (bare !== presented && digestsEqual(sha256(bare), current.digest)) return 'quoted';
  if (isTruncated(bare.replace(CUT_MARK, ''), current.text)) return 'truncated';
  if (bare.length <= MAX_SECRET_CHARACTERS && isPlaceholder(bare)) return 'placeholder';
  if (isSetupCode(bare)) return 'setup-code';
  return 'unknown';
}

function isTruncated(presented: string, current: string): boolean {
  if (presented.length < MIN_TRUNCATED_CHARACTERS || presented.length >= current.length) return false;
  const head = Buffer.from(current.slice(0, presented.length), 'utf8');
  const given = Buffer.from(presented, 'utf8');
  return head.length === given.length && timingSafeEqual(head, given);
}

/** Upstream's pairing code: base64url of a JSON object with the gateway's url and a one-time token. */
function isSetupCode(presented: string): boolean {
  // `eyJ` is how every base64 of `{"` begins: spares the decoding for the common wrong token.
  if (!/^eyJ[A-Za-z0-9_-]+={0,2}$/.test(presented)) return false;
  try {
    const value: unknown = JSON.parse(Buffer.from(presented, 'base64url').toString('utf8'));
    if (typeof value !== 'object' || value === null) return false;
    const code = value as {
      readonly url?: unknown;
      readonly bootstrapToken?: unknown;
      readonly token?: unknown;
    };
    return (
      typeof code.url === 'string' &&
      (typeof code.bootstrapToken === 'string' || typeof code.token === 'string')
    );
  } catch {
    return false;
  }
}
