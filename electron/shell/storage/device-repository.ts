// The paired devices on disk: `devices/paired.json`, one RecordFile with its last good copy, the tokens sealed
// together by a SecretBox; and beside it those that wait (pending-devices.ts). Called by core's Pairing only. A file
// that nobody can read is moved aside and reported, never wiped; one that is sealed elsewhere or newer is left alone.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DEVICE_ROLES } from '../../../shared/model/device';
import type { StorageBackend } from '../../../shared/model/token';
import { OPERATOR_SCOPES } from '../../../shared/protocol/scopes';
import type { PendingRepository } from '../../core/gateway/auth/pending-requests';
import type { Clock } from '../../core/lib/clock';
import type { Logger } from '../../core/lib/logger-port';
import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import { Secret } from '../../core/lib/secret';
import type { DeviceRecord, DeviceRepository, DevicesLoad, Locked, StoreError } from '../../core/ports';
import { openPendingDevices } from './pending-devices';
import { RecordFile } from './record-file';
import type { SecretBox } from './secret-box';
import { backendOf } from './secret-box';
import type { StoreClass } from './store-class';
import { storeErrorFrom } from './store-error';

const instant = z.number().min(0);
const role = z.enum(DEVICE_ROLES);
const scopes = z.array(z.enum(OPERATOR_SCOPES));

const deviceSchema = z.strictObject({
  deviceId: z.hex().length(64),
  publicKey: z.string().min(1),
  displayName: z.string().optional(),
  platform: z.string().optional(),
  deviceFamily: z.string().optional(),
  clientId: z.string().optional(),
  clientMode: z.string().optional(),
  roles: z.array(role),
  scopes,
  createdAtMs: instant,
  approvedAtMs: instant,
  approvedVia: z.enum(['owner', 'silent']),
  lastSeenAtMs: instant.optional(),
  tokens: z.array(
    z.strictObject({
      role,
      scopes,
      createdAtMs: instant,
      rotatedAtMs: instant.optional(),
      revokedAtMs: instant.optional(),
      lastUsedAtMs: instant.optional(),
    }),
  ),
});

const storedSchema = z.strictObject({ devices: z.array(deviceSchema), sealed: z.string().min(1) });
type Stored = z.infer<typeof storedSchema>;

/** A list, not an object: one text per token, in the order of the devices and their tokens. */
const sealedSchema = z.array(z.string().min(1));

export function openDeviceRepository(o: {
  readonly Store: StoreClass;
  readonly home: string;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
}): DeviceRepository & PendingRepository {
  const { box } = o;
  const folder = join(o.home, 'devices');
  const file = new RecordFile<Stored>({
    Store: o.Store,
    folder,
    name: 'paired',
    parse: (data) => storedSchema.safeParse(data).data,
    clock: o.clock,
    logger: o.logger,
  });

  /** Nobody can read it, so nothing is lost by moving it; the devices have to be approved again. */
  async function startOver(locked: Locked): Promise<DevicesLoad> {
    const moved = await file.setAside();
    if (!moved.ok) return { kind: 'locked', locked };
    const recovered = `the list of paired devices could not be read (${locked.detail}); set aside as ${moved.value.join(', ')}`;
    return { kind: 'ok', devices: [], recovered };
  }

  async function save(devices: readonly DeviceRecord[]): Promise<Result<void, StoreError>> {
    let stored: Stored;
    try {
      stored = await sealDevices(devices, box);
    } catch (error) {
      const detail = `the device tokens could not be sealed: ${error instanceof Error ? error.message : 'unknown'}`;
      return err({ code: 'storage_failed', detail });
    }
    // What could not be read back would cost all devices at the next start.
    if (!storedSchema.safeParse(stored).success) {
      return err({ code: 'storage_failed', detail: 'the list of devices holds what it cannot hold' });
    }
    return file.save(stored);
  }

  return {
    ...openPendingDevices({ ...o, folder }),
    async load() {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
      } catch (error) {
        const { detail } = storeErrorFrom(error, 'devices');
        return { kind: 'locked', locked: { reason: 'unreadable', detail } };
      }
      let sealedAs: StorageBackend = 'plain';
      const loaded = await file.load((stored) => {
        sealedAs = backendOf(stored.sealed);
        return openDevices(stored, box);
      });
      if (loaded.kind === 'empty') return { kind: 'ok', devices: [] };
      if (loaded.kind === 'locked') {
        return loaded.locked.reason === 'unreadable' ? startOver(loaded.locked) : loaded;
      }
      const { recovered, value } = loaded;
      // The keychain arrived after the list: do not leave the tokens lying open until the next change.
      if (sealedAs === 'plain' && box.backend === 'keychain') {
        const resealed = await save(value);
        o.logger.info('devices.resealed', { ok: resealed.ok });
      }
      if (recovered === undefined) return { kind: 'ok', devices: value };
      const detail = `the list of paired devices was taken from its last good copy; set aside: ${recovered.setAside}`;
      return { kind: 'ok', devices: value, recovered: detail };
    },
    save,
  };
}

async function sealDevices(devices: readonly DeviceRecord[], box: SecretBox): Promise<Stored> {
  const texts = devices.flatMap(({ tokens }) => tokens.map(({ secret }) => secret.expose()));
  return {
    devices: devices.map((record) => ({
      ...record,
      roles: [...record.roles],
      scopes: [...record.scopes],
      tokens: record.tokens.map(({ secret: _sealed, scopes: carried, ...token }) => ({
        ...token,
        scopes: [...carried],
      })),
    })),
    sealed: await box.seal(JSON.stringify(texts)),
  };
}

async function openDevices(stored: Stored, box: SecretBox): Promise<Result<readonly DeviceRecord[], Locked>> {
  const opened = await box.open(stored.sealed);
  if (!opened.ok) return opened;
  const texts = sealedSchema.safeParse(parseJson(opened.value)).data ?? [];
  const count = stored.devices.reduce((sum, { tokens }) => sum + tokens.length, 0);
  if (texts.length !== count) {
    return err({ reason: 'unreadable', detail: 'paired.json opens to something else' });
  }
  const next = texts.values();
  const devices = stored.devices.map(
    (record) =>
      withoutUndefined({
        ...record,
        tokens: record.tokens.map((token) =>
          withoutUndefined({ ...token, secret: new Secret(next.next().value ?? '') }),
        ),
      }) as DeviceRecord,
  );
  return ok(devices);
}

/** zod's optional keys may be present as undefined; the record's are absent. */
function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
