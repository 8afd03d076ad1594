// What this gateway has none of is answered as an empty list of the right shape, and what it cannot do is an
// unknown method, never a pretended success (protocol sections 5.6–5.8).

import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

async function reader() {
  const core = await startTestCore();
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token(), scopes: ['operator.read'] }));
  return client;
}

it.each([
  {
    method: 'agents.list',
    payload: { defaultId: 'main', mainKey: 'main', scope: 'per-sender', agents: [] },
  },
  {
    method: 'sessions.list',
    payload: {
      ts: expect.any(Number),
      path: '',
      count: 0,
      defaults: { modelProvider: null, model: null, contextTokens: null },
      sessions: [],
    },
  },
  { method: 'node.list', payload: { ts: expect.any(Number), nodes: [] } },
  { method: 'models.list', payload: { models: [] } },
  { method: 'skills.status', payload: { workspaceDir: '', managedSkillsDir: '', skills: [] } },
])('$method is empty', async ({ method, payload }) => {
  const client = await reader();
  expect((await client.request(method)).payload).toEqual(payload);
  expect((await client.request(method, {})).payload).toEqual(payload);
});

it('takes the official filters of sessions.list', async () => {
  const client = await reader();
  const filters = { limit: 5, includeGlobal: true, search: 'x', archived: 'all', sortBy: 'updatedAt' };
  expect((await client.request('sessions.list', filters)).payload.sessions).toEqual([]);
});

it.each(['set-heartbeats', 'agent', 'chat.send', 'update.run', 'exec.approvals.get'])(
  '%s is unknown',
  async (method) => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    const hello = await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
    expect((await client.request(method, {})).error?.message).toBe(`unknown method: ${method}`);
    expect(hello.payload.features.methods).not.toContain(method);
  },
);
