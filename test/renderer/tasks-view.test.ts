// Schedules in plain words, and what becomes of the dialog's form. Pure.

import { describe, expect, it } from 'vitest';
import { cronText, scheduleText } from '../../renderer/features/tasks/schedule-text';
import {
  accountItems,
  editOf,
  fieldOf,
  formOf,
  inputOf,
  newForm,
  scheduleOf,
  unsendable,
} from '../../renderer/features/tasks/task-form';
import { nextExactText, nextText, runText, taskState } from '../../renderer/features/tasks/tasks-view';
import { createI18n } from '../../renderer/i18n/t';
import type { CronSchedule } from '../../shared/model/cron';
import { cronJob } from '../helpers/cron-views';
import { channelStatus } from '../helpers/status-snapshot';

const en = createI18n('en');
const zh = createI18n('zh-CN');
const filled = { ...newForm('UTC'), name: 'n', text: 't' };

describe('a schedule in words', () => {
  it.each<[CronSchedule, string, string]>([
    [{ kind: 'every', everyMs: 900_000 }, 'Every 15 minutes', '每 15 分钟'],
    [{ kind: 'every', everyMs: 60_000 }, 'Every minute', '每 1 分钟'],
    [{ kind: 'every', everyMs: 5_400_000 }, 'Every 90 minutes', '每 90 分钟'],
    [{ kind: 'every', everyMs: 86_400_000 }, 'Every day', '每 1 天'],
    [{ kind: 'every', everyMs: 1_500 }, 'Every 1.5s', '每 1.5秒'],
    [
      { kind: 'cron', expr: '0 9 * * 1-5', tz: 'Europe/Berlin' },
      'Weekdays 09:00 Europe/Berlin',
      '工作日 09:00 Europe/Berlin',
    ],
    [{ kind: 'cron', expr: '0 9 * * 1-5' }, 'Weekdays 09:00', '工作日 09:00'],
    [{ kind: 'cron', expr: '*/15 * * * *', tz: 'Asia/Tokyo' }, 'Every 15 minutes', '每 15 分钟'],
    [{ kind: 'cron', expr: '30 2 * * sun,WED' }, 'Sun, Wed 02:30', '周日、周三 02:30'],
    [
      { kind: 'cron', expr: '15 */6 * * *', tz: 'UTC' },
      'Every 6 hours at :15 UTC',
      '每 6 小时的第 :15 分 UTC',
    ],
    [{ kind: 'cron', expr: '5 * * * *' }, 'Every hour at :05', '每 1 小时的第 :05 分'],
    [{ kind: 'cron', expr: '@daily' }, 'Every day 00:00', '每天 00:00'],
    [{ kind: 'cron', expr: '0 0 12 1 * *' }, 'Day 1 of each month 12:00', '每月 1 日 12:00'],
  ])('%j', (schedule, english, chinese) => {
    expect(scheduleText(schedule, en)).toBe(english);
    expect(scheduleText(schedule, zh)).toBe(chinese);
  });

  it.each([
    '7 9 * * 1#2',
    '0 9 1 * 1',
    '0 9 * 6 *',
    '*/7 * * * *',
    '0 */5 * * *',
    '30 0 9 * * *',
    '0 9 * * 5-1',
    '0 24 * * *',
    '60 * * * *',
    '0 9 0 * *',
    '0 9 L * *',
    '0 9,17 * * *',
    '@yearly',
    'nonsense',
    '',
  ])('shows %j as it is, because a wrong sentence would be worse', (expr) => {
    expect(cronText(expr, en)).toBeUndefined();
    expect(scheduleText({ kind: 'cron', expr, tz: 'UTC' }, en)).toBe(`${expr} UTC`);
  });

  it('reads a time without an offset as UTC, as core does', () => {
    const say = (at: string) => scheduleText({ kind: 'at', at }, en);
    expect(say('2026-01-31T09:00:00')).toBe(say('2026-01-31T09:00:00Z'));
    expect(say('2026-01-31T09:00:00+01:00')).toBe(say('2026-01-31T08:00:00Z'));
    expect(say('soon')).toBe('Once, soon');
  });
});

describe('the form', () => {
  it('comes back the same from every kind of task', () => {
    const schedules: readonly CronSchedule[] = [
      { kind: 'at', at: '2030-01-31T09:00:00.000Z' },
      { kind: 'every', everyMs: 5_400_000 },
      { kind: 'every', everyMs: 172_800_000 },
      { kind: 'cron', expr: '0 9 * * 1-5' },
      { kind: 'cron', expr: '0 9 * * 1-5', tz: 'Asia/Tokyo' },
    ];
    for (const schedule of schedules) {
      const job = cronJob({ schedule, ...(schedule.kind === 'at' && { deleteAfterRun: true }) });
      const form = formOf(job, 'Europe/Berlin');
      expect(scheduleOf(form)).toEqual(schedule);
      expect(editOf(job, form, 'Europe/Berlin')).toEqual({});
    }
  });

  it('does not touch a time whose seconds it cannot show', () => {
    const job = cronJob({ schedule: { kind: 'at', at: '2030-01-31T09:00:42.000Z' } });
    expect(editOf(job, { ...formOf(job, 'UTC'), name: 'New' }, 'UTC')).toEqual({ name: 'New' });
  });

  it('says whether a task that runs once is kept', () => {
    const once = { ...filled, kind: 'at', at: '2030-01-31T09:00' } as const;
    expect(inputOf(once).deleteAfterRun).toBe(false);
    expect(inputOf({ ...once, keep: false }).deleteAfterRun).toBe(true);
    expect(inputOf(filled).deleteAfterRun).toBeUndefined();
  });

  it('sends a changed delivery and nothing else', () => {
    const job = cronJob({ delivery: { mode: 'webhook', to: 'https://a.example/…' } });
    const form = formOf(job, 'UTC');
    expect(editOf(job, { ...form, delivery: 'none' }, 'UTC')).toEqual({ delivery: { mode: 'none' } });
    const to = 'https://b.example/';
    expect(editOf(job, { ...form, to }, 'UTC')).toEqual({ delivery: { mode: 'webhook', to } });
    const announced = { ...form, delivery: 'announce', account: 'slack/work', conversation: ' C1 ' } as const;
    expect(editOf(job, announced, 'UTC')).toEqual({
      delivery: { mode: 'announce', channel: 'slack', accountId: 'work', to: 'C1' },
    });
  });

  it('leaves an announcement alone that nobody touched, also one that names no account', () => {
    for (const accountId of [undefined, 'work']) {
      const named = accountId === undefined ? {} : { accountId };
      const job = cronJob({ delivery: { mode: 'announce', channel: 'slack', to: 'C1', ...named } });
      const form = formOf(job, 'UTC');
      expect(editOf(job, { ...form, name: 'New' }, 'UTC')).toEqual({ name: 'New' });
      expect(editOf(job, { ...form, conversation: 'C2' }, 'UTC')).toEqual({
        delivery: { mode: 'announce', channel: 'slack', to: 'C2', ...named },
      });
      expect(editOf(job, { ...form, account: 'feishu/default' }, 'UTC')).toEqual({
        delivery: { mode: 'announce', channel: 'feishu', accountId: 'default', to: 'C1' },
      });
    }
  });

  it('offers the accounts that can send, and the chosen one even when it is gone', () => {
    const accounts = [
      channelStatus({ channel: 'slack', label: 'Slack', accountId: 'work', name: 'Team', canSend: true }),
      channelStatus({ channel: 'feishu', label: 'Feishu', accountId: 'default', phase: 'backoff' }),
      channelStatus({ channel: 'webhook', accountId: 'in', phase: 'ready', canSend: false }),
      channelStatus({ channel: 'slack', accountId: 'off', enabled: false, phase: 'disabled' }),
      channelStatus({ channel: 'slack', accountId: 'new', configured: false, phase: 'unconfigured' }),
    ];
    const shown = [
      { value: 'slack/work', label: 'Team (Slack · work)' },
      { value: 'feishu/default', label: 'Feishu / Lark' },
    ];
    expect(accountItems(accounts, '', en)).toEqual(shown);
    expect(accountItems(accounts, 'slack/work', en)).toEqual(shown);
    expect(accountItems(accounts, 'slack/gone', en)).toEqual([
      ...shown,
      { value: 'slack/gone', label: 'Slack (gone)' },
    ]);
    expect(accountItems([], 'slack/', zh)).toEqual([{ value: 'slack/', label: 'Slack' }]);
  });

  it.each([
    [{ ...filled, name: '  ' }, 'name'],
    [{ ...filled, text: '\n' }, 'payload.text'],
    [{ ...filled, every: '1.5' }, 'schedule.everyMs'],
    [{ ...filled, every: '0' }, 'schedule.everyMs'],
    [{ ...filled, kind: 'at', at: 'garbage' }, 'schedule.at'],
    [{ ...filled, kind: 'cron', expr: ' ' }, 'schedule.expr'],
    [{ ...filled, delivery: 'announce' }, 'delivery.channel'],
    [filled, undefined],
  ] as const)('knows what cannot be sent', (form, field) => {
    expect(unsendable(form)).toBe(field);
  });

  it('finds the field of main’s objection, also inside a patch', () => {
    const field = (name?: string) =>
      fieldOf({ code: 'invalid_params', message: 'm', ...(name !== undefined && { field: name }) });
    expect(field('schedule.tz')).toBe('schedule.tz');
    expect(field('patch.payload.text')).toBe('payload.text');
    expect(field('id')).toBeUndefined();
    expect(field()).toBeUndefined();
  });
});

describe('how a task stands', () => {
  const at = { kind: 'at', at: '2026-01-01T00:00:00Z' } as const;
  it.each([
    [{}, 'none'],
    [{ lastRunStatus: 'skipped' }, 'skipped'],
    [{ enabled: false, lastRunStatus: 'ok', lastRunAtMs: 1 }, 'paused'],
    [{ enabled: false, lastRunStatus: 'ok', lastRunAtMs: 1, schedule: at }, 'done'],
    [{ enabled: false, lastRunStatus: 'error', lastRunAtMs: 1, schedule: at }, 'error'],
    [{ enabled: false, schedule: at }, 'paused'],
    [{ lastRunStatus: 'error', state: { runningAtMs: 1 } }, 'running'],
  ] as const)('%j is %s', (change, state) => {
    expect(taskState(cronJob(change))).toBe(state);
  });
});

it('a task that is due within a moment is due now, not "next just now"', () => {
  const now = 1_000_000;
  for (const nextRunAtMs of [now - 5, now, now + 900, now + 1_400]) {
    const job = cronJob({ nextRunAtMs });
    expect([nextText(job, en, now), nextExactText(job, en, now)]).toEqual(['Due now', 'Due now']);
  }
  expect(nextText(cronJob({ nextRunAtMs: now + 2_000 }), en, now)).toMatch(/^Next in 2/);
});

it('core’s sentences about a run come in this language, others as they are', () => {
  expect(runText('webhook not delivered: the target answered 500', zh)).toBe(
    '未能投递到网络地址：对方返回了 500',
  );
  expect(runText('webhook not delivered: the target answered 500', en)).toBe(
    'Webhook not delivered: the target answered 500',
  );
  expect(runText('chat\u202e not found', zh)).toBe('chat not found');
});
