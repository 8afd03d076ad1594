// devices/paired.json: what goes in comes out, no token lies open in it, and a file that nobody can read is set
// aside and reported, never wiped.

import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Conf from 'conf';
import { describe, expect, it } from 'vitest';
import type { PendingRecord } from '../../../electron/core/gateway/auth/pending-requests';
import { systemClock } from '../../../electron/core/lib/clock';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { ok } from '../../../electron/core/lib/result';
import { Secret } from '../../../electron/core/lib/secret';
import type { DeviceRecord } from '../../../electron/core/ports';
import { openDeviceRepository } from '../../../electron/shell/storage/device-repository';
import { plainSecretBox } from '../../../electron/shell/storage/plain-secret-box';
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

async function opened(home: string, sealedBy = box) {
  return openDeviceRepository({ Store: Conf, home, box: sealedBy, clock: systemClock, logger: silentLogger });
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

  it('seals the tokens that a start without a keychain left open, as soon as there is one', async () => {
    const home = await tempHome();
    const without = await opened(home, plainSecretBox);
    await without.load();
    await without.save([device]);
    const { file, copy } = paths(home);
    expect(await readFile(file, 'utf8')).toContain('"plain:');
    // Like the box of the desktop app: it knows of the keychain from its first use.
    let backend: SecretBox['backend'] = 'plain';
    const late: SecretBox = {
      get backend() {
        return backend;
      },
      seal: box.seal,
      open: (sealed) => {
        backend = 'keychain';
        return sealed.startsWith('plain:') ? plainSecretBox.open(sealed) : box.open(sealed);
      },
    };
    const loaded = await (await opened(home, late)).load();
    expect(loaded.kind === 'ok' && plain(loaded.devices)).toEqual(plain([device]));
    for (const path of [file, copy]) {
      const text = await readFile(path, 'utf8');
      expect(text).toContain('"keychain:');
      expect(text).not.toContain('plain:');
    }
    const again = await (await opened(home)).load();
    expect(again.kind === 'ok' && plain(again.devices)).toEqual(plain([device]));
  });

  it('still lets the devices in when they cannot be sealed anew', async () => {
    const home = await tempHome();
    const without = await opened(home, plainSecretBox);
    await without.load();
    await without.save([device]);
    const refusing: SecretBox = {
      ...plainSecretBox,
      backend: 'keychain',
      seal: () => Promise.reject(new Error('the keychain refuses')),
    };
    const loaded = await (await opened(home, refusing)).load();
    expect(loaded.kind === 'ok' && plain(loaded.devices)).toEqual(plain([device]));
  });
});

describe('the requests that wait', () => {
  const request: PendingRecord = {
    requestId: 'request-1',
    subject: {
      deviceId: 'ab'.repeat(32),
      publicKey: 'key',
      displayName: 'A phone',
      role: 'operator',
      scopes: ['operator.read'],
      platform: 'ios',
      clientId: 'openclaw-ios',
      clientMode: 'ui',
      remoteIp: '10.0.0.9',
    },
    reason: 'not-paired',
    ts: 1,
    refreshedAtMs: 2,
  };
  const pendingFile = (home: string) => join(home, 'devices', 'pending.json');

  it('are read back exactly as they were, from a file of 0600', async () => {
    const home = await tempHome();
    const repository = await opened(home);
    await repository.load();
    expect(await repository.loadPending()).toEqual({ requests: [] });
    expect(await repository.savePending([request])).toEqual({ ok: true, value: undefined });
    expect((await stat(pendingFile(home))).mode & 0o777).toBe(0o600);
    expect(await (await opened(home)).loadPending()).toEqual({ requests: [request] });
  });

  it('cost no device when they cannot be read: they are set aside and that is said', async () => {
    const home = await tempHome();
    const repository = await opened(home);
    await repository.load();
    await repository.save([device]);
    await repository.savePending([request]);
    for (const path of [pendingFile(home), `${pendingFile(home)}.bak`]) await writeFile(path, 'broken');
    const again = await opened(home);
    const devices = await again.load();
    expect(devices.kind === 'ok' && devices.devices).toHaveLength(1);
    expect(await again.loadPending()).toEqual({
      requests: [],
      recovered: expect.stringContaining('set aside as pending.json'),
    });
    const names = (await readdir(paths(home).folder)).filter((name) => /^pending\.json/.test(name));
    expect(names).toHaveLength(2);
    expect(await again.savePending([request])).toEqual({ ok: true, value: undefined });
  });

  it('of a later version are left alone', async () => {
    const home = await tempHome();
    const repository = await opened(home);
    await repository.load();
    await repository.savePending([request]);
    const later = (await readFile(pendingFile(home), 'utf8')).replace(
      /"schemaVersion":\s*1\b/,
      '"schemaVersion": 99',
    );
    expect(later).toContain('99');
    for (const path of [pendingFile(home), `${pendingFile(home)}.bak`]) await writeFile(path, later);
    const again = await opened(home);
    expect(await again.loadPending()).toEqual({ requests: [] });
    expect(await again.savePending([])).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect(await readFile(pendingFile(home), 'utf8')).toBe(later);
  });
});
