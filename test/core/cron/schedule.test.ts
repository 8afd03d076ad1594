import { describe, expect, it } from 'vitest';
import { checkSchedule, nextDueMs, parseAt } from '../../../electron/core/cron/schedule';
import type { CronSchedule } from '../../../shared/model/cron';
import { DAY, HOUR, START } from './harness';

const owner = { id: 'job', createdAtMs: START };

function due(schedule: CronSchedule, after: string, count: number): string[] {
  const times: string[] = [];
  let at = Date.parse(after);
  for (let n = 0; n < count; n += 1) {
    const next = nextDueMs(schedule, owner, at);
    if (next === undefined) break;
    at = next;
    times.push(new Date(next).toISOString().slice(0, 16));
  }
  return times;
}

function field(schedule: CronSchedule): string {
  const checked = checkSchedule(schedule, START);
  return checked.ok ? 'ok' : `${checked.error.field}: ${checked.error.message}`;
}

describe('a cron expression', () => {
  it('moves with daylight saving time and runs once on the day that the hour is missing or twice there', () => {
    const nightly: CronSchedule = { kind: 'cron', expr: '30 2 * * *', tz: 'Europe/Berlin' };
    // 02:30 does not exist on 29 March: it runs when that hour would have been over.
    expect(due(nightly, '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
    expect(due(nightly, '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    const often: CronSchedule = { kind: 'cron', expr: '*/30 * * * *', tz: 'Europe/Berlin' };
    expect(due(often, '2026-10-25T00:10:00Z', 4)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:00',
      '2026-10-25T01:30',
      '2026-10-25T02:00',
    ]);
  });

  it('is read in its own time zone', () => {
    const at = (tz: string) => due({ kind: 'cron', expr: '0 9 * * *', tz }, '2026-01-01T00:00:00Z', 1)[0];
    expect(at('UTC')).toBe('2026-01-01T09:00');
    expect(at('America/New_York')).toBe('2026-01-01T14:00');
    expect(at('Asia/Kolkata')).toBe('2026-01-01T03:30');
    expect(at('Pacific/Kiritimati')).toBe('2026-01-01T19:00');
  });

  it('may have seconds, a nickname and a stagger that is constant for the job', () => {
    expect(nextDueMs({ kind: 'cron', expr: '*/10 * * * * *', tz: 'UTC' }, owner, START)).toBe(START + 10_000);
    expect(due({ kind: 'cron', expr: '@daily', tz: 'UTC' }, '2026-01-01T12:00:00Z', 1)).toEqual([
      '2026-01-02T00:00',
    ]);
    const staggered: CronSchedule = { kind: 'cron', expr: '0 * * * *', tz: 'UTC', staggerMs: 300_000 };
    const first = nextDueMs(staggered, owner, START) as number;
    const second = nextDueMs(staggered, owner, first) as number;
    expect(first % HOUR).toBeLessThan(300_000);
    expect(second - first).toBe(HOUR);
    const others = ['a', 'b', 'c', 'd'].map((id) => nextDueMs(staggered, { ...owner, id }, START));
    expect(new Set(others).size).toBe(4);
  });

  it('is refused with the field named, never its text', () => {
    const cron = (expr: string, tz?: string) =>
      field({ kind: 'cron', expr, ...(tz === undefined ? {} : { tz }) });
    expect(cron('61 * * * *')).toBe('schedule.expr: is not a cron expression: look at its minute');
    expect(cron('* 24 * * *')).toContain('hour');
    expect(cron('* * * * mon-oops')).toMatch(/^schedule\.expr: is not a cron expression/);
    expect(cron('* * * *')).toContain('five fields');
    expect(cron('* * * * * * 2030')).toContain('five fields');
    expect(cron('2026-01-01T00:00:00')).toContain('five fields');
    expect(cron('0 0 30 2 *')).toBe('schedule.expr: is never due');
    expect(cron('* * * * *', 'Mars/Base')).toContain('schedule.tz: is not a time zone');
    expect(cron('* * * * *', '')).toContain('schedule.tz');
    expect(cron('*/5 9-17 * * MON-FRI', 'Europe/Berlin')).toBe('ok');
    expect(cron('61 hunter2 * * *')).not.toContain('hunter2');
  });
});

describe('an interval', () => {
  it('keeps to its anchor, which is the creation when there is none', () => {
    const every: CronSchedule = { kind: 'every', everyMs: HOUR };
    expect(nextDueMs(every, owner, START)).toBe(START + HOUR);
    expect(nextDueMs(every, owner, START + 2.5 * HOUR)).toBe(START + 3 * HOUR);
    const anchored: CronSchedule = { ...every, anchorMs: START + 600_000 };
    expect(nextDueMs(anchored, owner, START)).toBe(START + 600_000);
    expect(nextDueMs(anchored, owner, START + DAY)).toBe(START + DAY + 600_000);
  });

  it('is neither a busy loop nor beyond every date', () => {
    expect(field({ kind: 'every', everyMs: 999 })).toBe('schedule.everyMs: is too short: at least 1000 ms');
    expect(field({ kind: 'every', everyMs: 8e15 })).toContain('schedule.everyMs');
    expect(field({ kind: 'every', everyMs: 1_000 })).toBe('ok');
  });
});

describe('a single time', () => {
  it('is ISO 8601, and UTC without an offset', () => {
    expect(parseAt('2026-01-31T09:00')).toBe(Date.UTC(2026, 0, 31, 9));
    expect(parseAt('2026-01-31T09:00:00+02:00')).toBe(Date.UTC(2026, 0, 31, 7));
    expect(parseAt('2026-01-31')).toBe(Date.UTC(2026, 0, 31));
    for (const bad of ['tomorrow', '2026-13-01', '31.01.2026', '1769850000000', '2026-01-31T25:00', ''])
      expect(parseAt(bad)).toBeUndefined();
  });

  it('lies neither in the past nor ten years ahead', () => {
    const at = (ms: number) => field({ kind: 'at', at: new Date(ms).toISOString() });
    expect(at(START + 1)).toBe('ok');
    expect(at(START - 30_000)).toBe('ok');
    expect(at(START - 61_000)).toBe('schedule.at: is in the past');
    expect(at(START + 11 * 366 * DAY)).toContain('schedule.at: is more than ten years away');
    expect(field({ kind: 'at', at: 'soon' })).toContain('schedule.at: is not an ISO 8601 time');
  });
});
