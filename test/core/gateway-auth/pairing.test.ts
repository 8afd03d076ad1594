// Pairing without a socket: bounds, life time, what an approval binds to, durability, and that a list which
// cannot be read lets nobody in (SEC-14, SEC-20, SEC-21, SEC-22).

import { describe, expect, it } from 'vitest';
import { MAX_PAIRED } from '../../../electron/core/gateway/auth/device-book';
import type { PairingSubject } from '../../../electron/core/gateway/auth/device-records';
import { Pairing } from '../../../electron/core/gateway/auth/pairing';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import type { Scope } from '../../../shared/protocol/scopes';
import { FakeClock } from '../../helpers/fake-clock';
import { MemoryAuthLog } from '../../helpers/memory-auth-log';
import { MemoryDevices } from '../../helpers/memory-devices';

async function started(repository = new MemoryDevices()) {
  const clock = new FakeClock();
  const redactor = new Redactor();
  const here = new Set<string>();
  const pairing = new Pairing({
    repository,
    clock,
    random: systemRandom,
    logger: silentLogger,
    redactor,
    authLog: new MemoryAuthLog(),
    isConnected: (deviceId) => here.has(deviceId),
  });
  const resolved: { requestId: string; decision: string }[] = [];
  const requested: string[] = [];
  pairing.onResolved((event) => resolved.push(event));
  pairing.onRequested((event) => requested.push(event.requestId));
  await pairing.start();
  return { pairing, clock, redactor, repository, resolved, requested, here };
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
    expect(pending).toHaveLength(32);
    expect(pending[0]?.requestId).toBe(onScreen);
    expect(pairing.request(subject(20_000), 'not-paired')).toBeUndefined();
  });

  it('end five minutes after the device last asked', async () => {
    const { pairing, clock, resolved } = await started();
    const requestId = pairing.request(subject(), 'not-paired');
    clock.advance(299_999);
    expect(pairing.request(subject(), 'not-paired')).toBe(requestId);
    clock.advance(299_999);
    expect(pairing.list().pending).toHaveLength(1);
    clock.advance(1);
    expect(pairing.list().pending).toEqual([]);
    expect(resolved).toMatchObject([{ requestId, decision: 'expired' }]);
    // The last one puts the empty list down.
    clock.advance(1_000);
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

  it('says that the lists have changed also when a known device only asks again', async () => {
    const { pairing, clock } = await started();
    pairing.request(subject(), 'not-paired');
    let changes = 0;
    pairing.onChanged(() => {
      changes += 1;
    });
    clock.advance(1_000);
    pairing.request(subject(), 'not-paired');
    expect(changes).toBe(1);
    expect(pairing.list().pending).toMatchObject([{ refreshedAtMs: clock.now() }]);
  });

  it('SEC-21: of a device that has become another one hand on all that it had', async () => {
    const { pairing } = await started();
    await pairing.approveSilently(subject(0, { scopes: ['operator.admin'] }));
    const moved = subject(0, { platform: 'win32', scopes: ['operator.pairing'] });
    const requestId = pairing.request(moved, 'metadata-upgrade') ?? '';
    const callerScopes = ['operator.pairing'];
    expect(await pairing.approve({ requestId, callerScopes, by: 'conn-1' })).toEqual({
      ok: false,
      error: { code: 'missing_scope', scope: 'operator.admin' },
    });
    expect(
      await pairing.approve({ requestId, callerScopes: ['operator.admin'], by: 'conn-2' }),
    ).toMatchObject({
      ok: true,
    });
  });

  it('SEC-20: shown as those of an unknown device do not change one that has been let in meanwhile', async () => {
    const { pairing, resolved } = await started();
    const moved = subject(0, { platform: 'win32' });
    const requestId = pairing.request(moved, 'not-paired') ?? '';
    await pairing.approveSilently(subject(0, { scopes: ['operator.admin'] }));
    const callerScopes = ['operator.pairing', 'operator.read'];
    expect(await pairing.approve({ requestId, callerScopes, by: 'conn-1' })).toEqual({
      ok: false,
      error: { code: 'changed' },
    });
    expect(pairing.list()).toMatchObject({ pending: [], paired: [{ platform: 'linux' }] });
    expect(resolved).toMatchObject([{ requestId, decision: 'rejected' }]);
  });

  it('of a device that is removed are withdrawn with it', async () => {
    const { pairing, resolved } = await started();
    await pairing.approveSilently(subject());
    const requestId = pairing.request(subject(0, { scopes: ['operator.admin'] }), 'scope-upgrade') ?? '';
    await pairing.remove({ deviceId: subject().deviceId, by: 'panel' });
    expect(pairing.list()).toEqual({ pending: [], paired: [] });
    expect(resolved).toMatchObject([{ requestId, decision: 'rejected' }]);
    expect(await pairing.approve({ requestId, by: 'panel' })).toMatchObject({ ok: false });
  });

  it('approved while the same device asks for more leave the newer request waiting', async () => {
    const { pairing, repository, resolved } = await started();
    const first = pairing.request(subject(), 'not-paired') ?? '';
    let second: string | undefined;
    repository.beforeSave = async () => {
      second = pairing.request(subject(0, { scopes: ['operator.admin'] }), 'not-paired');
    };
    await pairing.approve({ requestId: first, by: 'panel' });
    expect(pairing.list().paired).toMatchObject([{ scopes: ['operator.read'] }]);
    expect(pairing.list().pending.map(({ requestId }) => requestId)).toEqual([second]);
    expect(resolved).toMatchObject([{ requestId: first, decision: 'approved' }]);
  });
});

describe('device tokens', () => {
  it('are one for all connects of a device at the same time, and each wider one is the last', async () => {
    const { pairing, repository } = await started();
    const { deviceId } = subject();
    await pairing.approveSilently(subject(0, { scopes: ['operator.admin'] }));
    const ask = (scopes: readonly Scope[]) => granted(pairing.grant({ deviceId, role: 'operator', scopes }));
    const saves = repository.saves;
    const same = await Promise.all(Array.from({ length: 10 }, () => ask(['operator.read'])));
    expect(new Set(same.map(({ secret }) => secret.expose())).size).toBe(1);
    expect(repository.saves).toBe(saves + 1);

    const mixed: readonly (readonly Scope[])[] = [
      ['operator.write'],
      ['operator.pairing'],
      ['operator.write'],
    ];
    const [write, pair, again] = await Promise.all(mixed.map(ask));
    expect(pair?.secret.expose()).not.toBe(write?.secret.expose());
    // By now there is one that carries all of it.
    expect(again?.secret.expose()).toBe(pair?.secret.expose());
    for (const scopes of [...mixed, ['operator.read'] as const]) {
      expect((await ask(scopes)).secret.expose()).toBe(pair?.secret.expose());
    }
  });

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

  it('past its bound lets no device go that is here now, and ends the sessions of the one that goes', async () => {
    const { pairing, clock, here } = await started();
    const gone: unknown[] = [];
    pairing.onInvalidated(({ deviceId, close, by }) => gone.push([deviceId, close.code, by]));
    for (let i = 1; i <= MAX_PAIRED; i += 1) {
      clock.advance(1_000);
      await pairing.approveSilently(subject(i));
    }
    // The first two are the ones that were seen longest ago.
    here.add(subject(1).deviceId);
    await pairing.approveSilently(subject(1_000));
    const ids = pairing.list().paired.map(({ publicKey }) => publicKey);
    expect(ids).toHaveLength(MAX_PAIRED);
    expect([ids.includes('key-1'), ids.includes('key-2'), ids.includes('key-1000')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(gone).toEqual([[subject(2).deviceId, 4001, 'system']]);
    for (const { deviceId } of pairing.list().paired) here.add(deviceId);
    expect(await pairing.approveSilently(subject(2_000))).toEqual({ ok: false, error: { code: 'full' } });
  });

  it('keeps when a device was last seen in memory for half a minute, then writes it', async () => {
    const { pairing, repository, clock } = await started();
    await pairing.approveSilently(subject());
    const { saves } = repository;
    clock.advance(5_000);
    pairing.touch(subject().deviceId, 'operator', false);
    const seenAt = clock.now();
    await clock.advanceAsync(29_999);
    expect(repository.saves).toBe(saves);
    await clock.advanceAsync(1);
    expect(repository.stored[0]?.lastSeenAtMs).toBe(seenAt);
    expect([repository.saves, clock.pendingTimers]).toEqual([saves + 1, 0]);
  });

  it('does not lose who was here while something else was written', async () => {
    const { pairing, repository, clock } = await started();
    const { deviceId } = subject();
    await pairing.approveSilently(subject());
    await granted(pairing.grant({ deviceId, role: 'operator', scopes: ['operator.read'] }));
    let seenAt = 0;
    repository.beforeSave = async () => {
      repository.beforeSave = undefined;
      clock.advance(1_000);
      seenAt = clock.now();
      pairing.touch(deviceId, 'operator', true);
    };
    await pairing.approveSilently(subject(1));
    expect(repository.stored[0]?.lastSeenAtMs).toBeUndefined();
    expect(pairing.list().paired[0]).toMatchObject({
      lastSeenAtMs: seenAt,
      tokens: [{ lastUsedAtMs: seenAt }],
    });
    await clock.advanceAsync(30_000);
    expect(repository.stored[0]).toMatchObject({ lastSeenAtMs: seenAt, tokens: [{ lastUsedAtMs: seenAt }] });
  });

  it('writes once more at the stop what came during its last write, and after a write that failed', async () => {
    const { pairing, repository, clock } = await started();
    await pairing.approveSilently(subject());
    pairing.touch(subject().deviceId, 'operator', false);
    repository.saveError = { code: 'storage_full', detail: 'no space left' };
    await clock.advanceAsync(30_000);
    repository.saveError = undefined;
    repository.beforeSave = async () => {
      repository.beforeSave = undefined;
      clock.advance(7);
      pairing.touch(subject().deviceId, 'operator', false);
    };
    await pairing.stop();
    expect(repository.stored[0]?.lastSeenAtMs).toBe(clock.now());
    expect(clock.pendingTimers).toBe(0);
  });
});
