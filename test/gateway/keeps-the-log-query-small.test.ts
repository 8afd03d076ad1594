// Strangers choose the text in refused attempts; they must not be able to cut off the reader of the log with it.

import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

it('answers a full page of hostile attempts under 2 MiB, with a cursor to the rest', async () => {
  const core = await startTestCore();
  const scopes = Array.from({ length: 64 }, (_, index) => `${index}${'漢'.repeat(60)}`);
  const client = { id: 'cli', mode: 'cli', version: '漢'.repeat(200), platform: '漢'.repeat(200) };
  for (let count = 0; count < 200; count += 1) {
    const stranger = await TestClient.open(core.url);
    const displayName = `${count}${'字'.repeat(200)}`;
    await stranger.connect(connectParams({ scopes, client: { ...client, displayName } }));
    stranger.socket.terminate();
  }
  const admin = await TestClient.open(core.url);
  await admin.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
  let bytes = 0;
  admin.socket.on('message', (data) => {
    bytes = Math.max(bytes, data.toString().length * 3);
  });
  const reply = await admin.request('gatehouse.authlog.query', { limit: 500 });
  expect(reply.ok).toBe(true);
  expect(bytes).toBeLessThan(2 * 1024 * 1024);
  expect(reply.payload.events.length).toBeGreaterThan(0);
  expect(core.attempts().every(({ scopesAsked }) => scopesAsked.length <= 16)).toBe(true);
});
