// What a reader has typed stays until he lets go of it, and the keyboard stays where he is: no key, no message, no reply
// and no wish of the tray takes either away.

import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { IpcReply } from '../../shared/ipc/contract';
import { cronJob, jobPage } from '../helpers/cron-views';
import { failed, replied } from '../helpers/fake-bridge';
import { renderChannels, telegram, webhook, weixin, withChannels } from './channels-fixture';
import { NOW, renderApp } from './render-app';

const TOKEN = '7120001:AAE-marker_token_0123456789abcdefghij';
const work = { ...telegram, accountId: 'work' };

const field = (id: string) => screen.getByTestId(id) as HTMLInputElement;
const row = (id: string) => screen.getByTestId(`channel-${id}`);

async function openForm() {
  const rendered = await renderChannels();
  await rendered.user.click(await screen.findByTestId('pick-telegram'));
  await rendered.user.type(await screen.findByTestId('field-botToken'), TOKEN);
  return rendered;
}

describe('a form that is being filled in', () => {
  it('begins at its first field, not at the link above it', async () => {
    const { user } = await renderChannels();
    await user.click(await screen.findByTestId('pick-telegram'));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('field-botToken')));
  });

  it.each(['a key for another page', 'the search', 'the tray'] as const)(
    'is not lost by %s, and the pages change again after it',
    async (how) => {
      const { bridge, user } = await openForm();
      const wish = async () => {
        if (how === 'a key for another page') await user.keyboard('{Control>}3{/Control}');
        else if (how === 'the search') await user.keyboard('{Control>}f{/Control}');
        else act(() => bridge.emit('navigate', 'auth-log'));
      };
      await wish();
      expect(screen.queryByTestId('page-auth-log')).toBeNull();
      expect(field('field-botToken').value).toBe(TOKEN);
      await user.keyboard('{Escape}');
      await waitFor(() => expect(screen.queryByTestId('dialog-account')).toBeNull());
      await wish();
      expect(await screen.findByTestId('page-auth-log')).toBeDefined();
    },
  );

  it('stays open while it is saved, so that a refusal is seen beside what was typed', async () => {
    let answer: (reply: IpcReply<null>) => void = () => undefined;
    const { bridge, user } = await openForm();
    bridge
      .answer('channels.check', () => replied({}))
      .answer('channels.save', () => new Promise((resolve) => (answer = resolve)));
    await user.click(screen.getByTestId('account-save'));
    await waitFor(() => expect(bridge.paramsOf('channels.save')).toHaveLength(1));
    await user.keyboard('{Escape}');
    await act(async () => answer(failed({ code: 'storage_full' })));
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full');
    expect(field('field-botToken').value).toBe(TOKEN);
  });
});

it('a form stays when "Stop" is clicked twice: "Cancel" takes its place after the first click', async () => {
  const { bridge, user } = await openForm();
  bridge
    .answer('channels.check', () => new Promise(() => undefined))
    .answer('channels.stopCheck', () => replied(null));
  await user.click(screen.getByTestId('account-save'));
  const cancel = () => screen.getByText('Cancel', { selector: '[data-testid="dialog-account"] button' });
  fireEvent.click(await screen.findByTestId('account-stop'), { detail: 1 });
  fireEvent.click(cancel(), { detail: 2 });
  expect(field('field-botToken').value).toBe(TOKEN);
  fireEvent.click(cancel(), { detail: 1 });
  await waitFor(() => expect(screen.queryByTestId('dialog-account')).toBeNull());
});

describe('the keyboard', () => {
  it('is at the new account after it was saved', async () => {
    const { bridge, user } = await openForm();
    bridge
      .answer('channels.check', () => replied({}))
      .answer('channels.save', () => {
        bridge.emit('status.changed', { ...withChannels(webhook, telegram), seq: 2 });
        return replied(null);
      });
    await user.click(screen.getByTestId('account-save'));
    await screen.findByTestId('channel-saved');
    await waitFor(() => expect(document.activeElement).toBe(row('telegram-default')));
  });

  it.each([
    ['the next account', [telegram, work], () => row('telegram-work')],
    ['the choice of channels', [telegram], () => screen.getByTestId('pick-feishu')],
  ] as const)('is at %s after one was removed', async (_where, channels, place) => {
    const { bridge, user } = await renderChannels({ channels });
    bridge.answer('channels.remove', () => {
      bridge.emit('status.changed', { ...withChannels(...channels.slice(1)), seq: 2 });
      return replied(null);
    });
    await user.click(screen.getByTestId('channel-remove'));
    await user.click(await screen.findByTestId('confirm'));
    await waitFor(() => expect(screen.queryByTestId('channel-telegram-default')).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(place()));
  });

  it('is at the next task after one was deleted, and goes through them by arrows', async () => {
    const jobs = ['a', 'b', 'c'].map((id) => cronJob({ id, name: `Task ${id}` }));
    const { bridge, user } = await renderApp({ page: 'tasks', jobs });
    bridge.answer('cron.remove', () => {
      bridge.answer('cron.list', (query) => replied(jobPage(jobs.slice(1), query)));
      return replied(null);
    });
    await user.click(await screen.findByTestId('task-delete'));
    await user.click(await screen.findByTestId('confirm'));
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Task b'));
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement?.textContent).toContain('Task c');
  });

  it('goes through the accounts by arrows and J and K, and takes one by Enter', async () => {
    const { user } = await renderChannels({ channels: [telegram, work, webhook] });
    row('telegram-default').focus();
    await user.keyboard('{ArrowDown}j{ArrowDown}');
    expect(document.activeElement).toBe(row('webhook-default'));
    await user.keyboard('{Home}{ArrowUp}k');
    expect(document.activeElement).toBe(row('telegram-default'));
    await user.keyboard('{End}k{Enter}');
    expect(document.activeElement).toBe(row('telegram-work'));
    expect(row('telegram-work').getAttribute('aria-pressed')).toBe('true');
  });

  it('is in the field for the number as soon as the phone shows one', async () => {
    const code = { qrText: 'https://login.example/1', expiresAt: NOW + 300_000 };
    let asked = 0;
    const { user } = await renderChannels({
      channels: [weixin],
      prepare: (b) =>
        b
          .answer('login.start', () => replied({ sessionKey: 'key', ...code }))
          .answer('login.cancel', () => replied(null))
          .answer('login.wait', () => {
            asked += 1;
            return asked === 1 ? replied({ state: 'need-code', ...code }) : new Promise(() => undefined);
          }),
    });
    await user.click(screen.getByTestId('channel-login'));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('login-code')));
  });
});

it('a first message takes neither the text nor the recipient of a test message away', async () => {
  const account = { channel: 'telegram', accountId: 'default' };
  const message = { ...account, seq: 1, direction: 'in', text: 'Hello', at: NOW, recordedAt: NOW } as const;
  const { bridge, user } = await renderChannels({ channels: [telegram] });
  await user.click(screen.getByTestId('tab-messages'));
  await user.clear(await screen.findByTestId('send-text'));
  await user.type(field('send-text'), 'For Lin alone');
  const arrives = async (conversationId: string) => {
    bridge.answer('messages.conversations', () =>
      replied([{ conversationId, last: { ...message, conversationId } }]),
    );
    await act(async () => bridge.emit('messages.changed', { seq: 1 }));
    await waitFor(() => expect(screen.getByTestId('conversation').textContent).toContain(conversationId));
  };
  await arrives('c-1');
  // Proposed, while nobody was named; from then on it stays.
  expect([field('send-text').value, field('send-to').value]).toEqual(['For Lin alone', 'c-1']);
  await arrives('c-2');
  expect(field('send-to').value).toBe('c-1');
  await user.clear(field('send-to'));
  await user.type(field('send-to'), 'lin');
  await arrives('c-3');
  expect([field('send-text').value, field('send-to').value]).toEqual(['For Lin alone', 'lin']);
});

it('a check is said to have passed by its own result, not by the one before', async () => {
  const probe = { ok: true, elapsedMs: 5, at: NOW - 60_000 };
  const { bridge, user } = await renderChannels({
    channels: [{ ...telegram, probe }],
    prepare: (b) => b.answer('channels.probe', () => replied(null)),
  });
  await user.click(screen.getByTestId('channel-probe'));
  expect(screen.queryByText('Checked: it works.')).toBeNull();
  const failure = { ...probe, ok: false, at: NOW };
  act(() => bridge.emit('status.changed', { ...withChannels({ ...telegram, probe: failure }), seq: 2 }));
  expect(await screen.findByText(/^Checked: it does not work/)).toBeDefined();
});
