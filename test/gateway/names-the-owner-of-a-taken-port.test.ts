// A taken port is a state with its owner named; it is retried, nothing is killed (REL-30, REL-31).

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';

it('reports the owner, keeps retrying, and comes up by itself when the port is free', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as AddressInfo;
  const core = await startTestCore({
    settings: { gateway: { port } },
    findPortOwner: async () => ({ kind: 'other', pid: 4711, command: 'squatter' }),
  });
  expect(core.gateway.status()).toMatchObject({
    state: 'port-taken',
    port,
    portOwner: { kind: 'other', pid: 4711, command: 'squatter' },
  });
  expect(core.gateway.status().nextRetryAt).toBeGreaterThan(0);
  expect(squatter.listening).toBe(true);
  const report = await core.probe.run('demand');
  expect(report).toMatchObject({ portOpen: 'not-run', credential: 'not-run' });

  const listening = new Promise<void>((resolve) => {
    core.gateway.onChanged((status) => {
      if (status.state === 'listening') resolve();
    });
  });
  squatter.close();
  await listening;
  expect(core.gateway.status().portOwner).toBeUndefined();
});
