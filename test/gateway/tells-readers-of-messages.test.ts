// Messages of channels on the wire: each once as the event gatehouse.message, and page by page from the journal.

import { describe, expect, it } from 'vitest';
import { startSlackDouble } from '../doubles/slack';
import { startTestCore } from '../helpers/test-core';
import { startWithChannels } from './channel-core';

const incoming = (n: number, change: object = {}) => ({
  direction: 'in' as const,
  channel: 'slack',
  accountId: 'default',
  messageId: `m-${n}`,
  chatType: 'direct' as const,
  conversationId: 'C1',
  senderId: 'U1',
  text: `text ${n}`,
  at: n,
  ...change,
});

describe('gatehouse.message', () => {
  it('tells readers of what a user wrote and of what was sent, and others not', async () => {
    const double = await startSlackDouble();
    const world = await startWithChannels(double);
    await world.until('slack', ({ canSend }) => canSend);
    const reader = await world.client(['operator.read']);
    const old = await world.client(['operator.read'], 3);
    const pairing = await world.client(['operator.pairing']);
    await double.deliver({ text: 'is it ready?', conversation: 'D0DOUBLE' });
    for (const client of [reader, old]) {
      const { payload } = await client.frame(({ event }) => event === 'gatehouse.message');
      expect(payload).toMatchObject({
        direction: 'in',
        channel: 'slack',
        accountId: 'default',
        text: 'is it ready?',
      });
      expect(payload.seq).toBe(1);
    }
    const writer = await world.client(['operator.write']);
    const { payload: first } = await reader.frame(({ event }) => event === 'gatehouse.message');
    await writer.request('send', { to: first.conversationId, message: 'yes', idempotencyKey: 'k' });
    const answer = await reader.frame(
      ({ event, payload }) => event === 'gatehouse.message' && payload.seq === 2,
    );
    expect(answer.payload).toMatchObject({
      direction: 'out',
      conversationId: first.conversationId,
      text: 'yes',
    });
    await pairing.request('health');
    expect(pairing.frames.filter(({ event }) => event === 'gatehouse.message')).toEqual([]);
  });

  it('is advertised, and comes once for each message, in order and without a gap', async () => {
    const { core, client } = await startWithChannels();
    const reader = await client(['operator.read']);
    const count = 3_000;
    for (let n = 1; n <= count; n += 1) core.journal.append(incoming(n));
    await reader.frame(({ event, payload }) => event === 'gatehouse.message' && payload.seq === count);
    const seen = reader.frames
      .filter(({ event }) => event === 'gatehouse.message')
      .map(({ payload }) => payload.seq);
    expect(seen).toEqual(Array.from({ length: count }, (_, n) => n + 1));
    const numbers = reader.frames.flatMap(({ type, seq }) =>
      type === 'event' && seq !== undefined ? seq : [],
    );
    expect(numbers.every((seq, at) => at === 0 || seq === (numbers[at - 1] ?? 0) + 1)).toBe(true);
    const hello = reader.frames.find(({ payload }) => payload?.type === 'hello-ok');
    expect(hello?.payload.features.events).toContain('gatehouse.message');
    expect(hello?.payload.features.methods).toEqual(
      expect.arrayContaining([
        'send',
        'channels.start',
        'channels.stop',
        'channels.logout',
        'gatehouse.messages.query',
      ]),
    );
    expect(hello?.payload.features.methods).not.toContain('web.login.start');
  });
});

describe('gatehouse.messages.query', () => {
  async function filled(count: number, change: (n: number) => object = () => ({})) {
    const world = await startWithChannels();
    for (let n = 1; n <= count; n += 1) world.core.journal.append(incoming(n, change(n)));
    return { ...world, reader: await world.client(['operator.read']) };
  }

  it('pages through everything, newest first, each message once', async () => {
    const { reader } = await filled(450);
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const { payload } = await reader.request('gatehouse.messages.query', {
        limit: 200,
        ...(cursor && { cursor }),
      });
      seen.push(...payload.messages.map(({ seq }: { seq: number }) => seq));
      cursor = payload.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 450 }, (_, n) => 450 - n));
    expect((await reader.request('gatehouse.messages.query')).payload.messages).toHaveLength(50);
  });

  it('takes only what fits its filters', async () => {
    const { reader } = await filled(6, (n) => ({
      channel: n % 2 === 0 ? 'slack' : 'feishu',
      accountId: n > 3 ? 'work' : 'default',
      conversationId: n === 6 ? 'C6' : 'C1',
    }));
    const seqs = async (query: object) =>
      (await reader.request('gatehouse.messages.query', query)).payload.messages.map(
        ({ seq }: { seq: number }) => seq,
      );
    expect(await seqs({ channel: 'slack' })).toEqual([6, 4, 2]);
    expect(await seqs({ channel: 'slack', accountId: 'work' })).toEqual([6, 4]);
    expect(await seqs({ conversationId: 'C6' })).toEqual([6]);
    expect(await seqs({ channel: 'none' })).toEqual([]);
  });

  it('keeps its reply small however long the messages are, and loses none', async () => {
    const { reader } = await filled(40, () => ({ text: '字'.repeat(60_000) }));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const { payload } = await reader.request('gatehouse.messages.query', {
        limit: 200,
        ...(cursor && { cursor }),
      });
      expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(2 * 1024 * 1024);
      seen.push(...payload.messages.map(({ seq }: { seq: number }) => seq));
      cursor = payload.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 40 }, (_, n) => 40 - n));
  });

  it.each([
    { limit: 201 },
    { limit: 0 },
    { cursor: 'x' },
    { cursor: '-1' },
    { cursor: '1e9' },
    { all: true },
  ])('refuses %j', async (params) => {
    const { reader } = await filled(1);
    expect((await reader.request('gatehouse.messages.query', params)).error?.code).toBe('INVALID_REQUEST');
  });

  it('needs the read scope', async () => {
    const { client } = await startWithChannels();
    const pairing = await client(['operator.pairing']);
    expect((await pairing.request('gatehouse.messages.query')).error?.message).toBe(
      'missing scope: operator.read',
    );
  });

  it('still has after a restart what came before it', async () => {
    const core = await startTestCore();
    core.journal.append(incoming(1));
    await core.stop();
    expect((await core.journal.query()).messages).toMatchObject([{ seq: 1, text: 'text 1' }]);
  });
});
