// What may be said about devices that pair with the gateway: who asks, what for, and which are approved. Never a
// token. Shown by the panel and, in upstream's names, by `device.pair.list` (protocol section 3.10).

import type { Scope } from '../protocol/scopes';

export const DEVICE_ROLES = ['operator', 'node'] as const;
export type DeviceRole = (typeof DEVICE_ROLES)[number];

/** Why an approval is needed (`details.reason` of NOT_PAIRED). */
export const PAIRING_REASONS = ['not-paired', 'role-upgrade', 'scope-upgrade', 'metadata-upgrade'] as const;
export type PairingReason = (typeof PAIRING_REASONS)[number];

export interface PendingPairing {
  readonly requestId: string;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly clientId: string;
  readonly clientMode: string;
  readonly role: DeviceRole;
  readonly roles: readonly DeviceRole[];
  readonly scopes: readonly Scope[];
  readonly remoteIp: string;
  readonly browserOrigin?: string;
  readonly silent: boolean;
  /** The device is paired already and asks for more. */
  readonly isRepair: boolean;
  readonly reason: PairingReason;
  /** Epoch ms of the first and of the last such attempt; it ends 5 minutes after the last. */
  readonly ts: number;
  readonly refreshedAtMs: number;
  /** SHA-256 (hex) over everything a person is shown: an approval names it, and any change makes a new request. */
  readonly shownHash: string;
}

export interface DeviceTokenSummary {
  readonly role: DeviceRole;
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly rotatedAtMs?: number;
  readonly revokedAtMs?: number;
  readonly lastUsedAtMs?: number;
}

export interface PairedDevice {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly role: DeviceRole;
  readonly roles: readonly DeviceRole[];
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  /** `silent`: a program on this machine that held the shared secret. */
  readonly approvedVia: 'owner' | 'silent';
  readonly lastSeenAtMs?: number;
  readonly tokens: readonly DeviceTokenSummary[];
}
