// A disk that takes a write and never answers (a network folder that is gone): a stop still settles within its 2 s, and
// the account can be started again; one that is never read is told as what it is.

import { expect, it } from 'vitest';
import { managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';

const never = () => new Promise<void>(() => undefined);

async function started() {
  const adapter = new ScriptedAdapter('fake', ['a', 'b']);
  const harness = managerHarness([adapter]);
  const store = (accountId: string) => {
    const supervisor = harness.manager.supervisorOf('fake', accountId);
    if (supervisor === undefined) throw new Error(`no account ${accountId}`);
    return supervisor.store;
  };
  await harness.manager.start();
  await settle();
  return { ...harness, adapter, store };
}

it('while it keeps what the account knows', async () => {
  const { adapter, clock, logger, manager, pass, status, store } = await started();
  adapter.latest('a').context.ready({ mode: 'ws', evidence: 'hello' });
  store('a').flush = never;
  let stopped = false;
  const stopping = manager.stopAccount('fake', 'a').then(() => {
    stopped = true;
  });
  await pass(1_999);
  expect([stopped, status('a').phase, status('a').connected]).toEqual([false, 'stopping', false]);
  await pass(1);
  expect(stopped).toBe(true);
  await stopping;
  expect([status('a').phase, status('b').phase]).toEqual(['stopped', 'starting']);
  expect(logger.text()).toContain('channel.store-overdue');
  await manager.restart('fake', 'a');
  await settle();
  expect(adapter.count('a')).toBe(2);
  const stoppingAll = manager.stop();
  await pass(2_000);
  await stoppingAll;
  expect(clock.pendingTimers).toBe(0);
});

it('while it reads what the account knows', async () => {
  const { adapter, manager, status, store } = await started();
  await manager.stopAccount('fake', 'a');
  store('a').open = never;
  await manager.restart('fake', 'a');
  await settle();
  expect([status('a').phase, adapter.count('a')]).toEqual(['starting', 1]);
  await manager.stopAccount('fake', 'a');
  expect(status('a').phase).toBe('stopped');
});

it('and says so instead of connecting for ever, until the disk answers', async () => {
  const { adapter, clock, manager, pass, status, store } = await started();
  await manager.stopAccount('fake', 'a');
  let answer: () => void = () => undefined;
  store('a').open = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await manager.restart('fake', 'a');
  await pass(9_999);
  expect(status('a')).toMatchObject({ phase: 'starting', word: 'connecting' });
  await pass(1);
  const said = { phase: 'backoff', word: 'retrying', lastError: { code: 'disk_silent' } };
  expect(status('a')).toMatchObject({ ...said, nextRetryAt: clock.now() + 10_000 });
  await pass(10_000);
  expect(status('a')).toMatchObject({ ...said, reconnectAttempts: 2 });
  expect(adapter.count('a')).toBe(1);
  answer();
  await settle();
  expect([status('a').phase, adapter.count('a')]).toEqual(['starting', 2]);
  adapter.latest('a').context.ready({ mode: 'ws', evidence: 'hello' });
  expect(status('a')).toMatchObject({ phase: 'ready', word: 'connected' });
  expect(status('a').lastError).toBeUndefined();
  await manager.stop();
  expect(clock.pendingTimers).toBe(0);
});
