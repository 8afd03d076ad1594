// A good connect: hello-ok with what upstream's clients read (protocol section 2.6), and one accepted event.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

describe('a client with the current token', () => {
  it('gets a challenge, then hello-ok, and is logged as accepted exactly once', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    const hello = await client.connect(connectParams({ token: core.token() }));

    expect(hello).toMatchObject({
      type: 'res',
      ok: true,
      payload: {
        type: 'hello-ok',
        protocol: 4,
        server: { version: '0.0.0-test' },
        auth: { role: 'operator', scopes: ['operator.read'] },
        policy: { maxPayload: 26_214_400, maxBufferedBytes: 4_194_304, tickIntervalMs: 30_000 },
      },
    });
    expect(hello.payload.features.methods).toContain('channels.status');
    expect(hello.payload.snapshot.health.ok).toBe(true);
    expect(core.attempts().map(({ outcome, reason }) => ({ outcome, reason }))).toEqual([
      { outcome: 'accepted', reason: undefined },
    ]);
  });

  it.each([
    { range: [3, 3], protocol: 3 },
    { range: [4, 4], protocol: 4 },
    { range: [3, 4], protocol: 4 },
    { range: [1, 9], protocol: 4 },
  ])('speaks protocol $protocol to a client that offers $range', async ({ range, protocol }) => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    const [minProtocol, maxProtocol] = range;
    const hello = await client.connect(connectParams({ token: core.token(), minProtocol, maxProtocol }));
    expect(hello.payload.protocol).toBe(protocol);
  });

  it('tells an admin where the state lies, and nobody else', async () => {
    const core = await startTestCore();
    const reader = await TestClient.open(core.url);
    const admin = await TestClient.open(core.url);
    const forReader = await reader.connect(connectParams({ token: core.token() }));
    const forAdmin = await admin.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
    expect(forReader.payload.snapshot.stateDir).toBeUndefined();
    expect(forAdmin.payload.snapshot.stateDir).toBe(core.home);
  });
});
