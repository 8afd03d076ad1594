// What is not a good `connect` gets the exact close code of protocol section 1.6, and one event with its reason.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const connectFrame = (params: unknown) => ({ type: 'req', id: 'c', method: 'connect', params });
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

const CASES: readonly { what: string; send: unknown; code: number; text: string; reason: string }[] = [
  { what: 'text that is not JSON', send: 'garbage', code: 1000, text: '', reason: 'frame_malformed' },
  { what: 'an empty frame', send: '', code: 1000, text: '', reason: 'frame_malformed' },
  {
    what: 'JSON that is no frame',
    send: '[1,2]',
    code: 1008,
    text: 'invalid request frame',
    reason: 'frame_malformed',
  },
  {
    what: 'an unknown envelope key',
    send: { ...connectFrame({}), extra: 1 },
    code: 1008,
    text: 'invalid request frame',
    reason: 'frame_malformed',
  },
  {
    what: 'a frame nested too deep',
    send: `{"type":"req","id":"c","method":"connect","params":${deep(80)}}`,
    code: 1008,
    text: 'invalid request frame',
    reason: 'frame_malformed',
  },
  {
    what: 'a __proto__ key',
    send: '{"type":"req","id":"c","method":"connect","params":{"__proto__":{"x":1}}}',
    code: 1008,
    text: 'invalid request frame',
    reason: 'frame_malformed',
  },
  {
    what: 'an escaped __proto__ key',
    send: '{"type":"req","id":"c","method":"connect","params":{"\\u005f_proto__":{"x":1}}}',
    code: 1008,
    text: 'invalid request frame',
    reason: 'frame_malformed',
  },
  {
    what: 'a binary frame',
    send: Buffer.from('{}'),
    code: 1003,
    text: 'text frames only',
    reason: 'frame_not_text',
  },
  {
    what: 'another method first',
    send: { type: 'req', id: 'h', method: 'health' },
    code: 1008,
    text: 'invalid handshake: first request must be connect',
    reason: 'not_connect',
  },
  {
    what: 'an unknown connect param',
    send: connectFrame({ ...connectParams(), nope: 1 }),
    code: 1008,
    text: "invalid connect params: at root: unexpected property 'nope'",
    reason: 'invalid_connect_params',
  },
  {
    what: 'an unknown client id',
    send: connectFrame(connectParams({ client: { id: 'x', mode: 'cli', version: '1', platform: 'p' } })),
    code: 1008,
    text: 'invalid connect params: at /client/id: must be equal to one of the allowed values',
    reason: 'invalid_connect_params',
  },
  {
    what: 'an unknown role',
    send: connectFrame(connectParams({ role: 'king' })),
    code: 1008,
    text: 'invalid role',
    reason: 'invalid_role',
  },
  {
    what: 'a protocol we do not speak',
    send: connectFrame(connectParams({ minProtocol: 5, maxProtocol: 7 })),
    code: 1002,
    text: 'protocol mismatch',
    reason: 'protocol_mismatch',
  },
  {
    what: 'a protocol of the past',
    send: connectFrame(connectParams({ minProtocol: 1, maxProtocol: 2 })),
    code: 1002,
    text: 'protocol mismatch',
    reason: 'protocol_mismatch',
  },
  {
    what: 'a browser client without an Origin',
    send: connectFrame(
      connectParams({ client: { id: 'openclaw-control-ui', mode: 'ui', version: '1', platform: 'web' } }),
    ),
    code: 1008,
    text: 'origin not allowed',
    reason: 'origin_not_allowed',
  },
];

describe('the first frame', () => {
  it.each(CASES)('$what: $code', async ({ send, code, text, reason }) => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    await client.challenge();
    client.send(send);
    const closed = await client.closed;
    expect(closed.code).toBe(code);
    expect(closed.reason.startsWith(text)).toBe(true);
    expect(core.attempts()).toMatchObject([{ outcome: 'refused', reason }]);
  });

  it('too large for the handshake is closed with 1009 and the reason', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    await client.challenge();
    client.send('x'.repeat(65_537));
    expect(await client.closed).toEqual({ code: 1009, reason: 'preauth payload too large' });
    expect(core.attempts()).toMatchObject([{ outcome: 'refused', reason: 'frame_too_large' }]);
  });

  it('of a client that leaves without one is logged too', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    await client.challenge();
    client.socket.close();
    expect(await core.attempt((event) => event.reason === 'closed_before_connect')).toBeDefined();
    expect(core.attempts()).toHaveLength(1);
  });
});
