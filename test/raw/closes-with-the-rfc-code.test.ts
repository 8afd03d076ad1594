// Frames that break RFC 6455 or our limits, byte by byte: the exact close code, before and after authentication,
// and a gateway that still serves afterwards (REL-38, REL-45 – REL-48).

import { describe, expect, it } from 'vitest';
import { encodeRawFrame, OPCODE, RawSocket } from '../helpers/raw-socket';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

interface Case {
  readonly what: string;
  readonly frames: readonly Buffer[];
  readonly code: number;
}

const frame = encodeRawFrame;
const text = (payload: Buffer | string, fin = true) => frame({ opcode: OPCODE.text, payload, fin });
const close = (code: number, reason = '') => {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame({ opcode: OPCODE.close, payload: Buffer.concat([payload, Buffer.from(reason)]) });
};

const CASES: readonly Case[] = [
  {
    what: 'unmasked text',
    frames: [frame({ opcode: OPCODE.text, payload: '{}', masked: false })],
    code: 1002,
  },
  { what: 'unmasked ping', frames: [frame({ opcode: OPCODE.ping, masked: false })], code: 1002 },
  ...[1, 2, 4, 3, 5, 6, 7].map((rsv) => ({
    what: `RSV bits ${rsv}`,
    frames: [frame({ opcode: OPCODE.text, payload: '{}', rsv })],
    code: 1002,
  })),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({
    what: `reserved opcode ${opcode}`,
    frames: [frame({ opcode })],
    code: 1002,
  })),
  { what: 'a fragmented ping', frames: [frame({ opcode: OPCODE.ping, fin: false })], code: 1002 },
  { what: 'a fragmented close', frames: [frame({ opcode: OPCODE.close, fin: false })], code: 1002 },
  {
    what: 'a ping of 126 bytes',
    frames: [frame({ opcode: OPCODE.ping, payload: 'x'.repeat(126) })],
    code: 1002,
  },
  { what: 'a close of 126 bytes', frames: [close(1000, 'x'.repeat(124))], code: 1002 },
  {
    what: 'a continuation of nothing',
    frames: [frame({ opcode: OPCODE.continuation, payload: 'x' })],
    code: 1002,
  },
  { what: 'text inside an unfinished message', frames: [text('a', false), text('b')], code: 1002 },
  { what: 'a close of one byte', frames: [frame({ opcode: OPCODE.close, payload: 'x' })], code: 1002 },
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code) => ({
    what: `close code ${code}`,
    frames: [close(code)],
    code: 1002,
  })),
  {
    what: 'a close reason that is not UTF-8',
    frames: [frame({ opcode: OPCODE.close, payload: Buffer.from([0x03, 0xe8, 0xff]) })],
    code: 1007,
  },
  { what: 'text that is not UTF-8', frames: [text(Buffer.from([0xc3, 0x28]))], code: 1007 },
  { what: 'an overlong UTF-8 form', frames: [text(Buffer.from([0xc0, 0xaf]))], code: 1007 },
  { what: 'a lone surrogate in UTF-8', frames: [text(Buffer.from([0xed, 0xa0, 0x80]))], code: 1007 },
  {
    what: 'a code point that ends with its fragment',
    frames: [
      text(Buffer.from([0xe4, 0xbd]), false),
      frame({ opcode: OPCODE.continuation, payload: Buffer.from([0x41]) }),
    ],
    code: 1007,
  },
  {
    what: 'a length of 2^63 - 1',
    frames: [frame({ opcode: OPCODE.text, claimedLength: 2n ** 63n - 1n })],
    code: 1009,
  },
  {
    what: 'a length of 2^31',
    frames: [frame({ opcode: OPCODE.text, claimedLength: 2n ** 31n })],
    code: 1009,
  },
  {
    what: 'a length over every limit',
    frames: [frame({ opcode: OPCODE.text, claimedLength: 26_214_401n })],
    code: 1009,
  },
  { what: 'a binary frame', frames: [frame({ opcode: OPCODE.binary, payload: '{}' })], code: 1003 },
];

const PREAUTH_ONLY: readonly Case[] = [
  {
    what: 'more than 256 fragments',
    frames: [
      text('x', false),
      ...Array.from({ length: 300 }, () => frame({ opcode: OPCODE.continuation, payload: 'x', fin: false })),
    ],
    code: 1008,
  },
  {
    what: 'more than 256 empty fragments',
    frames: [
      text('', false),
      ...Array.from({ length: 300 }, () => frame({ opcode: OPCODE.continuation, fin: false })),
    ],
    code: 1008,
  },
  {
    what: 'one byte over the handshake limit',
    frames: [frame({ opcode: OPCODE.text, claimedLength: 65_537n })],
    code: 1009,
  },
  {
    what: 'fragments that add up over the handshake limit',
    frames: [
      text('x'.repeat(40_000), false),
      frame({ opcode: OPCODE.continuation, payload: 'x'.repeat(40_000) }),
    ],
    code: 1009,
  },
  {
    what: 'two messages in one segment, the first bad',
    frames: [Buffer.concat([text('nonsense'), text('{"type":"req","id":"1","method":"health"}')])],
    code: 1000,
  },
];

async function authenticated(port: number, token: string): Promise<RawSocket> {
  const socket = await RawSocket.upgraded(port);
  socket.write(
    text(JSON.stringify({ type: 'req', id: 'c', method: 'connect', params: connectParams({ token }) })),
  );
  await socket.until((bytes) => bytes.includes('hello-ok'));
  return socket;
}

describe('before authentication', () => {
  it.each([...CASES, ...PREAUTH_ONLY])('$what: $code', async ({ frames, code }) => {
    const core = await startTestCore();
    const socket = await RawSocket.upgraded(core.port);
    for (const bytes of frames) socket.write(bytes);
    expect((await socket.closeFrame())?.code).toBe(code);
    await core.attempt((event) => event.outcome === 'refused');
    expect(core.attempts()).toHaveLength(1);
  });
});

describe('after authentication', () => {
  it.each(CASES)('$what: $code', async ({ frames, code }) => {
    const core = await startTestCore();
    const socket = await authenticated(core.port, core.token());
    for (const bytes of frames) socket.write(bytes);
    expect((await socket.closeFrame())?.code).toBe(code);
    const next = await TestClient.open(core.url);
    expect((await next.connect(connectParams({ token: core.token() }))).ok).toBe(true);
  });

  it('a request may arrive in many small fragments once the client is known', async () => {
    const core = await startTestCore();
    const socket = await authenticated(core.port, core.token());
    const request = JSON.stringify({ type: 'req', id: 'many', method: 'health' });
    socket.write(text(request, false));
    for (let count = 0; count < 1_000; count += 1) {
      socket.sendFrame({ opcode: OPCODE.continuation, payload: ' ', fin: false });
    }
    socket.sendFrame({ opcode: OPCODE.continuation, payload: ' ' });
    await socket.until((bytes) => bytes.includes('"id":"many","ok":true'));
  });

  it('a ping between fragments is answered and the message goes on', async () => {
    const core = await startTestCore();
    const socket = await authenticated(core.port, core.token());
    socket.write(text('{"type":"req","id":"h",', false));
    socket.sendFrame({ opcode: OPCODE.ping, payload: 'p' });
    socket.sendFrame({ opcode: OPCODE.continuation, payload: '"method":"health"}' });
    await socket.until((bytes) => bytes.includes('"id":"h","ok":true'));
    expect(socket.text).toContain('\x8a\x01p');
  });
});
