// The core's stop keeps its 5 s although the journal and the log of attempts wait for a disk that does not answer.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore } from '../helpers/test-core';

it('within 5 s, all of it but what hangs', async () => {
  const clock = new FakeClock();
  const core = await startTestCore({ clock });
  const runFile = path.join(core.home, 'gateway.json');
  await vi.waitUntil(() => existsSync(runFile));
  const reallyStopped: Promise<void>[] = [];
  for (const part of [core.journal, core.authLog]) {
    const stop = part.stop.bind(part);
    vi.spyOn(part, 'stop').mockImplementation(() => {
      reallyStopped.push(stop());
      return new Promise(() => undefined);
    });
  }
  let stopped = false;
  const stopping = core.stop().then(() => {
    stopped = true;
  });
  // Time stands still until all that can stop has stopped.
  while (core.gateway.status().state !== 'stopped') await new Promise((resolve) => setImmediate(resolve));
  const startedAt = clock.monotonicMs();
  for (let step = 0; !stopped && step < 300; step += 1) {
    clock.advance(step < 50 ? 100 : 1);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(stopped).toBe(true);
  await stopping;
  expect(clock.monotonicMs() - startedAt).toBeLessThanOrEqual(5_200);
  expect(core.gateway.status().state).toBe('stopped');
  expect(core.logLines().join('\n')).toMatch(
    /core\.stop-overdue.*channels[\s\S]*core\.stop-overdue.*auth-log/,
  );
  // What was only late leaves nothing behind.
  await Promise.all(reallyStopped);
  await vi.waitUntil(() => !existsSync(runFile));
});
