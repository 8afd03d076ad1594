// System events and heartbeats on a gateway without agents (protocol section 5.5): kept, shown, and never
// pretended to have been delivered.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

async function connected(scopes: readonly string[] = ['operator.admin']) {
  const core = await startTestCore();
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token(), scopes }));
  return { core, client };
}

describe('wake', () => {
  it('queues its text, and answers `now` with a heartbeat that was skipped for want of agents', async () => {
    const { client } = await connected();
    expect((await client.request('last-heartbeat')).payload).toBeNull();
    expect((await client.request('wake', { mode: 'now', text: 'look at the build' })).payload).toEqual({
      ok: true,
    });
    const heartbeat = await client.frame((frame) => frame.event === 'heartbeat');
    expect(heartbeat.payload).toEqual({ ts: expect.any(Number), status: 'skipped', reason: 'no agents' });
    expect((await client.request('last-heartbeat', {})).payload).toEqual(heartbeat.payload);
    expect((await client.request('status')).payload.queuedSystemEvents).toEqual(['look at the build']);
  });

  it('only queues with `next-heartbeat`', async () => {
    const { client } = await connected(['operator.write']);
    await client.request('wake', {
      mode: 'next-heartbeat',
      text: 'later',
      sessionKey: 's',
      extra: { open: 1 },
    });
    expect((await client.request('last-heartbeat')).payload).toBeNull();
    expect((await client.request('status')).payload.queuedSystemEvents).toEqual(['later']);
    expect(client.frames.some((frame) => frame.event === 'heartbeat')).toBe(false);
  });

  it('needs the write scope', async () => {
    const { client } = await connected(['operator.read']);
    const refused = await client.request('wake', { mode: 'now', text: 'x' });
    expect(refused.error?.message).toBe('missing scope: operator.write');
  });
});

describe('system-event', () => {
  it('queues its text, newest twenty kept', async () => {
    const { client } = await connected();
    for (let index = 0; index < 25; index += 1) {
      expect((await client.request('system-event', { text: `line ${index}` })).payload).toEqual({ ok: true });
    }
    const { queuedSystemEvents } = (await client.request('status')).payload;
    expect(queuedSystemEvents).toHaveLength(20);
    expect(queuedSystemEvents.at(-1)).toBe('line 24');
  });

  it('leaves nothing in presence that would act on the screen of who looks at it', async () => {
    const { client } = await connected();
    const text = `Node: a\u001b[2J\u202e${'x'.repeat(400)}`;
    await client.request('system-event', {
      text,
      host: 'h\u001b[31m',
      instanceId: 'i\u0000',
      tags: ['\u0007t'],
    });
    const { payload } = await client.request('system-presence');
    expect(payload[1]).toMatchObject({ host: 'h[31m', instanceId: 'i', tags: ['t'] });
    expect(payload[1].text).toMatch(/^Node: a\[2Jx{200,}…$/);
  });

  it('updates presence when it says whose, and believes only the named fields', async () => {
    const { client } = await connected();
    const said = {
      text: 'Node: Kitchen Mac (10.0.0.9) · mode local · reason periodic',
      instanceId: 'mac-1',
      host: 'Kitchen Mac',
      lastInputSeconds: 12,
      tags: ['beta'],
      reason: 'periodic',
    };
    await client.request('system-event', { ...said, ts: 1, live: true, surprise: 'x' });
    const { payload } = await client.request('system-presence');
    const entry = payload.find((each: { instanceId?: string }) => each.instanceId === 'mac-1');
    expect(entry).toEqual({ ...said, ts: expect.any(Number) });
    expect(entry.ts).toBeGreaterThan(1);
    await client.frame((frame) => frame.event === 'presence');
    expect((await client.request('status')).payload.queuedSystemEvents).toEqual([]);
  });

  it('is for admins', async () => {
    const { client } = await connected(['operator.write']);
    const refused = await client.request('system-event', { text: 'x' });
    expect(refused.error?.message).toBe('missing scope: operator.admin');
  });
});

it('takes a system event from inside, as cron leaves one', async () => {
  const { core, client } = await connected();
  core.gateway.addSystemEvent('from a job', 'now');
  expect((await client.frame((frame) => frame.event === 'heartbeat')).payload.reason).toBe('no agents');
  expect((await client.request('status')).payload.queuedSystemEvents).toEqual(['from a job']);
});
