// Stopping says `shutdown`, closes everybody with 1012 and frees the port (REL-65).

import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

it('tells clients, closes with 1012, records handshakes in flight, and frees the port', async () => {
  const core = await startTestCore();
  const { port, url } = core;
  const client = await TestClient.open(url);
  const silent = await TestClient.open(url);
  await client.connect(connectParams({ token: core.token() }));
  await silent.challenge();

  const status = await core.gateway.stop('stopped');
  expect(status.state).toBe('stopped');
  expect(await client.frame((frame) => frame.event === 'shutdown')).toMatchObject({
    payload: { reason: 'stopped' },
  });
  expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' });
  expect(await silent.closed).toEqual({ code: 1012, reason: 'service restart' });
  expect(core.attempts()).toContainEqual(expect.objectContaining({ reason: 'gateway_stopping' }));

  const next = createServer().listen(port, '127.0.0.1');
  await once(next, 'listening');
  next.close();
});

it('restarts on the same object and accepts the same token', async () => {
  const core = await startTestCore();
  const token = core.token();
  await core.gateway.restart();
  const client = await TestClient.open(core.url);
  expect((await client.connect(connectParams({ token }))).ok).toBe(true);
});
