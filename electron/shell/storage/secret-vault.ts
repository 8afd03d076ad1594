// Secrets of channels by name, each sealed by itself, in `channels/secrets.json` with the same durable writing as
// the credential. Reads are from memory; memory changes only after the disk has the new record.

import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../core/lib/clock';
import type { Logger } from '../../core/lib/logger-port';
import { Mutex } from '../../core/lib/mutex';
import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import { Secret } from '../../core/lib/secret';
import type { Locked, SecretVault, StoreError } from '../../core/ports';
import { RecordFile } from './record-file';
import type { SecretBox } from './secret-box';
import { backendOf } from './secret-box';
import type { StoreClass } from './store-class';

/** A list, not an object: names come from settings and may be words such as `__proto__`. */
const storedSchema = z.strictObject({
  secrets: z.array(z.strictObject({ name: z.string().min(1), sealed: z.string().min(1) })),
});
type Stored = z.infer<typeof storedSchema>;

interface Entry {
  readonly sealed: string;
  readonly secret: Secret;
}

export function openSecretVault(o: {
  readonly Store: StoreClass;
  readonly home: string;
  readonly box: SecretBox;
  readonly logger: Logger;
}): SecretVault {
  const { box } = o;
  const file = new RecordFile<Stored>({
    Store: o.Store,
    folder: join(o.home, 'channels'),
    name: 'secrets',
    parse: (data) => storedSchema.safeParse(data).data,
    // Only names a file that is set aside.
    clock: systemClock,
    logger: o.logger,
  });
  const mutex = new Mutex();
  let entries: ReadonlyMap<string, Entry> | undefined;

  async function openAll(stored: Stored): Promise<Result<ReadonlyMap<string, Entry>, Locked>> {
    const opened = new Map<string, Entry>();
    for (const { name, sealed } of stored.secrets) {
      const text = await box.open(sealed);
      if (!text.ok) return text;
      opened.set(name, { sealed, secret: new Secret(text.value) });
    }
    return ok(opened);
  }

  async function store(next: ReadonlyMap<string, Entry>): Promise<Result<void, StoreError>> {
    const secrets = [...next].map(([name, { sealed }]) => ({ name, sealed }));
    const saved = await file.save({ secrets });
    if (saved.ok) entries = next;
    return saved;
  }

  function change(
    edit: (current: ReadonlyMap<string, Entry>) => Promise<ReadonlyMap<string, Entry> | undefined>,
  ): Promise<Result<void, StoreError>> {
    return mutex.run(async () => {
      if (!entries) return err({ code: 'locked', detail: 'channels/secrets.json has not been opened' });
      try {
        const next = await edit(entries);
        return next ? await store(next) : ok(undefined);
      } catch (error) {
        const detail = `the secret could not be sealed: ${error instanceof Error ? error.message : 'unknown'}`;
        return err({ code: 'storage_failed', detail });
      }
    });
  }

  async function reseal(open: ReadonlyMap<string, Entry>): Promise<void> {
    const next = new Map<string, Entry>();
    for (const [name, { secret }] of open) {
      next.set(name, { secret, sealed: await box.seal(secret.expose()) });
    }
    const saved = await store(next);
    o.logger.info('vault.resealed', { ok: saved.ok });
  }

  /** Runs inside the mutex. When it fails, what is in memory stays. */
  async function read(): Promise<Result<void, Locked>> {
    const loaded = await file.load(openAll);
    if (loaded.kind === 'locked') return err(loaded.locked);
    entries = loaded.kind === 'ok' ? loaded.value : new Map();
    if (loaded.kind === 'ok' && loaded.recovered) o.logger.warn('vault.recovered', { ...loaded.recovered });
    const lyingOpen = [...entries.values()].some(({ sealed }) => backendOf(sealed) === 'plain');
    // The keychain arrived after the secrets: seal them now, not at the next change.
    if (lyingOpen && box.backend === 'keychain') {
      await reseal(entries).catch((error: unknown) => o.logger.warn('vault.reseal-failed', { error }));
    }
    return ok(undefined);
  }

  return {
    load: () => mutex.run(async () => (entries ? ok(undefined) : read())),
    reload: () => mutex.run(read),
    get: (name) => entries?.get(name)?.secret,
    set: (name, secret) =>
      change(async (current) => {
        const sealed = await box.seal(secret.expose());
        return new Map(current).set(name, { sealed, secret });
      }),
    delete: (name) =>
      change(async (current) => {
        if (!current.has(name)) return undefined;
        const next = new Map(current);
        next.delete(name);
        return next;
      }),
  };
}
