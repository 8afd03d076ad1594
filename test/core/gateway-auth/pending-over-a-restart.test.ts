// Requests that wait outlive a restart, as upstream's do: with their id, for the rest of their five minutes, and
// not when they have been answered meanwhile.

import { describe, expect, it } from 'vitest';
import type { PairingSubject } from '../../../electron/core/gateway/auth/device-records';
import { Pairing } from '../../../electron/core/gateway/auth/pairing';
import type { PendingRecord } from '../../../electron/core/gateway/auth/pending-requests';
import { MAX_PENDING, PENDING_MS } from '../../../electron/core/gateway/auth/pending-requests';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import type { Result } from '../../../electron/core/lib/result';
import { err, ok } from '../../../electron/core/lib/result';
import type { StoreError } from '../../../electron/core/ports';
import { FakeClock } from '../../helpers/fake-clock';
import { MemoryAuthLog } from '../../helpers/memory-auth-log';
import { MemoryDevices } from '../../helpers/memory-devices';

class Devices extends MemoryDevices {
  pending: readonly PendingRecord[] = [];
  pendingSaves = 0;
  pendingError: StoreError | undefined;

  async loadPending() {
    return { requests: this.pending };
  }

  async savePending(requests: readonly PendingRecord[]): Promise<Result<void, StoreError>> {
    this.pendingSaves += 1;
    if (this.pendingError) return err(this.pendingError);
    this.pending = requests;
    return ok(undefined);
  }
}

async function start(repository: Devices, clock = new FakeClock()) {
  const authLog = new MemoryAuthLog();
  const common = { clock, random: systemRandom, logger: silentLogger, redactor: new Redactor() };
  const pairing = new Pairing({
    isConnected: () => false,
    ...common,
    repository,
    authLog,
  });
  const resolved: unknown[] = [];
  pairing.onResolved(({ requestId, decision }) => resolved.push([requestId, decision]));
  await pairing.start();
  return { pairing, clock, authLog, repository, resolved };
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
    remoteIp: '10.0.0.9',
    ...change,
  };
}

describe('a request that waits', () => {
  it('is there after a restart as it was shown, and can be approved', async () => {
    const repository = new Devices();
    const first = await start(repository);
    const requestId = first.pairing.request(subject(), 'not-paired') ?? '';
    const before = first.pairing.list().pending;
    await first.pairing.stop();
    const { pairing } = await start(repository, first.clock);
    expect(pairing.list().pending).toEqual(before);
    const { shownHash = '' } = before[0] ?? {};
    expect(await pairing.approve({ requestId, shownHash, by: 'panel' })).toMatchObject({ ok: true });
  });

  it('is on the disk a second after it was made, with one write for however many', async () => {
    const { pairing, clock, repository } = await start(new Devices());
    for (let i = 0; i < 20; i += 1) pairing.request(subject(i % 5), 'not-paired');
    await clock.advanceAsync(999);
    expect(repository.pendingSaves).toBe(0);
    await clock.advanceAsync(1);
    expect([repository.pending.length, repository.pendingSaves]).toEqual([5, 1]);
  });

  it('lives for the rest of its five minutes only', async () => {
    const repository = new Devices();
    const first = await start(repository);
    const requestId = first.pairing.request(subject(), 'not-paired');
    await first.pairing.stop();
    first.clock.advance(PENDING_MS - 1_000);
    const second = await start(repository, first.clock);
    expect(second.pairing.list().pending).toHaveLength(1);
    second.clock.advance(1_000);
    expect(second.pairing.list().pending).toEqual([]);
    expect(second.resolved).toEqual([[requestId, 'expired']]);
  });

  it('whose time ended while nothing ran has expired, and is told so', async () => {
    const repository = new Devices();
    const first = await start(repository);
    const requestId = first.pairing.request(subject(), 'not-paired');
    await first.pairing.stop();
    first.clock.advance(PENDING_MS);
    const { pairing, authLog, clock } = await start(repository, first.clock);
    expect(pairing.list().pending).toEqual([]);
    expect(authLog.events).toMatchObject([{ event: 'pair.expired', requestId }]);
    await clock.advanceAsync(1_000);
    expect(repository.pending).toEqual([]);
  });

  it('does not live longer because the clock was set back', async () => {
    const repository = new Devices();
    const first = await start(repository);
    first.pairing.request(subject(), 'not-paired');
    await first.pairing.stop();
    first.clock.stepWall(-3_600_000);
    const { pairing, clock } = await start(repository, first.clock);
    clock.advance(PENDING_MS);
    expect(pairing.list().pending).toEqual([]);
  });

  it('does not come back once it is answered, also when the list could not be written then', async () => {
    const repository = new Devices();
    const first = await start(repository);
    const requestId = first.pairing.request(subject(), 'not-paired') ?? '';
    await first.clock.advanceAsync(1_000);
    repository.pendingError = { code: 'storage_full', detail: 'no space left' };
    await first.pairing.approve({ requestId, by: 'panel' });
    await first.pairing.stop();
    expect(repository.pending).toHaveLength(1);
    const { pairing } = await start(repository, first.clock);
    expect(pairing.list()).toMatchObject({ pending: [], paired: [{ scopes: ['operator.read'] }] });
  });

  it('SEC-20: of a known device is gone when the list of devices was lost', async () => {
    const repository = new Devices();
    const first = await start(repository);
    await first.pairing.approveSilently(subject());
    first.pairing.request(subject(0, { scopes: ['operator.admin'] }), 'scope-upgrade');
    await first.pairing.stop();
    repository.stored = [];
    const { pairing } = await start(repository, first.clock);
    expect(pairing.list()).toEqual({ pending: [], paired: [] });
  });

  it('of a known device stays while the list of devices is locked', async () => {
    const repository = new Devices();
    const first = await start(repository);
    await first.pairing.approveSilently(subject());
    const requestId = first.pairing.request(subject(0, { scopes: ['operator.admin'] }), 'scope-upgrade');
    await first.pairing.stop();
    const locked = { reason: 'keychain-unavailable', detail: 'the keychain is locked' } as const;
    repository.loadAnswer = { kind: 'locked', locked };
    const { pairing } = await start(repository, first.clock);
    expect(pairing.list().pending).toMatchObject([{ requestId, reason: 'scope-upgrade' }]);
  });

  it('is one of at most 32, however many the file has', async () => {
    const repository = new Devices();
    const first = await start(repository);
    for (let i = 0; i < MAX_PENDING; i += 1) first.pairing.request(subject(i), 'not-paired');
    await first.pairing.stop();
    const [one] = repository.pending;
    if (!one) throw new Error('nothing was saved');
    repository.pending = [...repository.pending, { ...one, subject: subject(99) }, one];
    const { pairing } = await start(repository, first.clock);
    expect(pairing.list().pending).toHaveLength(MAX_PENDING);
    expect(pairing.request(subject(100), 'not-paired')).toBeUndefined();
  });

  it('leaves no timer behind when the gateway stops', async () => {
    const { pairing, clock } = await start(new Devices());
    pairing.request(subject(), 'not-paired');
    await pairing.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
