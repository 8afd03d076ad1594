// REL-80, the part that nothing else catches: a promise that an adapter leaked and that is rejected. The process's own
// handler is played here as main.ts and cli.ts have it.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimStray } from '../../../electron/core/channels/stray-rejections';
import { managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';

const unclaimed: unknown[] = [];
let before: NodeJS.UnhandledRejectionListener[] = [];
const listener = (reason: unknown) => {
  if (!claimStray(reason)) unclaimed.push(reason);
};

beforeEach(() => {
  before = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', listener);
  unclaimed.length = 0;
});
afterEach(() => {
  process.off('unhandledRejection', listener);
  for (const other of before) process.on('unhandledRejection', other);
});

it('REL-80: a leaked rejection ends its own account’s epoch with the reason, and no other', async () => {
  const adapter = new ScriptedAdapter('fake', ['a', 'b']);
  const { manager, status } = managerHarness([adapter]);
  adapter.onRun = (context) => {
    context.ready({ mode: 'test', evidence: 'seen' });
    if (adapter.epochs.length > 1) return;
    // Started by the adapter, awaited by nobody, rejected turns later.
    void settle().then(() => {
      throw new Error('leaked');
    });
  };
  await manager.start();
  for (let turn = 0; turn < 5; turn += 1) await settle();
  expect(status('a')).toMatchObject({ phase: 'backoff', connected: false });
  expect(status('a').lastError?.message).toContain('leaked');
  expect(status('b')).toMatchObject({ phase: 'ready', connected: true });
  expect(unclaimed).toEqual([]);
  await manager.stop();
});

it('leaves alone what no adapter has leaked', async () => {
  const reason = new Error('somebody else’s');
  void Promise.reject(reason);
  for (let turn = 0; turn < 3; turn += 1) await settle();
  expect(unclaimed).toEqual([reason]);
});
