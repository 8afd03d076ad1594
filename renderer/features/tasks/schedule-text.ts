// A schedule in plain words: pure. A cron expression is described only when it has one of a few simple shapes;
// anything else is shown as it is, because a wrong sentence is worse than an expression.

import type { CronSchedule } from '../../../shared/model/cron';
import type { I18n } from '../../i18n/t';
import { foreignText } from '../../ui/foreign-text';

const UNITS = [
  ['schedule.days', 86_400_000],
  ['schedule.hours', 3_600_000],
  ['schedule.minutes', 60_000],
  ['schedule.seconds', 1_000],
] as const;

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const WEEKDAYS = '1,2,3,4,5';
const WEEKENDS = '0,6';
/** A Sunday, to name the days of the week by. */
const SUNDAY = Date.UTC(2026, 0, 4, 12);
const DAY_MS = 86_400_000;

export function scheduleText(schedule: CronSchedule, i18n: I18n): string {
  switch (schedule.kind) {
    case 'at': {
      const at = atMs(schedule.at);
      return i18n.t('schedule.at', { time: at === undefined ? foreignText(schedule.at) : i18n.instant(at) });
    }
    case 'every':
      return everyText(schedule.everyMs, i18n);
    case 'cron': {
      const zone = foreignText(schedule.tz ?? '');
      const said = cronText(schedule.expr, i18n);
      const text = said?.text ?? foreignText(schedule.expr.trim());
      return zone === '' || said?.zoned === false ? text : i18n.t('schedule.zoned', { schedule: text, zone });
    }
  }
}

/** Epoch ms; a time without an offset is UTC, as core reads it. */
export function atMs(at: string): number | undefined {
  const ms = Date.parse(/T/.test(at) && !/(Z|[+-]\d{2}:?\d{2})$/.test(at) ? `${at}Z` : at);
  return Number.isNaN(ms) ? undefined : ms;
}

function everyText(everyMs: number, i18n: I18n): string {
  for (const [key, unitMs] of UNITS) {
    if (everyMs % unitMs === 0) return i18n.t(key, { count: everyMs / unitMs });
  }
  return i18n.t('schedule.every', { duration: i18n.duration(everyMs) });
}

interface Said {
  readonly text: string;
  /** False where a time zone changes nothing. */
  readonly zoned: boolean;
}

/** Undefined when the expression has no simple shape. */
export function cronText(expr: string, i18n: I18n): Said | undefined {
  const trimmed = expr.trim();
  const parts = (NICKNAMES[trimmed.toLowerCase()] ?? trimmed).split(/\s+/);
  if (parts.length === 6 && parts[0] === '0') parts.shift();
  const [minute, hour, day, month, weekday] = parts;
  if (parts.length !== 5 || !minute || !hour || !day || !weekday || month !== '*') return undefined;
  const days = day === '*' ? daysText(weekday) : undefined;
  if (hour === '*' && days === '*') {
    const step = minute === '*' ? 1 : stepOf(minute, 60);
    if (step !== undefined) return { text: i18n.t('schedule.minutes', { count: step }), zoned: false };
  }
  const at = within(minute, 59);
  if (at === undefined) return undefined;
  const hours = hour === '*' ? 1 : stepOf(hour, 24);
  if (hours !== undefined && days === '*') {
    const text = i18n.t('schedule.hourlyAt', { count: hours, minute: `:${two(at)}` });
    return { text, zoned: hours > 1 };
  }
  const clock = within(hour, 23);
  if (clock === undefined) return undefined;
  const time = `${two(clock)}:${two(at)}`;
  if (days !== undefined) return { text: dayTimeText(days, time, i18n), zoned: true };
  const date = within(day, 31);
  if (date === undefined || date === 0 || weekday !== '*') return undefined;
  return { text: i18n.t('schedule.monthly', { day: date, time }), zoned: true };
}

function dayTimeText(days: string, time: string, i18n: I18n): string {
  if (days === '*') return i18n.t('schedule.daily', { time });
  if (days === WEEKDAYS) return i18n.t('schedule.weekdays', { time });
  if (days === WEEKENDS) return i18n.t('schedule.weekends', { time });
  const format = new Intl.DateTimeFormat(i18n.locale, { weekday: 'short', timeZone: 'UTC' });
  const names = days.split(',').map((day) => format.format(SUNDAY + Number(day) * DAY_MS));
  return i18n.t('schedule.onDays', { days: names.join(i18n.t('schedule.separator')), time });
}

/** `*`, or the days in order as `0,6`; Sunday may be written 0, 7 or SUN. */
function daysText(field: string): string | undefined {
  if (field === '*') return '*';
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const [first, last, ...rest] = part.split('-').map(dayNumber);
    if (first === undefined || rest.length > 0) return undefined;
    if (part.includes('-') && (last === undefined || last < first)) return undefined;
    for (let day = first; day <= (last ?? first); day += 1) days.add(day % 7);
  }
  return days.size === 7 ? '*' : [...days].sort().join(',');
}

function dayNumber(text: string): number | undefined {
  const named = DAY_NAMES.indexOf(text.toUpperCase());
  return named === -1 ? within(text, 7) : named;
}

/** Only steps that divide the whole evenly are "every N". */
function stepOf(field: string, whole: number): number | undefined {
  const step = field.startsWith('*/') ? within(field.slice(2), whole - 1) : undefined;
  return step !== undefined && step > 0 && whole % step === 0 ? step : undefined;
}

function within(text: string, max: number): number | undefined {
  return /^\d{1,2}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
