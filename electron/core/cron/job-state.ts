// How a job's state changes with time and runs: pure. The rules for what was missed, overlapped or cut off are here.

import type { CronDeliveryStatus, CronJob, CronJobState, CronRunStatus } from '../../../shared/model/cron';
import { nextDueMs, parseAt } from './schedule';

/** A run that starts this late still counts as on time: a stalled moment, a small step of the clock. */
export const ON_TIME_MS = 60_000;
/** A clock set back by less than this does not repeat what already ran; by more, it was wrong before. */
const SMALL_STEP_MS = 3_600_000;

export interface RunResult {
  readonly status: CronRunStatus;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly error?: string;
  readonly summary?: string;
  readonly deliveryStatus?: CronDeliveryStatus;
  readonly deliveryError?: string;
}

/** What to do with a job at this moment. */
export type Due = 'run' | 'missed' | 'not-due';

/** The job with its next due time computed anew: after an edit, a start, or a clock that went back. */
export function rescheduled(job: CronJob, now: number): CronJob {
  const next = job.enabled ? dueAfter(job, now) : undefined;
  return withState(job, {
    ...without(job.state, 'nextRunAtMs'),
    ...(next === undefined ? {} : { nextRunAtMs: next }),
  });
}

/**
 * At a start: what was due meanwhile stays due, so that it is found missed; a due time farther away than the
 * schedule says (the clock was wrong then) is brought back.
 */
export function restored(job: CronJob, now: number): CronJob {
  const fresh = rescheduled(job, now);
  const stored = job.state.nextRunAtMs;
  if (!job.enabled || stored === undefined || stored > (fresh.state.nextRunAtMs ?? now)) return fresh;
  return withState(fresh, { ...fresh.state, nextRunAtMs: stored });
}

/** `at` runs once however late; a repeated job that missed its time waits for the next one. */
export function dueness(job: CronJob, now: number): Due {
  const { nextRunAtMs } = job.state;
  if (!job.enabled || nextRunAtMs === undefined || nextRunAtMs > now) return 'not-due';
  return job.schedule.kind === 'at' || now - nextRunAtMs <= ON_TIME_MS ? 'run' : 'missed';
}

/** Taken on for a run: stored before the run begins, so that a crash cannot make it run twice. */
export function claimed(job: CronJob, now: number, byHand: boolean): CronJob {
  const advanced = byHand ? job : advance(job, now);
  return withState(advanced, { ...advanced.state, runningAtMs: now });
}

/** Taken on but not begun when the gateway stopped: due again at the next start. */
export function released(job: CronJob, dueMs: number | undefined): CronJob {
  const state = without(job.state, 'runningAtMs');
  return withState(job, dueMs === undefined || !job.enabled ? state : { ...state, nextRunAtMs: dueMs });
}

/** After a run or a skip. An `at` that has had its time is switched off; by hand, the schedule stays as it was. */
export function finished(job: CronJob, result: RunResult, byHand: boolean): CronJob {
  const { status, startedMs, durationMs, error, deliveryStatus, deliveryError } = result;
  const { nextRunAtMs, lastFailureAlertAtMs, consecutiveErrors = 0, consecutiveSkipped = 0 } = job.state;
  const spent = job.schedule.kind === 'at' && !byHand && nextRunAtMs === undefined;
  return {
    ...job,
    enabled: job.enabled && !spent,
    state: {
      ...(nextRunAtMs === undefined ? {} : { nextRunAtMs }),
      // After a good run the next errors are news again.
      ...(lastFailureAlertAtMs === undefined || status === 'ok' ? {} : { lastFailureAlertAtMs }),
      lastRunAtMs: startedMs,
      lastRunStatus: status,
      lastStatus: status,
      lastDurationMs: durationMs,
      ...(error === undefined ? {} : { lastError: error }),
      consecutiveErrors: status === 'error' ? consecutiveErrors + 1 : status === 'ok' ? 0 : consecutiveErrors,
      consecutiveSkipped: status === 'skipped' ? consecutiveSkipped + 1 : 0,
      ...(deliveryStatus === undefined ? {} : { lastDeliveryStatus: deliveryStatus }),
      ...(isRequested(deliveryStatus) ? { lastDelivered: deliveryStatus === 'delivered' } : {}),
      ...(deliveryError === undefined ? {} : { lastDeliveryError: deliveryError }),
    },
  };
}

/** Skipped because it was missed, or because its last run is not over: only counted, and moved on. */
export function skipped(job: CronJob, error: string, now: number): CronJob {
  const { runningAtMs } = job.state;
  const moved = advance(job, now);
  const done = finished(moved, { status: 'skipped', startedMs: now, durationMs: 0, error }, false);
  return runningAtMs === undefined ? done : withState(done, { ...done.state, runningAtMs });
}

export function isRequested(status: CronDeliveryStatus | undefined): boolean {
  return status !== undefined && status !== 'not-requested';
}

function advance(job: CronJob, now: number): CronJob {
  const next = job.schedule.kind === 'at' ? undefined : nextDueMs(job.schedule, job, now);
  const state = without(job.state, 'nextRunAtMs');
  return withState(job, next === undefined ? state : { ...state, nextRunAtMs: next });
}

function dueAfter(job: CronJob, now: number): number | undefined {
  const { lastRunAtMs } = job.state;
  const lastRunMs = lastRunAtMs !== undefined && lastRunAtMs <= now + SMALL_STEP_MS ? lastRunAtMs : undefined;
  if (job.schedule.kind === 'at') {
    const at = parseAt(job.schedule.at);
    // Its one time is over when a run began at or after it.
    return at === undefined || (lastRunMs ?? -1) >= at ? undefined : at;
  }
  return nextDueMs(job.schedule, job, Math.max(now, lastRunMs ?? now));
}

function withState(job: CronJob, state: CronJobState): CronJob {
  return { ...job, state };
}

function without(state: CronJobState, key: 'nextRunAtMs' | 'runningAtMs'): CronJobState {
  const { [key]: _gone, ...rest } = state;
  return rest;
}
