import { afterEach, expect, it } from 'vitest';
import { weixinAdapter } from '../../../../electron/core/channels/adapters/weixin/weixin-adapter';
import { settle } from '../../../helpers/fake-clock';
import { closeBenches, runUntilReady, weixinBench } from './weixin-harness';

const POLL = 'POST /ilink/bot/getupdates';

afterEach(closeBenches);

it('does not say ready before the first poll is answered, however long it is held', async () => {
  const { account, context, double } = await weixinBench();
  void weixinAdapter.run(account, context);
  await double.linked();
  await context.clock.advanceAsync(34_999);
  expect(context.isReady).toBe(false);
  context.clock.advance(1);
  await context.until((said) => said.isReady);
  expect(context.info).toMatchObject({
    mode: 'long-poll',
    evidence: 'first poll answered',
    identity: { id: double.botId },
  });
});

it('announces itself before the first poll and says goodbye when it is stopped', async () => {
  const bench = await weixinBench();
  const { end } = await runUntilReady(bench);
  bench.context.abort();
  expect(await end).toEqual({ kind: 'aborted' });
  expect(bench.double.log.map(({ name }) => name)).toEqual([
    'POST /ilink/bot/msg/notifystart',
    POLL,
    POLL,
    'POST /ilink/bot/msg/notifystop',
  ]);
});

it('goes on polling when the server refuses the announcement: only a poll tells whether the login works', async () => {
  const bench = await weixinBench();
  bench.double.script('msg/notifystart', { status: 500, body: 'no' });
  await runUntilReady(bench);
  expect(bench.context.isReady).toBe(true);
});

it('takes every answered poll as a sign of life', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  const before = bench.context.said.filter(({ what }) => what === 'activity').length;
  bench.context.clock.advance(35_000);
  await bench.context.until(({ said }) => said.filter(({ what }) => what === 'activity').length > before);
});

it('hands a text over with its id to the last digit', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  const id = await bench.double.deliver({ text: '你好', sender: 'o9anna@im.wechat' });
  await bench.context.until(({ messages }) => messages.length === 1);
  expect(BigInt(id)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  expect(bench.context.messages).toEqual([
    {
      messageId: id,
      chatType: 'direct',
      conversationId: 'o9anna@im.wechat',
      senderId: 'o9anna@im.wechat',
      text: '你好',
      at: bench.context.clock.now(),
    },
  ]);
});

it('is ready before it hands over what the first poll brings', async () => {
  const { account, context, double } = await weixinBench();
  await double.deliver({ text: 'written while nobody polled' });
  void weixinAdapter.run(account, context);
  await context.until(({ messages }) => messages.length === 1);
  const order = context.said.map(({ what }) => what);
  expect(order.indexOf('ready')).toBeLessThan(order.indexOf('inbound'));
});

it('names what is not text, and takes what was said in a voice message as its text', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  const items = [
    [{ type: 2, image_item: {} }],
    [{ type: 3, voice_item: { text: 'spoken' } }],
    [{ type: 3, voice_item: {} }],
    [{ type: 4, file_item: { file_name: 'a.pdf' } }],
    [{ type: 5, video_item: {} }],
    [{ type: 11 }],
    [
      { type: 1, text_item: { text: 'look' } },
      { type: 2, image_item: {} },
    ],
    [
      { type: 1, text_item: { text: 'one' } },
      { type: 1, text_item: { text: 'two' } },
    ],
  ];
  for (const item_list of items) await bench.double.push({ item_list });
  await bench.context.until(({ messages }) => messages.length === items.length);
  expect(bench.context.messages.map(({ kind, text }) => [kind, text])).toEqual([
    ['image', ''],
    ['voice', 'spoken'],
    ['voice', ''],
    ['file', ''],
    ['video', ''],
    ['other', ''],
    ['image', 'look'],
    [undefined, 'one\ntwo'],
  ]);
});

it.each([
  ['is absent', undefined],
  ['is a text', 'yesterday'],
  ['lies before WeChat', 5],
  ['lies in the far future', 9_999_999_999_999],
])('takes its own time when the time of a message %s', async (_case, create_time_ms) => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  await bench.double.push({ create_time_ms });
  await bench.context.until(({ messages }) => messages.length === 1);
  expect(bench.context.messages[0]?.at).toBe(bench.context.clock.now());
});

it("keeps the vendor's time of a message where that is sane", async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  const at = bench.context.clock.now() - 60_000;
  await bench.double.push({ create_time_ms: at });
  await bench.context.until(({ messages }) => messages.length === 1);
  expect(bench.context.messages[0]?.at).toBe(at);
});

it("leaves out the bot's own messages", async () => {
  const bench = await weixinBench();
  await bench.double.push({ message_type: 2 });
  await bench.double.deliver({ text: 'from a person' });
  void weixinAdapter.run(bench.account, bench.context);
  await bench.context.until(({ messages }) => messages.length === 1);
  expect(bench.context.messages[0]?.text).toBe('from a person');
});

it.each([
  ['no sender', { from_user_id: undefined }],
  ['no id', { message_id: undefined }],
  ['a sender of 300 characters', { from_user_id: 'x'.repeat(300) }],
  ['no content', { item_list: [] }],
  ['content of another type', { item_list: ['text'] }],
])('reports a message with %s and hands over the next one', async (_case, fields) => {
  const bench = await weixinBench();
  await bench.double.push(fields);
  await bench.double.deliver({ text: 'next' });
  void weixinAdapter.run(bench.account, bench.context);
  await bench.context.until(({ messages }) => messages.length === 1);
  expect(bench.context.messages[0]?.text).toBe('next');
  expect(bench.context.said.filter(({ what }) => what === 'rejected')).toEqual([
    { what: 'rejected', value: expect.objectContaining({ class: 'protocol', code: 'malformed' }) },
  ]);
});

it('keeps the cursor only after the messages were handed over, and goes on from there in the next epoch', async () => {
  const bench = await weixinBench();
  const { end } = await runUntilReady(bench);
  await bench.double.deliver({ text: 'first' });
  await bench.context.until(({ messages }) => messages.length === 1);
  await bench.double.linked();
  bench.context.abort();
  await end;
  const next = bench.again();
  void weixinAdapter.run(bench.account, next);
  await bench.double.seen(({ name, body }) => name === POLL && hasCursor(body));
  await bench.double.deliver({ text: 'second' });
  await next.until(({ messages }) => messages.length === 1);
  expect(next.messages.map(({ text }) => text)).toEqual(['second']);
});

it('gets a message again that nobody took because the epoch was over', async () => {
  const bench = await weixinBench();
  const { end } = await runUntilReady(bench);
  bench.context.answer = 'closed';
  await bench.double.deliver({ text: 'almost lost' });
  expect(await end).toEqual({ kind: 'aborted' });
  const next = bench.again();
  void weixinAdapter.run(bench.account, next);
  await next.until(({ messages }) => messages.length === 1);
  expect(next.messages[0]?.text).toBe('almost lost');
});

it('acknowledges a message that was there already', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  bench.context.answer = 'duplicate';
  await bench.double.deliver({ text: 'again' });
  await bench.context.until(({ messages }) => messages.length === 1);
  await bench.context.clock.advanceAsync(1_000);
  await bench.double.seen(({ name, body }) => name === POLL && hasCursor(body, 1));
});

it('does not hammer a server that answers without waiting', async () => {
  const bench = await weixinBench();
  const empty = { body: '{"ret":0,"msgs":[],"get_updates_buf":""}' };
  for (let i = 0; i < 50; i += 1) bench.double.script('getupdates', empty);
  void weixinAdapter.run(bench.account, bench.context);
  await bench.context.until((said) => said.isReady);
  const polls = () => bench.double.log.filter(({ name }) => name === POLL).length;
  for (let i = 0; i < 20; i += 1) await settle();
  expect(polls()).toBe(1);
  bench.context.clock.advance(1_000);
  await bench.double.seen(() => polls() === 2);
});

it('waits for a poll as long as the server says that it holds it', async () => {
  const bench = await weixinBench();
  bench.double.script('getupdates', { body: '{"ret":0,"msgs":[],"longpolling_timeout_ms":50000}' });
  const end = weixinAdapter.run(bench.account, bench.context);
  await bench.context.until((said) => said.isReady);
  await bench.double.fault('mute');
  await bench.context.clock.advanceAsync(1_000);
  await bench.double.linked();
  await bench.context.clock.advanceAsync(59_999);
  bench.context.clock.advance(1);
  expect(await end).toMatchObject({ kind: 'failed', failure: { class: 'network', code: 'timeout' } });
});

function hasCursor(body: unknown, position?: number): boolean {
  const cursor = Buffer.from(
    String((body as { get_updates_buf?: unknown }).get_updates_buf),
    'base64',
  ).toString();
  return cursor.startsWith(`updates-after-${position ?? ''}`) && cursor !== 'updates-after-0';
}
