// A node that calls operators' methods: told each time, and closed after the eleventh (protocol section 1.6).

import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

it('is answered ten times and closed with its eleventh answer', async () => {
  const core = await startTestCore();
  const node = await TestClient.open(core.url);
  const hello = await node.connect(connectParams({ token: core.token(), role: 'node', scopes: [] }));
  expect(hello.ok).toBe(true);
  for (let index = 0; index < 11; index += 1) {
    expect((await node.request('status')).error?.message).toBe('unauthorized role: node');
  }
  expect(await node.closed).toEqual({ code: 1008, reason: 'repeated unauthorized calls' });
});
