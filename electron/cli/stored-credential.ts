// Reads the credential of a home for the command line without changing anything: no sweep, no recovery, no lock,
// because a running gateway may be writing there. What is not plain cannot be opened without the desktop app.

import path from 'node:path';
import type { Result } from '../core/lib/result';
import { err, ok } from '../core/lib/result';
import { Secret } from '../core/lib/secret';
import { fingerprintOf } from '../core/tokens/fingerprint';
import { readGuarded } from '../shell/storage/durable-files';
import { plainSecretBox } from '../shell/storage/plain-secret-box';
import { decodeRecord } from '../shell/storage/record-envelope';
import { backendOf } from '../shell/storage/secret-box';

export interface StoredCredential {
  readonly secret: Secret;
  readonly generation: number;
  readonly fingerprint: string;
  readonly backend: 'plain';
}

export interface CredentialProblem {
  readonly reason: 'none' | 'sealed' | 'unreadable';
  /** In words; for `sealed` always "sealed by the desktop app". */
  readonly detail: string;
  /** Readable also when the secret is sealed. */
  readonly generation?: number;
}

export async function readStoredCredential(
  home: string,
): Promise<Result<StoredCredential, CredentialProblem>> {
  const file = await readCopy(path.join(home, 'credential.json'));
  // The last good copy counts only when the file itself is damaged or gone, as at a start.
  const copy = file.ok ? file : await readCopy(path.join(home, 'credential.json.bak'));
  return copy.ok || copy.error.reason === 'sealed' ? copy : file;
}

async function readCopy(file: string): Promise<Result<StoredCredential, CredentialProblem>> {
  const read = await readGuarded(file);
  if (read.kind === 'absent') return err({ reason: 'none', detail: 'there is no stored token in this home' });
  if (read.kind !== 'bytes') return unreadable(read.kind === 'refused' ? read.why : 'is too large');
  const decoded = decodeRecord(read.bytes);
  if (decoded.kind === 'newer') return unreadable('was written by a later version of Gatehouse');
  if (decoded.kind === 'bad') return unreadable(decoded.why);
  const { sealed, generation } = (decoded.data ?? {}) as Record<string, unknown>;
  if (typeof sealed !== 'string' || typeof generation !== 'number') return unreadable('has the wrong shape');
  if (backendOf(sealed) !== 'plain') {
    return err({ reason: 'sealed', detail: 'sealed by the desktop app', generation });
  }
  const opened = await plainSecretBox.open(sealed);
  return opened.ok ? openedCredential(opened.value, generation) : unreadable(opened.error.detail);
}

function openedCredential(text: string, generation: number): Result<StoredCredential, CredentialProblem> {
  try {
    const { secret, fingerprintKey } = JSON.parse(text) as Record<string, unknown>;
    if (typeof secret !== 'string' || typeof fingerprintKey !== 'string')
      return unreadable('opens to something else');
    const fingerprint = fingerprintOf(Buffer.from(fingerprintKey, 'base64'), secret);
    return ok({ secret: new Secret(secret), generation, fingerprint, backend: 'plain' });
  } catch {
    return unreadable('opens to something else');
  }
}

function unreadable(why: string): Result<never, CredentialProblem> {
  return err({ reason: 'unreadable', detail: `credential.json ${why}` });
}
