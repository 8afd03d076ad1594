// What connecting must come to, as small as it can be said: generations and grace, devices and what was approved for
// them, who has guessed wrong lately, who is connected. The model-based test runs it beside the real core. Written
// from the protocol's rules, not from the code: it shares no function with it.

export type PeerKind = 'native' | 'proxied' | 'page-a' | 'page-b';
export type RoleKind = 'operator' | 'node';

/** What a client presents; a generation or a serial stands for its text. */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'junk' }
  | { readonly kind: 'generation'; readonly generation: number }
  | { readonly kind: 'device'; readonly serial: number };

export interface Attempt {
  readonly peer: PeerKind;
  readonly device: number | undefined;
  readonly presented: Presented;
  /** In `auth.deviceToken` instead of `auth.token`. */
  readonly inDeviceField: boolean;
  readonly badSignature: boolean;
  readonly cli: boolean;
  readonly protocols: readonly [number, number];
  readonly role: RoleKind;
  readonly scopes: readonly string[];
  readonly platform: string;
}

export type Expected =
  | {
      readonly outcome: 'accepted';
      readonly scopes: readonly string[];
      readonly grant: { readonly serial: number; readonly isNew: boolean } | undefined;
      readonly session: ModelSession;
    }
  | {
      readonly outcome: 'refused';
      readonly reason: string;
      readonly delayMs: number;
      /** Of a refusal that waits for an approval: whether the request is one that was there already. */
      readonly request?: { readonly device: number; readonly serial: number };
    };

export interface ModelSession {
  readonly id: number;
  /** 0: stands on its device's token. */
  readonly generation: number;
  readonly device: number | undefined;
  readonly role: RoleKind;
}

export interface ModelClock {
  now(): number;
  monotonicMs(): number;
}

interface Token {
  readonly serial: number;
  readonly scopes: readonly string[];
  readonly revoked: boolean;
}

interface Device {
  readonly platform: string;
  readonly roles: readonly RoleKind[];
  readonly scopes: readonly string[];
  readonly tokens: ReadonlyMap<RoleKind, Token>;
}

interface Wish {
  readonly device: number;
  readonly role: RoleKind;
  readonly scopes: readonly string[];
  readonly platform: string;
}

interface Pending {
  readonly serial: number;
  readonly reason: string;
  readonly shown: string;
  readonly wish: Wish;
  readonly endsMs: number;
}

const WINDOW_MS = 60_000;
const LOCK_MS = 300_000;
const MAX_GUESSES = 10;

export class ConnectModel {
  readonly #clock: ModelClock;
  generation = 1;
  #grace: { readonly generation: number; readonly until: number } | undefined;
  readonly devices = new Map<number, Device>();
  readonly pending = new Map<number, Pending>();
  #serial = 0;
  #sessions: readonly ModelSession[] = [];
  #native = new Map<string, { readonly failures: number; readonly lastMs: number }>();
  #failures = new Map<string, readonly number[]>();
  #locks = new Map<string, number>();

  constructor(clock: ModelClock) {
    this.#clock = clock;
  }

  get sessions(): readonly ModelSession[] {
    return this.#sessions;
  }

  /** `pinned`: the generation when the challenge went out; `cut`: a leaked rotation came since. */
  connect(attempt: Attempt, race?: { readonly pinned: number; readonly cut: boolean }): Expected {
    const bucket = bucketOf(attempt);
    if (bucket !== undefined && this.#isLocked(attempt.peer, bucket)) return refused('rate_limited');
    const protocol = [4, 3].find((each) => attempt.protocols[0] <= each && each <= attempt.protocols[1]);
    if (protocol === undefined) return refused('protocol_mismatch');

    const standsOn = this.#sharedGeneration(attempt, race);
    if (standsOn === 'superseded') return refused('superseded');
    const shared = standsOn !== undefined;
    const isWrongGuess = !shared && attempt.presented.kind !== 'none';
    const failed = (reason: string): Expected =>
      refused(reason, isWrongGuess && bucket !== undefined ? this.#countWrong(attempt.peer, bucket) : 0);

    if (attempt.device === undefined) {
      if (!shared) return failed(missingOrWrong(attempt));
      this.#countRight(attempt.peer, bucket);
      const helper = attempt.peer === 'native' && (!attempt.cli || protocol === 4);
      const scopes = helper && attempt.role === 'operator' ? known(attempt.scopes) : [];
      return this.#accepted(attempt, standsOn, scopes, undefined);
    }

    if (attempt.badSignature) return failed('device_signature');
    const wish: Wish = {
      device: attempt.device,
      role: attempt.role,
      scopes: attempt.role === 'operator' ? known(attempt.scopes) : [],
      platform: attempt.platform,
    };
    if (!shared) {
      const token = this.devices.get(attempt.device)?.tokens.get(attempt.role);
      const { presented } = attempt;
      const isIts = presented.kind === 'device' && token?.serial === presented.serial && !token.revoked;
      if (!isIts) return failed(missingOrWrong(attempt));
      if (!covers(token.scopes, wish.scopes)) {
        return refused(protocol === 4 ? 'scope_mismatch' : 'device_token_mismatch');
      }
    }
    const missing = this.#missing(wish);
    if (missing !== undefined) {
      const silent = shared && attempt.peer === 'native' && missing !== 'metadata_upgrade';
      if (!silent) return refusedForPairing(missing, this.#ask(attempt, wish, missing));
      this.#admit(wish);
      const waiting = this.pending.get(wish.device);
      if (waiting !== undefined && this.#missing(waiting.wish) === undefined) {
        this.pending.delete(wish.device);
      }
    }
    if (shared || attempt.inDeviceField) this.#countRight(attempt.peer, bucket);
    return this.#accepted(attempt, standsOn ?? 0, wish.scopes, this.#grant(wish));
  }

  /** Sessions that end with 4001. */
  rotate(o: { readonly leaked: boolean; readonly graceMs: number }): readonly ModelSession[] {
    const graceMs = o.leaked ? 0 : o.graceMs;
    this.#grace =
      graceMs > 0 ? { generation: this.generation, until: this.#clock.now() + graceMs } : undefined;
    this.generation += 1;
    return this.#endRetired();
  }

  retireGrace(): readonly ModelSession[] {
    this.#grace = undefined;
    return this.#endRetired();
  }

  /** Time has passed. */
  settle(): readonly ModelSession[] {
    if (this.#grace !== undefined && this.#grace.until <= this.#clock.now()) this.#grace = undefined;
    for (const [device, { endsMs }] of this.pending) {
      if (endsMs <= this.#clock.monotonicMs()) this.pending.delete(device);
    }
    return this.#endRetired();
  }

  /** Our own probe has connected, with the right credential and from this machine. */
  probed(): void {
    this.#native.delete('shared');
  }

  approve(serial: number): boolean {
    const found = this.#pendingOf(serial);
    if (found === undefined) return false;
    this.pending.delete(found.wish.device);
    // It was shown as another change than it would be now.
    if (this.#missing(found.wish) !== found.reason) return false;
    this.#admit(found.wish);
    return true;
  }

  reject(serial: number): boolean {
    const found = this.#pendingOf(serial);
    if (found !== undefined) this.pending.delete(found.wish.device);
    return found !== undefined;
  }

  remove(device: number): readonly ModelSession[] | undefined {
    if (!this.devices.delete(device)) return undefined;
    // What it had asked for goes with it.
    this.pending.delete(device);
    return this.#end((session) => session.device === device);
  }

  rotateToken(
    device: number,
    role: RoleKind,
  ): { ended: readonly ModelSession[]; serial: number } | undefined {
    const before = this.devices.get(device)?.tokens.get(role);
    if (before === undefined) return undefined;
    const serial = this.#issue(device, role, before.scopes);
    return { serial, ended: this.#end((session) => session.device === device && session.role === role) };
  }

  revokeToken(device: number, role: RoleKind): readonly ModelSession[] | undefined {
    const before = this.devices.get(device)?.tokens.get(role);
    if (before === undefined) return undefined;
    this.#put(device, role, { ...before, revoked: true });
    return this.#end((session) => session.device === device && session.role === role);
  }

  leave(id: number): void {
    this.#sessions = this.#sessions.filter((session) => session.id !== id);
  }

  restartGateway(): readonly ModelSession[] {
    this.probed();
    return this.#end(() => true);
  }

  /** What is not on disk is gone. */
  restartCore(): readonly ModelSession[] {
    this.pending.clear();
    this.#native = new Map();
    this.#failures = new Map();
    this.#locks = new Map();
    return this.#end(() => true);
  }

  #sharedGeneration(
    { presented, inDeviceField }: Attempt,
    race: { readonly pinned: number; readonly cut: boolean } | undefined,
  ): number | 'superseded' | undefined {
    if (presented.kind !== 'generation' || inDeviceField) return undefined;
    const { generation } = presented;
    if (generation === this.generation || generation === this.#grace?.generation) return generation;
    if (race === undefined || generation < race.pinned) return undefined;
    return race.cut ? 'superseded' : generation;
  }

  /** A program on this machine is slowed, never locked out. */
  #isLocked(peer: PeerKind, bucket: string): boolean {
    if (peer === 'native') return false;
    return namesOf(peer, bucket).some((name) => (this.#locks.get(name) ?? 0) > this.#clock.monotonicMs());
  }

  #countWrong(peer: PeerKind, bucket: string): number {
    const nowMs = this.#clock.monotonicMs();
    if (peer === 'native') {
      const before = this.#native.get(bucket);
      const isRecent = before !== undefined && nowMs - before.lastMs < WINDOW_MS;
      const failures = isRecent ? before.failures + 1 : 1;
      this.#native.set(bucket, { failures, lastMs: nowMs });
      return Math.min(5_000, 250 * 2 ** (failures - 1));
    }
    for (const name of namesOf(peer, bucket)) {
      if ((this.#locks.get(name) ?? 0) > nowMs) continue;
      const recent = (this.#failures.get(name) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS);
      this.#failures.set(name, [...recent, nowMs]);
      if (recent.length + 1 < MAX_GUESSES) continue;
      this.#failures.delete(name);
      this.#locks.set(name, nowMs + LOCK_MS);
    }
    return 0;
  }

  #countRight(peer: PeerKind, bucket: string | undefined): void {
    if (bucket === undefined) return;
    if (peer === 'native') this.#native.delete(bucket);
    else this.#failures.delete(namesOf(peer, bucket)[0] ?? '');
  }

  #missing(wish: Wish): string | undefined {
    const device = this.devices.get(wish.device);
    if (device === undefined) return 'not_paired';
    if (device.platform !== wish.platform) return 'metadata_upgrade';
    if (!device.roles.includes(wish.role)) return 'role_upgrade';
    return covers(device.scopes, wish.scopes) ? undefined : 'scope_upgrade';
  }

  #ask(attempt: Attempt, wish: Wish, reason: string): { device: number; serial: number } {
    const { device } = wish;
    const page = attempt.peer.startsWith('page') ? attempt.peer : '';
    const shown = JSON.stringify([
      reason,
      wish.platform,
      attempt.cli,
      wish.role,
      [...wish.scopes].sort(),
      page,
    ]);
    const before = this.pending.get(device);
    const endsMs = this.#clock.monotonicMs() + LOCK_MS;
    const serial = before?.shown === shown ? before.serial : this.#next();
    this.pending.set(device, { serial, reason, shown, wish, endsMs });
    return { device, serial };
  }

  #pendingOf(serial: number): Pending | undefined {
    return [...this.pending.values()].find((each) => each.serial === serial);
  }

  #admit({ device, role, scopes, platform }: Wish): void {
    const before = this.devices.get(device);
    this.devices.set(device, {
      platform,
      roles: [...new Set([...(before?.roles ?? []), role])],
      scopes: [...new Set([...(before?.scopes ?? []), ...scopes])],
      tokens: before?.tokens ?? new Map(),
    });
  }

  #grant({ device, role, scopes }: Wish): { serial: number; isNew: boolean } {
    const before = this.devices.get(device)?.tokens.get(role);
    const live = before !== undefined && !before.revoked;
    if (live && covers(before.scopes, scopes)) return { serial: before.serial, isNew: false };
    const reach = [...new Set([...(live ? before.scopes : []), ...scopes])];
    return { serial: this.#issue(device, role, reach), isNew: true };
  }

  #issue(device: number, role: RoleKind, scopes: readonly string[]): number {
    const serial = this.#next();
    this.#put(device, role, { serial, scopes, revoked: false });
    return serial;
  }

  #put(device: number, role: RoleKind, token: Token): void {
    const before = this.devices.get(device);
    if (before === undefined) throw new Error('a token of no device');
    this.devices.set(device, { ...before, tokens: new Map(before.tokens).set(role, token) });
  }

  #accepted(
    { device, role }: Attempt,
    generation: number,
    scopes: readonly string[],
    grant: { serial: number; isNew: boolean } | undefined,
  ): Expected {
    const session = { id: this.#next(), generation, device, role };
    this.#sessions = [...this.#sessions, session];
    return { outcome: 'accepted', scopes, grant, session };
  }

  #endRetired(): readonly ModelSession[] {
    const standing = [0, this.generation, this.#grace?.generation];
    return this.#end((session) => !standing.includes(session.generation));
  }

  #end(isOver: (session: ModelSession) => boolean): readonly ModelSession[] {
    const over = this.#sessions.filter(isOver);
    this.#sessions = this.#sessions.filter((session) => !over.includes(session));
    return over;
  }

  #next(): number {
    this.#serial += 1;
    return this.#serial;
  }
}

function refused(reason: string, delayMs = 0): Expected {
  return { outcome: 'refused', reason, delayMs };
}

function refusedForPairing(reason: string, request: { device: number; serial: number }): Expected {
  return { outcome: 'refused', reason, delayMs: 0, request };
}

/** Which count a guess goes to, by the field it came in. */
function bucketOf({ presented, inDeviceField }: Attempt): string | undefined {
  if (presented.kind === 'none') return undefined;
  return inDeviceField ? 'device' : 'shared';
}

/** A page counts by itself and with all other pages. */
function namesOf(peer: PeerKind, bucket: string): readonly string[] {
  return peer === 'proxied' ? [`${bucket}:${peer}`] : [`${bucket}:${peer}`, `${bucket}:pages`];
}

function missingOrWrong({ presented, inDeviceField }: Attempt): string {
  if (presented.kind === 'none') return 'token_missing';
  return inDeviceField ? 'device_token_mismatch' : 'token_mismatch';
}

const SCOPES = [
  'operator.read',
  'operator.write',
  'operator.admin',
  'operator.approvals',
  'operator.pairing',
];

function known(scopes: readonly string[]): readonly string[] {
  return scopes.filter((scope) => SCOPES.includes(scope));
}

function covers(granted: readonly string[], asked: readonly string[]): boolean {
  const admin = granted.includes('operator.admin');
  const reads = granted.includes('operator.write');
  return asked.every((scope) => admin || granted.includes(scope) || (reads && scope === 'operator.read'));
}
