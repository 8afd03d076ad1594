// Devices that nobody may let in silently: behind a proxy, from a page, or changed (protocol section 3.10; SEC-20,
// SEC-22). They are told what is missing and wait; a person approves exactly what was shown.

import { describe, expect, it } from 'vitest';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import { TestClient } from '../helpers/ws-client';

const ORIGIN = 'http://panel.example';
const PROXIED = { headers: { 'x-forwarded-for': '10.0.0.9' } };
const page = { client: { id: 'openclaw-control-ui', version: '1', platform: 'MacIntel', mode: 'ui' } };

async function refusedBehindProxy(core: TestCore, device: TestDevice, overrides = {}) {
  const client = await TestClient.open(core.url, PROXIED);
  const answer = await device.connect(client, { token: core.token(), ...overrides });
  return { answer, closed: await client.closed };
}

describe('a device that is not let in silently', () => {
  it('is told that pairing is required, in upstream words, and waits on the list', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const { answer, closed } = await refusedBehindProxy(core, device);
    const [pending] = core.pairing.list().pending;
    expect(answer.error).toEqual({
      code: 'NOT_PAIRED',
      message: 'pairing required: device is not approved yet',
      details: {
        code: 'PAIRING_REQUIRED',
        reason: 'not-paired',
        requestId: pending?.requestId,
        remediationHint: 'Approve this device from the pending pairing requests.',
        deviceId: device.id,
        requestedRole: 'operator',
        requestedScopes: ['operator.read'],
      },
    });
    expect(closed).toEqual({
      code: 1008,
      reason: `pairing required: device is not approved yet (requestId: ${pending?.requestId})`,
    });
    expect(core.attempts()).toMatchObject([{ outcome: 'refused', reason: 'not_paired', scopesGranted: [] }]);
  });

  it('connects with the secret after the approval, with what was approved', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const { answer } = await refusedBehindProxy(core, device);
    const requestId = String(answer.error?.details?.requestId);
    expect((await core.pairing.approve({ requestId, by: 'panel' })).ok).toBe(true);
    const hello = await device.connect(await TestClient.open(core.url, PROXIED), { token: core.token() });
    expect(hello.payload.auth).toMatchObject({ scopes: ['operator.read'] });
    expect(hello.payload.auth.deviceToken).toBeDefined();

    const more = await refusedBehindProxy(core, device, { scopes: ['operator.admin'] });
    expect(more.answer.error).toMatchObject({
      message: 'pairing required: device is asking for more scopes than currently approved',
      details: { reason: 'scope-upgrade', approvedRoles: ['operator'], approvedScopes: ['operator.read'] },
    });
    const role = await refusedBehindProxy(core, device, { role: 'node', scopes: [] });
    expect(role.answer.error?.details?.reason).toBe('role-upgrade');
  });

  it('SEC-22: is one that comes with an Origin, although it is local and listed', async () => {
    const core = await startTestCore({
      settings: { gateway: { controlUi: { allowedOrigins: [ORIGIN] } } },
    });
    const client = await TestClient.open(core.url, { origin: ORIGIN });
    const answer = await new TestDevice().connect(client, { token: core.token(), ...page });
    expect(answer.error?.details?.reason).toBe('not-paired');
    expect(core.pairing.list()).toMatchObject({ pending: [{ browserOrigin: ORIGIN }], paired: [] });
  });

  it('is one whose pinned platform has changed, local or not', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    await device.connect(await TestClient.open(core.url), { token: core.token() });
    const moved = { client: { id: 'gateway-client', mode: 'backend', version: '1', platform: 'win32' } };
    const answer = await device.connect(await TestClient.open(core.url), { token: core.token(), ...moved });
    expect(answer.error).toMatchObject({
      code: 'NOT_PAIRED',
      message: 'pairing required: device identity changed and must be re-approved',
      details: { reason: 'metadata-upgrade' },
    });
  });

  it('SEC-20: another request of the same device has another id, and the approval of the old one fails', async () => {
    const core = await startTestCore();
    const device = new TestDevice();
    const first = await refusedBehindProxy(core, device);
    const again = await refusedBehindProxy(core, device);
    const shown = core.pairing.list().pending[0];
    expect(again.answer.error?.details?.requestId).toBe(first.answer.error?.details?.requestId);
    await refusedBehindProxy(core, device, { scopes: ['operator.admin'] });
    const { requestId = '', shownHash = '' } = shown ?? {};
    const approved = await core.pairing.approve({ requestId, shownHash, by: 'panel' });
    expect(approved).toEqual({ ok: false, error: { code: 'unknown_request' } });
    expect(core.pairing.list()).toMatchObject({ pending: [{ scopes: ['operator.admin'] }], paired: [] });
  });
});
