// `send` on the wire: the text arrives at the vendor, its refusal comes back in words, one key means one message.

import { describe, expect, it } from 'vitest';
import { startSlackDouble } from '../doubles/slack';
import { startWithChannels } from './channel-core';

const order = { to: 'C0DOUBLE', message: 'tea is ready', channel: 'slack', idempotencyKey: 'k-1' };

async function ready() {
  const double = await startSlackDouble();
  const world = await startWithChannels(double);
  await world.until('slack', ({ canSend }) => canSend);
  return { double, ...world, writer: await world.client(['operator.write']) };
}

describe('send', () => {
  it('brings the text to the vendor and tells its id, the journal and the state of the account', async () => {
    const { double, writer, account, core } = await ready();
    const sent = await writer.request('send', order);
    expect(sent).toMatchObject({
      ok: true,
      payload: {
        runId: 'k-1',
        channel: 'slack',
        accountId: 'default',
        conversationId: 'C0DOUBLE',
        messageId: expect.stringMatching(/^C0DOUBLE:/),
      },
    });
    expect(double.sent).toEqual([{ to: 'C0DOUBLE', text: 'tea is ready' }]);
    expect(account('slack')?.lastOutboundAt).toBeDefined();
    expect((await core.journal.query()).messages).toMatchObject([
      { direction: 'out', channel: 'slack', conversationId: 'C0DOUBLE', text: 'tea is ready' },
    ]);
  });

  it('with a key that was used answers again and sends once, also when both come at the same time', async () => {
    const { double, client, writer } = await ready();
    const other = await client(['operator.write']);
    const [one, two] = await Promise.all([writer.request('send', order), other.request('send', order)]);
    const three = await writer.request('send', { ...order, message: 'again' });
    expect(two.payload).toEqual(one.payload);
    expect(three.payload).toEqual(one.payload);
    expect(double.sent).toHaveLength(1);
    await writer.request('send', { ...order, idempotencyKey: 'k-2' });
    expect(double.sent).toHaveLength(2);
  });

  it('needs neither a channel nor an account while there is only one', async () => {
    const { double, writer } = await ready();
    const { channel: _one, ...rest } = order;
    expect(
      await writer.request('send', { ...rest, agentId: 'main', sessionKey: 'agent:main:main' }),
    ).toMatchObject({ ok: true, payload: { channel: 'slack' } });
    expect(double.sent).toHaveLength(1);
  });

  it('tells the vendor’s refusal in words, and keeps it for its key', async () => {
    const { double, writer } = await ready();
    double.script('chat.postMessage', { body: { ok: false, error: 'not_in_channel' } });
    const refused = await writer.request('send', order);
    expect(refused).toMatchObject({
      ok: false,
      error: {
        code: 'UNAVAILABLE',
        details: { class: 'permission', code: 'not_in_channel' },
        retryable: false,
      },
    });
    expect(refused.error?.message).toMatch(/[a-z]{3,} [a-z]{2,}/);
    expect((await writer.request('send', order)).error).toEqual(refused.error);
    expect(double.sent).toEqual([]);
  });

  it('over a channel that is down has sent nothing, and the same key may be tried again', async () => {
    const { double, core, writer, until } = await ready();
    await core.channels.stopAccount('slack', 'default');
    expect((await writer.request('send', order)).error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'the channel is not connected now, nothing was sent',
      retryable: true,
    });
    await core.channels.restart('slack', 'default');
    await until('slack', ({ canSend }) => canSend);
    expect((await writer.request('send', order)).ok).toBe(true);
    expect(double.sent).toHaveLength(1);
  });

  it.each([
    [{ message: undefined }, 'invalid send params: text or media is required'],
    [{ message: ' \n ' }, 'invalid send params: text or media is required'],
    [{ to: '  ' }, 'invalid send params: at /to: must not be blank'],
    [{ to: undefined }, "invalid send params: must have required property 'to'"],
    [{ idempotencyKey: '' }, /at \/idempotencyKey: must not have fewer than 1 characters$/],
    [
      { mediaUrl: 'https://a.example/x.png' },
      'invalid send params: at /mediaUrl: this gateway sends text only',
    ],
    [{ mediaUrls: ['x'] }, /at \/mediaUrls: this gateway sends text only/],
    [{ buffer: 'aGk=' }, /at \/buffer: this gateway sends text only/],
    [{ asVoice: true }, /at \/asVoice: this gateway sends text only/],
    [{ silent: true }, /at \/silent: /],
    [{ parseMode: 'HTML' }, /at \/parseMode: /],
    [{ threadId: '171.5' }, /at \/threadId: a thread is part of "to"/],
    [{ channel: 'telex' }, 'unsupported channel: telex'],
    [{ accountId: 'gone' }, 'there is no account slack/gone'],
    [{ message: 'x'.repeat(4_001) }, 'the text has 4001 characters, slack takes 4000'],
    [{ extra: 1 }, "invalid send params: at root: unexpected property 'extra'"],
  ])('refuses %j in words and sends nothing', async (change, words) => {
    const { double, writer } = await ready();
    const refused = await writer.request('send', { ...order, ...change });
    expect(refused.error?.code).toBe('INVALID_REQUEST');
    expect(refused.error?.message).toMatch(words);
    expect(double.sent).toEqual([]);
  });

  it('needs the write scope', async () => {
    const { client, double } = await ready();
    const reader = await client(['operator.read']);
    expect((await reader.request('send', order)).error).toMatchObject({
      code: 'FORBIDDEN',
      message: 'missing scope: operator.write',
    });
    expect(double.sent).toEqual([]);
  });
});

it('a task’s announcement goes the same way', async () => {
  const { double, client } = await ready();
  const admin = await client(['operator.admin']);
  const job = {
    name: 'tea',
    schedule: { kind: 'every', everyMs: 3_600_000 },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'tea is ready' },
    delivery: { mode: 'announce', channel: 'slack', to: 'C0DOUBLE' },
  };
  const added = await admin.request('cron.add', job);
  expect(added).toMatchObject({ ok: true, payload: { delivery: job.delivery } });
  await admin.request('cron.run', { id: added.payload.id });
  const ended = await admin.frame(({ event, payload }) => event === 'cron' && payload.action === 'finished');
  expect(ended.payload).toMatchObject({ status: 'ok', delivered: true, deliveryStatus: 'delivered' });
  expect(double.sent).toEqual([{ to: 'C0DOUBLE', text: 'tea is ready' }]);
  const gone = { ...job, delivery: { ...job.delivery, accountId: 'gone' } };
  expect((await admin.request('cron.add', gone)).error?.message).toBe(
    'invalid cron.add params: at /delivery/accountId: there is no account slack/gone',
  );
});
