// The keychain is shut when the gateway starts: its channels say that their secrets cannot be read, and come up by
// themselves, as the gateway does, when it opens.

import { afterEach, expect, it, vi } from 'vitest';
import { err, ok } from '../../electron/core/lib/result';
import { FakeClock } from '../helpers/fake-clock';
import { MemoryRepository } from '../helpers/memory-repository';
import { MemoryVault } from '../helpers/memory-vault';
import { startTestCore } from '../helpers/test-core';
import { eventually } from './eventually';

afterEach(() => {
  vi.restoreAllMocks();
});

const SHUT = { reason: 'keychain-unavailable', detail: 'the keychain is shut' } as const;

it('without a restart and without a change of settings', async () => {
  const repository = new MemoryRepository();
  const first = await startTestCore({ repository });
  await first.stop();

  let isShut = true;
  const { get } = MemoryVault.prototype;
  vi.spyOn(MemoryVault.prototype, 'load').mockImplementation(async () =>
    isShut ? err(SHUT) : ok(undefined),
  );
  vi.spyOn(MemoryVault.prototype, 'get').mockImplementation(function (this: MemoryVault, name) {
    return isShut ? undefined : get.call(this, name);
  });
  repository.loadAnswer = { kind: 'locked', locked: SHUT };
  const clock = new FakeClock();
  const core = await startTestCore({
    clock,
    repository,
    settings: { channels: { webhook: {} } },
    secrets: { 'webhook/default': 'a-secret-of-the-webhook' },
  });
  const account = () => core.channels.statuses()[0];
  expect(account()).toMatchObject({
    phase: 'unconfigured',
    problems: [expect.stringContaining('the keychain is shut')],
  });

  isShut = false;
  repository.loadAnswer = undefined;
  await clock.advanceAsync(2_000);
  await eventually(() => account()?.phase === 'ready');
  expect(account()).toMatchObject({ configured: true, problems: [] });
});
