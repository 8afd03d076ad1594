// What the headless gateway says of its settings when it starts: a sentence for everything, as there is no panel with
// a banner.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startHeadless } from '../../../electron/headless';

it('mode none is named with what it means', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'gatehouse-warnings-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await writeFile(
    path.join(home, 'settings.json'),
    JSON.stringify({ gateway: { port: 0, auth: { mode: 'none' } } }),
  );
  const started = await startHeadless({ home, version: '0.0.0-test', env: {} });
  if (!started.ok) throw new Error('not started');
  onTestFinished(() => started.value.stop());
  expect(started.value.warnings).toEqual([
    'auth-mode-none: any program on this machine can connect and control this gateway, because authentication is off',
  ]);
});
