import { afterEach, describe, expect, it } from 'vitest';
import { wecomAdapter } from '../../../../electron/core/channels/adapters/wecom/wecom-adapter';
import type { LiveLink } from '../../../../electron/core/channels/channel-adapter';
import { startWecomDouble, type WecomDouble } from '../../../doubles/wecom';
import { accountFor, probeContextOf, type RunningEpoch, runEpochOf } from '../../../helpers/adapter-epoch';
import { BareContext } from '../../../helpers/channel-doubles';

const TEXT = { to: 'zhangsan', text: 'good morning', idempotencyKey: 'key-1' };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startDouble(): Promise<WecomDouble> {
  const double = await startWecomDouble();
  cleanups.push(() => double.close());
  return double;
}

function start(double: WecomDouble, context = new BareContext()): RunningEpoch {
  const epoch = runEpochOf(wecomAdapter, accountFor(wecomAdapter, double), context);
  cleanups.push(() => {
    context.abort();
    return epoch.end;
  });
  return epoch;
}

async function ready(context?: BareContext) {
  const double = await startDouble();
  const epoch = start(double, context);
  await epoch.context.until(({ isReady }) => isReady);
  return { double, ...epoch };
}

function liveOf({ info }: BareContext): Required<LiveLink> {
  const { send, probe } = info?.live ?? {};
  if (send === undefined || probe === undefined) throw new Error('no live link');
  return { send, probe };
}

function send(context: BareContext, changes: Partial<typeof TEXT> & { replyToId?: string } = {}) {
  return liveOf(context).send({ ...TEXT, ...changes }, new AbortController().signal);
}

function values(context: BareContext, what: string): unknown[] {
  return context.said.filter((entry) => entry.what === what).map((entry) => entry.value);
}

function named(name: string) {
  return (request: { name: string }) => request.name === name;
}

describe('readiness', () => {
  it('is the acknowledged subscription, with the bot as identity', async () => {
    const { double, context } = await ready();
    expect(values(context, 'phase')).toEqual(['connecting', 'authenticating']);
    expect(context.info).toMatchObject({
      mode: 'websocket',
      evidence: 'subscription confirmed',
      identity: { id: 'aib-double-0001' },
    });
    expect(double.log.map(({ name }) => name)).toEqual(['GET /', 'aibot_subscribe']);
  });

  it('does not say connected when the SDK says connected: an open socket proves nothing', async () => {
    const double = await startDouble();
    await double.fault('mute');
    const { context, failure } = start(double);
    await double.seen(named('aibot_subscribe'));
    expect(context.isReady).toBe(false);
    context.clock.advance(10_000);
    expect(await failure()).toMatchObject({ class: 'network', code: 'ack_timeout' });
    expect(context.isReady).toBe(false);
  });

  it('never comes when the connection is taken and not answered', async () => {
    const double = await startDouble();
    await double.fault('hang');
    const { context, failure } = start(double);
    await double.seen(named('GET /'));
    context.clock.advance(10_000);
    expect(await failure()).toMatchObject({ class: 'network', code: 'timeout' });
    expect(context.isReady).toBe(false);
  });
});

describe('an end before readiness', () => {
  const codes: readonly [number, string, string, string][] = [
    [853000, 'auth', "WeCom rejected the bot's secret (code 853000)", 'Copy the Secret again'],
    [93019, 'auth', 'WeCom knows no bot with this bot id (code 93019)', 'Copy the Bot ID again'],
    [40058, 'config', 'WeCom could not read the bot id or secret (code 40058)', 'Copy both again'],
  ];
  it.each(codes)('says what code %i means and where to look', async (errcode, failureClass, message, fix) => {
    const double = await startDouble();
    double.script('aibot_subscribe', { errcode, errmsg: 'whatever' });
    const failure = await start(double).failure();
    expect(failure).toMatchObject({ class: failureClass, code: errcode, message });
    expect(failure.fix).toContain(fix);
    expect(failure.fix).toContain('Smart Bot');
  });

  it('shows a code that nobody knows as it came, without the address and trace behind it', async () => {
    const double = await startDouble();
    const errmsg =
      'something new, hint: [17748], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/x';
    double.script('aibot_subscribe', { errcode: 999123, errmsg });
    expect(await start(double).failure()).toEqual({
      class: 'server',
      code: 999123,
      message: 'WeCom refused the connection: something new (code 999123)',
    });
  });

  it('is a slow-down when the vendor limits', async () => {
    const double = await startDouble();
    await double.fault('rate-limit');
    expect(await start(double).failure()).toMatchObject({ class: 'rate_limited', code: 45009 });
  });

  it('names a wrong secret, a refused port, an HTML error page and a wrong path apart', async () => {
    const double = await startDouble();
    await double.fault('bad-credential');
    expect(await start(double).failure()).toMatchObject({ class: 'auth', code: 853000 });
    await double.fault('server-error');
    expect(await start(double).failure()).toMatchObject({ class: 'server', code: 500 });
    const elsewhere = accountFor(wecomAdapter, double, {
      settings: { websocketUrl: `${double.settings.websocketUrl}/elsewhere` },
    });
    await double.fault('none');
    expect(await runEpochOf(wecomAdapter, elsewhere).failure()).toMatchObject({
      class: 'protocol',
      code: 404,
    });
    await double.fault('down');
    expect(await start(double).failure()).toMatchObject({ class: 'network', code: 'ECONNREFUSED' });
  });

  it('is aborted at once in every phase, and leaves nothing behind', async () => {
    const double = await startDouble();
    const before = new BareContext();
    before.abort();
    expect(await start(double, before).end).toEqual({ kind: 'aborted' });
    for (const [fault, seen] of [
      ['hang', 'GET /'],
      ['mute', 'aibot_subscribe'],
    ] as const) {
      await double.fault(fault);
      const { context, end } = start(double);
      await double.seen(named(seen));
      context.abort();
      context.clock.advance(500); // the double does not answer the close
      expect(await end).toEqual({ kind: 'aborted' });
      expect(context.clock.pendingTimers).toBe(0);
    }
  });
});

describe('inbound', () => {
  it('carries a direct text with its sender and time', async () => {
    const { double, context } = await ready();
    const createTime = Math.floor(context.clock.now() / 1_000) - 3;
    await double.push({ msgid: 'm-1', text: { content: 'hello\nworld' }, create_time: createTime });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages).toEqual([
      {
        messageId: 'm-1',
        chatType: 'direct',
        conversationId: 'zhangsan',
        senderId: 'zhangsan',
        text: 'hello\nworld',
        at: createTime * 1_000,
      },
    ]);
    expect(values(context, 'activity')).toEqual(['message received']);
  });

  it('carries a group by its chat id, and the time of arrival where the vendor tells none that can be right', async () => {
    const { double, context } = await ready();
    await double.push({ chattype: 'group', chatid: 'wr-1', create_time: 4e12, text: { content: '@bot hi' } });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]).toMatchObject({
      chatType: 'group',
      conversationId: 'wr-1',
      senderId: 'zhangsan',
      at: context.clock.now(),
    });
  });

  const kinds: readonly [string, object, string][] = [
    ['voice', { voice: { content: 'spoken' } }, 'spoken'],
    ['image', { image: { url: 'https://example.com/secret-url', aeskey: 'k' } }, ''],
    ['file', { file: { url: 'https://example.com/secret-url' } }, ''],
    ['video', { video: { url: 'https://example.com/secret-url' } }, ''],
    ['location', {}, ''],
    [
      'mixed',
      {
        mixed: {
          msg_item: [{ text: { content: 'a' } }, { image: { url: 'u' } }, { text: { content: 'b' } }, 7],
        },
      },
      'a\nb',
    ],
  ];
  it.each(kinds)('says %s for what is not text, and keeps the text in it', async (msgtype, part, text) => {
    const { double, context } = await ready();
    await double.push({ msgtype, ...part });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]).toMatchObject({ kind: msgtype, text });
    expect(JSON.stringify(context.messages)).not.toContain('secret-url');
  });

  const unreadable: readonly [string, Record<string, unknown>][] = [
    ['msgid', { msgid: 7 }],
    ['from.userid', { from: {} }],
    ['chattype', { chattype: 'broadcast' }],
    ['chatid', { chattype: 'group' }],
    ['msgtype', { msgtype: '' }],
  ];
  it.each(unreadable)('counts a message without %s as lost, and the link lives on', async (field, body) => {
    const { double, context } = await ready();
    await double.push(body);
    await double.push({ msgid: 'after', text: { content: 'x' } });
    await context.until(({ messages }) => messages.length === 1);
    expect(values(context, 'rejected')).toMatchObject([{ class: 'protocol', code: 'bad_message' }]);
    expect(JSON.stringify(values(context, 'rejected'))).toContain(field);
  });

  it('passes a repeated message on with the same id, for the core to drop', async () => {
    const { double, context } = await ready();
    context.answer = 'duplicate';
    await double.deliver({ text: 'x', messageId: 'same' });
    await double.deliver({ text: 'x', messageId: 'same' });
    await context.until(({ messages }) => messages.length === 2);
    expect(new Set(context.messages.map(({ messageId }) => messageId))).toEqual(new Set(['same']));
  });

  it('remembers nothing of a message that came after the end', async () => {
    const { double, context } = await ready();
    context.answer = 'closed';
    await double.deliver({ text: 'x' });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.store.get('conversations')).toBeUndefined();
  });

  it('takes other events as a sign of life only', async () => {
    const { double, context } = await ready();
    await double.event('enter_chat');
    await context.until((ctx) => values(ctx, 'activity').length === 1);
    expect([values(context, 'activity'), context.messages]).toEqual([['event received'], []]);
  });

  it('reads a frame with raw control characters in it', async () => {
    const { double, context } = await ready();
    const body =
      '"msgid":"m","chattype":"single","from":{"userid":"u"},"msgtype":"text","text":{"content":"a\u0007b"}';
    await double.raw(`{"cmd":"aibot_msg_callback",\n"headers":{"req_id":"r"},"body":{${body}}}`);
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]?.text).toBe('ab');
  });
});

describe('outbound', () => {
  it('answers in place with the id of the message, finished, then pushes', async () => {
    const { double, context } = await ready();
    await double.deliver({ text: 'hi' });
    await context.until(({ messages }) => messages.length === 1);
    expect(await send(context)).toEqual({ ok: true, value: {} });
    expect(await send(context, { text: 'and more', idempotencyKey: 'key-2' })).toEqual({
      ok: true,
      value: {},
    });
    expect(double.sent).toEqual([
      { to: 'zhangsan', text: 'good morning' },
      { to: 'zhangsan', text: 'and more' },
    ]);
    const [answer, push] = double.log.slice(2);
    expect(answer).toMatchObject({
      name: 'aibot_respond_msg',
      body: { req_id: 'callback-1', msgtype: 'stream', stream: { finish: true, content: 'good morning' } },
    });
    expect(push).toMatchObject({
      name: 'aibot_send_msg',
      body: { chatid: 'zhangsan', chat_type: 1, msgtype: 'markdown', markdown: { content: 'and more' } },
    });
  });

  it('pushes to a group as a group, also after a restart, and to an unknown conversation without a type', async () => {
    const first = await ready();
    await first.double.push({ chattype: 'group', chatid: 'wr-1', text: { content: 'hi' } });
    await first.context.until(({ messages }) => messages.length === 1);
    first.context.abort();
    await first.end;

    const context = new BareContext();
    context.store.set('conversations', first.context.store.get('conversations'));
    context.clock.advance(300_000);
    start(first.double, context);
    await context.until(({ isReady }) => isReady);
    expect(await send(context, { to: 'wr-1' })).toEqual({ ok: true, value: {} });
    await send(context, { to: 'someone' });
    const pushes = first.double.log.filter(named('aibot_send_msg')).map(({ body }) => body);
    expect(pushes).toMatchObject([{ chatid: 'wr-1', chat_type: 2 }, { chatid: 'someone' }]);
    expect(pushes[1]).not.toHaveProperty('chat_type');
  });

  it('is in place for five minutes and a push from then on, because the vendor ends an answer after six', async () => {
    const { double, context } = await ready();
    for (const sender of ['early', 'late']) await double.deliver({ text: 'hi', sender });
    await context.until(({ messages }) => messages.length === 2);
    context.clock.stepWall(299_999);
    await send(context, { to: 'early', idempotencyKey: 'early' });
    context.clock.stepWall(1);
    await send(context, { to: 'late', idempotencyKey: 'late' });
    expect(double.log.slice(2).map(({ name }) => name)).toEqual(['aibot_respond_msg', 'aibot_send_msg']);
  });

  it.each([
    [846605, 'the id is unknown'],
    [846608, 'the stream is over'],
  ])('is rerouted to a push by code %i: %s', async (errcode) => {
    const { double, context } = await ready();
    await double.deliver({ text: 'hi' });
    await context.until(({ messages }) => messages.length === 1);
    double.script('aibot_respond_msg', { errcode, errmsg: 'expired' });
    expect(await send(context)).toEqual({ ok: true, value: {} });
    expect(double.log.slice(2).map(({ name }) => name)).toEqual(['aibot_respond_msg', 'aibot_send_msg']);
    expect(double.sent).toEqual([{ to: 'zhangsan', text: 'good morning' }]);
  });

  it('is not an answer to another message than the one that was chosen', async () => {
    const { double, context } = await ready();
    await double.deliver({ text: 'one', messageId: 'm-1' });
    await double.deliver({ text: 'two', messageId: 'm-2' });
    await context.until(({ messages }) => messages.length === 2);
    await send(context, { replyToId: 'm-1' });
    await send(context, { replyToId: 'm-2', idempotencyKey: 'key-2' });
    expect(double.log.slice(2).map(({ name, body }) => [name, (body as { req_id: string }).req_id])).toEqual([
      ['aibot_send_msg', expect.stringContaining('aibot_send_msg_')],
      ['aibot_respond_msg', 'callback-2'],
    ]);
  });

  it('says that a text may have been sent when nothing confirms it, and tries the same answer again', async () => {
    const { double, context } = await ready();
    await double.deliver({ text: 'hi' });
    await context.until(({ messages }) => messages.length === 1);
    double.script('aibot_respond_msg', 'silent');
    const sending = send(context);
    await double.seen(named('aibot_respond_msg'));
    context.clock.advance(5_000);
    expect(await sending).toEqual({
      ok: false,
      error: {
        class: 'network',
        code: 'ack_timeout',
        message: 'WeCom did not answer within 5 s; the text may have been sent',
      },
    });
    expect(await send(context)).toEqual({ ok: true, value: {} });
    const ids = double.log
      .filter(named('aibot_respond_msg'))
      .map(({ body }) => (body as { stream: { id: string } }).stream.id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('is not taken for sent because an older text, still unconfirmed under the same id, is confirmed late', async () => {
    const { double, context } = await ready();
    const reqId = await double.push({ text: { content: 'hi' } });
    await context.until(({ messages }) => messages.length === 1);
    double.script('aibot_respond_msg', 'silent');
    const lost = send(context, { text: 'first' });
    await double.seen(named('aibot_respond_msg'));
    context.clock.advance(5_000);
    expect(await lost).toMatchObject({ ok: false });
    double.script('aibot_respond_msg', 'silent');
    double.script('aibot_send_msg', { errcode: 45_009, errmsg: 'api freq out of limit' });
    const second = send(context, { text: 'second', idempotencyKey: 'key-2' });
    await double.raw(JSON.stringify({ headers: { req_id: reqId }, errcode: 0, errmsg: 'ok' }));
    expect(await second).toMatchObject({ ok: false, error: { class: 'rate_limited' } });
  });

  it('gives up when its signal aborts, and when the link ends', async () => {
    const { double, context } = await ready();
    double.script('aibot_send_msg', 'silent');
    double.script('aibot_send_msg', 'silent');
    const controller = new AbortController();
    const aborted = liveOf(context).send(TEXT, controller.signal);
    controller.abort();
    expect(await aborted).toMatchObject({ ok: false });
    const lost = send(context);
    await double.happen('cut');
    expect(await lost).toMatchObject({ ok: false, error: { class: 'network', code: 1006 } });
    expect(await send(context)).toMatchObject({ ok: false });
  });

  const refusals: readonly [string, { errcode: number; errmsg: string }, object][] = [
    [
      'an unknown conversation',
      { errcode: 93006, errmsg: 'invalid chatid' },
      { class: 'config', code: 93006, message: 'WeCom knows no such conversation for this bot (code 93006)' },
    ],
    ['a limit', { errcode: 45009, errmsg: 'api freq out of limit' }, { class: 'rate_limited', code: 45009 }],
    [
      'anything else',
      { errcode: 40008, errmsg: 'invalid message type, hint: [1], from ip: 203.0.113.7' },
      {
        class: 'server',
        code: 40008,
        message: 'WeCom did not take the message: invalid message type (code 40008)',
      },
    ],
  ];
  it.each(refusals)('says %s in words', async (_name, answer, error) => {
    const { double, context } = await ready();
    double.script('aibot_send_msg', answer);
    const result = await send(context);
    expect(result).toMatchObject({ ok: false, error });
    expect(JSON.stringify(result)).not.toContain('203.0.113.7');
    expect(double.sent).toEqual([]);
  });

  it('keeps the message answerable when a limit refused the answer', async () => {
    const { double, context } = await ready();
    await double.deliver({ text: 'hi' });
    await context.until(({ messages }) => messages.length === 1);
    await double.fault('rate-limit');
    expect(await send(context)).toMatchObject({ ok: false, error: { class: 'rate_limited' } });
    await double.fault('none');
    await send(context);
    expect(double.log.at(-1)?.name).toBe('aibot_respond_msg');
  });

  it('fits the longest allowed text of three-byte characters', async () => {
    const { double, context } = await ready();
    await double.deliver({ text: 'hi' });
    await context.until(({ messages }) => messages.length === 1);
    expect(await send(context, { text: '文'.repeat(wecomAdapter.textLimit ?? 0) })).toEqual({
      ok: true,
      value: {},
    });
  });

  it('remembers the newest 500 conversations', async () => {
    const context = new BareContext();
    const stored = Array.from({ length: 500 }, (_, index) => [`${index}`, { chatType: 'single' }]);
    context.store.set('conversations', ['broken', [1], ['x', { chatType: 'y' }], ...stored]);
    const { double } = await ready(context);
    await double.deliver({ text: 'hi', sender: 'newest' });
    await context.until(({ messages }) => messages.length === 1);
    const kept = context.store.get('conversations') as [string, unknown][];
    expect([kept.length, kept[0]?.[0], kept.at(-1)?.[0]]).toEqual([500, '1', 'newest']);
  });
});

describe('a link that is ready', () => {
  it('sends a heartbeat every 30 s, and each answer is evidence', async () => {
    const { double, context } = await ready();
    for (let beat = 1; beat <= 5; beat += 1) {
      context.clock.advance(30_000);
      await context.until((ctx) => values(ctx, 'activity').length === beat);
    }
    expect(values(context, 'activity')).toEqual(Array(5).fill('heartbeat answered'));
    expect(double.log.filter(named('ping'))).toHaveLength(5);
  });

  it('does not stay connected when the vendor goes silent: two heartbeats without answer end it', async () => {
    const { double, context, failure } = await ready();
    await double.fault('mute');
    context.clock.advance(90_000);
    await double.seen(named('ping'));
    context.clock.advance(500);
    expect(await failure()).toMatchObject({ class: 'network', code: 'heartbeat_missed' });
  });

  it('survives one heartbeat that was lost', async () => {
    const { double, context } = await ready();
    double.script('ping', 'silent');
    context.clock.advance(30_000);
    await double.seen(named('ping'));
    for (let beat = 1; beat <= 4; beat += 1) {
      context.clock.advance(30_000);
      await context.until((ctx) => values(ctx, 'activity').length === beat);
    }
    expect(values(context, 'activity')).toEqual(Array(4).fill('heartbeat answered'));
  });

  it('ends with the meaning of the code when a heartbeat is refused', async () => {
    const { double, context, failure } = await ready();
    double.script('ping', { errcode: 853000, errmsg: 'signature is incorrect' });
    context.clock.advance(30_000);
    expect(await failure()).toMatchObject({ class: 'auth', code: 853000 });
  });

  it('does not call itself stopped after a kick: it says that another place connected', async () => {
    const { double, failure } = await ready();
    await double.happen('kick');
    const kicked = await failure();
    expect(kicked).toMatchObject({ class: 'kicked', code: 'disconnected_event' });
    expect(kicked.message).toContain('Connected from another place');
    expect(kicked.fix).toContain('Stop the other program');
    expect(wecomAdapter.policy.whenKicked).toBe('block');
  });

  it('is never ready when the kick comes in one breath with the subscription’s answer', async () => {
    const double = await startDouble();
    // Waits for a link, so it follows the answer at once.
    const kicked = double.happen('kick');
    const { context, failure } = start(double);
    await kicked;
    expect(await failure()).toMatchObject({ class: 'kicked' });
    expect(context.isReady).toBe(false);
  });

  it('is kicked by a second client with the same bot', async () => {
    const { double, failure } = await ready();
    const second = start(double);
    await second.context.until(({ isReady }) => isReady);
    expect(await failure()).toMatchObject({ class: 'kicked' });
    expect(double.links).toBe(1);
  });

  const closes: readonly [string, (double: WecomDouble) => Promise<void>, object][] = [
    ['a cut', (double) => double.happen('cut'), { class: 'network', code: 1006 }],
    [
      'a close for maintenance',
      (double) => double.happen('close'),
      { class: 'server', code: 1001, message: 'WeCom closed the connection: going away (close code 1001)' },
    ],
    ['another close code', (double) => double.closeWith(4000), { class: 'server', code: 4000 }],
    ['broken JSON', (double) => double.fault('malformed'), { class: 'protocol', code: 'bad_frame' }],
    [
      'a frame without headers',
      (double) => double.raw('{"cmd":"aibot_msg_callback"}'),
      { class: 'protocol' },
    ],
    [
      'a frame of wrong types',
      (double) => double.raw('{"cmd":7,"headers":{"req_id":"r"}}'),
      { class: 'protocol' },
    ],
    [
      'an answer without a code',
      (double) => double.raw('{"headers":{"req_id":"r"},"errcode":"0"}'),
      { class: 'protocol' },
    ],
    ['an array', (double) => double.raw('[]'), { class: 'protocol' }],
    ['a frame above 1 MiB', (double) => double.fault('huge'), { class: 'protocol', code: 'too_large' }],
  ];
  it.each(closes)('ends with %s as what it is', async (_name, act, expected) => {
    const { double, context, failure } = await ready();
    await act(double);
    expect(await failure()).toMatchObject(expected);
    expect(context.clock.pendingTimers).toBe(0);
  });

  it('ends when the credential is revoked, and the next one says so', async () => {
    const { double, failure } = await ready();
    await double.happen('revoke');
    expect(await failure()).toMatchObject({ class: 'server', code: 1000 });
    expect(await start(double).failure()).toMatchObject({ class: 'auth', code: 853000 });
  });

  it('takes no notice of an answer to nothing, and of commands that are new', async () => {
    const { double, context } = await ready();
    await double.raw('{"headers":{"req_id":"unknown"},"errcode":0}');
    await double.raw('{"cmd":"aibot_future","headers":{"req_id":"r"},"body":{}}');
    await double.deliver({ text: 'still here' });
    await context.until(({ messages }) => messages.length === 1);
    expect(values(context, 'rejected')).toEqual([]);
  });

  it('is stopped by an abort with a close, and nothing stays behind', async () => {
    const { double, context, end } = await ready();
    context.abort();
    expect(await end).toEqual({ kind: 'aborted' });
    expect(context.clock.pendingTimers).toBe(0);
    await double.fault('none');
    expect(double.links).toBe(0);
  });
});

describe('probing', () => {
  it('is not a constant: it is a heartbeat over the live link, and no second connection', async () => {
    const { double, context } = await ready();
    const { probe } = liveOf(context);
    expect(await probe(new AbortController().signal)).toEqual({
      ok: true,
      identity: { id: 'aib-double-0001' },
    });
    expect(double.log.map(({ name }) => name)).toEqual(['GET /', 'aibot_subscribe', 'ping']);
    await double.fault('mute');
    const silent = probe(new AbortController().signal);
    context.clock.advance(5_000);
    expect(await silent).toMatchObject({
      ok: false,
      error: 'WeCom did not answer within 5 s',
      class: 'network',
    });
  });

  it('offers nothing beside the live link, because a second connection would end it', () => {
    expect(wecomAdapter.probe).toBeUndefined();
  });

  it('checks a credential by subscribing and leaving', async () => {
    const double = await startDouble();
    const context = new BareContext();
    const outcome = await wecomAdapter.check?.(accountFor(wecomAdapter, double), probeContextOf(context));
    expect(outcome).toMatchObject({ ok: true, identity: { id: 'aib-double-0001' } });
    // What that does to others is said in the form, before: the wire cannot tell whether there was one.
    expect(outcome?.note).toBeUndefined();
    expect([double.links, context.clock.pendingTimers]).toEqual([0, 0]);
  });

  it.each([
    ['a wrong secret', { secrets: { secret: 'not-this-secret' } }, 'secret', 'auth'],
    ['a wrong bot id', { settings: { botId: 'aib-nobody' } }, 'botId', 'auth'],
    ['a wrong address', { settings: { websocketUrl: 'ws://127.0.0.1:1' } }, 'websocketUrl', 'network'],
  ])('names the field of %s', async (_name, changes, field, failureClass) => {
    const double = await startDouble();
    const account = accountFor(wecomAdapter, double, changes);
    const outcome = await wecomAdapter.check?.(account, probeContextOf(new BareContext()));
    expect(outcome).toMatchObject({ ok: false, field, class: failureClass });
    expect(JSON.stringify(outcome)).not.toContain('not-this-secret');
  });
});

it('never puts the secret, an answer code or an address into a log, a text or a state', async () => {
  const { double, context, failure } = await ready();
  await double.deliver({ text: 'hi' });
  await context.until(({ messages }) => messages.length === 1);
  await send(context);
  double.script('ping', {
    errcode: 1,
    errmsg: `no ${double.secrets.secret?.slice(0, 3)} https://x.example/?k=RESPONSE-CODE-MARKER`,
  });
  context.clock.advance(30_000);
  const seen = JSON.stringify([
    context.said,
    await failure(),
    [...(context.store.get('conversations') as [])],
  ]);
  for (const secret of [double.secrets.secret ?? '', 'RESPONSE-CODE-MARKER']) {
    expect(seen + context.log.text()).not.toContain(secret);
  }
});
