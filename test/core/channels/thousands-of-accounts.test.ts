// Settings that name thousands of accounts: they are all read, started a few at a time and stopped, and a change of one
// touches that one; nothing in it grows with the square of their number, or the test would not end in its time.

import { expect, it } from 'vitest';
import { builtinAdapters } from '../../../electron/core/channels/adapters';
import type { ChannelNet } from '../../../electron/core/channels/net/channel-net';
import { MemoryVault, managerHarness, settle } from '../../helpers/channel-doubles';

const COUNT = 3_000;
const ids = Array.from({ length: COUNT }, (_value, index) => `a${index}`);
const tokenOf = (id: string) => `1234567:${id.padEnd(35, 'A')}`;

it('3,000 accounts of one channel', { timeout: 60_000 }, async () => {
  let asked = 0;
  const silent: ChannelNet = {
    http: ({ signal }) => {
      asked += 1;
      return new Promise((resolve) => {
        const aborted = { class: 'network', code: 'aborted', message: 'stopped' } as const;
        signal.addEventListener('abort', () => resolve({ ok: false, error: aborted }), { once: true });
      });
    },
    connect: () => new Promise(() => undefined),
  };
  const { manager, settings, redactor, status, clock } = managerHarness(builtinAdapters, {
    settings: { channels: { telegram: { accounts: Object.fromEntries(ids.map((id) => [id, {}])) } } },
    vault: new MemoryVault(Object.fromEntries(ids.map((id) => [`telegram/${id}/botToken`, tokenOf(id)]))),
    net: silent,
  });
  await manager.start();
  await settle();
  expect(manager.statuses()).toHaveLength(COUNT);
  expect(asked).toBe(3);
  expect(redactor.redact(`the token ${tokenOf('a2999')}`)).toBe('the token [secret]');

  settings.update({ channels: { telegram: { accounts: { a7: { enabled: false } } } } });
  for (let count = 0; count < 20; count += 1) await manager.reload();
  await settle();
  expect(status('a7', 'telegram').phase).toBe('disabled');
  expect(status('a8', 'telegram').phase).toBe('starting');
  await manager.stop();
  expect(clock.pendingTimers).toBe(0);
});
