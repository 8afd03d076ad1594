// Secrets that vendors make, sent by config.set and config.patch or written into settings.json: taken as they are,
// shown by nobody, lost by nothing that config.get has answered.

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { REDACTED } from '../../../electron/core/config/redaction';
import { Secret } from '../../../electron/core/lib/secret';
import { CHANNEL_KINDS, secretKeys, vaultNameOf } from '../../../shared/model/channel-kinds';
import { eventually } from '../../gateway/eventually';
import { SECRET_A, SECRET_B, startConfig } from './harness';

const APP = 'xapp-1-A0-short';
const BOT = 'xoxb-0-bot';

describe('a vendor’s secret', () => {
  it('may be short, and each of several goes to its own place in the vault', async () => {
    const { set, vault, onDisk, bytes, calls } = await startConfig();
    const changed = await set({
      channels: {
        feishu: { appId: 'cli_1', appSecret: 'short' },
        slack: {
          appToken: APP,
          botToken: BOT,
          accounts: { work: { appToken: `${APP}-2`, botToken: `${BOT}-2` } },
        },
      },
    });
    expect(changed).toMatchObject({ ok: true });
    expect(vault.get('feishu/default/appSecret')?.expose()).toBe('short');
    expect(vault.get('slack/default/appToken')?.expose()).toBe(APP);
    expect(vault.get('slack/default/botToken')?.expose()).toBe(BOT);
    expect(vault.get('slack/work/appToken')?.expose()).toBe(`${APP}-2`);
    expect(vault.get('slack/work/botToken')?.expose()).toBe(`${BOT}-2`);
    expect(await onDisk()).toEqual({
      channels: { feishu: { appId: 'cli_1' }, slack: { accounts: { work: {} } } },
    });
    expect(await bytes()).not.toContain(BOT);
    expect(calls.secretChanges).toBe(1);
    expect(JSON.stringify(changed)).not.toMatch(new RegExp(`${APP}|${BOT}|"short"`));
  });

  it.each(
    CHANNEL_KINDS.flatMap(({ id }) =>
      secretKeys(id).flatMap((key) => [
        [id, key, ['channels', id]] as const,
        [id, key, ['channels', id, 'accounts', 'work']] as const,
      ]),
    ),
  )('of %s, %s, is kept and redacted at %j', async (id, key, place) => {
    const { set, vault, config, bytes } = await startConfig();
    const nested = (value: unknown) =>
      place.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    expect(await set(nested({ [key]: SECRET_A, name: 'mine' }))).toMatchObject({ ok: true });
    const accountId = place.length > 2 ? 'work' : 'default';
    expect(vault.get(vaultNameOf(id, accountId, key))?.expose()).toBe(SECRET_A);
    expect(await bytes()).not.toContain(SECRET_A);
    const view = config.get();
    expect(JSON.stringify(view)).not.toContain(SECRET_A);
    for (const shown of [view.parsed, view.sourceConfig, view.resolved, view.config, view.runtimeConfig]) {
      expect(shown).toMatchObject(nested({ [key]: REDACTED, name: 'mine' }) as object);
    }
    expect(view.valid).toBe(true);
    expect(view.warnings).toEqual([]);
  });

  it.each([
    [{ feishu: { appSecret: '' } }, ['channels.feishu.appSecret'], /must not be empty/],
    [{ feishu: { appSecret: '  ' } }, ['channels.feishu.appSecret'], /must not be empty/],
    [{ slack: { botToken: '[secret]' } }, ['channels.slack.botToken'], /redactor/],
    [{ slack: { botToken: 'xoxb-••••' } }, ['channels.slack.botToken'], /redactor/],
    [{ slack: { botToken: REDACTED } }, ['channels.slack.botToken'], /no secret to keep/],
    [{ discord: { token: { source: 'env', id: 'T' } } }, ['channels.discord.token'], /must be text/],
    [{ qqbot: { clientSecret: 12_345 } }, ['channels.qqbot.clientSecret'], /must be text/],
    [
      { slack: { appToken: BOT, botToken: BOT } },
      ['channels.slack.appToken', 'channels.slack.botToken'],
      /differ from every other/,
    ],
    [
      { slack: { botToken: BOT, accounts: { default: { botToken: `${BOT}-2` } } } },
      ['channels.slack.accounts.default.botToken'],
      /set twice/,
    ],
    [{ webhook: { secret: 'too-short' } }, ['channels.webhook.secret'], /at least 24/],
    [
      { discord: { accounts: { 'A B': { token: BOT } } } },
      ['channels.discord.accounts.A B.token', 'channels.discord.accounts.A B'],
      /./,
    ],
  ])('%j is refused, names its fields and changes nothing', async (channels, fields, why) => {
    const { set, vault, config } = await startConfig();
    const refused = await set({ channels });
    const issues = refused.ok ? [] : (refused.error.issues ?? []);
    expect(issues.map(({ path }) => path)).toEqual(fields);
    expect(issues.every(({ message }) => why.test(message))).toBe(true);
    expect(config.get().exists).toBe(false);
    for (const { id } of CHANNEL_KINDS) {
      for (const key of secretKeys(id)) expect(vault.get(vaultNameOf(id, 'default', key))).toBeUndefined();
    }
  });

  it('may be as long as 1,024 characters, and no longer', async () => {
    const { set, vault } = await startConfig();
    const long = 'x'.repeat(1_024);
    expect(await set({ channels: { discord: { token: `${long}x` } } })).toMatchObject({
      error: { issues: [{ path: 'channels.discord.token', message: expect.stringContaining('too long') }] },
    });
    expect(await set({ channels: { discord: { token: long } } })).toMatchObject({ ok: true });
    expect(vault.get('discord/default/token')?.expose()).toBe(long);
  });

  it('SEC-45: opens one door only, whether that was open before or comes with it', async () => {
    const { set, patch, token } = await startConfig();
    const fields = async (channels: object) => {
      const refused = await patch({ channels });
      return refused.ok ? 'accepted' : refused.error.issues?.map(({ path }) => path);
    };
    expect(await set({ channels: { feishu: { appSecret: SECRET_A } } })).toMatchObject({ ok: true });
    expect(await fields({ slack: { botToken: SECRET_A } })).toEqual(['channels.slack.botToken']);
    expect(await fields({ feishu: { accounts: { two: { appSecret: SECRET_A } } } })).toEqual([
      'channels.feishu.accounts.two.appSecret',
    ]);
    expect(await fields({ discord: { token: token() } })).toEqual(['channels.discord.token']);
    // Its own place it may keep, and a text that became free may be used.
    expect(await fields({ feishu: { appSecret: SECRET_A } })).toBe('accepted');
    expect(await fields({ feishu: { appSecret: SECRET_B }, slack: { botToken: SECRET_A } })).toBe('accepted');
  });
});

it('SEC-45: what signs cron’s webhooks, and a credential in its grace, are no secret of a channel', async () => {
  const { patch, tokens, token, vault } = await startConfig();
  await vault.set('cron/webhook', new Secret(SECRET_A));
  const graced = token();
  await tokens.rotate({ reason: 'routine', graceMs: 60_000, by: 'panel' });
  for (const secret of [SECRET_A, graced, token()]) {
    expect(await patch({ channels: { webhook: { secret } } })).toMatchObject({
      ok: false,
      error: {
        issues: [{ path: 'channels.webhook.secret', message: expect.stringContaining('must differ') }],
      },
    });
  }
  expect(vault.get('webhook/default')).toBeUndefined();
  expect(await patch({ gateway: { auth: { token: SECRET_A } } })).toMatchObject({
    error: { issues: [{ path: 'gateway.auth.token' }] },
  });
  expect(await patch({ channels: { webhook: { secret: SECRET_B } } })).toMatchObject({ ok: true });
});

describe('what config.get has answered', () => {
  const file = {
    channels: {
      qqbot: { appId: '12345', endpoints: { token: 'https://a.example/app', api: 'https://b.example' } },
      slack: { name: 'mine', accounts: { work: { enabled: false } } },
      'openclaw-weixin': { accounts: { me: {} } },
    },
  };
  const SECRETS = {
    'qqbot/default/clientSecret': 'q-secret',
    'slack/default/appToken': APP,
    'slack/default/botToken': BOT,
    'slack/work/appToken': `${APP}-w`,
    'slack/work/botToken': `${BOT}-w`,
    'openclaw-weixin/me/token': 'w-token-1',
  };

  async function filled() {
    const made = await startConfig({ file });
    const { Secret } = await import('../../../electron/core/lib/secret');
    for (const [name, text] of Object.entries(SECRETS)) await made.vault.set(name, new Secret(text));
    const held = () =>
      Object.fromEntries(Object.keys(SECRETS).map((name) => [name, made.vault.get(name)?.expose()]));
    return { ...made, held };
  }

  it.each(['parsed', 'sourceConfig', 'resolved', 'config', 'runtimeConfig'] as const)(
    'as %s comes back without losing a secret or an address',
    async (which) => {
      const { config, set, held, onDisk, settings } = await filled();
      expect(await set(config.get()[which])).toMatchObject({ ok: true });
      expect(held()).toEqual(SECRETS);
      expect(await onDisk()).toMatchObject(file);
      expect(JSON.stringify(await onDisk())).not.toContain(REDACTED);
      expect(settings.get().channels.qqbot?.endpoints).toEqual(file.channels.qqbot.endpoints);
    },
  );

  it('comes back with another value beside, and with one secret replaced', async () => {
    const { config, set, held } = await filled();
    const sent = structuredClone(config.get().parsed) as { channels: { slack: Record<string, unknown> } };
    sent.channels.slack.name = 'ours';
    sent.channels.slack.botToken = `${BOT}-new`;
    expect(await set(sent)).toMatchObject({ ok: true });
    expect(held()).toEqual({ ...SECRETS, 'slack/default/botToken': `${BOT}-new` });
  });

  it('without a key keeps what is there: nothing sent here takes a secret away', async () => {
    const { set, patch, held } = await filled();
    expect(await set(file)).toMatchObject({ ok: true });
    expect(held()).toEqual(SECRETS);
    expect(await patch({ channels: { slack: { botToken: null } } })).toMatchObject({
      error: {
        issues: [{ path: 'channels.slack.botToken', message: 'a secret cannot be removed, only replaced' }],
      },
    });
    expect(held()).toEqual(SECRETS);
  });

  it('cannot be moved to another place by its placeholder', async () => {
    const { patch, held } = await filled();
    const moved = await patch({ channels: { feishu: { appSecret: REDACTED }, slack: { name: REDACTED } } });
    expect(moved.ok ? [] : moved.error.issues?.map(({ path }) => path).sort()).toEqual([
      'channels.feishu.appSecret',
    ]);
    expect(held()).toEqual(SECRETS);
  });
});

const refusedIn = (notices: ReadonlyMap<string, unknown>) =>
  [...notices.keys()].filter((id) => id.startsWith('settings-invalid'));

describe('a hand edit while it runs', () => {
  it('hands its secrets to the vault and loses them from the file', async () => {
    const { config, put, vault, path, notices } = await startConfig({ file: {} });
    await put({ channels: { feishu: { appId: 'cli_1', appSecret: 'by-hand-1' }, slack: { botToken: BOT } } });
    config.get();
    await eventually(() => vault.get('slack/default/botToken') !== undefined);
    const now = async () => JSON.parse(await readFile(path, 'utf8'));
    while (JSON.stringify(await now()).includes('by-hand-1')) await Promise.resolve();
    expect(vault.get('feishu/default/appSecret')?.expose()).toBe('by-hand-1');
    expect(await now()).toEqual({ channels: { feishu: { appId: 'cli_1' }, slack: {} } });
    expect(refusedIn(notices)).toEqual([]);
  });

  it('of an account that cannot exist is named and stays, so that nothing is lost', async () => {
    const { config, put, vault, notices, onDisk } = await startConfig({ file: {} });
    const channels = { discord: { accounts: { 'a.b': { token: BOT } } } };
    await put({ channels });
    config.get();
    await eventually(() =>
      refusedIn(notices).includes('settings-invalid:channels.discord.accounts.a.b.token'),
    );
    expect(await onDisk()).toEqual({ channels });
    expect(vault.get('discord/a.b/token')).toBeUndefined();
  });

  it('with the gateway’s own token as a channel’s secret is named and stays', async () => {
    const { config, put, vault, token, notices, onDisk } = await startConfig({ file: {} });
    await put({ channels: { discord: { token: token() } } });
    config.get();
    await eventually(() => refusedIn(notices).length > 0);
    expect(refusedIn(notices)).toEqual(['settings-invalid:channels.discord.token']);
    expect(JSON.stringify([...notices.values()])).not.toContain(token());
    expect(vault.get('discord/default/token')).toBeUndefined();
    expect(await onDisk()).toEqual({ channels: { discord: { token: token() } } });
  });
});
