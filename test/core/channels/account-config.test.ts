// Which accounts there are and what each consists of, for every channel of the table: OpenClaw's keys, values that
// accounts share, secrets that they do not.

import { describe, expect, it } from 'vitest';
import { accountConfig, fieldProblem } from '../../../electron/core/channels/account-config';
import {
  CHANNEL_KINDS,
  type ChannelField,
  type ChannelKind,
  channelKind,
} from '../../../shared/model/channel-kinds';
import { type Settings, settingsSchema } from '../../../shared/model/settings';
import { MemorySettings, MemoryVault } from '../../helpers/channel-doubles';

const settingsOf = (channels: unknown): Settings => settingsSchema.parse({ channels });

function configOf(id: string) {
  const kind = channelKind(id);
  if (kind === undefined) throw new Error(id);
  return accountConfig(kind);
}

const SLACK = {
  'slack/default/appToken': 'xapp-d',
  'slack/default/botToken': 'xoxb-d',
  'slack/work/appToken': 'xapp-w',
  'slack/work/botToken': 'xoxb-w',
};

describe('the accounts of a channel', () => {
  const ids = (id: string, channel: unknown, secrets: Readonly<Record<string, string>> = {}) =>
    configOf(id).listAccountIds(
      settingsOf(channel === undefined ? {} : { [id]: channel }),
      new MemoryVault(secrets),
    );

  it('are none while nobody has set the channel up', () => {
    for (const { id } of CHANNEL_KINDS) expect(ids(id, undefined, SLACK)).toEqual([]);
  });

  it('are the default one at the top level, and the named ones', () => {
    expect(ids('slack', {})).toEqual(['default']);
    expect(ids('feishu', { appId: 'a', accounts: { two: {} } })).toEqual(['default', 'two']);
    expect(ids('feishu', { accounts: { one: {}, two: {} } })).toEqual(['one', 'two']);
    expect(ids('feishu', { appId: 'a', accounts: { default: {}, two: {} } })).toEqual(['default', 'two']);
  });

  it('do not grow by what named ones share, unless a secret says that there is a default one', () => {
    const shared = {
      enabled: false,
      name: 'x',
      endpoints: { api: 'https://a.example' },
      accounts: { work: {} },
    };
    expect(ids('slack', shared)).toEqual(['work']);
    expect(ids('slack', shared, { 'slack/default/botToken': 'xoxb' })).toEqual(['default', 'work']);
  });

  it('of a channel with a login are those that somebody logged in or named', () => {
    expect(ids('openclaw-weixin', {})).toEqual([]);
    expect(ids('openclaw-weixin', { accounts: { me: {} } })).toEqual(['me']);
    expect(ids('openclaw-weixin', {}, { 'openclaw-weixin/default/token': 't' })).toEqual(['default']);
  });
});

describe('an account', () => {
  const resolve = (id: string, channel: unknown, accountId = 'default', vault = new MemoryVault(SLACK)) =>
    configOf(id).resolve(settingsOf({ [id]: channel }), accountId, vault);

  it('has its own values, else those of the top level; its secrets and name are its own', () => {
    const channel = {
      name: 'Main',
      domain: 'lark',
      appId: 'top',
      endpoints: { api: 'https://a.example' },
      accounts: { work: { appId: 'own', name: 'Work' }, bare: { endpoints: { api: 'https://b.example' } } },
    };
    expect(resolve('feishu', channel, 'work')).toMatchObject({
      accountId: 'work',
      name: 'Work',
      values: { appId: 'own', domain: 'lark' },
      endpoints: { api: 'https://a.example' },
      secretOf: {},
    });
    expect(resolve('feishu', channel, 'bare')).toMatchObject({
      values: { appId: 'top', domain: 'lark' },
      endpoints: { api: 'https://b.example' },
    });
    expect(resolve('feishu', channel, 'bare')).not.toHaveProperty('name');
    expect(resolve('slack', { accounts: { work: {} } }, 'work').secretOf.botToken?.expose()).toBe('xoxb-w');
    expect(
      resolve('slack', { accounts: { work: {} } }, 'work').secrets.map((secret) => secret.expose()),
    ).toEqual(['xapp-w', 'xoxb-w']);
  });

  it('is switched by itself and by its channel', () => {
    const on = (channel: unknown, accountId?: string) => resolve('slack', channel, accountId).enabled;
    expect(on({})).toBe(true);
    expect(on({ enabled: false })).toBe(false);
    expect(on({ accounts: { work: {} } }, 'work')).toBe(true);
    expect(on({ accounts: { work: { enabled: false } } }, 'work')).toBe(false);
    expect(on({ enabled: false, accounts: { work: { enabled: true } } }, 'work')).toBe(false);
    expect(on({ accounts: { work: {} } }, 'nobody')).toBe(false);
    // A word that every object knows is a name like any other.
    expect(on({ accounts: {} }, 'constructor')).toBe(false);
    expect(resolve('feishu', { accounts: {} }, 'constructor')).not.toHaveProperty('name');
  });

  it.each([
    ['feishu', {}, {}, /appId and appSecret are missing/],
    ['feishu', { appId: 'a' }, {}, /appSecret is missing/],
    ['feishu', { appId: '' }, { 'feishu/default/appSecret': 's' }, /appId is missing/],
    ['slack', {}, { 'slack/default/botToken': 'xoxb' }, /appToken is missing/],
    ['openclaw-weixin', {}, {}, /Nobody is logged in: scan the QR code for WeChat/],
    ['webhook', {}, {}, /no secret yet: make one/],
  ] as const)('of %s with %j and %j says what is missing', (id, channel, secrets, words) => {
    const account = resolve(id, channel, 'default', new MemoryVault(secrets));
    expect(account.configured).toBe(false);
    expect(account.problems.join()).toMatch(words);
    expect(account.linked).toBe(id === 'openclaw-weixin' ? false : undefined);
  });

  it('whose secrets cannot be read says that, not that they are missing', () => {
    const vault = new MemoryVault();
    const reader = { get: (name: string) => vault.get(name), unreadable: 'the keychain is locked' };
    const { problems, configured } = configOf('slack').resolve(settingsOf({ slack: {} }), 'default', reader);
    expect(configured).toBe(false);
    expect(problems).toEqual(['The stored secrets cannot be read: the keychain is locked']);
  });

  it('of every channel is configured when the table’s fields are there', () => {
    for (const kind of CHANNEL_KINDS as readonly ChannelKind[]) {
      const values = kind.fields.filter(({ kind: type, required }) => required && type !== 'secret');
      const channel = Object.fromEntries(values.map(({ key }) => [key, '1234567']));
      const secrets = [...kind.fields.filter(({ kind: type }) => type === 'secret').map(({ key }) => key)];
      const names = [...secrets, ...(kind.loginSecrets ?? [])].map((key) =>
        key === 'secret' ? `${kind.id}/default` : `${kind.id}/default/${key}`,
      );
      const vault = new MemoryVault(Object.fromEntries(names.map((name) => [name, `s-${name}`])));
      expect(resolve(kind.id, channel, 'default', vault), kind.id).toMatchObject({
        configured: true,
        problems: [],
      });
    }
  });
});

describe('the fingerprint of an account', () => {
  const config = configOf('feishu');
  const of = (channel: unknown, secret = 'one') =>
    config.fingerprint(
      config.resolve(
        settingsOf({ feishu: channel }),
        'default',
        new MemoryVault({ 'feishu/default/appSecret': secret }),
      ),
    );

  it('changes with everything that the link depends on, and with nothing else', () => {
    const base = of({ appId: 'a' });
    expect(of({ appId: 'a', name: 'other name' })).toBe(base);
    for (const other of [
      of({ appId: 'b' }),
      of({ appId: 'a', domain: 'lark' }),
      of({ appId: 'a', enabled: false }),
      of({ appId: 'a', endpoints: { api: 'https://a.example' } }),
      of({ appId: 'a' }, 'two'),
    ]) {
      expect(other).not.toBe(base);
    }
  });

  it('holds no secret', () => {
    expect(of({ appId: 'a' }, 'canary-4711')).not.toContain('canary-4711');
  });
});

describe('switching one account', () => {
  it.each([
    ['default', { appId: 'a' }, { enabled: false }],
    ['work', { accounts: { work: {} } }, { accounts: { work: { enabled: false } } }],
    ['default', { accounts: { default: {} } }, { accounts: { default: { enabled: false } } }],
    // The switch at the top level is everybody's.
    ['default', { appId: 'a', accounts: { work: {} } }, { accounts: { default: { enabled: false } } }],
    ['new', undefined, { accounts: { new: { enabled: false } } }],
    ['constructor', { accounts: {} }, { accounts: { constructor: { enabled: false } } }],
  ] as const)('%s of %j patches only itself', (accountId, channel, patch) => {
    const settings = settingsOf(channel === undefined ? {} : { feishu: channel });
    expect(configOf('feishu').enabledPatch(settings, accountId, false)).toEqual({
      channels: { feishu: patch },
    });
  });

  it('leaves the others as they are', () => {
    const settings = new MemorySettings({
      channels: { feishu: { appId: 'a', accounts: { work: { appId: 'w' } } } },
    });
    const config = configOf('feishu');
    settings.update(config.enabledPatch(settings.get(), 'default', false));
    const enabled = (accountId: string) =>
      config.resolve(settings.get(), accountId, new MemoryVault()).enabled;
    expect([enabled('default'), enabled('work')]).toEqual([false, true]);
    expect(config.resolve(settings.get(), 'default', new MemoryVault()).values).toEqual({ appId: 'a' });
    settings.update(config.enabledPatch(settings.get(), 'default', true));
    expect([enabled('default'), enabled('work')]).toEqual([true, true]);
    expect(config.listAccountIds(settings.get(), new MemoryVault())).toEqual(['default', 'work']);
  });
});

describe('a value that somebody typed', () => {
  const fields = new Map<string, ChannelField>(
    (CHANNEL_KINDS as readonly ChannelKind[]).flatMap(({ id, fields }) =>
      fields.map((field) => [`${id}.${field.key}`, field] as const),
    ),
  );
  it.each([
    ['feishu.appId', '', 'missing'],
    ['feishu.appId', 'cli_1', undefined],
    ['feishu.domain', '', undefined],
    ['feishu.domain', 'lark', undefined],
    ['feishu.domain', 'https://evil.example', 'malformed'],
    ['qqbot.appId', '12345', undefined],
    ['qqbot.appId', '1234', 'malformed'],
    ['qqbot.appId', '12345\n', 'malformed'],
    ['telegram.botToken', '123456:AAAAAAAAAAAAAAAAAAAA', undefined],
    ['telegram.botToken', '123456:short', 'malformed'],
    ['telegram.botToken', `${'1'.repeat(21)}:AAAAAAAAAAAAAAAAAAAA`, 'malformed'],
    ['slack.appToken', 'xapp-1', undefined],
    ['slack.appToken', 'xoxb-1', 'malformed'],
    ['slack.botToken', ' xoxb-1', 'malformed'],
  ])('%s = %j is %s', (name, value, problem) => {
    const field = fields.get(name);
    if (field === undefined) throw new Error(name);
    expect(fieldProblem(field, value)).toBe(problem);
  });
});
