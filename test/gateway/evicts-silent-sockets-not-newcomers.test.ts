// 32 silent sockets from one address keep nobody out: the oldest silent ones go (SEC-7). In a burst, who has just come
// is given a moment to speak.

import { expect, it } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

function dropped(core: Awaited<ReturnType<typeof startTestCore>>) {
  return core.attempts().filter((event) => event.reason === 'preauth_budget');
}

it('lets a right client in past 40 silent sockets and says why the oldest were dropped', async () => {
  const clock = new FakeClock();
  const core = await startTestCore({ clock });
  const silent: TestClient[] = [];
  for (let count = 0; count < 40; count += 1) silent.push(await TestClient.open(core.url));
  clock.advance(250);

  const client = await TestClient.open(core.url);
  expect(await silent[0]?.closed).toEqual({ code: 1013, reason: 'too many unauthenticated sockets' });
  expect((await client.connect(connectParams({ token: core.token() }))).ok).toBe(true);
  expect((await core.probe.run('demand')).error).toBeUndefined();
  expect(dropped(core)).toHaveLength(9);
});

it('does not drop a client that has just come for a burst of others behind it', async () => {
  const core = await startTestCore({ clock: new FakeClock() });
  const client = await TestClient.open(core.url);
  await client.challenge();
  for (let count = 0; count < 100; count += 1) await TestClient.open(core.url);
  expect((await client.connect(connectParams({ token: core.token() }))).ok).toBe(true);
  expect(dropped(core)).toEqual([]);
});

it('never holds more than 256 of them, however young', async () => {
  const core = await startTestCore({ clock: new FakeClock() });
  for (let count = 0; count < 260; count += 1) await TestClient.open(core.url);
  await core.attempt((event) => event.reason === 'preauth_budget');
  const last = await TestClient.open(core.url);
  expect((await last.connect(connectParams({ token: core.token() }))).ok).toBe(true);
  expect(dropped(core)).toHaveLength(5);
});
