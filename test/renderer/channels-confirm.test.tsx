// What saving an account would do to other programs is said and agreed to before it is done (product promise 7).

import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { ChannelDraft } from '../../shared/ipc/channels';
import { type FakeBridge, replied } from '../helpers/fake-bridge';
import { renderChannels, telegram, withChannels } from './channels-fixture';

const TOKEN = '7120001:AAE-marker_token_0123456789abcdefghij';
const NOTE =
  'Another program has set a webhook for this bot and gets its messages now. Starting this account removes that webhook.';

async function checked(locale: 'en' | 'zh-CN' = 'en') {
  const rendered = await renderChannels({
    locale,
    prepare: (b) =>
      b
        .answer('channels.check', () => replied({ identity: { name: '@my_bot' }, note: NOTE }))
        .answer('channels.save', () => {
          b.emit('status.changed', { ...withChannels(telegram), seq: 2 });
          return replied(null);
        }),
  });
  const { user } = rendered;
  await user.click(await screen.findByTestId('pick-telegram'));
  await user.type(await screen.findByTestId('field-botToken'), TOKEN);
  await user.click(screen.getByTestId('account-save'));
  const question = await screen.findByTestId('account-note');
  return { ...rendered, question };
}

const saved = (bridge: FakeBridge) => bridge.paramsOf('channels.save');

it('asks before it is saved, then saves what was checked', async () => {
  const { bridge, user, question } = await checked();
  expect(question.textContent).toContain(NOTE);
  expect(document.activeElement).toBe(question);
  expect(screen.queryByTestId('account-save')).toBeNull();
  expect(saved(bridge)).toEqual([]);
  await user.click(screen.getByTestId('account-anyway'));
  expect((await screen.findByTestId('channel-saved')).textContent).toContain('@my_bot');
  const [draft] = bridge.paramsOf('channels.check') as readonly ChannelDraft[];
  expect(saved(bridge)).toEqual([{ ...draft, unchecked: true }]);
});

it('asks in the reader’s language', async () => {
  const { question } = await checked('zh-CN');
  expect(question.textContent).toContain('启动此账户会移除该 webhook。');
  expect(question.textContent).not.toContain('Another program');
});

it('saves nothing when the answer is no', async () => {
  const { bridge, user } = await checked();
  await user.click(screen.getByText('Cancel'));
  await waitFor(() => expect(screen.queryByTestId('dialog-account')).toBeNull());
  expect(saved(bridge)).toEqual([]);
});

it('asks anew about what was typed since', async () => {
  const { bridge, user } = await checked();
  await user.type(screen.getByTestId('field-botToken'), 'k');
  expect(screen.queryByTestId('account-note')).toBeNull();
  expect(screen.queryByTestId('account-anyway')).toBeNull();
  await user.click(screen.getByTestId('account-save'));
  await screen.findByTestId('account-note');
  expect(bridge.paramsOf('channels.check')).toHaveLength(2);
  expect(saved(bridge)).toEqual([]);
});
