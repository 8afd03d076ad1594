// Each reason for which a device proof is not accepted, over a real socket, in upstream's words (protocol section
// 2.5; SEC-18), and that a wrong secret beside it changes nothing about the answer.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { connectParams, TestClient } from '../helpers/ws-client';

const WRONG = 'wrong-token-wrong-token-wrong-token';

type Change = (params: ReturnType<TestDevice['signed']>) => Record<string, unknown>;
const withDevice =
  (change: Record<string, unknown>): Change =>
  (params) => ({ ...params, device: { ...params.device, ...change } });

const CASES: readonly { name: string; reason: string; code: string; text: string; change: Change }[] = [
  {
    name: 'the id of another key',
    reason: 'device-id-mismatch',
    code: 'DEVICE_AUTH_DEVICE_ID_MISMATCH',
    text: 'device identity mismatch',
    change: withDevice({ id: 'ab'.repeat(32) }),
  },
  {
    name: 'a time two minutes and a bit ago',
    reason: 'device-signature-stale',
    code: 'DEVICE_AUTH_SIGNATURE_EXPIRED',
    text: 'device signature expired',
    change: (params) => ({
      ...params,
      device: { ...params.device, signedAt: Number(params.device.signedAt) - 125_000 },
    }),
  },
  {
    name: 'a blank nonce',
    reason: 'device-nonce-missing',
    code: 'DEVICE_AUTH_NONCE_REQUIRED',
    text: 'device nonce required',
    change: withDevice({ nonce: '  ' }),
  },
  {
    name: 'the nonce of another socket',
    reason: 'device-nonce-mismatch',
    code: 'DEVICE_AUTH_NONCE_MISMATCH',
    text: 'device nonce mismatch',
    change: withDevice({ nonce: '6b9f6f0e-0000-4000-8000-000000000000' }),
  },
  {
    name: 'scopes that were not signed',
    reason: 'device-signature',
    code: 'DEVICE_AUTH_SIGNATURE_INVALID',
    text: 'device signature invalid',
    change: (params) => ({ ...params, scopes: ['operator.admin'] }),
  },
];

describe('a device proof', () => {
  it.each(CASES)('SEC-18: is refused with $name', async ({ reason, code, text, change }) => {
    const core = await startTestCore();
    for (const token of [core.token(), WRONG]) {
      const client = await TestClient.open(core.url);
      const { payload } = await client.challenge();
      const params = new TestDevice().signed(connectParams({ token }), payload.nonce);
      const answer = await client.request('connect', change(params));
      expect(answer.error).toEqual({ code: 'INVALID_REQUEST', message: text, details: { code, reason } });
      expect(await client.closed).toEqual({ code: 1008, reason: text });
    }
    const logged = reason.replaceAll('-', '_');
    expect(core.attempts()).toMatchObject([{ reason: logged }, { reason: logged }]);
    expect(core.logLines().filter((line) => line.includes(`reason=${logged}`))).not.toEqual([]);
    expect(core.pairing.list()).toEqual({ pending: [], paired: [] });
  });

  it('SEC-18: cannot be replayed on another socket', async () => {
    const core = await startTestCore();
    const first = await TestClient.open(core.url);
    const { payload } = await first.challenge();
    const params = new TestDevice().signed(connectParams({ token: core.token() }), payload.nonce);
    expect((await first.request('connect', params)).ok).toBe(true);
    const second = await TestClient.open(core.url);
    const replayed = await second.connect(params);
    expect(replayed.error?.details?.reason).toBe('device-nonce-mismatch');
  });

  it('with a wrong token is advised to use its device token, as upstream does', async () => {
    const core = await startTestCore();
    const answer = await new TestDevice().connect(await TestClient.open(core.url), { token: WRONG });
    expect(answer.error?.details).toEqual({
      code: 'AUTH_TOKEN_MISMATCH',
      authReason: 'token_mismatch',
      canRetryWithDeviceToken: true,
      recommendedNextStep: 'retry_with_device_token',
    });
    const both = { auth: { token: WRONG, deviceToken: WRONG } };
    const second = await new TestDevice().connect(await TestClient.open(core.url), both);
    expect(second.error).toMatchObject({
      message: 'unauthorized: device token mismatch (rotate/reissue device token)',
      details: { authReason: 'device_token_mismatch', canRetryWithDeviceToken: false },
    });
  });
});
