// Events over real sockets: the guard table, numbers per client, state versions (protocol sections 1.5 and 5.9).

import { describe, expect, it } from 'vitest';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

async function connected(core: TestCore, options: Record<string, unknown> = {}): Promise<TestClient> {
  const client = await TestClient.open(core.url);
  const hello = await client.connect(connectParams({ token: core.token(), ...options }));
  expect(hello.ok).toBe(true);
  return client;
}

function eventNames(client: TestClient): readonly (string | undefined)[] {
  return client.frames.filter((frame) => frame.type === 'event').map((frame) => frame.event);
}

describe('an event', () => {
  it('reaches those whose scopes allow it and nobody else (SEC-15)', async () => {
    const core = await startTestCore();
    const reader = await connected(core, { scopes: ['operator.read'] });
    const pairer = await connected(core, { scopes: ['operator.pairing'] });
    core.gateway.broadcast('cron', { jobId: 'j', action: 'started' });
    core.gateway.broadcast('device.pair.requested', { requestId: 'r' });
    core.gateway.broadcast('heartbeat', { ts: 1, status: 'skipped' });
    for (const client of [reader, pairer]) await client.frame((frame) => frame.event === 'heartbeat');
    expect(eventNames(reader)).toEqual(['connect.challenge', 'cron', 'heartbeat']);
    expect(eventNames(pairer)).toEqual(['connect.challenge', 'device.pair.requested', 'heartbeat']);
  });

  it('that is in no table reaches nobody, admins included (SEC-15)', async () => {
    const core = await startTestCore();
    const admin = await connected(core, { scopes: ['operator.admin'] });
    core.gateway.broadcast('plugin.surprise' as 'cron', { secret: 1 });
    core.gateway.broadcast('cron', {});
    await admin.frame((frame) => frame.event === 'cron');
    expect(eventNames(admin)).toEqual(['connect.challenge', 'cron']);
  });

  it('is numbered for each client from 1, without gaps for what was not meant for it (REL-57)', async () => {
    const core = await startTestCore();
    const first = await connected(core);
    core.gateway.broadcast('cron', { n: 1 });
    core.gateway.broadcast('device.pair.requested', { n: 2 });
    const second = await connected(core);
    core.gateway.broadcast('cron', { n: 3 });
    for (const client of [first, second]) await client.frame((frame) => frame.payload?.n === 3);
    const seqs = (client: TestClient) =>
      client.frames.filter((frame) => frame.event === 'cron').map((frame) => frame.seq);
    expect(seqs(first)).toEqual([1, 2]);
    expect(seqs(second)).toEqual([1]);
  });

  it('is not sent before hello', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    await client.challenge();
    core.gateway.broadcast('heartbeat', {});
    const hello = await client.connect(connectParams({ token: core.token() }));
    expect(hello.ok).toBe(true);
    expect(client.frames.map((frame) => frame.event)).toEqual(['connect.challenge', undefined]);
  });

  it('is in the list that hello-ok gives, whatever the client sees', async () => {
    const core = await startTestCore();
    const client = await connected(core);
    const hello = client.frames.find((frame) => frame.payload?.type === 'hello-ok');
    expect(hello?.payload.features.events).toEqual([
      'connect.challenge',
      'tick',
      'health',
      'shutdown',
      'presence',
      'heartbeat',
      'cron',
      'device.pair.requested',
      'device.pair.resolved',
      'gatehouse.message',
    ]);
  });
});
