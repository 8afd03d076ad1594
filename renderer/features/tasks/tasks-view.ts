// Pure decisions of the Tasks page: how a task stands, and which of core's sentences this page can say in its own
// language. Never judges a task itself: core has.

import type { CronJobView, CronRunStatus } from '../../../shared/model/cron';
import type { MessageKey } from '../../i18n/catalogue';
import { coreText } from '../../i18n/core-text';
import { type I18n, isDue } from '../../i18n/t';
import { foreignText } from '../../ui/foreign-text';
import type { Shape, Tone } from '../../ui/status-mark';

export const RUN_MARKS: Readonly<Record<CronRunStatus, { readonly tone: Tone; readonly shape: Shape }>> = {
  ok: { tone: 'ok', shape: 'tick' },
  error: { tone: 'bad', shape: 'cross' },
  skipped: { tone: 'muted', shape: 'dash' },
};

export type TaskState = 'running' | 'paused' | 'done' | CronRunStatus | 'none';

export const STATE_MARKS: Readonly<Record<TaskState, { readonly tone: Tone; readonly shape: Shape }>> = {
  ...RUN_MARKS,
  running: { tone: 'info', shape: 'ring' },
  paused: { tone: 'muted', shape: 'hollow' },
  done: { tone: 'muted', shape: 'tick' },
  none: { tone: 'muted', shape: 'dash' },
};

/** What is said of a task in one word: what it does now, else how it went last. */
export function taskState(job: CronJobView): TaskState {
  if (job.state.runningAtMs !== undefined) return 'running';
  if (job.enabled) return job.lastRunStatus ?? 'none';
  if (job.lastRunStatus === 'error') return 'error';
  return job.schedule.kind === 'at' && job.lastRunAtMs !== undefined ? 'done' : 'paused';
}

export function taskStateText(state: TaskState, { t }: I18n): string {
  switch (state) {
    case 'running':
    case 'paused':
    case 'done':
      return t(`tasks.state.${state}`);
    default:
      return t(`tasks.result.${state}`);
  }
}

/** `Next in 12m`, or why there is no next time. */
export function nextText(job: CronJobView, i18n: I18n, now: number): string {
  const { nextRunAtMs } = job;
  if (!job.enabled) return i18n.t(taskState(job) === 'done' ? 'tasks.state.done' : 'tasks.state.paused');
  if (nextRunAtMs === undefined) return i18n.t('tasks.nextNone');
  return isDue(nextRunAtMs, now)
    ? i18n.t('tasks.nextNow')
    : i18n.t('tasks.next', { age: i18n.age(nextRunAtMs, now) });
}

/** The same for the detail, with the exact time. */
export function nextExactText(job: CronJobView, i18n: I18n, now: number): string {
  const { enabled, nextRunAtMs } = job;
  if (!enabled || nextRunAtMs === undefined || isDue(nextRunAtMs, now)) return nextText(job, i18n, now);
  return i18n.t('tasks.nextExact', { age: i18n.age(nextRunAtMs, now), time: i18n.instant(nextRunAtMs) });
}

export function taskName(job: CronJobView): string {
  return foreignText(job.displayName ?? job.name).trim() || job.id;
}

/** Beginnings of sentences that core writes into a run's error. */
export const RUN_TEXTS: readonly (readonly [beginning: string, key: MessageKey & `tasks.core.${string}`])[] =
  [
    ['missed: was due', 'tasks.core.missed'],
    ['its last run is not over', 'tasks.core.overlap'],
    ['interrupted: the gateway ended while it ran', 'tasks.core.interrupted'],
  ];

/** Core's own sentence in this language where it is known, else as it came, cleaned. */
export function runText(text: string, i18n: I18n): string {
  const known = RUN_TEXTS.find(([beginning]) => text.startsWith(beginning));
  return known ? i18n.t(known[1]) : coreText(text, i18n);
}
