// 32 silent sockets from one address keep nobody out: the oldest silent one goes (SEC-7).

import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

it('lets a right client in past 40 silent sockets and says why the oldest were dropped', async () => {
  const core = await startTestCore();
  const silent: TestClient[] = [];
  for (let count = 0; count < 40; count += 1) silent.push(await TestClient.open(core.url));
  expect(await silent[0]?.closed).toEqual({ code: 1013, reason: 'too many unauthenticated sockets' });

  const client = await TestClient.open(core.url);
  expect((await client.connect(connectParams({ token: core.token() }))).ok).toBe(true);
  expect((await core.probe.run('demand')).error).toBeUndefined();
  const dropped = core.attempts().filter((event) => event.reason === 'preauth_budget');
  expect(dropped.length).toBeGreaterThanOrEqual(8);
});
