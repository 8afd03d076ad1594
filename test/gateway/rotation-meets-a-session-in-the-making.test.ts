// Who was let in on a generation that a rotation has retired meanwhile, and who is handed the new token (SEC-16;
// architecture section 4).

import { describe, expect, it } from 'vitest';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { connectParams, TestClient } from '../helpers/ws-client';

const AUTH_CHANGED = { code: 4001, reason: 'gateway auth changed' };
const PROXIED = { headers: { 'x-forwarded-for': '10.0.0.9' } };

describe('SEC-16: a rotation between challenge and connect', () => {
  it('routine: the client is accepted, told so, and closed before anything that it pipelined', async () => {
    const core = await startTestCore();
    const old = core.token();
    const client = await TestClient.open(core.url);
    await client.challenge();
    await core.tokens.rotate({ reason: 'routine', graceMs: 0, by: 'panel' });
    const hello = client.request('connect', connectParams({ token: old, scopes: ['operator.admin'] }));
    client.send({ type: 'req', id: 'pipelined', method: 'gatehouse.token.rotate', params: {} });
    expect((await hello).payload).toMatchObject({ type: 'hello-ok' });
    expect(await client.closed).toEqual(AUTH_CHANGED);
    expect(client.frames.filter((frame) => frame.id === 'pipelined')).toEqual([]);
    expect(core.tokens.generation).toBe(2);
    expect(core.attempts()).toMatchObject([{ outcome: 'accepted', comparedGeneration: 1 }]);
    expect(core.gateway.status().clients).toBe(0);
  });

  it('routine: a client that says nothing more is closed all the same', async () => {
    const core = await startTestCore();
    const old = core.token();
    const client = await TestClient.open(core.url);
    await client.challenge();
    await core.tokens.rotate({ reason: 'routine', graceMs: 0, by: 'panel' });
    expect((await client.request('connect', connectParams({ token: old }))).ok).toBe(true);
    expect(await client.closed).toEqual(AUTH_CHANGED);
  });

  it('leaked: the client is cut off, and its credential is not called wrong', async () => {
    const core = await startTestCore();
    const old = core.token();
    const client = await TestClient.open(core.url);
    await client.challenge();
    await core.tokens.rotate({ reason: 'leaked', graceMs: 0, by: 'panel' });
    const answer = await client.request('connect', connectParams({ token: old }));
    expect(answer.error).toMatchObject({ code: 'UNAVAILABLE', details: { authReason: 'superseded' } });
    expect(await client.closed).toEqual(AUTH_CHANGED);
    expect(core.attempts()).toMatchObject([{ outcome: 'superseded', matchedGeneration: 1 }]);
    expect(core.gateway.limiter.snapshot()).toEqual([]);
  });
});

/** A session of a device token with every scope: no rotation ends it. */
async function adminDevice(core: TestCore): Promise<{ device: TestDevice; auth: { deviceToken: string } }> {
  const device = new TestDevice();
  const scopes = ['operator.admin'];
  const first = await device.connect(await TestClient.open(core.url), { token: core.token(), scopes });
  return { device, auth: { deviceToken: first.payload.auth.deviceToken } };
}

describe('a caller with admin scope behind a proxy', () => {
  it('may rotate and is not handed the new token; without the proxy it is', async () => {
    const core = await startTestCore();
    const { device, auth } = await adminDevice(core);
    const scopes = ['operator.admin'];
    const far = await TestClient.open(core.url, PROXIED);
    expect((await device.connect(far, { auth, scopes })).payload.auth.scopes).toEqual(scopes);
    const reply = await far.request('gatehouse.token.rotate', {});
    expect(reply).toMatchObject({ ok: true, payload: { generation: 2 } });
    expect(Object.keys(reply.payload)).not.toContain('token');
    expect(JSON.stringify(far.frames)).not.toContain(core.token());
    // The session stands on its own token and goes on.
    expect((await far.request('health')).ok).toBe(true);

    const near = await TestClient.open(core.url);
    await device.connect(near, { auth, scopes });
    const direct = await near.request('gatehouse.token.rotate', {});
    expect(direct.payload).toMatchObject({ generation: 3, token: core.token() });
  });

  it('may not make the gateway adopt a token of its choice', async () => {
    const core = await startTestCore();
    const before = core.token();
    const { device, auth } = await adminDevice(core);
    const far = await TestClient.open(core.url, PROXIED);
    await device.connect(far, { auth, scopes: ['operator.admin'] });
    const reply = await far.request('gatehouse.token.adopt', { token: 'f3Qz8-Lr71_pWc9Xk2VbN5tY6uJm0sEd' });
    expect(reply.error?.message).toBe('a token is adopted only from this machine');
    expect(core.token()).toBe(before);
  });
});
