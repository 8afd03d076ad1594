// Every change of a device stands in the auth log: who asked, what for, by whom it was decided, never a token; and
// it is on the disk before it is answered (REL-70).

import { describe, expect, it } from 'vitest';
import type { PairingSubject } from '../../../electron/core/gateway/auth/device-records';
import { Pairing } from '../../../electron/core/gateway/auth/pairing';
import { PENDING_MS } from '../../../electron/core/gateway/auth/pending-requests';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import { FakeClock, settle } from '../../helpers/fake-clock';
import { MemoryAuthLog } from '../../helpers/memory-auth-log';
import { MemoryDevices } from '../../helpers/memory-devices';

const DEVICE = 'ab'.repeat(32);

async function started(repository = new MemoryDevices()) {
  const clock = new FakeClock();
  const authLog = new MemoryAuthLog();
  const common = { clock, random: systemRandom, logger: silentLogger, redactor: new Redactor() };
  const pairing = new Pairing({
    isConnected: () => false,
    ...common,
    repository,
    authLog,
  });
  await pairing.start();
  return { pairing, clock, authLog, repository, told: () => authLog.events.map(({ event }) => event) };
}

function subject(change: Partial<PairingSubject> = {}): PairingSubject {
  return {
    deviceId: DEVICE,
    publicKey: 'key',
    displayName: 'Phone',
    role: 'operator',
    scopes: ['operator.read'],
    platform: 'ios',
    clientId: 'openclaw-ios',
    clientMode: 'ui',
    remoteIp: '10.0.0.9',
    ...change,
  };
}

async function withToken() {
  const parts = await started();
  await parts.pairing.approveSilently(subject());
  const granted = await parts.pairing.grant({
    deviceId: DEVICE,
    role: 'operator',
    scopes: ['operator.read'],
  });
  parts.authLog.events.length = 0;
  const text = 'secret' in granted ? granted.secret.expose() : granted.ok && granted.value.secret.expose();
  return { ...parts, text: String(text) };
}

describe('a request', () => {
  it('is told with all that a person is shown, and its approval with who gave it', async () => {
    const { pairing, authLog } = await started();
    const requestId = pairing.request(subject({ browserOrigin: 'http://a.example' }), 'not-paired') ?? '';
    await pairing.approve({ requestId, by: 'panel' });
    const about = {
      deviceId: DEVICE,
      displayName: 'Phone',
      clientId: 'openclaw-ios',
      roles: ['operator'],
      scopes: ['operator.read'],
      remoteIp: '10.0.0.9',
      browserOrigin: 'http://a.example',
      requestId,
      pairingReason: 'not-paired',
    };
    expect(authLog.events).toEqual([
      { event: 'pair.requested', ...about, by: 'device' },
      { event: 'pair.approved', ...about, via: 'owner', by: 'panel' },
    ]);
  });

  it('is told once however often the device repeats it, and rejected by whom', async () => {
    const { pairing, authLog, told } = await started();
    const requestId = pairing.request(subject(), 'not-paired') ?? '';
    pairing.request(subject(), 'not-paired');
    pairing.reject({ requestId, by: 'conn-1' });
    expect(told()).toEqual(['pair.requested', 'pair.rejected']);
    expect(authLog.events[1]).toMatchObject({ requestId, by: 'conn-1' });
  });

  it('that nobody answers has expired', async () => {
    const { pairing, clock, authLog } = await started();
    const requestId = pairing.request(subject(), 'not-paired');
    clock.advance(PENDING_MS);
    expect(authLog.events[1]).toMatchObject({ event: 'pair.expired', requestId, by: 'system' });
  });

  it('that the device replaces by another is withdrawn by the device', async () => {
    const { pairing, authLog } = await started();
    const requestId = pairing.request(subject(), 'not-paired');
    pairing.request(subject({ scopes: ['operator.admin'] }), 'not-paired');
    expect(authLog.events.slice(1)).toMatchObject([
      { event: 'pair.rejected', requestId, by: 'device' },
      { event: 'pair.requested', scopes: ['operator.admin'] },
    ]);
  });

  it('SEC-22: a device that keeps changing it cannot fill the log, and its approval is told all the same', async () => {
    const { pairing, clock, authLog, told } = await started();
    for (let i = 0; i < 1_000; i += 1) {
      pairing.request(
        subject({ scopes: i % 2 === 0 ? ['operator.admin'] : ['operator.read'] }),
        'not-paired',
      );
    }
    expect(authLog.events.length).toBeLessThan(30);
    const [last] = pairing.list().pending;
    await pairing.approve({ requestId: last?.requestId ?? '', by: 'panel' });
    expect(authLog.events.at(-1)).toMatchObject({ event: 'pair.approved', scopes: last?.scopes });
    clock.advance(60_000);
    pairing.request(subject({ scopes: ['operator.write'] }), 'scope-upgrade');
    expect(told().at(-1)).toBe('pair.requested');
  });
});

describe('a device', () => {
  it('that is let in silently is told so, once', async () => {
    const { pairing, authLog } = await started();
    await pairing.approveSilently(subject());
    await pairing.approveSilently(subject());
    expect(authLog.events).toMatchObject([{ event: 'pair.approved', via: 'silent', by: 'device' }]);
  });

  it('is removed with all that it had, by whom', async () => {
    const { pairing, authLog } = await withToken();
    await pairing.remove({ deviceId: DEVICE, by: 'panel' });
    expect(authLog.events).toMatchObject([
      {
        event: 'pair.removed',
        deviceId: DEVICE,
        roles: ['operator'],
        scopes: ['operator.read'],
        by: 'panel',
      },
    ]);
  });

  it('whose list had to be set aside is told as a recovered store', async () => {
    const repository = new MemoryDevices();
    repository.loadAnswer = { kind: 'ok', devices: [], recovered: 'paired.json was set aside' };
    const { authLog } = await started(repository);
    expect(authLog.events).toEqual([{ event: 'store.recovered', detail: 'paired.json was set aside' }]);
  });
});

describe('a device token', () => {
  it('is told when it is rotated or revoked, and its text never', async () => {
    const { pairing, authLog, text } = await withToken();
    const rotated = await pairing.rotateToken({ deviceId: DEVICE, role: 'operator', by: 'conn-1' });
    await pairing.revokeToken({ deviceId: DEVICE, role: 'operator', by: 'panel' });
    expect(authLog.events).toMatchObject([
      { event: 'pair.token-rotated', roles: ['operator'], scopes: ['operator.read'], by: 'conn-1' },
      { event: 'pair.token-revoked', roles: ['operator'], by: 'panel' },
    ]);
    const written = JSON.stringify(authLog.events);
    expect(written).not.toContain(text);
    expect(rotated.ok && written.includes(rotated.value.secret.expose())).toBe(false);
  });

  it('is told when a connection of the device replaces it, and not when it is the first', async () => {
    const { pairing, authLog } = await withToken();
    await pairing.approveSilently(subject({ scopes: ['operator.write'] }));
    await pairing.grant({ deviceId: DEVICE, role: 'operator', scopes: ['operator.write'] });
    expect(authLog.events.slice(1)).toMatchObject([{ event: 'pair.token-rotated', by: 'device' }]);
    expect((await started()).told()).toEqual([]);
  });
});

describe('the log', () => {
  it.each([
    ['an approval', (pairing: Pairing, requestId: string) => pairing.approve({ requestId, by: 'panel' })],
    ['a silent one', (pairing: Pairing) => pairing.approveSilently(subject())],
  ])('REL-70: has %s on the disk before it is answered', async (_what, change) => {
    const { pairing, authLog } = await started();
    const requestId = pairing.request(subject(), 'not-paired') ?? '';
    let release: () => void = () => undefined;
    authLog.beforeFlush = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    let answered = false;
    const answer = change(pairing, requestId).then(() => {
      answered = true;
    });
    while (authLog.events.at(-1)?.event !== 'pair.approved') await settle();
    await settle();
    expect(answered).toBe(false);
    release();
    await answer;
    expect(authLog.flushed).toBe(authLog.events.length);
  });

  it('is told nothing of a change that the disk refused', async () => {
    const { pairing, repository, authLog } = await withToken();
    repository.saveError = { code: 'storage_full', detail: 'no space left' };
    await pairing.remove({ deviceId: DEVICE, by: 'panel' });
    await pairing.revokeToken({ deviceId: DEVICE, role: 'operator', by: 'panel' });
    await pairing.rotateToken({ deviceId: DEVICE, role: 'operator', by: 'panel' });
    expect(authLog.events).toEqual([]);
  });
});
