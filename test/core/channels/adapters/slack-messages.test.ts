import { describe, expect, it } from 'vitest';
import type { OutboundMessage } from '../../../../electron/core/channels/channel-adapter';
import type { BareContext } from '../../../helpers/channel-doubles';
import { FakeClock } from '../../../helpers/fake-clock';
import { acks, named, ready, start, values } from './slack-harness';

const TS = '1767225599.000100';

describe('an inbound message', () => {
  const shapes: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
    [
      'of a person',
      { ts: TS, text: '*hi* &amp; <@U1>' },
      {
        messageId: `D0DIRECT:${TS}`,
        chatType: 'direct',
        conversationId: 'D0DIRECT',
        senderId: 'U0SENDER',
        text: '*hi* & <@U1>',
        at: 1_767_225_599_000,
      },
    ],
    [
      'in a channel',
      { channel: 'C1', channel_type: 'channel' },
      { chatType: 'channel', conversationId: 'C1' },
    ],
    ['in a private channel', { channel: 'C2', channel_type: 'group' }, { chatType: 'channel' }],
    ['in a group of people', { channel: 'G1', channel_type: 'mpim' }, { chatType: 'group' }],
    [
      'in a thread',
      { channel: 'C1', channel_type: 'channel', thread_ts: TS },
      { conversationId: `C1:${TS}`, threadId: TS },
    ],
    [
      'that mentions the bot',
      { type: 'app_mention', channel: 'C1', channel_type: undefined },
      { chatType: 'channel', conversationId: 'C1' },
    ],
    [
      'with a file',
      { subtype: 'file_share', text: '', files: [{ id: 'F1', url_private: 'https://files.slack.com/x' }] },
      { text: '', kind: 'file' },
    ],
    ['of blocks alone', { text: undefined, blocks: [{}] }, { text: '', kind: 'blocks' }],
    ['of attachments alone', { text: '', attachments: [{}] }, { text: '', kind: 'attachment' }],
    [
      'of another bot',
      { subtype: 'bot_message', user: undefined, bot_id: 'B9', username: 'CI' },
      { senderId: 'B9', senderName: 'CI' },
    ],
    ['of a person of another workspace', { user_profile: { display_name: 'Ada' } }, { senderName: 'Ada' }],
    ['sent again to the channel', { subtype: 'thread_broadcast' }, { senderId: 'U0SENDER' }],
  ];
  it.each(shapes)('%s is normalised and acked', async (_name, event, expected) => {
    const { double, context } = await ready();
    await double.push(event);
    await acks(double, 1);
    expect(context.messages).toMatchObject([expected]);
    expect(context.messages[0]).not.toHaveProperty(expected.kind === undefined ? 'kind' : 'files');
  });

  it.each([
    ['by the bot itself', { user: 'U0BOT' }],
    ['by the bot itself under its bot id', { user: undefined, bot_id: 'B0BOT' }],
    ['edited', { subtype: 'message_changed' }],
    ['deleted', { subtype: 'message_deleted' }],
    ['about somebody who joined', { subtype: 'channel_join' }],
    ['that is a reaction', { type: 'reaction_added' }],
  ])('%s is acked and is none', async (_name, event) => {
    const { double, context } = await ready();
    await double.push(event);
    expect(await acks(double, 1)).toHaveLength(1);
    expect([context.messages, values(context, 'rejected')]).toEqual([[], []]);
  });

  it.each([
    ['without a channel', { channel: undefined }],
    ['with a channel that is no text', { channel: { id: 'C1' } }],
    ['without a time', { ts: undefined }],
    ['with a time that is none', { ts: 'yesterday' }],
    ['of nobody', { user: undefined }],
  ])('%s is counted as rejected and acked: it would not get better', async (_name, event) => {
    const { double, context } = await ready();
    await double.push(event);
    await acks(double, 1);
    expect(values(context, 'rejected')).toMatchObject([{ class: 'protocol', code: 'bad_event' }]);
    expect(context.messages).toEqual([]);
  });

  it('with a time that cannot be right gets ours', async () => {
    for (const ts of ['0000000001.000100', '9999999999.000100']) {
      const { double, context } = await ready();
      await double.push({ ts });
      await acks(double, 1);
      expect(context.messages[0]?.at).toBe(context.clock.now());
    }
  });

  it('has one id as message and as app_mention, which Slack sends as two events', async () => {
    const { double, context } = await ready();
    await double.push({ channel: 'C1', ts: TS });
    await double.push({ type: 'app_mention', channel: 'C1', ts: TS });
    await acks(double, 2);
    expect(new Set(context.messages.map(({ messageId }) => messageId)).size).toBe(1);
  });
});

describe('an ack', () => {
  it('is sent for a duplicate too', async () => {
    const { double, context } = await ready();
    context.answer = 'duplicate';
    await double.deliver({ text: 'again', messageId: 'm-1' });
    expect(await acks(double, 1)).toHaveLength(1);
  });

  it('comes after the hand-over: what was not taken comes again under the same id, on the next link', async () => {
    const { double, context, end } = await ready();
    context.answer = 'closed';
    const id = await double.deliver({ text: 'not lost' });
    await context.until(({ messages }) => messages.length === 1);
    // Acked on the same socket after it: an ack of the message would be there by now.
    const command = await double.envelope('slash_commands', { command: '/x' });
    expect(await acks(double, 1)).toEqual([command]);
    context.abort();
    await end;
    const next = start(double);
    await next.context.until(({ messages }) => messages.length === 1);
    expect(next.context.messages[0]?.messageId).toBe(id);
    await acks(double, 2);
  });

  it('that came too late brings the event again, with the same id', async () => {
    const clock = new FakeClock();
    const { double, context } = await ready({ clock });
    context.answer = 'closed';
    const id = await double.deliver({ text: 'slow' });
    await context.until(({ messages }) => messages.length === 1);
    context.answer = 'accepted';
    clock.advance(3_000);
    await context.until(({ messages }) => messages.length === 2);
    expect(context.messages.map(({ messageId }) => messageId)).toEqual([id, id]);
    await acks(double, 1);
  });

  it('is sent for commands and buttons, which mean nothing here', async () => {
    const { double, context } = await ready();
    const ids = [
      await double.envelope('slash_commands', { command: '/x' }),
      await double.envelope('interactive', { type: 'block_actions' }),
    ];
    await acks(double, 2);
    expect(double.acked).toEqual(ids);
    expect(context.messages).toEqual([]);
  });
});

describe('an outbound text', () => {
  const TEXT: OutboundMessage = { to: 'C1', text: '*hello* <!channel> &', idempotencyKey: 'k-1' };

  function send(context: BareContext, changes: Partial<OutboundMessage> = {}) {
    const sender = context.info?.live?.send;
    if (sender === undefined) throw new Error('cannot send');
    return sender({ ...TEXT, ...changes }, new AbortController().signal);
  }

  it('goes to its channel, pings nobody by its markup, and is known by the id that Slack confirms', async () => {
    const { double, context } = await ready();
    const outcome = await send(context);
    expect(outcome).toEqual({ ok: true, value: { messageId: expect.stringMatching(/^C1:\d+\.\d+$/) } });
    expect(double.sent).toEqual([{ to: 'C1', text: '*hello* <!channel> &' }]);
    const request = await double.seen(named('POST /api/chat.postMessage'));
    expect(request.body).toEqual({ channel: 'C1', text: '*hello* &lt;!channel&gt; &amp;' });
  });

  it('to the conversation of a message in a thread lands in that thread', async () => {
    const { double, context } = await ready();
    await double.push({ channel: 'C1', channel_type: 'channel', thread_ts: TS });
    await context.until(({ messages }) => messages.length === 1);
    const { conversationId = '', messageId = '' } = context.messages[0] ?? {};
    await send(context, { to: conversationId });
    await send(context, { to: conversationId, replyToId: messageId });
    expect(double.sent.map(({ to }) => to)).toEqual([`C1:${TS}`, `C1:${TS}`]);
  });

  it('that answers a message outside threads starts one under it', async () => {
    const { double, context } = await ready();
    await send(context, { replyToId: `C1:${TS}` });
    expect(double.sent).toEqual([{ to: `C1:${TS}`, text: TEXT.text }]);
  });

  it.each([[{ to: 'C1:not-a-ts' }], [{ to: ':' }], [{ to: `C1:${TS}:x` }], [{ replyToId: 'm-1' }]])(
    'with a target that is none is not sent: %j',
    async (changes) => {
      const { double, context } = await ready();
      expect(await send(context, changes)).toMatchObject({
        ok: false,
        error: { class: 'config', code: 'bad_target' },
      });
      expect(double.log.some(named('POST /api/chat.postMessage'))).toBe(false);
    },
  );

  const errors: readonly [string, string][] = [
    ['not_in_channel', 'permission'],
    ['channel_not_found', 'config'],
    ['is_archived', 'config'],
    ['msg_too_long', 'config'],
    ['restricted_action', 'permission'],
    ['missing_scope', 'permission'],
    ['token_revoked', 'auth'],
    ['ratelimited', 'rate_limited'],
    ['fatal_error', 'server'],
  ];
  it.each(errors)(
    "that Slack refuses as %s is a failure of class %s with Slack's word",
    async (error, failureClass) => {
      const { double, context } = await ready();
      double.script('chat.postMessage', { body: { ok: false, error } });
      const outcome = await send(context);
      expect(outcome).toMatchObject({ ok: false, error: { class: failureClass, code: error } });
      if (!outcome.ok) expect(outcome.error.message).toContain(error);
      expect(double.sent).toEqual([]);
    },
  );

  it('is told how long to wait when Slack says so', async () => {
    const { double, context } = await ready();
    await double.fault('rate-limit');
    expect(await send(context)).toMatchObject({
      ok: false,
      error: { class: 'rate_limited', retryAfterMs: 2_000 },
    });
  });

  it('is not ok when the answer is not, or not one', async () => {
    const { double, context } = await ready();
    double.script('chat.postMessage', { body: { ok: true } });
    expect(await send(context)).toMatchObject({ ok: false, error: { code: 'odd_answer' } });
    double.script('chat.postMessage', { status: 502, body: '<h1>Bad Gateway</h1>' });
    expect(await send(context)).toMatchObject({ ok: false, error: { class: 'server', code: 502 } });
  });
});

it('no token, ticket or address gets into a state, a text or a log', async () => {
  const { double, context, end } = await ready();
  await double.deliver({ text: 'hi' });
  await acks(double, 1);
  await double.disconnect('warning');
  await double.seen(() => double.log.filter(named('GET /link/')).length === 2);
  await double.until(() => double.links === 1 || undefined);
  await double.happen('rotate');
  const ended = await end;
  const failures = [];
  for (const fault of ['bad-credential', 'server-error', 'malformed', 'huge', 'down'] as const) {
    await double.fault(fault);
    failures.push(await start(double).failure());
  }
  const seen =
    JSON.stringify([context.said, context.store.values.size, ended, failures]) + context.log.text();
  const { appToken = '', botToken = '' } = double.secrets;
  for (const secret of [appToken, botToken, 'TICKET-MARKER', 'VERIFICATION-MARKER', '/link']) {
    expect(seen).not.toContain(secret);
  }
});
