// Tasks: the list in plain words, what can be done with a task, its history, and the dialog with main's objections.

import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { CronJobView } from '../../shared/model/cron';
import { cronJob, cronRun, jobPage, pageOf } from '../helpers/cron-views';
import { type FakeBridge, failed, replied } from '../helpers/fake-bridge';
import { channelStatus } from '../helpers/status-snapshot';
import { fineSnapshot, NOW, type Options, renderApp } from './render-app';

const page = 'tasks' as const;

async function renderTasks(jobs: readonly CronJobView[], prepare?: (bridge: FakeBridge) => void) {
  const options: Options = { page, jobs, ...(prepare && { prepare }) };
  const rendered = await renderApp(options);
  if (jobs.length > 0) await screen.findAllByTestId('task-row');
  return rendered;
}

const rows = () => screen.getAllByTestId('task-row').map((row) => row.textContent ?? '');

describe('the list', () => {
  it('says when each task runs, next and last, in plain words', async () => {
    await renderTasks([
      cronJob({ nextRunAtMs: NOW + 3_600_000 }),
      cronJob({
        id: 'b',
        name: 'Poll',
        schedule: { kind: 'every', everyMs: 900_000 },
        nextRunAtMs: NOW + 600_000,
        lastRunAtMs: NOW - 300_000,
        lastRunStatus: 'ok',
      }),
      cronJob({ id: 'c', name: 'Off', enabled: false }),
      cronJob({
        id: 'd',
        name: 'Bad',
        nextRunAtMs: NOW - 1,
        lastRunAtMs: NOW - 60_000,
        lastRunStatus: 'error',
      }),
      cronJob({ id: 'e', name: 'Busy', state: { runningAtMs: NOW }, nextRunAtMs: NOW + 60_000 }),
    ]);
    expect(rows()[0]).toMatch(/^Morning summaryNext in 1h.*Weekdays 09:00 Europe\/BerlinNot run yet$/);
    expect(rows()[1]).toMatch(/^PollNext in 10m.*Every 15 minutesWorked5m ago$/);
    expect(rows()[2]).toMatch(/^OffPaused/);
    expect(rows()[3]).toMatch(/^BadDue now.*Failed1m ago$/);
    expect(rows()[4]).toMatch(/Running$/);
    const shapes = screen
      .getAllByTestId('task-row')
      .map((row) => row.querySelector('[data-shape]')?.getAttribute('data-shape'));
    expect(shapes).toEqual(['dash', 'tick', 'hollow', 'cross', 'ring']);
  });

  it('teaches in one sentence what a task is while there is none', async () => {
    const { user } = await renderTasks([]);
    const empty = await screen.findByTestId('tasks-empty');
    expect(empty.textContent).toContain('every weekday at 9');
    expect(screen.getByTestId('page-tasks').textContent).toContain('runs no agents');
    await user.click(within(empty).getByTestId('task-add'));
    expect(await screen.findByTestId('dialog-task')).toBeDefined();
  });

  it('offers to try again when it could not be loaded', async () => {
    let works = false;
    const { user } = await renderTasks([], (b) =>
      b.answer('cron.list', (query) =>
        works ? replied(jobPage([cronJob()], query)) : failed({ code: 'internal' }),
      ),
    );
    works = true;
    await user.click(within(await screen.findByTestId('tasks-failed')).getByRole('button'));
    expect(await screen.findByTestId('task-row')).toBeDefined();
  });

  it('asks for 200 first and for more on request, and says how many there are', async () => {
    const jobs = Array.from({ length: 250 }, (_, at) => cronJob({ id: `job-${at}`, name: `Task ${at}` }));
    const { bridge, user } = await renderTasks(jobs);
    expect(rows()).toHaveLength(200);
    expect(screen.getByTestId('page-tasks').textContent).toContain('200 of 250 tasks');
    await user.click(screen.getByText('Show more'));
    await waitFor(() => expect(rows()).toHaveLength(250));
    expect(bridge.paramsOf('cron.list').at(-1)).toEqual({ includeDisabled: true, limit: 200, offset: 200 });
  });

  it('follows what happens to tasks, one question at a time however many events come', async () => {
    const jobs = [cronJob()];
    const { bridge } = await renderTasks(jobs, (b) =>
      b.answer('cron.list', (query) => replied(jobPage(jobs, query))),
    );
    jobs.push(cronJob({ id: 'new', name: 'New' }));
    act(() => {
      for (let at = 0; at < 20; at += 1) bridge.emit('cron.changed', [{ jobId: 'new', action: 'added' }]);
    });
    await waitFor(() => expect(rows()).toHaveLength(2));
    expect(bridge.paramsOf('cron.list').length).toBeLessThanOrEqual(3);
  });

  it('shows hostile texts as inert text', async () => {
    const evil = '<img src=x onerror=alert(1)>\u202e';
    const { view } = await renderTasks(
      [
        cronJob({
          name: evil,
          payload: { kind: 'systemEvent', text: `${evil}\nsecond` },
          schedule: { kind: 'cron', expr: evil, tz: evil },
          lastRunStatus: 'error',
          lastRunAtMs: NOW,
          lastRunError: evil,
          delivery: { mode: 'webhook', to: evil },
        }),
      ],
      (b) =>
        b.answer('cron.runs', (query) =>
          replied({
            entries: [cronRun({ status: 'error', error: evil, deliveryError: `${evil}2` })],
            ...pageOf(1, query),
          }),
        ),
    );
    await screen.findByTestId('task-run-row');
    expect(view.container.querySelector('img')).toBeNull();
    expect(screen.getByTestId('task-text').textContent).toBe('<img src=x onerror=alert(1)>\nsecond');
    expect(view.container.textContent).not.toContain('\u202e');
  });
});

describe('a task', () => {
  it('is run, paused, resumed and deleted by its id', async () => {
    const { bridge, user } = await renderTasks([cronJob()], (b) =>
      b
        .answer('cron.run', () => replied({ ok: true, enqueued: true, runId: 'r', processInstanceId: 'p' }))
        .answer('cron.update', () => replied(cronJob({ enabled: false })))
        .answer('cron.remove', () => replied(null)),
    );
    await user.click(screen.getByTestId('task-run'));
    expect((await screen.findByTestId('task-run-answer')).textContent).toMatch(/^Started/);
    expect(bridge.paramsOf('cron.run')).toEqual([{ id: 'job-1' }]);
    await user.click(screen.getByTestId('task-toggle'));
    expect(bridge.paramsOf('cron.update')).toEqual([{ id: 'job-1', patch: { enabled: false } }]);
    await user.click(screen.getByTestId('task-delete'));
    const dialog = within(await screen.findByTestId('dialog-delete-task'));
    expect(bridge.paramsOf('cron.remove')).toEqual([]);
    await user.click(dialog.getByTestId('confirm'));
    await waitFor(() => expect(bridge.paramsOf('cron.remove')).toEqual([{ id: 'job-1' }]));
  });

  it('says why it was not run', async () => {
    const { user } = await renderTasks([cronJob()], (b) =>
      b.answer('cron.run', () =>
        replied({ ok: true, ran: false, reason: 'already-running', processInstanceId: 'p' }),
      ),
    );
    await user.click(screen.getByTestId('task-run'));
    expect((await screen.findByTestId('task-run-answer')).textContent).toBe('It is running already.');
  });

  it('shows the exact next time, the failure in this language, and the address without its path', async () => {
    await renderTasks([
      cronJob({
        nextRunAtMs: NOW + 3_600_000,
        lastRunAtMs: NOW - 1,
        lastRunStatus: 'skipped',
        lastRunError: 'missed: was due 2026-01-01T00:00:00.000Z, waits for its next time',
        delivery: { mode: 'webhook', to: 'https://hooks.example.com/…' },
      }),
    ]);
    expect(screen.getByTestId('task-next').textContent).toMatch(/^in 1h.*, .*2026/);
    expect(screen.getByTestId('task-error').textContent).toMatch(/^Missed: the gateway was not running/);
    expect(screen.getByTestId('task-target').textContent).toContain('https://hooks.example.com/…');
  });

  it('shows where it is announced and what became of that', async () => {
    await renderTasks([
      cronJob({
        delivery: { mode: 'announce', channel: 'slack', accountId: 'work', to: 'C1\u202e' },
        state: { lastDeliveryStatus: 'not-delivered' },
      }),
    ]);
    expect(screen.getByTestId('task-target').textContent).toBe('Conversation C1 of Slack (work)');
    expect(screen.getByTestId('task-detail').textContent).toContain('Not delivered');
    expect(screen.queryByTestId('task-secret')).toBeNull();
  });

  it('has main put its signing secret on the clipboard', async () => {
    const { user } = await renderTasks(
      [cronJob({ delivery: { mode: 'webhook', to: 'https://a.example/…' } })],
      (b) => b.answer('cron.copySecret', () => replied({ clearsAt: NOW + 60_000 })),
    );
    await user.click(screen.getByTestId('task-secret'));
    expect(await screen.findByTestId('clipboard-note')).toBeDefined();
  });
});

describe('the history', () => {
  it('shows runs newest first, more on request, and new ones by themselves', async () => {
    let total = 30;
    const { bridge, user } = await renderTasks([cronJob()], (b) =>
      b.answer('cron.runs', (query) => {
        const paging = pageOf(total, query);
        const runs = Array.from({ length: total }, (_, at) =>
          cronRun({ runId: `run-${total - at}`, status: 'error', error: `error ${total - at}` }),
        );
        return replied({ entries: runs.slice(paging.offset, paging.offset + paging.limit), ...paging });
      }),
    );
    const shown = () => screen.queryAllByTestId('task-run-row');
    await waitFor(() => expect(shown()).toHaveLength(20));
    expect(shown()[0]?.textContent).toMatch(/Failed.*took 12ms.*Error 30/);
    await user.click(screen.getByTestId('task-history-more'));
    await waitFor(() => expect(shown()).toHaveLength(30));
    expect(screen.queryByTestId('task-history-more')).toBeNull();
    total = 31;
    act(() => bridge.emit('cron.changed', [{ jobId: 'job-1', action: 'finished' }]));
    await waitFor(() => expect(shown()[0]?.textContent).toContain('Error 31'));
    const asked = bridge.paramsOf('cron.runs').length;
    act(() => bridge.emit('cron.changed', [{ jobId: 'another', action: 'finished' }]));
    expect(bridge.paramsOf('cron.runs')).toHaveLength(asked);
    act(() => bridge.emit('cron.changed', null));
    expect(bridge.paramsOf('cron.runs')).toHaveLength(asked + 1);
  });

  it('says when there is none', async () => {
    await renderTasks([cronJob()]);
    await waitFor(() => expect(screen.getByTestId('task-history').textContent).toContain('has not run yet'));
  });
});

describe('the dialog', () => {
  async function openNew(prepare?: (bridge: FakeBridge) => void) {
    const rendered = await renderTasks([], prepare);
    await rendered.user.click((await screen.findAllByTestId('task-add'))[0] as Element);
    return { ...rendered, dialog: within(await screen.findByTestId('dialog-task')) };
  }
  const type = (testId: string, value: string) =>
    fireEvent.change(screen.getByTestId(testId), { target: { value } });
  const pick = async (user: Awaited<ReturnType<typeof renderApp>>['user'], testId: string, name: string) => {
    await user.click(screen.getByTestId(testId));
    await user.click(await screen.findByRole('option', { name }));
  };

  it('adds a task as it was filled in, and shows it', async () => {
    const jobs: CronJobView[] = [];
    const { bridge, user } = await openNew((b) =>
      b
        .answer('cron.list', (query) => replied(jobPage(jobs, query)))
        .answer('cron.add', () => {
          jobs.push(cronJob({ name: 'Poll' }));
          return replied(cronJob({ name: 'Poll' }));
        }),
    );
    type('task-name', ' Poll ');
    type('task-event-text', 'Look.');
    type('task-every', '15');
    await pick(user, 'task-unit', 'minutes');
    await pick(user, 'task-delivery', 'A web address');
    type('task-to', 'https://hooks.example.com/x');
    await user.click(screen.getByTestId('task-save'));
    await waitFor(() => expect(screen.queryByTestId('dialog-task')).toBeNull());
    expect(bridge.paramsOf('cron.add')).toEqual([
      {
        name: 'Poll',
        schedule: { kind: 'every', everyMs: 900_000 },
        sessionTarget: 'main',
        wakeMode: 'now',
        payload: { kind: 'systemEvent', text: 'Look.' },
        delivery: { mode: 'webhook', to: 'https://hooks.example.com/x' },
      },
    ]);
    expect(rows()).toHaveLength(1);
  });

  it.each([
    ['name', 'task-name', 'x', /1 to 200/],
    ['payload.text', 'task-event-text', 'x', /1 to 8,000/],
    ['schedule.expr', 'task-expr', 'is not a cron expression: look at its weekday', /Look at the weekday/],
    ['schedule.expr', 'task-expr', 'has not five fields (minute …', /five parts/],
    ['schedule.expr', 'task-expr', 'something new', /not a cron expression/],
    ['schedule.tz', 'task-tz', 'is not a time zone such as Europe/Berlin', /no such time zone/],
    ['delivery.to', 'task-to', 'leads to a private or reserved address', /private network/],
    ['delivery.to', 'task-to', 'must be https: plain http is only', /begin with https/],
  ])('shows main’s objection to %s at %s and keeps what was typed', async (field, testId, message, shown) => {
    const { user, dialog } = await openNew((b) =>
      b.answer('cron.add', () => failed({ code: 'invalid_params', field, message })),
    );
    type('task-name', 'Name');
    type('task-event-text', 'Text');
    await pick(user, 'task-kind', 'By calendar');
    type('task-expr', '0 8 * * 1');
    await pick(user, 'task-delivery', 'A web address');
    await user.click(screen.getByTestId('task-save'));
    const alert = await dialog.findByTestId(`${testId}-error`);
    expect(alert.textContent).toMatch(shown);
    expect(dialog.getAllByRole('alert')).toEqual([alert]);
    const input = screen.getByTestId(testId);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(input.getAttribute('aria-describedby')).toBe(alert.id);
    expect((screen.getByTestId('task-expr') as HTMLInputElement).value).toBe('0 8 * * 1');
    type(testId, 'other');
    expect(dialog.queryByRole('alert')).toBeNull();
  });

  it('adds a task that is announced to a conversation', async () => {
    const { bridge, user } = await openNew((b) =>
      b
        .answer('status.get', () =>
          replied(
            fineSnapshot({ channels: [channelStatus({ channel: 'slack', label: 'Slack', canSend: true })] }),
          ),
        )
        .answer('cron.add', () => replied(cronJob())),
    );
    type('task-name', 'Poll');
    type('task-event-text', 'Look.');
    await pick(user, 'task-delivery', 'A conversation');
    await user.click(screen.getByTestId('task-save'));
    expect(screen.getByRole('alert').textContent).toMatch(/Choose the channel/);
    expect(bridge.paramsOf('cron.add')).toEqual([]);
    await pick(user, 'task-account', 'Slack');
    type('task-conversation', 'C0123');
    await user.click(screen.getByTestId('task-save'));
    await waitFor(() => expect(screen.queryByTestId('dialog-task')).toBeNull());
    expect(bridge.paramsOf('cron.add')).toMatchObject([
      { delivery: { mode: 'announce', channel: 'slack', accountId: 'default', to: 'C0123' } },
    ]);
  });

  it.each([
    ['delivery.to', 'is required: the conversation to announce to', /Enter the id/],
    ['delivery.accountId', 'there is no account slack/default', /no longer there/],
    ['delivery.accountId', 'webhook/default can only receive as it is set up', /can only receive/],
    ['payload.text', 'has 5000 characters, slack takes 4000', /longer than one message/],
    ['delivery.channel', 'something new', /Choose the channel/],
  ])('shows main’s objection to %s of an announcement: %s', async (field, message, shown) => {
    const { user, dialog } = await openNew((b) =>
      b
        .answer('status.get', () => replied(fineSnapshot({ channels: [channelStatus({ canSend: true })] })))
        .answer('cron.add', () => failed({ code: 'invalid_params', field, message })),
    );
    type('task-name', 'Name');
    type('task-event-text', 'Text');
    await pick(user, 'task-delivery', 'A conversation');
    await user.click(screen.getByTestId('task-account'));
    await user.click((await screen.findAllByRole('option')).at(-1) as Element);
    await user.click(screen.getByTestId('task-save'));
    expect((await dialog.findByRole('alert')).textContent).toMatch(shown);
  });

  it('says that no channel can send while none is set up', async () => {
    const { user } = await openNew();
    await pick(user, 'task-delivery', 'A conversation');
    expect(screen.getByTestId('task-account').textContent).toContain('No channel that can send');
  });

  it('shows an error that is about no field below the form', async () => {
    const { user, dialog } = await openNew((b) =>
      b.answer('cron.add', () => failed({ code: 'storage_failed', message: 'disk' })),
    );
    type('task-name', 'Name');
    type('task-event-text', 'Text');
    await user.click(screen.getByTestId('task-save'));
    expect((await dialog.findByRole('alert')).textContent).toMatch(/Writing to the data folder failed/);
  });

  it('asks for what is missing without asking main', async () => {
    const { bridge, user } = await openNew();
    await user.click(screen.getByTestId('task-save'));
    expect(screen.getByTestId('task-name-error')).toBeDefined();
    type('task-name', 'Name');
    type('task-event-text', 'Text');
    await pick(user, 'task-kind', 'Once');
    await user.click(screen.getByTestId('task-save'));
    expect(screen.getByTestId('task-at-error').textContent).toMatch(/date and a time/);
    expect(bridge.paramsOf('cron.add')).toEqual([]);
  });

  it('says the meaning of an expression while it is typed, where that is simple', async () => {
    const { user, dialog } = await openNew();
    await pick(user, 'task-kind', 'By calendar');
    type('task-tz', 'Europe/Berlin');
    type('task-expr', '30 7 * * 6,0');
    expect(dialog.getByText('That is: Weekends 07:30 Europe/Berlin')).toBeDefined();
    type('task-expr', '1-5 7 * * 6');
    expect(dialog.queryByText(/That is/)).toBeNull();
  });

  it('edits only what was changed, and keeps an address that it never saw', async () => {
    const job = cronJob({ delivery: { mode: 'webhook', to: 'https://hooks.example.com/…' } });
    const { bridge, user } = await renderTasks([job], (b) => b.answer('cron.update', () => replied(job)));
    await user.click(screen.getByTestId('task-edit'));
    const dialog = within(await screen.findByTestId('dialog-task'));
    expect((screen.getByTestId('task-to') as HTMLInputElement).value).toBe('');
    expect(dialog.getByText(/hooks\.example\.com\/… is kept/)).toBeDefined();
    type('task-name', 'Renamed');
    await user.click(screen.getByTestId('task-save'));
    await waitFor(() => expect(screen.queryByTestId('dialog-task')).toBeNull());
    expect(bridge.paramsOf('cron.update')).toEqual([{ id: 'job-1', patch: { name: 'Renamed' } }]);
  });
});
