// A vendor that is told "taken" forgets the message: it is told so when the message is on disk, so that a crash of
// ours in between loses nothing. A disk that does not answer keeps no vendor waiting for longer than a second.

import { describe, expect, it, onTestFinished } from 'vitest';
import { feishuAdapter } from '../../electron/core/channels/adapters/feishu/feishu-adapter';
import { slackAdapter } from '../../electron/core/channels/adapters/slack/slack';
import { telegramAdapter } from '../../electron/core/channels/adapters/telegram/telegram-adapter';
import { weixinAdapter } from '../../electron/core/channels/adapters/weixin/weixin-adapter';
import { running } from '../core/channels/adapters/webhook-harness';
import type { ChannelDouble, DoubleRequest } from '../doubles/channel-double';
import { startFeishuDouble } from '../doubles/feishu';
import { startSlackDouble } from '../doubles/slack';
import { startTelegramDouble } from '../doubles/telegram';
import { startWeixinDouble } from '../doubles/weixin';
import { channelBench } from '../helpers/channel-bench';
import { FakeClock } from '../helpers/fake-clock';

type Log = readonly DoubleRequest[];

const acks = (log: Log): unknown => log.filter(({ name }) => name === 'ack').length;
/** The cursor of the newest poll: it says which messages were taken. */
const cursor =
  (poll: string, key: string) =>
  (log: Log): unknown =>
    (log.findLast(({ name }) => name.endsWith(poll))?.body as Record<string, unknown> | undefined)?.[key];

const CASES = [
  ['feishu', feishuAdapter, startFeishuDouble, acks],
  ['slack', slackAdapter, startSlackDouble, acks],
  ['telegram', telegramAdapter, startTelegramDouble, cursor('getUpdates', 'offset')],
  ['openclaw-weixin', weixinAdapter, startWeixinDouble, cursor('getupdates', 'get_updates_buf')],
] as const;

async function turns(count = 100): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe.each(CASES)('%s', (_id, adapter, startDouble, told) => {
  async function delivered() {
    const clock = new FakeClock();
    const double: ChannelDouble = await startDouble({ clock });
    const bench = channelBench(adapter, double, { clock });
    onTestFinished(async () => {
      await bench.stop();
      await double.close();
    });
    let write: () => void = () => undefined;
    await bench.ready();
    await double.linked();
    bench.journal.kept = () =>
      new Promise((resolve) => {
        write = resolve;
      });
    const before = told(double.log);
    await double.deliver({ text: 'hello', sender: 'alice' });
    await bench.until(({ received }) => received === 1, 'the message');
    await turns();
    expect(told(double.log), 'told before it was kept').toEqual(before);
    return { before, bench, double, write: () => write() };
  }

  it('is told that a message was taken when it is on disk, not before', async () => {
    const { before, double, write } = await delivered();
    write();
    await double.seen(() => told(double.log) !== before);
  });

  it('is told after a second when the disk does not answer', async () => {
    const { before, bench, double } = await delivered();
    bench.clock.advance(999);
    await turns();
    expect(told(double.log)).toEqual(before);
    bench.clock.advance(1);
    await double.seen(() => told(double.log) !== before);
  });
});

it('a webhook’s sender gets its 202 when the message is on disk, and so does who repeats it', async () => {
  const { double, journal, messages } = await running();
  const writes: (() => void)[] = [];
  journal.kept = () => new Promise((resolve) => writes.push(resolve));
  const answers: number[] = [];
  const body = JSON.stringify({ id: 'm-1', conversation: 'c', sender: 's', text: 't' });
  const posts = [double.post({ body }), double.post({ body })].map((post) =>
    post.then(({ status }) => answers.push(status)),
  );
  for (let turn = 0; writes.length < 2 && turn < 1_000; turn += 1) await turns(1);
  await turns();
  expect([messages.length, answers]).toEqual([1, []]);
  for (const write of writes) write();
  await Promise.all(posts);
  expect(answers.sort()).toEqual([200, 202]);
});
