// The vendor's own SDK against our double: it connects, answers events and sends. So the double, and the frame codec
// that it shares with the adapter, speak as Feishu does.

import * as lark from '@larksuiteoapi/node-sdk';
import { afterEach, expect, it, vi } from 'vitest';
import { type FeishuDouble, messageEvent, startFeishuDouble } from '../doubles/feishu';

// The SDK would ask the proxy of this machine for the way to loopback, too.
vi.stubEnv('no_proxy', '*');

const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Received {
  readonly message: { readonly message_id: string; readonly content: string };
}

async function start() {
  const double = await startFeishuDouble();
  cleanUps.push(() => double.close());
  const { endpoints, appId } = double.settings as { endpoints: { api: string }; appId: string };
  const options = {
    appId,
    appSecret: double.secrets.appSecret!,
    domain: endpoints.api,
    logger: silent,
    loggerLevel: lark.LoggerLevel.fatal,
    // Its own cache of tokens outlives the client.
    cache: { get: async () => undefined, set: async () => true },
  };
  return { double, options };
}

async function connect(double: FeishuDouble, options: Awaited<ReturnType<typeof start>>['options']) {
  const received: Received[] = [];
  const client = new lark.WSClient(options);
  const eventDispatcher = new lark.EventDispatcher({ logger: silent }).register({
    'im.message.receive_v1': (event: Received) => void received.push(event),
  });
  cleanUps.push(() => client.close({ force: true }));
  await client.start({ eventDispatcher });
  await double.seen(({ name }) => name === 'ping');
  return { client, received };
}

it('connects, and takes our pong for what it is', async () => {
  const { double, options } = await start();
  double.platform.pingIntervalS = 0.05;
  await connect(double, options);
  expect(double.links).toBe(1);
  let pings = 0;
  await double.seen(({ name }) => {
    pings += name === 'ping' ? 1 : 0;
    return pings > 4;
  });
});

it('reads an event in one frame and in three, and acknowledges each', async () => {
  const { double, options } = await start();
  const { received } = await connect(double, options);
  const messageId = await double.deliver({ text: '你好' });
  const second = messageEvent(Date.now(), {
    message: { message_id: 'om_2', content: '{"text":"cut 你好"}' },
  });
  const frameId = await double.push(second, { order: [2, 0, 1] });
  await double.seen(
    ({ name, body }) => name === 'ack' && (body as { messageId: string }).messageId === frameId,
  );
  expect(received.map(({ message }) => [message.message_id, JSON.parse(message.content)])).toEqual([
    [messageId, { text: '你好' }],
    ['om_2', { text: 'cut 你好' }],
  ]);
  expect(double.acks.map(({ code }) => code)).toEqual([200, 200]);
});

it('sends a text, and answers one', async () => {
  const { double, options } = await start();
  const client = new lark.Client(options);
  const messageId = await double.deliver({ text: 'hi', conversation: 'oc_chat7' });
  const content = JSON.stringify({ text: 'hello' });
  const created = await client.im.message.create({
    params: { receive_id_type: 'chat_id' },
    data: { receive_id: 'oc_chat7', msg_type: 'text', content },
  });
  expect([created.code, typeof created.data?.message_id]).toEqual([0, 'string']);
  const replied = await client.im.message.reply({
    path: { message_id: messageId },
    data: { msg_type: 'text', content },
  });
  expect(replied.code).toBe(0);
  expect(double.sent).toEqual([
    { to: 'oc_chat7', text: 'hello' },
    { to: 'oc_chat7', text: 'hello' },
  ]);
});

it('is told who the bot is', async () => {
  const { options, double } = await start();
  const client = new lark.Client(options);
  const info = await client.request<{ code: number; bot: { open_id: string } }>({
    method: 'GET',
    url: '/open-apis/bot/v3/info',
  });
  expect([info.code, info.bot.open_id]).toEqual([0, double.botId]);
});

it('is refused with a wrong secret', async () => {
  const { double, options } = await start();
  await double.fault('bad-credential');
  const failed = new Promise<Error>((resolve) => {
    const client = new lark.WSClient({ ...options, onError: resolve });
    cleanUps.push(() => client.close({ force: true }));
    void client.start({ eventDispatcher: new lark.EventDispatcher({ logger: silent }) });
  });
  expect((await failed).message).toContain('514');
  expect(double.links).toBe(0);
});
