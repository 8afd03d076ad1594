// A client that does not read (protocol section 1.5; T-12; REL-57): what it may lose is skipped and its numbers
// show the gap; if it goes on it is closed with the reason, and the others notice nothing.

import { describe, expect, it } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const PAYLOAD = { filler: 'x'.repeat(262_144) };
const EVENTS = 100;

async function connected(core: TestCore): Promise<TestClient> {
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token() }));
  return client;
}

/** Enough that the kernel's buffers are full and the gateway's begin to fill. */
async function flood(core: TestCore): Promise<void> {
  for (let index = 0; index < EVENTS; index += 1) {
    core.gateway.broadcast('cron', PAYLOAD);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a client that does not read', () => {
  it('loses droppable events, sees the gap in their numbers, and stays (REL-57)', async () => {
    const core = await startTestCore({ clock: new FakeClock() });
    const slow = await connected(core);
    const quick = await connected(core);
    slow.socket.pause();
    await flood(core);
    slow.socket.resume();
    core.gateway.broadcast('heartbeat', { last: true });
    const isLast = (frame: { seq?: number; event?: string }) => frame.event === 'heartbeat';
    await quick.frame(isLast);
    expect(quick.frames.filter((frame) => frame.event === 'cron').map((frame) => frame.seq)).toEqual(
      Array.from({ length: EVENTS }, (_, index) => index + 1),
    );
    expect((await slow.request('health')).ok).toBe(true);
    const seen = slow.frames.flatMap((frame) => frame.seq ?? []);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(EVENTS);
    // It reads again: the next event arrives, with the number that counts what was lost.
    core.gateway.broadcast('cron', { after: true });
    const next = await slow.frame((frame) => frame.payload?.after === true);
    expect(next.seq).toBe(EVENTS + 2);
    slow.socket.close();
    await slow.closed;
    const { payload } = await quick.request('diagnostics.stability', { type: 'client.events-dropped' });
    expect(payload.events[0].count).toBe(EVENTS + 1 - seen.length);
  });

  it('is closed as a slow consumer after eight seconds, and the log says so', async () => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const slow = await connected(core);
    const quick = await connected(core);
    slow.socket.pause();
    await flood(core);
    // The first answer comes behind all that the quick one had to read, the second behind its answers to pings.
    await quick.request('health');
    await quick.request('health');
    clock.advance(7_999);
    expect(core.gateway.status().clients).toBe(2);
    clock.advance(1);
    slow.socket.resume();
    expect(await slow.closed).toEqual({ code: 1008, reason: 'slow consumer' });
    const { payload } = await quick.request('diagnostics.stability', { type: 'client.slow-consumer' });
    expect(payload).toMatchObject({ count: 1, events: [{ bufferedBytes: expect.any(Number) }] });
    expect(payload.events[0].bufferedBytes).toBeLessThan(4_194_304);
    expect(core.logLines().join('\n')).toContain('connection.slow-consumer');
  });
});
