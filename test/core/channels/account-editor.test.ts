// Adding, changing, logging out and removing accounts: nothing is written before it was judged, nothing is half
// written, no secret comes back, and no account is touched but the one that is meant.

import { describe, expect, it } from 'vitest';
import { accountConfig } from '../../../electron/core/channels/account-config';
import type { AccountDraft } from '../../../electron/core/channels/account-draft';
import { AccountEditor } from '../../../electron/core/channels/account-editor';
import type {
  ChannelAdapter,
  EpochEnd,
  LoginStep,
  ProbeContext,
  ProbeOutcome,
  ResolvedAccount,
  TransportPolicy,
} from '../../../electron/core/channels/channel-adapter';
import { SystemNet } from '../../../electron/core/channels/net/system-net';
import { err } from '../../../electron/core/lib/result';
import { Secret } from '../../../electron/core/lib/secret';
import { channelKind } from '../../../shared/model/channel-kinds';
import { countingRandom, MemoryStore, MemoryVault, managerHarness } from '../../helpers/channel-doubles';
import { settle } from '../../helpers/fake-clock';

const NO_SPACE = err({ code: 'storage_full', detail: 'no room' } as const);

/** A channel of the table whose vendor is the test. */
class TestAdapter implements ChannelAdapter {
  readonly meta;
  policy: TransportPolicy = { direction: 'outbound', readyTimeoutMs: 30_000 };
  readonly config;
  readonly runs: ResolvedAccount[] = [];
  readonly checked: ResolvedAccount[] = [];
  readonly goodbyes: ResolvedAccount[] = [];
  outcome: ProbeOutcome | 'hangs' | 'throws' = { ok: true, identity: { id: 'b1', name: 'Bot' } };
  goodbye: 'answers' | 'hangs' | 'rejects' = 'answers';

  constructor(id: string) {
    const kind = channelKind(id);
    if (kind === undefined) throw new Error(id);
    this.meta = { id, label: kind.label, detailLabel: id, systemImage: 'bolt', order: 1 };
    this.config = accountConfig(kind);
  }

  run(account: ResolvedAccount, { signal }: { readonly signal: AbortSignal }): Promise<EpochEnd> {
    this.runs.push(account);
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true });
    });
  }

  check(account: ResolvedAccount, { signal }: ProbeContext): Promise<ProbeOutcome> {
    this.checked.push(account);
    const { outcome } = this;
    if (outcome === 'throws') throw new Error('bug');
    if (outcome !== 'hangs') return Promise.resolve(outcome);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  }

  async logout(account: ResolvedAccount): Promise<void> {
    this.goodbyes.push(account);
    if (this.goodbye === 'rejects') throw new Error('vendor is down');
    if (this.goodbye === 'hangs') await new Promise(() => undefined);
  }
}

async function started(
  channels: unknown = {},
  secrets: Readonly<Record<string, string>> = {},
  ids: readonly string[] = ['feishu', 'slack', 'openclaw-weixin', 'webhook'],
) {
  const adapters = ids.map((id) => new TestAdapter(id));
  const harness = managerHarness(adapters, { settings: { channels }, vault: new MemoryVault(secrets) });
  const stores = new Map<string, MemoryStore>();
  const { clock, settings, vault, logger, redactor, manager } = harness;
  const editor = new AccountEditor({
    ...{ adapters, manager, settings, vault, clock, logger, redactor },
    random: countingRandom(),
    net: new SystemNet({ clock, resolveProxy: async () => undefined, vendorDomains: [] }),
    openStore: (channel, accountId) => {
      const store = new MemoryStore();
      stores.set(`${channel}/${accountId}`, store);
      return store;
    },
    isGatewayCredential: (text) => text === 'the-gateway-token',
  });
  await manager.start();
  await settle();
  const adapter = (id: string) => adapters.find(({ meta }) => meta.id === id) as TestAdapter;
  return {
    ...harness,
    editor,
    adapter,
    stores,
    feishu: adapter('feishu'),
    secret: (name: string) => vault.get(name)?.expose(),
    channels: () => settings.get().channels as Readonly<Record<string, unknown>>,
    ids: () => manager.statuses().map(({ channel, accountId }) => `${channel}/${accountId}`),
  };
}

const draft = (
  change: Partial<Omit<AccountDraft, 'secrets'>> & { secrets?: Record<string, string> } = {},
): AccountDraft => {
  const { secrets = { appSecret: 'feishu-secret' }, ...rest } = change;
  return {
    channel: 'feishu',
    accountId: 'default',
    create: true,
    values: { appId: 'cli_1' },
    ...rest,
    secrets: Object.fromEntries(Object.entries(secrets).map(([key, text]) => [key, new Secret(text)])),
  };
};
const CHECKED = { unchecked: false };
const UNCHECKED = { unchecked: true };

describe('saving an account', () => {
  it('asks the vendor, writes settings and vault, and starts it', async () => {
    const { editor, feishu, secret, channels, status } = await started();
    expect(await editor.save(draft({ name: 'Main' }), CHECKED)).toEqual({
      ok: true,
      value: { identity: { id: 'b1', name: 'Bot' } },
    });
    expect(channels().feishu).toMatchObject({ name: 'Main', appId: 'cli_1', enabled: true, accounts: {} });
    expect(secret('feishu/default/appSecret')).toBe('feishu-secret');
    expect(feishu.checked).toHaveLength(1);
    await settle();
    expect(feishu.runs).toHaveLength(1);
    expect(status('default', 'feishu').phase).toBe('starting');
  });

  it('that the vendor refuses writes nothing and says what, where and how to mend it', async () => {
    const { editor, feishu, secret, channels, ids, logger } = await started();
    feishu.outcome = {
      ok: false,
      error: 'the secret feishu-secret is wrong\u202e',
      field: 'appSecret',
      fix: 'Copy it again',
      class: 'auth',
    };
    expect(await editor.save(draft(), CHECKED)).toEqual({
      ok: false,
      error: {
        code: 'rejected',
        message: 'the secret [secret] is wrong',
        field: 'appSecret',
        fix: 'Copy it again',
        class: 'auth',
      },
    });
    expect([channels().feishu, secret('feishu/default/appSecret'), ids()]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    expect(logger.text()).not.toContain('feishu-secret');
  });

  it('is possible without the vendor when somebody insists', async () => {
    const { editor, feishu, ids } = await started();
    feishu.outcome = { ok: false, error: 'unreachable', class: 'network' };
    expect(await editor.save(draft(), UNCHECKED)).toMatchObject({ ok: true });
    expect(feishu.checked).toEqual([]);
    expect(ids()).toEqual(['feishu/default']);
  });

  it.each([
    ['hangs', /no answer within 20000 ms/],
    ['throws', /bug/],
  ] as const)('whose check %s ends in a refusal', async (outcome, words) => {
    const { editor, feishu, clock, ids } = await started();
    feishu.outcome = outcome;
    const saved = editor.save(draft(), CHECKED);
    await settle();
    clock.advance(20_000);
    expect(await saved).toMatchObject({
      ok: false,
      error: { code: 'rejected', message: expect.stringMatching(words) },
    });
    expect(ids()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    [{ channel: 'telex' }, 'unknown_channel', undefined],
    [{ channel: 'constructor' }, 'unknown_channel', undefined],
    [{ accountId: 'No Good' }, 'invalid', 'accountId'],
    [{ accountId: '' }, 'invalid', 'accountId'],
    [{ name: 'x'.repeat(81) }, 'invalid', 'name'],
    [{ values: {} }, 'invalid', 'appId'],
    [{ values: { appId: 'a', domain: 'elsewhere' } }, 'invalid', 'domain'],
    [{ values: { appId: 'a', endpoints: 'x' } }, 'invalid', 'endpoints'],
    [{ values: { appId: 'a', appSecret: 'in the open' } }, 'invalid', 'appSecret'],
    [{ secrets: {} }, 'invalid', 'appSecret'],
    [{ secrets: { appSecret: '' } }, 'invalid', 'appSecret'],
    [{ secrets: { appSecret: 's', appId: 'in the vault' } }, 'invalid', 'appId'],
    [{ secrets: { appSecret: 's', other: 'x' } }, 'invalid', 'other'],
    [{ secrets: { appSecret: 'the-gateway-token' } }, 'in_use', 'appSecret'],
    [{ secrets: { appSecret: 'xoxb-taken' } }, 'in_use', 'appSecret'],
    [{ create: false }, 'unknown_account', undefined],
    [
      { channel: 'slack', values: {}, secrets: { appToken: 'xapp-1', botToken: 'xapp-2' } },
      'account_exists',
      'accountId',
    ],
    [
      { channel: 'slack', accountId: 'two', values: {}, secrets: { appToken: 'xapp-1', botToken: 'xapp-2' } },
      'invalid',
      'botToken',
    ],
    [
      {
        channel: 'slack',
        accountId: 'two',
        values: {},
        secrets: { appToken: 'xapp-1', botToken: 'xoxb-2\u200b' },
      },
      'invalid',
      'botToken',
    ],
  ] as const)('%j is refused as %s at %s before anybody is asked', async (change, code, field) => {
    const before = { 'slack/default/appToken': 'xapp-taken', 'slack/default/botToken': 'xoxb-taken' };
    const world = await started({ slack: {} }, before);
    const refused = await world.editor.save(draft(change as never), CHECKED);
    expect(refused).toMatchObject({ ok: false, error: { code } });
    expect(refused.ok ? '' : refused.error.field).toBe(field);
    expect(world.feishu.checked).toEqual([]);
    expect(world.channels()).toEqual({ slack: { enabled: true, accounts: {} } });
    expect([...world.vault.secrets.keys()]).toEqual(Object.keys(before));
  });

  it('keeps a secret that was not typed again, and takes back an optional value that was emptied', async () => {
    const { editor, channels, secret, feishu } = await started(
      { feishu: { appId: 'cli_1', domain: 'lark' } },
      { 'feishu/default/appSecret': 'old' },
    );
    const change = draft({ create: false, values: { appId: 'cli_2', domain: '' }, secrets: {} });
    expect(await editor.save(change, CHECKED)).toMatchObject({ ok: true });
    expect(channels().feishu).toEqual({ enabled: true, appId: 'cli_2', accounts: {} });
    expect(secret('feishu/default/appSecret')).toBe('old');
    expect(feishu.checked[0]?.secrets.map((each) => each.expose())).toEqual(['old']);
  });

  it('changes only what was changed: what a file has got meanwhile stays', async () => {
    const { editor, channels, settings, feishu } = await started(
      { feishu: { appId: 'cli_1', domain: 'lark', name: 'Old' } },
      { 'feishu/default/appSecret': 'old' },
    );
    settings.replace({ channels: { feishu: { appId: 'cli_by_hand', domain: 'feishu', name: 'By hand' } } });
    const renamed = draft({ create: false, name: 'New', values: {}, secrets: {} });
    expect(await editor.save(renamed, UNCHECKED)).toMatchObject({ ok: true });
    const byHand = { enabled: true, appId: 'cli_by_hand', domain: 'feishu', accounts: {} };
    expect(channels().feishu).toEqual({ ...byHand, name: 'New' });
    const newSecret = draft({ create: false, values: {}, secrets: { appSecret: 'new' } });
    expect(await editor.save(newSecret, CHECKED)).toMatchObject({ ok: true });
    expect(feishu.checked).toMatchObject([{ values: { appId: 'cli_by_hand', domain: 'feishu' } }]);
    expect(channels().feishu).toEqual({ ...byHand, name: 'New' });
  });

  it.each(['stopped', 'asked again'] as const)(
    'leaves the vendor alone when the check is %s, and the account goes on at once',
    async (how) => {
      const { editor, feishu, clock, secret } = await started(
        { feishu: { appId: 'a' } },
        { 'feishu/default/appSecret': 'old' },
      );
      const timers = clock.pendingTimers;
      feishu.policy = { ...feishu.policy, oneConnection: true };
      feishu.outcome = 'hangs';
      const change = draft({ create: false, secrets: { appSecret: 'new' } });
      const first = editor.save(change, CHECKED);
      await settle();
      expect([feishu.checked.length, feishu.runs.length]).toEqual([1, 1]);
      feishu.outcome = { ok: true };
      if (how === 'stopped') editor.stopCheck('feishu', 'default');
      else expect(await editor.check(change)).toMatchObject({ ok: true });
      expect(await first).toMatchObject({ error: { code: 'stopped' } });
      await settle();
      expect(feishu.runs).toHaveLength(2);
      expect(secret('feishu/default/appSecret')).toBe('old');
      expect(clock.pendingTimers).toBe(timers);
      // There is none any more, and never was one of this.
      editor.stopCheck('feishu', 'default');
      editor.stopCheck('slack', 'constructor');
    },
  );

  it('leaves nothing behind when the settings cannot be written', async () => {
    const { editor, settings, secret, ids } = await started(
      { feishu: { appId: 'cli_1' } },
      { 'feishu/default/appSecret': 'old' },
    );
    settings.failWith = { code: 'storage_full', detail: 'no room' };
    const change = draft({ create: false, secrets: { appSecret: 'new' } });
    expect(await editor.save(change, UNCHECKED)).toMatchObject({ error: { code: 'storage_full' } });
    expect(secret('feishu/default/appSecret')).toBe('old');
    expect(await editor.save(draft({ accountId: 'two' }), UNCHECKED)).toMatchObject({ ok: false });
    expect(secret('feishu/two/appSecret')).toBeUndefined();
    expect(ids()).toEqual(['feishu/default']);
  });

  it('leaves nothing behind when the second of two secrets cannot be kept', async () => {
    const { editor, vault, secret, channels } = await started();
    const { set } = vault;
    vault.set = async (name, value) => (name.endsWith('botToken') ? NO_SPACE : set.call(vault, name, value));
    const two = draft({ channel: 'slack', values: {}, secrets: { appToken: 'xapp-1', botToken: 'xoxb-1' } });
    expect(await editor.save(two, UNCHECKED)).toMatchObject({
      error: { code: 'storage_full', message: 'no room' },
    });
    expect([secret('slack/default/appToken'), channels().slack]).toEqual([undefined, undefined]);
  });

  it('starts again an account that was stopped by hand', async () => {
    const { editor, manager, feishu } = await started(
      { feishu: { appId: 'a' } },
      { 'feishu/default/appSecret': 's' },
    );
    await manager.stopAccount('feishu', 'default');
    expect(feishu.runs).toHaveLength(1);
    await editor.save(draft({ create: false, values: { appId: 'b' }, secrets: {} }), UNCHECKED);
    await settle();
    expect(feishu.runs).toHaveLength(2);
  });
});

describe('an account beside others', () => {
  const two = { feishu: { appId: 'd', domain: 'lark', accounts: { work: { name: 'Work' } } } };
  const secrets = { 'feishu/default/appSecret': 's-d', 'feishu/work/appSecret': 's-w' };
  const valuesOf = (world: Awaited<ReturnType<typeof started>>, accountId: string) =>
    (world.feishu.config.resolve(world.settings.get(), accountId, world.vault) as { values: object }).values;

  it('is added without changing them, also when it is the default one', async () => {
    const world = await started(
      { feishu: { accounts: { work: { appId: 'w' } } } },
      { 'feishu/work/appSecret': 's-w' },
    );
    await settle();
    const before = world.feishu.runs.length;
    const added = draft({ values: { appId: 'd', domain: 'lark' }, name: 'Main' });
    expect(await world.editor.save(added, UNCHECKED)).toMatchObject({ ok: true });
    await settle();
    expect(valuesOf(world, 'work')).toEqual({ appId: 'w' });
    expect(valuesOf(world, 'default')).toEqual({ appId: 'd', domain: 'lark' });
    expect(world.feishu.runs.slice(before).map(({ accountId }) => accountId)).toEqual(['default']);
  });

  it('is changed without changing them', async () => {
    const world = await started(two, secrets);
    const change = draft({ create: false, values: { appId: 'd2', domain: 'feishu' }, secrets: {} });
    expect(await world.editor.save(change, UNCHECKED)).toMatchObject({ ok: true });
    expect(valuesOf(world, 'work')).toEqual({ appId: 'd', domain: 'lark' });
    expect(valuesOf(world, 'default')).toEqual({ appId: 'd2', domain: 'feishu' });
  });

  it('shows in its form what it inherits, so that saving it unchanged changes nothing', async () => {
    const world = await started(two, secrets);
    const form = world.editor.form('feishu', 'work');
    expect(form).toEqual({
      ok: true,
      value: { name: 'Work', values: { appId: 'd', domain: 'lark' }, storedSecrets: ['appSecret'] },
    });
    const values = form.ok ? form.value.values : {};
    const same = draft({ create: false, accountId: 'work', values, secrets: {} });
    expect(await world.editor.save(same, UNCHECKED)).toMatchObject({ ok: true });
    expect(valuesOf(world, 'work')).toEqual({ appId: 'd', domain: 'lark' });
    await world.manager.setEnabled('feishu', 'default', false);
    expect(world.editor.form('feishu', 'default')).toMatchObject({
      value: { values: { appId: 'd', domain: 'lark' } },
    });
  });

  it('is removed without changing them, wherever it stood', async () => {
    for (const stood of ['at the top', 'nested'] as const) {
      const world = await started(two, secrets);
      if (stood === 'nested') await world.manager.setEnabled('feishu', 'default', false);
      expect(await world.editor.remove('feishu', 'default')).toEqual({ ok: true, value: undefined });
      expect(world.ids(), stood).toEqual(['feishu/work']);
      expect(valuesOf(world, 'work'), stood).toEqual({ appId: 'd', domain: 'lark' });
      expect(world.secret('feishu/default/appSecret')).toBeUndefined();
      expect(world.secret('feishu/work/appSecret')).toBe('s-w');
    }
  });

  it('is removed and leaves the default one', async () => {
    const world = await started(two, secrets);
    await world.editor.remove('feishu', 'work');
    expect(world.channels().feishu).toEqual({ enabled: true, appId: 'd', domain: 'lark', accounts: {} });
    expect(world.ids()).toEqual(['feishu/default']);
    await world.editor.remove('feishu', 'default');
    expect(world.channels()).toEqual({});
    expect(world.ids()).toEqual([]);
  });

  it('may be called like something that every object has', async () => {
    const world = await started(two, secrets);
    expect(world.editor.form('feishu', 'constructor')).toMatchObject({ error: { code: 'unknown_account' } });
    expect(await world.editor.save(draft({ accountId: 'constructor' }), UNCHECKED)).toMatchObject({
      ok: true,
    });
    expect(world.ids()).toContain('feishu/constructor');
    expect(await world.editor.remove('feishu', 'constructor')).toMatchObject({ ok: true });
    expect(world.ids()).not.toContain('feishu/constructor');
  });
});

describe('the form of an account', () => {
  it('names the secrets that there are and holds none', async () => {
    const { editor } = await started({ slack: { name: 'S' } }, { 'slack/default/botToken': 'xoxb-canary' });
    const form = editor.form('slack', 'default');
    expect(form).toEqual({ ok: true, value: { name: 'S', values: {}, storedSecrets: ['botToken'] } });
    expect(editor.form('telex', 'default')).toMatchObject({ error: { code: 'unknown_channel' } });
    expect(editor.form('slack', 'gone')).toMatchObject({ error: { code: 'unknown_account' } });
  });
});

describe('logging out', () => {
  const set = [{ feishu: { appId: 'a' } }, { 'feishu/default/appSecret': 's' }] as const;

  it.each(['answers', 'hangs', 'rejects'] as const)(
    'when the vendor %s, forgets the credential all the same',
    async (goodbye) => {
      const { editor, feishu, secret, status, clock, channels } = await started(...set);
      feishu.goodbye = goodbye;
      const left = editor.logout('feishu', 'default');
      await settle();
      clock.advance(2_000);
      expect(await left).toEqual({ ok: true, value: { cleared: true } });
      expect(feishu.goodbyes.map(({ secrets }) => secrets[0]?.expose())).toEqual(['s']);
      expect(secret('feishu/default/appSecret')).toBeUndefined();
      expect(status('default', 'feishu')).toMatchObject({ phase: 'unconfigured', configured: false });
      expect(channels().feishu).toMatchObject({ appId: 'a' });
      expect(await editor.logout('feishu', 'default')).toEqual({ ok: true, value: { cleared: false } });
    },
  );

  it('empties the account’s store', async () => {
    const { editor, manager } = await started(...set);
    const store = manager.supervisorOf('feishu', 'default')?.store;
    store?.set('cursor', 7);
    await editor.logout('feishu', 'default');
    expect(store?.get('cursor')).toBeUndefined();
  });

  it('of which the vault keeps the credential says so, and the account goes on', async () => {
    const { editor, vault, status, feishu } = await started(...set);
    vault.delete = async () => NO_SPACE;
    expect(await editor.logout('feishu', 'default')).toMatchObject({
      ok: false,
      error: { code: 'storage_full', message: 'no room' },
    });
    await settle();
    expect(status('default', 'feishu').phase).toBe('starting');
    expect(feishu.runs).toHaveLength(2);
  });

  it('of an account that there is not is refused', async () => {
    const { editor } = await started(...set);
    expect(await editor.logout('feishu', 'gone')).toMatchObject({ error: { code: 'unknown_account' } });
    expect(await editor.logout('telex', 'default')).toMatchObject({ ok: false });
    expect(await editor.remove('feishu', 'gone')).toMatchObject({ error: { code: 'unknown_account' } });
  });
});

describe('a login', () => {
  const WEIXIN = 'openclaw-weixin';
  const step = (change: object = {}): Extract<LoginStep, { state: 'connected' }> => ({
    state: 'connected',
    accountId: 'bot-1',
    secrets: { token: new Secret('weixin-token') },
    stored: { userId: 'u1', baseUrl: 'https://a.example' },
    identity: { id: 'bot-1', name: 'Me\u202e' },
    ...change,
  });

  it('makes an account of it, with what the vendor told in its store', async () => {
    const { editor, secret, channels, stores, ids } = await started();
    expect(await editor.link(WEIXIN, 'me', step())).toMatchObject({ ok: true });
    expect(secret(`${WEIXIN}/me/token`)).toBe('weixin-token');
    expect(channels()[WEIXIN]).toMatchObject({ accounts: { me: { enabled: true, name: 'Me' } } });
    expect(Object.fromEntries(stores.get(`${WEIXIN}/me`)?.values ?? [])).toEqual(step().stored);
    expect(ids()).toEqual([`${WEIXIN}/me`]);
  });

  it('again replaces the credential and empties the store, and keeps the name that somebody gave', async () => {
    const { editor, secret, channels, manager, adapter } = await started(
      { [WEIXIN]: { accounts: { me: { name: 'Phone' } } } },
      { [`${WEIXIN}/me/token`]: 'old-token' },
    );
    const store = manager.supervisorOf(WEIXIN, 'me')?.store;
    store?.set('cursor', 'old');
    await editor.link(WEIXIN, 'me', step());
    await settle();
    expect(secret(`${WEIXIN}/me/token`)).toBe('weixin-token');
    expect(channels()[WEIXIN]).toMatchObject({ accounts: { me: { name: 'Phone' } } });
    expect([store?.get('cursor'), store?.get('userId')]).toEqual([undefined, 'u1']);
    expect(
      adapter(WEIXIN)
        .runs.at(-1)
        ?.secrets.map((each) => each.expose()),
    ).toEqual(['weixin-token']);
  });

  it('that cannot be kept leaves the account running as it was', async () => {
    const { editor, vault, secret, adapter } = await started(
      { [WEIXIN]: { accounts: { me: {} } } },
      { [`${WEIXIN}/me/token`]: 'old-token' },
    );
    vault.failWith = { code: 'storage_full', detail: 'no room' };
    expect(await editor.link(WEIXIN, 'me', step())).toMatchObject({ error: { code: 'storage_full' } });
    await settle();
    expect(secret(`${WEIXIN}/me/token`)).toBe('old-token');
    expect(adapter(WEIXIN).runs).toHaveLength(2);
  });

  it('whose token opens another door, or whose account has no fit name, is not kept', async () => {
    const { editor, ids } = await started();
    const gateway = step({ secrets: { token: new Secret('the-gateway-token') } });
    expect(await editor.link(WEIXIN, 'me', gateway)).toMatchObject({ error: { code: 'in_use' } });
    expect(await editor.link(WEIXIN, '../me', step())).toMatchObject({ error: { code: 'invalid' } });
    expect(ids()).toEqual([]);
  });
});
