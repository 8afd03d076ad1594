import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Conf from 'conf';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { Secret } from '../../../electron/core/lib/secret';
import { plainSecretBox } from '../../../electron/shell/storage/plain-secret-box';
import { openSecretVault } from '../../../electron/shell/storage/secret-vault';
import type { StoreClass } from '../../../electron/shell/storage/store-class';
import { faultyStore } from './faulty-store';
import { tempHome } from './temp-home';

async function vaultHome(): Promise<string> {
  const home = await tempHome();
  await mkdir(join(home, 'channels'));
  return home;
}

async function openVault(home: string, Store: StoreClass = Conf) {
  const vault = openSecretVault({ Store, home, box: plainSecretBox, logger: silentLogger });
  return { vault, loaded: await vault.load() };
}

describe('secrets of channels', () => {
  it('are there again after a restart, sealed one by one, in a file of mode 0600', async () => {
    const home = await vaultHome();
    const { vault } = await openVault(home);
    expect(await vault.set('webhook/default', new Secret('first secret'))).toEqual({
      ok: true,
      value: undefined,
    });
    await vault.set('webhook/other', new Secret('second secret'));
    const file = join(home, 'channels', 'secrets.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain('first secret');
    const again = await openVault(home);
    expect(again.vault.get('webhook/default')?.expose()).toBe('first secret');
    expect(again.vault.get('webhook/other')?.expose()).toBe('second secret');
    expect(again.vault.get('nobody')).toBeUndefined();
  });

  it('set at the same time are all kept', async () => {
    const home = await vaultHome();
    const { vault } = await openVault(home);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => vault.set(`webhook/${i}`, new Secret(`secret ${i}`))),
    );
    const again = await openVault(home);
    for (let i = 0; i < 20; i += 1) expect(again.vault.get(`webhook/${i}`)?.expose()).toBe(`secret ${i}`);
  });

  it('can be taken out, and a name that is a word of the language is a name like any other', async () => {
    const home = await vaultHome();
    const { vault } = await openVault(home);
    for (const name of ['__proto__', 'constructor']) await vault.set(name, new Secret(name));
    await vault.delete('constructor');
    const again = await openVault(home);
    expect(again.vault.get('__proto__')?.expose()).toBe('__proto__');
    expect(again.vault.get('constructor')).toBeUndefined();
    expect(await again.vault.delete('constructor')).toEqual({ ok: true, value: undefined });
  });

  it('are not there, and cannot be set, before they were opened', async () => {
    const home = await vaultHome();
    const vault = openSecretVault({ Store: Conf, home, box: plainSecretBox, logger: silentLogger });
    expect(await vault.set('a', new Secret('b'))).toMatchObject({ ok: false, error: { code: 'locked' } });
  });

  it('stay locked, and untouched, when file and copy cannot be read', async () => {
    const home = await vaultHome();
    const { vault } = await openVault(home);
    await vault.set('webhook/default', new Secret('x'));
    for (const name of ['secrets.json', 'secrets.json.bak'])
      await writeFile(join(home, 'channels', name), 'garbage');
    const again = await openVault(home);
    expect(again.loaded).toMatchObject({ ok: false, error: { reason: 'unreadable' } });
    expect(await again.vault.set('webhook/default', new Secret('y'))).toMatchObject({
      ok: false,
      error: { code: 'locked' },
    });
    expect(await readFile(join(home, 'channels', 'secrets.json'), 'utf8')).toBe('garbage');
  });

  it('keep the value of before when a write is cut', async () => {
    const home = await vaultHome();
    const control: Parameters<typeof faultyStore>[0] = { now: { kind: 'none' } };
    const { vault } = await openVault(home, faultyStore(control));
    await vault.set('webhook/default', new Secret('old'));
    control.now = { kind: 'cut-silently', keepBytes: 30 };
    expect(await vault.set('webhook/default', new Secret('new'))).toMatchObject({
      ok: false,
      error: { code: 'storage_full' },
    });
    expect(vault.get('webhook/default')?.expose()).toBe('old');
    expect((await openVault(home)).vault.get('webhook/default')?.expose()).toBe('old');
  });
});
