// The auth log's record: one terminal event per connect attempt, plus the few events that explain a
// change of outcome (rotation, pairing, gap, recovery). Written by core/auth-log, read by the panel, the wire
// method gatehouse.authlog.query and exports. Holds fingerprints and classes, never a secret or part of one.

import type { Scope } from '../protocol/scopes';
import type { DeviceRole, PairingReason } from './device';

/** `superseded`: the credential was right when the server sent its challenge but was cut off by a "leaked" rotation. */
export type AuthOutcome = 'accepted' | 'refused' | 'superseded';

/**
 * Why an attempt was refused. The first block is the wire's `details.authReason` (protocol section 3.5),
 * the rest names refusals that carry no authReason on the wire. Closed: `explain` texts cover all of them.
 */
export const REFUSAL_REASONS = [
  'token_missing',
  'token_mismatch',
  'token_missing_config',
  'bootstrap_token_invalid',
  'device_token_mismatch',
  'password_missing',
  'password_mismatch',
  'password_missing_config',
  'scope_mismatch',
  'rate_limited',
  // before 101: plain HTTP refusals of the upgrade guard
  'path_not_found',
  'host_not_allowed',
  'origin_not_allowed',
  'bad_upgrade',
  'secret_in_url',
  'preauth_budget',
  // after 101, before an answer to `connect`
  'handshake_timeout',
  'closed_before_connect',
  'frame_too_large',
  'frame_not_text',
  'frame_malformed',
  'not_connect',
  'invalid_connect_params',
  'protocol_mismatch',
  'invalid_role',
  'device_identity_required',
  'device_id_mismatch',
  'device_signature_stale',
  'device_nonce_missing',
  'device_nonce_mismatch',
  'device_signature',
  'device_public_key',
  'not_paired',
  'role_upgrade',
  'scope_upgrade',
  'metadata_upgrade',
  'pairing_unavailable',
  'gateway_starting',
  'gateway_stopping',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What the presented secret turned out to be; computed inside TokenStore, only this class is kept. */
export type PresentedAs =
  | 'current'
  | 'grace' // the previous generation, inside its grace period
  | 'previous-generation' // a retired generation that we remember by fingerprint
  | 'placeholder'
  | 'quoted' // the current token with quotes or white space around it
  | 'truncated' // at least 16 leading characters of the current token
  | 'setup-code'
  | 'device-token' // of a paired device, whether it was accepted or not
  | 'empty'
  | 'unknown'
  | 'none';

/** Which connect field carried the secret; the `auth=` of upstream's log line (protocol section 4.1). */
export type CredentialKind = 'token' | 'password' | 'bootstrap-token' | 'device-token' | 'none';

export type OriginClass = 'none' | 'allowed' | 'denied' | 'null';

export interface AuthClient {
  readonly id: string;
  readonly mode: string;
  readonly version: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly instanceId?: string;
}

/** Fields every event has. `at` is epoch ms, `monoMs` the process's monotonic clock (survives wall-clock steps). */
interface EventBase {
  readonly seq: number;
  readonly at: number;
  readonly monoMs: number;
}

export interface AuthAttemptFields {
  readonly outcome: AuthOutcome;
  /** Absent exactly when `outcome` is `accepted`. */
  readonly reason?: RefusalReason;
  readonly connId: string;
  /** `ip:port` of the peer socket. */
  readonly peer: string;
  readonly client?: AuthClient;
  readonly role?: string;
  readonly scopesAsked: readonly string[];
  readonly scopesGranted: readonly string[];
  readonly credential: CredentialKind;
  readonly presentedAs: PresentedAs;
  /** Keyed fingerprint (12 hex) of the presented secret; absent when none was presented. */
  readonly presentedFingerprint?: string;
  /** What it was compared with. Absent when the attempt ended before the comparison. */
  readonly comparedFingerprint?: string;
  readonly comparedGeneration?: number;
  /** When `presentedAs` is `previous-generation`: which one, and when it was retired (epoch ms). */
  readonly matchedGeneration?: number;
  readonly matchedRetiredAt?: number;
  readonly originClass: OriginClass;
  readonly origin?: string;
  readonly host?: string;
  readonly userAgent?: string;
  readonly hasDevice: boolean;
  /** True for Gatehouse's own probe: recognised by the socket the probe opened, not by what it says. */
  readonly internal: boolean;
  readonly durationMs: number;
  /** Close code and reason, or HTTP status, that the client was answered with. */
  readonly answer?: string;
}

export interface AuthAttemptEvent extends EventBase, AuthAttemptFields {
  readonly event: 'auth.attempt';
}

/** On disk only: `count` further attempts of the kind whose first whole record is `firstSeq`. */
export interface AuthMergedEvent extends EventBase {
  readonly event: 'auth.merged';
  readonly firstSeq: number;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly outcome: AuthOutcome;
  readonly reason?: RefusalReason;
  readonly client?: AuthClient;
  readonly internal: boolean;
}

export interface TokenChangedEvent extends EventBase {
  readonly event: 'token.created' | 'token.rotated' | 'token.adopted' | 'token.grace-ended' | 'token.copied';
  readonly generation: number;
  readonly fingerprint: string;
  readonly rotationReason?: 'routine' | 'leaked';
  readonly graceUntil?: number;
  /** Who asked: `panel`, `cli`, a connId, or `system`. */
  readonly by: string;
}

/** What becomes of a device and its tokens; the words are those of `device.pair.*` and `device.token.*`. */
export const PAIRING_EVENTS = [
  'pair.requested',
  'pair.approved',
  'pair.rejected',
  'pair.expired',
  'pair.removed',
  'pair.token-rotated',
  'pair.token-revoked',
] as const;

export interface PairingEvent extends EventBase {
  readonly event: (typeof PAIRING_EVENTS)[number];
  /** Lowercase hex SHA-256 of the device's public key. */
  readonly deviceId: string;
  /** What the device says about itself. */
  readonly displayName?: string;
  readonly clientId?: string;
  /** What was asked for or approved, or what the token carries; of a removed device all that it had. */
  readonly roles: readonly DeviceRole[];
  readonly scopes: readonly Scope[];
  /** The next three: of a request, and of what became of it. */
  readonly requestId?: string;
  readonly remoteIp?: string;
  readonly browserOrigin?: string;
  /** Why the device has to ask. */
  readonly pairingReason?: PairingReason;
  /** Of an approval. `silent`: nobody was asked, the program is on this machine and held the shared secret. */
  readonly via?: 'owner' | 'silent';
  /** Who did it: `panel`, `cli`, a connId, `device` (itself, by what it asked for) or `system`. */
  readonly by: string;
}

export interface LogGapEvent extends EventBase {
  readonly event: 'log.gap';
  /** Events that could not be written to disk since the last good write; they were in the ring only. */
  readonly dropped: number;
  readonly cause: string;
}

export interface StoreRecoveredEvent extends EventBase {
  readonly event: 'store.recovered';
  readonly detail: string;
}

export type AuthEvent =
  | AuthAttemptEvent
  | AuthMergedEvent
  | TokenChangedEvent
  | PairingEvent
  | LogGapEvent
  | StoreRecoveredEvent;

/** Filters of `gatehouse.authlog.query` and the IPC call `authLog.query` (same meaning in both). */
export interface AuthLogQuery {
  /** 1–500, default 100. */
  readonly limit?: number;
  /** Opaque; from the previous page's `nextCursor`. Newest first. */
  readonly cursor?: string;
  readonly outcome?: AuthOutcome;
  readonly reason?: RefusalReason;
  /** Exact `client.id` or `client.displayName`. */
  readonly client?: string;
  /** Inclusive, epoch ms. */
  readonly from?: number;
  readonly to?: number;
  /**
   * Case-insensitive substring over client, reason, peer, origin, host and user agent of attempts, and over id,
   * name, program, address, origin and `by` of pairing events. The other filters match attempts only.
   */
  readonly text?: string;
}

export interface AuthLogPage {
  readonly events: readonly AuthEvent[];
  readonly nextCursor?: string;
  /** Attempts that match, merged repeats counted with their exact count. */
  readonly total: number;
}
