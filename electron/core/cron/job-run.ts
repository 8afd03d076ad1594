// What a run does: the system event first, then the delivery. And the alert after too many errors in a row.
// Must never put a webhook's path or an exception's text into a result: results are shown to every reader.

import type {
  CronAnnouncement,
  CronJob,
  CronRunView,
  CronWakeMode,
  CronWebhook,
} from '../../../shared/model/cron';
import type { Clock } from '../lib/clock';
import { cleanForeignText } from '../lib/foreign-text';
import type { Logger } from '../lib/logger-port';
import type { DeliveryMessage, DeliveryOutcome } from './delivery';
import type { RunResult } from './job-state';
import { isRequested } from './job-state';
import type { RunOrder } from './runner';

const SUMMARY_CHARS = 200;
const ALERT_AFTER = 2;
const ALERT_COOLDOWN_MS = 3_600_000;

/** The effect of every job. May throw: the run is then an error. */
export type CronEffect = (text: string, jobId: string, wakeMode: CronWakeMode) => void;

export interface RunDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onSystemEvent: CronEffect;
  /** Resolves always; the target has passed the rules. */
  readonly deliver: (
    target: CronWebhook | CronAnnouncement,
    message: DeliveryMessage,
    signal: AbortSignal,
  ) => Promise<DeliveryOutcome>;
}

/** Never rejects. */
export async function performRun(
  job: CronJob,
  order: RunOrder,
  deps: RunDeps,
  signal: AbortSignal,
): Promise<RunResult> {
  const { clock } = deps;
  const startedMs = clock.now();
  const startedMonoMs = clock.monotonicMs();
  const result = (rest: Pick<RunResult, 'status'> & Partial<RunResult>): RunResult => ({
    startedMs,
    durationMs: Math.max(0, Math.round(clock.monotonicMs() - startedMonoMs)),
    ...rest,
  });
  try {
    deps.onSystemEvent(job.payload.text, job.id, job.wakeMode);
  } catch (error) {
    deps.logger.error('cron.system-event-failed', { jobId: job.id, error });
    return result({ status: 'error', error: 'the system event could not be queued' });
  }
  const summary = `system event queued: ${cleanForeignText(job.payload.text, SUMMARY_CHARS)}`;
  const { delivery, payload } = job;
  if (delivery === undefined || delivery.mode === 'none')
    return result({ status: 'ok', summary, deliveryStatus: 'not-requested' });
  const body = {
    action: 'finished',
    status: 'ok',
    jobId: job.id,
    jobName: job.name,
    runId: order.runId,
    runAtMs: startedMs,
    summary: payload.text,
  };
  const outcome = await deps.deliver(delivery, { id: order.runId, text: payload.text, body }, signal);
  if (outcome.status === 'delivered') return result({ status: 'ok', summary, deliveryStatus: 'delivered' });
  const failed = { summary, deliveryStatus: outcome.status, deliveryError: outcome.error };
  if (delivery.bestEffort === true) return result({ status: 'ok', ...failed });
  const what = delivery.mode === 'webhook' ? 'webhook not delivered' : 'not announced';
  return result({ status: 'error', error: `${what}: ${outcome.error}`, ...failed });
}

/** The line of the history. */
export function runView(job: CronJob, order: RunOrder, result: RunResult, now: number): CronRunView {
  const { status, startedMs, durationMs, error, summary, deliveryStatus, deliveryError } = result;
  const { nextRunAtMs } = job.state;
  return {
    ts: now,
    jobId: job.id,
    action: 'finished',
    status,
    ...(status === 'skipped'
      ? {}
      : { completionStatus: status === 'ok' ? ('succeeded' as const) : ('failed' as const) }),
    ...(error === undefined ? {} : { error }),
    ...(summary === undefined ? {} : { summary }),
    ...(isRequested(deliveryStatus) ? { delivered: deliveryStatus === 'delivered' } : {}),
    ...(deliveryStatus === undefined ? {} : { deliveryStatus }),
    ...(deliveryError === undefined ? {} : { deliveryError }),
    runId: order.runId,
    runAtMs: startedMs,
    durationMs,
    ...(nextRunAtMs === undefined ? {} : { nextRunAtMs }),
    jobName: job.name,
  };
}

/** Where an alert about this job is to go now, if anywhere. */
export function alertTarget(job: CronJob, now: number): CronWebhook | CronAnnouncement | undefined {
  const { failureAlert, state } = job;
  if (!failureAlert || state.lastRunStatus !== 'error') return undefined;
  if ((state.consecutiveErrors ?? 0) < (failureAlert.after ?? ALERT_AFTER)) return undefined;
  const sinceMs = now - (state.lastFailureAlertAtMs ?? Number.NEGATIVE_INFINITY);
  return sinceMs >= (failureAlert.cooldownMs ?? ALERT_COOLDOWN_MS) ? failureAlert : undefined;
}

export async function sendAlert(
  job: CronJob,
  target: CronWebhook | CronAnnouncement,
  run: CronRunView,
  deps: RunDeps,
  signal: AbortSignal,
): Promise<void> {
  const { consecutiveErrors = 0 } = job.state;
  const { runId, error = '' } = run;
  const body = {
    action: 'failure-alert',
    jobId: job.id,
    jobName: job.name,
    runId,
    consecutiveErrors,
    error,
  };
  const times = consecutiveErrors === 1 ? 'once' : `${consecutiveErrors} times in a row`;
  const text = `The task "${job.name}" has failed ${times}: ${error}`;
  const outcome = await deps.deliver(target, { id: `alert:${runId}`, text, body }, signal);
  if (outcome.status === 'delivered') deps.logger.info('cron.alert-sent', { jobId: job.id });
  else deps.logger.warn('cron.alert-not-delivered', { jobId: job.id, error: outcome.error });
}
