// A device with the shared secret: silent approval for a local program, a token in hello-ok, and that token in
// place of the secret afterwards (protocol section 3.10; SEC-14, SEC-22).

import { describe, expect, it } from 'vitest';
import { MemoryDevices } from '../helpers/memory-devices';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { connectParams, TestClient } from '../helpers/ws-client';

describe('a local program with a device and the shared secret', () => {
  it.each([3, 4])('is paired without being asked about and gets a token, protocol %d', async (protocol) => {
    const core = await startTestCore();
    const device = new TestDevice();
    const client = await TestClient.open(core.url);
    const hello = await device.connect(client, {
      token: core.token(),
      minProtocol: protocol,
      maxProtocol: protocol,
    });
    expect(hello.payload.auth).toMatchObject({ role: 'operator', scopes: ['operator.read'] });
    expect(hello.payload.auth.deviceToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(hello.payload.auth.issuedAtMs).toBeGreaterThan(0);
    expect(core.pairing.list()).toMatchObject({
      pending: [],
      paired: [{ deviceId: device.id, scopes: ['operator.read'], approvedVia: 'silent' }],
    });
    expect(core.attempts()).toMatchObject([{ outcome: 'accepted', hasDevice: true, credential: 'token' }]);
  });

  it('connects again with the device token alone, in either field, and keeps the same token', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const first = await device.connect(await TestClient.open(core.url), { token: core.token() });
    const { deviceToken } = first.payload.auth;
    for (const auth of [{ deviceToken }, { token: deviceToken }, { token: deviceToken, deviceToken }]) {
      const again = await device.connect(await TestClient.open(core.url), { auth });
      expect(again.payload.auth).toMatchObject({ deviceToken, scopes: ['operator.read'] });
    }
    const [, second] = core.attempts();
    expect(second).toMatchObject({
      outcome: 'accepted',
      credential: 'device-token',
      presentedAs: 'device-token',
    });
  });

  it('asks for more scopes and is upgraded silently; the narrow token is worthless then', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const narrow = await device.connect(await TestClient.open(core.url), {
      token: core.token(),
      maxProtocol: 3,
    });
    const wide = await device.connect(await TestClient.open(core.url), {
      token: core.token(),
      maxProtocol: 3,
      scopes: ['operator.pairing'],
    });
    expect(wide.payload.auth.scopes).toEqual(['operator.pairing']);
    expect(wide.payload.auth.deviceToken).not.toBe(narrow.payload.auth.deviceToken);
    const late = await device.connect(await TestClient.open(core.url), {
      auth: { deviceToken: narrow.payload.auth.deviceToken },
    });
    expect(late.error?.details?.authReason).toBe('device_token_mismatch');
  });

  it('SEC-14: gets the scopes of its record, whatever it claims', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const hello = await device.connect(await TestClient.open(core.url), {
      token: core.token(),
      scopes: ['operator.read', 'operator.everything', 'root'],
    });
    expect(hello.payload.auth.scopes).toEqual(['operator.read']);
    const { deviceToken } = hello.payload.auth;
    const more = { auth: { deviceToken }, scopes: ['operator.admin'] };
    const refused4 = await device.connect(await TestClient.open(core.url), more);
    expect(refused4.error).toMatchObject({
      message: 'unauthorized: device token scope mismatch (re-pair or approve scope upgrade)',
      details: { code: 'AUTH_SCOPE_MISMATCH', authReason: 'scope_mismatch' },
    });
    const refused3 = await device.connect(await TestClient.open(core.url), { ...more, maxProtocol: 3 });
    expect(refused3.error?.details?.authReason).toBe('device_token_mismatch');
  });

  it('is told apart from another device that presents the same token', async () => {
    const core = await startTestCore();
    const hello = await new TestDevice().connect(await TestClient.open(core.url), { token: core.token() });
    const { deviceToken } = hello.payload.auth;
    const thief = await new TestDevice().connect(await TestClient.open(core.url), { auth: { deviceToken } });
    expect(thief.error).toMatchObject({
      message: 'unauthorized: device token mismatch (rotate/reissue device token)',
      details: { code: 'AUTH_DEVICE_TOKEN_MISMATCH', authReason: 'device_token_mismatch' },
    });
    const bare = await TestClient.open(core.url);
    await bare.connect(connectParams({ token: deviceToken }));
    expect(core.attempts().at(-1)).toMatchObject({ reason: 'token_mismatch', presentedAs: 'device-token' });
  });

  it('survives a rotation of the gateway token when it stands on its own, and not when it stands on that', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const onSecret = await TestClient.open(core.url);
    const { deviceToken } = (await device.connect(onSecret, { token: core.token() })).payload.auth;
    const onToken = await TestClient.open(core.url);
    await device.connect(onToken, { auth: { deviceToken } });
    await core.tokens.rotate({ reason: 'leaked', graceMs: 0, by: 'panel' });
    expect(await onSecret.closed).toEqual({ code: 4001, reason: 'gateway auth changed' });
    expect((await onToken.request('health')).ok).toBe(true);
    const again = await device.connect(await TestClient.open(core.url), { auth: { deviceToken } });
    expect(again.ok).toBe(true);
  });

  it('is told why when the disk refuses, and is not paired', async () => {
    const devices = new MemoryDevices();
    const core = await startTestCore({ devices });
    devices.saveError = { code: 'storage_full', detail: 'no space left' };
    const client = await TestClient.open(core.url);
    const answer = await new TestDevice().connect(client, { token: core.token() });
    expect(answer.error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'device pairing unavailable: no space left',
      retryable: true,
    });
    expect(core.pairing.list().paired).toEqual([]);
    expect(core.attempts()).toMatchObject([{ outcome: 'refused', reason: 'pairing_unavailable' }]);
  });
});

describe('a device that sends requests before its pairing is on the disk', () => {
  it('has them answered after hello-ok, in order, up to 15', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const client = await TestClient.open(core.url);
    const connecting = device.connect(client, { token: core.token() });
    await client.challenge();
    const early = client.request('health');
    expect((await connecting).ok).toBe(true);
    expect((await early).ok).toBe(true);
  });

  it('is closed when it sends more', async () => {
    const devices = new MemoryDevices();
    const core = await startTestCore({ devices });
    let open: () => void = () => undefined;
    devices.beforeSave = () =>
      new Promise((resolve) => {
        open = resolve;
      });
    const client = await TestClient.open(core.url);
    const { payload } = await client.challenge();
    const params = new TestDevice().signed(connectParams({ token: core.token() }), payload.nonce);
    client.send({ type: 'req', id: 'c', method: 'connect', params });
    for (let i = 0; i < 16; i += 1) client.send({ type: 'req', id: `e${i}`, method: 'health' });
    expect(await client.closed).toEqual({ code: 1008, reason: 'too many pending handshake frames' });
    devices.beforeSave = undefined;
    open();
  });
});
