import { describe, expect, it } from 'vitest';
import { readEvent } from '../../../../electron/core/channels/adapters/feishu/feishu-event';
import { messageEvent } from '../../../doubles/feishu';
import { settle } from '../../../helpers/fake-clock';
import { type FeishuRun, named, ready, start, startDouble, values } from './feishu-harness';

const NOW = Date.UTC(2026, 0, 1);

/** Pushes a message with these fields over a text's own and waits for the acknowledgement. */
async function receive(run: FeishuRun, message: Readonly<Record<string, unknown>>, sender?: string) {
  const event = messageEvent(run.context.clock.now(), {
    ...(sender === undefined ? {} : { sender }),
    message: { message_id: `om_${run.context.messages.length + 1}`, ...message },
  });
  return acked(run, await run.double.push(event));
}

async function acked({ double }: FeishuRun, frameId: string): Promise<unknown> {
  await double.seen(
    ({ name, body }) => name === 'ack' && (body as { messageId: string }).messageId === frameId,
  );
  return double.acks.find(({ messageId }) => messageId === frameId)?.code;
}

describe('a message', () => {
  it('comes in our own terms, and is acknowledged after the core has it', async () => {
    const run = await ready();
    const messageId = await run.double.deliver({
      text: 'hello',
      sender: 'ou_alice',
      conversation: 'oc_room',
    });
    const ack = await run.double.seen(named('ack'));
    expect(run.context.messages).toEqual([
      {
        messageId,
        chatType: 'direct',
        conversationId: 'oc_room',
        senderId: 'ou_alice',
        text: 'hello',
        at: NOW,
      },
    ]);
    expect(ack.body).toMatchObject({ code: 200 });
    expect(values(run.context, 'activity')).toContain('event received');
  });

  it('of a group with mentions has the names in it', async () => {
    const run = await ready();
    const mentions = [
      { key: '@_user_1', id: { open_id: run.double.botId }, name: 'Bot' },
      { key: '@_user_10', id: { open_id: 'ou_x' }, name: '王 小明' },
    ];
    const content = JSON.stringify({ text: '@_user_1 ask @_user_10 and @_all, not @_user_2' });
    await receive(run, { chat_type: 'group', content, mentions });
    expect(run.context.messages[0]).toMatchObject({
      chatType: 'group',
      text: '@Bot ask @王 小明 and @all, not @_user_2',
    });
  });

  it('with formatted text comes as its words', async () => {
    const run = await ready();
    const content = {
      title: 'Plan',
      content: [
        [
          { tag: 'text', text: 'See ' },
          { tag: 'a', text: 'this', href: 'https://example.com' },
          { tag: 'at', user_id: '@_user_1', user_name: 'Bot' },
        ],
        [{ tag: 'img', image_key: 'img_1' }],
        [{ tag: 'text', text: 'bye' }],
      ],
    };
    await receive(run, { message_type: 'post', content: JSON.stringify(content) });
    expect(run.context.messages[0]).toMatchObject({ text: 'Plan\nSee this@Bot\n\nbye' });
    expect(run.context.messages[0]).not.toHaveProperty('kind');
  });

  it.each(['image', 'file', 'audio', 'media', 'sticker', 'interactive', 'share_chat', 'post'])(
    'that is no text (%s) comes empty, with its kind',
    async (kind) => {
      const run = await ready();
      expect(await receive(run, { message_type: kind, content: '{"image_key":"img_1"}' })).toBe(200);
      expect(run.context.messages[0]).toMatchObject({ text: '', kind });
    },
  );

  it('in several frames comes once it is whole, in any order', async () => {
    const run = await ready();
    const text = 'long 长 '.repeat(5_000);
    const event = messageEvent(NOW, {
      message: { message_id: 'om_long', content: JSON.stringify({ text }) },
    });
    expect(await acked(run, await run.double.push(event, { order: [3, 0, 2, 1] }))).toBe(200);
    expect(run.context.messages.map((message) => message.text)).toEqual([text]);
    expect(run.double.acks).toHaveLength(1);
  });

  it('is acknowledged with the frame as it came, large numbers and all', async () => {
    const run = await ready();
    await run.double.deliver({ text: 'hello' });
    const ack = await run.double.seen(named('ack'));
    expect(ack.body).toMatchObject({ SeqID: '9007199254740993', LogID: '18446744073709551615' });
  });

  it('that is known already is acknowledged, so that it does not come again', async () => {
    const run = await ready();
    run.context.answer = 'duplicate';
    expect(await receive(run, {})).toBe(200);
  });

  it('that nobody accepted is not acknowledged, and comes again', async () => {
    const run = await ready();
    run.context.answer = 'closed';
    await run.double.deliver({ text: 'hello' });
    await run.context.until(({ messages }) => messages.length === 1);
    await settle();
    expect(run.double.acks).toEqual([]);
    run.context.answer = 'accepted';
    run.context.clock.advance(3_000);
    await run.double.seen(named('ack'));
    expect(run.context.messages.map(({ text }) => text)).toEqual(['hello', 'hello']);
  });

  it('of a bot, this one or another, is passed over: two that answer each other never stop', async () => {
    const run = await ready();
    const event = messageEvent(NOW, { message: { message_id: 'om_1' } }) as { event: { sender: object } };
    const sender = { ...event.event.sender, sender_id: { open_id: run.double.botId }, sender_type: 'app' };
    const ofBot = { ...event, event: { ...event.event, sender } };
    expect(await acked(run, await run.double.push(ofBot))).toBe(200);
    expect(run.context.messages).toEqual([]);
  });

  it('of another event type is passed over', async () => {
    const run = await ready();
    const event = { schema: '2.0', header: { event_type: 'im.chat.member.bot.added_v1' }, event: {} };
    expect(await acked(run, await run.double.push(event))).toBe(200);
    expect(run.context.messages).toEqual([]);
  });

  it('that comes right behind the handshake, before the first pong, is taken and not yet a proof', async () => {
    const first = await ready();
    await first.double.closeWith(1000);
    await first.end;
    while (first.double.links > 0) await settle();
    await first.double.deliver({ text: 'early' });
    const { context } = await startDouble();
    start(first.double, context);
    await context.until(({ messages }) => messages.length === 1);
    expect(context.isReady).toBe(false);
    await first.double.seen(named('ack'));
    await context.until(({ isReady }) => isReady);
    expect(values(context, 'inbound')).toHaveLength(1);
  });
});

describe('an event that cannot be read', () => {
  const whole = messageEvent(NOW, { message: { message_id: 'om_1' } }) as {
    header: object;
    event: { sender: object; message: object };
  };
  const withMessage = (message: object) => ({
    ...whole,
    event: { ...whole.event, message: { ...whole.event.message, ...message } },
  });

  it.each([
    ['no object', []],
    ['no header', { event: whole.event }],
    ['no body', { header: whole.header }],
    ['no sender', { ...whole, event: { message: whole.event.message } }],
    ['no sender id', { ...whole, event: { ...whole.event, sender: { sender_id: {} } } }],
    [
      'a sender id of another type',
      { ...whole, event: { ...whole.event, sender: { sender_id: { open_id: 7 } } } },
    ],
    ['a message id of another type', withMessage({ message_id: { a: 1 } })],
    ['no chat', withMessage({ chat_id: null })],
    ['a message type with a path in it', withMessage({ message_type: '../../x' })],
    ['an endless chat id', withMessage({ chat_id: 'o'.repeat(10_000) })],
  ])('(%s) is counted, said in words and asked for again; the link stays', async (_what, event) => {
    const run = await ready();
    expect(await acked(run, await run.double.push(event))).toBe(500);
    expect(values(run.context, 'rejected')).toEqual([
      { class: 'protocol', code: 'bad_event', message: 'Feishu sent an event that cannot be read' },
    ]);
    expect(run.context.messages).toEqual([]);
    run.double.giveUp();
    expect(await receive(run, {})).toBe(200);
  });

  it.each([
    [{ sum: '0', seq: '0' }, '{}'],
    [{ sum: '2', seq: '2' }, '{}'],
    [{ sum: '100000', seq: '0' }, '{}'],
    [{ seq: '0' }, '{}'],
    [{ sum: '1', seq: '0' }, '{"not json'],
    [{ sum: '1', seq: '0' }, ''],
  ])('(%j) is counted and does not end the link', async (headers, payload) => {
    const run = await ready();
    await run.double.pushFrame({ type: 'event', message_id: 'frame-x', ...headers }, payload);
    expect(await acked(run, 'frame-x')).toBe(500);
    expect(values(run.context, 'rejected')).toHaveLength(1);
    expect(await receive(run, {})).toBe(200);
  });

  it('the content of a text that is no JSON makes it a message without words', () => {
    for (const content of ['plain', '[]', '{"text":7}', 7, null]) {
      expect(readEvent(withMessage({ content }), NOW)).toMatchObject({ text: '', kind: 'text' });
    }
  });

  it('a time that makes no sense is replaced by ours', () => {
    const at = (create_time: unknown) => {
      const message = readEvent(withMessage({ create_time }), NOW);
      return typeof message === 'string' ? message : message.at;
    };
    expect(at('1735689600000')).toBe(1_735_689_600_000);
    expect(at(String(NOW + 60_000))).toBe(NOW + 60_000);
    for (const odd of ['', 'x', '0', '-5', '1e99', '9999999999999999', 5, null, undefined])
      expect(at(odd)).toBe(NOW);
  });
});
