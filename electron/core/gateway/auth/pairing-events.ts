// What the auth log is told of devices. Pure. Used by Pairing only; must never name a token.

import type { AuthEventInput } from '../../auth-log/auth-log';
import type { DeviceRecord, DeviceTokenRecord } from '../../ports';
import type { PairingSubject } from './device-records';
import type { PendingEntry } from './pending-requests';

export type PairingInput = Extract<AuthEventInput, { readonly deviceId: string }>;

/** A request and what became of it. */
export function requestEvent(
  event: 'pair.requested' | 'pair.approved' | 'pair.rejected' | 'pair.expired',
  { subject, view }: PendingEntry,
  by: string,
): PairingInput {
  const { requestId, reason: pairingReason } = view;
  const via = event === 'pair.approved' ? ({ via: 'owner' } as const) : {};
  return { event, ...asked(subject), requestId, pairingReason, ...via, by };
}

/** Nobody was asked about it. */
export function silentEvent(subject: PairingSubject): PairingInput {
  return { event: 'pair.approved', ...asked(subject), via: 'silent', by: 'device' };
}

/** The device is gone from the list, with all that it had. */
export function removedEvent(record: DeviceRecord, by: string): PairingInput {
  const { roles, scopes } = record;
  return { event: 'pair.removed', ...named(record), roles, scopes, by };
}

export function tokenEvent(
  event: 'pair.token-rotated' | 'pair.token-revoked',
  record: DeviceRecord,
  { role, scopes }: DeviceTokenRecord,
  by: string,
): PairingInput {
  return { event, ...named(record), roles: [role], scopes, by };
}

function asked(subject: PairingSubject) {
  const { role, scopes, remoteIp, browserOrigin } = subject;
  return {
    ...named(subject),
    roles: [role],
    scopes,
    remoteIp,
    ...(browserOrigin === undefined ? {} : { browserOrigin }),
  };
}

function named({ deviceId, displayName, clientId }: DeviceRecord | PairingSubject) {
  return {
    deviceId,
    ...(displayName === undefined ? {} : { displayName }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}
