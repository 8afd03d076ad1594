// The part `channels` of the settings: what a file or a client may say about a channel, and what is refused.

import { describe, expect, it } from 'vitest';
import { CHANNEL_KINDS, secretKeys, vaultNameOf } from '../../../shared/model/channel-kinds';
import { ACCOUNT_ID, channelsSchema, isBaseUrl } from '../../../shared/model/channel-settings';
import { settingsJsonSchema } from '../../../shared/model/settings-json-schema';
import { channelSecretPaths, vaultName } from '../../../shared/model/settings-secrets';

const why = (channels: unknown): string => {
  const parsed = channelsSchema.safeParse(channels);
  return parsed.success
    ? 'ok'
    : parsed.error.issues.map(({ path, code }) => `${path.map(String).join('.')}: ${code}`).join(', ');
};

describe('the settings of channels', () => {
  it('are empty by default, and an empty channel is switched on without accounts', () => {
    expect(channelsSchema.parse({})).toEqual({});
    for (const { id } of CHANNEL_KINDS) {
      expect(channelsSchema.parse({ [id]: {} })).toEqual({ [id]: { enabled: true, accounts: {} } });
    }
  });

  it('take OpenClaw’s keys at the top level and in accounts', () => {
    const channels = {
      feishu: {
        appId: 'cli_1',
        domain: 'lark',
        name: 'Main',
        accounts: { two: { appId: 'cli_2', enabled: false } },
      },
      qqbot: { appId: 12_345_678 },
      wecom: { botId: 'b', websocketUrl: 'wss://a.example/ws' },
      telegram: { apiRoot: 'http://127.0.0.1:8081' },
      webhook: { signature: 'hmac-sha256', replyUrl: 'https://a.example/reply' },
    };
    expect(channelsSchema.parse(channels)).toMatchObject({
      feishu: { appId: 'cli_1', accounts: { two: { appId: 'cli_2', enabled: false } } },
      // OpenClaw takes numbers here; they are kept as text.
      qqbot: { appId: '12345678' },
      webhook: { signature: 'hmac-sha256' },
    });
  });

  it.each([
    [{ telex: {} }, ': unrecognized_keys'],
    [{ feishu: { verificationToken: 'x' } }, 'feishu: unrecognized_keys'],
    [{ feishu: { accounts: { a: { accounts: {} } } } }, 'feishu.accounts.a: unrecognized_keys'],
    [{ feishu: 'x' }, 'feishu: invalid_type'],
    [{ feishu: { accounts: [] } }, 'feishu.accounts: invalid_type'],
    [{ feishu: { appId: 'x'.repeat(513) } }, 'feishu.appId: too_big'],
    [{ feishu: { appId: 1.5 } }, 'feishu.appId: invalid_union'],
    [{ feishu: { domain: 'https://evil.example' } }, 'feishu.domain: invalid_value'],
    [{ feishu: { name: 'x'.repeat(81) } }, 'feishu.name: too_big'],
    [{ feishu: { enabled: 'yes' } }, 'feishu.enabled: invalid_type'],
    [{ qqbot: { appId: 'abc' } }, 'qqbot.appId: custom'],
    [{ slack: { endpoints: { token: 'https://a.example' } } }, 'slack.endpoints: unrecognized_keys'],
    [{ slack: { endpoints: { api: 'http://a.example' } } }, 'slack.endpoints.api: custom'],
    [{ wecom: { endpoints: {} } }, 'wecom: unrecognized_keys'],
    [{ slack: { accounts: { 'A b': {} } } }, 'slack.accounts.A b: invalid_key'],
    [{ slack: { accounts: { '': {} } } }, 'slack.accounts.: invalid_key'],
    [{ slack: { accounts: { ['x'.repeat(65)]: {} } } }, `slack.accounts.${'x'.repeat(65)}: invalid_key`],
  ])('refuse what nobody obeys, row %#', (channels, problem) => {
    expect(why(channels)).toBe(problem);
  });

  it('hold no secret: its key is refused in every place', () => {
    for (const { id } of CHANNEL_KINDS) {
      for (const key of secretKeys(id)) {
        expect(why({ [id]: { [key]: 'x' } }), `${id}.${key}`).toBe(`${id}: unrecognized_keys`);
        expect(why({ [id]: { accounts: { a: { [key]: 'x' } } } })).toBe(
          `${id}.accounts.a: unrecognized_keys`,
        );
      }
    }
  });

  it('take no key that changes what an object is', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      expect(why(JSON.parse(`{"${key}":{}}`))).not.toBe('ok');
      expect(why(JSON.parse(`{"slack":{"${key}":{}}}`))).not.toBe('ok');
    }
    // No account can be called so, and none comes of it.
    const parsed = channelsSchema.parse(JSON.parse('{"slack":{"accounts":{"__proto__":{"enabled":false}}}}'));
    expect(Object.keys(parsed.slack?.accounts ?? {})).toEqual([]);
    expect(parsed.slack?.accounts.enabled).toBeUndefined();
  });
});

describe('a base URL', () => {
  it.each([
    'https://open.feishu.cn',
    'https://a.example:8443/base/',
    'wss://a.example/ws',
    'http://127.0.0.1:9',
    'http://localhost/x',
    'ws://[::1]:1',
  ])('may be %s', (url) => expect(isBaseUrl(url)).toBe(true));

  it.each([
    '',
    'a.example',
    'http://a.example',
    'ws://10.0.0.1/',
    'http://127.0.0.1.evil.example/',
    'http://localhost.evil.example',
    'http://0.0.0.0/',
    'https://user@a.example',
    'https://user:pass@a.example',
    'https://a.example/?key=1',
    'https://a.example/#x',
    'ftp://a.example',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/plain,x',
  ])('may not be %s', (url) => expect(isBaseUrl(url)).toBe(false));
});

describe('names', () => {
  it.each(['default', 'a', 'work-2', 'x_y', '0', 'x'.repeat(64), 'constructor'])(
    'an account may be called %s',
    (id) => expect(ACCOUNT_ID.test(id)).toBe(true),
  );
  it.each(['', 'A', '-a', '_a', '.', '..', 'a/b', 'a b', 'a.b', 'ä', 'a\n', '__proto__', 'x'.repeat(65)])(
    'but not %j',
    (id) => expect(ACCOUNT_ID.test(id)).toBe(false),
  );

  it('of secrets in the vault are all different, and lead back from every virtual key', () => {
    const names = new Set<string>();
    for (const { id } of CHANNEL_KINDS) {
      for (const key of secretKeys(id)) {
        for (const account of ['default', 'work', key]) {
          const name = vaultNameOf(id, account, key);
          expect(names.has(name), name).toBe(false);
          names.add(name);
          expect(vaultName(['channels', id, 'accounts', account, key])).toBe(name);
        }
        expect(vaultName(['channels', id, key])).toBe(vaultNameOf(id, 'default', key));
      }
    }
    expect(vaultName(['channels', 'slack', 'name'])).toBeUndefined();
    expect(vaultName(['channels', 'telex', 'token'])).toBeUndefined();
    expect(vaultName(['channels', 'slack', 'accounts', 'a', 'b', 'botToken'])).toBeUndefined();
    expect(vaultName(['gateway', 'auth', 'token'])).toBeUndefined();
  });

  it('of virtual keys are found wherever a document has an account', () => {
    const document = { channels: { slack: { accounts: { work: {} } }, telex: {}, feishu: 'x' } };
    expect(channelSecretPaths(document).map((path) => path.join('.'))).toEqual([
      'channels.slack.appToken',
      'channels.slack.botToken',
      'channels.slack.accounts.work.appToken',
      'channels.slack.accounts.work.botToken',
      'channels.feishu.appSecret',
    ]);
    for (const odd of [
      undefined,
      null,
      [],
      'x',
      { channels: [] },
      { channels: { slack: { accounts: [{}] } } },
    ]) {
      expect(channelSecretPaths(odd).every((path) => path.length === 3)).toBe(true);
    }
  });
});

it('the JSON schema has every channel with its fields, and each secret once in each place', () => {
  const channels = settingsJsonSchema().properties?.channels?.properties ?? {};
  expect(Object.keys(channels)).toEqual(CHANNEL_KINDS.map(({ id }) => id));
  for (const { id, fields } of CHANNEL_KINDS) {
    const account = channels[id]?.properties?.accounts?.additionalProperties;
    for (const { key } of fields) {
      expect(channels[id]?.properties, `${id}.${key}`).toHaveProperty(key);
      expect(account).toMatchObject({ properties: { [key]: expect.anything() } });
    }
    for (const key of secretKeys(id)) {
      expect(channels[id]?.properties?.[key]).toMatchObject({ type: 'string', maxLength: 1_024 });
    }
  }
});
