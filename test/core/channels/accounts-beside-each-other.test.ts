// Accounts of one channel, the default one among them, set up, switched, checked and removed beside each other, also
// where all that tells of an account is its secret, and also when several things happen at once.

import { describe, expect, it } from 'vitest';
import { accountConfig } from '../../../electron/core/channels/account-config';
import type { AccountDraft } from '../../../electron/core/channels/account-draft';
import { AccountEditor } from '../../../electron/core/channels/account-editor';
import type {
  LoginStep,
  ProbeOutcome,
  ResolvedAccount,
} from '../../../electron/core/channels/channel-adapter';
import { SystemNet } from '../../../electron/core/channels/net/system-net';
import { Secret } from '../../../electron/core/lib/secret';
import { channelKind } from '../../../shared/model/channel-kinds';
import {
  countingRandom,
  MemoryStore,
  MemoryVault,
  managerHarness,
  ScriptedAdapter,
  settle,
} from '../../helpers/channel-doubles';

const TOKEN = (letter: string) => `1234567:${letter.repeat(35)}`;

function adapterOf(id: string) {
  const kind = channelKind(id);
  if (kind === undefined) throw new Error(id);
  const adapter = Object.assign(new ScriptedAdapter(id, []), { config: accountConfig(kind) });
  const checked: ResolvedAccount[] = [];
  const steps: (() => Promise<ProbeOutcome>)[] = [];
  const check = (account: ResolvedAccount) => {
    checked.push(account);
    return steps.shift()?.() ?? Promise.resolve<ProbeOutcome>({ ok: true });
  };
  return Object.assign(adapter, { check, checked, steps });
}

async function started(
  channels: unknown,
  secrets: Readonly<Record<string, string>> = {},
  ids: readonly string[] = ['telegram', 'feishu', 'wecom', 'openclaw-weixin'],
) {
  const adapters = ids.map(adapterOf);
  const harness = managerHarness(adapters, { settings: { channels }, vault: new MemoryVault(secrets) });
  const { clock, settings, vault, logger, redactor, manager } = harness;
  const editor = new AccountEditor({
    ...{ adapters, manager, settings, vault, clock, logger, redactor },
    random: countingRandom(),
    net: new SystemNet({ clock, resolveProxy: async () => undefined, vendorDomains: [] }),
    openStore: () => new MemoryStore(),
    isGatewayCredential: () => false,
  });
  await manager.start();
  await settle();
  const adapter = (id: string) => adapters.find(({ meta }) => meta.id === id) as (typeof adapters)[number];
  return {
    ...harness,
    editor,
    adapter,
    ids: () => manager.statuses().map(({ accountId }) => accountId),
    on: (accountId: string, channel: string) => harness.status(accountId, channel).enabled,
    live: (channel: string, accountId: string) =>
      adapter(channel).epochs.filter(
        (epoch) => epoch.account.accountId === accountId && !epoch.context.signal.aborted,
      ).length,
  };
}

const draft = (
  change: Partial<Omit<AccountDraft, 'secrets'>>,
  secrets: Readonly<Record<string, string>> = {},
): AccountDraft => ({
  channel: 'telegram',
  accountId: 'default',
  create: false,
  values: {},
  ...change,
  secrets: Object.fromEntries(Object.entries(secrets).map(([key, text]) => [key, new Secret(text)])),
});
const UNCHECKED = { unchecked: true };
const CHECKED = { unchecked: false };

describe('a default account that only its secret tells of', () => {
  const both = { 'telegram/default/botToken': TOKEN('d'), 'telegram/work/botToken': TOKEN('w') };
  const channels = { telegram: { accounts: { work: {} } } };

  it('has a form, can be changed, and is not made twice', async () => {
    const { editor, vault, ids } = await started(channels, both);
    expect(ids()).toEqual(['default', 'work']);
    expect(editor.form('telegram', 'default')).toEqual({
      ok: true,
      value: { values: {}, storedSecrets: ['botToken'] },
    });
    expect(await editor.save(draft({}, { botToken: TOKEN('n') }), UNCHECKED)).toMatchObject({ ok: true });
    expect(vault.get('telegram/default/botToken')?.expose()).toBe(TOKEN('n'));
    expect(await editor.save(draft({ create: true }, { botToken: TOKEN('x') }), UNCHECKED)).toMatchObject({
      error: { code: 'account_exists' },
    });
    expect(ids()).toEqual(['default', 'work']);
  });

  it('stays when the last account beside it is removed', async () => {
    const { editor, ids, status, vault } = await started(channels, both);
    expect(await editor.remove('telegram', 'work')).toMatchObject({ ok: true });
    await settle();
    expect(ids()).toEqual(['default']);
    expect(status('default', 'telegram')).toMatchObject({ phase: 'starting', configured: true });
    expect(await editor.remove('telegram', 'default')).toMatchObject({ ok: true });
    expect([ids(), [...vault.secrets.keys()]]).toEqual([[], []]);
  });

  it('is removed without the one beside it', async () => {
    const { editor, ids } = await started(channels, both);
    expect(await editor.remove('telegram', 'default')).toMatchObject({ ok: true });
    expect(ids()).toEqual(['work']);
  });
});

describe('a channel that was switched off while it had one account', () => {
  const secrets = { 'telegram/default/botToken': TOKEN('d') };

  it('lets another be added that runs, and keeps the first one off', async () => {
    const { manager, editor, on, status } = await started({ telegram: {} }, secrets);
    await manager.setEnabled('telegram', 'default', false);
    const work = draft({ create: true, accountId: 'work' }, { botToken: TOKEN('w') });
    expect(await editor.save(work, UNCHECKED)).toMatchObject({ ok: true });
    await settle();
    expect([on('default', 'telegram'), on('work', 'telegram')]).toEqual([false, true]);
    expect(status('work', 'telegram').phase).toBe('starting');
    await manager.setEnabled('telegram', 'default', true);
    expect([on('default', 'telegram'), on('work', 'telegram')]).toEqual([true, true]);
    await manager.setEnabled('telegram', 'default', false);
    expect([on('default', 'telegram'), on('work', 'telegram')]).toEqual([false, true]);
  });

  it('by hand, with several accounts, can be switched on one by one', async () => {
    const off = { telegram: { enabled: false, accounts: { one: {}, two: {} } } };
    const { manager, on, ids } = await started(off, secrets);
    expect(ids()).toEqual(['default', 'one', 'two']);
    await manager.setEnabled('telegram', 'two', true);
    expect(ids().map((id) => on(id, 'telegram'))).toEqual([false, false, true]);
    await manager.setEnabled('telegram', 'default', true);
    expect(ids().map((id) => on(id, 'telegram'))).toEqual([true, false, true]);
  });

  it('brings no account into being that is none', async () => {
    const { manager, ids } = await started({ telegram: { enabled: false, accounts: { one: {} } } });
    await manager.setEnabled('telegram', 'one', true);
    expect(ids()).toEqual(['one']);
  });
});

describe('a check before saving', () => {
  it('asks with what will be saved: an optional value that was emptied is gone', async () => {
    const { editor, adapter, settings } = await started(
      { telegram: { apiRoot: 'https://old.example' } },
      { 'telegram/default/botToken': TOKEN('d') },
    );
    expect(await editor.save(draft({ values: { apiRoot: '' } }), CHECKED)).toMatchObject({ ok: true });
    expect(adapter('telegram').checked.map((account) => (account as { values?: object }).values)).toEqual([
      {},
    ]);
    expect(settings.get().channels.telegram).not.toHaveProperty('apiRoot');
  });

  it('that has something to say first is a question; the answer yes saves without asking again', async () => {
    const { editor, adapter, ids } = await started({});
    const note = 'Another program gets its messages from this bot';
    adapter('telegram').steps.push(async () => ({ ok: true, note }));
    const fresh = draft({ create: true }, { botToken: TOKEN('d') });
    expect(await editor.save(fresh, CHECKED)).toEqual({
      ok: false,
      error: { code: 'confirm', message: note },
    });
    expect(ids()).toEqual([]);
    expect(await editor.save(fresh, UNCHECKED)).toMatchObject({ ok: true });
    expect(ids()).toEqual(['default']);
    expect(adapter('telegram').checked).toHaveLength(1);
  });
});

describe('a check that takes the account’s only connection', () => {
  const wecom = { wecom: { botId: 'b', accounts: {} } };
  const secrets = { 'wecom/default': 'wecom-secret' };

  async function checking() {
    const world = await started(wecom, secrets);
    const adapter = world.adapter('wecom');
    Object.assign(adapter.policy, { oneConnection: true });
    let answer: () => void = () => undefined;
    adapter.steps.push(
      () =>
        new Promise((resolve) => {
          answer = () => resolve({ ok: true });
        }),
    );
    const check = world.editor.check(draft({ channel: 'wecom', values: { botId: 'b' } }));
    await settle();
    expect(world.live('wecom', 'default')).toBe(0);
    const done = () => {
      answer();
      return check;
    };
    return { ...world, done };
  }

  it('gives it back afterwards', async () => {
    const { done, live } = await checking();
    expect(await done()).toMatchObject({ ok: true });
    await settle();
    expect(live('wecom', 'default')).toBe(1);
  });

  it('is not disturbed by a change of other settings or by a restart', async () => {
    const { done, live, manager } = await checking();
    await manager.reload();
    await manager.restart('wecom', 'default');
    await settle();
    expect(live('wecom', 'default')).toBe(0);
    await done();
    await settle();
    expect(live('wecom', 'default')).toBe(1);
  });

  it('starts nothing that was stopped, switched off or removed meanwhile', async () => {
    for (const happen of ['quit', 'stop', 'off', 'remove'] as const) {
      const { done, live, manager, editor, clock } = await checking();
      if (happen === 'quit') await manager.stop();
      if (happen === 'stop') await manager.stopAccount('wecom', 'default');
      if (happen === 'off') await manager.setEnabled('wecom', 'default', false);
      if (happen === 'remove') await editor.remove('wecom', 'default');
      await done();
      await settle();
      expect(live('wecom', 'default'), happen).toBe(0);
      await manager.stop();
      expect(clock.pendingTimers, happen).toBe(0);
    }
  });
});

describe('SEC-45: two drafts with one secret at the same time', () => {
  it('end as one account, also between two channels, whichever vendor answers first', async () => {
    const { editor, adapter, ids, vault } = await started({});
    const answers: (() => void)[] = [];
    const slowly = () =>
      new Promise<ProbeOutcome>((resolve) => {
        answers.push(() => resolve({ ok: true }));
      });
    adapter('telegram').steps.push(slowly);
    adapter('feishu').steps.push(slowly);
    const one = editor.save(draft({ create: true }, { botToken: TOKEN('s') }), CHECKED);
    const two = editor.save(
      draft({ create: true, channel: 'feishu', values: { appId: 'a' } }, { appSecret: TOKEN('s') }),
      CHECKED,
    );
    await settle();
    for (const answer of answers) answer();
    expect(await Promise.all([one, two])).toMatchObject([
      { ok: true },
      { ok: false, error: { code: 'in_use', field: 'appSecret' } },
    ]);
    expect([ids(), [...vault.secrets.keys()]]).toEqual([['default'], ['telegram/default/botToken']]);
  });
});

describe('a login that is committed while the account runs', () => {
  it('no change of settings in between starts the old login again', async () => {
    const WEIXIN = 'openclaw-weixin';
    const { editor, live, manager, adapter, settings, vault } = await started(
      { [WEIXIN]: { accounts: { me: {} } } },
      { [`${WEIXIN}/me/token`]: 'old-token' },
    );
    const store = manager.supervisorOf(WEIXIN, 'me')?.store;
    if (store === undefined) throw new Error('no account');
    const { open } = store;
    store.open = async () => {
      store.open = open;
      settings.update({ channels: { telegram: { accounts: { other: { enabled: true } } } } });
      await settle();
      expect(live(WEIXIN, 'me')).toBe(0);
      await open.call(store);
    };
    const step: Extract<LoginStep, { state: 'connected' }> = {
      state: 'connected',
      accountId: 'me',
      secrets: { token: new Secret('new-token') },
      stored: { userId: 'u' },
    };
    expect(await editor.link(WEIXIN, 'me', step)).toMatchObject({ ok: true });
    await settle();
    expect(live(WEIXIN, 'me')).toBe(1);
    expect(
      adapter(WEIXIN)
        .latest('me')
        .account.secrets.map((secret) => secret.expose()),
    ).toEqual(['new-token']);
    expect(vault.get(`${WEIXIN}/me/token`)?.expose()).toBe('new-token');
  });
});
