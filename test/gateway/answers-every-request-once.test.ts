// After hello: one answer per request, upstream's words for what is wrong (protocol section 5), no state lost.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

async function connected(scopes: readonly string[] = ['operator.admin']) {
  const core = await startTestCore();
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token(), scopes }));
  return { core, client };
}

describe('an authenticated client', () => {
  it.each([
    'health',
    'status',
    'channels.status',
    'system-presence',
    'gateway.identity.get',
    'logs.tail',
    'gatehouse.authlog.query',
  ])('gets an answer to %s, with params absent and empty', async (method) => {
    const { client } = await connected();
    expect((await client.request(method)).ok).toBe(true);
    expect((await client.request(method, {})).ok).toBe(true);
  });

  it.each([
    { method: 'no.such.method', params: {}, message: 'unknown method: no.such.method' },
    {
      method: 'health',
      params: { x: 1 },
      message: "invalid health params: at root: unexpected property 'x'",
    },
    {
      method: 'logs.tail',
      params: { limit: 5001 },
      message: 'invalid logs.tail params: at /limit: must be <= 5000',
    },
    { method: 'connect', params: {}, message: 'connect is only valid as the first request' },
    { method: 'toString', params: {}, message: 'unknown method: toString' },
  ])('is told "$message"', async ({ method, params, message }) => {
    const { client } = await connected();
    expect((await client.request(method, params)).error).toMatchObject({ code: 'INVALID_REQUEST', message });
  });

  it('learns of a missing scope before it learns that a method is unknown', async () => {
    const { client } = await connected([]);
    expect((await client.request('no.such.method')).error?.message).toBe('missing scope: operator.admin');
  });

  it('survives its own malformed frames', async () => {
    const { client } = await connected();
    for (const garbage of [
      'nonsense',
      '[]',
      'null',
      '{"type":"req"}',
      `{"type":"req","id":"${'i'.repeat(200)}","method":"health"}`,
    ]) {
      client.send(garbage);
    }
    expect((await client.request('health')).ok).toBe(true);
    const errors = client.frames.filter((frame) => frame.error?.message === 'invalid request frame');
    expect(errors).toHaveLength(5);
  });

  it('gets pipelined answers in order and each once', async () => {
    const { client } = await connected();
    const ids = Array.from({ length: 2_000 }, (_, index) => `p${index}`);
    for (const id of ids) client.send({ type: 'req', id, method: 'health' });
    await client.frame((frame) => frame.id === ids.at(-1));
    expect(client.frames.filter((frame) => frame.id?.startsWith('p')).map((frame) => frame.id)).toEqual(ids);
  });

  it('may send large requests once it is known', async () => {
    const { client } = await connected();
    const reply = await client.request('logs.tail', { padding: 'x'.repeat(200_000) });
    expect(reply.error?.message).toBe("invalid logs.tail params: at root: unexpected property 'padding'");
  });

  it('has an identity to check: the device id is the hash of the public key', async () => {
    const { client } = await connected();
    const { payload } = await client.request('gateway.identity.get');
    const { createHash } = await import('node:crypto');
    expect(createHash('sha256').update(Buffer.from(payload.publicKey, 'base64url')).digest('hex')).toBe(
      payload.deviceId,
    );
    expect((await client.request('gateway.identity.get')).payload).toEqual(payload);
  });
});
