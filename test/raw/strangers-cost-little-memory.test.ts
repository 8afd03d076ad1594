// Memory that 32 strangers can take by sending the smallest pieces that are allowed, and holding them (SEC-7; T-5;
// REL-40): bounded as a whole, measured after a full collection.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { WS_OPTIONS } from '../../electron/core/gateway/limits';
import { OPCODE, RawSocket } from '../helpers/raw-socket';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const MAX_GROWTH_BYTES = 10 * 1024 * 1024;
const STRANGERS = 32;
/** One less than closes the connection. */
const PIECES = WS_OPTIONS.maxFragments - 1;

/** `undefined` where this Node has no collector to ask. */
function collector(): (() => void) | undefined {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
  return gc as (() => void) | undefined;
}

function heldBytes(collect: () => void): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The pong says that everything before the ping has been read. */
async function arrived(socket: RawSocket): Promise<void> {
  socket.sendFrame({ opcode: OPCODE.ping, payload: 'here' });
  await socket.until((bytes) => bytes.includes('here'));
}

it('SEC-7: 32 strangers with the most and smallest pieces hold less than 10 MiB of ours', async (ctx) => {
  const collect = collector();
  if (collect === undefined) return ctx.skip('not testable here: no way to ask for a garbage collection');
  const core = await startTestCore();
  const sockets: RawSocket[] = [];
  for (let count = 0; count < STRANGERS; count += 1) sockets.push(await RawSocket.upgraded(core.port));
  const before = heldBytes(collect);
  for (let piece = 0; piece < PIECES; piece += 1) {
    for (const socket of sockets) {
      const opcode = piece === 0 ? OPCODE.text : OPCODE.continuation;
      socket.sendFrame({ opcode, payload: 'x', fin: false });
    }
    // A segment of its own each, so that every piece may keep a read buffer alive.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(sockets.map(arrived));
  expect(core.attempts()).toEqual([]);
  expect(heldBytes(collect) - before).toBeLessThan(MAX_GROWTH_BYTES);

  for (const socket of sockets) socket.sendFrame({ opcode: OPCODE.continuation, payload: 'x', fin: false });
  const client = await TestClient.open(core.url);
  expect((await client.connect(connectParams({ token: core.token() }))).ok).toBe(true);
});
