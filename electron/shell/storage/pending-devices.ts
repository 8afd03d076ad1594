// The requests of devices that wait, on disk: `devices/pending.json`, one RecordFile with its last good copy. Apart
// from the paired devices, so that damage here costs none of them. Part of the device repository only. A file that
// nobody can read is moved aside and reported; one of a later version is left exactly as it is.

import { z } from 'zod';
import { DEVICE_ROLES, PAIRING_REASONS } from '../../../shared/model/device';
import { OPERATOR_SCOPES } from '../../../shared/protocol/scopes';
import type { PendingRecord, PendingRepository } from '../../core/gateway/auth/pending-requests';
import type { Clock } from '../../core/lib/clock';
import type { Logger } from '../../core/lib/logger-port';
import { err, ok } from '../../core/lib/result';
import { RecordFile } from './record-file';
import type { StoreClass } from './store-class';

const instant = z.number().min(0);

const storedSchema = z.strictObject({
  requests: z.array(
    z.strictObject({
      requestId: z.string().min(1),
      subject: z.strictObject({
        deviceId: z.hex().length(64),
        publicKey: z.string().min(1),
        role: z.enum(DEVICE_ROLES),
        scopes: z.array(z.enum(OPERATOR_SCOPES)),
        displayName: z.string().optional(),
        platform: z.string(),
        deviceFamily: z.string().optional(),
        clientId: z.string(),
        clientMode: z.string(),
        remoteIp: z.string(),
        browserOrigin: z.string().optional(),
      }),
      reason: z.enum(PAIRING_REASONS),
      ts: instant,
      refreshedAtMs: instant,
    }),
  ),
});
type Stored = z.infer<typeof storedSchema>;

export function openPendingDevices(o: {
  readonly Store: StoreClass;
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): PendingRepository {
  const file = new RecordFile<Stored>({
    ...o,
    name: 'pending',
    parse: (data) => storedSchema.safeParse(data).data,
  });
  /** Why nothing may be written: a file is there that is not ours to replace. */
  let kept: string | undefined;

  return {
    async loadPending() {
      const loaded = await file.load(async (stored) => ok(stored.requests.map(toRecord)));
      if (loaded.kind === 'ok') return { requests: loaded.value };
      if (loaded.kind === 'empty') return { requests: [] };
      const { detail, reason } = loaded.locked;
      const moved = reason === 'unreadable' ? await file.setAside() : undefined;
      if (moved?.ok) {
        const names = moved.value.join(', ');
        const recovered = `the requests of devices that wait could not be read (${detail}); set aside as ${names}`;
        return { requests: [], recovered };
      }
      kept = detail;
      o.logger.warn('pairing.pending-not-read', { detail });
      return { requests: [] };
    },
    async savePending(requests) {
      if (kept !== undefined) return err({ code: 'locked', detail: kept });
      return file.save({
        requests: requests.map(({ subject, ...rest }) => ({
          ...rest,
          subject: { ...subject, scopes: [...subject.scopes] },
        })),
      });
    },
  };
}

/** zod's optional keys may be present as undefined; the subject's are absent. */
function toRecord({ subject, ...rest }: Stored['requests'][number]): PendingRecord {
  const { displayName, deviceFamily, browserOrigin, ...always } = subject;
  return {
    ...rest,
    subject: {
      ...always,
      ...(displayName === undefined ? {} : { displayName }),
      ...(deviceFamily === undefined ? {} : { deviceFamily }),
      ...(browserOrigin === undefined ? {} : { browserOrigin }),
    },
  };
}
