import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { REDACTED } from '../../../electron/core/config/redaction';
import type { Fault } from '../../shell/storage/faulty-store';
import { faultyStore } from '../../shell/storage/faulty-store';
import { LOCAL, SECRET_A, SECRET_B, startConfig } from './harness';

describe('reading', () => {
  it('shows all views of a home without a file, and makes none', async () => {
    const { config, home } = await startConfig();
    expect(config.get()).toMatchObject({
      path: `${home}/settings.json`,
      exists: false,
      raw: null,
      valid: true,
      parsed: { gateway: { auth: { token: REDACTED } } },
      resolved: { gateway: { port: 18789, bind: 'loopback' } },
      runtimeConfig: { gateway: { port: 18789 } },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      issues: [],
      warnings: [],
      legacyIssues: [],
    });
    expect(await readdir(home)).toEqual(['channels']);
  });

  it('SEC-47: no view holds a secret, wherever a person put one', async () => {
    const { config, token, put, vault } = await startConfig();
    const { Secret } = await import('../../../electron/core/lib/secret');
    await vault.set('webhook/default', new Secret(SECRET_A));
    await put({
      channels: { webhook: { name: `x ${SECRET_A}` }, telegram: { botToken: 'canary-1' } },
      gateway: { remote: { password: 'canary-2' } },
      note: `my token is ${token()}`,
      [`k${token()}`]: 1,
    });
    const view = config.get();
    const text = JSON.stringify(view);
    for (const canary of [token(), SECRET_A, 'canary-1', 'canary-2']) expect(text).not.toContain(canary);
    expect(view).toMatchObject({
      raw: null,
      parsed: {
        channels: { webhook: { name: REDACTED, secret: REDACTED }, telegram: { botToken: REDACTED } },
      },
    });
  });

  it('tells bad values from keys that are not ours', async () => {
    const { config } = await startConfig({ file: { gateway: { port: -1, bind: 'lan' }, agents: {} } });
    const view = config.get();
    expect(view.valid).toBe(false);
    expect(view.issues.map(({ path }) => path)).toEqual(['gateway.port', 'gateway.bind']);
    expect(view.warnings).toEqual([{ path: 'agents', message: 'is not a setting' }]);
  });

  it.each([
    [{ gateway: { bind: 'tailnet' } }, 'gateway.bind', /"loopback".*SSH tunnel/],
    [{ gateway: { auth: { mode: 'trusted-proxy' } } }, 'gateway.auth.mode', /not offered.*"token"/],
    [{ gateway: { auth: { mode: 'magic' } } }, 'gateway.auth.mode', /must be one of/],
  ])('refuses %j in words', async (value, path, words) => {
    const { set } = await startConfig();
    expect(await set(value)).toMatchObject({
      ok: false,
      error: { message: 'invalid config', issues: [{ path, message: expect.stringMatching(words) }] },
    });
  });
});

describe('writing', () => {
  it('replaces the whole by JSON5, is in use at once and needs no restart', async () => {
    const { set, settings, onDisk, calls, clock } = await startConfig({
      file: { probe: { intervalMs: 9_000 } },
    });
    expect(await set("{ /* mine */ ui: { theme: 'dark', } }")).toMatchObject({
      ok: true,
      value: { ok: true, config: { ui: { theme: 'dark' }, probe: { intervalMs: 60_000 } } },
    });
    expect(settings.get().ui.theme).toBe('dark');
    expect(await onDisk()).toEqual({ ui: { theme: 'dark' } });
    clock.advance(100_000);
    expect(calls.restarts).toBe(0);
  });

  it('patches: null removes, objects merge', async () => {
    const { patch, onDisk } = await startConfig({ file: { ui: { theme: 'dark', language: 'en' }, note: 1 } });
    expect(await patch({ ui: { theme: null, startHidden: true } })).toMatchObject({ ok: true });
    expect(await onDisk()).toEqual({ ui: { language: 'en', startHidden: true }, note: 1 });
  });

  it('a change of the port restarts the gateway once, after the reply', async () => {
    const { patch, calls, clock } = await startConfig();
    const changed = await patch({ gateway: { port: 20_001 } });
    expect(changed).toMatchObject({
      value: { restart: { reason: 'config.patch: gateway.port', delayMs: 300 } },
    });
    await patch({ gateway: { port: 20_002 } }, { restartDelayMs: 2_000 });
    expect(calls.restarts).toBe(0);
    clock.advance(1_999);
    expect(calls.restarts).toBe(0);
    clock.advance(1);
    expect(calls.restarts).toBe(1);
  });

  it('what changes nothing says so and writes nothing', async () => {
    const { config, set, document, token } = await startConfig({ file: { ui: { theme: 'dark' } } });
    const before = { hash: config.get().hash, token: token() };
    const same = await set({ ui: { theme: 'dark' }, gateway: { auth: { token: before.token } } });
    // An empty section more is a change; the same again is none.
    expect(same).toMatchObject({ ok: true });
    expect(await set({ ui: { theme: 'dark' }, gateway: { auth: {} } })).toMatchObject({
      value: { noop: true },
    });
    expect(token()).toBe(before.token);
    expect(document.read().text).not.toContain(before.token);
  });

  it('needs the hash of the file as it is, in upstream words', async () => {
    const { config, put } = await startConfig({ file: { ui: {} } });
    const raw = '{}';
    const { hash } = config.get();
    expect(await config.set({ ...LOCAL, raw })).toMatchObject({
      error: { message: 'config base hash required; re-run config.get and retry' },
    });
    await put({ ui: { theme: 'light' } });
    expect(await config.set({ ...LOCAL, raw, baseHash: hash })).toMatchObject({
      error: { message: 'config changed since last load; re-run config.get and retry' },
    });
  });

  it('of many changes with the same hash exactly one wins', async () => {
    const { config, settings } = await startConfig({ file: {} });
    const baseHash = config.get().hash;
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        config.set({ ...LOCAL, baseHash, raw: `{"probe":{"intervalMs":${5_000 + n}}}` }),
      ),
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, false]);
    expect(settings.get().probe.intervalMs).toBe(5_001);
  });

  it('what is wrong in the file already does not lock it, what is newly wrong is refused', async () => {
    const { patch, config, onDisk } = await startConfig({
      file: { gateway: { port: -1 }, agents: { a: 1 } },
    });
    expect(await patch({ ui: { theme: 'dark' } })).toMatchObject({ ok: true });
    expect(await onDisk()).toMatchObject({ gateway: { port: -1 }, agents: { a: 1 }, ui: { theme: 'dark' } });
    expect(await patch({ agents: { a: 2 } })).toMatchObject({ error: { issues: [{ path: 'agents' }] } });
    expect(await patch({ gateway: { port: -2 } })).toMatchObject({
      error: { issues: [{ path: 'gateway.port' }] },
    });
    expect(await patch({ gateway: { port: 7 }, agents: null })).toMatchObject({ ok: true });
    expect(config.get()).toMatchObject({ valid: true, warnings: [] });
  });

  it('a file that is no JSON cannot be patched; replaced, it is set aside first', async () => {
    const { home, put, patch, set } = await startConfig({ file: {} });
    await put('{ "half": ');
    expect(await patch({ ui: {} })).toMatchObject({
      error: { message: 'invalid config; fix before patching' },
    });
    expect(await set({ ui: { theme: 'dark' } })).toMatchObject({ ok: true });
    expect((await readdir(home)).filter((name) => name.startsWith('settings.json.bad-'))).toHaveLength(1);
  });
});

describe('secrets that are sent', () => {
  it.each([
    ['token', undefined, 'token'],
    ['password', 'password', 'password'],
    ['password', undefined, 'password'],
  ] as const)(
    'gateway.auth.%s with mode %s becomes the credential and never touches the disk',
    async (key, mode, shown) => {
      const { set, token, onDisk, bytes, config, settings } = await startConfig();
      const auth = { [key]: SECRET_A, ...(mode && { mode }) };
      expect(await set({ gateway: { auth } })).toMatchObject({ ok: true });
      expect(token()).toBe(SECRET_A);
      expect(settings.get().gateway.auth.mode).toBe(key === 'password' ? 'password' : undefined);
      expect(JSON.stringify(await onDisk())).not.toContain(key === 'token' ? 'token' : SECRET_A);
      expect(await bytes()).not.toContain(SECRET_A);
      expect(config.get().parsed).toMatchObject({ gateway: { auth: { [shown]: REDACTED } } });
    },
  );

  it.each([
    [
      { gateway: { auth: { token: SECRET_A, password: SECRET_B } } },
      ['gateway.auth.token', 'gateway.auth.password'],
    ],
    [{ gateway: { auth: { mode: 'token', password: SECRET_B } } }, ['gateway.auth.password']],
    [{ gateway: { auth: { mode: 'password', token: SECRET_B } } }, ['gateway.auth.token']],
    [{ gateway: { auth: { token: 'short' } } }, ['gateway.auth.token']],
    [{ gateway: { auth: { token: '' } } }, ['gateway.auth.token']],
    [{ gateway: { auth: { token: `${REDACTED}${REDACTED}` } } }, ['gateway.auth.token']],
    [{ gateway: { auth: { token: { source: 'env', id: 'TOKEN' } } } }, ['gateway.auth.token']],
    [{ channels: { webhook: { secret: REDACTED } } }, ['channels.webhook.secret']],
    [
      { channels: { webhook: { secret: SECRET_A, accounts: { b: { secret: SECRET_A } } } } },
      ['channels.webhook.secret', 'channels.webhook.accounts.b.secret'],
    ],
    [
      { gateway: { auth: { token: SECRET_A } }, channels: { webhook: { secret: SECRET_A } } },
      ['gateway.auth.token', 'channels.webhook.secret'],
    ],
  ])('%j is refused, names its fields and changes nothing', async (value, fields) => {
    const { set, token, home, vault } = await startConfig();
    const before = token();
    const refused = await set(value);
    expect(refused).toMatchObject({ ok: false, error: { message: 'invalid config' } });
    expect(!refused.ok && refused.error.issues?.map(({ path }) => path)).toEqual(fields);
    expect(JSON.stringify(refused)).not.toMatch(new RegExp(`${SECRET_A}|${SECRET_B}`));
    expect(token()).toBe(before);
    expect(vault.get('webhook/default')).toBeUndefined();
    expect(await readdir(home)).toEqual(['channels']);
  });

  it('of channels go to the vault, and the channels are told', async () => {
    const { set, vault, calls, bytes, config, token } = await startConfig();
    const webhook = { secret: SECRET_A, accounts: { two: { secret: SECRET_B } } };
    expect(await set({ channels: { webhook } })).toMatchObject({ ok: true });
    expect(vault.get('webhook/default')?.expose()).toBe(SECRET_A);
    expect(vault.get('webhook/two')?.expose()).toBe(SECRET_B);
    expect(calls.secretChanges).toBe(1);
    expect(config.get().config).toMatchObject({
      channels: { webhook: { secret: REDACTED, accounts: { two: { secret: REDACTED } } } },
    });
    expect(await bytes()).not.toContain(SECRET_A);
    expect(await set({ channels: { webhook: { secret: token() } } })).toMatchObject({
      error: { issues: [{ path: 'channels.webhook.secret' }] },
    });
  });

  it('are not taken from another machine', async () => {
    const { config, token } = await startConfig();
    const before = token();
    const raw = JSON.stringify({ gateway: { auth: { token: SECRET_A } } });
    expect(await config.set({ ...LOCAL, directLocal: false, raw })).toMatchObject({ ok: false });
    expect(token()).toBe(before);
  });

  it('cannot be removed by a patch', async () => {
    const { patch, token } = await startConfig();
    const before = token();
    expect(await patch({ gateway: { auth: { token: null } } })).toMatchObject({
      error: {
        issues: [{ path: 'gateway.auth.token', message: 'a secret cannot be removed, only replaced' }],
      },
    });
    expect(await patch({ gateway: null })).toMatchObject({ ok: true });
    expect(token()).toBe(before);
  });

  it('leave no half change behind when the file cannot be written', async () => {
    const fault: { now: Fault } = { now: { kind: 'none' } };
    const { set, patch, vault, token, settings } = await startConfig({ Store: faultyStore(fault) });
    await set({ channels: { webhook: { secret: SECRET_A } } });
    const before = token();
    // The vault's own file still takes its write; settings.json does not.
    const { set: realSet } = vault;
    vault.set = async (name, secret) => {
      fault.now = { kind: 'none' };
      const stored = await realSet(name, secret);
      fault.now = { kind: 'throw-before', code: 'ENOSPC' };
      return stored;
    };
    const outcome = await patch({ channels: { webhook: { secret: SECRET_B } }, ui: { theme: 'dark' } });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'failed' } });
    expect(vault.get('webhook/default')?.expose()).toBe(SECRET_A);
    expect(settings.get().ui.theme).toBe('system');
    expect(token()).toBe(before);
  });

  it('leave no half change behind when the credential cannot be stored', async () => {
    const { set, repository, onDisk, token } = await startConfig({ file: { ui: { theme: 'light' } } });
    const before = token();
    repository.saveError = { code: 'storage_full', detail: 'no room' };
    expect(await set({ gateway: { auth: { token: SECRET_A } }, ui: { theme: 'dark' } })).toMatchObject({
      ok: false,
      error: { code: 'failed', message: 'the credential was not stored: no room' },
    });
    expect(await onDisk()).toEqual({ ui: { theme: 'light' } });
    expect(token()).toBe(before);
  });
});

describe('secrets.reload', () => {
  it('reads the vault anew, tells the channels and counts accounts without a secret', async () => {
    const { config, set, vault, calls, home } = await startConfig();
    await set({ channels: { webhook: { secret: SECRET_A, accounts: { two: {} } } } });
    const { openSecretVault } = await import('../../../electron/shell/storage/secret-vault');
    const { plainSecretBox } = await import('../../../electron/shell/storage/plain-secret-box');
    const { silentLogger } = await import('../../../electron/core/lib/logger-port');
    const { Secret } = await import('../../../electron/core/lib/secret');
    const { default: Store } = await import('conf');
    // Another program, such as the command line, while we run.
    const other = openSecretVault({ Store, home, box: plainSecretBox, logger: silentLogger });
    await other.load();
    await other.set('webhook/default', new Secret(SECRET_B));
    expect(vault.get('webhook/default')?.expose()).toBe(SECRET_A);
    expect(await config.reloadSecrets()).toEqual({ ok: true, value: { warningCount: 1 } });
    expect(vault.get('webhook/default')?.expose()).toBe(SECRET_B);
    expect(calls.secretChanges).toBe(2);
  });
});
