// A handshake that ends by a broken rule of RFC 6455 or by the client's own leave: auth event and log line name the
// close that really happened (SEC-13; protocol section 4.1; REL-45 – REL-48).

import { describe, expect, it } from 'vitest';
import { encodeRawFrame, OPCODE, RawSocket } from '../helpers/raw-socket';
import { startTestCore } from '../helpers/test-core';
import { TestClient } from '../helpers/ws-client';

const frame = encodeRawFrame;
const text = (payload: Buffer | string, fin = true) => frame({ opcode: OPCODE.text, payload, fin });

const CASES = [
  {
    what: 'text that is not UTF-8',
    bytes: text(Buffer.from([0xc3, 0x28])),
    code: 1007,
    reason: 'frame_malformed',
  },
  { what: 'a reserved opcode', bytes: frame({ opcode: 3 }), code: 1002, reason: 'frame_malformed' },
  {
    what: 'RSV bits',
    bytes: frame({ opcode: OPCODE.text, payload: '{}', rsv: 4 }),
    code: 1002,
    reason: 'frame_malformed',
  },
  {
    what: 'no mask',
    bytes: frame({ opcode: OPCODE.text, payload: '{}', masked: false }),
    code: 1002,
    reason: 'frame_malformed',
  },
  {
    what: 'a frame over the handshake limit',
    bytes: frame({ opcode: OPCODE.text, claimedLength: 65_537n }),
    code: 1009,
    text: 'preauth payload too large',
    reason: 'frame_too_large',
  },
  {
    what: 'too many fragments',
    bytes: Buffer.concat([
      text('x', false),
      ...Array.from({ length: 300 }, () => frame({ opcode: OPCODE.continuation, payload: 'x', fin: false })),
    ]),
    code: 1008,
    reason: 'frame_malformed',
  },
  {
    what: 'a binary frame',
    bytes: frame({ opcode: OPCODE.binary, payload: '{}' }),
    code: 1003,
    text: 'text frames only',
    reason: 'frame_not_text',
  },
] as const;

describe('a handshake broken by', () => {
  it.each(CASES)('$what is logged with the $code that the client saw', async (each) => {
    const { bytes, code, reason } = each;
    const closeText = 'text' in each ? each.text : '';
    const core = await startTestCore();
    const socket = await RawSocket.upgraded(core.port);
    const { localPort } = socket.tcp;
    socket.write(bytes);
    expect(await socket.closeFrame()).toEqual({ code, reason: closeText });
    const answer = closeText === '' ? String(code) : `${code} ${closeText}`;
    expect(core.attempts()).toMatchObject([
      { outcome: 'refused', reason, answer, peer: `127.0.0.1:${localPort}`, presentedAs: 'none' },
    ]);
    const lines = core.logLines().filter((line) => line.includes('closed before connect'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`peer=127.0.0.1:${localPort}->127.0.0.1:${core.port}`);
    expect(lines[0]).toContain(`code=${code} reason=${closeText === '' ? 'n/a' : closeText}`);
  });
});

describe('a client that leaves before connect', () => {
  it.each([
    {
      how: 'with a close frame',
      leave: (client: TestClient) => client.socket.close(1001, 'bye'),
      code: 1001,
    },
    { how: 'without a word', leave: (client: TestClient) => client.socket.terminate(), code: 1006 },
  ])('$how has its line and its event, once', async ({ leave, code }) => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url, { headers: { 'user-agent': 'probe/1' } });
    await client.challenge();
    leave(client);
    const event = await core.attempt(({ reason }) => reason === 'closed_before_connect');
    expect(event).toMatchObject({
      outcome: 'refused',
      answer: `closed by client ${code}`,
      userAgent: 'probe/1',
    });
    const lines = core.logLines().filter((line) => line.includes('closed before connect'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`conn=${event.connId}`);
    expect(lines[0]).toContain(`ua=probe/1 code=${code} reason=n/a`);
    expect(core.attempts()).toHaveLength(1);
  });
});
