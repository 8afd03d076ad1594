// Our cron results against upstream's own schemas, which are closed: nothing has to be stripped. For the pages and
// the status there are no schemas; their keys are checked by name.

import {
  CronAddParamsSchema,
  CronAddResultSchema,
  CronJobNotFoundErrorDetailsSchema,
  CronJobSchema,
  CronRunLogEntrySchema,
  CronUpdateParamsSchema,
} from '@openclaw/gateway-protocol/schema';
import { expect, it } from 'vitest';
import { cronHandlers } from '../../electron/core/gateway/methods/cron';
import type { Caller } from '../../electron/core/gateway/methods/method-registry';
import type { Scope } from '../../shared/protocol/scopes';
import { bench, HOUR, jobInput, MINUTE, receiver, START } from '../core/cron/harness';
import { schemaErrors } from '../helpers/official-schema';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
type Answer = any;

function onTheWire(value: unknown): Answer {
  return JSON.parse(JSON.stringify(value));
}

function callerOf(protocol: 3 | 4, scopes: readonly Scope[] = ['operator.admin']): Caller {
  return { principal: { protocol, scopes } } as unknown as Caller;
}

const admin = callerOf(4);

it('jobs, runs and errors are valid in every state a job can be in', async () => {
  const { port } = await receiver((response) => response.writeHead(410).end());
  const to = `http://127.0.0.1:${port}/hook`;
  const { cron, pass, finished } = await bench();
  const handlers = cronHandlers({ cron });
  const inputs = [
    jobInput({ name: 'plain', description: 'd', displayName: 'D', agentId: 'main', failureAlert: false }),
    jobInput({
      name: 'post',
      schedule: { kind: 'cron', expr: '*/5 * * * *', tz: 'Europe/Berlin', staggerMs: 1_000 },
      delivery: { mode: 'webhook', to, bestEffort: false },
      failureAlert: { mode: 'webhook', to, after: 1, cooldownMs: 0 },
    }),
    jobInput({ schedule: { kind: 'at', at: '2026-01-01T12:10:00Z' }, deleteAfterRun: false }),
    jobInput({ enabled: false, schedule: { kind: 'every', everyMs: HOUR, anchorMs: START } }),
  ];
  const ids: string[] = [];
  for (const input of inputs) {
    expect(schemaErrors(CronAddParamsSchema, onTheWire(input))).toEqual([]);
    const added = onTheWire(await handlers['cron.add'](input, admin));
    expect(schemaErrors(CronAddResultSchema, added.value)).toEqual([]);
    ids.push(added.value.id);
  }
  const look = () => onTheWire(handlers['cron.list']({ includeDisabled: true }, admin)).value;
  const pages = [look()];
  for (let n = 0; n < 3; n += 1) await pass(5 * MINUTE);
  await finished(3);
  pages.push(look());
  for (const page of pages) {
    expect(Object.keys(page).sort()).toEqual([
      'deliveryPreviews',
      'hasMore',
      'jobs',
      'limit',
      'nextOffset',
      'offset',
      'snapshotRevision',
      'total',
    ]);
    expect(page).toMatchObject({ total: 4, offset: 0, limit: 50, hasMore: false, nextOffset: null });
    expect(page.snapshotRevision).toMatch(/./);
    for (const job of page.jobs) expect(schemaErrors(CronJobSchema, job)).toEqual([]);
  }
  expect(pages[1].jobs.find((job: Answer) => job.name === 'post').state).toMatchObject({
    lastRunStatus: 'error',
    lastDeliveryStatus: 'not-delivered',
  });

  const runs = onTheWire(await handlers['cron.runs'](undefined, admin)).value;
  expect(runs.entries.length).toBeGreaterThanOrEqual(3);
  for (const entry of runs.entries) expect(schemaErrors(CronRunLogEntrySchema, entry)).toEqual([]);

  const patch = { id: ids[0], patch: { name: 'renamed', failureAlert: { mode: 'webhook' as const, to } } };
  expect(schemaErrors(CronUpdateParamsSchema, patch)).toEqual([]);
  const updated = onTheWire(await handlers['cron.update'](patch, admin));
  expect(schemaErrors(CronJobSchema, updated.value)).toEqual([]);
  expect(updated.value.name).toBe('renamed');
  const got = onTheWire(await handlers['cron.get']({ jobId: ids[0] }, admin));
  expect(got.value).toEqual(updated.value);

  const run = onTheWire(await handlers['cron.run']({ id: ids[3] }, admin)).value;
  expect(run).toEqual({
    ok: true,
    enqueued: true,
    runId: expect.stringMatching(new RegExp(`^manual:${ids[3]}:\\d+:\\d+$`)),
    processInstanceId: cron.processInstanceId,
  });
  expect(onTheWire(handlers['cron.status'](undefined, admin)).value).toEqual({
    enabled: true,
    storePath: expect.stringMatching(/jobs\.json$/),
    jobs: 4,
    nextWakeAtMs: expect.any(Number),
    triggersEnabled: false,
    storage: 'json',
  });
});

it('an unknown job is told in the words of the protocol that was agreed upon', async () => {
  const { cron } = await bench();
  const handlers = cronHandlers({ cron });
  const by = { id: 'nobody' };
  const calls = (caller: Caller) => ({
    update: () => handlers['cron.update']({ ...by, patch: {} }, caller),
    run: () => handlers['cron.run'](by, caller),
    get: () => handlers['cron.get'](by, caller),
    remove: () => handlers['cron.remove'](by, caller),
    runs: () => handlers['cron.runs'](by, caller),
  });
  for (const call of Object.values(calls(callerOf(4)))) {
    const { error } = onTheWire(await call());
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: 'unknown cron job id: nobody' });
    expect(schemaErrors(CronJobNotFoundErrorDetailsSchema, error.details)).toEqual([]);
  }
  const old = calls(callerOf(3));
  const refused = { code: 'UNAVAILABLE', message: 'Error: unknown cron job id: nobody' };
  expect(onTheWire(await old.update()).error).toEqual(refused);
  expect(onTheWire(await old.run()).error).toEqual(refused);
  expect(onTheWire(await old.remove()).value).toEqual({ ok: true, removed: false });
  expect(onTheWire(await old.runs()).value).toMatchObject({ entries: [], total: 0 });
});

it('what is wrong is named by its field, and a call without an id by that', async () => {
  const { cron, add } = await bench();
  const handlers = cronHandlers({ cron });
  const id = await add();
  const messageOf = async (answer: unknown) => onTheWire(await answer).error.message;
  const bad = jobInput({ schedule: { kind: 'cron', expr: '61 * * * *' } });
  expect(await messageOf(handlers['cron.add'](bad, admin))).toBe(
    'invalid cron.add params: at /schedule/expr: is not a cron expression: look at its minute',
  );
  expect(await messageOf(handlers['cron.run']({}, admin))).toBe('invalid cron.run params: missing id');
  expect(await messageOf(handlers['cron.runs']({ scope: 'job' }, admin))).toBe(
    'invalid cron.runs params: missing id',
  );
  expect(
    await messageOf(handlers['cron.update']({ id, patch: {}, expectedConfigRevision: 'old' }, admin)),
  ).toContain('the job has changed meanwhile');
  expect(await messageOf(handlers['cron.run']({ id, expectedProcessInstanceId: 'old' }, admin))).toContain(
    'the gateway process has changed',
  );
});

it('readers see the targets of webhooks without their paths', async () => {
  const { cron, add } = await bench();
  const to = 'https://hooks.example/services/secret';
  const id = await add({ delivery: { mode: 'webhook', to }, failureAlert: { mode: 'webhook', to } });
  const handlers = cronHandlers({ cron });
  const reader = callerOf(4, ['operator.read']);
  const answers = [handlers['cron.list'](undefined, reader), handlers['cron.get']({ id }, reader)];
  for (const answer of answers) {
    expect(JSON.stringify(await answer)).toContain('https://hooks.example/…');
    expect(JSON.stringify(await answer)).not.toContain('secret');
  }
  expect(JSON.stringify(await handlers['cron.get']({ id }, admin))).toContain(to);
});
