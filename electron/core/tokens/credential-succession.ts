// How one credential record follows another: generation, past, grace. Pure; only TokenStore writes the result.

import type { PastGeneration, RotationReason } from '../../../shared/model/token';
import type { Secret } from '../lib/secret';
import type { CredentialRecord } from '../ports';
import type { TokenView } from './token-view';

const MAX_PAST = 20;

export interface Replacement {
  readonly secret: Secret;
  readonly kind: 'token' | 'password';
  readonly origin: CredentialRecord['origin'];
  readonly retiredAs: RotationReason | 'adopted';
  readonly graceMs: number;
  readonly by: string;
}

/** Generation 1 of a home that has no credential. */
export function firstRecord(secret: Secret, fingerprintKey: Buffer, now: number): CredentialRecord {
  return {
    generation: 1,
    secret,
    origin: 'generated',
    since: now,
    fingerprintKey: fingerprintKey.toString('base64'),
    past: [],
  };
}

/** The next record, and the entry under which the present one is remembered. */
export function succeed(
  view: TokenView,
  o: Replacement,
  when: { readonly at: number; readonly graceMs: number },
): { readonly record: CredentialRecord; readonly retired: PastGeneration } {
  const { record, fingerprint } = view;
  const { generation } = record;
  const retired = { generation, fingerprint, retiredAt: when.at, reason: o.retiredAs };
  const grace = {
    generation,
    digest: view.digest.toString('hex'),
    fingerprint,
    until: when.at + when.graceMs,
  };
  return {
    retired,
    record: {
      generation: generation + 1,
      secret: o.secret,
      ...(o.kind === 'password' && { kind: o.kind }),
      origin: o.origin,
      since: when.at,
      fingerprintKey: record.fingerprintKey,
      past: [...record.past, retired].slice(-MAX_PAST),
      ...(when.graceMs > 0 && { grace }),
    },
  };
}
