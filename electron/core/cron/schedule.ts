// When a job is due next: pure, in epoch ms. croner computes the cron expressions; nothing here holds a timer.

import { createHash } from 'node:crypto';
import { Cron as CronExpression } from 'croner';
import type { CronSchedule } from '../../../shared/model/cron';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';

/** A shorter interval would be a busy loop, not a schedule. */
const MIN_EVERY_MS = 1_000;
/** As upstream: a form that was filled in slowly is not a mistake, a date of last week is. */
const PAST_MS = 60_000;
const TEN_YEARS_MS = 10 * 365.25 * 86_400_000;
const MAX_STAGGER_MS = 86_400_000;

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** What a schedule counts from. */
export interface ScheduleOwner {
  readonly id: string;
  readonly createdAtMs: number;
}

/** Epoch ms of an ISO 8601 time; one without an offset is UTC. Undefined when it is none. */
export function parseAt(at: string): number | undefined {
  const match = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(at);
  if (match === null) return undefined;
  const [, time, offset] = match;
  const ms = Date.parse(time === undefined || offset !== undefined ? at : `${at}Z`);
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}

/** Everything that can be wrong with a schedule, found before the job exists. */
export function checkSchedule(schedule: CronSchedule, now: number): Result<void, FieldProblem> {
  switch (schedule.kind) {
    case 'at':
      return checkAt(schedule.at, now);
    case 'every':
      if (schedule.everyMs < MIN_EVERY_MS)
        return problem('everyMs', `is too short: at least ${MIN_EVERY_MS} ms`);
      return schedule.everyMs <= TEN_YEARS_MS ? ok(undefined) : problem('everyMs', 'is more than ten years');
    case 'cron':
      return checkCron(schedule, now);
  }
}

/** The first due time after `afterMs`; undefined when there is none. */
export function nextDueMs(schedule: CronSchedule, owner: ScheduleOwner, afterMs: number): number | undefined {
  switch (schedule.kind) {
    case 'at': {
      const at = parseAt(schedule.at);
      return at !== undefined && at > afterMs ? at : undefined;
    }
    case 'every': {
      const anchor = schedule.anchorMs ?? owner.createdAtMs;
      // A chosen anchor is also a beginning. The creation is not: it lies ahead only when the clock went back.
      if (schedule.anchorMs !== undefined && anchor > afterMs) return anchor;
      return anchor + (Math.floor((afterMs - anchor) / schedule.everyMs) + 1) * schedule.everyMs;
    }
    case 'cron': {
      // Every job has its own constant share of the stagger, so that a hundred hourly jobs do not start at once.
      const offset = staggerOf(owner.id, schedule.staggerMs ?? 0);
      const next = expression(schedule).nextRun(new Date(afterMs - offset));
      return next === null ? undefined : next.getTime() + offset;
    }
  }
}

function checkAt(at: string, now: number): Result<void, FieldProblem> {
  const ms = parseAt(at);
  if (ms === undefined) return problem('at', 'is not an ISO 8601 time such as 2026-01-31T09:00:00Z');
  if (ms < now - PAST_MS) return problem('at', 'is in the past');
  if (ms > now + TEN_YEARS_MS) return problem('at', 'is more than ten years away');
  return ok(undefined);
}

function checkCron(schedule: CronSchedule & { kind: 'cron' }, now: number): Result<void, FieldProblem> {
  if (schedule.tz !== undefined && !isTimeZone(schedule.tz))
    return problem('tz', 'is not a time zone such as Europe/Berlin');
  if ((schedule.staggerMs ?? 0) > MAX_STAGGER_MS) return problem('staggerMs', 'is more than a day');
  const fields = schedule.expr.trim().split(/\s+/).length;
  // croner would also take a date and a field of years.
  if (!schedule.expr.trim().startsWith('@') && fields !== 5 && fields !== 6) {
    return problem('expr', 'has not five fields (minute hour day month weekday) or six (seconds first)');
  }
  try {
    if (expression(schedule).nextRun(new Date(now)) === null) return problem('expr', 'is never due');
  } catch (error) {
    return problem('expr', expressionProblem(error));
  }
  return ok(undefined);
}

/** Names the field of the expression, never its text (SEC-49). */
function expressionProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const field = /\b(second|minute|hour|dayOfWeek|day|month)s?\b/.exec(message)?.[1];
  const name = field === 'dayOfWeek' ? 'weekday' : field;
  return name === undefined ? 'is not a cron expression' : `is not a cron expression: look at its ${name}`;
}

/** Reading an expression costs more than asking it; a job keeps its schedule's object for life. */
const expressions = new WeakMap<CronSchedule, CronExpression>();

function expression(schedule: CronSchedule & { kind: 'cron' }): CronExpression {
  const known = expressions.get(schedule);
  if (known !== undefined) return known;
  const read = new CronExpression(schedule.expr.trim(), {
    mode: '5-or-6-parts',
    ...(schedule.tz === undefined ? {} : { timezone: schedule.tz }),
  });
  expressions.set(schedule, read);
  return read;
}

function isTimeZone(tz: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: tz });
    return true;
  } catch {
    return false;
  }
}

function staggerOf(id: string, staggerMs: number): number {
  if (staggerMs === 0) return 0;
  return createHash('sha256').update(id).digest().readUInt32BE(0) % staggerMs;
}

function problem(field: string, message: string): Result<never, FieldProblem> {
  return err({ field: `schedule.${field}`, message });
}
