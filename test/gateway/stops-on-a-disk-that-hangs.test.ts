// The core's stop keeps its 5 s although the journal and the log of attempts wait for a disk that does not answer.

import { expect, it, vi } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore } from '../helpers/test-core';

it('within 5 s, all of it but what hangs', async () => {
  const clock = new FakeClock();
  const core = await startTestCore({ clock });
  const never = () => new Promise<never>(() => undefined);
  vi.spyOn(core.journal, 'stop').mockImplementation(never);
  vi.spyOn(core.authLog, 'stop').mockImplementation(never);
  const startedAt = clock.monotonicMs();
  let stopped = false;
  const stopping = core.stop().then(() => {
    stopped = true;
  });
  while (!stopped && clock.monotonicMs() - startedAt < 20_000) {
    for (let turn = 0; turn < 20 && !stopped; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
    if (!stopped) clock.advance(100);
  }
  expect(stopped).toBe(true);
  await stopping;
  expect(clock.monotonicMs() - startedAt).toBeLessThanOrEqual(5_200);
  expect(core.gateway.status().state).toBe('stopped');
  expect(core.logLines().join('\n')).toMatch(
    /core\.stop-overdue.*channels[\s\S]*core\.stop-overdue.*auth-log/,
  );
});
