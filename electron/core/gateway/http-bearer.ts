// Judges `Authorization: Bearer <secret>` on plain HTTP with the same store, the same limiter and the same log as a
// WebSocket connect (protocol section 1.3; SEC-11). Every bearer that is sent ends in one auth event.

import type { IncomingMessage } from 'node:http';
import type { AuthAttemptFields, RefusalReason } from '../../../shared/model/auth-event';
import type { AuthLog } from '../auth-log/auth-log';
import type { Disposable } from '../lib/disposable';
import type { Random } from '../lib/random';
import type { TokenStore, Verdict } from '../tokens/token-store';
import type { PeerFacts } from './attempt';
import { attemptEvent } from './attempt';
import type { AttemptLimiter, LimiterKey } from './auth/attempt-limiter';

export type BearerVerdict =
  | { readonly kind: 'none' | 'accepted' | 'origin-denied' }
  /** `hold` is kept until the late answer is given. */
  | { readonly kind: 'refused'; readonly delayMs: number; readonly hold?: Disposable }
  | { readonly kind: 'limited'; readonly retryAfterMs: number };

/** A client that is told to wait because too many answers are being held back may come back this soon. */
const OVERFLOW_RETRY_MS = 5_000;

export interface HttpBearerOptions {
  readonly tokens: TokenStore;
  readonly limiter: AttemptLimiter;
  readonly authLog: AuthLog;
  readonly random: Random;
  readonly peerOf: (request: IncomingMessage) => PeerFacts;
}

export class HttpBearer {
  readonly #options: HttpBearerOptions;

  constructor(options: HttpBearerOptions) {
    this.#options = options;
  }

  check(request: IncomingMessage): BearerVerdict {
    const secret = bearerOf(request);
    if (secret === undefined) return { kind: 'none' };
    const { tokens, limiter } = this.#options;
    // Without authentication there is nothing to compare, and so nothing to refuse.
    if (tokens.mode === 'none') return { kind: 'none' };
    const peer = this.#options.peerOf(request);
    // A page that is not on the list guesses nothing: what it sends is not even compared.
    if (peer.originClass === 'denied' || peer.originClass === 'null') {
      this.#log(peer, { reason: 'origin_not_allowed', status: 403 });
      return { kind: 'origin-denied' };
    }
    const key: LimiterKey = {
      credentialClass: 'shared-secret',
      peerAddress: peer.remoteAddress,
      ...(peer.origin === undefined ? {} : { origin: peer.origin }),
      loopback: peer.directLocal,
    };
    const allowed = limiter.check(key);
    if (!allowed.allowed) return this.#limited(peer, allowed.retryAfterMs);
    const verdict = tokens.verify(secret, tokens.generation);
    if (verdict.ok) {
      limiter.recordSuccess(key);
      this.#log(peer, { status: 200, verdict });
      return { kind: 'accepted' };
    }
    const recorded = limiter.recordFailure(key);
    if ('overflow' in recorded) return this.#limited(peer, OVERFLOW_RETRY_MS, verdict);
    const reason = tokens.mode === 'password' ? 'password_mismatch' : 'token_mismatch';
    this.#log(peer, { reason, status: 401, verdict });
    const { delayMs } = recorded;
    return delayMs === 0
      ? { kind: 'refused', delayMs }
      : { kind: 'refused', delayMs, hold: limiter.beginDelay() };
  }

  #limited(peer: PeerFacts, retryAfterMs: number, verdict?: Verdict): BearerVerdict {
    this.#log(peer, { reason: 'rate_limited', status: 429, ...(verdict === undefined ? {} : { verdict }) });
    return { kind: 'limited', retryAfterMs };
  }

  #log(
    peer: PeerFacts,
    result: { readonly reason?: RefusalReason; readonly status: number; readonly verdict?: Verdict },
  ): void {
    const { authLog, random } = this.#options;
    const { reason, status, verdict } = result;
    const event = attemptEvent(random.uuid(), peer, 0, {
      outcome: reason === undefined ? 'accepted' : 'refused',
      reason,
      answer: `HTTP ${status}`,
    });
    const credential = this.#options.tokens.mode === 'password' ? 'password' : 'token';
    authLog.append({ ...event, credential, ...(verdict === undefined ? {} : comparison(verdict)) });
  }
}

function comparison(verdict: Verdict): Partial<AuthAttemptFields> & Pick<AuthAttemptFields, 'presentedAs'> {
  return {
    presentedAs: verdict.presentedAs,
    presentedFingerprint: verdict.presentedFingerprint,
    comparedFingerprint: verdict.comparedFingerprint,
    comparedGeneration: verdict.comparedGeneration,
    ...(!verdict.ok && verdict.matchedGeneration !== undefined
      ? { matchedGeneration: verdict.matchedGeneration }
      : {}),
    ...(!verdict.ok && verdict.matchedRetiredAt !== undefined
      ? { matchedRetiredAt: verdict.matchedRetiredAt }
      : {}),
  };
}

/** Undefined when no bearer was sent; other schemes and an empty secret are none. */
function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S.*)$/i.exec(request.headers.authorization ?? '')?.[1];
}
