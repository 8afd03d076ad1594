// What a peer that never authenticates can make us spend: sockets, memory, time (T-5, REL-34, REL-35, REL-40).

import { describe, expect, it } from 'vitest';
import { HTTP_OPTIONS, LIMITS, MAX_HEADERS_COUNT, WS_OPTIONS } from '../../electron/core/gateway/limits';
import { OPCODE, RawSocket } from '../helpers/raw-socket';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

describe('the limits', () => {
  it('are the documented ones', () => {
    expect(LIMITS).toMatchObject({
      preauthPayloadBytes: 65_536,
      payloadBytes: 26_214_400,
      bufferedBytes: 4_194_304,
      handshakeMs: 15_000,
      preauthPerPeer: 32,
      preauthTotal: 256,
      tickIntervalMs: 30_000,
      pendingRequests: 128,
    });
    expect(WS_OPTIONS).toMatchObject({
      perMessageDeflate: false,
      maxFragments: 256,
      maxPayload: 65_536,
      closeTimeout: 1_000,
    });
    expect(HTTP_OPTIONS).toMatchObject({
      maxHeaderSize: 8_192,
      headersTimeout: 5_000,
      requestTimeout: 15_000,
    });
    expect(MAX_HEADERS_COUNT).toBe(64);
  });

  it('never negotiate compression', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url, { perMessageDeflate: true });
    expect(client.socket.extensions).toBe('');
  });

  it('raise the payload limit for exactly the connection that authenticated', async () => {
    const core = await startTestCore();
    const known = await TestClient.open(core.url);
    const unknown = await TestClient.open(core.url);
    await known.connect(connectParams({ token: core.token() }));
    await unknown.challenge();
    const big = JSON.stringify({
      type: 'req',
      id: 'big',
      method: 'health',
      params: { pad: 'x'.repeat(1_000_000) },
    });
    known.send(big);
    expect((await known.frame((frame) => frame.id === 'big')).error?.code).toBe('INVALID_REQUEST');
    unknown.send(big);
    expect((await unknown.closed).code).toBe(1009);
  });
});

describe('unauthenticated peers', () => {
  it('cannot buy memory with tiny fragments', async () => {
    const core = await startTestCore();
    const sockets: RawSocket[] = [];
    for (let count = 0; count < 32; count += 1) sockets.push(await RawSocket.upgraded(core.port));
    for (const socket of sockets) {
      socket.sendFrame({ opcode: OPCODE.text, payload: 'x', fin: false });
      for (let count = 0; count < 1_000; count += 1) {
        socket.sendFrame({ opcode: OPCODE.continuation, payload: 'x', fin: false });
      }
    }
    const codes = await Promise.all(sockets.map((socket) => socket.closeFrame()));
    expect(new Set(codes.map((close) => close?.code))).toEqual(new Set([1008]));
  });

  it('are dropped after a refusal even when they never answer the close', async () => {
    const core = await startTestCore();
    const socket = await RawSocket.upgraded(core.port);
    socket.sendFrame({ opcode: OPCODE.text, payload: 'nonsense' });
    // A rude peer: takes the close frame, keeps the connection. The server ends it within its grace of 1 s.
    await socket.ended();
    expect((await socket.closeFrame())?.code).toBe(1000);
  });
});
