// Pairing without a socket: bounds, life time, what an approval binds to, durability, and that a list which
// cannot be read lets nobody in (SEC-14, SEC-20, SEC-21, SEC-22).

import { describe, expect, it } from 'vitest';
import { MAX_PAIRED } from '../../../electron/core/gateway/auth/device-book';
import type { PairingSubject } from '../../../electron/core/gateway/auth/device-records';
import { Pairing } from '../../../electron/core/gateway/auth/pairing';
import { MAX_PENDING, PENDING_MS } from '../../../electron/core/gateway/auth/pending-requests';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import { FakeClock } from '../../helpers/fake-clock';
import { MemoryDevices } from '../../helpers/memory-devices';

async function started(repository = new MemoryDevices()) {
  const clock = new FakeClock();
  const redactor = new Redactor();
  const pairing = new Pairing({ repository, clock, random: systemRandom, logger: silentLogger, redactor });
  const resolved: { requestId: string; decision: string }[] = [];
  const requested: string[] = [];
  pairing.onResolved((event) => resolved.push(event));
  pairing.onRequested((event) => requested.push(event.requestId));
  await pairing.start();
  return { pairing, clock, redactor, repository, resolved, requested };
}

function subject(index = 0, change: Partial<PairingSubject> = {}): PairingSubject {
  return {
    deviceId: index.toString(16).padStart(64, '0'),
    publicKey: `key-${index}`,
    role: 'operator',
    scopes: ['operator.read'],
    platform: 'linux',
    clientId: 'cli',
    clientMode: 'cli',
    remoteIp: '127.0.0.1',
    ...change,
  };
}

function granted(result: ReturnType<Pairing['grant']>) {
  return Promise.resolve(result).then((value) => {
    if ('secret' in value) return value;
    if (!value.ok) throw new Error(value.error.code);
    return value.value;
  });
}

describe('pending requests', () => {
  it('SEC-22: are at most 32, one per device, and a flood of 10,000 does not push out the one on screen', async () => {
    const { pairing } = await started();
    const onScreen = pairing.request(subject(0), 'not-paired');
    for (let i = 1; i <= 10_000; i += 1) pairing.request(subject(i), 'not-paired');
    for (let i = 0; i < 1_000; i += 1) {
      pairing.request(
        subject(1, { scopes: i % 2 === 0 ? ['operator.admin'] : ['operator.read'] }),
        'not-paired',
      );
    }
    const { pending } = pairing.list();
    expect(pending).toHaveLength(MAX_PENDING);
    expect(pending[0]?.requestId).toBe(onScreen);
    expect(pairing.request(subject(20_000), 'not-paired')).toBeUndefined();
  });

  it('end five minutes after the device last asked', async () => {
    const { pairing, clock, resolved } = await started();
    const requestId = pairing.request(subject(), 'not-paired');
    clock.advance(PENDING_MS - 1);
    expect(pairing.request(subject(), 'not-paired')).toBe(requestId);
    clock.advance(PENDING_MS - 1);
    expect(pairing.list().pending).toHaveLength(1);
    clock.advance(1);
    expect(pairing.list().pending).toEqual([]);
    expect(resolved).toMatchObject([{ requestId, decision: 'expired' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('SEC-20: an approval that names another picture than the one that is waiting is refused', async () => {
    const { pairing } = await started();
    const requestId = pairing.request(subject(), 'not-paired') ?? '';
    const refused = await pairing.approve({ requestId, shownHash: '0'.repeat(64), by: 'panel' });
    expect(refused).toEqual({ ok: false, error: { code: 'changed' } });
    const { shownHash = '' } = pairing.list().pending[0] ?? {};
    expect((await pairing.approve({ requestId, shownHash, by: 'panel' })).ok).toBe(true);
  });

  it.each([
    { displayName: 'another' },
    { platform: 'win32' },
    { deviceFamily: 'Phone' },
    { clientId: 'gateway-client' },
    { clientMode: 'backend' },
    { role: 'node' },
    { scopes: ['operator.admin'] },
    { remoteIp: '10.0.0.9' },
    { browserOrigin: 'http://a.example' },
  ] as const)('SEC-20: %j makes another request and withdraws the one before', async (change) => {
    const { pairing, resolved, requested } = await started();
    const first = pairing.request(subject(), 'not-paired');
    const second = pairing.request(subject(0, change as Partial<PairingSubject>), 'not-paired');
    expect(second).not.toBe(first);
    expect(requested).toEqual([first, second]);
    expect(resolved).toMatchObject([{ requestId: first, decision: 'rejected' }]);
    expect(await pairing.approve({ requestId: first ?? '', by: 'panel' })).toMatchObject({ ok: false });
  });

  it('approved while the same device asks for more leave the newer request waiting', async () => {
    const { pairing, repository } = await started();
    const first = pairing.request(subject(), 'not-paired') ?? '';
    let second: string | undefined;
    repository.beforeSave = async () => {
      second = pairing.request(subject(0, { scopes: ['operator.admin'] }), 'not-paired');
    };
    await pairing.approve({ requestId: first, by: 'panel' });
    expect(pairing.list().paired).toMatchObject([{ scopes: ['operator.read'] }]);
    expect(pairing.list().pending.map(({ requestId }) => requestId)).toEqual([second]);
  });
});

describe('device tokens', () => {
  it('SEC-21: never go beyond what was approved, whoever asks', async () => {
    const { pairing } = await started();
    const { deviceId } = subject();
    await pairing.approveSilently(subject());
    await granted(pairing.grant({ deviceId, role: 'operator', scopes: ['operator.read'] }));
    await expect(
      granted(pairing.grant({ deviceId, role: 'operator', scopes: ['operator.admin'] })),
    ).rejects.toThrow('unknown_device');
    await expect(granted(pairing.grant({ deviceId, role: 'node', scopes: [] }))).rejects.toThrow();
    const wide = { deviceId, role: 'operator', scopes: ['operator.admin'], by: 'panel' };
    expect(await pairing.rotateToken(wide)).toEqual({ ok: false, error: { code: 'denied' } });
  });

  it('are masked in every log line from the moment they exist, and named when presented in the wrong place', async () => {
    const { pairing, redactor } = await started();
    const { deviceId } = subject();
    await pairing.approveSilently(subject());
    const { secret } = await granted(pairing.grant({ deviceId, role: 'operator', scopes: [] }));
    expect(redactor.redact(`x ${secret.expose()} y`)).toBe('x [secret] y');
    expect(pairing.isDeviceToken(` ${secret.expose()}\n`)).toBe(true);
    expect(pairing.isDeviceToken('something else')).toBe(false);
    expect(JSON.stringify(pairing.list())).not.toContain(secret.expose());
  });

  it('are worthless once revoked, and a rotation brings a new one', async () => {
    const { pairing } = await started();
    const { deviceId } = subject();
    await pairing.approveSilently(subject());
    const { secret } = await granted(
      pairing.grant({ deviceId, role: 'operator', scopes: ['operator.read'] }),
    );
    const judge = (candidate: string) =>
      pairing.judgeToken({ deviceId, role: 'operator', candidate, scopes: ['operator.read'] });
    expect(judge(secret.expose())).toBe('ok');
    await pairing.revokeToken({ deviceId, role: 'operator', by: 'panel' });
    expect(judge(secret.expose())).toBe('mismatch');
    const rotated = await pairing.rotateToken({ deviceId, role: 'operator', by: 'panel' });
    expect(rotated.ok && judge(rotated.value.secret.expose())).toBe('ok');
  });
});

describe('the list of devices', () => {
  it('changes in memory only after the disk has it', async () => {
    const { pairing, repository } = await started();
    repository.saveError = { code: 'storage_full', detail: 'no space left' };
    expect(await pairing.approveSilently(subject())).toMatchObject({
      ok: false,
      error: { code: 'storage_full' },
    });
    expect(pairing.list().paired).toEqual([]);
  });

  it('lets nobody in and changes nothing while it is locked, and is read when the keychain opens', async () => {
    const repository = new MemoryDevices();
    repository.loadAnswer = {
      kind: 'locked',
      locked: { reason: 'keychain-unavailable', detail: 'the keychain is locked' },
    };
    const { pairing, clock } = await started(repository);
    expect(pairing.problem).toBe('the keychain is locked');
    expect(await pairing.approveSilently(subject())).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect(repository.saves).toBe(0);
    repository.loadAnswer = undefined;
    await clock.advanceAsync(2_000);
    expect(pairing.problem).toBeUndefined();
  });

  it('is bounded: the silently approved device seen longest ago makes room, an approved one never does', async () => {
    const { pairing, clock } = await started();
    const requestId = pairing.request(subject(1), 'not-paired') ?? '';
    await pairing.approve({ requestId, by: 'panel' });
    for (let i = 2; i <= MAX_PAIRED + 3; i += 1) {
      clock.advance(1_000);
      await pairing.approveSilently(subject(i));
    }
    const ids = pairing.list().paired.map(({ publicKey }) => publicKey);
    expect(ids).toHaveLength(MAX_PAIRED);
    expect(ids).toContain('key-1');
    expect(ids).not.toContain('key-2');
    expect(ids).toContain(`key-${MAX_PAIRED + 3}`);
  });

  it('keeps when a device was last seen until the stop, then writes it', async () => {
    const { pairing, repository, clock } = await started();
    await pairing.approveSilently(subject());
    const { saves } = repository;
    clock.advance(5_000);
    pairing.touch(subject().deviceId, 'operator', false);
    expect(repository.saves).toBe(saves);
    await pairing.stop();
    expect(repository.stored[0]?.lastSeenAtMs).toBe(clock.now());
  });
});
