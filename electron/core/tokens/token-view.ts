// Immutable picture of one credential record with everything derived that `verify` and `status` need, computed
// once per change instead of once per handshake. Pure. Used by TokenStore only.

import type { AuthMode } from '../../../shared/model/settings';
import type { CredentialStatus, PastGeneration, StorageBackend } from '../../../shared/model/token';
import type { CredentialRecord } from '../ports';
import { fingerprintOf } from './fingerprint';
import { sha256 } from './token-format';

export interface TokenView {
  readonly record: CredentialRecord;
  readonly text: string;
  readonly digest: Buffer;
  readonly key: Buffer;
  readonly fingerprint: string;
  readonly graceDigest: Buffer | undefined;
  readonly pastByFingerprint: ReadonlyMap<string, PastGeneration>;
}

export function tokenView(record: CredentialRecord): TokenView {
  const text = record.secret.expose();
  const key = Buffer.from(record.fingerprintKey, 'base64');
  return {
    record,
    text,
    digest: sha256(text),
    key,
    fingerprint: fingerprintOf(key, text),
    graceDigest: record.grace && Buffer.from(record.grace.digest, 'hex'),
    pastByFingerprint: new Map(record.past.map((past) => [past.fingerprint, past])),
  };
}

export function readyStatus(view: TokenView, backend: StorageBackend, mode: AuthMode): CredentialStatus {
  const { generation, since, origin, grace, past } = view.record;
  return {
    state: 'ready',
    mode,
    generation,
    fingerprint: view.fingerprint,
    since,
    origin,
    backend,
    past,
    ...(grace && {
      grace: { generation: grace.generation, fingerprint: grace.fingerprint, until: grace.until },
    }),
  };
}

/** The same record without its grace period. */
export function withoutGrace(record: CredentialRecord): CredentialRecord {
  const { grace: _ended, ...rest } = record;
  return rest;
}
