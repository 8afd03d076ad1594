// The Channels page: what it says of each account, and that each act calls main with the right one.

import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../shared/model/settings';
import { failed, replied } from '../helpers/fake-bridge';
import { channelStatus } from '../helpers/status-snapshot';
import { EVIL, renderChannels, telegram, webhook, weixin, withChannels } from './channels-fixture';
import { fineSnapshot, NOW } from './render-app';

const row = (id: string) => screen.getByTestId(`channel-${id}`);

describe('the list', () => {
  it('says that a channel without a delivery is not checked', async () => {
    await renderChannels({ channels: [webhook] });
    expect(row('webhook-default').getAttribute('data-word')).toBe('not-checked');
    expect(row('webhook-default').textContent).toContain('Not checked');
    expect(within(row('webhook-default')).getByTestId('evidence').textContent).toBe('No delivery yet');
    expect(row('webhook-default').querySelector('[data-shape="dash"]')).not.toBeNull();
  });

  it('tells accounts of one channel apart, by name or by id', async () => {
    await renderChannels({
      channels: [
        telegram,
        { ...telegram, accountId: 'work' },
        { ...telegram, accountId: 'b', name: 'Support' },
      ],
    });
    expect(row('telegram-default').textContent).toMatch(/^TelegramConnected/);
    expect(row('telegram-work').textContent).toMatch(/^TelegramConnected.*work$/);
    expect(row('telegram-b').textContent).toMatch(/^SupportConnected.*Telegram · b$/);
  });

  it('says proofs, names and classes of failure in Chinese', async () => {
    const kicked = { class: 'kicked', message: 'x', at: NOW - 60_000 } as const;
    await renderChannels({
      locale: 'zh-CN',
      channels: [
        { ...weixin, evidence: { what: 'poll answered', at: NOW - 120_000 } },
        channelStatus({ channel: 'wecom', label: 'WeCom', word: 'disconnected', lastError: kicked }),
        channelStatus({ channel: 'qqbot', label: 'QQ Bot', evidence: { what: 'READY received', at: NOW } }),
      ],
    });
    expect(row('openclaw-weixin-lin').textContent).toContain('微信已连接轮询有应答 2分钟前');
    expect(row('wecom-default').textContent).toContain('企业微信已断开被另一个连接取代 1分钟前');
    expect(row('qqbot-default').textContent).toContain('QQ 机器人已连接收到 READY 刚刚');
  });

  it('names the newest warning of a channel that works in part', async () => {
    const warnings = [
      { class: 'permission', code: 'a', message: 'an intent is missing', at: NOW - 5_000 },
      { class: 'config', code: 'b', message: 'no reply address', fix: 'Change it.', at: NOW - 3_000 },
    ] as const;
    await renderChannels({ channels: [{ ...telegram, word: 'degraded', warnings }] });
    expect(within(row('telegram-default')).getByTestId('evidence').textContent).toMatch(
      /^Settings incomplete 3\s?s ago/,
    );
    expect(screen.getAllByTestId('channel-warning').map((box) => box.textContent)).toEqual([
      expect.stringMatching(/Permission missing.*An intent is missing/),
      expect.stringMatching(/Settings incomplete.*No reply address.*Change it\./),
    ]);
  });

  it('shows channels as unknown, not as broken, while the gateway is down', async () => {
    const evidence = { what: 'delivery accepted', at: NOW - 180_000 };
    await renderChannels({
      snapshot: {
        ...withChannels({ ...webhook, word: 'unknown', evidence }),
        gateway: { ...fineSnapshot().gateway, state: 'stopped' },
      },
    });
    expect(row('webhook-default').textContent).toMatch(/Unknown.*Last known: Delivery accepted/);
    expect(screen.getByTestId('strip-channels').textContent).toBe('1 channel unknown');
    expect(screen.getByTestId('channel-probe').hasAttribute('disabled')).toBe(true);
  });
});

describe('an account', () => {
  it('shows its last failure with the cause in words and the fix, and who it is at the vendor', async () => {
    const lastError = {
      class: 'auth',
      code: 401,
      message: 'Telegram rejected the bot token (code 401)',
      fix: 'Paste the token again.',
      at: NOW - 60_000,
    } as const;
    await renderChannels({
      channels: [
        {
          ...telegram,
          word: 'action-needed',
          lastError,
          identity: { id: '7', name: '@bot' },
          expiresAt: NOW + 86_400_000 * 3,
          reconnectAttempts: 2,
        },
      ],
    });
    const error = screen.getByTestId('channel-error').textContent;
    expect(error).toMatch(/Wrong or missing credential.*Telegram rejected the bot token.*Paste the token/);
    expect(screen.getByTestId('channel-identity').textContent).toBe('@bot 7');
    expect(screen.getByTestId('channel-expires').textContent).toMatch(/in 3\s?d/);
    expect(screen.getByTestId('channel-detail').textContent).toContain('Failed attempts in a row2');
    expect((await screen.findByTestId('channel-edit')).getAttribute('data-weight')).toBe('primary');
  });

  it('is checked, restarted and switched off by its own buttons', async () => {
    const shop = { ...webhook, accountId: 'shop', name: 'Shop' };
    const target = { channel: 'webhook', accountId: 'shop' };
    const { bridge, user } = await renderChannels({
      channels: [webhook, shop],
      prepare: (b) =>
        b
          .answer('channels.probe', () => {
            const probe = { ok: false, elapsedMs: 5, at: NOW, error: 'the path is not served' };
            b.emit('status.changed', { ...withChannels(webhook, { ...shop, probe }), seq: 2 });
            return replied(null);
          })
          .answer('channels.restart', () => failed({ code: 'unsupported' }))
          .answer('channels.setEnabled', () => replied(null)),
    });
    await user.click(row('webhook-shop'));
    await user.click(screen.getByTestId('channel-probe'));
    expect(await screen.findByText('Checked: it does not work. See the last check.')).toBeDefined();
    expect(screen.getByTestId('channel-probe-result').textContent).toBe(
      'Failed just now: The path is not served',
    );
    await user.click(screen.getByTestId('channel-restart'));
    expect((await screen.findByRole('alert')).textContent).toBe('This channel cannot do that.');
    await user.click(screen.getByTestId('channel-toggle'));
    expect(bridge.paramsOf('channels.probe')).toEqual([target]);
    expect(bridge.paramsOf('channels.restart')).toEqual([target]);
    expect(bridge.paramsOf('channels.setEnabled')).toEqual([{ ...target, enabled: false }]);
  });

  it('says what a failed check blames, with the fix', async () => {
    const probe = {
      ...({ ok: false, elapsedMs: 5, at: NOW, class: 'permission' } as const),
      error: 'QQ does not accept this address',
      fix: 'Add the address in the console.',
    };
    await renderChannels({ channels: [{ ...telegram, probe }] });
    expect(screen.getByTestId('channel-probe-result').textContent).toBe(
      'Failed just now: Permission missingQQ does not accept this addressAdd the address in the console.',
    );
  });

  it.each([
    ['logout', telegram, 'channels.logout', 'Log out Telegram?', /stored credential is deleted/],
    ['logout', weixin, 'channels.logout', 'Log out WeChat?', /scan a new code/],
    ['remove', telegram, 'channels.remove', 'Remove Telegram?', /account default of Telegram stops/],
    ['remove', webhook, 'channels.remove', 'Remove Webhook?', /turned away/],
  ] as const)('asks before %s and names the account (%#)', async (button, status, call, title, body) => {
    const { bridge, user } = await renderChannels({
      channels: [status],
      prepare: (b) => b.answer(call, () => replied(null)),
    });
    await user.click(await screen.findByTestId(`channel-${button}`));
    const dialog = await screen.findByTestId(`dialog-${button}`);
    expect(dialog.textContent).toContain(title);
    expect(dialog.textContent).toMatch(body);
    expect(bridge.paramsOf(call)).toEqual([]);
    await user.click(within(dialog).getByTestId('confirm'));
    const { channel, accountId } = status;
    expect(bridge.paramsOf(call)).toEqual([{ channel, accountId }]);
    await waitFor(() => expect(screen.queryByTestId(`dialog-${button}`)).toBeNull());
  });

  it('keeps the question open with the reason when main says no', async () => {
    const { user } = await renderChannels({
      channels: [telegram],
      prepare: (b) => b.answer('channels.remove', () => failed({ code: 'storage_full' })),
    });
    await user.click(screen.getByTestId('channel-remove'));
    await user.click(within(await screen.findByTestId('dialog-remove')).getByTestId('confirm'));
    expect((await screen.findByRole('alert')).textContent).toMatch(/disk is full/);
    expect(screen.getByTestId('dialog-remove')).toBeDefined();
  });

  it('moves between status and messages by keyboard', async () => {
    const { user } = await renderChannels({ channels: [telegram] });
    act(() => screen.getByTestId('tab-status').focus());
    await user.keyboard('{ArrowRight}{Enter}');
    expect(await screen.findByTestId('messages-empty')).toBeDefined();
  });
});

describe('a webhook', () => {
  it('says where to deliver, how, and shows a command with a placeholder', async () => {
    await renderChannels({ channels: [webhook] });
    expect((await screen.findByTestId('curl-example')).textContent).toMatch(
      /http:\/\/127\.0\.0\.1:18789\/channels\/webhook\/default[\s\S]*Bearer YOUR_SECRET/,
    );
    expect(screen.getByTestId('webhook-signature').textContent).toBe('Secret in a header');
    expect(screen.getByTestId('webhook-reply').textContent).toContain('can only receive');
  });

  it('signs in its example when senders have to, and keeps the path of the reply address to itself', async () => {
    await renderChannels({
      channels: [webhook],
      prepare: (b) =>
        b.answer('channels.form', () =>
          replied({
            values: { signature: 'hmac-sha256', replyUrl: 'https://a.example/hook/path-secret' },
            storedSecrets: ['secret'],
          }),
        ),
    });
    expect((await screen.findByTestId('curl-example')).textContent).toContain('X-Signature-256: sha256=');
    expect(screen.getByTestId('webhook-reply').textContent).toBe('https://a.example/…');
    expect(document.body.textContent).not.toContain('path-secret');
  });

  it('shows what was changed while it is switched off, too, in the window or in the file', async () => {
    const off = { ...webhook, enabled: false, phase: 'disabled', word: 'off' } as const;
    const { bridge } = await renderChannels({ channels: [off] });
    expect((await screen.findByTestId('curl-example')).textContent).toContain('Bearer');
    bridge.answer('channels.form', () =>
      replied({ values: { signature: 'hmac-sha256' }, storedSecrets: ['secret'] }),
    );
    act(() => bridge.emit('settings.changed', { seq: 1, settings: defaultSettings() }));
    await waitFor(() => expect(screen.getByTestId('curl-example').textContent).toContain('X-Signature-256'));
  });

  it('asks before it replaces a secret', async () => {
    const { bridge, user } = await renderChannels({
      channels: [webhook],
      prepare: (b) => b.answer('channels.newSecret', () => replied({ clearsAt: NOW + 60_000 })),
    });
    await user.click(await screen.findByTestId('channel-new-secret'));
    const dialog = within(await screen.findByTestId('dialog-new-secret'));
    expect(bridge.paramsOf('channels.newSecret')).toEqual([]);
    await user.click(dialog.getByTestId('confirm'));
    expect(await screen.findByTestId('clipboard-note')).toBeDefined();
    expect(bridge.paramsOf('channels.newSecret')).toEqual([{ channel: 'webhook', accountId: 'default' }]);
  });
});

it('shows names, words of vendors and identities from outside as inert text', async () => {
  const failure = { class: 'protocol', code: 'x', message: `1${EVIL}`, fix: `2${EVIL}`, at: NOW } as const;
  const { view } = await renderChannels({
    channels: [
      {
        ...webhook,
        name: `3${EVIL}`,
        word: 'degraded',
        lastError: failure,
        warnings: [failure],
        identity: { id: `4${EVIL}`, name: `5${EVIL}` },
        lastDisconnect: { at: NOW, error: `6${EVIL}` },
        problems: [`7${EVIL}`, `8${EVIL}`],
        probe: { ok: false, elapsedMs: 1, at: NOW, class: 'server', error: `9${EVIL}`, fix: `0${EVIL}` },
        evidence: { what: EVIL, at: NOW - 1 },
      },
    ],
  });
  const text = view.container.textContent ?? '';
  for (const mark of '1234569')
    expect(text, `text ${mark}`).toContain(`${mark}<img src=x onerror=alert(1)><a href=`);
  expect(view.container.querySelector('img, a, b')).toBeNull();
  expect(text).not.toMatch(/[\u202e\u2067]/);
});
