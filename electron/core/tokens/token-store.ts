// The one gateway credential. The server verifies with this object and the probe leases from it; there is no
// second copy anywhere, so they cannot drift. Must never change memory before the disk has the new record, and
// never show, log or emit the secret: only generations and fingerprints leave, except through `lease()`.

import type { CredentialChange } from '../../../shared/ipc/contract';
import type { AuthMode } from '../../../shared/model/settings';
import type { CredentialStatus, RotationReason, SecretProblem } from '../../../shared/model/token';
import type { Disposable } from '../lib/disposable';
import type { Subscribe } from '../lib/emitter';
import { Emitter } from '../lib/emitter';
import { Mutex } from '../lib/mutex';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';
import { Secret } from '../lib/secret';
import type { Locked, StoreError } from '../ports';
import type { ModeProblem } from './auth-mode';
import { ModeState } from './auth-mode';
import type { Replacement } from './credential-succession';
import { firstRecord, succeed } from './credential-succession';
import { FINGERPRINT_KEY_BYTES } from './fingerprint';
import { GracePeriod } from './grace-period';
import { inspectSecret } from './inspect-secret';
import { RecentGenerations } from './recent-generations';
import type { AdoptError, Lease, TokenChange, TokenStoreOptions } from './token-change';
import { generateToken } from './token-format';
import type { TokenView } from './token-view';
import { readyStatus, tokenView, withoutGrace } from './token-view';
import type { Verdict } from './verdict';
import { judge } from './verdict';

export type { AdoptError, Lease, TokenChange, TokenStoreOptions } from './token-change';
export type { Verdict } from './verdict';

/** Longest grace; a longer one is cut to this. */
export const MAX_GRACE_MS = 7 * 24 * 60 * 60_000;
/** A keychain that was unlocked meanwhile is found within this. */
const UNLOCK_RETRY_MS = 2_000;

export class TokenStore {
  readonly #options: TokenStoreOptions;
  readonly #mutex = new Mutex();
  readonly #recent = new RecentGenerations();
  readonly #changes: Emitter<TokenChange>;
  readonly #fallbackKey: Buffer;
  readonly #mode: ModeState;
  #view: TokenView | undefined;
  #lease: Lease | undefined;
  #locked: Locked | undefined;
  #setAside: string | undefined;
  #stopped = false;
  #grace: GracePeriod | undefined;
  #unlockTimer: Disposable | undefined;

  constructor(options: TokenStoreOptions) {
    this.#options = options;
    this.#fallbackKey = options.random.bytes(FINGERPRINT_KEY_BYTES);
    this.#mode = new ModeState(options.configuredMode ?? (() => undefined), options.isAmbiguous ?? false);
    this.#changes = new Emitter((error) => options.logger.error('token.listener-failed', { error }));
  }

  /** Emitted synchronously after the change holds in memory and before the call that made it resolves. */
  get onChanged(): Subscribe<TokenChange> {
    return this.#changes.on;
  }

  /** 0 until ready. */
  get generation(): number {
    return this.#view?.record.generation ?? 0;
  }

  /** What a client must present. Only meaningful while there is no `modeProblem`. */
  get mode(): AuthMode {
    return this.#mode.current;
  }

  /** Why nobody can be let in although a credential is loaded: to be shown in words, with no listener. */
  get modeProblem(): ModeProblem | undefined {
    return this.#mode.problem;
  }

  /** Where the unreadable file was put, when this start had to use the last good copy. */
  get recoveredFrom(): string | undefined {
    return this.#setAside;
  }

  /**
   * Loads the credential, or creates generation 1 where there is none. Idempotent; when locked, a further call
   * tries again (a locked keychain is retried every 2 s without being asked). Never replaces a loaded credential.
   */
  async start(): Promise<CredentialStatus> {
    const resumed = this.#stopped;
    this.#stopped = false;
    if (resumed && this.#view) this.#commit(this.#view);
    await this.#mutex.run(() => this.#load());
    return this.status();
  }

  /** Waits for a change in flight, then refuses new ones with `stopped`. The credential stays readable. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unlockTimer?.dispose();
    this.#grace?.dispose();
    // Before the first load there is no change to wait for, and a locked keychain can block for ever.
    if (this.#view) await this.#mutex.run(async () => undefined);
    this.#grace?.dispose();
  }

  status(): CredentialStatus {
    if (this.#view) return readyStatus(this.#view, this.#options.repository.backend, this.mode);
    if (this.#locked) return { state: 'locked', ...this.#locked };
    return { state: 'starting' };
  }

  /** Ask after the challenge has arrived, at every attempt; never keep the answer. `undefined` unless ready. */
  lease(): Lease | undefined {
    return this.#lease;
  }

  /**
   * Judges by every generation that has been current since `pinnedGeneration` (the one at the challenge), and by
   * the grace period. Synchronous: no rotation can land between the comparison and its verdict. Throws unless ready.
   */
  verify(presented: string, pinnedGeneration: number): Verdict {
    const view = this.#view;
    if (!view) throw new Error('verify was called before the credential was ready');
    return judge({
      presented,
      pinnedGeneration,
      view,
      graceHolds: this.#grace?.holds ?? false,
      findRecent: (digest) => this.#recent.find(digest, this.#options.clock.monotonicMs()),
    });
  }

  /** May a session that authenticated with this generation stay open: it is current, or inside its grace. */
  isAccepted(generation: number): boolean {
    const view = this.#view;
    if (!view) return false;
    if (generation === view.record.generation) return true;
    return generation === view.record.grace?.generation && (this.#grace?.holds ?? false);
  }

  /**
   * New random token. The record is durable before memory changes; a failed save changes nothing. `leaked` has no
   * grace, whatever is asked, and cuts handshakes in flight. Calls run one after another in order of arrival.
   */
  rotate(o: {
    readonly reason: RotationReason;
    readonly graceMs: number;
    readonly by: string;
  }): Promise<Result<CredentialChange, StoreError>> {
    return this.#change(async (view) => {
      const secret = new Secret(generateToken(this.#options.random));
      const graceMs = o.reason === 'leaked' ? 0 : o.graceMs;
      const kind = view.record.kind ?? 'token';
      return this.#replace(view, {
        secret,
        kind,
        origin: 'generated',
        retiredAs: o.reason,
        graceMs,
        by: o.by,
      });
    });
  }

  /**
   * Takes over a token that clients already have, or the password. `kind` is what the configured mode asks for
   * unless it is given. The policy is checked again here, whoever checked before.
   */
  adopt(o: {
    readonly secret: Secret;
    readonly kind?: 'token' | 'password';
    readonly graceMs: number;
    readonly by: string;
  }): Promise<Result<CredentialChange, AdoptError>> {
    return this.#change(async (view): Promise<Result<CredentialChange, AdoptError>> => {
      const kind = o.kind ?? this.#mode.wantedKind;
      const judged = this.inspect(o.secret.expose(), kind);
      if (!judged.ok) return err({ code: 'refused', problem: judged.error });
      const secret = new Secret(o.secret.expose().trim());
      const { graceMs, by } = o;
      return this.#replace(view, { secret, kind, origin: 'adopted', retiredAs: 'adopted', graceMs, by });
    });
  }

  /**
   * Call when `gateway.auth.mode` may have changed. A change of what clients must present begins a new generation,
   * so sessions of the old mode end like those of an old token. Leaving a password behind makes a new token.
   */
  refreshMode(by: string): Promise<Result<void, StoreError>> {
    return this.#change(async (view): Promise<Result<void, StoreError>> => {
      const { mode, modeProblem } = this;
      const needsToken = this.#mode.settle(view.record.kind ?? 'token');
      const changed = mode !== this.mode || modeProblem !== undefined || needsToken;
      if (this.modeProblem !== undefined || !changed) return ok(undefined);
      const replaced = await this.#begin(view, needsToken, by);
      if (replaced.ok) return ok(undefined);
      this.#mode.current = mode;
      return replaced;
    });
  }

  /** Ends the grace period now and for good. Without one it is a no-op that succeeds. */
  retireGrace(by: string): Promise<Result<void, StoreError>> {
    return this.#change(async (view) => {
      if (!view.record.grace) return ok(undefined);
      const next = withoutGrace(view.record);
      const saved = await this.#options.repository.save(next);
      if (!saved.ok) return saved;
      // The timer may have ended it while the save was under way.
      if (this.#view?.record.grace) this.#endGrace(tokenView(next), by);
      return ok(undefined);
    });
  }

  /** The explicit way out of `locked`: sets the stored files aside (deletes nothing) and makes generation 1. */
  async startOver(by: string): Promise<Result<CredentialChange, StoreError>> {
    return this.#mutex.run(async () => {
      if (this.#stopped) return err(stoppedError());
      if (!this.#locked) return err({ code: 'storage_failed', detail: 'the credential is not locked' });
      const aside = await this.#options.repository.setAside();
      if (!aside.ok) return aside;
      this.#options.logger.warn('token.started-over', { setAside: aside.value, by });
      return this.#create(by);
    });
  }

  /** Would `adopt` take this, and under which fingerprint. Stores and logs nothing. */
  inspect(
    candidate: string,
    kind: 'token' | 'password' = 'token',
  ): Result<{ readonly fingerprint: string }, SecretProblem> {
    return inspectSecret(candidate, kind, {
      view: this.#view,
      key: this.#view?.key ?? this.#fallbackKey,
      isInUse: (text) => this.#options.isInUse?.(text) ?? false,
      isRecent: (digest) => this.#recent.find(digest, this.#options.clock.monotonicMs()) !== undefined,
    });
  }

  /** Runs inside the mutex. */
  async #load(): Promise<void> {
    if (this.#view || this.#stopped) return;
    const loaded = await this.#options.repository.load();
    if (this.#stopped) return;
    if (loaded.kind === 'locked') {
      this.#lock(loaded.locked);
      return;
    }
    if (loaded.kind === 'empty') {
      const created = await this.#create('system');
      if (!created.ok) {
        const detail = `a new credential could not be stored (${created.error.code}): ${created.error.detail}`;
        this.#lock({ reason: 'unreadable', detail });
      }
      return;
    }
    this.#setAside = loaded.recovered?.setAside;
    if (loaded.recovered)
      this.#options.logger.warn('token.recovered', { setAside: loaded.recovered.setAside });
    const { grace } = loaded.record;
    const expired = grace !== undefined && grace.until <= this.#options.clock.now();
    const wasLocked = this.#locked !== undefined;
    const view = tokenView(expired ? withoutGrace(loaded.record) : loaded.record);
    this.#commit(view);
    if (this.#mode.settle(view.record.kind ?? 'token')) await this.#begin(view, true, 'system');
    if (wasLocked) this.#announce('unlocked', 'system');
  }

  #lock(locked: Locked): void {
    const isNews = this.#locked?.reason !== locked.reason;
    this.#locked = locked;
    // While the keychain stays shut this runs every 2 s: one line and one event are enough.
    if (isNews) {
      this.#options.logger.error('token.locked', { ...locked });
      this.#changes.emit({ kind: 'locked', generation: 0, fingerprint: '', by: 'system' });
    }
    if (locked.reason !== 'keychain-unavailable' || this.#stopped) return;
    this.#unlockTimer?.dispose();
    this.#unlockTimer = this.#options.clock.setTimeout(() => {
      this.#mutex
        .run(() => this.#load())
        .catch((error: unknown) => this.#options.logger.error('token.unlock-failed', { error }));
    }, UNLOCK_RETRY_MS);
  }

  /** Runs inside the mutex. Generation 1 of a home that has no credential. */
  async #create(by: string): Promise<Result<CredentialChange, StoreError>> {
    const { clock, random, redactor, repository } = this.#options;
    const view = tokenView(firstRecord(new Secret(generateToken(random)), this.#fallbackKey, clock.now()));
    redactor.set('gateway-token', [view.text]);
    const saved = await repository.save(view.record);
    if (!saved.ok) return saved;
    this.#commit(view);
    return ok(this.#announce('created', by));
  }

  #change<T, E>(section: (view: TokenView) => Promise<Result<T, E>>): Promise<Result<T, E | StoreError>> {
    // Refused before the queue: a load that waits for a keychain must not hold the caller as well.
    const refusal = this.#refusal();
    if (refusal) return Promise.resolve(err(refusal));
    return this.#mutex.run(async () => {
      const refusedNow = this.#refusal();
      if (refusedNow || !this.#view) return err(refusedNow ?? stoppedError());
      return section(this.#view);
    });
  }

  #refusal(): StoreError | undefined {
    if (this.#stopped) return stoppedError();
    if (this.#view) return undefined;
    return { code: 'locked', detail: this.#locked?.detail ?? 'the credential has not been loaded yet' };
  }

  /** A new generation without a new secret, or with a token in place of a password that the mode does not want. */
  #begin(view: TokenView, needsToken: boolean, by: string): Promise<Result<CredentialChange, StoreError>> {
    const { secret, kind = 'token', origin } = view.record;
    const next: Pick<Replacement, 'secret' | 'kind' | 'origin'> = needsToken
      ? { secret: new Secret(generateToken(this.#options.random)), kind: 'token', origin: 'generated' }
      : { secret, kind, origin };
    return this.#replace(view, { ...next, retiredAs: 'routine', graceMs: 0, by });
  }

  /** Runs inside the mutex: save, then swap, then tell. */
  async #replace(view: TokenView, o: Replacement): Promise<Result<CredentialChange, StoreError>> {
    const { clock, redactor, repository } = this.#options;
    const retiredAt = clock.now();
    const startedMs = clock.monotonicMs();
    const graceMs = Math.min(Math.max(0, o.graceMs), MAX_GRACE_MS);
    const { record, retired } = succeed(view, o, { at: retiredAt, graceMs });
    const next = tokenView(record);
    redactor.set('gateway-token', [view.text, next.text]);
    const saved = await repository.save(next.record);
    if (!saved.ok) {
      redactor.set('gateway-token', [view.text]);
      this.#options.logger.error('token.save-failed', { code: saved.error.code, detail: saved.error.detail });
      return saved;
    }
    const leaked = o.retiredAs === 'leaked';
    if (leaked) this.#recent.cutAll();
    const nowMs = clock.monotonicMs();
    this.#recent.add(view.digest, { ...retired, cut: leaked }, nowMs);
    this.#commit(next, graceMs - (nowMs - startedMs));
    if (o.retiredAs === 'adopted') return ok(this.#announce('adopted', o.by));
    return ok(this.#announce('rotated', o.by, o.retiredAs));
  }

  /** The memory swap: everything that answers questions changes in one synchronous step. */
  #commit(view: TokenView, graceLeftMs?: number): void {
    const { clock, redactor } = this.#options;
    this.#view = view;
    this.#mode.settle(view.record.kind ?? 'token');
    this.#locked = undefined;
    this.#unlockTimer?.dispose();
    this.#lease = { secret: view.record.secret, generation: view.record.generation };
    redactor.set('gateway-token', [view.text]);
    this.#grace?.dispose();
    const { grace } = view.record;
    this.#grace =
      grace &&
      new GracePeriod(clock, {
        until: grace.until,
        leftMs: graceLeftMs ?? grace.until - clock.now(),
        onEnd: () => this.#endGrace(tokenView(withoutGrace(view.record)), 'system'),
      });
  }

  #endGrace(next: TokenView, by: string): void {
    const ended = this.#view?.record.grace;
    this.#commit(next);
    if (!ended) return;
    const { generation, fingerprint } = ended;
    this.#options.logger.info('token.grace-ended', { generation, fingerprint, by });
    this.#changes.emit({ kind: 'grace-ended', generation, fingerprint, by });
  }

  #announce(
    kind: 'created' | 'rotated' | 'adopted' | 'unlocked',
    by: string,
    reason?: RotationReason,
  ): CredentialChange {
    const view = this.#view;
    if (!view) throw new Error('announced a credential that is not there');
    const { generation, grace } = view.record;
    const change: CredentialChange = {
      generation,
      fingerprint: view.fingerprint,
      ...(grace && { graceUntil: grace.until }),
    };
    this.#options.logger.info(`token.${kind}`, { ...change, by, ...(reason && { reason }) });
    this.#changes.emit({ kind, ...change, by, ...(reason && { reason }) });
    return change;
  }
}

function stoppedError(): StoreError {
  return { code: 'stopped', detail: 'the gateway is stopping' };
}
