// Where a task is announced: the accounts by what people call them, and of each the conversations that there have been,
// beside any other id that is typed; and what became of it.

import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { ConversationView } from '../../shared/ipc/channels';
import { cronJob, cronRun, pageOf } from '../helpers/cron-views';
import { failed, replied } from '../helpers/fake-bridge';
import { channelStatus } from '../helpers/status-snapshot';
import { EVIL } from './channels-fixture';
import { fineSnapshot, NOW, renderApp } from './render-app';

const weixin = channelStatus({
  channel: 'openclaw-weixin',
  label: 'WeChat',
  accountId: 'lin',
  canSend: true,
});
const slack = channelStatus({ channel: 'slack', label: 'Slack', canSend: true });

function conversation(conversationId: string, senderName: string): ConversationView {
  const account = { channel: 'slack', accountId: 'default' };
  const last = {
    ...account,
    seq: 1,
    direction: 'in',
    conversationId,
    text: 'x',
    at: NOW,
    recordedAt: NOW,
  } as const;
  return { conversationId, chatType: 'direct', senderName, last };
}

async function announcing(locale: 'en' | 'zh-CN', works = true) {
  const asked: string[] = [];
  const rendered = await renderApp({
    page: 'tasks',
    locale,
    snapshot: fineSnapshot({ channels: [weixin, slack] }),
    prepare: (b) =>
      b
        .answer('messages.conversations', ({ channel, accountId }) => {
          asked.push(`${channel}/${accountId}`);
          if (!works) return failed({ code: 'internal' });
          return replied(
            channel === 'slack' ? [conversation('D7', 'Marta'), conversation(`C\u202e7`, EVIL)] : [],
          );
        })
        .answer('cron.add', () => replied(cronJob())),
  });
  const { user } = rendered;
  const pick = async (testId: string, at: number) => {
    await user.click(screen.getByTestId(testId));
    await user.click((await screen.findAllByRole('option'))[at] as Element);
  };
  await user.click((await screen.findAllByTestId('task-add'))[0] as Element);
  await screen.findByTestId('dialog-task');
  await pick('task-delivery', 1);
  return { ...rendered, asked, pick };
}

const input = () => screen.getByTestId('task-conversation') as HTMLInputElement;
const offered = () =>
  [...(input().list?.options ?? [])].map(({ value, textContent }) => [value, textContent]);

it('offers the conversations of the chosen account by name, and takes any other id', async () => {
  const { bridge, user, asked, pick } = await announcing('en');
  expect(asked).toEqual([]);
  await pick('task-account', 2);
  // An id that does not look like what it is must be typed by whoever knows it.
  await waitFor(() => expect(offered()).toEqual([['D7', 'Marta']]));
  fireEvent.change(input(), { target: { value: 'D7' } });
  await pick('task-account', 1);
  await waitFor(() => expect(asked).toEqual(['slack/default', 'openclaw-weixin/lin']));
  expect(input().value).toBe('');
  expect(offered()).toEqual([]);
  fireEvent.change(input(), { target: { value: 'wxid_other' } });
  fireEvent.change(screen.getByTestId('task-name'), { target: { value: 'Poll' } });
  fireEvent.change(screen.getByTestId('task-event-text'), { target: { value: 'Look.' } });
  await user.click(screen.getByTestId('task-save'));
  await waitFor(() => expect(screen.queryByTestId('dialog-task')).toBeNull());
  expect(bridge.paramsOf('cron.add')).toMatchObject([
    { delivery: { mode: 'announce', channel: 'openclaw-weixin', accountId: 'lin', to: 'wxid_other' } },
  ]);
});

it('still takes an id when the conversations cannot be loaded', async () => {
  const { asked, pick } = await announcing('en', false);
  await pick('task-account', 2);
  await waitFor(() => expect(asked).toHaveLength(1));
  fireEvent.change(input(), { target: { value: 'D7' } });
  expect(input().value).toBe('D7');
});

it('calls accounts what the page Channels calls them', async () => {
  const { user } = await announcing('zh-CN');
  await user.click(screen.getByTestId('task-account'));
  const options = await screen.findAllByRole('option');
  expect(options.map(({ textContent }) => textContent)).toEqual(['请选择…', '微信（lin）', 'Slack']);
});

it('says once why a run was not delivered', async () => {
  const said = (error: string) =>
    cronRun({ runId: error, status: 'error', error, deliveryError: 'the target answered 500' });
  const entries = [said('webhook not delivered: the target answered 500'), said('it broke')];
  await renderApp({
    page: 'tasks',
    jobs: [cronJob()],
    prepare: (b) => b.answer('cron.runs', (query) => replied({ entries, ...pageOf(2, query) })),
  });
  const rows = await screen.findAllByTestId('task-run-row');
  expect(rows[0]?.textContent).toMatch(/agoWebhook not delivered: the target answered 500$/);
  expect(rows[1]?.textContent).toMatch(/It brokeThe target answered 500$/);
});
