// A refused socket is ended as soon as the peer has said close too, and never before its answer has left.

import { expect, it } from 'vitest';
import { encodeRawFrame, OPCODE, RawSocket } from '../helpers/raw-socket';
import { startTestCore } from '../helpers/test-core';

it('a peer that says close in the same breath as a refused request gets its answer and the close', async () => {
  const core = await startTestCore();
  const socket = await RawSocket.upgraded(core.port);
  const request = JSON.stringify({ type: 'req', id: 'first', method: 'health' });
  socket.write(
    Buffer.concat([
      encodeRawFrame({ opcode: OPCODE.text, payload: request }),
      encodeRawFrame({ opcode: OPCODE.close, payload: Buffer.from([0x03, 0xe8]) }),
    ]),
  );
  expect(await socket.closeFrame()).toMatchObject({ code: 1008 });
  expect(socket.text).toContain('"id":"first","ok":false');
  expect(core.attempts()).toMatchObject([{ outcome: 'refused', reason: 'not_connect' }]);
});
