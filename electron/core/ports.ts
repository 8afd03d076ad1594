// What core needs from the outside and the shell (or a test) supplies. Core never learns whether a record
// rests in electron-store or conf, or whether a secret is sealed by a keychain.

import type { DeviceRole } from '../../shared/model/device';
import type { Settings, SettingsPatch } from '../../shared/model/settings';
import type { StorageBackend, StoreFailure } from '../../shared/model/token';
import type { Scope } from '../../shared/protocol/scopes';
import type { Subscribe } from './lib/emitter';
import type { Result } from './lib/result';
import type { Secret } from './lib/secret';

/** Why a stored secret cannot be used now. Nothing is ever overwritten in these cases. */
export interface Locked {
  readonly reason: 'keychain-unavailable' | 'sealed-elsewhere' | 'unreadable' | 'newer-version';
  /** In words: which file, what is wrong, what was set aside. Never a secret. */
  readonly detail: string;
}

export interface StoreError {
  readonly code: StoreFailure;
  readonly detail: string;
}

/** The credential as held in memory and written durably as one record. */
export interface CredentialRecord {
  readonly generation: number;
  readonly secret: Secret;
  /** Absent: a token. There is one secret; the mode says how clients present it. */
  readonly kind?: 'token' | 'password';
  readonly origin: 'generated' | 'adopted';
  /** Epoch ms at which this generation became current. */
  readonly since: number;
  /** 32 random bytes, base64: keys the fingerprints of this installation. */
  readonly fingerprintKey: string;
  /** SHA-256 of the previous secret (hex), while its grace lasts. */
  readonly grace?: {
    readonly generation: number;
    readonly digest: string;
    readonly fingerprint: string;
    readonly until: number;
  };
  /** Newest last, at most 20. */
  readonly past: readonly {
    readonly generation: number;
    readonly fingerprint: string;
    readonly retiredAt: number;
    readonly reason: 'routine' | 'leaked' | 'adopted';
  }[];
}

export type CredentialLoad =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'ok';
      readonly record: CredentialRecord;
      /** Set when the main file was bad and the last good copy was used: where the bad file was put. */
      readonly recovered?: { readonly setAside: string };
    }
  | { readonly kind: 'locked'; readonly locked: Locked };

export interface TokenRepository {
  readonly backend: StorageBackend;
  /** Sweeps left-over temporary files first. Never creates or changes a credential. */
  load(): Promise<CredentialLoad>;
  /** Durable when it resolves ok: written, re-read, compared. Otherwise the previous record is intact. */
  save(record: CredentialRecord): Promise<Result<void, StoreError>>;
  /** The user's explicit way out of `locked`: moves store and copy aside; returns where. Deletes nothing. */
  setAside(): Promise<Result<readonly string[], StoreError>>;
  /** Emits when the file's content on disk is no longer what we wrote (a hand edit); memory wins. */
  readonly onForeignChange: Subscribe<void>;
  dispose(): void;
}

/** The bearer of one device in one role, as held in memory. */
export interface DeviceTokenRecord {
  readonly role: DeviceRole;
  readonly secret: Secret;
  /** Never beyond the device's approved scopes. */
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly rotatedAtMs?: number;
  readonly revokedAtMs?: number;
  readonly lastUsedAtMs?: number;
}

/** A paired device: what was approved for it, and its tokens. */
export interface DeviceRecord {
  /** Lowercase hex SHA-256 of the raw public key. */
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  /** Pinned at approval: another value needs another approval. */
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly roles: readonly DeviceRole[];
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  readonly approvedVia: 'owner' | 'silent';
  readonly lastSeenAtMs?: number;
  readonly tokens: readonly DeviceTokenRecord[];
}

export type DevicesLoad =
  | {
      readonly kind: 'ok';
      readonly devices: readonly DeviceRecord[];
      /** In words, when a file could not be read: what was set aside, and where the devices come from now. */
      readonly recovered?: string;
    }
  | { readonly kind: 'locked'; readonly locked: Locked };

/** Paired devices, stored with the credential's care: sealed, durable, with a last good copy, never wiped. */
export interface DeviceRepository {
  /** Files that nobody can read are set aside and reported; a sealed or newer one is left alone (`locked`). */
  load(): Promise<DevicesLoad>;
  /** Durable when it resolves ok; otherwise the list before is intact. */
  save(devices: readonly DeviceRecord[]): Promise<Result<void, StoreError>>;
}

/** Sealed secrets of channels (and whatever else is not the gateway token), by name such as `webhook/default`. */
export interface SecretVault {
  /** Reads and unseals everything once; later reads are from memory. */
  load(): Promise<Result<void, Locked>>;
  /** Reads and unseals everything anew; on failure what is in memory stays. */
  reload(): Promise<Result<void, Locked>>;
  get(name: string): Secret | undefined;
  set(name: string, secret: Secret): Promise<Result<void, StoreError>>;
  delete(name: string): Promise<Result<void, StoreError>>;
}

export interface SettingsProblem {
  /** Dotted path of the field at fault, for example `gateway.port`. */
  readonly field: string;
  readonly message: string;
}

export interface SettingsSource {
  get(): Settings;
  /** All or nothing: a bad value changes nothing and names its field. */
  update(patch: SettingsPatch): Result<Settings, SettingsProblem | StoreError>;
  /** Takes out what is at `path` (keys, not dotted): as if nobody had ever set it. */
  remove(path: readonly string[]): Result<Settings, SettingsProblem | StoreError>;
  readonly onChanged: Subscribe<Settings>;
}

/** Folders of one home, all 0700. */
export interface HomePaths {
  readonly home: string;
  readonly authLogDir: string;
  readonly logsDir: string;
  readonly channelsDir: string;
}
