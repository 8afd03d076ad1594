// The decision about one presented secret: pure, given the picture of the credential at this instant. Called only
// by TokenStore.verify, in one synchronous step, so that no rotation can land between comparison and verdict.

import type { PresentedAs } from '../../../shared/model/auth-event';
import { fingerprintOf } from './fingerprint';
import { classifyRefused } from './presented-as';
import type { RecentGeneration } from './recent-generations';
import { digestsEqual, sha256 } from './token-format';
import type { TokenView } from './token-view';

interface VerdictBase {
  readonly presentedFingerprint: string;
  /** What it was compared with: the current generation, or the one of the challenge when that accepted it. */
  readonly comparedGeneration: number;
  readonly comparedFingerprint: string;
  readonly presentedAs: PresentedAs;
}

export type Verdict = VerdictBase &
  (
    | { readonly ok: true; readonly generation: number }
    | {
        readonly ok: false;
        /** `superseded`: right at the challenge, cut off since by a "leaked" rotation. */
        readonly reason: 'token_mismatch' | 'superseded';
        /** With `previous-generation`: which one, and when it stopped being current (epoch ms). */
        readonly matchedGeneration?: number;
        readonly matchedRetiredAt?: number;
      }
  );

export interface JudgeInput {
  readonly presented: string;
  /** The generation that was current when the server sent its challenge. */
  readonly pinnedGeneration: number;
  readonly view: TokenView;
  readonly graceHolds: boolean;
  readonly findRecent: (digest: Buffer) => RecentGeneration | undefined;
}

export function judge(input: JudgeInput): Verdict {
  const { view, pinnedGeneration } = input;
  const text = input.presented.trim();
  const digest = sha256(text);
  const compared = { comparedGeneration: view.record.generation, comparedFingerprint: view.fingerprint };

  if (digestsEqual(digest, view.digest)) {
    const { generation } = view.record;
    return {
      ok: true,
      generation,
      presentedAs: 'current',
      presentedFingerprint: view.fingerprint,
      ...compared,
    };
  }
  const { grace } = view.record;
  if (grace && input.graceHolds && view.graceDigest && digestsEqual(digest, view.graceDigest)) {
    const { generation, fingerprint } = grace;
    return { ok: true, generation, presentedAs: 'grace', presentedFingerprint: fingerprint, ...compared };
  }
  const recent = input.findRecent(digest);
  if (recent && recent.generation >= pinnedGeneration) {
    const { generation, fingerprint, retiredAt } = recent;
    if (!recent.cut) {
      // It was right when the challenge went out, so it is right.
      const then = { comparedGeneration: generation, comparedFingerprint: fingerprint };
      return { ok: true, generation, presentedAs: 'current', presentedFingerprint: fingerprint, ...then };
    }
    const matched = { matchedGeneration: generation, matchedRetiredAt: retiredAt };
    const cutOff = { ok: false, reason: 'superseded', presentedAs: 'previous-generation' } as const;
    return { ...cutOff, presentedFingerprint: fingerprint, ...matched, ...compared };
  }

  const presentedFingerprint = fingerprintOf(view.key, text);
  const mismatch = { ok: false, reason: 'token_mismatch', presentedFingerprint, ...compared } as const;
  const past = recent ?? view.pastByFingerprint.get(presentedFingerprint);
  if (past) {
    const matched = { matchedGeneration: past.generation, matchedRetiredAt: past.retiredAt };
    return { ...mismatch, presentedAs: 'previous-generation', ...matched };
  }
  return { ...mismatch, presentedAs: classifyRefused(text, view) };
}
