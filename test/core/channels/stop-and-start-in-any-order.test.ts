// What somebody asked for last is what happens, whatever was still going on: a stop is never undone by a start that was
// asked for before it, a start is never lost behind a stop, and nobody is told "started" about an account that is not.

import { describe, expect, it } from 'vitest';
import { managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';

async function started(ids: readonly string[] = ['a']) {
  const adapter = new ScriptedAdapter('fake', ids);
  const harness = managerHarness([adapter]);
  await harness.manager.start();
  await settle();
  return { ...harness, adapter };
}

const changed = { enabled: true, configured: true, version: 2 };

describe('a stop', () => {
  it('wins over a start that waits behind a restart which is slow', async () => {
    const { adapter, manager, settings, pass, status } = await started();
    adapter.obeysAbort = false;
    adapter.accounts.set('a', changed);
    // Halts the epoch, which takes 2 s, and asks for a start behind that.
    settings.replace({});
    await settle();
    const stopping = manager.stop();
    await pass(4_000);
    await stopping;
    expect(status('a')).toMatchObject({ phase: 'stopped', connected: false });
    expect(adapter.count('a')).toBe(1);
  });

  it('in the same breath as the start leaves nothing running, and the next start starts', async () => {
    const { adapter, manager, status, pass, clock } = await started();
    await manager.stop();
    const starting = manager.start();
    await Promise.resolve();
    await Promise.all([starting, manager.stop()]);
    await pass(5_000);
    expect(status('a').phase).toBe('stopped');
    expect(clock.pendingTimers).toBe(0);
    await manager.start();
    await settle();
    expect(status('a').phase).toBe('starting');
    expect(adapter.epochs.filter(({ context }) => !context.signal.aborted)).toHaveLength(1);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('%i turns after a restart wins over it', async (turns) => {
    const { manager, status, adapter, clock } = await started();
    const restarting = manager.restart('fake', 'a');
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await Promise.all([restarting, manager.stop()]);
    await settle();
    expect(status('a').phase).toBe('stopped');
    expect(adapter.epochs.every(({ context }) => context.signal.aborted)).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('an account that was stopped by hand', () => {
  it('stays stopped through changes of its settings, a check of the network and reloads', async () => {
    const { adapter, manager, settings, status, pass } = await started(['a', 'b']);
    await manager.stopAccount('fake', 'a');
    adapter.accounts.set('a', changed);
    settings.replace({});
    await manager.reload();
    manager.recheck('woke from sleep');
    await pass(60_000);
    expect(adapter.count('a')).toBe(1);
    expect(status('a').phase).toBe('stopped');
    await manager.restart('fake', 'a');
    await settle();
    expect([adapter.count('a'), status('a').phase]).toEqual([2, 'starting']);
  });

  it('is held no more when the manager starts again', async () => {
    const { adapter, manager } = await started();
    await manager.stopAccount('fake', 'a');
    await manager.stop();
    await manager.start();
    await settle();
    expect(adapter.count('a')).toBe(2);
  });

  it('is stopped while its restart is still halting the old epoch', async () => {
    const { adapter, manager, pass, status } = await started();
    adapter.obeysAbort = false;
    const restarting = manager.restart('fake', 'a');
    await settle();
    const stopping = manager.stopAccount('fake', 'a');
    await pass(4_000);
    await Promise.all([restarting, stopping]);
    expect([adapter.count('a'), status('a').phase]).toEqual([1, 'stopped']);
    const again = manager.restart('fake', 'a');
    await pass(10);
    await again;
    expect([adapter.count('a'), status('a').phase]).toEqual([2, 'starting']);
  });
});

describe('an account that is taken out of the settings and put back at once', () => {
  it('REL-82: starts when the old one has ended, not beside it', async () => {
    const { adapter, manager, settings, pass, status } = await started(['a', 'b']);
    adapter.obeysAbort = false;
    adapter.accounts.delete('a');
    settings.replace({});
    await settle();
    expect(manager.statuses().map(({ accountId }) => accountId)).toEqual(['b']);
    adapter.accounts.set('a', changed);
    settings.replace({});
    await pass(1_500);
    expect([adapter.count('a'), status('a').phase]).toEqual([1, 'stopped']);
    await pass(1_000);
    expect([adapter.count('a'), status('a').phase]).toEqual([2, 'starting']);
  });

  it('is not started by the end of the old one when somebody has stopped it meanwhile', async () => {
    const { adapter, manager, settings, pass, status } = await started(['a']);
    adapter.obeysAbort = false;
    adapter.accounts.delete('a');
    settings.replace({});
    await settle();
    adapter.accounts.set('a', changed);
    settings.replace({});
    await manager.stopAccount('fake', 'a');
    await pass(5_000);
    expect([adapter.count('a'), status('a').phase]).toEqual([1, 'stopped']);
  });
});

describe('a restart', () => {
  it('says that it was asked for only when the account runs from then on', async () => {
    const { adapter, manager } = await started();
    // As a log-out does before it asks the vault.
    await manager.supervisorOf('fake', 'a')?.stop();
    expect(await manager.restart('fake', 'a')).toEqual({ ok: true, value: undefined });
    await settle();
    expect(adapter.count('a')).toBe(2);
  });
});

describe('REL-85: in random order', () => {
  it('200 calls to one account end in the state that the last one asked for, with one epoch at most', async () => {
    const { adapter, manager, pass, status, settings, clock } = await started();
    let seed = 7;
    const next = (limit: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % limit;
    };
    const live = () => adapter.epochs.filter(({ context }) => !context.signal.aborted).length;
    for (let round = 0; round < 20; round += 1) {
      adapter.obeysAbort = round % 3 !== 0;
      const calls: Promise<unknown>[] = [];
      for (let step = 0; step < 10; step += 1) {
        const what = next(5);
        if (what === 0) calls.push(manager.stopAccount('fake', 'a'));
        else if (what === 1) calls.push(manager.restart('fake', 'a'));
        else if (what === 2) manager.recheck('again');
        else if (what === 3) {
          adapter.accounts.set('a', { ...changed, version: round * 100 + step });
          settings.replace({});
        } else await pass(next(3) * 700);
        expect(live()).toBeLessThanOrEqual(1);
      }
      const wanted = next(2) === 0;
      calls.push(wanted ? manager.restart('fake', 'a') : manager.stopAccount('fake', 'a'));
      await pass(20_000);
      await Promise.all(calls);
      expect(status('a').phase).toBe(wanted ? 'starting' : 'stopped');
      expect(live()).toBe(wanted ? 1 : 0);
    }
    adapter.obeysAbort = true;
    await manager.stop();
    await pass(2_000);
    expect(clock.pendingTimers).toBe(0);
  });
});
