// The vendor's own SDK against our double: what it does here, it does with WeCom.

import { WSClient, type WsFrame } from '@wecom/aibot-node-sdk';
import { afterEach, expect, it } from 'vitest';
import { startWecomDouble, type WecomDouble } from '../doubles/wecom';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startDouble(): Promise<WecomDouble> {
  const double = await startWecomDouble();
  cleanups.push(() => double.close());
  return double;
}

function client(double: WecomDouble, secret = double.secrets.secret ?? ''): WSClient {
  const sdk = new WSClient({
    botId: String(double.settings.botId),
    secret,
    wsUrl: String(double.settings.websocketUrl),
    maxReconnectAttempts: 0,
    maxAuthFailureAttempts: 0,
    heartbeatInterval: 20,
    logger: silent,
  });
  cleanups.push(() => sdk.disconnect());
  return sdk;
}

function once<T>(
  sdk: WSClient,
  event: 'authenticated' | 'message.text' | 'disconnected' | 'error',
): Promise<T> {
  return new Promise((resolve) => sdk.once(event, (value?: unknown) => resolve(value as T)));
}

it('subscribes, receives a message, answers it, pushes one, and gets its heartbeats answered', async () => {
  const double = await startDouble();
  const sdk = client(double);
  const authenticated = once(sdk, 'authenticated');
  sdk.connect();
  await authenticated;
  const received = once<WsFrame>(sdk, 'message.text');
  await double.deliver({ text: 'hello', sender: 'lisi', messageId: 'm-1' });
  const frame = await received;
  expect(frame.body).toMatchObject({ msgid: 'm-1', from: { userid: 'lisi' }, text: { content: 'hello' } });
  expect(await sdk.replyStream(frame, 'stream-1', 'in pieces', false)).toMatchObject({ errcode: 0 });
  expect(await sdk.replyStream(frame, 'stream-1', 'in pieces, whole', true)).toMatchObject({ errcode: 0 });
  const pushed = await sdk.sendMessage('lisi', { msgtype: 'markdown', markdown: { content: 'pushed' } });
  expect(pushed).toMatchObject({ errcode: 0 });
  expect(double.sent).toEqual([
    { to: 'lisi', text: 'in pieces, whole' },
    { to: 'lisi', text: 'pushed' },
  ]);
  await double.seen(({ name }) => name === 'ping');
});

it('is told that the secret is wrong', async () => {
  const double = await startDouble();
  const sdk = client(double, 'not-the-secret');
  const failed = once<Error>(sdk, 'error');
  sdk.connect();
  expect((await failed).message).toContain('853000');
});

it('is told that a conversation is unknown and that an answer came too late', async () => {
  const double = await startDouble();
  const sdk = client(double);
  const authenticated = once(sdk, 'authenticated');
  sdk.connect();
  await authenticated;
  const push = sdk.sendMessage('nobody', { msgtype: 'markdown', markdown: { content: 'x' } });
  await expect(push).rejects.toMatchObject({ errcode: 93006 });
  const received = once<WsFrame>(sdk, 'message.text');
  await double.deliver({ text: 'hello' });
  const frame = await received;
  double.expireReplies();
  await expect(sdk.replyStream(frame, 's', 'late', true)).rejects.toMatchObject({ errcode: 846608 });
});

it('is displaced by a newer connection of the same bot', async () => {
  const double = await startDouble();
  const [older, newer] = [client(double), client(double)];
  const first = once(older, 'authenticated');
  older.connect();
  await first;
  const displaced = once<string>(older, 'disconnected');
  newer.connect();
  expect(await displaced).toContain('New connection');
});
