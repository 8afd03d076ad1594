// Every failure reason that token mode can reach, with upstream's code, text, next step and close (protocol
// sections 2.8 and 3.5): on the wire, in the auth log and in the log line as itself.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const WRONG = 'wrong-token-wrong-token-wrong-token';
const backend3 = { minProtocol: 3, maxProtocol: 3 };
const cli = { client: { id: 'cli', version: '2026.4.29', platform: 'linux', mode: 'cli' } };

const CASES = [
  {
    name: 'no secret at all',
    params: { ...backend3 },
    reason: 'token_missing',
    code: 'AUTH_TOKEN_MISSING',
    next: 'update_auth_configuration',
    text: 'unauthorized: gateway token missing (provide gateway auth token)',
  },
  {
    name: 'a blank token',
    params: { ...backend3, auth: { token: '  ' } },
    reason: 'token_missing',
    code: 'AUTH_TOKEN_MISSING',
    next: 'update_auth_configuration',
    text: 'unauthorized: gateway token missing (provide gateway auth token)',
  },
  {
    name: 'a wrong token from a backend helper (#75898)',
    params: { ...backend3, auth: { token: WRONG } },
    reason: 'token_mismatch',
    code: 'AUTH_TOKEN_MISMATCH',
    next: 'update_auth_credentials',
    text: 'unauthorized: gateway token mismatch (provide gateway auth token)',
  },
  {
    name: 'a wrong token from the 4.29 CLI',
    params: { ...backend3, ...cli, auth: { token: WRONG } },
    reason: 'token_mismatch',
    code: 'AUTH_TOKEN_MISMATCH',
    next: 'update_auth_credentials',
    text: 'unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token)',
  },
  {
    name: 'a wrong token from the 9.6 CLI',
    params: { ...cli, auth: { token: WRONG } },
    reason: 'token_mismatch',
    code: 'AUTH_TOKEN_MISMATCH',
    next: 'update_auth_credentials',
    text: "unauthorized: gateway token mismatch (use this gateway's gateway.auth.token or pair the device)",
  },
  {
    name: 'only a device token',
    params: { ...backend3, auth: { deviceToken: WRONG } },
    reason: 'device_token_mismatch',
    code: 'AUTH_DEVICE_TOKEN_MISMATCH',
    next: 'update_auth_credentials',
    text: 'unauthorized: device token rejected (pair/repair this device, or provide gateway token)',
  },
  {
    name: 'a bootstrap token, protocol 3',
    params: { ...backend3, auth: { bootstrapToken: WRONG } },
    reason: 'bootstrap_token_invalid',
    code: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
    next: 'review_auth_configuration',
    text: 'unauthorized: bootstrap token invalid or expired (scan a fresh setup code)',
  },
  {
    name: 'a password in token mode, protocol 3',
    params: { ...backend3, auth: { password: WRONG } },
    reason: 'token_missing',
    code: 'AUTH_TOKEN_MISSING',
    next: 'update_auth_configuration',
    text: 'unauthorized: gateway token missing (provide gateway auth token)',
  },
] as const;

describe('a refused connect', () => {
  it.each(CASES)('$name: $reason', async ({ params, reason, code, next, text }) => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    const answer = await client.connect(connectParams(params));

    expect(answer.ok).toBe(false);
    expect(answer.error).toEqual({
      code: 'INVALID_REQUEST',
      message: text,
      details: {
        code,
        authReason: reason,
        canRetryWithDeviceToken: false,
        recommendedNextStep: next,
      },
    });
    expect(await client.closed).toEqual({ code: 1008, reason: text.slice(0, 120) });
    expect(core.attempts()).toMatchObject([{ outcome: 'refused', reason }]);
    expect(core.logLines().filter((line) => line.includes(`reason=${reason}`))).not.toEqual([]);
  });

  it('accepts the token in the password field from protocol 4 on', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    const answer = await client.connect(connectParams({ auth: { password: core.token() } }));
    expect(answer.ok).toBe(true);
  });

  it('is in the auth log before the client has its answer', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    let loggedBefore: boolean | undefined;
    client.socket.on('message', (data) => {
      if (data.toString().includes('"res"')) loggedBefore = core.attempts().length === 1;
    });
    await client.connect(connectParams({ token: WRONG }));
    expect(loggedBefore).toBe(true);
  });

  it('never says anything about the expected secret', async () => {
    const core = await startTestCore();
    const status = core.tokens.status();
    if (status.state !== 'ready') throw new Error(status.state);
    const client = await TestClient.open(core.url);
    const answer = JSON.stringify(await client.connect(connectParams({ token: WRONG })));
    expect(answer).not.toContain(core.token().slice(0, 6));
    expect(answer).not.toContain(status.fingerprint);
    expect(answer).not.toContain(WRONG);
  });
});
