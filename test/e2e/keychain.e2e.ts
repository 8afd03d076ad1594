import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isOnPath, startDesktop } from '../../scripts/lib/desktop.mjs';
import { isProven, launchApp, newHome, removeHome } from '../helpers/electron-app';

const isTestable = process.platform === 'linux' && ['gnome-keyring-daemon', 'Xvfb'].every(isOnPath);

async function launchWithKeyring(home: string, keyring: string) {
  const desktop = await startDesktop({ keyring });
  const env = desktop.env as Record<string, string>;
  const app = await launchApp({ home, env, args: ['--password-store=gnome-libsecret'] });
  return {
    app,
    async end() {
      await app.stop();
      await desktop.stop();
    },
  };
}

it('seals the token with the desktop’s keychain and opens it again after a restart', async (context) => {
  if (!isTestable) context.skip('not testable here: gnome-keyring and Xvfb are needed');
  const home = await newHome();
  const keyring = await mkdtemp(path.join(tmpdir(), 'gatehouse-keyring-'));
  onTestFinished(async () => {
    for (const folder of [home, keyring]) await removeHome(folder);
  });
  const first = await launchWithKeyring(home, keyring);
  onTestFinished(() => first.end());
  const before = await first.app.status(isProven);
  expect(before.credential).toMatchObject({ state: 'ready', backend: 'keychain' });
  expect(before.notices.map(({ code }) => code)).not.toContain('secret-not-encrypted');
  await first.end();
  const stored = await readFile(path.join(home, 'credential.json'), 'utf8');
  expect(stored).toContain('keychain:');
  expect(stored).not.toContain('plain:');

  const second = await launchWithKeyring(home, keyring);
  onTestFinished(() => second.end());
  const after = await second.app.status(isProven);
  if (before.credential.state !== 'ready') throw new Error('unreachable');
  expect(after.credential).toMatchObject({
    state: 'ready',
    generation: before.credential.generation,
    fingerprint: before.credential.fingerprint,
  });
});

it('says plainly that the token is not encrypted where there is no keychain', async () => {
  const app = await launchApp({ args: ['--password-store=basic'] });
  onTestFinished(() => app.stop());
  const { credential, notices } = await app.status(isProven);
  expect(credential).toMatchObject({ backend: 'plain' });
  expect(notices.map(({ code }) => code)).toContain('secret-not-encrypted');
});
