// Limits guessing of credentials (protocol section 3.6; settled "Limiter"; SEC-10, SEC-11). connection asks
// `check` before the authenticator and tells the outcome after it. Decides and counts only: it never sleeps,
// never sees a secret, and never locks a native local client out.

import type { Clock } from '../../lib/clock';
import type { Disposable } from '../../lib/disposable';
import { toDisposable } from '../../lib/disposable';

export interface LimiterKey {
  readonly credentialClass: 'shared-secret' | 'device-token' | 'bootstrap-token';
  readonly peerAddress: string;
  /** Present for browsers, whatever it says: a page is never exempt, not even on this machine. */
  readonly origin?: string;
  /** Direct loopback: no proxy in between. */
  readonly loopback: boolean;
}

export type LimiterCheck =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly retryAfterMs: number };

export type FailureVerdict = { readonly delayMs: number } | { readonly overflow: true };

export interface LimiterEntry {
  readonly key: string;
  readonly failures: number;
  /** Epoch ms; absent while it only counts. */
  readonly lockedUntil?: number;
}

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 5_000;
const MAX_DELAYED = 16;
/** Over all peers that can be locked out, because addresses rotate. */
const MAX_REMOTE_FAILURES = 600;

export class AttemptLimiter {
  readonly #clock: Clock;
  #maxAttempts = 10;
  #windowMs = 60_000;
  #lockoutMs = 300_000;
  readonly #maxKeys: number;
  /** Newest failures' instants per key; in order of the newest, so the first entry is the stalest. */
  readonly #counting = new Map<string, number[]>();
  /** Key to the end of its lock; in order of that end, because all locks last the same. Never evicted. */
  readonly #locked = new Map<string, number>();
  /** One entry per credential class at most. */
  readonly #native = new Map<string, { failures: number; lastMs: number }>();
  readonly #remote: number[] = [];
  #delayed = 0;

  constructor(options: {
    readonly clock: Clock;
    readonly maxAttempts?: number;
    readonly windowMs?: number;
    readonly lockoutMs?: number;
    readonly maxKeys?: number;
  }) {
    this.#clock = options.clock;
    this.#maxKeys = options.maxKeys ?? 10_000;
    this.configure(options);
  }

  /** The setting, from now on. No lock lasts longer than it says, so that locks stay in order of their end. */
  configure(options: {
    readonly maxAttempts?: number | undefined;
    readonly windowMs?: number | undefined;
    readonly lockoutMs?: number | undefined;
  }): void {
    this.#maxAttempts = options.maxAttempts ?? 10;
    this.#windowMs = options.windowMs ?? 60_000;
    this.#lockoutMs = options.lockoutMs ?? 300_000;
    const latest = this.#clock.monotonicMs() + this.#lockoutMs;
    for (const [name, until] of this.#locked) this.#locked.set(name, Math.min(until, latest));
  }

  /** Native loopback is always allowed. Anybody else is refused while locked, unheard. */
  check(key: LimiterKey): LimiterCheck {
    if (isNative(key)) return { allowed: true };
    const nowMs = this.#clock.monotonicMs();
    this.#prune(nowMs);
    const names = namesOf(key);
    const waits = names.map((name) => (this.#locked.get(name) ?? nowMs) - nowMs);
    const [oldestRemote] = this.#remote;
    if (oldestRemote !== undefined && this.#remote.length >= MAX_REMOTE_FAILURES) {
      waits.push(oldestRemote + this.#windowMs - nowMs);
    }
    // A table full of locks has no place to count a newcomer in: it waits for the first lock to end.
    const [firstEnd] = this.#locked.values();
    const isNew = names.some((name) => !this.#locked.has(name) && !this.#counting.has(name));
    if (isNew && firstEnd !== undefined && this.#locked.size + names.length > this.#maxKeys) {
      waits.push(firstEnd - nowMs);
    }
    const retryAfterMs = Math.ceil(Math.max(...waits));
    return retryAfterMs > 0 ? { allowed: false, retryAfterMs } : { allowed: true };
  }

  /**
   * A mismatch; missing credentials are none. For native loopback says how late to answer, or that too many
   * answers are being held back already, so that this one is refused as rate limited at once.
   */
  recordFailure(key: LimiterKey): FailureVerdict {
    const nowMs = this.#clock.monotonicMs();
    if (isNative(key)) return this.#recordNative(key, nowMs);
    this.#prune(nowMs);
    this.#remote.push(nowMs);
    if (this.#remote.length > MAX_REMOTE_FAILURES) this.#remote.shift();
    for (const name of namesOf(key)) this.#count(name, nowMs);
    return { delayMs: 0 };
  }

  /** Clears the client's own count. What all browser origins share stays: one page's login must not free another. */
  recordSuccess(key: LimiterKey): void {
    if (isNative(key)) this.#native.delete(nativeName(key));
    else this.#counting.delete(ownName(key));
  }

  /** Answers being held back now. */
  get delayedCount(): number {
    return this.#delayed;
  }

  /** Held for as long as an answer is delayed. */
  beginDelay(): Disposable {
    this.#delayed += 1;
    return toDisposable(() => {
      this.#delayed -= 1;
    });
  }

  /** For the panel: who has failed lately and who is locked out. */
  snapshot(): readonly LimiterEntry[] {
    const nowMs = this.#clock.monotonicMs();
    this.#prune(nowMs);
    const wallOffset = this.#clock.now() - nowMs;
    return [
      ...[...this.#locked].map(([key, until]) => ({
        key,
        failures: this.#maxAttempts,
        lockedUntil: Math.round(until + wallOffset),
      })),
      ...[...this.#counting].map(([key, failures]) => ({ key, failures: failures.length })),
      ...[...this.#native].map(([key, { failures }]) => ({ key, failures })),
    ];
  }

  /** Frees one key of `snapshot` by hand. */
  unlock(key: string): void {
    this.#locked.delete(key);
    this.#counting.delete(key);
    this.#native.delete(key);
  }

  #recordNative(key: LimiterKey, nowMs: number): FailureVerdict {
    const name = nativeName(key);
    const known = this.#native.get(name);
    const failures = known !== undefined && nowMs - known.lastMs < this.#windowMs ? known.failures + 1 : 1;
    this.#native.set(name, { failures, lastMs: nowMs });
    if (this.#delayed >= MAX_DELAYED) return { overflow: true };
    // The exponent is capped before the power is taken: a million failures must not become Infinity.
    return { delayMs: Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10)) };
  }

  #count(name: string, nowMs: number): void {
    if (this.#locked.has(name)) return;
    const failures = this.#counting.get(name) ?? [];
    while (failures[0] !== undefined && nowMs - failures[0] >= this.#windowMs) failures.shift();
    failures.push(nowMs);
    this.#counting.delete(name);
    if (failures.length >= this.#maxAttempts) {
      this.#locked.set(name, nowMs + this.#lockoutMs);
    } else {
      this.#counting.set(name, failures);
    }
    while (this.#counting.size > 0 && this.#locked.size + this.#counting.size > this.#maxKeys) {
      const [stalest] = this.#counting.keys();
      this.#counting.delete(stalest as string);
    }
  }

  /** Both maps are in order of expiry, so this costs what it removes. */
  #prune(nowMs: number): void {
    for (const [name, until] of this.#locked) {
      if (until > nowMs) break;
      this.#locked.delete(name);
    }
    for (const [name, failures] of this.#counting) {
      if (nowMs - (failures.at(-1) ?? 0) < this.#windowMs) break;
      this.#counting.delete(name);
    }
    while (this.#remote[0] !== undefined && nowMs - this.#remote[0] >= this.#windowMs) this.#remote.shift();
    for (const [name, { lastMs }] of this.#native) {
      if (nowMs - lastMs >= this.#windowMs) this.#native.delete(name);
    }
  }
}

function isNative({ loopback, origin }: LimiterKey): boolean {
  return loopback && origin === undefined;
}

/** One for all of 127.0.0.0/8: a local process picks its address there freely. */
function nativeName({ credentialClass }: LimiterKey): string {
  return `${credentialClass}:loopback`;
}

function ownName({ credentialClass, peerAddress, origin }: LimiterKey): string {
  return origin === undefined
    ? `${credentialClass}:${peerAddress}`
    : `${credentialClass}:browser-origin:${origin}`;
}

/** A page can mint origins, so all of them also share one bucket (SEC-11). */
function namesOf(key: LimiterKey): readonly string[] {
  return key.origin === undefined
    ? [ownName(key)]
    : [ownName(key), `${key.credentialClass}:browser-origin:*`];
}
