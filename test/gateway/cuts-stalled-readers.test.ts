// What clients that do not read can make us hold (protocol section 1.5; SEC-7; T-12; REL-57): they are asked for a sign
// that they read, reads pause above the high mark, the buffer has a cap, whoever takes nothing is cut within ten seconds, and the others miss nothing.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { MethodRegistry } from '../../electron/core/gateway/methods/method-registry';
import { ok } from '../../electron/core/lib/result';
import { FakeClock } from '../helpers/fake-clock';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';
import { eventually } from './eventually';

const STALLED = 5;
const EVENTS = 100;
const PIECE = 'x'.repeat(262_144);

afterEach(() => {
  vi.restoreAllMocks();
});

async function connected(core: TestCore): Promise<TestClient> {
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token() }));
  return client;
}

/** Every `status` is answered with 256 KiB; how many were. */
function largeAnswers(): { count: number } {
  const { dispatch } = MethodRegistry.prototype;
  const answered = { count: 0 };
  vi.spyOn(MethodRegistry.prototype, 'dispatch').mockImplementation(function large(
    this: MethodRegistry,
    method,
    params,
    caller,
  ) {
    if (method !== 'status') return Reflect.apply(dispatch, this, [method, params, caller]);
    answered.count += 1;
    return ok(PIECE);
  });
  return answered;
}

describe('readers that stall', () => {
  it('are all cut within ten seconds, and a reader beside them gets every event', async () => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const stalled = await Promise.all(Array.from({ length: STALLED }, () => connected(core)));
    const healthy = await connected(core);
    for (const client of stalled) client.socket.pause();
    for (let index = 0; index < EVENTS; index += 1) {
      core.gateway.broadcast('cron', { index, PIECE });
      await healthy.frame((frame) => frame.payload?.index === index);
    }
    // A round trip: the healthy reader's answers to pings have arrived.
    await healthy.request('health');
    expect(core.gateway.status().clients).toBe(STALLED + 1);
    clock.advance(10_000);
    expect(core.gateway.status().clients).toBe(1);
    core.gateway.broadcast('heartbeat', { last: true });
    const last = await healthy.frame((frame) => frame.payload?.last === true);
    const numbers = healthy.frames.flatMap((frame) => frame.seq ?? []);
    expect(numbers).toEqual(Array.from({ length: last.seq ?? 0 }, (_, index) => index + 1));
    for (const client of stalled) client.socket.resume();
    for (const client of stalled) {
      expect(await client.closed).toEqual({ code: 1008, reason: 'slow consumer' });
    }
    const { payload } = await healthy.request('diagnostics.stability', { type: 'client.slow-consumer' });
    expect(payload.count).toBe(STALLED);
    for (const { bufferedBytes } of payload.events) {
      expect(bufferedBytes).toBeGreaterThan(0);
      expect(bufferedBytes).toBeLessThan(4_194_304);
    }
  });
});

describe('a client that asks and does not read', () => {
  it('is not read from either above the high mark, and gets every answer once it goes on', async () => {
    const answered = largeAnswers();
    const core = await startTestCore({ clock: new FakeClock() });
    const client = await connected(core);
    const other = await connected(core);
    client.socket.pause();
    const ids = Array.from({ length: 200 }, (_, index) => `s${index}`);
    for (const id of ids) {
      client.send({ type: 'req', id, method: 'status' });
      // A round trip of somebody else: whatever is read of the first client has been read.
      await other.request('health');
    }
    expect(answered.count).toBeGreaterThan(4);
    expect(answered.count).toBeLessThan(ids.length);
    expect(core.gateway.status().clients).toBe(2);
    client.socket.resume();
    await client.frame((frame) => frame.id === ids.at(-1));
    expect(client.frames.flatMap((frame) => (frame.id?.startsWith('s') ? frame.id : []))).toEqual(ids);
  });

  it('is cut at once when one burst takes its buffer over the cap', async () => {
    largeAnswers();
    const core = await startTestCore({ clock: new FakeClock() });
    const client = await connected(core);
    const other = await connected(core);
    client.socket.pause();
    // One segment, so that the gateway has read it all before it can pause.
    const raw = (client.socket as unknown as { _socket: { cork(): void; uncork(): void } })._socket;
    raw.cork();
    for (let index = 0; index < 200; index += 1)
      client.send({ type: 'req', id: `b${index}`, method: 'status' });
    raw.uncork();
    await eventually(() => core.gateway.status().clients === 1);
    client.socket.resume();
    expect(await client.closed).toEqual({ code: 1008, reason: 'slow consumer' });
    expect((await other.request('health')).ok).toBe(true);
  });
});
