// The gateway credential on disk: one RecordFile, its secrets sealed by a SecretBox. Called by TokenStore only.
// What is secret (token, fingerprint key, digest of the grace token) is inside the seal; the rest is readable.

import { z } from 'zod';
import type { StorageBackend } from '../../../shared/model/token';
import type { Clock } from '../../core/lib/clock';
import type { Logger } from '../../core/lib/logger-port';
import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import { Secret } from '../../core/lib/secret';
import type { CredentialRecord, Locked, StoreError, TokenRepository } from '../../core/ports';
import { RecordFile } from './record-file';
import type { SecretBox } from './secret-box';
import { backendOf } from './secret-box';
import type { StoreClass } from './store-class';

const generation = z.int().min(1);
const fingerprint = z.string().regex(/^[0-9a-f]{12}$/);
const instant = z.number().min(0);

const storedSchema = z.strictObject({
  generation,
  kind: z.enum(['token', 'password']).optional(),
  origin: z.enum(['generated', 'adopted']),
  since: instant,
  sealed: z.string().min(1),
  grace: z.strictObject({ generation, fingerprint, until: instant }).optional(),
  past: z
    .array(
      z.strictObject({
        generation,
        fingerprint,
        retiredAt: instant,
        reason: z.enum(['routine', 'leaked', 'adopted']),
      }),
    )
    .max(20),
});
type Stored = z.infer<typeof storedSchema>;

const sealedSchema = z.strictObject({
  secret: z.string().min(1),
  fingerprintKey: z.base64().min(24),
  graceDigest: z.hex().length(64).optional(),
});

export function openTokenRepository(o: {
  readonly Store: StoreClass;
  readonly home: string;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
}): TokenRepository {
  const { box } = o;
  const file = new RecordFile<Stored>({
    Store: o.Store,
    folder: o.home,
    name: 'credential',
    parse: (data) => storedSchema.safeParse(data).data,
    clock: o.clock,
    logger: o.logger,
  });
  let restsAs: StorageBackend | undefined;

  async function save(record: CredentialRecord): Promise<Result<void, StoreError>> {
    let stored: Stored;
    try {
      stored = await sealRecord(record, box);
    } catch (error) {
      const detail = `the credential could not be sealed: ${error instanceof Error ? error.message : 'unknown'}`;
      return err({ code: 'storage_failed', detail });
    }
    const saved = await file.save(stored);
    if (saved.ok) restsAs = backendOf(stored.sealed);
    return saved;
  }

  return {
    /** As the credential rests on disk now, which is not yet the box's way if that has just become better. */
    get backend() {
      return restsAs ?? box.backend;
    },
    async load() {
      let sealedAs: StorageBackend = 'plain';
      const loaded = await file.load<CredentialRecord>((stored) => {
        sealedAs = backendOf(stored.sealed);
        return openRecord(stored, box);
      });
      if (loaded.kind !== 'ok') return loaded;
      restsAs = sealedAs;
      // The keychain arrived after the record: do not leave the secret lying open until the next rotation.
      if (sealedAs === 'plain' && box.backend === 'keychain') {
        const resealed = await save(loaded.value);
        o.logger.info('credential.resealed', { ok: resealed.ok });
      }
      const { recovered } = loaded;
      return { kind: 'ok', record: loaded.value, ...(recovered && { recovered }) };
    },
    save,
    setAside: () => file.setAside(),
    onForeignChange: file.onForeignChange,
    dispose: () => file.dispose(),
  };
}

async function sealRecord(record: CredentialRecord, box: SecretBox): Promise<Stored> {
  const { grace } = record;
  const secrets = {
    secret: record.secret.expose(),
    fingerprintKey: record.fingerprintKey,
    ...(grace && { graceDigest: grace.digest }),
  };
  return {
    generation: record.generation,
    ...(record.kind && { kind: record.kind }),
    origin: record.origin,
    since: record.since,
    sealed: await box.seal(JSON.stringify(secrets)),
    ...(grace && {
      grace: { generation: grace.generation, fingerprint: grace.fingerprint, until: grace.until },
    }),
    past: [...record.past],
  };
}

async function openRecord(stored: Stored, box: SecretBox): Promise<Result<CredentialRecord, Locked>> {
  const opened = await box.open(stored.sealed);
  if (!opened.ok) return opened;
  const secrets = sealedSchema.safeParse(parseJson(opened.value)).data;
  if (!secrets) return err({ reason: 'unreadable', detail: 'credential.json opens to something else' });
  const { sealed: _sealed, grace, kind, ...rest } = stored;
  return ok({
    ...rest,
    ...(kind && { kind }),
    secret: new Secret(secrets.secret),
    fingerprintKey: secrets.fingerprintKey,
    ...(grace && secrets.graceDigest !== undefined && { grace: { ...grace, digest: secrets.graceDigest } }),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
