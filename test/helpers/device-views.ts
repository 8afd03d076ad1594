// Devices as main answers them, for the tests of the page and of the IPC.

import type { PairedDevice, PendingPairing } from '../../shared/model/device';
import { SNAPSHOT_AT } from './status-snapshot';

export const DEVICE_ID = 'd1'.repeat(32);
export const SHOWN_HASH = 'a1'.repeat(32);

export function pendingPairing(change: Partial<PendingPairing> = {}): PendingPairing {
  return {
    requestId: 'request-1',
    deviceId: DEVICE_ID,
    publicKey: 'key',
    displayName: 'Phone',
    platform: 'ios',
    clientId: 'openclaw-ios',
    clientMode: 'ui',
    role: 'operator',
    roles: ['operator'],
    scopes: ['operator.read', 'operator.admin'],
    remoteIp: '127.0.0.1',
    silent: false,
    isRepair: false,
    reason: 'not-paired',
    ts: SNAPSHOT_AT,
    refreshedAtMs: SNAPSHOT_AT,
    shownHash: SHOWN_HASH,
    ...change,
  };
}

export function pairedDevice(change: Partial<PairedDevice> = {}): PairedDevice {
  return {
    deviceId: DEVICE_ID,
    publicKey: 'key',
    displayName: 'Phone',
    platform: 'ios',
    clientId: 'openclaw-ios',
    clientMode: 'ui',
    role: 'operator',
    roles: ['operator'],
    scopes: ['operator.read'],
    createdAtMs: SNAPSHOT_AT,
    approvedAtMs: SNAPSHOT_AT,
    approvedVia: 'owner',
    tokens: [{ role: 'operator', scopes: ['operator.read'], createdAtMs: SNAPSHOT_AT }],
    ...change,
  };
}
