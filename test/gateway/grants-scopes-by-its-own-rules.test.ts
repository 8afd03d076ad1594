// Scopes come from the server's rules for device-less clients, never from the request (protocol 3.8, SEC-14).

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const asked = ['operator.read', 'operator.admin', 'operator.everything'];
const client = (id: string, mode: string) => ({ client: { id, mode, version: '1', platform: 'linux' } });

describe('a device-less client with the right token', () => {
  it.each([
    {
      who: 'local backend helper',
      params: { ...client('gateway-client', 'backend') },
      granted: ['operator.read', 'operator.admin'],
    },
    {
      who: 'local 9.6 CLI',
      params: { ...client('cli', 'cli'), minProtocol: 4 },
      granted: ['operator.read', 'operator.admin'],
    },
    { who: 'local 4.29 CLI', params: { ...client('cli', 'cli'), maxProtocol: 3 }, granted: [] },
    { who: 'probe', params: { ...client('cli', 'probe') }, granted: [] },
    { who: 'phone app', params: { ...client('openclaw-ios', 'ui') }, granted: [] },
    {
      who: 'backend helper that asks as a node',
      params: { ...client('gateway-client', 'backend'), role: 'node' },
      granted: [],
    },
  ])('$who gets $granted', async ({ params, granted }) => {
    const core = await startTestCore();
    const socket = await TestClient.open(core.url);
    const hello = await socket.connect(connectParams({ token: core.token(), scopes: asked, ...params }));
    expect(hello.payload.auth.scopes).toEqual(granted);
    expect(core.attempts()).toMatchObject([{ scopesAsked: asked, scopesGranted: granted }]);
  });

  it('loses the local privilege when a proxy stands in between', async () => {
    const core = await startTestCore();
    const socket = await TestClient.open(core.url, { headers: { 'x-forwarded-for': '127.0.0.1' } });
    const hello = await socket.connect(connectParams({ token: core.token() }));
    expect(hello.payload.auth.scopes).toEqual([]);
  });
});

describe('a method beyond the granted scopes', () => {
  it.each([
    { protocol: 3, error: { code: 'INVALID_REQUEST', message: 'missing scope: operator.read' } },
    {
      protocol: 4,
      error: {
        code: 'FORBIDDEN',
        message: 'missing scope: operator.read',
        details: { code: 'MISSING_SCOPE', missingScope: 'operator.read', requiredScopes: ['operator.read'] },
      },
    },
  ])('is refused in the form of protocol $protocol', async ({ protocol, error }) => {
    const core = await startTestCore();
    const socket = await TestClient.open(core.url);
    const params = connectParams({
      token: core.token(),
      minProtocol: protocol,
      maxProtocol: protocol,
      scopes: [],
    });
    await socket.connect(params);
    expect((await socket.request('channels.status')).error).toEqual(error);
    expect((await socket.request('health')).ok).toBe(true);
  });
});
