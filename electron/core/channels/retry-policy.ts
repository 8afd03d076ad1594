// When an account tries again after an epoch, by failure class. Pure: called by account-supervisor with the
// consecutive count and a random unit. The numbers are those of reference/channels section 3.4.

import { assertNever } from '../../../shared/assert-never';
import type { FailureClass } from '../../../shared/model/channel';
import { type BackoffPolicy, backoffDelayMs } from '../lib/backoff';
import type { EpochFailure, TransportPolicy } from './channel-adapter';

export type RetryDecision = { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'block' };

const TRANSIENT: BackoffPolicy = { initialMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.25 };
/** May heal on the platform's side (allow list, app not released), so it is tried again, slowly. */
const SLOW: BackoffPolicy = { initialMs: 60_000, factor: 2, maxMs: 900_000, jitter: 0.1 };
const RATE_LIMITED: BackoffPolicy = { initialMs: 60_000, factor: 1.5, maxMs: 600_000, jitter: 0 };
/** A peer may ask for any delay; past 2^31 ms a timer would fire at once. */
const MIN_RETRY_AFTER_MS = 1_000;
const MAX_RETRY_AFTER_MS = 86_400_000;

/** In a row, of links that did not last. */
const MAX_ROTATIONS = 3;

/** Classes that share one curve; the count starts again when the kind of trouble changes. */
export function retryCurve(failureClass: FailureClass): string {
  switch (failureClass) {
    case 'network':
    case 'server':
    case 'protocol':
      return 'transient';
    case 'permission':
    case 'config':
      return 'slow';
    default:
      return failureClass;
  }
}

/** Another process has the account, which may pass (Telegram's second poller). */
const CONFLICT: BackoffPolicy = { initialMs: 30_000, factor: 2, maxMs: 300_000, jitter: 0.1 };

/** `attempt`: consecutive failures on this curve, this one included. `unit`: uniform in [0, 1). */
export function decideRetry(
  failure: EpochFailure,
  attempt: number,
  unit: number,
  policy: Pick<TransportPolicy, 'whenKicked' | 'maxRetryMs'> = {},
): RetryDecision {
  if (failure.terminal === true) return { kind: 'block' };
  switch (failure.class) {
    case 'network':
    case 'server':
    case 'protocol':
      return {
        kind: 'retry',
        delayMs: backoffDelayMs({ ...TRANSIENT, maxMs: policy.maxRetryMs ?? TRANSIENT.maxMs }, attempt, unit),
      };
    case 'permission':
    case 'config':
      return { kind: 'retry', delayMs: backoffDelayMs(SLOW, attempt, unit) };
    case 'rate_limited': {
      const asked = Math.min(
        // A vendor that says "0" would be asked in a loop.
        Math.max(MIN_RETRY_AFTER_MS, failure.retryAfterMs ?? backoffDelayMs(RATE_LIMITED, attempt, 0)),
        MAX_RETRY_AFTER_MS,
      );
      // Never earlier than asked; spread so that accounts limited together do not come back together.
      return { kind: 'retry', delayMs: Math.round(asked * (1 + 0.1 * unit)) };
    }
    case 'auth':
      // Once more at once (a token may have expired); a wrong secret is never hammered.
      return attempt === 1 ? { kind: 'retry', delayMs: 0 } : { kind: 'block' };
    case 'kicked':
      return policy.whenKicked === 'retry'
        ? { kind: 'retry', delayMs: backoffDelayMs(CONFLICT, attempt, unit) }
        : { kind: 'block' };
    case 'banned':
      return { kind: 'block' };
    default:
      return assertNever(failure.class);
  }
}

/** What an account's failures so far mean for its next try. One per run of the account. */
export class Retries {
  readonly #policy: Pick<TransportPolicy, 'whenKicked' | 'maxRetryMs'>;
  #curve = '';
  #failures = 0;
  #refusals = 0;
  #rotations = 0;

  constructor(policy: Pick<TransportPolicy, 'whenKicked' | 'maxRetryMs'>) {
    this.#policy = policy;
  }

  /** The link was stable: what was before no longer counts. */
  forget(): void {
    this.#curve = '';
    this.#failures = 0;
    this.#refusals = 0;
    this.#rotations = 0;
  }

  decide(failure: EpochFailure, unit: number): RetryDecision {
    const curve = retryCurve(failure.class);
    this.#failures = curve === this.#curve ? this.#failures + 1 : 1;
    this.#curve = curve;
    if (failure.class !== 'auth') return decideRetry(failure, this.#failures, unit, this.#policy);
    // Other trouble in between makes a refused credential no better: it would be shown to the vendor for ever.
    this.#refusals += 1;
    return decideRetry(failure, this.#refusals, unit, this.#policy);
  }

  /** False for a peer that asks for reconnects in a row, none of them stable: that is trouble, and is waited out. */
  mayRotate(): boolean {
    this.#rotations += 1;
    return this.#rotations <= MAX_ROTATIONS;
  }
}

/** A reconnect that the peer asked for is not a failure: at once, spread over a second. */
export function rotateDelayMs(unit: number): number {
  return Math.round(1_000 * unit);
}
