// What an approval, a token and a connect do to a device's record. Pure: a record goes in, the next one comes out.
// Scopes only grow here by an approval, and a token never carries more than the record allows (SEC-14, SEC-21).

import type {
  DeviceRole,
  DeviceTokenSummary,
  PairedDevice,
  PairingReason,
  PendingPairing,
} from '../../../../shared/model/device';
import type { Scope } from '../../../../shared/protocol/scopes';
import { coversScopes, isScope } from '../../../../shared/protocol/scopes';
import { Secret } from '../../lib/secret';
import type { DeviceRecord, DeviceTokenRecord } from '../../ports';
import { digestsEqual, sha256 } from '../../tokens/token-format';
import { metadata } from './device-signature';
import type { DeviceGrant } from './pairing-types';

/** A device that has proven its key, and what it asks for. Foreign strings are cleaned already. */
export interface PairingSubject {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly role: DeviceRole;
  readonly scopes: readonly Scope[];
  readonly displayName?: string;
  readonly platform: string;
  readonly deviceFamily?: string;
  readonly clientId: string;
  readonly clientMode: string;
  readonly remoteIp: string;
  readonly browserOrigin?: string;
}

/** Why the device needs an approval first; `undefined` when what it asks for is approved. */
export function pairingReason(
  record: DeviceRecord | undefined,
  subject: PairingSubject,
): PairingReason | undefined {
  if (record === undefined) return 'not-paired';
  if (isOther(record.platform, subject.platform) || isOther(record.deviceFamily, subject.deviceFamily)) {
    return 'metadata-upgrade';
  }
  if (!record.roles.includes(subject.role)) return 'role-upgrade';
  return coversScopes(record.scopes, subject.scopes) ? undefined : 'scope-upgrade';
}

/** A client that does not say what it runs on claims nothing: 2026.4.29 sends no family. */
function isOther(pinned: string | undefined, claimed: string | undefined): boolean {
  return pinned !== undefined && claimed !== undefined && metadata(pinned) !== metadata(claimed);
}

/** Adds what was approved to what the device has; its pinned platform and family become what was shown. */
export function approved(
  record: DeviceRecord | undefined,
  subject: PairingSubject,
  o: { readonly now: number; readonly via: DeviceRecord['approvedVia'] },
): DeviceRecord {
  const { deviceId, publicKey, displayName, platform, clientId, clientMode } = subject;
  const deviceFamily = subject.deviceFamily ?? record?.deviceFamily;
  return {
    deviceId,
    publicKey,
    ...(displayName === undefined ? {} : { displayName }),
    platform,
    ...(deviceFamily === undefined ? {} : { deviceFamily }),
    clientId,
    clientMode,
    roles: union(record?.roles ?? [], [subject.role]),
    scopes: union(record?.scopes ?? [], subject.scopes),
    createdAtMs: record?.createdAtMs ?? o.now,
    approvedAtMs: o.now,
    // Something that a person approved is never pruned like something that nobody looked at.
    approvedVia: record?.approvedVia === 'owner' ? 'owner' : o.via,
    ...(record?.lastSeenAtMs === undefined ? {} : { lastSeenAtMs: record.lastSeenAtMs }),
    tokens: record?.tokens ?? [],
  };
}

/**
 * What an approval makes usable: what was asked for, and, where the device has become another one to us, all that
 * it had before.
 */
export function scopesHandedOn(
  record: DeviceRecord | undefined,
  subject: PairingSubject,
  reason: PairingReason,
): readonly Scope[] {
  return reason === 'metadata-upgrade' ? union(subject.scopes, record?.scopes ?? []) : subject.scopes;
}

export function tokenFor(record: DeviceRecord | undefined, role: string): DeviceTokenRecord | undefined {
  return record?.tokens.find((token) => token.role === role);
}

export function isLive(token: DeviceTokenRecord | undefined): token is DeviceTokenRecord {
  return token !== undefined && token.revokedAtMs === undefined;
}

/** Constant time. `scope`: the right token, which does not carry all of the scopes. */
export function judgeToken(
  token: DeviceTokenRecord | undefined,
  o: { readonly candidate: string; readonly scopes: readonly Scope[] },
): 'ok' | 'scope' | 'mismatch' {
  if (!isLive(token)) return 'mismatch';
  if (!digestsEqual(sha256(o.candidate.trim()), sha256(token.secret.expose()))) return 'mismatch';
  return coversScopes(token.scopes, o.scopes) ? 'ok' : 'scope';
}

/** A device was here, and with which role's token it came, if with one. */
export interface DeviceTouch {
  readonly deviceId: string;
  readonly tokenRole?: DeviceRole;
  /** Epoch ms. */
  readonly at: number;
}

export function touched(record: DeviceRecord, { tokenRole, at }: DeviceTouch): DeviceRecord {
  const seen = { ...record, lastSeenAtMs: at };
  const token = tokenRole && tokenFor(record, tokenRole);
  return token === undefined ? seen : withToken(seen, { ...token, lastUsedAtMs: at });
}

/** A new bearer for the role, of 32 random bytes. The caller has checked that the scopes are approved. */
export function withNewToken(
  record: DeviceRecord,
  o: {
    readonly role: DeviceRole;
    readonly scopes: readonly Scope[];
    readonly bytes: Buffer;
    readonly now: number;
  },
): { readonly record: DeviceRecord; readonly token: DeviceTokenRecord } {
  const before = tokenFor(record, o.role);
  const token: DeviceTokenRecord = {
    role: o.role,
    secret: new Secret(o.bytes.toString('base64url')),
    scopes: o.scopes,
    createdAtMs: before?.createdAtMs ?? o.now,
    ...(before === undefined ? {} : { rotatedAtMs: o.now }),
  };
  return { record: withToken(record, token), token };
}

export function withToken(record: DeviceRecord, token: DeviceTokenRecord): DeviceRecord {
  return { ...record, tokens: [...record.tokens.filter(({ role }) => role !== token.role), token] };
}

/** What a token may carry after its rotation; `undefined` when that is beyond the approval or its caller's reach. */
export function rotationScopes(
  record: DeviceRecord,
  before: DeviceTokenRecord,
  o: { readonly scopes?: readonly string[]; readonly callerScopes?: readonly string[] },
): readonly Scope[] | undefined {
  const wanted = o.scopes ?? before.scopes;
  const scopes = wanted.filter(isScope);
  // An admin scope covers every text; one that is no scope would make the list unreadable at the next start.
  if (scopes.length < wanted.length || !coversScopes(record.scopes, scopes)) return undefined;
  // Both the old and the new reach must lie within the caller's own.
  const { callerScopes } = o;
  if (callerScopes === undefined) return scopes;
  return coversScopes(callerScopes, [...scopes, ...before.scopes]) ? scopes : undefined;
}

/** What hello-ok can hand out of what is there already. */
export function grantFor(
  record: DeviceRecord | undefined,
  o: { readonly role: DeviceRole; readonly scopes: readonly Scope[] },
): DeviceGrant | undefined {
  const token = tokenFor(record, o.role);
  return isLive(token) && coversScopes(token.scopes, o.scopes) ? grantOf(token) : undefined;
}

export function grantOf(token: DeviceTokenRecord): DeviceGrant {
  return { secret: token.secret, issuedAtMs: issuedAtMs(token) };
}

export function issuedAtMs(token: DeviceTokenRecord): number {
  return token.rotatedAtMs ?? token.createdAtMs;
}

/** What may be shown of a paired device: everything but its tokens' text. */
export function pairedView(record: DeviceRecord): PairedDevice {
  const { tokens, roles, ...rest } = record;
  return { ...rest, role: roles[0] ?? 'operator', roles, tokens: tokens.map(tokenSummary) };
}

/** A pending request as upstream's strict schema has it: in `device.pair.list` and `device.pair.requested`. */
export type PairRequested = Omit<PendingPairing, 'reason' | 'shownHash' | 'refreshedAtMs'>;

export function pendingOnWire(request: PendingPairing): PairRequested {
  const { reason: _reason, shownHash: _shown, refreshedAtMs: _refreshed, ...wire } = request;
  return wire;
}

function tokenSummary({ secret: _secret, ...rest }: DeviceTokenRecord): DeviceTokenSummary {
  return rest;
}

export function union<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  return [...new Set([...first, ...second])];
}
