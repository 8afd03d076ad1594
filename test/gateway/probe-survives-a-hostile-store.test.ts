// #75898 came from copies of the token that drifted apart. Here the copies are made to drift on purpose: the store
// is edited by hand, OPENCLAW_GATEWAY_TOKEN is set to a stale value, the gateway is restarted on the same files.
// Our own probe must not notice.

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Conf from 'conf';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../electron/core/lib/clock';
import { silentLogger } from '../../electron/core/lib/logger-port';
import { plainSecretBox } from '../../electron/shell/storage/plain-secret-box';
import { openTokenRepository } from '../../electron/shell/storage/token-repository';
import { mkdtempForTest } from '../helpers/temp-dir';
import { startTestCore } from '../helpers/test-core';

afterEach(() => {
  delete process.env.OPENCLAW_GATEWAY_TOKEN;
});

function repositoryIn(home: string) {
  return openTokenRepository({
    Store: Conf,
    home,
    box: plainSecretBox,
    clock: systemClock,
    logger: silentLogger,
  });
}

async function refusals(core: Awaited<ReturnType<typeof startTestCore>>): Promise<number> {
  for (let round = 0; round < 20; round += 1) {
    const report = await core.probe.run('demand');
    expect(report).toMatchObject({ portOpen: 'ok', protocol: 'ok', credential: 'ok', scope: 'ok' });
  }
  return core.attempts({ internal: true }).filter((event) => event.outcome !== 'accepted').length;
}

it('is accepted while the store is edited by hand, whatever is written', async () => {
  const home = await mkdtempForTest();
  const core = await startTestCore({ repository: repositoryIn(home) });
  const file = path.join(home, 'credential.json');
  const original = await readFile(file, 'utf8');
  for (const text of ['', 'garbage', '{}', original.replace(/[A-Za-z0-9]{20}/, 'x'.repeat(20)), original]) {
    await writeFile(file, text);
    expect(await refusals(core)).toBe(0);
  }
  await core.tokens.rotate({ reason: 'routine', graceMs: 0, by: 'panel' });
  expect(await refusals(core)).toBe(0);
});

it('is accepted with a stale OPENCLAW_GATEWAY_TOKEN in the environment', async () => {
  process.env.OPENCLAW_GATEWAY_TOKEN = 'stale-token-stale-token-stale-token';
  const core = await startTestCore({ repository: repositoryIn(await mkdtempForTest()) });
  expect(await refusals(core)).toBe(0);
  expect(core.token()).not.toBe(process.env.OPENCLAW_GATEWAY_TOKEN);
});

it('is accepted after a restart on the same files, with the same token', async () => {
  const home = await mkdtempForTest();
  const first = await startTestCore({ repository: repositoryIn(home) });
  await first.tokens.rotate({ reason: 'routine', graceMs: 60_000, by: 'panel' });
  const token = first.token();
  await first.stop();

  const second = await startTestCore({ repository: repositoryIn(home) });
  expect(second.token()).toBe(token);
  expect(second.tokens.status()).toMatchObject({ state: 'ready', generation: 2, grace: { generation: 1 } });
  expect(await refusals(second)).toBe(0);
});
