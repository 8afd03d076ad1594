import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import type { SettingsOptions } from '../../../electron/shell/storage/settings-store';
import { openSettings } from '../../../electron/shell/storage/settings-store';
import type { SettingsPatch } from '../../../shared/model/settings';
import { defaultSettings } from '../../../shared/model/settings';
import { FakeClock } from '../../helpers/fake-clock';
import { faultyStore } from './faulty-store';
import { tempHome } from './temp-home';

const fileOf = (home: string) => join(home, 'settings.json');
const put = (home: string, value: unknown) =>
  writeFileSync(fileOf(home), typeof value === 'string' ? value : JSON.stringify(value));
const onDisk = (home: string): unknown => JSON.parse(readFileSync(fileOf(home), 'utf8'));

function open(home: string, more: Partial<SettingsOptions> = {}) {
  return openSettings({ Store: Conf, home, clock: new FakeClock(), logger: silentLogger, env: {}, ...more });
}

describe('opening', () => {
  it('gives the defaults where there is no file, and makes none', async () => {
    const home = await tempHome();
    const { settings, notices, virtualSecrets } = open(home);
    expect(settings.get()).toEqual(defaultSettings());
    expect(notices).toEqual([]);
    expect(virtualSecrets.size).toBe(0);
    expect(readdirSync(home)).toEqual([]);
  });

  it('reads what a person wrote, byte order mark and all', async () => {
    const home = await tempHome();
    put(home, '\uFEFF{ "gateway": { "port": 20000 } }');
    expect(open(home).settings.get().gateway.port).toBe(20000);
    expect(statSync(fileOf(home)).mode & 0o777).toBe(0o600);
  });

  it.each(['{ "gateway": ', '', '[]', 'null', '"text"', 'port = 1'])(
    'a file that is %j is set aside with a notice, and the defaults stand',
    async (text) => {
      const home = await tempHome();
      put(home, text);
      const { settings, notices } = open(home);
      expect(settings.get()).toEqual(defaultSettings());
      expect(notices).toMatchObject([
        { code: 'settings-set-aside', severity: 'warning', params: { file: 'settings.json' } },
      ]);
      const [aside] = readdirSync(home);
      expect(aside).toMatch(/^settings\.json\.bad-2026-01-01T/);
      expect(readFileSync(join(home, aside!), 'utf8')).toBe(text);
      expect(notices[0]?.params.setAside).toBe(aside);
    },
  );

  it('a bad value costs that field only, is named, and stays in the file', async () => {
    const home = await tempHome();
    const written = {
      gateway: { port: 99_999, auth: { mode: 'trusted-proxy' } },
      probe: { intervalMs: 30_000 },
      ui: { theme: 'pink', language: 'zh-CN' },
    };
    put(home, written);
    const { settings, notices } = open(home);
    expect(settings.get()).toMatchObject({
      gateway: { port: 18789, auth: {} },
      probe: { intervalMs: 30_000 },
      ui: { theme: 'system', language: 'zh-CN' },
    });
    expect(notices.map(({ code, params }) => [code, params.field])).toEqual([
      ['settings-invalid', 'gateway.port'],
      ['settings-invalid', 'gateway.auth.mode'],
      ['settings-invalid', 'ui.theme'],
    ]);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(3);
    expect(notices.every(({ params }) => params.message !== '')).toBe(true);
    expect(onDisk(home)).toEqual(written);
  });

  it('unknown keys, at any depth and of any name, are named and kept', async () => {
    const home = await tempHome();
    put(
      home,
      '{"agents":{"x":1},"gateway":{"port":20001,"tls":{}},"__proto__":{"polluted":true},"channels":{"signal":{"number":"x"}}}',
    );
    const { settings, notices } = open(home);
    expect(settings.get().gateway.port).toBe(20001);
    expect(notices.map(({ params }) => params.field).sort()).toEqual([
      '__proto__',
      'agents',
      'channels.signal',
      'gateway.tls',
    ]);
    expect(settings.update({ ui: { theme: 'dark' } }).ok).toBe(true);
    const text = readFileSync(fileOf(home), 'utf8');
    for (const kept of ['agents', 'tls', 'signal', 'dark', 'polluted']) expect(text).toContain(kept);
    expect({}).not.toHaveProperty('polluted');
  });

  it('a bad item costs its list, a section of the wrong type costs the section', async () => {
    const home = await tempHome();
    put(home, {
      gateway: { controlUi: { allowedOrigins: ['https://a.example', 7] }, port: 20002 },
      ui: 'dark',
    });
    const { settings, notices } = open(home);
    expect(settings.get().gateway).toMatchObject({ port: 20002, controlUi: { allowedOrigins: [] } });
    expect(settings.get().ui).toEqual(defaultSettings().ui);
    expect(notices.map(({ params }) => params.field)).toEqual(['gateway.controlUi.allowedOrigins.1', 'ui']);
  });
});

describe('precedence', () => {
  it('flag beats environment beats file, and neither is written to the file', async () => {
    const home = await tempHome();
    put(home, { gateway: { port: 1111 } });
    const env = { GATEHOUSE_PORT: '2222' };
    expect(open(home).settings.get().gateway.port).toBe(1111);
    expect(open(home, { env }).settings.get().gateway.port).toBe(2222);
    const { settings } = open(home, { env, overrides: { gateway: { port: 0 } } });
    expect(settings.get().gateway.port).toBe(0);
    expect(settings.update({ gateway: { port: 3333 }, ui: { theme: 'dark' } })).toMatchObject({
      ok: true,
      value: { gateway: { port: 0 }, ui: { theme: 'dark' } },
    });
    expect(onDisk(home)).toEqual({ gateway: { port: 3333 }, ui: { theme: 'dark' } });
  });

  it.each(['abc', '-1', '70000', '1e3', '18789; rm'])(
    'GATEHOUSE_PORT=%s is named and ignored',
    async (text) => {
      const { settings, notices } = open(await tempHome(), { env: { GATEHOUSE_PORT: text } });
      expect(settings.get().gateway.port).toBe(18789);
      expect(notices).toMatchObject([{ code: 'settings-invalid', params: { field: 'GATEHOUSE_PORT' } }]);
    },
  );

  it('OPENCLAW_GATEWAY_TOKEN and OPENCLAW_GATEWAY_PORT are no source of ours', async () => {
    const { settings, virtualSecrets } = open(await tempHome(), {
      env: { OPENCLAW_GATEWAY_TOKEN: 'x'.repeat(40), OPENCLAW_GATEWAY_PORT: '1' },
    });
    expect(settings.get()).toEqual(defaultSettings());
    expect(virtualSecrets.size).toBe(0);
  });
});

describe('updating', () => {
  it('writes only what was changed, tells its listeners once, and is there after a restart', async () => {
    const home = await tempHome();
    const { settings } = open(home);
    const seen: unknown[] = [];
    settings.onChanged((value) => seen.push(value.ui.theme));
    expect(settings.update({ ui: { theme: 'dark' } })).toMatchObject({ ok: true });
    expect(settings.update({ ui: { theme: 'dark', language: undefined } })).toMatchObject({ ok: true });
    expect(seen).toEqual(['dark']);
    expect(onDisk(home)).toEqual({ ui: { theme: 'dark' } });
    expect(statSync(fileOf(home)).mode & 0o777).toBe(0o600);
    expect(open(home).settings.get().ui.theme).toBe('dark');
  });

  it.each([
    [{ ui: { theme: 'dark' }, gateway: { port: -1 } }, 'gateway.port'],
    [{ gateway: { auth: { token: 'abc' } } }, 'gateway.auth.token'],
    [{ gateway: { bind: 'lan' } }, 'gateway.bind'],
    [{ nonsense: 1 }, 'nonsense'],
    [{ channels: { webhook: { accounts: { 'Bad Name': {} } } } }, 'channels.webhook.accounts.Bad Name'],
  ])('%j changes nothing and names %s', async (patch, field) => {
    const home = await tempHome();
    const { settings } = open(home);
    expect(settings.update(patch as SettingsPatch)).toMatchObject({ ok: false, error: { field } });
    expect(settings.get()).toEqual(defaultSettings());
    expect(readdirSync(home)).toEqual([]);
  });

  it('keeps what a person added to the file meanwhile, and still works over a bad value in it', async () => {
    const home = await tempHome();
    const { settings } = open(home);
    put(home, { note: 'mine', probe: { intervalMs: 1 }, gateway: { port: 4444 } });
    expect(settings.update({ ui: { closeToTray: false } })).toMatchObject({
      ok: true,
      value: { gateway: { port: 4444 }, ui: { closeToTray: false } },
    });
    expect(onDisk(home)).toEqual({
      note: 'mine',
      probe: { intervalMs: 1 },
      gateway: { port: 4444 },
      ui: { closeToTray: false },
    });
  });

  it.each([
    [{ kind: 'cut-silently', keepBytes: 5 }, 'storage_full'],
    [{ kind: 'throw-before', code: 'EROFS' }, 'storage_readonly'],
  ] as const)('%j leaves file and memory as they were', async (fault, code) => {
    const home = await tempHome();
    put(home, { ui: { theme: 'dark' } });
    const { settings } = open(home, { Store: faultyStore({ now: fault }) });
    expect(settings.update({ ui: { theme: 'light' } })).toMatchObject({ ok: false, error: { code } });
    expect(settings.get().ui.theme).toBe('dark');
    expect(onDisk(home)).toEqual({ ui: { theme: 'dark' } });
    expect(readdirSync(home)).toEqual(['settings.json']);
  });
});

describe('secrets that were put into the file by hand', () => {
  const written = {
    gateway: { port: 20003, auth: { token: ' tok-1 ' } },
    channels: {
      webhook: {
        secret: 'hook-1',
        accounts: { second: { secret: 'hook-2', name: 'Second' }, third: { secret: 5 } },
      },
    },
  };

  it('are handed over, named by their key, are no problem, and never show in settings', async () => {
    const home = await tempHome();
    put(home, written);
    const { settings, notices, virtualSecrets } = open(home);
    expect([...virtualSecrets].map(([key, secret]) => [key, secret.expose()])).toEqual([
      ['gateway.auth.token', 'tok-1'],
      ['channels.webhook.secret', 'hook-1'],
      ['channels.webhook.accounts.second.secret', 'hook-2'],
    ]);
    expect(notices).toEqual([]);
    expect(JSON.stringify(settings.get())).not.toMatch(/tok-1|hook-/);
    expect(onDisk(home)).toEqual(written);
  });

  it('stay in the file until they are stripped, then only they are gone', async () => {
    const home = await tempHome();
    put(home, written);
    const { settings, strip } = open(home);
    settings.update({ ui: { theme: 'dark' } });
    expect(onDisk(home)).toMatchObject(written);
    strip();
    expect(onDisk(home)).toEqual({
      gateway: { port: 20003, auth: {} },
      channels: { webhook: { accounts: { second: { name: 'Second' }, third: {} } } },
      ui: { theme: 'dark' },
    });
    expect(readFileSync(fileOf(home), 'utf8')).not.toMatch(/tok-1|hook-/);
    expect(open(home).virtualSecrets.size).toBe(0);
  });
});
