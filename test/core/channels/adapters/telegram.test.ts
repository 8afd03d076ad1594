import { afterEach, describe, expect, it } from 'vitest';
import { telegramAdapter } from '../../../../electron/core/channels/adapters/telegram/telegram-adapter';
import type { OutboundMessage } from '../../../../electron/core/channels/channel-adapter';
import { startTelegramDouble, type TelegramDouble } from '../../../doubles/telegram';
import {
  type AccountChanges,
  accountFor,
  probeContextOf,
  type RunningEpoch,
  runEpochOf,
} from '../../../helpers/adapter-epoch';
import { BareContext } from '../../../helpers/channel-doubles';
import { settle } from '../../../helpers/fake-clock';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startDouble(): Promise<TelegramDouble> {
  const double = await startTelegramDouble();
  cleanups.push(() => double.close());
  return double;
}

function start(double: TelegramDouble, context = new BareContext(), changes?: AccountChanges): RunningEpoch {
  const epoch = runEpochOf(telegramAdapter, accountFor(telegramAdapter, double, changes), context);
  cleanups.push(() => {
    context.abort();
    return epoch.end;
  });
  return epoch;
}

/** Ready, and the first held poll waits. */
async function polling(context?: BareContext) {
  const double = await startDouble();
  const epoch = start(double, context);
  await double.linked();
  return { double, ...epoch };
}

function values(context: BareContext, what: string): unknown[] {
  return context.said.filter((entry) => entry.what === what).map((entry) => entry.value);
}

function named(name: string) {
  return (request: { name: string }) => request.name === name;
}

function bodies(double: TelegramDouble, name: string): unknown[] {
  return double.log.filter(named(name)).map(({ body }) => body);
}

function send(
  context: BareContext,
  message: Partial<OutboundMessage>,
  signal = new AbortController().signal,
) {
  const live = context.info?.live?.send;
  if (live === undefined) throw new Error('no live link');
  return live({ to: '42', text: 'good morning', idempotencyKey: 'key-1', ...message }, signal);
}

const UPDATE = {
  message_id: 5,
  date: 1_760_000_000,
  chat: { id: 42, type: 'private' },
  from: { id: 42, is_bot: false, first_name: 'Ada', last_name: 'L' },
};

describe('readiness', () => {
  it('is the first poll that is answered, which asks for no wait', async () => {
    const { double, context } = await polling();
    expect(values(context, 'phase')).toEqual(['authenticating', 'connecting']);
    expect(context.info).toMatchObject({
      mode: 'polling',
      evidence: 'first poll answered',
      identity: { id: '7120001', name: '@double_bot' },
    });
    expect(double.log.map(({ name }) => name)).toEqual([
      'getMe',
      'deleteWebhook',
      'getUpdates',
      'getUpdates',
    ]);
    expect(bodies(double, 'getUpdates')).toEqual([
      { limit: 100, timeout: 0, allowed_updates: ['message', 'channel_post'] },
      { limit: 100, timeout: 30, allowed_updates: ['message', 'channel_post'] },
    ]);
  });

  it('does not say connected when only the token was accepted: no poll answered, no claim', async () => {
    const double = await startDouble();
    await double.fault('mute');
    const { context, failure } = start(double);
    await double.seen(named('getUpdates'));
    expect(context.isReady).toBe(false);
    context.clock.advance(10_000);
    expect(await failure()).toMatchObject({ class: 'network', code: 'timeout' });
    expect(context.isReady).toBe(false);
  });

  it('never comes when nothing is answered', async () => {
    const double = await startDouble();
    await double.fault('hang');
    const { context, failure } = start(double);
    await double.seen(named('getMe'));
    context.clock.advance(10_000);
    expect(await failure()).toMatchObject({ class: 'network', code: 'timeout' });
    expect(context.isReady).toBe(false);
  });

  it('comes from an API root with slashes at its end, as people paste it', async () => {
    const double = await startDouble();
    const apiRoot = `${double.settings.apiRoot}//`;
    const { context } = start(double, new BareContext(), { settings: { apiRoot } });
    await context.until(({ isReady }) => isReady);
  });

  it('removes a webhook once, so that it can fetch at all', async () => {
    const double = await startDouble();
    double.hook('https://other.example/hook');
    const { context } = start(double);
    await context.until(({ isReady }) => isReady);
    expect(bodies(double, 'deleteWebhook')).toEqual([{}]);
  });
});

describe('a refusal', () => {
  const faults: readonly [Parameters<TelegramDouble['fault']>[0], object][] = [
    ['bad-credential', { class: 'auth', code: 401, message: 'Telegram rejected the bot token (code 401)' }],
    ['rate-limit', { class: 'rate_limited', code: 429, retryAfterMs: 2_000 }],
    ['server-error', { class: 'server', code: 500 }],
    ['malformed', { class: 'protocol', code: 'bad_answer' }],
    ['huge', { class: 'protocol', code: 'too_large' }],
    ['down', { class: 'network', code: 'ECONNREFUSED' }],
  ];
  it.each(faults)('at the start by %s is what it is', async (fault, expected) => {
    const double = await startDouble();
    await double.fault(fault);
    const { context, failure } = start(double);
    expect(await failure()).toMatchObject(expected);
    expect([context.isReady, context.clock.pendingTimers]).toEqual([false, 0]);
  });

  it.each(faults.filter(([fault]) => fault !== 'down'))(
    'of a held poll by %s ends the epoch',
    async (fault, expected) => {
      const { double, context, failure } = await polling();
      await double.fault(fault);
      expect(await failure()).toMatchObject(expected);
      expect(context.clock.pendingTimers).toBe(0);
    },
  );

  it('tells a token of the wrong form from an address that is no Bot API, both with what to do', async () => {
    const double = await startDouble();
    const wrongForm = await start(double, undefined, { secrets: { botToken: 'short' } }).failure();
    expect(wrongForm).toMatchObject({ class: 'config', code: 404, terminal: true });
    expect(wrongForm.fix).toContain('@BotFather');
    const apiRoot = `${double.settings.apiRoot}/elsewhere`;
    const wrongRoot = await start(double, undefined, { settings: { apiRoot } }).failure();
    // May be a network that wants a login first, and pass.
    expect(wrongRoot).toMatchObject({ class: 'config', code: 404 });
    expect(wrongRoot.terminal).toBeUndefined();
    expect(wrongRoot.fix).toContain('API root');
  });

  it('by a second poller is a conflict that is tried again', async () => {
    const { double, failure } = await polling();
    await double.happen('kick');
    expect(await failure()).toMatchObject({
      class: 'kicked',
      code: 409,
      message: 'Another process polls this bot: Telegram serves only one (code 409)',
    });
    expect(telegramAdapter.policy.whenKicked).toBe('retry');
  });

  it('because somebody set a webhook meanwhile says so, without its address', async () => {
    const { double, failure } = await polling();
    double.hook('https://other.example/hook-with-secret');
    await double.deliver({ text: 'x' });
    const conflict = await failure();
    expect(conflict).toMatchObject({ class: 'kicked', code: 409 });
    expect(conflict.message).toContain('webhook');
    expect(JSON.stringify(conflict)).not.toContain('other.example');
  });

  it('because the token was revoked is final', async () => {
    const { double, failure } = await polling();
    await double.happen('revoke');
    expect(await failure()).toMatchObject({ class: 'auth', code: 401 });
    expect(await start(double).failure()).toMatchObject({ class: 'auth', code: 401 });
  });

  it.each([
    ['close', { class: 'server', code: 502 }],
    ['cut', { class: 'network', code: 'ECONNRESET' }],
  ] as const)('of a held poll by a %s may pass', async (incident, expected) => {
    const { double, failure } = await polling();
    await double.happen(incident);
    expect(await failure()).toMatchObject(expected);
  });

  const answers: readonly [string, string, string][] = [
    ['an array', 'getMe', '[1]'],
    ['no result', 'getMe', '{"ok":true}'],
    ['no verdict', 'getMe', '{"result":{}}'],
    ['a bot without id', 'getMe', '{"ok":true,"result":{"id":"7"}}'],
    ['a text for updates', 'getUpdates', '{"ok":true,"result":"none"}'],
    ['an update without id', 'getUpdates', '{"ok":true,"result":[{"message":{}}]}'],
    ['an update with a broken id', 'getUpdates', '{"ok":true,"result":[{"update_id":1e300}]}'],
  ];
  it.each(answers)(
    'of the shape itself: %s is a protocol failure, not a crash',
    async (_name, method, text) => {
      const double = await startDouble();
      double.script(method, text);
      const { context, failure } = start(double);
      expect(await failure()).toMatchObject({ class: 'protocol', code: 'bad_answer' });
      expect(context.isReady).toBe(false);
    },
  );

  it('of a proxy on the way that wants a login says so, and blames no address', async () => {
    const double = await startDouble();
    double.script('getMe', { status: 407, body: 'login' });
    expect(await start(double).failure()).toMatchObject({
      class: 'config',
      code: 407,
      message: 'the proxy wants a login (HTTP 407)',
    });
  });

  it('with a code that nobody knows is shown in the words of Telegram, without addresses', async () => {
    const double = await startDouble();
    const description = 'Strange Thing: see https://example.com/bot123:SECRET for more';
    double.script('getMe', { status: 418, body: { ok: false, error_code: 418, description } });
    expect(await start(double).failure()).toEqual({
      class: 'protocol',
      code: 418,
      message: 'Telegram refused this: see  for more (code 418)',
    });
  });

  it('that asks for an absurd wait is bounded to a day', async () => {
    const double = await startDouble();
    const parameters = { retry_after: 1e12 };
    double.script('getMe', {
      status: 429,
      body: { ok: false, error_code: 429, description: '', parameters },
    });
    expect(await start(double).failure()).toMatchObject({ retryAfterMs: 86_400_000 });
  });
});

describe('a link that is ready', () => {
  it('does not stay connected when polls go unanswered: 40 s end it', async () => {
    const { double, context, failure } = await polling();
    await double.fault('mute');
    context.clock.advance(39_999);
    expect(values(context, 'activity')).toEqual([]);
    context.clock.advance(1);
    expect(await failure()).toMatchObject({ class: 'network', code: 'timeout' });
  });

  it('takes each answered poll as evidence', async () => {
    const { double, context } = await polling();
    for (let count = 1; count <= 3; count += 1) {
      await double.deliver({ text: `${count}` });
      await context.until((ctx) => values(ctx, 'activity').length === count);
    }
    expect(values(context, 'activity')).toEqual(Array(3).fill('poll answered'));
  });

  it('asks a server that does not hold no more than once a second', async () => {
    const double = await startTelegramDouble({ maxHoldMs: 0 });
    cleanups.push(() => double.close());
    const { context } = start(double);
    await context.until((ctx) => values(ctx, 'activity').length === 1);
    const asked = () => bodies(double, 'getUpdates').length;
    expect(asked()).toBe(2);
    for (let poll = 2; poll <= 4; poll += 1) {
      context.clock.advance(1_000);
      await context.until((ctx) => values(ctx, 'activity').length === poll);
      expect(asked()).toBe(poll + 1);
    }
  });

  it('is stopped by an abort in every phase, and nothing stays behind', async () => {
    const double = await startDouble();
    const before = new BareContext();
    before.abort();
    expect(await start(double, before).end).toEqual({ kind: 'aborted' });
    for (const [fault, seen] of [
      ['hang', 'getMe'],
      ['mute', 'getUpdates'],
    ] as const) {
      await double.fault(fault);
      const { context, end } = start(double);
      await double.seen(named(seen));
      context.abort();
      expect(await end).toEqual({ kind: 'aborted' });
      expect(context.clock.pendingTimers).toBe(0);
    }
    await double.fault('none');
    const { context, end } = start(double);
    await double.linked();
    context.abort();
    expect(await end).toEqual({ kind: 'aborted' });
    expect(context.clock.pendingTimers).toBe(0);
  });
});

describe('inbound', () => {
  it('carries a direct text with its sender and time', async () => {
    const { double, context } = await polling();
    await double.update({ message: { ...UPDATE, text: 'hello\nworld' } });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages).toEqual([
      {
        messageId: '42:5',
        chatType: 'direct',
        conversationId: '42',
        senderId: '42',
        senderName: 'Ada L',
        text: 'hello\nworld',
        at: 1_760_000_000_000,
      },
    ]);
  });

  const shapes: readonly [string, object, object][] = [
    ['a group', { chat: { id: -100, type: 'supergroup' } }, { chatType: 'group', conversationId: '-100' }],
    [
      'a topic',
      { chat: { id: -100, type: 'supergroup' }, message_thread_id: 7, is_topic_message: true },
      { conversationId: '-100:topic:7', threadId: '7' },
    ],
    [
      'a reply thread that is no topic',
      { chat: { id: -100, type: 'supergroup' }, message_thread_id: 7 },
      { conversationId: '-100' },
    ],
    [
      'an anonymous administrator',
      { chat: { id: -100, type: 'supergroup' }, sender_chat: { id: -100, title: 'The group' } },
      { senderId: '-100', senderName: 'The group' },
    ],
    [
      'a sender with a username only',
      { from: { id: 9, username: 'ada' } },
      { senderId: '9', senderName: 'ada' },
    ],
    ['a time in the far future', { date: 9e12 }, { at: Date.UTC(2026, 0, 1) }],
  ];
  it.each(shapes)('of %s is told as such', async (_name, changes, expected) => {
    const { double, context } = await polling();
    await double.update({ message: { ...UPDATE, text: 'x', ...changes } });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]).toMatchObject(expected);
    if (!('threadId' in expected)) expect(context.messages[0]).not.toHaveProperty('threadId');
  });

  it('of a channel has the channel as sender', async () => {
    const { double, context } = await polling();
    const chat = { id: -1009, type: 'channel', title: 'News' };
    await double.update({ channel_post: { message_id: 1, date: 1_760_000_000, chat, text: 'post' } });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]).toMatchObject({ chatType: 'channel', senderId: '-1009', senderName: 'News' });
  });

  it.each([
    ['photo', { photo: [{}], caption: 'look' }, 'look'],
    ['voice', { voice: {} }, ''],
    ['animation', { animation: {}, document: {} }, ''],
    ['sticker', { sticker: {} }, ''],
    ['location', { location: {}, venue: undefined }, ''],
    ['document', { document: {} }, ''],
  ])('says %s for what is not text, and keeps its caption', async (kind, content, text) => {
    const { double, context } = await polling();
    await double.update({ message: { ...UPDATE, ...content } });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]).toMatchObject({ kind, text });
  });

  it('skips service messages, its own ones and other updates, and confirms them', async () => {
    const { double, context } = await polling();
    await double.update({ message: { ...UPDATE, new_chat_title: 'x' } });
    await double.update({ message: { ...UPDATE, from: { id: 7120001, is_bot: true }, text: 'mine' } });
    await double.update({ poll: {} });
    await double.deliver({ text: 'a user' });
    await context.until(({ messages }) => messages.length === 1);
    await double.linked();
    expect([context.messages.map(({ text }) => text), values(context, 'rejected')]).toEqual([['a user'], []]);
    expect(double.unconfirmed).toBe(0);
  });

  it.each([
    ['message', { message: 'text' }],
    ['message_id', { message: { ...UPDATE, message_id: 'five' } }],
    ['chat.id', { message: { ...UPDATE, chat: { type: 'private' } } }],
    ['chat.type', { message: { ...UPDATE, chat: { id: 1, type: '__proto__' } } }],
    ['from.id', { message: { ...UPDATE, from: undefined } }],
  ])('without %s is counted as lost, and the next one comes', async (field, fields) => {
    const { double, context } = await polling();
    await double.update(fields);
    await double.deliver({ text: 'after' });
    await context.until(({ messages }) => messages.length === 1);
    expect(values(context, 'rejected')).toMatchObject([{ class: 'protocol', code: 'bad_message' }]);
    expect(JSON.stringify(values(context, 'rejected'))).toContain(field);
  });

  it('hands over what waited while nobody polled, in order, right after the ready proof', async () => {
    const double = await startDouble();
    for (let count = 0; count < 150; count += 1) await double.deliver({ text: `${count}` });
    const { context } = start(double);
    await context.until(({ messages }) => messages.length === 150);
    expect(context.messages.map(({ text }) => text)).toEqual(
      Array.from({ length: 150 }, (_, index) => `${index}`),
    );
    expect(context.said.findIndex(({ what }) => what === 'ready')).toBeLessThan(
      context.said.findIndex(({ what }) => what === 'inbound'),
    );
  });

  it('takes a whole poll of the longest texts, more than 1 MiB: it would come again for ever', async () => {
    const double = await startDouble();
    const text = '文'.repeat(4_096);
    for (let count = 0; count < 100; count += 1) await double.deliver({ text });
    const { context } = start(double);
    await context.until(({ messages }) => messages.length === 100);
    expect(new Set(context.messages.map((message) => message.text))).toEqual(new Set([text]));
  });
});

describe('the cursor', () => {
  it('is stored after the hand-over and goes on after a restart', async () => {
    const first = await polling();
    await first.double.deliver({ text: 'one' });
    await first.context.until(({ messages }) => messages.length === 1);
    await first.double.linked();
    expect(first.context.store.get('cursor')).toEqual({ bot: 7120001, offset: 500_000_002 });
    expect(first.double.unconfirmed).toBe(0);
    first.context.abort();
    await first.end;

    await first.double.deliver({ text: 'two' });
    const context = new BareContext();
    context.store.set('cursor', first.context.store.get('cursor'));
    start(first.double, context);
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages.map(({ text }) => text)).toEqual(['two']);
  });

  it('does not move over a message that nobody took: it comes again', async () => {
    const { double, context, end } = await polling();
    context.answer = 'closed';
    await double.deliver({ text: 'untaken' });
    await end;
    expect([context.store.get('cursor'), double.unconfirmed]).toEqual([undefined, 1]);
    const next = start(double).context;
    await next.until(({ messages }) => messages.length === 1);
    expect(next.messages[0]?.text).toBe('untaken');
  });

  it('moves over a duplicate', async () => {
    const { double, context } = await polling();
    context.answer = 'duplicate';
    const id = await double.deliver({ text: 'x' });
    await double.deliver({ text: 'x', messageId: id });
    await context.until(({ messages }) => messages.length === 2);
    await double.linked();
    expect(new Set(context.messages.map(({ messageId }) => messageId))).toEqual(new Set([id]));
    expect(double.unconfirmed).toBe(0);
  });

  it('follows the numbers of Telegram, which begin anew anywhere after a quiet week', async () => {
    const double = await startDouble();
    const context = new BareContext();
    context.store.set('cursor', { bot: 7120001, offset: 900_000_000 });
    double.script('getUpdates', {
      status: 200,
      body: { ok: true, result: [{ update_id: 17, message: UPDATE }] },
    });
    start(double, context);
    await double.linked();
    expect(bodies(double, 'getUpdates')).toMatchObject([{ offset: 900_000_000 }, { offset: 18 }]);
    expect(context.store.get('cursor')).toEqual({ bot: 7120001, offset: 18 });
  });

  it('that the server takes no notice of makes no flood: the same again is as good as nothing', async () => {
    const double = await startDouble();
    const context = new BareContext();
    context.answer = 'duplicate';
    const again = { status: 200, body: { ok: true, result: [{ update_id: 17, message: UPDATE }] } };
    for (let count = 0; count < 20; count += 1) double.script('getUpdates', again);
    start(double, context);
    const asked = () => bodies(double, 'getUpdates').length;
    for (let poll = 1; poll <= 4; poll += 1) {
      await context.until((ctx) => values(ctx, 'activity').length === poll);
      for (let turn = 0; turn < 20; turn += 1) await settle();
      expect(asked()).toBe(poll + 1);
      context.clock.advance(1_000);
    }
  });

  it.each([
    ['of another bot', { bot: 99, offset: 900_000_000 }],
    ['without a number', { bot: 7120001, offset: 'x' }],
    ['that is no object', 7],
  ])('%s is not used: it would skip messages', async (_name, stored) => {
    const double = await startDouble();
    await double.deliver({ text: 'waiting' });
    const context = new BareContext();
    context.store.set('cursor', stored);
    start(double, context);
    await context.until(({ messages }) => messages.length === 1);
    expect(bodies(double, 'getUpdates')[0]).not.toHaveProperty('offset');
  });
});

describe('outbound', () => {
  it.each([null, 'x', { toString: 1 }, [7]])(
    'is sent without an id when Telegram names the chat %j',
    async (id) => {
      const { double, context } = await polling();
      double.script('sendMessage', {
        status: 200,
        body: { ok: true, result: { message_id: 3, chat: { id } } },
      });
      expect(await send(context, {})).toEqual({ ok: true, value: {} });
    },
  );

  it('answers where a message came from, with the id that Telegram gave', async () => {
    const { double, context } = await polling();
    await double.deliver({ text: 'hi' });
    await double.deliver({ text: 'hi', conversation: '-1001:topic:7' });
    await context.until(({ messages }) => messages.length === 2);
    const [direct = '', topic = ''] = context.messages.map(({ conversationId }) => conversationId);
    expect(await send(context, { to: direct })).toEqual({
      ok: true,
      value: { messageId: expect.stringMatching(new RegExp(`^${direct}:\\d+$`)) },
    });
    await send(context, { to: topic });
    expect(double.sent).toEqual([
      { to: direct, text: 'good morning' },
      { to: '-1001:topic:7', text: 'good morning' },
    ]);
  });

  it('quotes the message that was chosen, and no message of another chat', async () => {
    const { double, context } = await polling();
    const id = await double.deliver({ text: 'hi', sender: '42' });
    await context.until(({ messages }) => messages.length === 1);
    for (const replyToId of [id, '17', '43:17', 'nonsense']) await send(context, { replyToId });
    const quoted = bodies(double, 'sendMessage').map(
      (body) => (body as { reply_parameters?: unknown }).reply_parameters,
    );
    expect(quoted).toEqual([
      { message_id: Number(id.split(':')[1]), allow_sending_without_reply: true },
      { message_id: 17, allow_sending_without_reply: true },
      undefined,
      undefined,
    ]);
  });

  it('follows a group that became a supergroup', async () => {
    const { double, context } = await polling();
    await double.deliver({ text: 'hi', conversation: '-77' });
    double.migrate('-77', -100_77);
    expect(await send(context, { to: '-77' })).toMatchObject({ ok: true });
    expect(double.sent).toEqual([{ to: '-10077', text: 'good morning' }]);
  });

  it('refuses what is no chat without asking anybody', async () => {
    const { double, context } = await polling();
    for (const to of ['', 'Ada', '12 34', '1:topic:x', '42\n']) {
      expect(await send(context, { to })).toMatchObject({
        ok: false,
        error: { class: 'config', code: 'bad_chat_id' },
      });
    }
    expect(bodies(double, 'sendMessage')).toEqual([]);
  });

  it.each([
    ['403', 403, 'Forbidden: bot was blocked by the user', 'permission', 'bot was blocked by the user'],
    ['400', 400, 'Bad Request: chat not found', 'config', 'chat not found'],
    ['401', 401, 'Unauthorized', 'auth', 'rejected the bot token'],
    ['500', 500, 'Internal Server Error', 'server', 'Internal Server Error'],
  ])('tells code %s in the words of Telegram', async (_name, status, description, failureClass, words) => {
    const { double, context } = await polling();
    double.script('sendMessage', { status, body: { ok: false, error_code: status, description } });
    const result = await send(context, {});
    expect(result).toMatchObject({ ok: false, error: { class: failureClass, code: status } });
    expect(JSON.stringify(result)).toContain(words);
    expect(double.sent).toEqual([]);
  });

  it('passes the wait on that Telegram asks for', async () => {
    const { double, context } = await polling();
    await double.fault('rate-limit');
    expect(await send(context, {})).toMatchObject({
      ok: false,
      error: { class: 'rate_limited', retryAfterMs: 2_000 },
    });
  });

  it('says that a text may have been sent when no answer comes, and not when nothing could be sent', async () => {
    const { double, context } = await polling();
    await double.fault('hang');
    const silent = send(context, {});
    await double.seen(named('sendMessage'));
    context.clock.advance(15_000);
    expect(await silent).toMatchObject({ ok: false, error: { class: 'network', code: 'timeout' } });
    expect(JSON.stringify(await silent)).toContain('may have been sent');
    await double.fault('down');
    const refused = await send(context, {});
    expect(refused).toMatchObject({ ok: false, error: { code: 'ECONNREFUSED' } });
    expect(JSON.stringify(refused)).not.toContain('may have been sent');
  });

  it('gives up when its signal aborts', async () => {
    const { double, context } = await polling();
    await double.fault('hang');
    const controller = new AbortController();
    const sending = send(context, {}, controller.signal);
    await double.seen(named('sendMessage'));
    controller.abort();
    expect(await sending).toMatchObject({ ok: false, error: { code: 'aborted' } });
  });
});

describe('probing', () => {
  function probe(double: TelegramDouble, changes?: AccountChanges, how: 'probe' | 'check' = 'probe') {
    const context = new BareContext();
    const asked = telegramAdapter[how]?.(
      accountFor(telegramAdapter, double, changes),
      probeContextOf(context),
    );
    return { context, asked };
  }

  it('asks who the bot is, and never fetches', async () => {
    const double = await startDouble();
    expect(await probe(double).asked).toEqual({ ok: true, identity: { id: '7120001', name: '@double_bot' } });
    expect(double.log.map(({ name }) => name)).toEqual(['getMe']);
  });

  it('mentions privacy mode, which is no fault', async () => {
    const double = await startDouble();
    double.readsGroups = false;
    const outcome = await probe(double).asked;
    expect([outcome?.ok, outcome?.note?.includes('Privacy mode')]).toEqual([true, true]);
  });

  it('says before saving that starting would take the bot from another program', async () => {
    const double = await startDouble();
    double.hook('https://other.example/hook-with-secret');
    const outcome = await probe(double, undefined, 'check').asked;
    expect([outcome?.ok, outcome?.note?.includes('removes that webhook')]).toEqual([true, true]);
    expect(JSON.stringify(outcome)).not.toContain('other.example');
  });

  it.each([
    ['a token that is wrong', { secrets: { botToken: `1:${'A'.repeat(35)}` } }, 'botToken', 'auth'],
    ['a token of the wrong form', { secrets: { botToken: 'short' } }, 'botToken', 'config'],
    ['an address where nobody is', { settings: { apiRoot: 'http://127.0.0.1:1' } }, 'apiRoot', 'network'],
  ])('names the field of %s', async (_name, changes, field, failureClass) => {
    const double = await startDouble();
    for (const how of ['probe', 'check'] as const) {
      expect(await probe(double, changes, how).asked).toMatchObject({
        ok: false,
        field,
        class: failureClass,
      });
    }
  });

  it('names the address when that is no Bot API', async () => {
    const double = await startDouble();
    const apiRoot = `${double.settings.apiRoot}/elsewhere`;
    expect(await probe(double, { settings: { apiRoot } }).asked).toMatchObject({
      ok: false,
      field: 'apiRoot',
    });
  });

  it('ends by itself when nothing answers', async () => {
    const double = await startDouble();
    await double.fault('hang');
    const { context, asked } = probe(double);
    await double.seen(named('getMe'));
    context.clock.advance(10_000);
    expect(await asked).toMatchObject({ ok: false, class: 'network' });
    expect(context.clock.pendingTimers).toBe(0);
  });
});

it('never puts the token or an address with it into a log, a text or a state', async () => {
  const seen: unknown[] = [];
  const double = await startDouble();
  const token = double.secrets.botToken ?? '';
  for (const fault of [
    'bad-credential',
    'rate-limit',
    'server-error',
    'malformed',
    'huge',
    'down',
  ] as const) {
    await double.fault(fault);
    const { context, failure } = start(double);
    seen.push(await failure(), context.said, context.log.text());
    seen.push(
      await telegramAdapter.probe?.(accountFor(telegramAdapter, double), probeContextOf(new BareContext())),
    );
    await double.fault('none');
  }
  const { context } = start(double);
  await double.linked();
  await double.fault('server-error');
  seen.push(await send(context, {}), context.said, context.log.text());
  expect(JSON.stringify(seen)).not.toContain(token.slice(8));
  expect(JSON.stringify(seen)).not.toContain('/bot');
});
