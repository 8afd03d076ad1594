// The core is stopped while its channels are about to start: no account runs afterwards, and nothing watches on.

import { expect, it, vi } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore } from '../helpers/test-core';

const turn = () => new Promise((resolve) => setImmediate(resolve));

it.each(['while the journal opens', 'while the vault opens'] as const)('%s', async (moment) => {
  const clock = new FakeClock();
  const core = await startTestCore({
    clock,
    started: false,
    settings: { channels: { webhook: {} } },
    secrets: { 'webhook/default': 'a-secret-of-the-webhook' },
  });
  const part: { start(): Promise<void> } =
    moment === 'while the journal opens' ? core.journal : core.channels;
  const start = part.start.bind(part);
  let stopping: Promise<void> | undefined;
  vi.spyOn(part, 'start').mockImplementation(async () => {
    const opened = moment === 'while the journal opens' ? undefined : start();
    stopping = core.stop();
    // The stop is over before the start goes on.
    await stopping;
    await (opened ?? start());
  });
  await core.start();
  await stopping;
  for (let count = 0; count < 20; count += 1) await turn();
  await core.fileLogger.stop();
  expect(core.channels.statuses().filter(({ phase }) => phase !== 'stopped')).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
