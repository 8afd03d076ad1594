// device.pair.* and device.token.* over the wire: upstream's results and errors, who may manage whom (SEC-21), and
// that affected sessions end, the caller's after its reply.

import { describe, expect, it } from 'vitest';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { connectParams, TestClient } from '../helpers/ws-client';

const ALL = ['operator.admin'];
const PAIRING = ['operator.pairing'];
const PROXIED = { headers: { 'x-forwarded-for': '10.0.0.9' } };

async function admin(core: TestCore, scopes: readonly string[] = ALL) {
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token(), scopes }));
  return client;
}

/** A session that stands on the device's own token. */
async function deviceSession(core: TestCore, device: TestDevice, scopes: readonly string[]) {
  const hello = await device.connect(await TestClient.open(core.url), { token: core.token(), scopes });
  const { deviceToken } = hello.payload.auth;
  const client = await TestClient.open(core.url);
  await device.connect(client, { auth: { deviceToken }, scopes });
  return { client, deviceToken };
}

async function pendingRequest(core: TestCore, device: TestDevice, overrides = {}) {
  const client = await TestClient.open(core.url, PROXIED);
  const answer = await device.connect(client, { token: core.token(), ...overrides });
  return String(answer.error?.details?.requestId);
}

describe('device.pair', () => {
  it('lists pending and paired devices without any token text', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const { deviceToken } = await deviceSession(core, device, ['operator.read']);
    const requestId = await pendingRequest(core, new TestDevice());
    const reply = await (await admin(core)).request('device.pair.list', {});
    expect(reply.payload).toMatchObject({
      pending: [{ requestId, role: 'operator', roles: ['operator'], silent: false, isRepair: false }],
      paired: [
        { deviceId: device.id, connected: true, tokens: [{ role: 'operator', scopes: ['operator.read'] }] },
      ],
    });
    expect(JSON.stringify(reply)).not.toContain(deviceToken);
    expect(reply.payload.pending[0].shownHash).toBeUndefined();
  });

  it('approves, rejects and removes, and tells those with the pairing scope', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const caller = await admin(core);
    const requestId = await pendingRequest(core, device);
    const requested = await caller.frame((frame) => frame.event === 'device.pair.requested');
    expect(requested.payload).toMatchObject({ requestId, deviceId: device.id });
    const approved = await caller.request('device.pair.approve', { requestId });
    expect(approved.payload).toMatchObject({ requestId, device: { deviceId: device.id } });
    const resolved = await caller.frame((frame) => frame.event === 'device.pair.resolved');
    expect(resolved.payload).toMatchObject({ requestId, deviceId: device.id, decision: 'approved' });

    const second = await pendingRequest(core, new TestDevice());
    expect((await caller.request('device.pair.reject', { requestId: second })).payload).toMatchObject({
      requestId: second,
    });
    const gone = await caller.request('device.pair.approve', { requestId: second });
    expect(gone.error).toEqual({ code: 'INVALID_REQUEST', message: 'unknown requestId' });

    const live = await TestClient.open(core.url);
    await device.connect(live, { token: core.token() });
    expect((await caller.request('device.pair.remove', { deviceId: device.id })).payload).toEqual({
      deviceId: device.id,
    });
    expect(await live.closed).toEqual({ code: 4001, reason: 'client invalidated: device-pair-removed' });
    const unknown = await caller.request('device.pair.remove', { deviceId: device.id });
    expect(unknown.error?.message).toBe('unknown deviceId');
  });

  it('SEC-21: a caller hands on no more than it has', async () => {
    const core = await startTestCore();
    const caller = await admin(core, PAIRING);
    const wide = await pendingRequest(core, new TestDevice(), { scopes: ALL });
    expect((await caller.request('device.pair.approve', { requestId: wide })).error).toEqual({
      code: 'INVALID_REQUEST',
      message: 'missing scope: operator.admin',
    });
    const node = await pendingRequest(core, new TestDevice(), { role: 'node', scopes: [] });
    expect((await caller.request('device.pair.approve', { requestId: node })).error?.message).toBe(
      'device pairing approval denied',
    );
    expect(core.pairing.list().paired).toEqual([]);
  });

  it('SEC-21: a device without admin sees and manages itself only', async () => {
    const core = await startTestCore();
    const own = new TestDevice();
    const other = new TestDevice();
    const { client } = await deviceSession(core, own, PAIRING);
    await deviceSession(core, other, PAIRING);
    const requestId = await pendingRequest(core, new TestDevice());
    const list = await client.request('device.pair.list', {});
    expect(list.payload.paired.map(({ deviceId }: { deviceId: string }) => deviceId)).toEqual([own.id]);
    expect(list.payload.pending).toEqual([]);
    const target = { deviceId: other.id, role: 'operator' };
    const denied: Record<string, unknown> = {
      'device.pair.approve': { requestId },
      'device.pair.reject': { requestId },
      'device.pair.remove': { deviceId: other.id },
      'device.token.rotate': target,
      'device.token.revoke': target,
    };
    for (const [method, params] of Object.entries(denied)) {
      expect((await client.request(method, params)).error).toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringMatching(/^device (?:pairing|token) \w+ denied$/),
      });
    }
    expect(core.pairing.list().paired).toHaveLength(2);
    expect(core.pairing.list().pending).toHaveLength(1);
  });
});

describe('device.token', () => {
  it('SEC-21: is rotated by the device itself: the token comes in the reply, then the session ends', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const { client, deviceToken } = await deviceSession(core, device, PAIRING);
    const reply = await client.request('device.token.rotate', { deviceId: device.id, role: 'operator' });
    expect(reply.payload).toMatchObject({ deviceId: device.id, scopes: PAIRING, tokenDelivery: 'in-band' });
    expect(reply.payload.token).not.toBe(deviceToken);
    expect(await client.closed).toEqual({ code: 4001, reason: 'client invalidated: device-token-rotated' });
    const late = await device.connect(await TestClient.open(core.url), {
      auth: { deviceToken },
      scopes: PAIRING,
    });
    expect(late.error?.details?.authReason).toBe('device_token_mismatch');
    const { token } = reply.payload;
    const fresh = await device.connect(await TestClient.open(core.url), {
      auth: { deviceToken: token },
      scopes: PAIRING,
    });
    expect(fresh.ok).toBe(true);
  });

  it('SEC-21: is withheld from anybody else, and never goes beyond what was approved', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const { client } = await deviceSession(core, device, ['operator.read']);
    const caller = await admin(core);
    const target = { deviceId: device.id, role: 'operator' };
    const beyond = await caller.request('device.token.rotate', { ...target, scopes: ['operator.write'] });
    expect(beyond.error).toEqual({ code: 'INVALID_REQUEST', message: 'device token rotation denied' });
    expect((await client.request('health')).ok).toBe(true);
    const reply = await caller.request('device.token.rotate', target);
    expect(reply.payload).toMatchObject({
      tokenDelivery: 'withheld-cross-device',
      scopes: ['operator.read'],
    });
    expect(reply.payload.token).toBeUndefined();
    expect(await client.closed).toEqual({ code: 4001, reason: 'client invalidated: device-token-rotated' });
  });

  it('SEC-21: of an admin is out of reach for a caller with the pairing scope', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    await deviceSession(core, device, ALL);
    const caller = await admin(core, PAIRING);
    const target = { deviceId: device.id, role: 'operator' };
    expect((await caller.request('device.token.rotate', target)).error?.message).toBe(
      'device token rotation denied',
    );
    expect((await caller.request('device.token.revoke', target)).error?.message).toBe(
      'device token revocation denied',
    );
    expect((await caller.request('device.pair.remove', { deviceId: device.id })).error?.message).toBe(
      'device pairing removal denied',
    );
  });

  it('SEC-21: of another role than operator is an admin’s to change', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const hello = await device.connect(await TestClient.open(core.url), {
      token: core.token(),
      role: 'node',
      scopes: [],
    });
    const { deviceToken } = hello.payload.auth;
    const caller = await admin(core, ['operator.pairing', 'operator.read', 'operator.write']);
    const target = { deviceId: device.id, role: 'node' };
    for (const [method, text] of [
      ['device.token.rotate', 'device token rotation denied'],
      ['device.token.revoke', 'device token revocation denied'],
    ] as const) {
      expect((await caller.request(method, target)).error?.message).toBe(text);
    }
    expect((await caller.request('device.pair.remove', { deviceId: device.id })).error?.message).toBe(
      'device pairing removal denied',
    );
    const again = { auth: { deviceToken }, role: 'node', scopes: [] };
    expect((await device.connect(await TestClient.open(core.url), again)).ok).toBe(true);
    expect((await (await admin(core)).request('device.token.revoke', target)).ok).toBe(true);
    const late = await device.connect(await TestClient.open(core.url), again);
    expect(late.error?.details?.authReason).toBe('device_token_mismatch');
  });

  it('is revoked: sessions end, the token is refused, the device stays paired', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const { client, deviceToken } = await deviceSession(core, device, ['operator.read']);
    const caller = await admin(core);
    const reply = await caller.request('device.token.revoke', { deviceId: device.id, role: 'operator' });
    expect(reply.payload).toMatchObject({ deviceId: device.id, role: 'operator' });
    expect(reply.payload.revokedAtMs).toBeGreaterThan(0);
    expect(await client.closed).toEqual({ code: 4001, reason: 'client invalidated: device-token-revoked' });
    const late = await device.connect(await TestClient.open(core.url), { auth: { deviceToken } });
    expect(late.error?.details?.authReason).toBe('device_token_mismatch');
    expect(core.attempts().at(-1)).toMatchObject({ presentedAs: 'device-token' });
    const renewed = await device.connect(await TestClient.open(core.url), { token: core.token() });
    expect(renewed.payload.auth.deviceToken).not.toBe(deviceToken);
  });

  it.each([
    ['device.pair.approve', { requestId: '' }, 'invalid device.pair.approve params: at /requestId: '],
    ['device.pair.remove', {}, "invalid device.pair.remove params: must have required property 'deviceId'"],
    ['device.token.rotate', { deviceId: 'x', role: 'operator', more: 1 }, "unexpected property 'more'"],
    ['device.pair.list', { all: true }, "unexpected property 'all'"],
  ])('%s names what is wrong with %j', async (method, params, text) => {
    const core = await startTestCore();
    const reply = await (await admin(core)).request(method, params);
    expect(reply.error?.code).toBe('INVALID_REQUEST');
    expect(reply.error?.message).toContain(text);
  });
});
