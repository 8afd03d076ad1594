// Would a secret that somebody offers be taken over, and under which fingerprint. Pure; called by TokenStore for
// every candidate, before and again while it is adopted.

import type { SecretProblem } from '../../../shared/model/token';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';
import { fingerprintOf } from './fingerprint';
import { digestsEqual, sha256 } from './token-format';
import { passwordProblem, secretProblem } from './token-policy';
import type { TokenView } from './token-view';

export interface InspectContext {
  /** Absent until a credential is loaded. */
  readonly view: TokenView | undefined;
  readonly key: Buffer;
  readonly isRecent: (digest: Buffer) => boolean;
  readonly isInUse: (text: string) => boolean;
}

export function inspectSecret(
  candidate: string,
  kind: 'token' | 'password',
  { view, key, isRecent, isInUse }: InspectContext,
): Result<{ readonly fingerprint: string }, SecretProblem> {
  const text = candidate.trim();
  const problem = kind === 'password' ? passwordProblem(text) : secretProblem(text);
  if (problem) return err(problem);
  const fingerprint = fingerprintOf(key, text);
  const digest = sha256(text);
  if (view && digestsEqual(digest, view.digest)) {
    // The same text in the other role is a change: the mode asks for it there.
    return kind === (view.record.kind ?? 'token') ? err('unchanged') : ok({ fingerprint });
  }
  if (isInUse(text)) return err('in-use');
  if (!view) return ok({ fingerprint });
  return isRecent(digest) || view.pastByFingerprint.has(fingerprint) ? err('reused') : ok({ fingerprint });
}
