// Modes token, password and none (protocol sections 3.1, 3.2 and 3.5): which field counts, every password reason
// with upstream's words, and that a change of mode or password ends the sessions before it with 4001.

import { describe, expect, it } from 'vitest';
import { Secret } from '../../electron/core/lib/secret';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { connectParams, TestClient } from '../helpers/ws-client';
import { eventually } from './eventually';

const PASSWORD = 'heron under the old bridge';
const WRONG = 'wrong-token-wrong-token-wrong-token';
const cli = { client: { id: 'cli', version: '1', platform: 'linux', mode: 'cli' } };
const three = { minProtocol: 3, maxProtocol: 3 };

async function passwordCore(): Promise<TestCore> {
  const core = await startTestCore();
  core.settings.update({ gateway: { auth: { mode: 'password' } } });
  const adopted = await core.tokens.adopt({ secret: new Secret(PASSWORD), graceMs: 0, by: 'panel' });
  if (!adopted.ok) throw new Error(adopted.error.code);
  await core.gateway.start();
  return core;
}

async function connect(core: TestCore, params: Parameters<typeof connectParams>[0]) {
  const client = await TestClient.open(core.url);
  return { client, answer: await client.connect(connectParams(params)) };
}

describe('mode password', () => {
  it.each([
    { name: 'the password', params: { auth: { password: PASSWORD } }, ok: true },
    { name: 'the password in the token field, protocol 4', params: { auth: { token: PASSWORD } }, ok: true },
    { name: 'the same in protocol 3', params: { auth: { token: PASSWORD }, ...three }, ok: false },
    {
      name: 'the password in protocol 3',
      params: { auth: { password: ` ${PASSWORD}\n` }, ...three },
      ok: true,
    },
  ])('with $name: accepted is $ok', async ({ params, ok }) => {
    const core = await passwordCore();
    expect((await connect(core, params)).answer.ok).toBe(ok);
  });

  it.each([
    {
      params: { ...cli, ...three },
      reason: 'password_missing',
      code: 'AUTH_PASSWORD_MISSING',
      next: 'update_auth_configuration',
      text: 'unauthorized: gateway password missing (set gateway.remote.password to match gateway.auth.password)',
    },
    {
      params: { ...cli, auth: { password: WRONG } },
      reason: 'password_mismatch',
      code: 'AUTH_PASSWORD_MISMATCH',
      next: 'update_auth_credentials',
      text: "unauthorized: gateway password mismatch (use this gateway's gateway.auth.password)",
    },
    {
      params: { auth: { password: WRONG }, ...three },
      reason: 'password_mismatch',
      code: 'AUTH_PASSWORD_MISMATCH',
      next: 'update_auth_credentials',
      text: 'unauthorized: gateway password mismatch (provide gateway auth password)',
    },
  ])('refuses with $reason: $text', async ({ params, reason, code, next, text }) => {
    const core = await passwordCore();
    const { answer } = await connect(core, params);
    expect(answer.error).toEqual({
      code: 'INVALID_REQUEST',
      message: text,
      details: { code, authReason: reason, canRetryWithDeviceToken: false, recommendedNextStep: next },
    });
    expect(core.attempts().at(-1)).toMatchObject({ outcome: 'refused', reason });
  });

  it('lets devices pair and does not sign the password', async () => {
    const core = await passwordCore();
    const hello = await new TestDevice().connect(await TestClient.open(core.url), {
      auth: { password: PASSWORD },
    });
    expect(hello.payload.auth.deviceToken).toBeDefined();
  });

  it('ends sessions of the password before with 4001, and keeps the probe alive', async () => {
    const core = await passwordCore();
    const { client } = await connect(core, { auth: { password: PASSWORD } });
    await core.tokens.adopt({ secret: new Secret('another heron, another bridge'), graceMs: 0, by: 'panel' });
    expect(await client.closed).toEqual({ code: 4001, reason: 'gateway auth changed' });
    expect(await core.probe.run('demand')).toMatchObject({ credential: 'ok', scope: 'ok' });
  });

  it('without a password stops listening when it is set while running, and comes back with the old mode', async () => {
    const core = await startTestCore();
    core.settings.update({ gateway: { auth: { mode: 'password' } } });
    await eventually(() => core.gateway.status().state === 'failed');
    expect(core.gateway.status().error).toContain('gateway.auth.mode is "password", but no password is set');
    core.settings.update({ gateway: { auth: { mode: 'token' } } });
    await eventually(() => core.gateway.status().state === 'listening');
    expect((await connect(core, { token: core.token() })).answer.ok).toBe(true);
  });

  it('without a password does not listen, says so in words, and comes up when one is set', async () => {
    const core = await startTestCore({ settings: { gateway: { auth: { mode: 'password' } } } });
    expect(core.gateway.status()).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('gateway.auth.mode is "password", but no password is set'),
    });
    await core.tokens.adopt({ secret: new Secret(PASSWORD), graceMs: 0, by: 'panel' });
    await core.gateway.start();
    expect((await connect(core, { auth: { password: PASSWORD } })).answer.ok).toBe(true);
  });
});

describe('mode none', () => {
  it('asks for nothing on this machine, keeps the scopes asked for, and says so in the status', async () => {
    const core = await startTestCore({ settings: { gateway: { auth: { mode: 'none' } } } });
    const { answer } = await connect(core, { ...cli, ...three, scopes: ['operator.admin'] });
    expect(answer.payload.auth.scopes).toEqual(['operator.admin']);
    expect(answer.payload.snapshot.authMode).toBe('none');
    expect(core.tokens.status()).toMatchObject({ state: 'ready', mode: 'none' });
    const proxied = await TestClient.open(core.url, { headers: { 'x-forwarded-for': '10.0.0.9' } });
    expect((await proxied.connect(connectParams())).payload.auth.scopes).toEqual([]);
  });

  it('ends its sessions when a token is asked for again', async () => {
    const core = await startTestCore({ settings: { gateway: { auth: { mode: 'none' } } } });
    const { client } = await connect(core, {});
    core.settings.update({ gateway: { auth: { mode: 'token' } } });
    expect(await client.closed).toEqual({ code: 4001, reason: 'gateway auth changed' });
    expect((await connect(core, {})).answer.error?.details?.authReason).toBe('token_missing');
  });
});
