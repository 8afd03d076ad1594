// Secrets of channels that somebody wrote into settings.json before the start: into the vault and out of the file, or
// named and left alone. The vendors are addresses on loopback where nobody listens.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHeadless } from '../../electron/headless';

const NOBODY = 'http://127.0.0.1:9';
const SECRET = 'Zk3vQ9xW7mB2nR5tY8uE1oP4sD6fG0hJ';
const SLACK = { appToken: 'xapp-1-by-hand', botToken: 'xoxb-1-by-hand', endpoints: { api: NOBODY } };

async function homeWith(settings: unknown): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'gatehouse-adopt-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await writeFile(path.join(home, 'settings.json'), JSON.stringify(settings));
  return home;
}

async function started(home: string) {
  const headless = await startHeadless({ home, env: {}, version: '0.0.0-test', port: 0 });
  if (!headless.ok) throw new Error(headless.error.detail);
  onTestFinished(() => headless.value.stop());
  return headless.value;
}

const read = (home: string, file: string) => JSON.parse(readFileSync(path.join(home, file), 'utf8'));
const channelsIn = (home: string) => read(home, 'settings.json').channels;
const namesIn = (home: string) =>
  read(home, 'channels/secrets.json').data.secrets.map(({ name }: { name: string }) => name);

describe('secrets of channels in settings.json', () => {
  it('of every place and key are taken over before the channels start, and are gone from the file', async () => {
    const home = await homeWith({
      channels: {
        feishu: { appId: 'cli_1', appSecret: 'feishu-1', endpoints: { api: NOBODY } },
        slack: {
          ...SLACK,
          accounts: { work: { appToken: 'xapp-2', botToken: 'xoxb-2', endpoints: { api: NOBODY } } },
        },
        webhook: { secret: SECRET },
      },
    });
    const { core, warnings } = await started(home);
    expect(warnings).toEqual([]);
    expect(namesIn(home).sort()).toEqual([
      'feishu/default/appSecret',
      'slack/default/appToken',
      'slack/default/botToken',
      'slack/work/appToken',
      'slack/work/botToken',
      'webhook/default',
    ]);
    const shown = core.channels
      .statuses()
      .map(({ channel, accountId, configured }) => [channel, accountId, configured]);
    expect(shown).toEqual([
      ['feishu', 'default', true],
      ['slack', 'default', true],
      ['slack', 'work', true],
      ['webhook', 'default', true],
    ]);
    const endpoints = { api: NOBODY };
    expect(channelsIn(home)).toEqual({
      feishu: { appId: 'cli_1', endpoints },
      slack: { endpoints, accounts: { work: { endpoints } } },
      webhook: {},
    });
  });

  it.each([
    [
      'a redactor’s mark',
      { slack: { ...SLACK, botToken: '[secret]' } },
      'channels.slack.botToken',
      'redaction',
    ],
    [
      'one text at two doors',
      { slack: { ...SLACK, botToken: SLACK.appToken } },
      'channels.slack.botToken',
      'must differ from every other secret',
    ],
    ['a weak secret of our own', { webhook: { secret: 'short' } }, 'channels.webhook.secret', 'too-short'],
    [
      'a reference to somewhere else',
      { slack: { ...SLACK, botToken: { source: 'env', id: 'TOKEN' } } },
      'channels.slack.botToken',
      'must be the secret itself',
    ],
    [
      'an account that cannot be named so',
      { slack: { accounts: { 'a.b': { botToken: 'xoxb-9', endpoints: { api: NOBODY } } } } },
      'channels.slack.accounts.a.b',
      'channels.slack.accounts',
    ],
  ])('%s is named and stays in the file', async (_what, channels, field, why) => {
    const home = await homeWith({ channels });
    const { warnings } = await started(home);
    expect(warnings.join('\n')).toContain(field);
    expect(warnings.join('\n')).toContain(why);
    expect(warnings.join('\n')).not.toMatch(/by-hand|xoxb-9/);
    const keys = (value: unknown): unknown => JSON.stringify(value).match(/"(?:botToken|secret)"/g)?.length;
    expect(keys(channelsIn(home))).toBe(1);
  });

  it('SEC-45: the gateway’s own token is no channel’s secret, whether it stands beside or was there before', async () => {
    const both = await homeWith({
      gateway: { auth: { token: SECRET } },
      channels: { webhook: { secret: SECRET } },
    });
    expect((await started(both)).warnings.join()).toContain('channels.webhook.secret');
    expect(channelsIn(both)).toEqual({ webhook: { secret: SECRET } });

    const home = await homeWith({ gateway: { auth: { token: SECRET } } });
    await (await started(home)).stop();
    await writeFile(
      path.join(home, 'settings.json'),
      JSON.stringify({ channels: { webhook: { secret: SECRET } } }),
    );
    const { core, warnings } = await started(home);
    expect(warnings.join()).toContain('must differ from every other secret');
    expect(core.channels.statuses()).toMatchObject([{ channel: 'webhook', configured: false }]);
    expect(namesIn(home)).toEqual([]);
    expect(channelsIn(home)).toEqual({ webhook: { secret: SECRET } });
  });

  it('SEC-45: what signs cron’s webhooks opens no channel', async () => {
    const home = await homeWith({});
    const first = await started(home);
    const signing = await first.core.cron.signingSecret();
    const secret = signing.ok ? signing.value.expose() : '';
    await first.stop();
    await writeFile(path.join(home, 'settings.json'), JSON.stringify({ channels: { webhook: { secret } } }));
    const { warnings } = await started(home);
    expect(warnings.join()).toContain('must differ from every other secret');
    expect(warnings.join()).not.toContain(secret);
    expect(namesIn(home)).toEqual(['cron/webhook']);
  });

  it('that were kept at an earlier start open no second door either', async () => {
    const home = await homeWith({ channels: { slack: SLACK } });
    await (await started(home)).stop();
    const again = { ...channelsIn(home), discord: { token: SLACK.botToken, endpoints: { api: NOBODY } } };
    await writeFile(path.join(home, 'settings.json'), JSON.stringify({ channels: again }));
    expect((await started(home)).warnings.join()).toContain('must differ from every other secret');
    expect(channelsIn(home).discord.token).toBe(SLACK.botToken);
  });
});
