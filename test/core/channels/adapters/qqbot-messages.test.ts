// Messages of a QQ bot in both directions.

import { afterEach, describe, expect, it } from 'vitest';
import { qqbotAdapter } from '../../../../electron/core/channels/adapters/qqbot/qqbot-adapter';
import type { OutboundMessage } from '../../../../electron/core/channels/channel-adapter';
import { type QqDouble, startQqDouble } from '../../../doubles/qqbot';
import { accountFor, runEpochOf } from '../../../helpers/adapter-epoch';
import { GatewayContext, isReady, said } from '../../../helpers/gateway-epochs';

const C2C = 'c2c:USER0001';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function run(double: QqDouble, context: GatewayContext) {
  const epoch = runEpochOf(qqbotAdapter, accountFor(qqbotAdapter, double), context);
  cleanups.push(() => {
    context.abort();
    return epoch.end;
  });
  return epoch;
}

async function ready() {
  const context = new GatewayContext();
  const double = await startQqDouble({ clock: context.clock });
  cleanups.push(() => double.close());
  const epoch = run(double, context);
  await isReady(context);
  return { ...epoch, double, context };
}

async function received(
  double: QqDouble,
  context: GatewayContext,
  message: Parameters<QqDouble['deliver']>[0],
) {
  const before = context.messages.length;
  const id = await double.deliver(message);
  await context.until(({ messages }) => messages.length > before);
  return { id, message: context.messages.at(-1) };
}

let keys = 0;
function send(context: GatewayContext, message: Partial<OutboundMessage> = {}) {
  keys += 1;
  const { send } = context.info?.live ?? {};
  if (send === undefined) throw new Error('no live link');
  const whole = { to: C2C, text: 'hello', idempotencyKey: `key-${keys}`, ...message };
  return send(whole, new AbortController().signal);
}

/** Bodies of the message posts, in order. */
function posts(double: QqDouble): unknown[] {
  return double.log.filter(({ name }) => name.endsWith('/messages')).map(({ body }) => body);
}

describe('a message', () => {
  it.each([
    ['c2c:USER0001', { chatType: 'direct', conversationId: 'c2c:USER0001', senderId: 'USER0001' }],
    ['group:GROUP01', { chatType: 'group', conversationId: 'group:GROUP01', senderId: 'USER0001' }],
    ['channel:4711', { chatType: 'channel', conversationId: 'channel:4711', senderName: 'Li' }],
    ['dm:4712', { chatType: 'direct', conversationId: 'dm:4712', senderName: 'Li' }],
  ])('from %s can be answered where it came from', async (conversation, expected) => {
    const { double, context } = await ready();
    const { id, message } = await received(double, context, {
      text: 'good morning',
      sender: 'USER0001',
      senderName: 'Li',
      conversation,
    });
    expect(message).toMatchObject({
      messageId: id,
      text: 'good morning',
      at: context.clock.now(),
      ...expected,
    });
    expect(message).not.toHaveProperty('kind');
    expect(await send(context, { to: message?.conversationId ?? '' })).toMatchObject({ ok: true });
    expect(double.sent).toEqual([{ to: conversation, text: 'hello' }]);
  });

  it.each([
    ['image/png', 'image'],
    ['voice', 'voice'],
    ['video/mp4', 'video'],
    ['application/pdf', 'file'],
    [undefined, 'file'],
  ])('with an attachment of type %s is of the kind %s', async (content_type, kind) => {
    const { double, context } = await ready();
    double.event('C2C_MESSAGE_CREATE', {
      id: 'm',
      author: { user_openid: 'U' },
      content: '',
      attachments: [{ content_type, url: 'https://x' }],
    });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]).toMatchObject({ text: '', kind });
  });

  it.each([
    ['2025-12-31T23:59:00+00:00', Date.UTC(2025, 11, 31, 23, 59)],
    ['2026-01-01T07:59:00+08:00', Date.UTC(2025, 11, 31, 23, 59)],
    ['2099-01-01T00:00:00Z', Date.UTC(2026, 0, 1)],
    ['1970-01-01T00:00:00Z', Date.UTC(2026, 0, 1)],
    ['soon', Date.UTC(2026, 0, 1)],
    [17, Date.UTC(2026, 0, 1)],
  ])('with the time %s gets a time that can be believed', async (timestamp, at) => {
    const { double, context } = await ready();
    double.event('C2C_MESSAGE_CREATE', { id: 'm', author: { user_openid: 'U' }, content: 'x', timestamp });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]?.at).toBe(at);
  });

  it('of the bot itself is left out', async () => {
    const { double, context } = await ready();
    const own = { id: '11223344556677889900', username: 'Double Bot', bot: true };
    double.event('MESSAGE_CREATE', {
      id: 'own',
      channel_id: '1',
      guild_id: '2',
      author: own,
      content: 'mine',
    });
    await received(double, context, { text: 'theirs' });
    expect(context.messages.map(({ text }) => text)).toEqual(['theirs']);
  });

  it('that QQ pushes twice is handed on twice, for the core to drop', async () => {
    const { double, context } = await ready();
    context.answer = 'duplicate';
    await received(double, context, { text: 'a', messageId: 'same' });
    await received(double, context, { text: 'a', messageId: 'same' });
    expect(context.messages.map(({ messageId }) => messageId)).toEqual(['same', 'same']);
  });

  it('that nobody took is replayed to the next run', async () => {
    const { double, context } = await ready();
    context.answer = 'closed';
    await received(double, context, { text: 'too late' });
    context.abort();
    const after = new GatewayContext(context);
    run(double, after);
    await isReady(after);
    expect(after.messages.map(({ text }) => text)).toEqual(['too late']);
  });

  it.each([
    null,
    'text',
    {},
    { id: 'm' },
    { id: 'm', author: {} },
    { id: 7, author: { user_openid: 'U' } },
    { id: 'm', author: { user_openid: 7 } },
    { id: 'm', author: { user_openid: 'U'.repeat(1_025) } },
    { id: 'm'.repeat(1_025), author: { user_openid: 'U' } },
  ])('like %j is turned down in words, and the link lives on', async (d) => {
    const { double, context } = await ready();
    double.event('C2C_MESSAGE_CREATE', d);
    await context.until(() => said(context, 'rejected').length === 1);
    expect(said(context, 'rejected')).toMatchObject([{ class: 'protocol', code: 'malformed' }]);
    expect(context.store.get('replies')).toBeUndefined();
    await received(double, context, { text: 'next' });
  });

  it.each(['FRIEND_ADD', 'constructor', '__proto__'])('is no other event (%s)', async (type) => {
    const { double, context } = await ready();
    double.event(type, { id: 'm', openid: 'U', undefined: 'C', author: { id: 'U' } });
    await context.until(() => said(context, 'activity').includes('event received'));
    expect(context.messages).toEqual([]);
    expect(said(context, 'rejected')).toEqual([]);
  });
});

describe('an answer', () => {
  it('refers to the newest message and counts up', async () => {
    const { double, context } = await ready();
    const { id } = await received(double, context, { text: 'a' });
    expect(await send(context)).toEqual({
      ok: true,
      value: { messageId: expect.stringContaining('ROBOT1.0_') },
    });
    await send(context, { text: 'again', to: `qqbot:${C2C}` });
    expect(posts(double)).toEqual([
      { content: 'hello', msg_type: 0, msg_id: id, msg_seq: 1 },
      { content: 'again', msg_type: 0, msg_id: id, msg_seq: 2 },
    ]);
  });

  it('refers to the message that was chosen', async () => {
    const { double, context } = await ready();
    const { id } = await received(double, context, { text: 'a' });
    await received(double, context, { text: 'b' });
    await send(context, { replyToId: id });
    expect(posts(double)).toMatchObject([{ msg_id: id }]);
  });

  it('after the fifth goes on at an older message, then without one, which QQ refuses in words', async () => {
    const { double, context } = await ready();
    const { id: older } = await received(double, context, { text: 'a' });
    const { id: newer } = await received(double, context, { text: 'b' });
    for (let count = 0; count < 10; count += 1) expect(await send(context)).toMatchObject({ ok: true });
    const ids = posts(double).map((body) => (body as { msg_id: string }).msg_id);
    expect(ids).toEqual([...Array(5).fill(newer), ...Array(5).fill(older)]);
    expect(await send(context)).toMatchObject({
      ok: false,
      error: { class: 'permission', code: 40034102, message: expect.stringContaining('write first') },
    });
  });

  it.each([
    ['c2c:USER0001', 3_600_000],
    ['group:GROUP01', 300_000],
  ])('in %s refers to no message older than %i ms', async (conversation, windowMs) => {
    const { double, context } = await ready();
    await received(double, context, { text: 'a', conversation });
    context.clock.stepWall(windowMs - 1);
    expect(await send(context, { to: conversation })).toMatchObject({ ok: true });
    context.clock.stepWall(1);
    expect(await send(context, { to: conversation })).toMatchObject({ ok: false, error: { code: 40034102 } });
    expect(posts(double).at(-1)).toEqual({ content: 'hello', msg_type: 0 });
  });

  it('repeats no number after a restart', async () => {
    const { double, context } = await ready();
    await received(double, context, { text: 'a' });
    await send(context);
    context.abort();
    const after = new GatewayContext(context);
    run(double, after);
    await isReady(after);
    expect(await send(after)).toMatchObject({ ok: true });
    expect(posts(double)).toMatchObject([{ msg_seq: 1 }, { msg_seq: 2 }]);
  });

  it('that is tried again after its confirmation was lost is not sent twice', async () => {
    const { double, context } = await ready();
    await received(double, context, { text: 'a' });
    await send(context, { idempotencyKey: 'once' });
    expect(await send(context, { idempotencyKey: 'once' })).toEqual({ ok: true, value: {} });
    expect(double.sent).toHaveLength(1);
  });

  it('to a user’s bare id is a private one', async () => {
    const { double, context } = await ready();
    const openId = '0123456789ABCDEF0123456789ABCDEF';
    await received(double, context, { text: 'a', conversation: `c2c:${openId}` });
    expect(await send(context, { to: openId })).toMatchObject({ ok: true });
  });

  it.each(['', 'nobody', 'c2c:', 'group:../../users/@me', 'c2c:a b', 'user:1'])(
    'to "%s" is refused before anybody is asked',
    async (to) => {
      const { double, context } = await ready();
      expect(await send(context, { to })).toMatchObject({
        ok: false,
        error: { class: 'config', code: 'bad_target', fix: expect.any(String) },
      });
      expect(posts(double)).toEqual([]);
    },
  );

  it.each([
    [22009, 400, 'rate_limited', 'limit of messages'],
    [304027, 400, 'permission', 'any more'],
    [304018, 400, 'permission', 'not connected'],
    [304003, 400, 'permission', 'link'],
    [999, 400, 'protocol', 'code 999: no'],
    [999, 500, 'server', 'code 999: no'],
  ])('that QQ refuses with %i (HTTP %i) is %s: "%s"', async (code, status, failureClass, words) => {
    const { double, context } = await ready();
    double.script('message', { status, body: { code, message: 'no' } });
    expect(await send(context)).toMatchObject({
      ok: false,
      error: { class: failureClass, code, message: expect.stringContaining(words) },
    });
    expect(double.links).toBe(1);
  });

  it('that QQ slows down without a code waits a minute', async () => {
    const { double, context } = await ready();
    for (const headers of [{}, { 'retry-after': '0' }]) {
      double.script('message', { status: 429, body: {}, headers });
      expect(await send(context)).toMatchObject({ error: { class: 'rate_limited', retryAfterMs: 60_000 } });
    }
  });

  it.each([{}, { id: '' }, { code: 304023, message: 'audit' }])(
    'confirmed with %j was not sent',
    async (body) => {
      const { double, context } = await ready();
      double.script('message', { status: 200, body });
      expect(await send(context)).toMatchObject({
        ok: false,
        error: { class: 'protocol', code: 'unconfirmed' },
      });
    },
  );
});

describe('the access token', () => {
  it('is used until its last minute, then replaced', async () => {
    const { double, context } = await ready();
    await received(double, context, { text: 'a' });
    context.clock.stepWall(-7_000_000);
    context.clock.advance(7_139_999);
    await send(context);
    expect(double.tokenCalls).toBe(1);
    const first = double.accessToken;
    context.clock.advance(1);
    await send(context);
    expect(double.tokenCalls).toBe(2);
    expect(double.accessToken).not.toBe(first);
    expect(double.sent).toHaveLength(2);
  });

  it('that QQ no longer takes is replaced once, within the same message', async () => {
    const { double, context } = await ready();
    await received(double, context, { text: 'a' });
    double.dropToken();
    expect(await send(context)).toMatchObject({ ok: true });
    expect(double.tokenCalls).toBe(2);
    await double.fault('bad-credential');
    expect(await send(context)).toMatchObject({ ok: false, error: { class: 'auth' } });
  });

  it.each([
    ['a code that we do not know', { status: 401, body: { code: 11299, message: 'no' } }],
    ['a page of a network in between', { status: 401, body: '<html>401</html>' }],
  ])('is replaced after a 401 with %s', async (_what, refusal) => {
    const { double, context } = await ready();
    await received(double, context, { text: 'a' });
    double.script('message', refusal);
    expect(await send(context)).toMatchObject({ ok: true });
    expect(double.tokenCalls).toBe(2);
  });

  it.each([
    ['an address that is not allowed', 401, { code: 11298 }],
    ['an address that is not allowed, under a code of its own', 401, { code: 1, err_code: 40023002 }],
    ['another AppID', 401, { code: 11251 }],
    ['a right that is missing', 403, { code: 11299 }],
  ])('is no remedy for %s', async (_what, status, body) => {
    const { double, context } = await ready();
    await received(double, context, { text: 'a' });
    double.script('message', { status, body: { message: 'no', ...body } });
    expect(await send(context)).toMatchObject({ ok: false });
    expect(double.tokenCalls).toBe(1);
  });

  it('is asked for once however many need it', async () => {
    const { double, context } = await ready();
    await received(double, context, { text: 'a' });
    double.dropToken();
    const answers = await Promise.all([send(context), send(context), send(context)]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(double.tokenCalls).toBe(2);
  });
});
