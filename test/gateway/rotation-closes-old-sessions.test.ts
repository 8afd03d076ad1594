// A rotation without grace closes sessions of the old token with 4001: all others first, then the caller's reply,
// then the caller (architecture section 4).

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const admin = ['operator.admin'];

describe('SEC-16: gatehouse.token.rotate', () => {
  it('answers its caller with the new token, then closes caller and others with 4001', async () => {
    const core = await startTestCore();
    const old = core.token();
    const other = await TestClient.open(core.url);
    const caller = await TestClient.open(core.url);
    await other.connect(connectParams({ token: old }));
    await caller.connect(connectParams({ token: old, scopes: admin }));

    const reply = await caller.request('gatehouse.token.rotate', {});
    expect(reply.payload).toMatchObject({ generation: 2, token: core.token() });
    expect(core.token()).not.toBe(old);
    expect(await other.closed).toEqual({ code: 4001, reason: 'gateway auth changed' });
    expect(await caller.closed).toEqual({ code: 4001, reason: 'gateway auth changed' });

    const late = await TestClient.open(core.url);
    const refused = await late.connect(connectParams({ token: old }));
    expect(refused.error?.details?.authReason).toBe('token_mismatch');
    const event = await core.attempt(({ reason }) => reason === 'token_mismatch');
    expect(event).toMatchObject({
      presentedAs: 'previous-generation',
      matchedGeneration: 1,
      comparedGeneration: 2,
    });
  });

  it('keeps sessions and the old token during grace, lists them by name, and ends both on demand', async () => {
    const core = await startTestCore();
    const old = core.token();
    const client = await TestClient.open(core.url);
    await client.connect(connectParams({ token: old }));
    await core.tokens.rotate({ reason: 'routine', graceMs: 600_000, by: 'panel' });

    expect((await client.request('health')).ok).toBe(true);
    const late = await TestClient.open(core.url);
    expect((await late.connect(connectParams({ token: old }))).ok).toBe(true);
    expect(core.gateway.sessionsOnGeneration(1).map((session) => session.client)).toEqual([
      'gateway:test backend v2026.9.6',
      'gateway:test backend v2026.9.6',
    ]);

    await core.tokens.retireGrace('panel');
    expect(await client.closed).toMatchObject({ code: 4001 });
    expect(await late.closed).toMatchObject({ code: 4001 });
  });

  it('changes nothing and says so when the disk refuses', async () => {
    const core = await startTestCore();
    const old = core.token();
    core.repository.saveError = { code: 'storage_full', detail: 'no space left' };
    const caller = await TestClient.open(core.url);
    await caller.connect(connectParams({ token: old, scopes: admin }));
    const reply = await caller.request('gatehouse.token.rotate', {});
    expect(reply.error).toMatchObject({ code: 'UNAVAILABLE', details: { reason: 'storage_full' } });
    expect(core.token()).toBe(old);
    expect((await caller.request('health')).ok).toBe(true);
  });

  it('does not hand the token to a caller behind a proxy', async () => {
    const core = await startTestCore();
    const caller = await TestClient.open(core.url, { headers: { 'x-forwarded-for': '10.0.0.9' } });
    await caller.connect(connectParams({ token: core.token(), scopes: admin }));
    const reply = await caller.request('gatehouse.token.rotate', {});
    expect(reply.ok).toBe(false);
    expect(JSON.stringify(reply)).not.toContain(core.token());
  });
});

describe('gatehouse.token.adopt', () => {
  it('takes over a strong token and refuses a placeholder by name of the problem', async () => {
    const core = await startTestCore();
    const caller = await TestClient.open(core.url);
    await caller.connect(connectParams({ token: core.token(), scopes: admin }));
    const weak = await caller.request('gatehouse.token.adopt', { token: 'changeme' });
    expect(weak.error?.message).toMatch(/^token not adopted: /);
    const strong = 'f3Qz8-Lr71_pWc9Xk2VbN5tY6uJm0sEd';
    expect((await caller.request('gatehouse.token.adopt', { token: strong })).ok).toBe(true);
    expect(core.token()).toBe(strong);
  });
});
