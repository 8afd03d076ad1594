// Everything that strangers on this machine can do at once: forty wrong guesses that wait for their late answers and
// 32 sockets that say nothing. Whoever has the right credential is let in at once (SEC-7, SEC-10, SEC-11).

import { expect, it } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { connectParams, TestClient } from '../helpers/ws-client';

const WRONG = 'wrong-token-wrong-token-wrong-token';

it('SEC-7, SEC-11: past forty wrong guesses and 32 silent sockets, again and again', async () => {
  // It stands still: no late answer frees a place, no silent socket meets its deadline.
  const clock = new FakeClock();
  const core = await startTestCore({ clock });
  const right = async () => {
    const client = await TestClient.open(core.url);
    expect((await client.connect(connectParams({ token: core.token() }))).ok).toBe(true);
  };
  const silent = (count: number) =>
    Promise.all(Array.from({ length: count }, () => TestClient.open(core.url)));
  const answers: ReturnType<TestClient['connect']>[] = [];
  for (let wave = 1; wave <= 4; wave += 1) {
    const guessers = await Promise.all(Array.from({ length: 10 }, () => TestClient.open(core.url)));
    answers.push(...guessers.map((client) => client.connect(connectParams({ token: WRONG }))));
    await core.attempt(() => guessesOf(core.attempts()) === wave * 10);
    await right();
  }
  expect(core.gateway.limiter.delayedCount).toBe(16);
  await silent(32);
  await right();
  const device = new TestDevice();
  const paired = await TestClient.open(core.url);
  const hello = await device.connect(paired, { token: core.token() }, { signedAt: clock.now() });
  expect(hello.ok).toBe(true);
  await silent(32);
  await right();
  expect((await core.probe.run('demand')).error).toBeUndefined();
  expect(core.gateway.limiter.delayedCount).toBe(16);
  clock.advance(5_000);
  const reasons = (await Promise.all(answers)).map((answer) => answer.error?.details?.authReason);
  expect(reasons.filter((reason) => reason === 'token_mismatch')).toHaveLength(16);
  expect(reasons.filter((reason) => reason === 'rate_limited')).toHaveLength(24);
  expect(core.gateway.limiter.delayedCount).toBe(0);
});

function guessesOf(attempts: readonly { readonly presentedAs: string }[]): number {
  return attempts.filter(({ presentedAs }) => presentedAs === 'unknown').length;
}
