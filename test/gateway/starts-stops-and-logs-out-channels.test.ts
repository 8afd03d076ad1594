// channels.start, channels.stop and channels.logout (protocol section 5.2): upstream's params, results and words.

import { describe, expect, it } from 'vitest';
import { startSlackDouble } from '../doubles/slack';
import { startWithChannels } from './channel-core';

const slack = { channel: 'slack' };

async function ready() {
  const double = await startSlackDouble();
  const world = await startWithChannels(double);
  await world.until('slack', ({ phase }) => phase === 'ready');
  return { double, ...world, admin: await world.client(['operator.admin']) };
}

describe('channels.stop and channels.start', () => {
  it('stop an account until it is started again', async () => {
    const { admin, account, until, double } = await ready();
    expect((await admin.request('channels.stop', slack)).payload).toEqual({
      ...slack,
      accountId: 'default',
      stopped: true,
    });
    expect(account('slack')).toMatchObject({ phase: 'stopped', connected: false, enabled: true });
    expect(
      (await admin.request('channels.start', { channel: ' Slack ', accountId: 'default' })).payload,
    ).toEqual({
      ...slack,
      accountId: 'default',
      started: true,
      outcome: { status: 'handed-off' },
    });
    await until('slack', ({ phase }) => phase === 'ready');
    expect(double.links).toBe(1);
  });

  it('leave an account alone that is connected', async () => {
    const { admin, account, double } = await ready();
    const before = { at: account('slack')?.lastStartAt, calls: double.log.length };
    expect((await admin.request('channels.start', slack)).payload.started).toBe(true);
    expect({ at: account('slack')?.lastStartAt, calls: double.log.length }).toEqual(before);
  });

  it('speak to protocol 3 without the outcome', async () => {
    const { client } = await ready();
    const old = await client(['operator.admin'], 3);
    expect((await old.request('channels.start', slack)).payload).toEqual({
      ...slack,
      accountId: 'default',
      started: true,
    });
  });

  it('say why an account is not started', async () => {
    const { admin, core } = await ready();
    await core.channels.setEnabled('slack', 'default', false);
    expect((await admin.request('channels.start', slack)).payload).toEqual({
      ...slack,
      accountId: 'default',
      started: false,
      outcome: { status: 'skipped', reason: 'disabled' },
      statusIssues: [],
    });
    core.settings.update({
      channels: { feishu: { appId: 'cli_1' }, 'openclaw-weixin': { accounts: { a: {} } } },
    });
    expect((await admin.request('channels.start', { channel: 'feishu' })).payload).toMatchObject({
      started: false,
      outcome: { reason: 'unconfigured' },
      statusIssues: [{ kind: 'config', message: expect.stringContaining('appSecret') }],
    });
    expect((await admin.request('channels.start', { channel: 'openclaw-weixin' })).payload).toMatchObject({
      accountId: 'a',
      started: false,
      outcome: { reason: 'unlinked' },
    });
  });
});

describe('channels.logout', () => {
  it('ends the link, forgets the credential and leaves the account there', async () => {
    const { admin, account, core, double } = await ready();
    const left = await admin.request('channels.logout', slack);
    expect(left.payload).toEqual({ ...slack, accountId: 'default', cleared: true, loggedOut: true });
    expect(account('slack')).toMatchObject({
      configured: false,
      phase: 'unconfigured',
      credentialSource: 'none',
    });
    expect(core.settings.get().channels.slack).toMatchObject({ enabled: true });
    expect(double.links).toBe(0);
    expect((await admin.request('channels.logout', slack)).payload).toMatchObject({ cleared: false });
  });
});

describe('all three', () => {
  const METHODS = ['channels.start', 'channels.stop', 'channels.logout'] as const;

  it.each(METHODS)('%s refuses unknown channels and accounts, and wrong params, in words', async (method) => {
    const { admin, account } = await ready();
    const why = async (params: unknown) => {
      const { error } = await admin.request(method, params);
      expect(error?.code).toBe('INVALID_REQUEST');
      return error?.message;
    };
    expect(await why({ channel: 'telex' })).toBe(`invalid ${method} channel`);
    expect(await why({ channel: 'slack', accountId: 'gone\u202e' })).toBe('there is no account slack/gone');
    expect(await why({ channel: 'discord' })).toBe('the channel discord has no account');
    expect(await why({ channel: '__proto__' })).toBe(`invalid ${method} channel`);
    expect(await why({})).toBe(`invalid ${method} params: must have required property 'channel'`);
    expect(await why({ channel: 'slack', all: true })).toContain("unexpected property 'all'");
    expect(account('slack')?.phase).toBe('ready');
  });

  it.each(METHODS)('%s needs the admin scope', async (method) => {
    const { client, account } = await ready();
    const writer = await client(['operator.write']);
    expect((await writer.request(method, slack)).error?.message).toBe('missing scope: operator.admin');
    expect(account('slack')?.phase).toBe('ready');
  });
});
