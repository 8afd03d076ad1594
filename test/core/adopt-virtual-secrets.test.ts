// A credential that somebody wrote into settings.json is taken over as what it is: a password with the password's
// policy, a token with the token's; what is turned down stays in the file.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHeadless } from '../../electron/headless';
import { connectParams, TestClient } from '../helpers/ws-client';

const PASSWORD = 'two herons, one bridge';
const TOKEN = 'Zk3vQ9xW7mB2nR5tY8uE1oP4sD6fG0hJ';

async function homeWith(auth: unknown): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'gatehouse-adopt-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await writeFile(path.join(home, 'settings.json'), JSON.stringify({ gateway: { auth } }));
  return home;
}

async function started(home: string) {
  const headless = await startHeadless({ home, env: {}, version: '0.0.0-test', port: 0 });
  if (!headless.ok) throw new Error(headless.error.detail);
  onTestFinished(() => headless.value.stop());
  return headless.value;
}

const authIn = (home: string) =>
  JSON.parse(readFileSync(path.join(home, 'settings.json'), 'utf8')).gateway.auth;
const stored = (home: string) => JSON.parse(readFileSync(path.join(home, 'credential.json'), 'utf8')).data;

describe('a password in settings.json', () => {
  it.each([[{ password: PASSWORD }], [{ mode: 'password', password: PASSWORD }]])(
    '%j lets in who presents it, also after the next start, and is gone from the file',
    async (auth) => {
      const home = await homeWith(auth);
      const first = await started(home);
      expect(first.core.gateway.status().state).toBe('listening');
      expect([stored(home).kind, stored(home).origin]).toEqual(['password', 'adopted']);
      expect(authIn(home)).toEqual({ mode: 'password' });
      await first.stop();
      const { core, warnings } = await started(home);
      expect(warnings).toEqual([]);
      const client = await TestClient.open(core.gateway.status().url ?? '');
      expect((await client.connect(connectParams({ auth: { password: PASSWORD } }))).ok).toBe(true);
      const wrong = await TestClient.open(core.gateway.status().url ?? '');
      const refused = await wrong.connect(connectParams({ auth: { password: 'no heron at all here' } }));
      expect(refused.error?.details?.authReason).toBe('password_mismatch');
    },
  );

  it('that is too weak for a password is named and stays there, and nobody is let in', async () => {
    const home = await homeWith({ password: 'short' });
    const { core, warnings } = await started(home);
    expect(warnings.join()).toContain('not taken over: too-short');
    expect(authIn(home).password).toBe('short');
    expect(core.gateway.status()).toMatchObject({ state: 'failed' });
  });
});

it('a token in settings.json is held to the policy of a token', async () => {
  const good = await homeWith({ token: TOKEN });
  await started(good);
  expect([stored(good).kind ?? 'token', authIn(good)]).toEqual(['token', {}]);
  const weak = await homeWith({ token: PASSWORD.replaceAll(' ', '-') });
  expect((await started(weak)).warnings.join()).toContain('not taken over: too-short');
});
