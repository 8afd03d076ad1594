// The limiter on real sockets (protocol section 3.6; settled "Limiter"): a local guess is answered late and holds
// no place meanwhile, a right credential is accepted at once, and every counted failure is in the log (SEC-10, SEC-11).

import { describe, expect, it } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { connectParams, TestClient } from '../helpers/ws-client';

const WRONG = 'wrong-token-wrong-token-wrong-token';
const ORIGIN = 'http://panel.example';
const page = { client: { id: 'openclaw-control-ui', version: '1', platform: 'MacIntel', mode: 'ui' } };

describe('a wrong guess from this machine', () => {
  it('is in the log at once and answered 250 ms later, twice as late the next time', async () => {
    const core = await startTestCore();
    for (const delayMs of [250, 500]) {
      const client = await TestClient.open(core.url);
      await client.challenge();
      const startedMs = performance.now();
      const answer = client.request('connect', connectParams({ token: WRONG }));
      await core.attempt(({ reason }) => reason === 'token_mismatch');
      expect(client.frames.some((frame) => frame.type === 'res')).toBe(false);
      expect((await answer).error?.details?.authReason).toBe('token_mismatch');
      // Timers may fire a moment early.
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(delayMs - 5);
    }
  });

  it('does not delay anybody who has the right credential, and their success ends the count', async () => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const wrong = await TestClient.open(core.url);
    const pending = wrong.connect(connectParams({ token: WRONG }));
    await core.attempt(({ reason }) => reason === 'token_mismatch');
    const right = await TestClient.open(core.url);
    expect((await right.connect(connectParams({ token: core.token() }))).ok).toBe(true);
    expect(wrong.frames.some((frame) => frame.type === 'res')).toBe(false);
    expect(core.gateway.limiter.snapshot()).toEqual([]);
    clock.advance(250);
    await pending;
  });

  it('forty at once keep nobody out: sixteen wait, the rest are told so at once', async () => {
    // It stands still meanwhile: no late answer frees a place.
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const answers: ReturnType<TestClient['connect']>[] = [];
    // In two waves: more than 32 that have not said anything yet would be dropped as silent.
    for (const wave of [20, 40]) {
      const clients = await Promise.all(Array.from({ length: 20 }, () => TestClient.open(core.url)));
      answers.push(...clients.map((client) => client.connect(connectParams({ token: WRONG }))));
      await core.attempt(() => core.attempts().length === wave);
    }
    const right = await TestClient.open(core.url);
    expect((await right.connect(connectParams({ token: core.token() }))).ok).toBe(true);
    clock.advance(5_000);
    const reasons = (await Promise.all(answers)).map((answer) => answer.error?.details?.authReason);
    expect(reasons.filter((reason) => reason === 'token_mismatch')).toHaveLength(16);
    expect(reasons.filter((reason) => reason === 'rate_limited')).toHaveLength(24);
    const refused = core.attempts().filter(({ outcome }) => outcome === 'refused');
    expect(refused).toHaveLength(40);
    expect(core.gateway.limiter.delayedCount).toBe(0);
  });

  it('may leave before it is answered, and the place is free again', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    await client.challenge();
    client.send({ type: 'req', id: 'c', method: 'connect', params: connectParams({ token: WRONG }) });
    await core.attempt(({ reason }) => reason === 'token_mismatch');
    expect(core.gateway.limiter.delayedCount).toBe(1);
    client.socket.terminate();
    await client.closed;
    const next = await TestClient.open(core.url);
    await next.connect(connectParams({ token: core.token() }));
    expect(core.gateway.limiter.delayedCount).toBe(0);
    expect(core.attempts()).toHaveLength(2);
  });

  it('is answered at once when the gateway stops meanwhile', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    const answer = client.connect(connectParams({ token: WRONG }));
    await core.attempt(({ reason }) => reason === 'token_mismatch');
    await core.gateway.stop('restart');
    expect((await answer).error?.details?.authReason).toBe('token_mismatch');
    expect((await client.closed).code).toBe(1008);
    expect(core.gateway.limiter.delayedCount).toBe(0);
  });
});

describe('SEC-10: a wrong token', () => {
  const FIELDS = ['password', 'device', 'deviceToken', 'bootstrapToken'] as const;
  const combinations = Array.from({ length: 2 ** FIELDS.length }, (_, bits) =>
    FIELDS.filter((_field, index) => (bits >> index) & 1),
  );

  it.each(combinations.map((fields) => ({ fields })))(
    'counts exactly once beside $fields',
    async ({ fields }) => {
      const core = await startTestCore();
      const has = (field: (typeof FIELDS)[number]) => fields.includes(field);
      const auth = {
        token: WRONG,
        ...(has('password') ? { password: WRONG } : {}),
        ...(has('deviceToken') ? { deviceToken: WRONG } : {}),
        ...(has('bootstrapToken') ? { bootstrapToken: WRONG } : {}),
      };
      const client = await TestClient.open(core.url);
      const answer = has('device')
        ? await new TestDevice().connect(client, { auth })
        : await client.connect(connectParams({ auth }));
      expect(answer.ok).toBe(false);
      expect(core.gateway.limiter.snapshot()).toMatchObject([{ failures: 1 }]);
      expect(core.attempts()).toHaveLength(1);
    },
  );
});

describe('SEC-10: beside the right token of a device that may do little', () => {
  const wide = ['operator.admin'];

  async function narrow() {
    const core = await startTestCore();
    const device = new TestDevice();
    const hello = await device.connect(await TestClient.open(core.url), { token: core.token() });
    const { deviceToken } = hello.payload.auth as { deviceToken: string };
    const ask = async (auth: Record<string, string>) =>
      device.connect(await TestClient.open(core.url), { auth, scopes: wide });
    return { core, ask, deviceToken };
  }

  it.each(['token', 'password'] as const)('a wrong %s counts as it does alone', async (field) => {
    const { core, ask, deviceToken } = await narrow();
    for (const failures of [1, 2]) {
      const answer = await ask({ [field]: WRONG, deviceToken });
      expect(answer.error?.details?.authReason).toBe('scope_mismatch');
      expect(core.gateway.limiter.snapshot()).toMatchObject([{ failures }]);
    }
  });

  it('nothing counts when the device sends nothing else, in whichever field', async () => {
    const { core, ask, deviceToken } = await narrow();
    for (const auth of [{ deviceToken }, { token: deviceToken }, { token: deviceToken, deviceToken }]) {
      expect((await ask(auth)).error?.details?.authReason).toBe('scope_mismatch');
    }
    expect(core.gateway.limiter.snapshot()).toEqual([]);
  });
});

describe('SEC-11: a listed page', () => {
  it('is locked out after ten wrong guesses, local or not, and told for how long', async () => {
    const core = await startTestCore({ settings: { gateway: { controlUi: { allowedOrigins: [ORIGIN] } } } });
    const guess = async (protocol: number) => {
      const client = await TestClient.open(core.url, { origin: ORIGIN });
      const range = { minProtocol: protocol, maxProtocol: protocol };
      return client.connect(connectParams({ token: WRONG, ...page, ...range }));
    };
    for (let i = 0; i < 10; i += 1) {
      expect((await guess(4)).error?.details?.authReason).toBe('token_mismatch');
    }
    const four = await guess(4);
    expect(four.error).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'unauthorized: too many failed authentication attempts (retry later)',
      details: {
        code: 'AUTH_RATE_LIMITED',
        authReason: 'rate_limited',
        recommendedNextStep: 'wait_then_retry',
      },
      retryable: true,
    });
    expect(four.error?.retryAfterMs).toBeGreaterThan(290_000);
    const three = await guess(3);
    expect(three.error?.details?.authReason).toBe('rate_limited');
    expect(three.error?.retryable).toBeUndefined();
    expect(core.attempts().map(({ reason }) => reason)).toEqual([
      ...Array(10).fill('token_mismatch'),
      'rate_limited',
      'rate_limited',
    ]);
    const native = await TestClient.open(core.url);
    expect((await native.connect(connectParams({ token: core.token() }))).ok).toBe(true);
  });
});
