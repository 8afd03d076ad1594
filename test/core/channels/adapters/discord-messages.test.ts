// Messages of a Discord bot in both directions.

import { afterEach, describe, expect, it } from 'vitest';
import { discordAdapter } from '../../../../electron/core/channels/adapters/discord/discord-adapter';
import type { OutboundMessage } from '../../../../electron/core/channels/channel-adapter';
import { rateLimited, startDiscordDouble } from '../../../doubles/discord';
import { accountFor, runEpochOf } from '../../../helpers/adapter-epoch';
import { GatewayContext, isReady, said, seenTimes } from '../../../helpers/gateway-epochs';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function ready() {
  const context = new GatewayContext();
  const double = await startDiscordDouble({ clock: context.clock });
  cleanups.push(() => double.close());
  const epoch = runEpochOf(discordAdapter, accountFor(discordAdapter, double), context);
  cleanups.push(() => {
    context.abort();
    return epoch.end;
  });
  await isReady(context);
  return { double, context };
}

let keys = 0;
function send(context: GatewayContext, message: Partial<OutboundMessage> & { to: string }) {
  keys += 1;
  const { send } = context.info?.live ?? {};
  if (send === undefined) throw new Error('no live link');
  return send({ text: 'hello', idempotencyKey: `key-${keys}`, ...message }, new AbortController().signal);
}

describe('a message', () => {
  it.each(['directChannel', 'guildChannel'] as const)(
    'from the %s can be answered where it came from',
    async (place) => {
      const { double, context } = await ready();
      const channel = double[place];
      const id = await double.deliver({ text: 'good morning', conversation: channel, senderName: 'Li' });
      await context.until(({ messages }) => messages.length === 1);
      const [message] = context.messages;
      expect(message).toEqual({
        messageId: id,
        chatType: place === 'guildChannel' ? 'channel' : 'direct',
        conversationId: channel,
        senderId: '900000000000000010',
        senderName: 'Li',
        text: 'good morning',
        at: context.clock.now(),
      });
      expect(await send(context, { to: channel })).toMatchObject({ ok: true });
      expect(double.sent).toEqual([{ to: channel, text: 'hello' }]);
    },
  );

  it('that the bot sent itself is not one, although Discord sends it back', async () => {
    const { double, context } = await ready();
    await send(context, { to: double.guildChannel });
    await double.deliver({ text: 'theirs' });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages.map(({ text }) => text)).toEqual(['theirs']);
  });

  it.each([
    [{ attachments: [{ content_type: 'image/png' }] }, 'image'],
    [{ attachments: [{ content_type: 'audio/ogg' }] }, 'audio'],
    [{ attachments: [{ filename: 'x' }] }, 'file'],
    [{ sticker_items: [{ id: '1' }] }, 'sticker'],
    [{ poll: {} }, 'poll'],
  ])('with %j is of the kind %s', async (content, kind) => {
    const { double, context } = await ready();
    double.event('MESSAGE_CREATE', {
      id: '1',
      channel_id: '2',
      author: { id: '3' },
      content: '',
      ...content,
    });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]).toMatchObject({ kind, text: '' });
  });

  it('that answers another one is one, too', async () => {
    const { double, context } = await ready();
    double.event('MESSAGE_CREATE', {
      id: '1',
      type: 19,
      channel_id: '2',
      author: { id: '3' },
      content: 'yes',
    });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]?.text).toBe('yes');
  });

  it('comes after the description of a large server, which is one frame of more than 1 MiB', async () => {
    const { double, context } = await ready();
    double.event('GUILD_CREATE', { id: '4', name: 'x'.repeat(2 * 1024 * 1024) });
    await double.deliver({ text: 'next' });
    await context.until(({ messages }) => messages.length === 1);
    expect(double.links).toBe(1);
  });

  it('is no announcement of a join or a pin', async () => {
    const { double, context } = await ready();
    double.event('MESSAGE_CREATE', { id: '1', type: 7, channel_id: '2', author: { id: '3' }, content: '' });
    await double.deliver({ text: 'next' });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]?.text).toBe('next');
  });

  it.each([null, {}, { id: '1', channel_id: '2' }, { id: '1', channel_id: '../x', author: { id: '3' } }])(
    'like %j is turned down in words, and the link lives on',
    async (d) => {
      const { double, context } = await ready();
      double.event('MESSAGE_CREATE', d);
      await context.until(() => said(context, 'rejected').length === 1);
      await double.deliver({ text: 'next' });
      await context.until(({ messages }) => messages.length === 1);
    },
  );
});

describe('an answer', () => {
  it('pings nobody, is numbered once and refers to the message that was chosen', async () => {
    const { double, context } = await ready();
    const to = double.guildChannel;
    const first = await send(context, { to, text: '@everyone hi', replyToId: '42', idempotencyKey: 'once' });
    const second = await send(context, { to: `channel:${to}`, text: '@everyone hi', idempotencyKey: 'once' });
    expect(first).toEqual(second);
    expect(double.sent).toHaveLength(1);
    const post = await seenTimes(double, `POST /api/v10/channels/${to}/messages`);
    expect(post).toEqual({
      content: '@everyone hi',
      allowed_mentions: { parse: [] },
      nonce: expect.stringMatching(/^[\w-]{25}$/),
      enforce_nonce: true,
      message_reference: { message_id: '42', fail_if_not_exists: false },
    });
  });

  it('to a user opens the conversation first', async () => {
    const { double, context } = await ready();
    expect(await send(context, { to: 'user:900000000000000010' })).toMatchObject({ ok: true });
    expect(double.sent).toEqual([{ to: double.directChannel, text: 'hello' }]);
  });

  it.each(['', 'general', 'user:', '1/../2', 'guild:1'])(
    'to "%s" is refused before anybody is asked',
    async (to) => {
      const { double, context } = await ready();
      expect(await send(context, { to })).toMatchObject({ error: { class: 'config', code: 'bad_target' } });
      expect(double.log.some(({ name }) => name.startsWith('POST'))).toBe(false);
    },
  );

  it.each([
    [403, 50001, 'permission', 'cannot see'],
    [403, 50013, 'permission', 'may not write'],
    [403, 50007, 'permission', 'direct messages'],
    [404, 10003, 'config', 'no such channel'],
    [400, 50035, 'protocol', 'code 50035: no'],
    [500, 0, 'server', 'HTTP 500'],
  ])('refused with HTTP %i and code %i is %s: "%s"', async (status, code, failureClass, words) => {
    const { double, context } = await ready();
    double.script({ status, body: { code, message: 'no' } });
    expect(await send(context, { to: double.guildChannel })).toMatchObject({
      ok: false,
      error: { class: failureClass, message: expect.stringContaining(words) },
    });
  });

  it.each([false, true])(
    'slowed down (everywhere: %s) is not tried again before its time',
    async (global) => {
      const { double, context } = await ready();
      const [here, there] = [double.guildChannel, double.directChannel];
      double.script(rateLimited(global, 1.25));
      const refusal = { ok: false, error: { class: 'rate_limited', retryAfterMs: 1_250 } };
      expect(await send(context, { to: here })).toMatchObject(refusal);
      expect(await send(context, { to: here })).toMatchObject(refusal);
      expect(await send(context, { to: there })).toMatchObject({ ok: !global });
      context.clock.advance(1_250);
      expect(await send(context, { to: here })).toMatchObject({ ok: true });
    },
  );

  it('slowed down for no time at all still waits a second', async () => {
    const { double, context } = await ready();
    double.script(rateLimited(false, 0));
    expect(await send(context, { to: double.guildChannel })).toMatchObject({
      error: { retryAfterMs: 1_000 },
    });
  });

  it('without an id was not confirmed', async () => {
    const { double, context } = await ready();
    double.script({ status: 200, body: {} });
    expect(await send(context, { to: double.guildChannel })).toMatchObject({
      error: { code: 'unconfirmed' },
    });
  });
});
