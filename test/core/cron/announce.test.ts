// A run's text goes into a conversation over the same path as `send`; what the vendor says stands in the history.

import { describe, expect, it } from 'vitest';
import { type Disposable, toDisposable } from '../../../electron/core/lib/disposable';
import { err } from '../../../electron/core/lib/result';
import type { CronDelivery } from '../../../shared/model/cron';
import { FakeClock, settle } from '../../helpers/fake-clock';
import { NOT_CONNECTED, notSent, ScriptedChannels } from '../../helpers/scripted-channels';
import { type Bench, bench, HOUR, START } from './harness';

const delivery: CronDelivery = { mode: 'announce', channel: 'slack', to: 'C1' };

/** The pauses between the tries are over as soon as they begin. */
class ImpatientClock extends FakeClock {
  override setTimeout(callback: () => void, delayMs: number): Disposable {
    if (![1_000, 5_000, 15_000].includes(delayMs)) return super.setTimeout(callback, delayMs);
    const pause = setImmediate(callback);
    return toDisposable(() => clearImmediate(pause));
  }
}

async function announcing(channels: ScriptedChannels, change: Partial<CronDelivery> = {}) {
  const made = await bench({ clock: new ImpatientClock(START), outbound: channels.outbound });
  const id = await made.add({
    payload: { kind: 'systemEvent', text: 'tea is ready' },
    delivery: { ...delivery, ...change } as CronDelivery,
  });
  return { ...made, id };
}

/** Runs it once. */
function ranOnce({ clock, event }: Bench) {
  clock.advance(HOUR);
  return event((each) => each.action === 'finished');
}

describe('an announcement', () => {
  it('is one text over the account that is meant, and the history says that it was delivered', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' }, { channel: 'slack', accountId: 'work' });
    const made = await announcing(channels, { accountId: 'work' });
    const run = await ranOnce(made);
    expect(run).toMatchObject({ status: 'ok', delivered: true, deliveryStatus: 'delivered' });
    expect(run).not.toHaveProperty('deliveryError');
    expect(channels.asked).toEqual([
      { channel: 'slack', accountId: 'work', to: 'C1', text: 'tea is ready', idempotencyKey: run.runId },
    ]);
    expect(made.effects).toMatchObject([{ text: 'tea is ready' }]);
    expect(made.job(made.id).state).toMatchObject({ lastDelivered: true, lastDeliveryStatus: 'delivered' });
  });

  it('that the vendor refuses is an error in the vendor’s words, and is not tried again', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    channels.answers = [
      notSent({
        class: 'permission',
        code: 'not_in_channel',
        message: 'not in the channel',
        fix: 'Invite the bot',
      }),
    ];
    const made = await announcing(channels);
    const why = 'not in the channel. Invite the bot';
    expect(await ranOnce(made)).toMatchObject({
      status: 'error',
      error: `not announced: ${why}`,
      delivered: false,
      deliveryStatus: 'not-delivered',
      deliveryError: why,
    });
    expect(channels.asked).toHaveLength(1);
  });

  it('that failed does not make the run an error when best effort is enough', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    channels.answers = [notSent({ class: 'server', message: 'the vendor is down' })];
    const run = await ranOnce(await announcing(channels, { bestEffort: true }));
    expect(run).toMatchObject({
      status: 'ok',
      deliveryStatus: 'not-delivered',
      deliveryError: 'the vendor is down',
    });
    expect(run).not.toHaveProperty('error');
  });

  it('whose outcome nobody knows is called unknown and not sent twice', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    channels.answers = [notSent({ class: 'network', code: 'unknown_outcome', message: 'no answer came' })];
    expect(await ranOnce(await announcing(channels))).toMatchObject({
      status: 'error',
      deliveryStatus: 'unknown',
      deliveryError: 'no answer came',
    });
    expect(channels.asked).toHaveLength(1);
  });

  it('waits a little for a channel that is just connecting anew', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    channels.answers = [NOT_CONNECTED, NOT_CONNECTED, { ok: true, value: {} }];
    expect(await ranOnce(await announcing(channels))).toMatchObject({
      status: 'ok',
      deliveryStatus: 'delivered',
    });
    expect(new Set(channels.asked.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(channels.asked).toHaveLength(3);
  });

  it('gives up on a channel that does not come back, and says so', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    channels.answers = [NOT_CONNECTED];
    expect(await ranOnce(await announcing(channels))).toMatchObject({
      status: 'error',
      deliveryStatus: 'not-delivered',
      deliveryError: 'the channel is not connected now, nothing was sent',
    });
    expect(channels.asked).toHaveLength(4);
  });

  it('over an account that has gone since fails at once, in words', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    const made = await announcing(channels);
    channels.accounts = [];
    expect(await ranOnce(made)).toMatchObject({
      deliveryStatus: 'not-delivered',
      deliveryError: 'the channel slack has no account',
    });
    expect(channels.asked).toEqual([]);
  });

  it('of which a bug keeps the outcome does not stop the scheduler', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    channels.answers = []; // so that the call throws
    const made = await announcing(channels);
    expect(await ranOnce(made)).toMatchObject({
      status: 'error',
      deliveryError: 'the delivery failed inside the gateway',
    });
    expect(made.job(made.id).state.runningAtMs).toBeUndefined();
  });

  it('that hangs does not keep the gateway from stopping', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    channels.answers = [new Promise(() => undefined)];
    const clock = new FakeClock(START);
    const made = await bench({ outbound: channels.outbound, clock });
    await made.add({ delivery });
    made.clock.advance(HOUR);
    await made.event((each) => each.action === 'started');
    await made.cron.stop();
    expect(await made.event((each) => each.action === 'finished')).toMatchObject({
      deliveryStatus: 'unknown',
      deliveryError: 'the gateway stopped during the delivery',
    });
  });

  it('is also what an alert can be', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    channels.answers = [
      err({ code: 'invalid', message: 'the text is odd' } as const),
      { ok: true, value: {} },
    ];
    const made = await bench({ outbound: channels.outbound });
    await made.add({ name: 'tea', delivery, failureAlert: { ...delivery, to: 'C9', after: 1 } });
    await ranOnce(made);
    while (channels.asked.length < 2) await settle();
    expect(channels.asked.map(({ to, text }) => ({ to, text }))).toEqual([
      { to: 'C1', text: 'tea' },
      { to: 'C9', text: 'The task "tea" has failed once: not announced: the text is odd' },
    ]);
  });

  it('is previewed with its account and conversation, and readers may see both', async () => {
    const channels = new ScriptedChannels({ channel: 'slack', accountId: 'work' });
    const made = await bench({ outbound: channels.outbound });
    await made.add({ delivery: { ...delivery, accountId: 'work' }, failureAlert: delivery as never });
    const page = made.cron.list();
    expect(Object.values(page.deliveryPreviews)).toEqual([{ label: 'announce', detail: 'slack/work -> C1' }]);
    expect(made.events[0]?.job?.delivery).toEqual({ ...delivery, accountId: 'work' });
    expect(made.events[0]?.job?.failureAlert).toEqual(delivery);
  });
});
