// The cron family through real sockets: scopes, strict params, the budget of writes, the event, and a job's effect.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

async function connected(
  options: { readonly scopes?: readonly string[]; readonly protocol?: 3 | 4 } = {},
  core?: Awaited<ReturnType<typeof startTestCore>>,
) {
  const { scopes = ['operator.admin'], protocol = 4 } = options;
  const running = core ?? (await startTestCore());
  const client = await TestClient.open(running.url);
  const hello = await client.connect(
    connectParams({ token: running.token(), scopes, minProtocol: protocol, maxProtocol: protocol }),
  );
  expect(hello.ok).toBe(true);
  return { core: running, client, hello };
}

const job = {
  name: 'tea',
  schedule: { kind: 'every', everyMs: 3_600_000 },
  sessionTarget: 'main',
  wakeMode: 'now',
  payload: { kind: 'systemEvent', text: 'tea is ready' },
};

describe('cron over the wire', () => {
  it('is advertised, with its event', async () => {
    const { hello } = await connected();
    expect(hello.payload.features.methods).toEqual(
      expect.arrayContaining([
        'cron.list',
        'cron.status',
        'cron.add',
        'cron.update',
        'cron.remove',
        'cron.run',
      ]),
    );
    expect(hello.payload.features.events).toContain('cron');
  });

  it('adds a job, runs it now, queues its event and tells everybody who may read', async () => {
    const { core, client } = await connected();
    const { client: reader } = await connected({ scopes: ['operator.read'] }, core);
    const added = await client.request('cron.add', job);
    expect(added).toMatchObject({ ok: true, payload: { name: 'tea', enabled: true } });
    const { id } = added.payload;
    const run = await client.request('cron.run', { jobId: id });
    expect(run).toMatchObject({ ok: true, payload: { ok: true, enqueued: true } });
    for (const each of [client, reader]) {
      const ended = await each.frame(
        ({ event, payload }) => event === 'cron' && payload.action === 'finished',
      );
      expect(ended.payload).toMatchObject({ jobId: id, runId: run.payload.runId, status: 'ok' });
    }
    expect((await reader.request('status')).payload.queuedSystemEvents).toEqual(['tea is ready']);
    const runs = await reader.request('cron.runs', { id, limit: 10 });
    expect(runs.payload).toMatchObject({ total: 1, entries: [{ jobId: id, status: 'ok' }] });
    const removed = await client.request('cron.remove', { id });
    expect(removed.payload).toEqual({ ok: true, removed: true });
    expect((await reader.request('cron.list', { includeDisabled: true })).payload.total).toBe(0);
  });

  it('answers the page that the newer command line asks for', async () => {
    const { client } = await connected({ scopes: ['operator.read'] });
    const page = await client.request('cron.list', { includeDisabled: false, limit: 200, offset: 0 });
    expect(page.payload).toEqual({
      jobs: [],
      total: 0,
      offset: 0,
      limit: 200,
      hasMore: false,
      nextOffset: null,
      snapshotRevision: expect.stringMatching(/./),
      deliveryPreviews: {},
    });
    expect((await client.request('cron.list')).payload.limit).toBe(50);
    expect((await client.request('cron.status', {})).payload).toMatchObject({ jobs: 0, nextWakeAtMs: null });
  });

  it('takes changes only from an admin', async () => {
    const { client } = await connected({ scopes: ['operator.read', 'operator.write'] });
    for (const method of ['cron.add', 'cron.update', 'cron.remove', 'cron.run']) {
      expect((await client.request(method, {})).error).toMatchObject({
        code: 'FORBIDDEN',
        message: 'missing scope: operator.admin',
      });
    }
  });

  it('refuses what it cannot do, early and in words', async () => {
    const { client } = await connected({ protocol: 3 });
    const refused = async (change: object) =>
      (await client.request('cron.add', { ...job, ...change })).error?.message;
    expect(await refused({ payload: { kind: 'agentTurn', message: 'x' } })).toContain(
      'at /payload/kind: this gateway runs no agents',
    );
    expect(await refused({ schedule: { kind: 'cron', expr: 'never' } })).toContain('at /schedule/expr:');
    expect(await refused({ schedule: { kind: 'sometimes' } })).toContain('at /schedule/kind:');
    expect(await refused({ command: 'rm' })).toBe(
      "invalid cron.add params: at root: unexpected property 'command'",
    );
    expect(await refused({ name: undefined })).toContain("must have required property 'name'");
    expect((await client.request('cron.list')).payload.total).toBe(0);
  });

  it('counts writes against the budget in protocol 4, as upstream does', async () => {
    const { client } = await connected();
    for (let n = 0; n < 3; n += 1) await client.request('cron.remove', { id: 'nobody' });
    expect((await client.request('cron.remove', { id: 'nobody' })).error).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      details: { method: 'cron.remove', limit: '3 per 60s' },
    });
    expect((await client.request('cron.list')).ok).toBe(true);
  });

  it('keeps its jobs while the gateway restarts', async () => {
    const { core, client } = await connected();
    await client.request('cron.add', job);
    await core.gateway.restart();
    const { client: again } = await connected({}, core);
    expect((await again.request('cron.list')).payload.jobs).toMatchObject([{ name: 'tea' }]);
  });
});
