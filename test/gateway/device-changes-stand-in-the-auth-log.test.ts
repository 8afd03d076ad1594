// What happens to devices over the wire stands in the auth log and is read back by gatehouse.authlog.query: a
// request, who approved it, a rotated and a revoked token, a removal (REL-70; reliability page section 6).

import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { connectParams, TestClient } from '../helpers/ws-client';

const PROXIED = { headers: { 'x-forwarded-for': '10.0.0.9' } };

it('every change of a device, by whom, and no token', async () => {
  const core = await startTestCore();
  const admin = await TestClient.open(core.url);
  const hello = await admin.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
  const by = hello.payload.server.connId as string;
  const device = new TestDevice();
  const asking = await device.connect(await TestClient.open(core.url, PROXIED), { token: core.token() });
  const requestId = asking.error?.details?.requestId;
  await admin.request('device.pair.approve', { requestId });
  const live = await device.connect(await TestClient.open(core.url), { token: core.token() });
  const target = { deviceId: device.id, role: 'operator' };
  await admin.request('device.token.rotate', target);
  await admin.request('device.token.revoke', target);
  await admin.request('device.pair.remove', { deviceId: device.id });
  const other = await new TestDevice().connect(await TestClient.open(core.url, PROXIED), {
    token: core.token(),
  });
  await admin.request('device.pair.reject', { requestId: other.error?.details?.requestId });

  const page = (await admin.request('gatehouse.authlog.query', {})).payload;
  const told = (page.events as { event: string }[])
    .filter(({ event }) => event.startsWith('pair.'))
    .reverse();
  const scopes = ['operator.read'];
  expect(told).toMatchObject([
    { event: 'pair.requested', deviceId: device.id, requestId, scopes, by: 'device' },
    { event: 'pair.approved', deviceId: device.id, requestId, via: 'owner', by },
    { event: 'pair.token-rotated', deviceId: device.id, roles: ['operator'], scopes, by },
    { event: 'pair.token-revoked', deviceId: device.id, roles: ['operator'], by },
    { event: 'pair.removed', deviceId: device.id, scopes, by },
    { event: 'pair.requested', by: 'device' },
    { event: 'pair.rejected', by },
  ]);
  expect(JSON.stringify(page)).not.toContain(live.payload.auth.deviceToken);
  const found = (await admin.request('gatehouse.authlog.query', { text: device.id.slice(0, 12) })).payload;
  expect(found.events).toHaveLength(5);
});
