// devices/paired.json: what goes in comes out, no token lies open in it, and a file that nobody can read is set
// aside and reported, never wiped.

import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Conf from 'conf';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/core/lib/clock';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { ok } from '../../../electron/core/lib/result';
import { Secret } from '../../../electron/core/lib/secret';
import type { DeviceRecord } from '../../../electron/core/ports';
import { openDeviceRepository } from '../../../electron/shell/storage/device-repository';
import type { SecretBox } from '../../../electron/shell/storage/secret-box';
import { tempHome } from './temp-home';

/** Stands for a keychain: what it seals cannot be read, and opens again. */
const box: SecretBox = {
  backend: 'keychain',
  seal: async (text) => `keychain:${Buffer.from(text).toString('base64')}`,
  open: async (sealed) => ok(Buffer.from(sealed.slice('keychain:'.length), 'base64').toString('utf8')),
};
const TOKEN = 'device-token-device-token-device-token-0001';

const device: DeviceRecord = {
  deviceId: 'ab'.repeat(32),
  publicKey: 'key',
  displayName: 'A phone',
  platform: 'linux',
  clientId: 'cli',
  clientMode: 'cli',
  roles: ['operator', 'node'],
  scopes: ['operator.read'],
  createdAtMs: 1,
  approvedAtMs: 2,
  approvedVia: 'owner',
  tokens: [
    {
      role: 'operator',
      secret: new Secret(TOKEN),
      scopes: ['operator.read'],
      createdAtMs: 3,
      revokedAtMs: 4,
    },
    { role: 'node', secret: new Secret(`${TOKEN}-node`), scopes: [], createdAtMs: 5 },
  ],
};

async function opened(home: string) {
  return openDeviceRepository({ Store: Conf, home, box, clock: systemClock, logger: silentLogger });
}
const paths = (home: string) => ({
  folder: join(home, 'devices'),
  file: join(home, 'devices', 'paired.json'),
  copy: join(home, 'devices', 'paired.json.bak'),
});

/** Secrets print as [secret], so they are compared as text. */
function plain(devices: readonly DeviceRecord[]): unknown {
  return devices.map(({ tokens, ...rest }) => ({
    ...rest,
    tokens: tokens.map(({ secret, ...token }) => ({ ...token, text: secret.expose() })),
  }));
}

describe('the device repository', () => {
  it('is empty where there is none, and reads back exactly what was saved', async () => {
    const home = await tempHome();
    const repository = await opened(home);
    expect(await repository.load()).toEqual({ kind: 'ok', devices: [] });
    expect(await repository.save([device])).toEqual({ ok: true, value: undefined });
    const again = await (await opened(home)).load();
    expect(again.kind === 'ok' && plain(again.devices)).toEqual(plain([device]));
  });

  it('leaves no token readable, in files of 0600 in a folder of 0700', async () => {
    const home = await tempHome();
    const repository = await opened(home);
    await repository.load();
    await repository.save([device]);
    const { folder, file, copy } = paths(home);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const path of [file, copy]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readFile(path, 'utf8')).not.toContain(TOKEN);
    }
  });

  it('takes the last good copy when the file is damaged, and says so', async () => {
    const home = await tempHome();
    const repository = await opened(home);
    await repository.load();
    await repository.save([device]);
    await writeFile(paths(home).file, '{"cut');
    const loaded = await (await opened(home)).load();
    expect(loaded.kind === 'ok' && plain(loaded.devices)).toEqual(plain([device]));
    expect(loaded.kind === 'ok' && loaded.recovered).toMatch(/last good copy; set aside: paired\.json/);
  });

  it('sets both aside when neither can be read, reports it, and wipes nothing', async () => {
    const home = await tempHome();
    const repository = await opened(home);
    await repository.load();
    await repository.save([device]);
    const { folder, file, copy } = paths(home);
    await writeFile(file, 'broken one');
    await writeFile(copy, 'broken two');
    const loaded = await (await opened(home)).load();
    expect(loaded).toMatchObject({ kind: 'ok', devices: [] });
    expect(loaded.kind === 'ok' && loaded.recovered).toContain('set aside as');
    const kept = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(kept.sort()).toEqual(['broken one', 'broken two']);
  });

  it('leaves a list alone that another program has sealed, or that a later version wrote', async () => {
    const home = await tempHome();
    const repository = await opened(home);
    await repository.load();
    await repository.save([device]);
    const before = await readFile(paths(home).file, 'utf8');
    const foreign = openDeviceRepository({
      Store: Conf,
      home,
      box: {
        ...box,
        open: async () => ({
          ok: false,
          error: { reason: 'sealed-elsewhere', detail: 'sealed by the desktop app' },
        }),
      },
      clock: systemClock,
      logger: silentLogger,
    });
    expect(await foreign.load()).toMatchObject({ kind: 'locked', locked: { reason: 'sealed-elsewhere' } });
    expect(await readFile(paths(home).file, 'utf8')).toBe(before);
  });
});
