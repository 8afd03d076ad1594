// 15 s from accept to connect, whatever arrives meanwhile (protocol section 1.4; SEC-7; REL-35). Every byte is proven
// to have arrived, by the pong that follows it, before the clock moves on.

import { describe, expect, it } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import { OPCODE, RawSocket } from '../helpers/raw-socket';
import { startTestCore } from '../helpers/test-core';

let count = 0;

/** A ping that has been answered: it and all before it were read. */
async function arrived(socket: RawSocket): Promise<void> {
  count += 1;
  const payload = `p${count}`;
  socket.sendFrame({ opcode: OPCODE.ping, payload });
  await socket.until((bytes) =>
    bytes.includes(`\x8a${String.fromCharCode(payload.length)}${payload}`, 0, 'latin1'),
  );
}

describe('SEC-7: the deadline of the handshake', () => {
  it.each([
    { what: 'pings', send: () => undefined },
    { what: 'pongs', send: (socket: RawSocket) => socket.sendFrame({ opcode: OPCODE.pong, payload: 'x' }) },
    {
      what: 'pieces of a message',
      send: (socket: RawSocket, round: number) =>
        socket.sendFrame({
          opcode: round === 0 ? OPCODE.text : OPCODE.continuation,
          payload: '{',
          fin: false,
        }),
    },
  ])('is not moved by $what', async ({ send }) => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const socket = await RawSocket.upgraded(core.port);
    for (let round = 0; round < 14; round += 1) {
      send(socket, round);
      await arrived(socket);
      clock.advance(1_000);
    }
    clock.advance(999);
    await arrived(socket);
    expect(core.attempts()).toEqual([]);
    clock.advance(1);
    expect(await socket.closeFrame()).toEqual({ code: 1000, reason: '' });
    expect(core.attempts()).toMatchObject([
      { outcome: 'refused', reason: 'handshake_timeout', answer: '1000' },
    ]);
  });
});
