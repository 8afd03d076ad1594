// What Pairing tells others: results, errors and the changes that sessions and clients must learn of.

import type { DeviceRole, PairingReason } from '../../../../shared/model/device';
import type { CloseSpec } from '../../../../shared/protocol/close-codes';
import type { Scope } from '../../../../shared/protocol/scopes';
import type { Secret } from '../../lib/secret';
import type { StoreError } from '../../ports';

export interface PairResolved {
  readonly requestId: string;
  readonly deviceId: string;
  readonly decision: 'approved' | 'rejected' | 'expired';
  /** Epoch ms. */
  readonly ts: number;
}

/** Sessions of this device (in this role, when one is named) must end; that of `by` after its reply. */
export interface DeviceInvalidated {
  readonly deviceId: string;
  readonly role?: DeviceRole;
  readonly close: CloseSpec;
  readonly by: string;
}

/** A device token as hello-ok hands it out. */
export interface DeviceGrant {
  readonly secret: Secret;
  readonly issuedAtMs: number;
}

export type PairingError =
  | StoreError
  | { readonly code: 'unknown_request' | 'unknown_device' | 'changed' | 'full' | 'denied' }
  | { readonly code: 'missing_scope'; readonly scope: Scope };

/** What a device has, and why that is not enough for what it asks; no reason: it is. */
export interface Assessment {
  readonly reason: PairingReason | undefined;
  readonly roles: readonly DeviceRole[];
  readonly scopes: readonly Scope[];
}
