// A password or a token that stands in settings.json when the program starts: there is one credential.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { openSettings } from '../../../electron/shell/storage/settings-store';
import { FakeClock } from '../../helpers/fake-clock';
import { tempHome } from './temp-home';

async function openedWith(auth: unknown) {
  const home = await tempHome();
  const file = join(home, 'settings.json');
  writeFileSync(file, JSON.stringify({ gateway: { auth } }));
  const opened = openSettings({ Store: Conf, home, clock: new FakeClock(), logger: silentLogger, env: {} });
  return {
    ...opened,
    handedOver: Object.fromEntries([...opened.virtualSecrets].map(([key, secret]) => [key, secret.expose()])),
    afterStrip: () => {
      opened.strip();
      return JSON.parse(readFileSync(file, 'utf8')).gateway.auth as unknown;
    },
  };
}

describe('the credential in the file', () => {
  it.each([
    [{ token: 'tok-1' }, 'tok-1', {}, undefined],
    [{ password: 'pass-1' }, 'pass-1', { mode: 'password' }, 'password'],
    [{ mode: 'password', password: 'pass-1' }, 'pass-1', { mode: 'password' }, 'password'],
    [{ mode: 'none', token: 'tok-1' }, 'tok-1', { mode: 'none' }, 'none'],
  ])('%j is handed over, and the mode it implies is written down', async (auth, secret, left, mode) => {
    const { handedOver, settings, notices, afterStrip } = await openedWith(auth);
    expect(handedOver).toEqual({ 'gateway.auth.token': secret });
    expect(settings.get().gateway.auth.mode).toBe(mode);
    expect(notices).toEqual([]);
    expect(afterStrip()).toEqual(left);
    expect(settings.get().gateway.auth.mode).toBe(mode);
  });

  it.each([
    [{ token: 'tok-1', password: 'pass-1' }, {}, ['gateway.auth.token', 'gateway.auth.password'], undefined],
    [{ mode: 'password', token: 'tok-1' }, {}, ['gateway.auth.token'], 'password'],
    [
      { mode: 'token', token: 'tok-1', password: 'pass-1' },
      { 'gateway.auth.token': 'tok-1' },
      ['gateway.auth.password'],
      'token',
    ],
  ])('%j names what is not used and leaves it there', async (auth, over, fields, mode) => {
    const { handedOver, notices, settings, afterStrip } = await openedWith(auth);
    expect(handedOver).toEqual(over);
    expect(notices.map(({ params }) => params.field)).toEqual(fields);
    expect(settings.get().gateway.auth.mode).toBe(mode);
    const left = afterStrip();
    for (const field of fields) expect(left).toHaveProperty(field.replace('gateway.auth.', ''));
  });
});

describe('the document behind the settings', () => {
  it('does not grow beyond what can be read again', async () => {
    const { document } = await openedWith({});
    const { hash } = document.read();
    const name = 'x'.repeat(300_000);
    expect(document.replace({ channels: { webhook: { name } } }, hash)).toMatchObject({
      ok: false,
      error: { code: 'storage_failed' },
    });
    expect(document.read().hash).toBe(hash);
  });
});
