// What a login by QR code is given of settings and vault, and what becomes of one that cannot be kept.

import { describe, expect, it } from 'vitest';
import { buildLogins } from '../../../electron/core/channels/build-logins';
import type { ChannelAdapter, LoginContext } from '../../../electron/core/channels/channel-adapter';
import { SystemNet } from '../../../electron/core/channels/net/system-net';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { err, ok, type Result } from '../../../electron/core/lib/result';
import { Secret } from '../../../electron/core/lib/secret';
import { countingRandom, MemorySettings, MemoryVault } from '../../helpers/channel-doubles';
import { FakeClock } from '../../helpers/fake-clock';

const WEIXIN = 'openclaw-weixin';

function started(
  settings: unknown,
  secrets: Readonly<Record<string, string>> = {},
  linked: Result<object, { code: 'storage_full'; message: string }> = ok({}),
) {
  const clock = new FakeClock();
  const contexts: LoginContext[] = [];
  const links: unknown[] = [];
  const adapter = {
    meta: { id: WEIXIN },
    login: async (context: LoginContext) => {
      contexts.push(context);
      return ok({
        qrText: 'qr',
        expiresAt: 1,
        next: async () => ({
          state: 'connected' as const,
          accountId: 'bot-1',
          secrets: { token: new Secret('t') },
          stored: {},
        }),
      });
    },
  } as unknown as ChannelAdapter;
  const logins = buildLogins({
    adapters: [adapter],
    settings: new MemorySettings({ channels: { [WEIXIN]: settings } }),
    vault: new MemoryVault(secrets),
    editor: {
      link: async (channel, accountId) => {
        links.push([channel, accountId]);
        return linked;
      },
    },
    clock,
    random: countingRandom(),
    logger: silentLogger,
    net: new SystemNet({ clock, resolveProxy: async () => undefined, vendorDomains: [] }),
  });
  return { logins, contexts, links };
}

describe('a login', () => {
  it('goes to the addresses of its channel, or to those of its account', async () => {
    const api = (host: string) => ({ endpoints: { login: `https://${host}` } });
    const { logins, contexts } = started({
      ...api('all.example'),
      accounts: { me: api('mine.example'), other: {} },
    });
    for (const accountId of ['me', 'other', 'new'])
      await logins.start({ channel: WEIXIN, accountId, force: true });
    await logins.start({ channel: WEIXIN, force: true });
    expect(contexts.map(({ endpoints }) => endpoints.login)).toEqual([
      'https://mine.example',
      'https://all.example',
      'https://all.example',
      'https://all.example',
    ]);
    logins.stop();
  });

  it('tells the vendor at most ten tokens that are here, the newest first', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `a${n}`);
    const accounts = Object.fromEntries(names.map((name) => [name, {}]));
    const secrets = Object.fromEntries(names.map((name) => [`${WEIXIN}/${name}/token`, `t-${name}`]));
    const { logins, contexts } = started({ accounts }, { ...secrets, 'slack/default/botToken': 'xoxb' });
    await logins.start({ channel: WEIXIN });
    expect(contexts[0]?.knownSecrets.map((secret) => secret.expose())).toEqual(
      names
        .slice(2)
        .reverse()
        .map((name) => `t-${name}`),
    );
    logins.stop();
  });

  it('becomes the account that was asked for, or the one that the vendor names', async () => {
    for (const [accountId, expected] of [
      ['me', 'me'],
      [undefined, 'bot-1'],
    ] as const) {
      const { logins, links } = started({});
      const begun = await logins.start({
        channel: WEIXIN,
        ...(accountId === undefined ? {} : { accountId }),
      });
      if (!begun.ok) throw new Error(begun.error.message);
      const { sessionKey } = begun.value;
      expect(await logins.wait({ sessionKey, timeoutMs: 1_000 })).toEqual({
        state: 'connected',
        accountId: expected,
      });
      expect(links).toEqual([[WEIXIN, expected]]);
    }
  });

  it('that cannot be kept says why', async () => {
    const { logins } = started({}, {}, err({ code: 'storage_full', message: 'no room' }));
    const begun = await logins.start({ channel: WEIXIN });
    if (!begun.ok) throw new Error(begun.error.message);
    expect(await logins.wait({ sessionKey: begun.value.sessionKey, timeoutMs: 1_000 })).toMatchObject({
      state: 'failed',
      failure: { class: 'config', code: 'storage_full', message: 'the login was not kept: no room' },
    });
  });
});
