// Requests that take their time or go wrong (protocol section 5; SEC-48, SEC-49): at most 128 at once, one answer each
// whatever happens, a deadline that frees what was waited for, and a bug that tells the client nothing.

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Caller, MethodResult } from '../../electron/core/gateway/methods/method-registry';
import { MethodRegistry } from '../../electron/core/gateway/methods/method-registry';
import { ok } from '../../electron/core/lib/result';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore } from '../helpers/test-core';
import type { Frame } from '../helpers/ws-client';
import { connectParams, TestClient } from '../helpers/ws-client';
import { eventually } from './eventually';

const CANARY = 'canary-7d20aa';

afterEach(() => {
  vi.restoreAllMocks();
});

interface Held {
  readonly caller: Caller;
  readonly answer: (result: MethodResult) => void;
}

/** `wake` hangs until the test answers it; everything else is the real thing. */
async function withHeldWakes(clock = new FakeClock()) {
  const held: Held[] = [];
  const { dispatch } = MethodRegistry.prototype;
  vi.spyOn(MethodRegistry.prototype, 'dispatch').mockImplementation(function holding(
    this: MethodRegistry,
    method,
    params,
    caller,
  ) {
    if (method !== 'wake') return Reflect.apply(dispatch, this, [method, params, caller]);
    return new Promise<MethodResult>((answer) => held.push({ caller, answer }));
  });
  const core = await startTestCore({ clock });
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
  const ask = (id: string, method = 'wake') => client.send({ type: 'req', id, method });
  const answersTo = (id: string) => client.frames.filter((frame) => frame.id === id);
  return { core, client, clock, held, ask, answersTo };
}

function answer(client: TestClient, id: string): Promise<Frame> {
  return client.frame((frame) => frame.id === id);
}

describe('requests in flight', () => {
  it('are 128 at most: the next is told to wait, and finds room when one is answered', async () => {
    const { core, client, held, ask } = await withHeldWakes();
    for (let index = 0; index < 128; index += 1) ask(`w${index}`);
    ask('over');
    expect((await answer(client, 'over')).error).toEqual({
      code: 'UNAVAILABLE',
      message: 'too many requests in flight; wait for answers',
      retryable: true,
      retryAfterMs: 100,
    });
    expect(held).toHaveLength(128);
    held[0]?.answer(ok('first'));
    await answer(client, 'w0');
    ask('next');
    await eventually(() => held.length === 129);
    // Nobody else has less room for it.
    const other = await TestClient.open(core.url);
    await other.connect(connectParams({ token: core.token() }));
    expect((await other.request('health')).ok).toBe(true);
    for (const { answer: release } of held) release(ok('late'));
    await answer(client, 'next');
    const ids = client.frames.flatMap((frame) => (frame.type === 'res' ? (frame.id ?? '') : []));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have ids of their own: one that is taken is refused, and is free again after its answer', async () => {
    const { client, held, ask, answersTo } = await withHeldWakes();
    ask('same');
    ask('same');
    await eventually(() => answersTo('same').length === 1);
    expect(answersTo('same')[0]?.error).toEqual({ code: 'INVALID_REQUEST', message: 'duplicate request id' });
    expect(held).toHaveLength(1);
    held[0]?.answer(ok('the first one'));
    await eventually(() => answersTo('same').length === 2);
    expect(answersTo('same')[1]).toMatchObject({ ok: true, payload: 'the first one' });
    ask('same', 'health');
    await eventually(() => answersTo('same').length === 3);
    expect(answersTo('same')[2]?.ok).toBe(true);
    expect((await client.request('health')).ok).toBe(true);
  });

  it('are given up after 30 s: one answer, the work is told, and its result is not sent as well', async () => {
    const { client, clock, held, ask, answersTo } = await withHeldWakes();
    ask('slow');
    await eventually(() => held.length === 1);
    const signal = held[0]?.caller.signal;
    clock.advance(29_999);
    expect((await client.request('health')).ok).toBe(true);
    expect(answersTo('slow')).toEqual([]);
    expect(signal?.aborted).toBe(false);
    clock.advance(1);
    expect((await answer(client, 'slow')).error).toEqual({ code: 'UNAVAILABLE', message: 'wake timed out' });
    expect(signal?.aborted).toBe(true);
    held[0]?.answer(ok('too late'));
    expect((await client.request('health')).ok).toBe(true);
    expect(answersTo('slow')).toHaveLength(1);
  });

  it('end with their connection', async () => {
    const { core, client, held, ask } = await withHeldWakes();
    ask('orphan');
    await eventually(() => held.length === 1);
    const signal = held[0]?.caller.signal;
    client.socket.terminate();
    await eventually(() => signal?.aborted === true);
    held[0]?.answer(ok('to nobody'));
    const other = await TestClient.open(core.url);
    expect((await other.connect(connectParams({ token: core.token() }))).ok).toBe(true);
  });
});

describe('SEC-49: a handler that goes wrong', () => {
  const failure = () => new Error(`${CANARY} at /home/somebody/secret.ts:1`);

  it.each([
    {
      what: 'throws',
      // Nobody but the method asks for it, not even a timer.
      method: 'config.schema',
      arm: (core: Awaited<ReturnType<typeof startTestCore>>) =>
        void vi.spyOn(core.config, 'schema').mockImplementationOnce(() => {
          throw failure();
        }),
    },
    {
      what: 'rejects',
      method: 'gatehouse.authlog.query',
      arm: (core: Awaited<ReturnType<typeof startTestCore>>) =>
        void vi.spyOn(core.authLog, 'query').mockRejectedValueOnce(failure()),
    },
  ])(
    'and $what answers UNAVAILABLE once without the reason, and the gateway goes on',
    async ({ method, arm }) => {
      const core = await startTestCore();
      const client = await TestClient.open(core.url);
      await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
      arm(core);
      const reply = await client.request(method);
      expect(reply.error).toEqual({
        code: 'UNAVAILABLE',
        message: `${method} failed inside the gateway; its log says why`,
      });
      expect((await client.request(method)).ok).toBe(true);
      expect(client.frames.filter((frame) => frame.id === reply.id)).toHaveLength(1);
      expect(JSON.stringify(client.frames)).not.toContain(CANARY);
      expect(core.logLines().filter((line) => line.includes(CANARY))).toHaveLength(1);
      const next = await TestClient.open(core.url);
      expect((await next.connect(connectParams({ token: core.token() }))).ok).toBe(true);
    },
  );
});
