// Pairing and device tokens against the schemas of @openclaw/gateway-protocol 2026.9.1: params, results, events, the
// device's part of hello-ok, and that the official reader understands our NOT_PAIRED.

import * as protocol from '@openclaw/gateway-protocol';
import { readPairingConnectErrorDetails } from '@openclaw/gateway-protocol/connect-error-details';
import * as schemas from '@openclaw/gateway-protocol/schema';
import { describe, expect, it } from 'vitest';
import { devicesMethods } from '../../shared/protocol/methods/devices';
import { schemaErrors } from '../helpers/official-schema';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { connectParams, TestClient } from '../helpers/ws-client';

const PROXIED = { headers: { 'x-forwarded-for': '10.0.0.9' } };

async function admin(core: TestCore) {
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
  return client;
}

describe('what is said about devices', () => {
  it('is officially valid: hello-ok, NOT_PAIRED, both events, both token results', async () => {
    const core = await startTestCore();
    const caller = await admin(core);
    const device = new TestDevice();
    const hello = await device.connect(await TestClient.open(core.url), { token: core.token() });
    expect(schemaErrors(protocol.HelloOkSchema, hello.payload)).toEqual([]);

    const refused = await new TestDevice().connect(await TestClient.open(core.url, PROXIED), {
      token: core.token(),
    });
    const details = readPairingConnectErrorDetails(refused.error?.details);
    expect(details).toMatchObject({ reason: 'not-paired', requestedRole: 'operator' });
    const requested = await caller.frame((frame) => frame.event === 'device.pair.requested');
    expect(schemaErrors(schemas.DevicePairRequestedEventSchema, requested.payload)).toEqual([]);
    await caller.request('device.pair.approve', { requestId: details?.requestId });
    const resolved = await caller.frame((frame) => frame.event === 'device.pair.resolved');
    expect(schemaErrors(schemas.DevicePairResolvedEventSchema, resolved.payload)).toEqual([]);

    const target = { deviceId: device.id, role: 'operator' };
    const withheld = await caller.request('device.token.rotate', target);
    expect(schemaErrors(schemas.DeviceTokenRotateResultSchema, withheld.payload)).toEqual([]);
  });
});

const PARAMS: readonly { readonly method: keyof typeof devicesMethods; readonly params: unknown }[] = [
  { method: 'device.pair.list', params: {} },
  { method: 'device.pair.list', params: { all: true } },
  ...(['device.pair.approve', 'device.pair.reject'] as const).flatMap((method) => [
    { method, params: { requestId: 'r' } },
    { method, params: { requestId: '' } },
    { method, params: {} },
    { method, params: { requestId: 'r', extra: 1 } },
  ]),
  { method: 'device.pair.remove', params: { deviceId: 'd' } },
  { method: 'device.pair.remove', params: { deviceId: 1 } },
  { method: 'device.token.rotate', params: { deviceId: 'd', role: 'operator', scopes: ['operator.read'] } },
  { method: 'device.token.rotate', params: { deviceId: 'd', role: 'operator', scopes: [''] } },
  { method: 'device.token.revoke', params: { deviceId: 'd', role: 'operator' } },
  { method: 'device.token.revoke', params: { deviceId: 'd' } },
];

const OFFICIAL = {
  'device.pair.list': protocol.validateDevicePairListParams,
  'device.pair.approve': protocol.validateDevicePairApproveParams,
  'device.pair.reject': protocol.validateDevicePairRejectParams,
  'device.pair.remove': protocol.validateDevicePairRemoveParams,
  'device.token.rotate': protocol.validateDeviceTokenRotateParams,
  'device.token.revoke': protocol.validateDeviceTokenRevokeParams,
};

describe('params of device methods', () => {
  it.each(PARAMS)('$method $params: our verdict is the official one', ({ method, params }) => {
    expect(devicesMethods[method].params.safeParse(params).success).toBe(OFFICIAL[method](params));
  });
});
