// What an adapter says of its longest text is held against the vendor: a text of that length, of characters that take
// three bytes each, is taken whole by the double, which refuses what its vendor finds too long.

import { expect, it, onTestFinished } from 'vitest';
import { builtinAdapters } from '../../electron/core/channels/adapters';
import type { ChannelDouble, DoubleOptions } from '../doubles/channel-double';
import { startDiscordDouble } from '../doubles/discord';
import { startFeishuDouble } from '../doubles/feishu';
import { startQqDouble } from '../doubles/qqbot';
import { startSlackDouble } from '../doubles/slack';
import { startTelegramDouble } from '../doubles/telegram';
import { startWecomDouble } from '../doubles/wecom';
import { startWeixinDouble } from '../doubles/weixin';
import { channelBench } from '../helpers/channel-bench';
import { FakeClock } from '../helpers/fake-clock';

type StartDouble = (options?: DoubleOptions) => Promise<ChannelDouble>;

const DOUBLES: Readonly<Record<string, StartDouble>> = {
  feishu: startFeishuDouble,
  qqbot: startQqDouble,
  'openclaw-weixin': startWeixinDouble,
  wecom: startWecomDouble,
  telegram: startTelegramDouble,
  slack: startSlackDouble,
  discord: startDiscordDouble,
};
/** A poll that the vendor holds ends by the vendor's clock. */
const POLLED: readonly string[] = ['openclaw-weixin', 'telegram'];
const outbound = builtinAdapters.filter(({ policy }) => policy.direction === 'outbound');

it.each(outbound.map((adapter) => [adapter.meta.id, adapter] as const))(
  'the longest text of %s arrives whole',
  async (id, adapter) => {
    const clock = new FakeClock();
    const double = await (DOUBLES[id] as StartDouble)(POLLED.includes(id) ? { clock } : {});
    const bench = channelBench(adapter, double, { clock });
    onTestFinished(async () => {
      await bench.stop();
      await double.close();
    });
    await bench.ready();
    await double.deliver({ text: 'say it', sender: 'alice' });
    await bench.until(({ received }) => received === 1, 'the message');
    const to = bench.journal.messages[0]?.conversationId ?? '';
    const text = '文'.repeat(adapter.textLimit ?? 0);
    expect(text).not.toBe('');
    const sent = await bench.manager.send(id, bench.accountId, { to, text, idempotencyKey: 'long' });
    expect(sent).toMatchObject({ ok: true });
    expect(double.sent.at(-1)?.text).toBe(text);
  },
);
