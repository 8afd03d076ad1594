// Setting a channel up: what is surely wrong is refused in the window, the vendor is asked before anything is saved, and
// typed secrets go nowhere but into those two calls.

import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { ChannelDraft } from '../../shared/ipc/channels';
import type { IpcReply } from '../../shared/ipc/contract';
import { type FakeBridge, failed, replied } from '../helpers/fake-bridge';
import { channelStatus } from '../helpers/status-snapshot';
import { EVIL, KINDS, renderChannels, telegram, webhook, weixin, withChannels } from './channels-fixture';
import { NOW } from './render-app';

const account = { channel: 'telegram', accountId: 'default' };
const TOKEN = '7120001:AAE-marker_token_0123456789abcdefghij';
const rejection = {
  code: 'rejected',
  field: 'botToken',
  failure: {
    class: 'auth',
    message: 'Telegram rejected the bot token (code 401)',
    fix: 'Ask @BotFather for the token.',
  },
} as const;

function field(key: string): HTMLInputElement {
  return screen.getByTestId(`field-${key}`) as HTMLInputElement;
}

/** Main that checks and saves; a new account then stands in the status. */
function accepting(bridge: FakeBridge, status = telegram): void {
  bridge
    .answer('channels.check', () => replied({ identity: { name: '@my_bot' } }))
    .answer('channels.save', () => {
      bridge.emit('status.changed', { ...withChannels(status), seq: 2 });
      return replied(null);
    });
}

async function openForm(kind: string, prepare: (bridge: FakeBridge) => void = () => undefined) {
  const rendered = await renderChannels({ prepare });
  await rendered.user.click(await screen.findByTestId(`pick-${kind}`));
  await screen.findByTestId('dialog-account');
  return rendered;
}

const save = () => screen.getByTestId('account-save');

describe('the choice', () => {
  it('shows all eight channels in place of accounts while there are none, each with what one needs', async () => {
    await renderChannels();
    const picks = within(await screen.findByTestId('channel-picker')).getAllByRole('button');
    expect(picks).toHaveLength(8);
    for (const pick of picks) expect(pick.textContent).toMatch(/You need .{5,}\.$/);
  });

  it('stands behind "Add channel" later on, with a way back', async () => {
    const { user } = await renderChannels({ channels: [telegram] });
    expect(screen.queryByTestId('channel-picker')).toBeNull();
    await user.click(screen.getByTestId('channel-add'));
    expect(await screen.findByTestId('channel-picker')).toBeDefined();
    await user.click(screen.getByTestId('pick-cancel'));
    expect(screen.getByTestId('channel-detail')).toBeDefined();
  });
});

describe('the form', () => {
  it.each(KINDS.filter(({ setUp }) => setUp !== 'qr'))(
    'explains every field of $label and links only to its vendor',
    async (kind) => {
      await openForm(kind.id);
      const dialog = screen.getByTestId('dialog-account');
      for (const input of dialog.querySelectorAll('input:not([aria-hidden]), [role="combobox"]')) {
        const help = document.getElementById(input.getAttribute('aria-describedby') ?? '');
        expect(help?.textContent?.length, input.id).toBeGreaterThan(8);
        if (input.tagName === 'INPUT') expect(input.getAttribute('autocomplete')).toBe('off');
      }
      for (const { key, kind: type } of kind.fields) {
        if (type === 'secret' && kind.setUp === 'fields') expect(field(key).type).toBe('password');
      }
      const links = [...dialog.querySelectorAll('a')];
      expect(links.map((link) => link.getAttribute('href'))).toEqual(kind.vendorUrl ? [kind.vendorUrl] : []);
      for (const link of links) {
        expect(link.getAttribute('href')).toMatch(/^https:\/\//);
        expect([link.target, link.rel]).toEqual(['_blank', 'noreferrer']);
      }
    },
  );

  it('names the field that is missing or malformed, moves to it, and asks nobody', async () => {
    const { bridge, user } = await openForm('telegram', accepting);
    await user.click(save());
    expect(screen.getByTestId('field-botToken-error').textContent).toBe('Bot token is missing.');
    expect(document.activeElement).toBe(field('botToken'));
    await user.type(field('botToken'), 'my token');
    expect(screen.queryByTestId('field-botToken-error')).toBeNull();
    await user.click(save());
    expect(screen.getByTestId('field-botToken-error').textContent).toContain('form that Bot token has');
    expect(field('botToken').getAttribute('aria-invalid')).toBe('true');
    expect([...bridge.paramsOf('channels.check'), ...bridge.paramsOf('channels.save')]).toEqual([]);
  });

  it('asks the vendor, then saves the same, then shows the account and who it is there', async () => {
    const { bridge, user } = await openForm('telegram', accepting);
    await user.type(field('botToken'), ` ${TOKEN} `);
    await user.click(save());
    expect((await screen.findByTestId('channel-saved')).textContent).toBe(
      'Saved. Telegram knows this account as @my_bot.',
    );
    const draft = {
      channel: 'telegram',
      accountId: 'default',
      create: true,
      values: {},
      secrets: { botToken: TOKEN },
    };
    expect(bridge.paramsOf('channels.check')).toEqual([draft]);
    expect(bridge.paramsOf('channels.save')).toEqual([{ ...draft, unchecked: true }]);
    const names = bridge.calls.map(({ name }) => name);
    expect(names.indexOf('channels.check')).toBeLessThan(names.indexOf('channels.save'));
    const others = bridge.calls.filter(({ name }) => !/^channels\.(check|save)$/.test(name));
    expect(JSON.stringify(others)).not.toContain(TOKEN);
    expect(screen.getByTestId('channel-detail').textContent).toContain('Telegram');
    expect(document.body.innerHTML).not.toContain(TOKEN);
  });

  it('saves nothing that the vendor rejected: says its words and the fix, and marks the field', async () => {
    const { bridge, user } = await openForm('telegram', (b) =>
      b.answer('channels.check', () => failed(rejection)),
    );
    await user.type(field('botToken'), TOKEN);
    await user.click(save());
    const box = await screen.findByTestId('account-rejected');
    expect(box.getAttribute('role')).toBe('alert');
    expect(box.textContent).toMatch(/Rejected by Telegram.*rejected the bot token.*Ask @BotFather/);
    expect(field('botToken').getAttribute('aria-invalid')).toBe('true');
    expect(field('botToken').value).toBe(TOKEN);
    expect(screen.queryByTestId('account-unchecked')).toBeNull();
    expect(bridge.paramsOf('channels.save')).toEqual([]);
  });

  it('says the class of a rejection in Chinese beside the vendor’s words', async () => {
    const { user } = await renderChannels({
      locale: 'zh-CN',
      prepare: (b) => b.answer('channels.check', () => failed(rejection)),
    });
    await user.click(await screen.findByTestId('pick-telegram'));
    await user.type(await screen.findByTestId('field-botToken'), TOKEN);
    await user.click(save());
    expect((await screen.findByTestId('account-rejected')).textContent).toMatch(
      /被 Telegram 拒绝 · 凭据错误或缺失.*Telegram 拒绝了机器人令牌.*Ask @BotFather/,
    );
  });

  it.each([
    ['network', /Telegram is unreachable/],
    ['server', /Telegram gave no verdict/],
    [undefined, /Telegram is unreachable.*No answer came in time/],
  ] as const)('offers to save without a check when nobody could say (%s)', async (failureClass, said) => {
    const failure = {
      message: 'api.telegram.org did not answer',
      ...(failureClass && { class: failureClass }),
    };
    const { bridge, user } = await openForm('telegram', (b) => {
      accepting(b);
      b.answer('channels.check', () => failed({ code: 'rejected', failure }));
    });
    await user.type(field('botToken'), TOKEN);
    await user.click(save());
    expect((await screen.findByTestId('account-rejected')).textContent).toMatch(said);
    await user.click(screen.getByTestId('account-unchecked'));
    await screen.findByTestId('channel-detail');
    expect(bridge.paramsOf('channels.check')).toHaveLength(1);
    expect(bridge.paramsOf('channels.save')).toMatchObject([{ unchecked: true }]);
  });

  it.each(['stop', 'close'] as const)(
    'saves nothing when the check is left by %s, however it ends later',
    async (way) => {
      let answer: (reply: IpcReply<object>) => void = () => undefined;
      const { bridge, user } = await openForm('telegram', (b) =>
        b
          .answer('channels.check', () => new Promise((resolve) => (answer = resolve)))
          .answer('channels.stopCheck', () => replied(null)),
      );
      await user.type(field('botToken'), TOKEN);
      await user.click(save());
      const dialog = screen.getByTestId('dialog-account');
      await waitFor(() => expect(dialog.textContent).toContain('Asking Telegram'));
      // A disabled one would lose the focus.
      expect([field('botToken').readOnly, field('botToken').disabled]).toEqual([true, false]);
      expect(bridge.paramsOf('channels.stopCheck')).toEqual([]);
      if (way === 'stop') {
        await user.click(screen.getByTestId('account-stop'));
        // Not on what stands in the place of the button that was pressed: that would close the form.
        expect(document.activeElement).toBe(save());
      } else await user.keyboard('{Escape}');
      await waitFor(() => expect(bridge.paramsOf('channels.stopCheck')).toEqual([account]));
      await act(async () => answer(replied({})));
      expect(bridge.paramsOf('channels.save')).toEqual([]);
      if (way === 'stop') expect(field('botToken').value).toBe(TOKEN);
      else await waitFor(() => expect(screen.queryByTestId('dialog-account')).toBeNull());
    },
  );

  it.each([
    [{ code: 'account_exists', field: 'accountId' }, 'account-id', /account with this id already/],
    [{ code: 'in_use', field: 'botToken' }, 'field-botToken', /opens something else/],
    [{ code: 'invalid_params', field: 'secrets.botToken' }, 'field-botToken', /not allowed/],
    [{ code: 'invalid', field: 'apiRoot' }, 'field-apiRoot', /begins with https/],
  ] as const)(
    'puts core’s objection %o at its field, also where that was folded away',
    async (error, id, said) => {
      const { user } = await openForm('telegram', (b) => b.answer('channels.check', () => failed(error)));
      await user.type(field('botToken'), TOKEN);
      await user.click(save());
      expect((await screen.findByTestId(`${id}-error`)).textContent).toMatch(said);
      expect(screen.getByTestId(id).closest('details')?.open ?? true).toBe(true);
    },
  );

  it('proposes an account id that is free', async () => {
    const second = { ...telegram, accountId: 'account-2' };
    const { user } = await renderChannels({ channels: [telegram, second] });
    await user.click(screen.getByTestId('channel-add'));
    await user.click(await screen.findByTestId('pick-telegram'));
    expect(((await screen.findByTestId('account-id')) as HTMLInputElement).value).toBe('account-3');
  });

  it('shows what a vendor says as inert text', async () => {
    const failure = { class: 'auth', message: `1${EVIL}`, fix: `2${EVIL}` } as const;
    const { user } = await openForm('telegram', (b) =>
      b.answer('channels.check', () => failed({ code: 'rejected', failure })),
    );
    await user.type(field('botToken'), TOKEN);
    await user.click(save());
    const box = await screen.findByTestId('account-rejected');
    expect(box.textContent).toContain('1<img src=x onerror=alert(1)>');
    expect(box.querySelector('img, a')).toBeNull();
    expect(box.textContent).not.toMatch(/[\u202e\u2067]/);
  });
});

describe('editing', () => {
  const stored = { name: 'Mine', values: { apiRoot: 'https://bot.example' }, storedSecrets: ['botToken'] };
  async function edit(prepare: (bridge: FakeBridge) => void) {
    const rendered = await renderChannels({
      channels: [telegram],
      prepare: (b) => {
        accepting(b);
        b.answer('channels.form', () => replied(stored));
        prepare(b);
      },
    });
    await rendered.user.click(await screen.findByTestId('channel-edit'));
    await screen.findByTestId('field-botToken');
    return rendered;
  }
  const drafts = (bridge: FakeBridge) => bridge.paramsOf('channels.save') as readonly ChannelDraft[];

  it('never shows a stored secret and keeps it when nothing is typed', async () => {
    const { bridge, user } = await edit(() => undefined);
    expect([field('botToken').value, field('botToken').placeholder]).toEqual([
      '',
      'Stored. Leave empty to keep it.',
    ]);
    expect(field('apiRoot').value).toBe('https://bot.example');
    await user.clear(field('apiRoot'));
    await user.click(save());
    await screen.findByTestId('channel-saved');
    // Nothing of what was left alone: somebody else may have changed it meanwhile.
    const changed = { values: { apiRoot: '' }, secrets: {} };
    expect(drafts(bridge)).toEqual([{ ...account, create: false, ...changed, unchecked: true }]);
    expect(bridge.paramsOf('channels.check')).toHaveLength(1);
  });

  it('bothers no vendor about another name', async () => {
    const { bridge, user } = await edit(() => undefined);
    expect(save().textContent).toBe('Save');
    await user.clear(screen.getByTestId('account-name'));
    await user.click(save());
    await screen.findByTestId('channel-saved');
    expect(drafts(bridge)).toEqual([
      { ...account, create: false, name: '', values: {}, secrets: {}, unchecked: true },
    ]);
    expect(bridge.paramsOf('channels.check')).toEqual([]);
  });

  it('says so when what is stored cannot be loaded', async () => {
    const { user } = await renderChannels({
      channels: [telegram],
      prepare: (b) => b.answer('channels.form', () => failed({ code: 'unknown_account' })),
    });
    await user.click(await screen.findByTestId('channel-edit'));
    expect((await screen.findByRole('alert')).textContent).toBe('There is no such account.');
  });

  it('of an account that is logged in by QR code offers its name only', async () => {
    const { bridge, user } = await renderChannels({
      channels: [weixin],
      prepare: (b) => accepting(b, weixin),
    });
    await user.click(await screen.findByTestId('channel-edit'));
    await user.type(await screen.findByTestId('account-name'), 'Lin');
    expect(screen.getByTestId('dialog-account').querySelectorAll('input')).toHaveLength(1);
    await user.click(save());
    await screen.findByTestId('channel-saved');
    expect(drafts(bridge)[0]).toMatchObject({ accountId: 'lin', name: 'Lin' });
    expect(bridge.paramsOf('channels.check')).toEqual([]);
  });
});

describe('a webhook', () => {
  it('gets its secret right after it was saved, on the clipboard', async () => {
    const { bridge, user } = await openForm('webhook', (b) => {
      accepting(b, webhook);
      b.answer('channels.newSecret', () => replied({ clearsAt: NOW + 60_000 }));
    });
    expect(screen.queryByTestId('field-secret')).toBeNull();
    await user.click(save());
    expect((await screen.findByTestId('clipboard-note')).textContent).toContain('On the clipboard');
    expect(bridge.paramsOf('channels.newSecret')).toEqual([{ channel: 'webhook', accountId: 'default' }]);
    expect(await screen.findByTestId('curl-example')).toBeDefined();
  });

  it('says what is left to do when the secret could not be made', async () => {
    const noSecret = channelStatus({ configured: false, credentialSource: 'none', word: 'action-needed' });
    const { user } = await openForm('webhook', (b) => {
      accepting(b, noSecret);
      b.answer('channels.newSecret', () => failed({ code: 'storage_full' }));
    });
    await user.click(save());
    expect((await screen.findByRole('alert')).textContent).toMatch(/no secret yet.*disk is full/);
    expect(screen.getByTestId('channel-first-secret')).toBeDefined();
  });
});

it('says so when the channels to choose from cannot be loaded, and loads them again', async () => {
  let works = false;
  const { user } = await renderChannels({
    prepare: (b) => b.answer('channels.kinds', () => (works ? replied(KINDS) : failed({ code: 'internal' }))),
  });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('could not be loaded');
  works = true;
  await user.click(within(alert).getByRole('button'));
  expect(await screen.findByTestId('channel-picker')).toBeDefined();
});
