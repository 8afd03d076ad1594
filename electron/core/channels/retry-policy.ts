// When an account tries again after an epoch, by failure class. Pure: called by account-supervisor with the
// consecutive count and a random unit. The numbers are those of reference/channels section 3.4.

import { assertNever } from '../../../shared/assert-never';
import type { FailureClass } from '../../../shared/model/channel';
import { type BackoffPolicy, backoffDelayMs } from '../lib/backoff';
import type { EpochFailure } from './channel-adapter';

export type RetryDecision = { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'block' };

const TRANSIENT: BackoffPolicy = { initialMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.25 };
/** May heal on the platform's side (allow list, app not released), so it is tried again, slowly. */
const SLOW: BackoffPolicy = { initialMs: 60_000, factor: 2, maxMs: 900_000, jitter: 0.1 };
const RATE_LIMITED: BackoffPolicy = { initialMs: 60_000, factor: 1.5, maxMs: 600_000, jitter: 0 };
/** A peer may ask for any delay; past 2^31 ms a timer would fire at once. */
const MAX_RETRY_AFTER_MS = 86_400_000;

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

/** `attempt`: consecutive failures on this curve, this one included. `unit`: uniform in [0, 1). */
export function decideRetry(failure: EpochFailure, attempt: number, unit: number): RetryDecision {
  switch (failure.class) {
    case 'network':
    case 'server':
    case 'protocol':
      return { kind: 'retry', delayMs: backoffDelayMs(TRANSIENT, attempt, unit) };
    case 'permission':
    case 'config':
      return { kind: 'retry', delayMs: backoffDelayMs(SLOW, attempt, unit) };
    case 'rate_limited': {
      const asked = Math.min(
        failure.retryAfterMs ?? backoffDelayMs(RATE_LIMITED, attempt, 0),
        MAX_RETRY_AFTER_MS,
      );
      // Never earlier than asked; spread so that accounts limited together do not come back together.
      return { kind: 'retry', delayMs: Math.round(asked * (1 + 0.1 * unit)) };
    }
    case 'auth':
      // Once more at once (a token may have expired); a wrong secret is never hammered.
      return attempt === 1 ? { kind: 'retry', delayMs: 0 } : { kind: 'block' };
    case 'kicked':
    case 'banned':
      return { kind: 'block' };
    default:
      return assertNever(failure.class);
  }
}

/** A reconnect that the peer asked for is not a failure: at once, spread over a second. */
export function rotateDelayMs(unit: number): number {
  return Math.round(1_000 * unit);
}
