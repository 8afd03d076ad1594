// The calls about channels on a real core, against vendors' doubles: an account is checked, added, used, logged in and
// removed, and no secret that was typed comes back, is logged, or lies anywhere but in the vault.

import { describe, expect, it, onTestFinished } from 'vitest';
import type { Core } from '../../../electron/core/core';
import { ClipboardGuard } from '../../../electron/shell/clipboard';
import { channelHandlers } from '../../../electron/shell/ipc/channel-calls';
import type { IpcReply } from '../../../shared/ipc/contract';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { startTelegramDouble } from '../../doubles/telegram';
import { startWeixinDouble } from '../../doubles/weixin';
import { FakeClock } from '../../helpers/fake-clock';
import { startTestCore } from '../../helpers/test-core';

const ACCOUNT = { channel: 'telegram', accountId: 'work' };

function handlersOf(core: Core) {
  const clipboard = new ClipboardGuard({
    clipboard: { readText: () => '', writeText: () => undefined, clear: () => undefined },
    clock: new FakeClock(),
  });
  return channelHandlers({ core, clipboard, random: { uuid: () => 'uuid' } });
}

function value<T>(reply: IpcReply<T>): T {
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value;
}

/** Resolves when some account's status fits; at once when one does. */
function status(core: Core, fits: (status: ChannelAccountStatus) => boolean): Promise<ChannelAccountStatus> {
  return new Promise((resolve) => {
    const look = () => {
      const found = core.channels.statuses().find(fits);
      if (found === undefined) return;
      listener.dispose();
      resolve(found);
    };
    const listener = core.channels.onChanged(look);
    look();
  });
}

async function setUpTelegram() {
  const core = await startTestCore();
  const double = await startTelegramDouble();
  onTestFinished(() => double.close());
  const token = double.secrets.botToken ?? '';
  const draft = {
    ...ACCOUNT,
    create: true,
    values: { apiRoot: String(double.settings.apiRoot) },
    secrets: { botToken: token },
  };
  return { core, handlers: handlersOf(core), double, token, draft };
}

describe('an account whose credential is typed', () => {
  it('is checked at the vendor, saved, and connected; its form never shows the secret again', async () => {
    const { core, handlers, token, draft } = await setUpTelegram();
    const checked = await handlers['channels.check'](draft);
    expect(value(checked).identity).toMatchObject({ name: '@double_bot' });
    expect(core.channels.statuses()).toEqual([]);
    const saved = await handlers['channels.save'](draft);
    expect(value(saved)).toBeNull();
    await status(core, ({ word }) => word === 'connected');
    const form = value(await handlers['channels.form'](ACCOUNT));
    expect(form).toEqual({ values: draft.values, storedSecrets: ['botToken'] });
    const all = JSON.stringify([checked, saved, form, core.status.snapshot(), core.settings.get()]);
    expect(all).not.toContain(token);
    expect(core.logLines().join('\n')).not.toContain(token);
  });

  it('can be the first of its channel, which settings call default', async () => {
    const { core, handlers, draft } = await setUpTelegram();
    value(await handlers['channels.save']({ ...draft, accountId: 'default' }));
    await status(core, ({ accountId, word }) => accountId === 'default' && word === 'connected');
  });

  it('is refused in the vendor’s words, with the field and the fix, when the credential is wrong', async () => {
    const { core, handlers, draft } = await setUpTelegram();
    const wrong = { ...draft, secrets: { botToken: '7120001:AAE-wrong_token_0123456789abcdefghij' } };
    const reply = await handlers['channels.check'](wrong);
    expect(reply).toMatchObject({
      error: {
        code: 'rejected',
        field: 'botToken',
        failure: {
          class: 'auth',
          message: expect.stringContaining('rejected the bot token'),
          fix: expect.any(String),
        },
      },
    });
    expect(JSON.stringify(reply)).not.toContain('wrong_token');
    expect(core.channels.statuses()).toEqual([]);
  });

  it('is not saved without the vendor’s yes, unless it is said that nobody is to be asked', async () => {
    const { core, handlers, draft } = await setUpTelegram();
    const wrong = { ...draft, secrets: { botToken: '7120001:AAE-wrong_token_0123456789abcdefghij' } };
    expect(await handlers['channels.save'](wrong)).toMatchObject({
      error: { code: 'rejected', field: 'botToken', failure: { class: 'auth' } },
    });
    expect(core.channels.statuses()).toEqual([]);
    expect(value(await handlers['channels.save']({ ...wrong, unchecked: true }))).toBeNull();
    await status(core, ({ accountId }) => accountId === ACCOUNT.accountId);
  });

  it('is not taken from another program before that was agreed to', async () => {
    const { core, handlers, double, draft } = await setUpTelegram();
    double.hook('https://other.example/hook');
    const { note, identity } = value(await handlers['channels.check'](draft));
    expect(identity).toMatchObject({ name: '@double_bot' });
    expect(note).toMatch(/^Another program has set a webhook for this bot/);
    expect(await handlers['channels.save'](draft)).toEqual({
      ok: false,
      error: { code: 'confirm', message: note },
    });
    expect(core.channels.statuses()).toEqual([]);
    const isTaken = () => double.log.some(({ name }) => name.includes('deleteWebhook'));
    expect(isTaken()).toBe(false);
    value(await handlers['channels.save']({ ...draft, unchecked: true }));
    await status(core, ({ word }) => word === 'connected');
    expect(isTaken()).toBe(true);
  });

  it('tells apart that nobody could be asked', async () => {
    const { handlers, double, draft } = await setUpTelegram();
    await double.fault('down');
    const reply = await handlers['channels.check'](draft);
    expect(reply).toMatchObject({ error: { code: 'rejected', failure: { class: 'network' } } });
  });

  it('names the field that is wrong without asking anybody', async () => {
    const { handlers, double, draft } = await setUpTelegram();
    const reply = await handlers['channels.save']({ ...draft, secrets: { botToken: 'nonsense' } });
    expect(reply).toMatchObject({ error: { code: 'invalid', field: 'botToken' } });
    expect(reply.ok || reply.error.failure).toBeUndefined();
    expect(double.log).toEqual([]);
  });

  it('shows what came in and sends, and says the vendor’s no in words', async () => {
    const { core, handlers, double, draft } = await setUpTelegram();
    value(await handlers['channels.save'](draft));
    await double.linked();
    const arrived = new Promise((resolve) => core.journal.onAppended(resolve));
    await double.deliver({ sender: 'guest', senderName: 'Lin', text: 'x'.repeat(300) });
    await arrived;
    const [conversation] = value(await handlers['messages.conversations'](ACCOUNT));
    expect(conversation).toMatchObject({ senderName: 'Lin', chatType: 'direct' });
    expect(conversation?.last.text).toHaveLength(200);
    const { conversationId = '' } = conversation ?? {};
    const sent = await handlers['messages.send']({ ...ACCOUNT, to: conversationId, text: 'Hi' });
    expect(value(sent)).toBeNull();
    expect(double.sent).toEqual([{ to: conversationId, text: 'Hi' }]);
    const page = value(await handlers['messages.query']({ ...ACCOUNT, conversationId, limit: 50 }));
    expect(page.messages.map(({ direction, text }) => [direction, text.length])).toEqual([
      ['out', 2],
      ['in', 300],
    ]);
    const refused = await handlers['messages.send']({ ...ACCOUNT, to: '404404', text: 'Hi' });
    expect(refused).toMatchObject({ error: { code: 'not_sent', failure: { message: expect.any(String) } } });
  });

  it('loses its secret when logged out, and is gone when removed', async () => {
    const { core, handlers, draft } = await setUpTelegram();
    value(await handlers['channels.save'](draft));
    expect(value(await handlers['channels.logout'](ACCOUNT))).toBeNull();
    expect(value(await handlers['channels.form'](ACCOUNT)).storedSecrets).toEqual([]);
    expect(core.channels.statuses().map(({ configured }) => configured)).toEqual([false]);
    expect(value(await handlers['channels.remove'](ACCOUNT))).toBeNull();
    expect(core.channels.statuses()).toEqual([]);
    expect(await handlers['channels.form'](ACCOUNT)).toMatchObject({ error: { code: 'unknown_account' } });
  });
});

describe('an account that is logged in by QR code', () => {
  it('is made by a login that was confirmed, and its token stays here', async () => {
    const double = await startWeixinDouble();
    onTestFinished(() => double.close());
    const channel = 'openclaw-weixin';
    const core = await startTestCore({ settings: { channels: { [channel]: { ...double.settings } } } });
    const handlers = handlersOf(core);
    const { sessionKey, qrText } = value(await handlers['login.start']({ channel }));
    double.qr.scan();
    expect(value(await handlers['login.wait']({ sessionKey }))).toMatchObject({ state: 'scanned', qrText });
    double.qr.confirm();
    const end = value(await handlers['login.wait']({ sessionKey }));
    if (end.state !== 'connected') throw new Error(`it ended ${end.state}`);
    expect(JSON.stringify(end)).not.toContain('weixin-double-token');
    // The vendor holds a poll until there is something to tell.
    await double.linked();
    await double.deliver({ text: 'hello' });
    await status(core, ({ accountId, word }) => accountId === end.accountId && word === 'connected');
    expect(core.logLines().join('\n')).not.toContain(qrText);
  });

  it('ends when it is given up', async () => {
    const double = await startWeixinDouble();
    onTestFinished(() => double.close());
    const channel = 'openclaw-weixin';
    const core = await startTestCore({ settings: { channels: { [channel]: { ...double.settings } } } });
    const handlers = handlersOf(core);
    const { sessionKey } = value(await handlers['login.start']({ channel }));
    expect(value(await handlers['login.cancel']({ sessionKey }))).toBeNull();
    expect(value(await handlers['login.wait']({ sessionKey }))).toMatchObject({ state: 'failed' });
  });

  it('says why no code came', async () => {
    const core = await startTestCore();
    const reply = await handlersOf(core)['login.start']({ channel: 'telegram' });
    expect(reply).toMatchObject({ error: { code: 'login_failed', failure: { class: 'config' } } });
  });
});

it('the table of channels has everything a form needs and nothing secret', async () => {
  const core = await startTestCore();
  const kinds = value(await handlersOf(core)['channels.kinds'](undefined));
  expect(kinds.map(({ id }) => id)).toHaveLength(8);
  for (const kind of kinds) {
    expect(Object.keys(kind).sort()).toEqual(expect.arrayContaining(['fields', 'id', 'label', 'setUp']));
    if (kind.vendorUrl !== undefined) expect(kind.vendorUrl).toMatch(/^https:\/\//);
  }
});
