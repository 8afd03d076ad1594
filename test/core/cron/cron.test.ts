import { describe, expect, it } from 'vitest';
import type { CronEvent } from '../../../shared/model/cron';
import { settle } from '../../helpers/fake-clock';
import {
  bench,
  DAY,
  HOUR,
  jobInput,
  MINUTE,
  quiet,
  receiver,
  START,
  storedJob,
  storedJobs,
  storeJobs,
} from './harness';

const in10Minutes = { kind: 'at', at: new Date(START + 10 * MINUTE).toISOString() } as const;

describe('due jobs', () => {
  it('run at their time, queue their system event and say so in the history', async () => {
    const { add, pass, effects, runs, job, events } = await bench();
    const id = await add({ name: 'tea', schedule: { kind: 'every', everyMs: HOUR } });
    await pass(HOUR - 1);
    expect(effects).toEqual([]);
    await pass(1);
    expect(effects).toEqual([{ text: 'tea', jobId: id, wakeMode: 'now' }]);
    const [run] = await runs(id);
    expect(run).toMatchObject({
      jobId: id,
      action: 'finished',
      status: 'ok',
      completionStatus: 'succeeded',
      summary: 'system event queued: tea',
      deliveryStatus: 'not-requested',
      runAtMs: START + HOUR,
      nextRunAtMs: START + 2 * HOUR,
      jobName: 'tea',
    });
    expect(job(id).state).toEqual({
      nextRunAtMs: START + 2 * HOUR,
      lastRunAtMs: START + HOUR,
      lastRunStatus: 'ok',
      lastStatus: 'ok',
      lastDurationMs: 0,
      consecutiveErrors: 0,
      consecutiveSkipped: 0,
      lastDeliveryStatus: 'not-requested',
    });
    expect(events.map((event) => event.action)).toEqual(['added', 'started', 'finished']);
    for (let n = 0; n < 3; n += 1) await pass(HOUR);
    expect(effects).toHaveLength(4);
  });

  it('wait longer than one timer can', async () => {
    const { add, pass, effects, clock } = await bench();
    await add({ schedule: { kind: 'every', everyMs: 60 * DAY } });
    clock.advance(59 * DAY);
    expect(effects).toHaveLength(0);
    await pass(DAY);
    expect(effects).toHaveLength(1);
  });

  it('are a thousand in one minute without running more than four at a time or twice', async () => {
    let running = 0;
    let most = 0;
    const { port } = await receiver((response) => {
      running += 1;
      most = Math.max(most, running);
      setImmediate(() => {
        running -= 1;
        response.end();
      });
    });
    const jobs = Array.from({ length: 1_000 }, (_, n) =>
      storedJob(`job-${n}`, {
        schedule: { kind: 'cron', expr: '1 12 * * *', tz: 'UTC' },
        // Every twentieth makes a real request.
        ...(n % 20 === 0 ? { delivery: { mode: 'webhook' as const, to: `http://127.0.0.1:${port}/` } } : {}),
      }),
    );
    const { dir } = await bench({ started: false });
    await storeJobs(dir, jobs);
    const { cron, clock, finished, effects } = await bench({ dir });
    await clock.advanceAsync(MINUTE);
    await finished(1_000);
    const page = await cron.runs({ limit: 200 });
    expect(page.total).toBe(1_000);
    expect(new Set(effects.map((effect) => effect.jobId)).size).toBe(1_000);
    expect(effects).toHaveLength(1_000);
    expect(most).toBeLessThanOrEqual(4);
    expect((await cron.runs({ statuses: ['ok'] })).total).toBe(1_000);
  });

  it('are errors when the event cannot be queued, and are counted until one goes well', async () => {
    let broken = true;
    const { add, pass, job, runs } = await bench({
      onSystemEvent: () => {
        if (broken) throw new Error('secret details');
      },
    });
    const id = await add();
    await pass(HOUR);
    await pass(HOUR);
    expect(job(id).state).toMatchObject({ lastRunStatus: 'error', consecutiveErrors: 2 });
    expect((await runs(id))[0]).toMatchObject({
      status: 'error',
      completionStatus: 'failed',
      error: 'the system event could not be queued',
    });
    broken = false;
    await pass(HOUR);
    expect(job(id).state).toMatchObject({ lastRunStatus: 'ok', consecutiveErrors: 0 });
    expect(job(id).state.lastError).toBeUndefined();
  });
});

describe('a job with a single time', () => {
  it('is gone after it went well, unless it is to be kept', async () => {
    const { add, pass, cron, runs, events } = await bench();
    const gone = await add({ schedule: in10Minutes });
    const kept = await add({ schedule: in10Minutes, deleteAfterRun: false });
    await pass(10 * MINUTE);
    expect(cron.get(gone)).toBeUndefined();
    expect(events.filter((event) => event.jobId === gone).map((event) => event.action)).toEqual([
      'added',
      'started',
      'finished',
      'removed',
    ]);
    // Its history stays for a while.
    expect(await runs(gone)).toHaveLength(1);
    expect(cron.get(kept)).toMatchObject({ enabled: false, state: { lastRunStatus: 'ok' } });
    expect(cron.get(kept)?.nextRunAtMs).toBeUndefined();
    await pass(DAY);
    expect(await runs(kept)).toHaveLength(1);
    // Its time has passed, so it cannot be switched on again without a new one.
    const again = await cron.update(kept, { enabled: true });
    expect(again).toMatchObject({ ok: false, error: { code: 'invalid', field: 'schedule.at' } });
  });

  it('stays, switched off, when it failed', async () => {
    const { add, pass, cron } = await bench({
      onSystemEvent: () => {
        throw new Error('no');
      },
    });
    const id = await add({ schedule: in10Minutes });
    await pass(DAY);
    expect(cron.get(id)).toMatchObject({ enabled: false, state: { lastRunStatus: 'error' } });
  });
});

describe('missed runs', () => {
  it('happen once for a single time and are skipped to the next for the others, one entry each', async () => {
    const first = await bench();
    const once = await first.add({ name: 'once', schedule: in10Minutes, deleteAfterRun: false });
    const hourly = await first.add({ name: 'hourly' });
    const daily = await first.add({ schedule: { kind: 'cron', expr: '0 13 * * *', tz: 'UTC' } });
    await first.cron.stop();
    // Down for eight and a half hours.
    const { effects, runs, job, cron, pass } = await bench({ dir: first.dir, startAt: START + 8.5 * HOUR });
    await quiet(cron);
    expect(effects.map((effect) => effect.jobId)).toEqual([once]);
    expect(await runs(once)).toMatchObject([{ status: 'ok' }]);
    const missed = 'missed: was due 2026-01-01T13:00:00.000Z, waits for its next time';
    expect(await runs(hourly)).toMatchObject([{ status: 'skipped', error: missed }]);
    expect(await runs(daily)).toMatchObject([{ status: 'skipped', error: missed }]);
    expect(job(hourly).state).toMatchObject({
      nextRunAtMs: START + 9 * HOUR,
      lastRunStatus: 'skipped',
      consecutiveSkipped: 1,
    });
    await pass(HOUR);
    expect(effects.map((effect) => effect.jobId)).toEqual([once, hourly]);
  });

  it('make no burst when the machine slept, and are noticed at once on resume', async () => {
    const { add, clock, cron, effects, runs } = await bench();
    const id = await add({ schedule: { kind: 'every', everyMs: MINUTE } });
    // Asleep: the wall clock went on, the monotonic one did not.
    clock.stepWall(8 * HOUR);
    expect(await runs(id)).toEqual([]);
    cron.resume();
    await quiet(cron);
    expect(effects).toEqual([]);
    expect(await runs(id)).toMatchObject([{ status: 'skipped' }]);
  });

  it('are noticed within a minute when nobody says that the machine slept', async () => {
    const { add, clock, pass, effects } = await bench();
    await add({ schedule: { kind: 'at', at: new Date(START + 5 * HOUR).toISOString() } });
    clock.stepWall(8 * HOUR);
    await pass(MINUTE);
    expect(effects).toHaveLength(1);
  });

  it('are not runs that are only a little late', async () => {
    const { add, clock, cron, effects } = await bench();
    await add();
    clock.stepWall(HOUR + 30_000);
    cron.resume();
    await quiet(cron);
    expect(effects).toHaveLength(1);
  });
});

describe('a clock that goes back', () => {
  it('by a day stalls nothing', async () => {
    const { add, clock, pass, effects } = await bench();
    await add({ schedule: { kind: 'every', everyMs: 5 * MINUTE } });
    await pass(5 * MINUTE);
    clock.stepWall(-DAY);
    // Noticed within a minute, which the next due time then counts from.
    await pass(MINUTE);
    await pass(5 * MINUTE);
    expect(effects).toHaveLength(2);
  });

  it('by minutes repeats nothing', async () => {
    const { add, clock, pass, effects, job } = await bench();
    const id = await add({ schedule: { kind: 'cron', expr: '5 12 * * *', tz: 'UTC' } });
    await pass(6 * MINUTE);
    expect(effects).toHaveLength(1);
    clock.stepWall(-5 * MINUTE);
    await pass(20 * MINUTE);
    expect(effects).toHaveLength(1);
    expect(job(id).state.nextRunAtMs).toBe(START + DAY + 5 * MINUTE);
  });

  it('after ten years ahead brings the next times back', async () => {
    const { add, clock, cron, job } = await bench();
    const id = await add();
    clock.stepWall(3_650 * DAY);
    cron.resume();
    await quiet(cron);
    clock.stepWall(-3_650 * DAY);
    cron.resume();
    expect(job(id).state.nextRunAtMs).toBe(START + HOUR);
  });
});

describe('a run that is not over', () => {
  it('makes the next one a skipped entry', async () => {
    const hanging = await receiver(() => undefined);
    const { add, clock, cron, event, runs, job } = await bench();
    const id = await add({
      schedule: { kind: 'every', everyMs: 2_000 },
      delivery: { mode: 'webhook', to: `http://127.0.0.1:${hanging.port}/` },
    });
    clock.advance(2_000);
    await hanging.arrived(1);
    clock.advance(2_000);
    await event((each) => each.status === 'skipped');
    expect(await runs(id)).toMatchObject([{ status: 'skipped', error: 'its last run is not over' }]);
    expect(job(id).state).toMatchObject({ runningAtMs: START + 2_000, nextRunAtMs: START + 6_000 });
    expect(cron.run(id)).toMatchObject({ ok: true, value: { ran: false, reason: 'already-running' } });
  });

  it('outlives its job, which was removed meanwhile, and ends with one entry', async () => {
    let finish: (() => void) | undefined;
    const slow = await receiver((response) => {
      finish = () => response.end();
    });
    const { add, clock, cron, event, runs } = await bench();
    const id = await add({ delivery: { mode: 'webhook', to: `http://127.0.0.1:${slow.port}/` } });
    clock.advance(HOUR);
    await slow.arrived(1);
    expect((await cron.remove(id)).ok).toBe(true);
    finish?.();
    await event((each) => each.action === 'finished');
    expect(await runs(id)).toMatchObject([{ status: 'ok', deliveryStatus: 'delivered', jobName: 'a job' }]);
    expect(cron.get(id)).toBeUndefined();
  });

  it('is cut off by a stop, told so, and not repeated by the next start', async () => {
    const hanging = await receiver(() => undefined);
    const { add, clock, cron, dir } = await bench();
    const id = await add({
      schedule: in10Minutes,
      deleteAfterRun: false,
      delivery: { mode: 'webhook', to: `http://127.0.0.1:${hanging.port}/` },
    });
    clock.advance(10 * MINUTE);
    await hanging.arrived(1);
    await cron.stop();
    const next = await bench({ dir, startAt: START + HOUR });
    await quiet(next.cron);
    expect(next.effects).toEqual([]);
    expect(await next.runs(id)).toMatchObject([
      { status: 'error', deliveryError: 'the gateway stopped during the delivery' },
    ]);
  });

  it('is an interrupted one when the process died, and is not repeated', async () => {
    const { dir } = await bench({ started: false });
    const at = { schedule: in10Minutes };
    await storeJobs(dir, [storedJob('died', { ...at, state: { runningAtMs: START + 10 * MINUTE } })]);
    const { cron, effects, runs } = await bench({ dir, startAt: START + HOUR });
    await quiet(cron);
    expect(effects).toEqual([]);
    expect(await runs('died')).toMatchObject([
      { status: 'error', error: 'interrupted: the gateway ended while it ran', runAtMs: START + 10 * MINUTE },
    ]);
    expect(cron.get('died')).toMatchObject({ enabled: false, state: { consecutiveErrors: 1 } });
  });

  it('that had not begun at a stop runs after the next start', async () => {
    const hanging = await receiver(() => undefined);
    const to = `http://127.0.0.1:${hanging.port}/`;
    const { add, clock, cron, dir, effects } = await bench();
    for (let n = 0; n < 6; n += 1)
      await add({ name: `${n}`, schedule: in10Minutes, delivery: { mode: 'webhook', to } });
    clock.advance(10 * MINUTE);
    await hanging.arrived(4);
    await cron.stop();
    expect(effects).toHaveLength(4);
    const next = await bench({ dir, startAt: START + HOUR });
    await next.event((event) => event.action === 'started');
    await hanging.arrived(6);
    expect(next.effects).toHaveLength(2);
  });
});

describe('run now', () => {
  it('runs a disabled job too and leaves the schedule alone', async () => {
    const { add, cron, effects, job, event } = await bench();
    const id = await add({ enabled: false, schedule: in10Minutes });
    const answer = cron.run(id);
    expect(answer).toMatchObject({ ok: true, value: { ok: true, enqueued: true } });
    const runId = answer.ok && 'runId' in answer.value ? answer.value.runId : '';
    expect(runId).toBe(`manual:${id}:${START}:1`);
    await event((each) => each.action === 'finished' && each.runId === runId);
    expect(effects).toHaveLength(1);
    expect(job(id)).toMatchObject({ enabled: false, state: { lastRunStatus: 'ok' } });
    expect(cron.run(id, 'if-enabled')).toMatchObject({ value: { ran: false, reason: 'disabled' } });
    expect(cron.run(id, 'due')).toMatchObject({ value: { ran: false, reason: 'not-due' } });
    expect(cron.run('nobody')).toMatchObject({ ok: false, error: { code: 'unknown_job' } });
  });

  it('before a single time does not use it up', async () => {
    const { add, cron, effects, pass, event } = await bench();
    const id = await add({ schedule: in10Minutes });
    cron.run(id);
    await event((each) => each.action === 'finished');
    expect(cron.get(id)).toMatchObject({ enabled: true, nextRunAtMs: START + 10 * MINUTE });
    await pass(10 * MINUTE);
    expect(effects).toHaveLength(2);
    expect(cron.get(id)).toBeUndefined();
  });
});

describe('changes', () => {
  it('are on disk when they are answered', async () => {
    const { add, cron, dir } = await bench();
    const id = await add({ name: 'one' });
    expect(await storedJobs(dir)).toMatchObject([{ id, name: 'one' }]);
    const updated = await cron.update(id, { name: 'two', schedule: { kind: 'every', everyMs: 2 * HOUR } });
    expect(updated).toMatchObject({ ok: true, value: { name: 'two', nextRunAtMs: START + 2 * HOUR } });
    expect(await storedJobs(dir)).toMatchObject([{ id, name: 'two' }]);
    expect(await cron.remove(id)).toEqual({ ok: true, value: undefined });
    expect(await storedJobs(dir)).toEqual([]);
    expect(await cron.remove(id)).toMatchObject({ ok: false, error: { code: 'unknown_job' } });
    expect(await cron.update(id, {})).toMatchObject({ ok: false, error: { code: 'unknown_job' } });
  });

  it('pause and go on', async () => {
    const { add, cron, pass, effects } = await bench();
    const id = await add();
    await cron.update(id, { enabled: false });
    expect(cron.status().nextWakeAtMs).toBeNull();
    await pass(3 * HOUR);
    expect(effects).toEqual([]);
    expect(await cron.update(id, { enabled: true })).toMatchObject({
      value: { nextRunAtMs: START + 4 * HOUR },
    });
    await pass(HOUR);
    expect(effects).toHaveLength(1);
  });

  it('of what somebody else changed first are refused', async () => {
    const { add, cron } = await bench();
    const id = await add();
    const before = cron.get(id)?.configRevision;
    await cron.update(id, { name: 'theirs' });
    expect(await cron.update(id, { name: 'mine' }, before)).toMatchObject({
      ok: false,
      error: { code: 'changed' },
    });
    expect(await cron.update(id, { name: 'mine' }, cron.get(id)?.configRevision)).toMatchObject({ ok: true });
  });

  it('are told with the targets of webhooks cut to their origin', async () => {
    const { add, events, cron } = await bench();
    const id = await add({ delivery: { mode: 'webhook', to: 'https://hooks.example/services/T0/secret' } });
    expect(events[0]?.job?.delivery).toEqual({ mode: 'webhook', to: 'https://hooks.example/…' });
    expect(JSON.stringify(events)).not.toContain('services');
    expect(cron.get(id)?.delivery).toMatchObject({ to: 'https://hooks.example/services/T0/secret' });
  });

  it('after a stop are refused', async () => {
    const { cron } = await bench();
    await cron.stop();
    expect(await cron.add(jobInput())).toMatchObject({ ok: false, error: { code: 'stopped' } });
    expect(cron.run('x')).toMatchObject({ ok: false, error: { code: 'stopped' } });
  });
});

describe('stopping', () => {
  it('leaves no timer behind and takes effect once', async () => {
    const { add, cron, clock } = await bench();
    await add();
    await Promise.all([cron.stop(), cron.stop()]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('while it starts neither runs nor writes anything', async () => {
    const { dir } = await bench({ started: false });
    await storeJobs(dir, [storedJob('kept', { state: { nextRunAtMs: START } })]);
    const { cron, effects, clock } = await bench({ dir, started: false });
    await Promise.all([cron.start(), cron.stop()]);
    await settle();
    expect(effects).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
    expect((await storedJobs(dir)).map((job) => job.id)).toEqual(['kept']);
  });
});

it('a listener that throws stops neither the run nor the others', async () => {
  const { add, pass, cron, runs } = await bench();
  const seen: CronEvent[] = [];
  cron.onEvent(() => {
    throw new Error('no');
  });
  cron.onEvent((event) => seen.push(event));
  const id = await add();
  await pass(HOUR);
  expect(seen).toHaveLength(3);
  expect(await runs(id)).toHaveLength(1);
});
