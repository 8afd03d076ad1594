// What may be said about the gateway credential: generations and fingerprints, never the secret.

import type { AuthMode } from './settings';

/** Where the secret rests. `plain` = file mode 0600, not encrypted (the panel says so). */
export type StorageBackend = 'keychain' | 'plain';

export type RotationReason = 'routine' | 'leaked';

export interface GraceView {
  /** The generation that is still accepted, with its fingerprint and end (epoch ms). */
  readonly generation: number;
  readonly fingerprint: string;
  readonly until: number;
}

export interface PastGeneration {
  readonly generation: number;
  readonly fingerprint: string;
  readonly retiredAt: number;
  readonly reason: RotationReason | 'adopted';
}

export type CredentialStatus =
  | { readonly state: 'starting' }
  | {
      readonly state: 'locked';
      /** Closed list so that the panel can offer the right way out. */
      readonly reason: 'keychain-unavailable' | 'sealed-elsewhere' | 'unreadable' | 'newer-version';
      readonly detail: string;
    }
  | {
      readonly state: 'ready';
      /** What clients must present. `none` lets everybody on this machine in: a permanent banner. */
      readonly mode?: AuthMode;
      readonly generation: number;
      readonly fingerprint: string;
      /** When this generation became current (epoch ms). */
      readonly since: number;
      readonly origin: 'generated' | 'adopted';
      readonly backend: StorageBackend;
      readonly grace?: GraceView;
      readonly past: readonly PastGeneration[];
    };

/** Why a secret offered to `adopt` was turned down (SEC-9, SEC-11). */
export type SecretProblem =
  | 'empty'
  | 'too-short'
  | 'too-weak'
  | 'placeholder'
  | 'redaction'
  | 'characters'
  | 'unchanged'
  /** It opens something else of this gateway (SEC-45). */
  | 'in-use'
  | 'reused';

export type StoreFailure = 'storage_full' | 'storage_readonly' | 'storage_failed' | 'locked' | 'stopped';
