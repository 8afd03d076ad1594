// A tick every 30 s, and with it a ping: who answers stays, who is gone is cleared away with the next one (protocol
// sections 1.5 and 5.9; REL-36).

import { describe, expect, it } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import { encodeRawFrame, OPCODE, RawSocket } from '../helpers/raw-socket';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const TICK_MS = 30_000;
const PING = '\x89\x00';

/** Reads everything and never answers a ping by itself. */
async function deaf(core: TestCore): Promise<RawSocket> {
  const socket = await RawSocket.upgraded(core.port);
  send(socket, 'connect', 'c', connectParams({ token: core.token() }));
  await socket.until((bytes) => bytes.includes('hello-ok'));
  return socket;
}

function send(socket: RawSocket, method: string, id: string, params?: unknown): void {
  const payload = JSON.stringify({ type: 'req', id, method, ...(params === undefined ? {} : { params }) });
  socket.write(encodeRawFrame({ opcode: OPCODE.text, payload }));
}

/** The first round trip has the gateway's ping before it, the second one the pong to it. */
async function hasAnswered({ socket }: TestClient): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const pong = new Promise((resolve) => socket.once('pong', resolve));
    socket.ping();
    await pong;
  }
}

function ticksOf(client: TestClient): number {
  return client.frames.filter((frame) => frame.event === 'tick').length;
}

describe('the tick', () => {
  it('comes every 30 s and not before, with the time and a number', async () => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const client = await TestClient.open(core.url);
    const hello = await client.connect(connectParams({ token: core.token() }));
    expect(hello.payload.policy.tickIntervalMs).toBe(TICK_MS);
    clock.advance(TICK_MS - 1);
    await hasAnswered(client);
    expect(ticksOf(client)).toBe(0);
    for (let count = 1; count <= 4; count += 1) {
      clock.advance(count === 1 ? 1 : TICK_MS);
      const tick = await client.frame((frame) => frame.event === 'tick' && frame.payload.ts === clock.now());
      expect(tick.seq).toBeGreaterThan(0);
      expect(ticksOf(client)).toBe(count);
      await hasAnswered(client);
    }
    expect((await client.request('health')).ok).toBe(true);
  });
});

describe('a peer that never answers a ping', () => {
  it('is gone with the second tick, and one that answers is not', async () => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const silent = await deaf(core);
    const alive = await TestClient.open(core.url);
    await alive.connect(connectParams({ token: core.token() }));
    clock.advance(TICK_MS);
    await silent.until((bytes) => bytes.includes(PING, 0, 'latin1'));
    await hasAnswered(alive);
    expect(core.gateway.status().clients).toBe(2);
    clock.advance(TICK_MS);
    // No close frame: nobody is there to read one.
    expect(await silent.closeFrame()).toBeUndefined();
    expect(core.logLines().join('\n')).toContain('connection.tick-timeout');
    expect((await alive.request('health')).ok).toBe(true);
    expect(core.gateway.status().clients).toBe(1);
  });

  it('stays as long as it says anything else', async () => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const talker = await deaf(core);
    for (let count = 0; count < 4; count += 1) {
      send(talker, 'health', `h${count}`);
      await talker.until((bytes) => bytes.includes(`"id":"h${count}","ok":true`));
      clock.advance(TICK_MS);
    }
    expect(core.gateway.status().clients).toBe(1);
  });
});
