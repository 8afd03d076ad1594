// What the headless gateway says of its settings and stores when it starts: whole sentences, as there is no panel with
// banners.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startHeadless } from '../../../electron/headless';

async function warnings(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const home = await mkdtemp(path.join(tmpdir(), 'gatehouse-warnings-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(home, name)), { recursive: true, mode: 0o700 });
    await writeFile(path.join(home, name), text);
  }
  const started = await startHeadless({ home, version: '0.0.0-test', env: {}, port: 0 });
  if (!started.ok) throw new Error('not started');
  onTestFinished(() => started.value.stop());
  return started.value.warnings;
}

it('mode none is named with what it means', async () => {
  const settings = JSON.stringify({ gateway: { auth: { mode: 'none' } } });
  expect(await warnings({ 'settings.json': settings })).toEqual([
    'auth-mode-none: any program on this machine can connect and control this gateway, because authentication is off',
  ]);
});

it('every list that was set aside is named, and whether there is a copy in its place', async () => {
  const broken = { 'devices/paired.json': '{', 'devices/pending.json': '{', 'cron/jobs.json': '{' };
  const [devices, cron, ...rest] = await warnings(broken);
  expect(devices).toMatch(
    /^devices-set-aside: .*set aside as paired\.json\.bad-.*set aside as pending\.json\.bad-/,
  );
  expect(cron).toMatch(/^cron-set-aside: .*jobs\.json\.bad-.*; cron starts without jobs$/);
  expect(rest).toEqual([]);
});
