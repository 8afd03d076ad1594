// The devices that may connect: who waits, who is approved, and their tokens (protocol section 3.10). The server's
// only source of a device's roles and scopes (SEC-14). Called by the handshake, the wire's device methods and the
// panel. What changes stands in the auth log before it is answered (REL-70). Never shows or logs a token.

import type {
  DeviceRole,
  PairedDevice,
  PairingReason,
  PendingPairing,
} from '../../../../shared/model/device';
import type { CloseSpec } from '../../../../shared/protocol/close-codes';
import { CLOSE } from '../../../../shared/protocol/close-codes';
import type { Scope } from '../../../../shared/protocol/scopes';
import { coversScopes, hasScope } from '../../../../shared/protocol/scopes';
import type { Random } from '../../lib/random';
import type { Result } from '../../lib/result';
import { err, ok } from '../../lib/result';
import type { DeviceRecord, DeviceRepository, DeviceTokenRecord, StoreError } from '../../ports';
import type { DeviceBookOptions } from './device-book';
import { DeviceBook } from './device-book';
import type { PairingSubject } from './device-records';
import {
  approved,
  grantFor,
  grantOf,
  isLive,
  judgeToken,
  pairedView,
  pairingReason,
  pendingOnWire,
  rotationScopes,
  scopesHandedOn,
  tokenFor,
  union,
  withNewToken,
  withToken,
} from './device-records';
import type { PairingInput } from './pairing-events';
import { removedEvent, requestEvent, silentEvent, tokenEvent } from './pairing-events';
import { PairingSignals } from './pairing-signals';
import type { Assessment, DeviceGrant, PairingError, PairResolved } from './pairing-types';
import type { PendingEntry, PendingRecord, PendingRepository } from './pending-requests';
import { PendingRequests } from './pending-requests';

export type { DeviceGrant, DeviceInvalidated, PairingError, PairResolved } from './pairing-types';

export type PairingOptions = DeviceBookOptions & {
  readonly random: Random;
  readonly repository: DeviceRepository & Partial<PendingRepository>;
};

export class Pairing {
  readonly #options: PairingOptions;
  readonly #book: DeviceBook;
  readonly #pending: PendingRequests;
  readonly #signals: PairingSignals;
  /** Requests whose approval is being written: too late to reject them. */
  readonly #approving = new Set<string>();
  /** How much the auth log was told. */
  #told = 0;

  constructor(options: PairingOptions) {
    this.#options = options;
    this.#book = new DeviceBook(options);
    this.#pending = new PendingRequests({ ...options, onExpired: (entries) => this.#onExpired(entries) });
    this.#signals = new PairingSignals(options.logger);
    this.#book.onChanged(() => this.#signals.changed.emit());
  }

  /** A request that somebody has to look at, as the event on the wire carries it. */
  get onRequested() {
    return this.#signals.requested.on;
  }

  get onResolved() {
    return this.#signals.resolved.on;
  }

  get onInvalidated() {
    return this.#signals.invalidated.on;
  }

  /** The lists are no longer what they were. */
  get onChanged() {
    return this.#signals.changed.on;
  }

  /** Why no device is let in, in words; `undefined` when all is well. */
  get problem(): string | undefined {
    return this.#book.problem;
  }

  /** In words, when a list could not be read and was set aside. */
  get recovered(): string | undefined {
    return [this.#book.recovered, this.#pending.recovered].filter(Boolean).join('; ') || undefined;
  }

  /** Reads the lists. Idempotent; a locked keychain is tried again without being asked, and costs no request. */
  async start(): Promise<void> {
    await this.#book.start();
    const isAsShown = (request: PendingRecord) => this.assess(request.subject).reason === request.reason;
    await this.#pending.start((request) => this.problem !== undefined || isAsShown(request));
  }

  async stop(): Promise<void> {
    await this.#pending.stop();
    await this.#book.stop();
  }

  /** Resolves when all that has been done so far stands in the auth log on disk, or is counted as a gap. */
  recorded(): Promise<void> {
    return this.#options.authLog.flush();
  }

  list(): { readonly pending: readonly PendingPairing[]; readonly paired: readonly PairedDevice[] } {
    return {
      pending: this.#pending.list().map(({ view }) => view),
      paired: this.#book.all().map(pairedView),
    };
  }

  /** What stands between this device and what it asks for, and what it has. */
  assess(subject: PairingSubject): Assessment {
    const record = this.#book.get(subject.deviceId);
    const { roles = [], scopes = [] } = record ?? {};
    return { reason: pairingReason(record, subject), roles, scopes };
  }

  judgeToken(o: {
    readonly deviceId: string;
    readonly role: string;
    readonly candidate: string;
    readonly scopes: readonly Scope[];
  }): 'ok' | 'scope' | 'mismatch' {
    return judgeToken(tokenFor(this.#book.get(o.deviceId), o.role), o);
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
    if (added.kind === 'created') {
      const { entry, superseded } = added;
      // One whose approval is being written is approved, whatever the device asks for meanwhile.
      if (superseded !== undefined && !this.#approving.has(superseded.view.requestId))
        this.#withdraw(superseded, 'device', added.restless);
      const { requestId, deviceId, role, scopes } = entry.view;
      this.#options.logger.info('pairing.requested', { requestId, deviceId, role, scopes, reason });
      if (!added.restless) this.#tell(requestEvent('pair.requested', entry, 'device'));
      this.#signals.requested.emit(pendingOnWire(entry.view));
    }
    this.#signals.changed.emit();
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
    return this.#change(async (): Promise<Result<PairedDevice, PairingError>> => {
      const entry = this.#pending.get(o.requestId);
      if (entry === undefined) return err({ code: 'unknown_request' });
      const { subject, view } = entry;
      const { callerScopes, shownHash = view.shownHash } = o;
      const record = this.#book.get(view.deviceId);
      // To us the device is no longer what it was shown as: it asks again, and is shown anew.
      const isStale = pairingReason(record, subject) !== view.reason;
      if (isStale) this.#withdraw(entry, 'system');
      if (isStale || shownHash !== view.shownHash) return err({ code: 'changed' });
      const handedOn = scopesHandedOn(record, subject, view.reason);
      const missing = callerScopes && handedOn.find((scope) => !hasScope(callerScopes, scope));
      if (missing !== undefined) return err({ code: 'missing_scope', scope: missing });
      this.#approving.add(o.requestId);
      const saved = await this.#admit(subject, 'owner').finally(() => this.#approving.delete(o.requestId));
      if (!saved.ok) return saved;
      this.#tell(requestEvent('pair.approved', entry, o.by));
      // It may have been replaced by another request of the same device while the disk was written.
      this.#pending.delete(entry);
      this.#emitResolved(entry, 'approved');
      this.#options.logger.info('pairing.approved', { deviceId: view.deviceId, by: o.by });
      return ok(pairedView(saved.value));
    });
  }

  /** At once; await `recorded()` before it is answered. */
  reject(o: { readonly requestId: string; readonly by: string }): Result<PendingPairing, PairingError> {
    const entry = this.#pending.get(o.requestId);
    if (entry === undefined || this.#approving.has(o.requestId)) return err({ code: 'unknown_request' });
    this.#withdraw(entry, o.by);
    return ok(entry.view);
  }

  /** A program on this machine that holds the shared secret: approved without being asked about. */
  approveSilently(subject: PairingSubject): Promise<Result<void, PairingError>> {
    return this.#change(async () => {
      if (pairingReason(this.#book.get(subject.deviceId), subject) === undefined) return ok(undefined);
      const saved = await this.#admit(subject, 'silent');
      if (!saved.ok) return saved;
      this.#tell(silentEvent(subject));
      const { deviceId, role, scopes } = subject;
      const waiting = this.#pending.of(deviceId);
      if (waiting !== undefined && pairingReason(saved.value, waiting.subject) === undefined) {
        this.#pending.delete(waiting);
        this.#emitResolved(waiting, 'approved');
      }
      this.#options.logger.info('pairing.auto-approved', { deviceId, role, scopes });
      return ok(undefined);
    });
  }

  /** Forgets the device and what it asks for; its sessions end. */
  remove(o: { readonly deviceId: string; readonly by: string }): Promise<Result<void, PairingError>> {
    return this.#change(async (): Promise<Result<void, PairingError>> => {
      const record = this.#book.get(o.deviceId);
      if (record === undefined) return err({ code: 'unknown_device' });
      const saved = await this.#book.delete(o.deviceId);
      if (!saved.ok) return saved;
      this.#forget(record, o.by);
      return ok(undefined);
    });
  }

  /** The token for a device that has just been let in; at once when it has one that carries the scopes. */
  grant(o: {
    readonly deviceId: string;
    readonly role: DeviceRole;
    readonly scopes: readonly Scope[];
  }): DeviceGrant | Promise<Result<DeviceGrant, PairingError>> {
    const known = grantFor(this.#book.get(o.deviceId), o);
    if (known !== undefined) return known;
    return this.#change(async () => {
      const current = this.#book.get(o.deviceId);
      // The device may have connected twice at a time: one token for both, or the first would be dead at once.
      const meanwhile = grantFor(current, o);
      if (meanwhile !== undefined) return ok(meanwhile);
      if (!current?.roles.includes(o.role) || !coversScopes(current.scopes, o.scopes)) {
        return err({ code: 'unknown_device' });
      }
      const before = tokenFor(current, o.role);
      // A wider token is another token: who holds the narrow one must not gain by it.
      const scopes = union(isLive(before) ? before.scopes : [], o.scopes);
      const saved = await this.#issue(current, o.role, scopes, 'device');
      return saved.ok ? ok(grantOf(saved.value)) : saved;
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
    return this.#change(async (): Promise<Result<DeviceTokenRecord, PairingError>> => {
      const record = this.#book.get(o.deviceId);
      const before = tokenFor(record, o.role);
      if (record === undefined || before === undefined) return err({ code: 'denied' });
      const scopes = rotationScopes(record, before, o);
      if (scopes === undefined) return err({ code: 'denied' });
      const saved = await this.#issue(record, before.role, scopes, o.by);
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
    return this.#change(async (): Promise<Result<DeviceTokenRecord, PairingError>> => {
      const record = this.#book.get(o.deviceId);
      const before = tokenFor(record, o.role);
      if (record === undefined || before === undefined) return err({ code: 'denied' });
      if (o.callerScopes !== undefined && !coversScopes(o.callerScopes, before.scopes))
        return err({ code: 'denied' });
      const token = { ...before, revokedAtMs: before.revokedAtMs ?? this.#options.clock.now() };
      const saved = await this.#put(withToken(record, token));
      if (!saved.ok) return saved;
      this.#tell(tokenEvent('pair.token-revoked', record, token, o.by));
      this.#endSessions(o.deviceId, before.role, CLOSE.deviceTokenRevoked, o.by);
      return ok(token);
    });
  }

  /** A device has connected. */
  touch(deviceId: string, role: DeviceRole, usedToken: boolean): void {
    this.#book.touch({ deviceId, at: this.#options.clock.now(), ...(usedToken ? { tokenRole: role } : {}) });
  }

  /** A change is answered when it stands in the auth log, not only when it holds. */
  async #change<T>(
    section: () => Promise<Result<T, PairingError>>,
  ): Promise<Result<T, PairingError | StoreError>> {
    const before = this.#told;
    const result = await this.#book.change(section);
    if (this.#told > before) await this.recorded();
    return result;
  }

  #tell(event: PairingInput): void {
    this.#options.authLog.append(event);
    this.#told += 1;
  }

  async #admit(
    subject: PairingSubject,
    via: DeviceRecord['approvedVia'],
  ): Promise<Result<DeviceRecord, PairingError>> {
    const before = this.#book.get(subject.deviceId);
    const record = approved(before, subject, { now: this.#options.clock.now(), via });
    const saved = await this.#put(record);
    return saved.ok ? ok(record) : saved;
  }

  async #issue(
    record: DeviceRecord,
    role: DeviceRole,
    scopes: readonly Scope[],
    by: string,
  ): Promise<Result<DeviceTokenRecord, PairingError>> {
    const { clock, random } = this.#options;
    const issued = withNewToken(record, { role, scopes, bytes: random.bytes(32), now: clock.now() });
    const saved = await this.#put(issued.record);
    if (!saved.ok) return saved;
    // The first token comes with the approval; only one that ends another is news.
    const isFirst = tokenFor(record, role) === undefined;
    if (!isFirst) this.#tell(tokenEvent('pair.token-rotated', record, issued.token, by));
    return ok(issued.token);
  }

  async #put(record: DeviceRecord): Promise<Result<void, PairingError>> {
    const saved = await this.#book.put(record);
    if (!saved.ok) return saved;
    if (saved.value !== undefined) this.#forget(saved.value, 'system');
    return ok(undefined);
  }

  /** After the list on disk has it no more. */
  #forget(record: DeviceRecord, by: string): void {
    const { deviceId } = record;
    this.#tell(removedEvent(record, by));
    this.#options.logger.info('pairing.removed', { deviceId, by });
    this.#signals.invalidated.emit({ deviceId, close: CLOSE.deviceRemoved, by });
    // It was shown as the request of a known device; whoever approved it now would let a stranger in.
    const waiting = this.#pending.of(deviceId);
    if (waiting !== undefined) this.#withdraw(waiting, by);
  }

  #endSessions(deviceId: string, role: DeviceRole, close: CloseSpec, by: string): void {
    this.#options.logger.info('pairing.token-ended', { deviceId, role, close: close.reason, by });
    this.#signals.invalidated.emit({ deviceId, role, close, by });
  }

  #withdraw(entry: PendingEntry, by: string, quietly = false): void {
    this.#pending.delete(entry);
    this.#options.logger.info('pairing.rejected', { deviceId: entry.view.deviceId, by });
    if (!quietly) this.#tell(requestEvent('pair.rejected', entry, by));
    this.#emitResolved(entry, 'rejected');
    this.#signals.changed.emit();
  }

  #onExpired(entries: readonly PendingEntry[]): void {
    for (const entry of entries) {
      if (this.#approving.has(entry.view.requestId)) continue;
      this.#tell(requestEvent('pair.expired', entry, 'system'));
      this.#emitResolved(entry, 'expired');
    }
    this.#signals.changed.emit();
  }

  #emitResolved({ view }: PendingEntry, decision: PairResolved['decision']): void {
    const { requestId, deviceId } = view;
    this.#signals.resolved.emit({ requestId, deviceId, decision, ts: this.#options.clock.now() });
  }
}
