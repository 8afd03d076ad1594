// Messages of an account: conversations, one of them in full, live, and a test message with its outcome in words.
// All of it was written by strangers.

import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { ConversationView } from '../../shared/ipc/channels';
import type { ChannelAccountStatus, JournalMessage } from '../../shared/model/channel';
import { type FakeBridge, failed, replied } from '../helpers/fake-bridge';
import { EVIL, renderChannels, telegram, webhook } from './channels-fixture';
import { NOW } from './render-app';

function message(change: Partial<JournalMessage> = {}): JournalMessage {
  return {
    seq: 1,
    direction: 'in',
    channel: 'telegram',
    accountId: 'default',
    conversationId: 'c-1',
    senderId: 's-1',
    senderName: 'Lin',
    text: 'Hello',
    at: NOW - 60_000,
    recordedAt: NOW - 60_000,
    ...change,
  };
}

function conversation(change: Partial<ConversationView> = {}): ConversationView {
  return { conversationId: 'c-1', chatType: 'direct', senderName: 'Lin', last: message(), ...change };
}

const group = conversation({
  conversationId: 'g-2',
  chatType: 'group',
  last: message({ conversationId: 'g-2', direction: 'out', text: 'Noted' }),
});

interface MessagesOptions {
  readonly status?: ChannelAccountStatus;
  readonly conversations?: readonly ConversationView[];
  readonly messages?: readonly JournalMessage[];
  readonly prepare?: (bridge: FakeBridge) => void;
}

async function openMessages(options: MessagesOptions = {}) {
  const { status = telegram, conversations = [conversation(), group], messages = [], prepare } = options;
  const rendered = await renderChannels({
    channels: [status],
    prepare: (bridge) => {
      bridge
        .answer('messages.conversations', () => replied(conversations))
        .answer('messages.query', () => replied({ messages }));
      prepare?.(bridge);
    },
  });
  await rendered.user.click(screen.getByTestId('tab-messages'));
  await screen.findByTestId('messages-panel');
  return rendered;
}

const rows = () => screen.findAllByTestId('conversation');
const texts = () => screen.getAllByTestId('message').map((row) => row.textContent ?? '');

describe('conversations', () => {
  it('are listed with who, where and what last, in and out', async () => {
    await openMessages();
    expect((await rows()).map((row) => row.textContent)).toEqual([
      expect.stringMatching(/^LinPrivate chat1\s?m agoIn: Hello$/),
      expect.stringMatching(/^g-2Group1\s?m agoOut: Noted$/),
    ]);
  });

  it('say what a message is that is no text', async () => {
    const last = message({ text: '', kind: 'image' });
    await openMessages({ conversations: [conversation({ last })] });
    expect((await rows())[0]?.textContent).toContain('In: Not text: image');
  });

  it('say that there is none yet', async () => {
    await openMessages({ conversations: [] });
    expect((await screen.findByTestId('messages-empty')).textContent).toContain('No message yet');
  });

  it('say so when they could not be loaded', async () => {
    await openMessages({
      prepare: (b) => b.answer('messages.conversations', () => failed({ code: 'internal' })),
    });
    expect((await screen.findByRole('alert')).textContent).toContain('could not be loaded');
  });
});

describe('one conversation', () => {
  it('stands with its newest message last, by whom, and with its id to copy', async () => {
    const { bridge, user } = await openMessages({
      messages: [message({ seq: 3, direction: 'out', text: 'Yes' }), message({ seq: 2, text: 'Up?\nNow?' })],
    });
    await user.click((await rows())[0] as HTMLElement);
    await screen.findAllByTestId('message');
    expect(texts()).toEqual([
      expect.stringMatching(/^Lin 1\s?m agoUp\?\nNow\?$/),
      expect.stringMatching(/^Sent by Gatehouse 1\s?m agoYes$/),
    ]);
    expect(screen.getByTestId('thread').textContent).toContain('c-1');
    expect(bridge.paramsOf('messages.query')).toEqual([
      { channel: 'telegram', accountId: 'default', conversationId: 'c-1', limit: 50 },
    ]);
    await user.click(screen.getByTestId('thread-back'));
    expect(await rows()).toHaveLength(2);
  });

  it('shows older messages on request', async () => {
    const { bridge, user } = await openMessages({
      prepare: (b) =>
        b.answer('messages.query', ({ limit }) =>
          replied(limit === 50 ? { messages: [message()], nextCursor: '1' } : { messages: [message()] }),
        ),
    });
    await user.click((await rows())[0] as HTMLElement);
    await user.click(await screen.findByTestId('thread-older'));
    await waitFor(() => expect(screen.queryByTestId('thread-older')).toBeNull());
    expect(bridge.paramsOf('messages.query').at(-1)).toMatchObject({ limit: 200 });
  });

  it('follows what comes in, one question at a time however many come', async () => {
    const messages = [message()];
    const { bridge, user } = await openMessages({
      prepare: (b) => b.answer('messages.query', () => replied({ messages: [...messages].reverse() })),
    });
    await user.click((await rows())[0] as HTMLElement);
    await screen.findAllByTestId('message');
    messages.push(message({ seq: 2, text: 'Second' }));
    act(() => {
      for (let seq = 2; seq <= 40; seq += 1) bridge.emit('messages.changed', { seq });
    });
    await waitFor(() => expect(texts()).toHaveLength(2));
    expect(texts()[1]).toContain('Second');
    expect(bridge.paramsOf('messages.query').length).toBeLessThanOrEqual(3);
  });

  it('asks no more when the page is left', async () => {
    const { bridge, view } = await openMessages();
    await rows();
    expect(bridge.listenerCount('messages.changed')).toBe(1);
    view.unmount();
    expect(bridge.listenerCount('messages.changed')).toBe(0);
  });

  it('shows names, ids, kinds and texts of strangers as inert text', async () => {
    const evil = {
      senderName: `1${EVIL}`,
      senderId: `2${EVIL}`,
      text: `3${EVIL}\nsee https://evil.example/`,
    };
    const { user, view } = await openMessages({
      conversations: [
        conversation({ senderName: `4${EVIL}`, last: message(evil) }),
        conversation({ ...group, conversationId: `5${EVIL}` }),
      ],
      messages: [message(evil), message({ seq: 2, text: '', kind: `6${EVIL}`, senderName: ' \u202e' })],
    });
    const check = () => {
      expect(view.container.querySelector('img, a')).toBeNull();
      expect(view.container.innerHTML).not.toMatch(/[\u202e\u2067]/);
    };
    await rows();
    check();
    await user.click((await rows())[0] as HTMLElement);
    await screen.findAllByTestId('message');
    check();
    const all = view.container.textContent ?? '';
    for (const mark of '1346') expect(all, mark).toContain(`${mark}<img src=x onerror=alert(1)>`);
  });
});

describe('a test message', () => {
  const sending = (b: FakeBridge) => b.answer('messages.send', () => replied(null));

  it('goes to the newest conversation unless another id is typed, and says that it was confirmed', async () => {
    const { bridge, user } = await openMessages({ prepare: sending });
    const to = (await screen.findByTestId('send-to')) as HTMLInputElement;
    expect(to.value).toBe('c-1');
    await user.click(screen.getByTestId('send-action'));
    expect((await screen.findByTestId('send-done')).textContent).toBe('Sent. Telegram has confirmed it.');
    await user.clear(to);
    await user.type(to, '@lin');
    await user.click(screen.getByTestId('send-action'));
    const account = { channel: 'telegram', accountId: 'default' };
    expect(bridge.paramsOf('messages.send')).toEqual([
      { ...account, to: 'c-1', text: 'Test from Gatehouse' },
      { ...account, to: '@lin', text: 'Test from Gatehouse' },
    ]);
  });

  it('goes to the open conversation', async () => {
    const { bridge, user } = await openMessages({ prepare: sending });
    await user.click((await rows())[1] as HTMLElement);
    expect(screen.queryByTestId('send-to')).toBeNull();
    await user.clear(screen.getByTestId('send-text'));
    await user.type(screen.getByTestId('send-text'), 'Hi{Enter}');
    expect(bridge.paramsOf('messages.send')).toMatchObject([{ to: 'g-2', text: 'Hi' }]);
  });

  it.each([
    [
      { code: 'not_sent', failure: { class: 'permission', message: `no${EVIL}`, fix: 'Invite it.' } },
      /Not sent · Permission missing.*no<img.*Invite it\./,
    ],
    [
      { code: 'not_sent', failure: { class: 'network', message: 'x; the text may have been sent' } },
      /Nobody knows whether it was sent/,
    ],
    [
      { code: 'not_sent', failure: { class: 'network', code: 'unknown_outcome', message: 'x' } },
      /may have been sent/,
    ],
    // It may wait behind another for longer than the page waits: "try again" would send it twice.
    [{ code: 'no_answer' }, /^No answer came in time; the text may have been sent\.$/],
    [
      { code: 'not_sent', failure: { class: 'network', code: 'not_connected', message: 'x' } },
      /not connected/,
    ],
    [{ code: 'invalid' }, /empty or too long for Telegram/],
    [{ code: 'unknown_account' }, /no such account/],
  ] as const)('that did not go says why (%#)', async (error, said) => {
    const { user } = await openMessages({ prepare: (b) => b.answer('messages.send', () => failed(error)) });
    await user.click(await screen.findByTestId('send-action'));
    const alert = await within(screen.getByTestId('send-box')).findByRole('alert');
    expect(alert.textContent).toMatch(said);
    expect(alert.querySelector('img, a')).toBeNull();
  });

  it.each([
    [{ ...telegram, canSend: false }, /while the channel is not connected/],
    [{ ...webhook, canSend: false }, /no reply address/],
  ] as const)('is not offered where nothing can be sent (%#)', async (status, said) => {
    await openMessages({ status });
    expect((await screen.findByTestId('send-box')).textContent).toMatch(said);
    expect(screen.getByTestId('send-action').hasAttribute('disabled')).toBe(true);
  });
});
