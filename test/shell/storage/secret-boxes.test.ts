import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import type { SafeStorage } from '../../../electron/shell/storage/keychain-secret-box';
import { openKeychainSecretBox } from '../../../electron/shell/storage/keychain-secret-box';
import { plainSecretBox } from '../../../electron/shell/storage/plain-secret-box';
import { FakeClock } from '../../helpers/fake-clock';
import { contentsOf, credentialFile, ROUTINE, startedOn, tempHome } from './temp-home';

const flip = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x5a));

/** A keychain in memory, with the calls that old Electrons have, new ones have, or both. */
function keychain(
  calls: 'sync' | 'async' | 'both',
  state = { available: true, broken: false, name: 'gnome_libsecret' },
) {
  const used: string[] = [];
  const look = (by: string) => {
    used.push(by);
    return state.available;
  };
  const decrypt = (sealed: Buffer) => {
    if (state.broken) throw new Error('cannot decrypt');
    return flip(sealed).toString('utf8');
  };
  const sync: SafeStorage = {
    isEncryptionAvailable: () => look('sync'),
    encryptString: (text) => flip(Buffer.from(text, 'utf8')),
    decryptString: decrypt,
  };
  const asynchronous: SafeStorage = {
    isAsyncEncryptionAvailable: async () => look('async'),
    encryptStringAsync: async (text) => flip(Buffer.from(text, 'utf8')),
    decryptStringAsync: async (sealed) => ({ result: decrypt(sealed) }),
  };
  const storage: SafeStorage = {
    ...(calls !== 'async' && sync),
    ...(calls !== 'sync' && asynchronous),
    getSelectedStorageBackend: () => state.name,
  };
  return { storage, state, used, open: () => openKeychainSecretBox(silentLogger, storage) };
}

describe('the plain box', () => {
  it('opens what it sealed, whatever the text', async () => {
    for (const text of ['', 'a', 'ä€🦞\n"\u0000']) {
      expect(await plainSecretBox.open(await plainSecretBox.seal(text))).toEqual({ ok: true, value: text });
    }
  });

  it('turns down what it does not know', async () => {
    expect(await plainSecretBox.open('vault:abc')).toMatchObject({
      ok: false,
      error: { reason: 'unreadable' },
    });
  });
});

describe('the keychain box', () => {
  it.each([
    ['sync', 'sync'],
    ['async', 'async'],
    ['both', 'async'],
  ] as const)('with %s calls it seals and opens by the %s ones', async (calls, expected) => {
    const { used, open } = keychain(calls);
    const box = await open();
    const sealed = await box.seal('the secret');
    expect(sealed).toMatch(/^keychain:/);
    expect(Buffer.from(sealed.split(':')[2]!, 'base64').toString()).not.toContain('secret');
    expect(await box.open(sealed)).toEqual({ ok: true, value: 'the secret' });
    expect(box.backend).toBe('keychain');
    expect(new Set(used)).toEqual(new Set([expected]));
  });

  it.each(['no keychain', 'basic_text'])('with %s it says plain and seals plainly', async (which) => {
    const box = await keychain('both', {
      available: which !== 'no keychain',
      broken: false,
      name: which,
    }).open();
    if (which === 'basic_text' && process.platform !== 'linux') return;
    expect(box.backend).toBe('plain');
    expect(await box.seal('x')).toMatch(/^plain:/);
  });

  it('never falls back: once it was there, a keychain that refuses makes sealing fail', async () => {
    const { storage, state, open } = keychain('sync');
    const box = await open();
    state.available = false;
    storage.encryptString = () => {
      throw new Error('gone');
    };
    await expect(box.seal('x')).rejects.toThrow('gone');
  });

  it('opens nothing while the keychain is shut, and opens as soon as it is there', async () => {
    const before = keychain('async');
    const sealed = await (await before.open()).seal('x');
    const { state, open } = keychain('async', { available: false, broken: false, name: 'gnome_libsecret' });
    const box = await open();
    expect(await box.open(sealed)).toMatchObject({ ok: false, error: { reason: 'keychain-unavailable' } });
    state.available = true;
    expect(await box.open(sealed)).toEqual({ ok: true, value: 'x' });
    expect(box.backend).toBe('keychain');
  });
});

describe('the credential in a box', () => {
  it('settled: read without its keychain it is sealed elsewhere, and nothing is written, moved or swept', async () => {
    const home = await tempHome();
    const { open } = keychain('both');
    const desktop = await startedOn(home, { box: await open() });
    const before = await contentsOf(home);
    const headless = await startedOn(home);
    expect(headless.tokens.status()).toEqual({
      state: 'locked',
      reason: 'sealed-elsewhere',
      detail: 'the record is sealed by the desktop app',
    });
    expect(headless.secret()).toBeUndefined();
    expect(await headless.tokens.rotate(ROUTINE)).toMatchObject({ ok: false });
    expect(await contentsOf(home)).toEqual(before);
    expect((await startedOn(home, { box: await open() })).secret()).toBe(desktop.secret());
  });

  it('SEC-25, REL-14: what the keychain cannot open stays as it is, with both keychains named', async () => {
    const home = await tempHome();
    const { open, state } = keychain('both');
    const first = await startedOn(home, { box: await open() });
    const before = await contentsOf(home);
    state.broken = true;
    state.name = 'kwallet6';
    const second = await startedOn(home, { box: await open() });
    expect(second.tokens.status()).toMatchObject({ state: 'locked', reason: 'unreadable' });
    if (process.platform === 'linux')
      expect(second.tokens.status()).toMatchObject({
        detail: expect.stringMatching(/gnome_libsecret.*kwallet6/),
      });
    expect(await contentsOf(home)).toEqual(before);
    state.broken = false;
    expect((await startedOn(home, { box: await open() })).secret()).toBe(first.secret());
  });

  it('REL-13: comes up by itself within 2 s of the keychain being unlocked', async () => {
    const home = await tempHome();
    const { open, state } = keychain('both');
    const first = await startedOn(home, { box: await open() });
    state.available = false;
    const clock = new FakeClock();
    const second = await startedOn(home, { box: await open(), clock });
    expect(second.tokens.status()).toMatchObject({ state: 'locked', reason: 'keychain-unavailable' });
    state.available = true;
    const ready = new Promise((resolve) => second.tokens.onChanged(resolve));
    clock.advance(2_000);
    expect(await ready).toMatchObject({ kind: 'unlocked', generation: 1 });
    expect(second.secret()).toBe(first.secret());
  });

  it('is sealed at once, copy included, when a keychain has arrived since', async () => {
    const home = await tempHome();
    const plain = await startedOn(home);
    expect(plain.tokens.status()).toMatchObject({ backend: 'plain' });
    const sealed = await startedOn(home, { box: await keychain('both').open() });
    expect(sealed.secret()).toBe(plain.secret());
    expect(sealed.tokens.status()).toMatchObject({ backend: 'keychain' });
    for (const file of [credentialFile(home), `${credentialFile(home)}.bak`]) {
      expect(JSON.parse(await readFile(file, 'utf8')).data.sealed).toMatch(/^keychain:/);
    }
  });
});
