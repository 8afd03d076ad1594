// Texts over one live link: in order, each with a deadline, none after the link has ended, none long after it was asked
// for, and never a claim that nobody can make.

import { describe, expect, it } from 'vitest';
import { AccountSender } from '../../../electron/core/channels/account-sender';
import type { LiveLink, OutboundMessage, SendOutcome } from '../../../electron/core/channels/channel-adapter';
import { ok } from '../../../electron/core/lib/result';
import { FakeClock, settle } from '../../helpers/fake-clock';

const text = (text: string): OutboundMessage => ({ to: 'C1', text, idempotencyKey: text });
const NOT_CONNECTED = { ok: false, error: { code: 'not_connected' } };

function started() {
  const clock = new FakeClock();
  const sender = new AccountSender(clock);
  const calls: { message: OutboundMessage; signal: AbortSignal; answer: (outcome: SendOutcome) => void }[] =
    [];
  const link: LiveLink = {
    send: (message, signal) => new Promise((answer) => calls.push({ message, signal, answer })),
  };
  let live: LiveLink | undefined = link;
  return {
    clock,
    calls,
    sender,
    link,
    end: () => {
      live = undefined;
      sender.interrupt();
    },
    replace: (next: LiveLink) => {
      live = next;
    },
    send: (what: string) => sender.send(text(what), () => live),
    texts: () => calls.map(({ message }) => message.text),
  };
}

describe('texts of one account', () => {
  it('go out one after the other, in the order in which they were asked for', async () => {
    const { send, calls, texts } = started();
    const sent = [send('a'), send('b'), send('c')];
    await settle();
    expect(texts()).toEqual(['a']);
    calls[0]?.answer(ok({ messageId: '1' }));
    await settle();
    expect(texts()).toEqual(['a', 'b']);
    calls[1]?.answer({ ok: false, error: { class: 'permission', code: 7, message: 'no' } });
    await settle();
    calls[2]?.answer(ok({}));
    expect(await Promise.all(sent)).toEqual([
      ok({ messageId: '1' }),
      { ok: false, error: { class: 'permission', code: 7, message: 'no' } },
      ok({}),
    ]);
  });

  it('are not sent without a link, nor over one that cannot send', async () => {
    const { sender, calls } = started();
    expect(await sender.send(text('a'), () => undefined)).toMatchObject(NOT_CONNECTED);
    expect(await sender.send(text('a'), () => ({}))).toMatchObject(NOT_CONNECTED);
    expect(calls).toEqual([]);
  });

  it('that wait are told when the link ends, and the one on its way that it may have gone out', async () => {
    const { send, end, calls, clock } = started();
    const sent = [send('a'), send('b'), send('c')];
    await settle();
    end();
    expect(await Promise.all(sent)).toMatchObject([
      { ok: false, error: { code: 'unknown_outcome' } },
      NOT_CONNECTED,
      NOT_CONNECTED,
    ]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.signal.aborted).toBe(true);
    // The vendor's late answer changes nothing.
    calls[0]?.answer(ok({ messageId: 'late' }));
    await settle();
    expect(clock.pendingTimers).toBe(0);
  });

  it('go over the link that is there when their turn comes', async () => {
    const { send, calls, replace } = started();
    const first = send('a');
    const second = send('b');
    await settle();
    const fresh: string[] = [];
    replace({
      send: async ({ text }) => {
        fresh.push(text);
        return ok({});
      },
    });
    calls[0]?.answer(ok({}));
    await Promise.all([first, second]);
    expect(fresh).toEqual(['b']);
  });

  it('have 20 s each; then nobody knows', async () => {
    const { send, calls, clock } = started();
    const sent = send('a');
    await settle();
    clock.advance(19_999);
    expect(calls[0]?.signal.aborted).toBe(false);
    clock.advance(1);
    expect(await sent).toMatchObject({ ok: false, error: { class: 'network', code: 'unknown_outcome' } });
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are not sent long after they were asked for: whoever asked has given up by then', async () => {
    const { send, calls, clock } = started();
    const sent = Array.from({ length: 5 }, (_, n) => send(`t${n}`));
    await settle();
    clock.advance(20_000);
    await settle();
    expect(await Promise.all(sent)).toMatchObject([
      { error: { code: 'unknown_outcome' } },
      ...Array.from({ length: 4 }, () => ({
        ok: false,
        error: { class: 'rate_limited', code: 'queue_full' },
      })),
    ]);
    expect(calls).toHaveLength(1);
    const next = send('next');
    await settle();
    calls[1]?.answer(ok({}));
    expect(await next).toEqual(ok({}));
  });

  it('are a hundred at most; the next is told so and nothing of it is kept', async () => {
    const { send, calls } = started();
    const sent = Array.from({ length: 100 }, (_, n) => send(`t${n}`));
    expect(await send('one more')).toMatchObject({
      ok: false,
      error: { class: 'rate_limited', code: 'queue_full', message: expect.stringContaining('100 texts') },
    });
    for (let n = 0; n < 100; n += 1) {
      await settle();
      calls[n]?.answer(ok({}));
    }
    await Promise.all(sent);
    expect(calls).toHaveLength(100);
    const again = send('again');
    await settle();
    calls[100]?.answer(ok({}));
    expect(await again).toEqual(ok({}));
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('bug');
      },
    ],
    ['rejects', () => Promise.reject(new Error('bug'))],
    ['rejects with no error', () => Promise.reject('bug')],
  ])('survive an adapter that %s', async (_what, broken) => {
    const { sender, send, calls } = started();
    expect(await sender.send(text('a'), () => ({ send: broken as never }))).toMatchObject({
      ok: false,
      error: { class: 'protocol', code: 'adapter_threw', message: expect.stringContaining('bug') },
    });
    const next = send('b');
    await settle();
    calls[0]?.answer(ok({}));
    expect(await next).toEqual(ok({}));
  });

  it('leave nobody waiting when a link ends between two of them', async () => {
    const { sender, end } = started();
    end();
    sender.interrupt();
    expect(await sender.send(text('a'), () => undefined)).toMatchObject(NOT_CONNECTED);
  });
});
