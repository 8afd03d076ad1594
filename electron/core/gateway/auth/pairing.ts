// The devices that may connect: who waits, who is approved, and their tokens (protocol section 3.10). The server's
// only source of a device's roles and scopes (SEC-14). Called by the handshake, the wire's device methods and the
// panel. Never shows or logs a token.

import type {
  DeviceRole,
  PairedDevice,
  PairingReason,
  PendingPairing,
} from '../../../../shared/model/device';
import type { CloseSpec } from '../../../../shared/protocol/close-codes';
import { CLOSE } from '../../../../shared/protocol/close-codes';
import type { Scope } from '../../../../shared/protocol/scopes';
import { coversScopes, hasScope, isScope } from '../../../../shared/protocol/scopes';
import type { Disposable } from '../../lib/disposable';
import { Emitter } from '../../lib/emitter';
import type { Random } from '../../lib/random';
import type { Result } from '../../lib/result';
import { err, ok } from '../../lib/result';
import type { Secret } from '../../lib/secret';
import type { DeviceRecord, DeviceTokenRecord, StoreError } from '../../ports';
import { digestsEqual, sha256 } from '../../tokens/token-format';
import type { DeviceBookOptions } from './device-book';
import { DeviceBook } from './device-book';
import type { PairingSubject, PairRequested } from './device-records';
import {
  approved,
  isLive,
  issuedAtMs,
  pairedView,
  pairingReason,
  pendingOnWire,
  tokenFor,
  union,
  withNewToken,
  withToken,
} from './device-records';
import type { PendingEntry } from './pending-requests';
import { PendingRequests } from './pending-requests';

export type PairingOptions = DeviceBookOptions & { readonly random: Random };

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

export class Pairing {
  readonly #options: PairingOptions;
  readonly #book: DeviceBook;
  readonly #pending: PendingRequests;
  readonly #requested: Emitter<PairRequested>;
  readonly #resolved: Emitter<PairResolved>;
  readonly #invalidated: Emitter<DeviceInvalidated>;
  readonly #changed: Emitter<void>;
  /** Requests whose approval is being written: too late to reject them. */
  readonly #approving = new Set<string>();
  #expiry: Disposable | undefined;

  constructor(options: PairingOptions) {
    this.#options = options;
    this.#book = new DeviceBook(options);
    this.#pending = new PendingRequests(options);
    const report = (error: unknown) =>
      options.logger.error('pairing.listener-threw', { error: String(error) });
    this.#requested = new Emitter(report);
    this.#resolved = new Emitter(report);
    this.#invalidated = new Emitter(report);
    this.#changed = new Emitter(report);
    this.#book.onChanged(() => this.#changed.emit());
  }

  /** A request that somebody has to look at, as the event on the wire carries it. */
  get onRequested() {
    return this.#requested.on;
  }

  get onResolved() {
    return this.#resolved.on;
  }

  get onInvalidated() {
    return this.#invalidated.on;
  }

  /** The lists are no longer what they were. */
  get onChanged() {
    return this.#changed.on;
  }

  /** Why no device is let in, in words; `undefined` when all is well. */
  get problem(): string | undefined {
    return this.#book.problem;
  }

  /** In words, when the list could not be read and was set aside. */
  get recovered(): string | undefined {
    return this.#book.recovered;
  }

  /** Reads the list. Idempotent; a locked keychain is tried again without being asked. */
  start(): Promise<void> {
    return this.#book.start();
  }

  stop(): Promise<void> {
    this.#expiry?.dispose();
    return this.#book.stop();
  }

  list(): { readonly pending: readonly PendingPairing[]; readonly paired: readonly PairedDevice[] } {
    return {
      pending: this.#pending.list().map(({ view }) => view),
      paired: this.#book.all().map(pairedView),
    };
  }

  /** What stands between this device and what it asks for, and what it has. */
  assess(subject: PairingSubject): {
    readonly reason: PairingReason | undefined;
    readonly roles: readonly DeviceRole[];
    readonly scopes: readonly Scope[];
  } {
    const record = this.#book.get(subject.deviceId);
    const { roles = [], scopes = [] } = record ?? {};
    return { reason: pairingReason(record, subject), roles, scopes };
  }

  /** Constant time. `scope`: the right token, which does not carry all of the scopes. */
  judgeToken(o: {
    readonly deviceId: string;
    readonly role: string;
    readonly candidate: string;
    readonly scopes: readonly Scope[];
  }): 'ok' | 'scope' | 'mismatch' {
    const token = tokenFor(this.#book.get(o.deviceId), o.role);
    if (!isLive(token)) return 'mismatch';
    if (!digestsEqual(sha256(o.candidate.trim()), sha256(token.secret.expose()))) return 'mismatch';
    return coversScopes(token.scopes, o.scopes) ? 'ok' : 'scope';
  }

  /** May a session of this device stay open: it is paired in that role, and its token, if it came by one, lives. */
  stands(deviceId: string, role: DeviceRole, byToken: boolean): boolean {
    const record = this.#book.get(deviceId);
    if (!record?.roles.includes(role)) return false;
    return !byToken || isLive(tokenFor(record, role));
  }

  /** Is this text a token of any device here, whoever presents it. */
  isDeviceToken(text: string): boolean {
    return this.#book.isToken(text);
  }

  /** Puts a device on the list of those that wait. `undefined` when the list is full. */
  request(subject: PairingSubject, reason: PairingReason): string | undefined {
    const added = this.#pending.add(subject, reason);
    if (added.kind === 'full') {
      this.#options.logger.warn('pairing.pending-full', { deviceId: subject.deviceId });
      return undefined;
    }
    this.#watchExpiry();
    if (added.kind === 'created') {
      if (added.superseded !== undefined) this.#emitResolved(added.superseded, 'rejected');
      const { requestId, deviceId, role, scopes } = added.entry.view;
      this.#options.logger.info('pairing.requested', { requestId, deviceId, role, scopes, reason });
      this.#requested.emit(pendingOnWire(added.entry.view));
      this.#changed.emit();
    }
    return added.entry.view.requestId;
  }

  /**
   * Approves exactly what was shown: `shownHash` must still be the request's. `callerScopes` bounds what a caller
   * on the wire can hand on; the panel leaves it out.
   */
  approve(o: {
    readonly requestId: string;
    readonly shownHash?: string;
    readonly callerScopes?: readonly string[];
    readonly by: string;
  }): Promise<Result<PairedDevice, PairingError>> {
    return this.#book.change(async (): Promise<Result<PairedDevice, PairingError>> => {
      const entry = this.#pending.get(o.requestId);
      if (entry === undefined) return err({ code: 'unknown_request' });
      if (o.shownHash !== undefined && o.shownHash !== entry.view.shownHash) return err({ code: 'changed' });
      const { callerScopes } = o;
      const missing = callerScopes && entry.subject.scopes.find((scope) => !hasScope(callerScopes, scope));
      if (missing !== undefined) return err({ code: 'missing_scope', scope: missing });
      this.#approving.add(o.requestId);
      const saved = await this.#admit(entry.subject, 'owner').finally(() =>
        this.#approving.delete(o.requestId),
      );
      if (!saved.ok) return saved;
      // It may have been replaced by another request of the same device while the disk was written.
      if (this.#pending.get(o.requestId) !== undefined) this.#pending.delete(entry);
      this.#emitResolved(entry, 'approved');
      this.#options.logger.info('pairing.approved', { deviceId: entry.view.deviceId, by: o.by });
      return ok(pairedView(saved.value));
    });
  }

  reject(o: { readonly requestId: string; readonly by: string }): Result<PendingPairing, PairingError> {
    const entry = this.#pending.get(o.requestId);
    if (entry === undefined || this.#approving.has(o.requestId)) return err({ code: 'unknown_request' });
    this.#pending.delete(entry);
    this.#options.logger.info('pairing.rejected', { deviceId: entry.view.deviceId, by: o.by });
    this.#emitResolved(entry, 'rejected');
    this.#changed.emit();
    return ok(entry.view);
  }

  /** A program on this machine that holds the shared secret: approved without being asked about. */
  approveSilently(subject: PairingSubject): Promise<Result<void, PairingError>> {
    return this.#book.change(async () => {
      if (pairingReason(this.#book.get(subject.deviceId), subject) === undefined) return ok(undefined);
      const saved = await this.#admit(subject, 'silent');
      if (!saved.ok) return saved;
      const { deviceId, role, scopes } = subject;
      const waiting = this.#pending.list().find(({ view }) => view.deviceId === deviceId);
      if (waiting !== undefined && pairingReason(saved.value, waiting.subject) === undefined) {
        this.#pending.delete(waiting);
        this.#emitResolved(waiting, 'approved');
      }
      this.#options.logger.info('pairing.auto-approved', { deviceId, role, scopes });
      return ok(undefined);
    });
  }

  /** Forgets the device; its sessions end. */
  remove(o: { readonly deviceId: string; readonly by: string }): Promise<Result<void, PairingError>> {
    return this.#book.change(async (): Promise<Result<void, PairingError>> => {
      if (this.#book.get(o.deviceId) === undefined) return err({ code: 'unknown_device' });
      const saved = await this.#book.delete(o.deviceId);
      if (!saved.ok) return saved;
      this.#options.logger.info('pairing.removed', { ...o });
      this.#invalidated.emit({ ...o, close: CLOSE.deviceRemoved });
      return ok(undefined);
    });
  }

  /** The token for a device that has just been let in; at once when it has one that carries the scopes. */
  grant(o: {
    readonly deviceId: string;
    readonly role: DeviceRole;
    readonly scopes: readonly Scope[];
  }): DeviceGrant | Promise<Result<DeviceGrant, PairingError>> {
    const record = this.#book.get(o.deviceId);
    const token = tokenFor(record, o.role);
    if (record !== undefined && isLive(token) && coversScopes(token.scopes, o.scopes)) {
      return { secret: token.secret, issuedAtMs: issuedAtMs(token) };
    }
    return this.#book.change(async () => {
      const current = this.#book.get(o.deviceId);
      if (!current?.roles.includes(o.role) || !coversScopes(current.scopes, o.scopes)) {
        return err({ code: 'unknown_device' });
      }
      const before = tokenFor(current, o.role);
      // A wider token is another token: who holds the narrow one must not gain by it.
      const scopes = union(isLive(before) ? before.scopes : [], o.scopes);
      const saved = await this.#issue(current, o.role, scopes);
      if (!saved.ok) return saved;
      return ok({ secret: saved.value.secret, issuedAtMs: issuedAtMs(saved.value) });
    });
  }

  /** Replaces a token; sessions of that device and role end. `denied`: beyond approval or the caller's scopes. */
  rotateToken(o: {
    readonly deviceId: string;
    readonly role: string;
    readonly scopes?: readonly string[];
    readonly callerScopes?: readonly string[];
    readonly by: string;
  }): Promise<Result<DeviceTokenRecord, PairingError>> {
    return this.#book.change(async (): Promise<Result<DeviceTokenRecord, PairingError>> => {
      const record = this.#book.get(o.deviceId);
      const before = tokenFor(record, o.role);
      if (record === undefined || before === undefined) return err({ code: 'denied' });
      const scopes = (o.scopes ?? before.scopes).filter(isScope);
      // An admin scope covers every text; one that is no scope would make the list unreadable at the next start.
      if (scopes.length < (o.scopes ?? before.scopes).length) return err({ code: 'denied' });
      const bounds = o.callerScopes === undefined ? [] : [o.callerScopes];
      // Both the old and the new reach must lie within the caller's own.
      if (![record.scopes, ...bounds].every((bound) => coversScopes(bound, scopes)))
        return err({ code: 'denied' });
      if (!bounds.every((bound) => coversScopes(bound, before.scopes))) return err({ code: 'denied' });
      const saved = await this.#issue(record, before.role, scopes);
      if (saved.ok) this.#endSessions(o.deviceId, before.role, CLOSE.deviceTokenRotated, o.by);
      return saved;
    });
  }

  /** Makes a token worthless; the device stays paired. Sessions of that device and role end. */
  revokeToken(o: {
    readonly deviceId: string;
    readonly role: string;
    readonly callerScopes?: readonly string[];
    readonly by: string;
  }): Promise<Result<DeviceTokenRecord, PairingError>> {
    return this.#book.change(async (): Promise<Result<DeviceTokenRecord, PairingError>> => {
      const record = this.#book.get(o.deviceId);
      const before = tokenFor(record, o.role);
      if (record === undefined || before === undefined) return err({ code: 'denied' });
      if (o.callerScopes !== undefined && !coversScopes(o.callerScopes, before.scopes))
        return err({ code: 'denied' });
      const token = { ...before, revokedAtMs: before.revokedAtMs ?? this.#options.clock.now() };
      const saved = await this.#book.put(withToken(record, token));
      if (!saved.ok) return saved;
      this.#endSessions(o.deviceId, before.role, CLOSE.deviceTokenRevoked, o.by);
      return ok(token);
    });
  }

  /** A device has connected. */
  touch(deviceId: string, role: DeviceRole, usedToken: boolean): void {
    const record = this.#book.get(deviceId);
    if (record === undefined) return;
    const now = this.#options.clock.now();
    const token = tokenFor(record, role);
    const seen = { ...record, lastSeenAtMs: now };
    this.#book.touch(token && usedToken ? withToken(seen, { ...token, lastUsedAtMs: now }) : seen);
  }

  async #admit(
    subject: PairingSubject,
    via: DeviceRecord['approvedVia'],
  ): Promise<Result<DeviceRecord, PairingError>> {
    const before = this.#book.get(subject.deviceId);
    const record = approved(before, subject, { now: this.#options.clock.now(), via });
    const saved = await this.#book.put(record);
    return saved.ok ? ok(record) : saved;
  }

  async #issue(
    record: DeviceRecord,
    role: DeviceRole,
    scopes: readonly Scope[],
  ): Promise<Result<DeviceTokenRecord, PairingError>> {
    const { clock, random } = this.#options;
    const issued = withNewToken(record, { role, scopes, bytes: random.bytes(32), now: clock.now() });
    const saved = await this.#book.put(issued.record);
    return saved.ok ? ok(issued.token) : saved;
  }

  #endSessions(deviceId: string, role: DeviceRole, close: CloseSpec, by: string): void {
    this.#options.logger.info('pairing.token-ended', { deviceId, role, close: close.reason, by });
    this.#invalidated.emit({ deviceId, role, close, by });
  }

  #emitResolved({ view }: PendingEntry, decision: PairResolved['decision']): void {
    const { requestId, deviceId } = view;
    this.#resolved.emit({ requestId, deviceId, decision, ts: this.#options.clock.now() });
  }

  #watchExpiry(): void {
    this.#expiry?.dispose();
    const { clock } = this.#options;
    const { nextEndMs } = this.#pending;
    if (nextEndMs === undefined) return;
    this.#expiry = clock.setTimeout(
      () => {
        for (const entry of this.#pending.expire()) this.#emitResolved(entry, 'expired');
        this.#changed.emit();
        this.#watchExpiry();
      },
      Math.max(0, nextEndMs - clock.monotonicMs()),
    );
  }
}
