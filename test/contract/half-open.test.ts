// REL-82: a link whose other end is gone without a word. Every vendor's adapter, with the real manager, notices by its
// own heartbeat or poll, is back within a minute once the vendor answers, and holds one link, not two.

import { expect, it, onTestFinished } from 'vitest';
import { builtinAdapters } from '../../electron/core/channels/adapters';
import type { ChannelAdapter } from '../../electron/core/channels/channel-adapter';
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
const BACK_WITHIN_MS = 60_000;
const STEP_MS = 500;

const outbound = builtinAdapters.filter(({ policy }) => policy.direction === 'outbound');

it('every channel that holds a link is in this table', () => {
  expect(outbound.map(({ meta }) => meta.id).sort()).toEqual(Object.keys(DOUBLES).sort());
});

it.each(outbound.map((adapter) => [adapter.meta.id, adapter] as const))(
  'REL-82: %s notices a half-open link, is back within 60 s and consumes once',
  async (id, adapter: ChannelAdapter) => {
    const clock = new FakeClock();
    const double = await (DOUBLES[id] as StartDouble)(POLLED.includes(id) ? { clock } : {});
    const bench = channelBench(adapter, double, { clock });
    onTestFinished(async () => {
      await bench.stop();
      await double.close();
    });
    const { lastConnectedAt: before = 0 } = await bench.ready();
    await double.linked();
    bench.clock.advance(10);

    await double.fault('mute');
    await bench.passUntil(({ connected }) => connected === false, adapter.policy.staleAfterMs ?? 0, STEP_MS);
    // By its own heartbeat or poll, not by the second line behind it. Looked at now: the next proof clears the error.
    expect(bench.account().lastDisconnect?.error).toMatch(/\w+ \w+/);
    expect(bench.account().lastDisconnect?.error).not.toMatch(/no sign of life/);

    await double.fault('none');
    await bench.passUntil(
      ({ phase, lastConnectedAt = 0 }) => phase === 'ready' && lastConnectedAt > before,
      BACK_WITHIN_MS,
      STEP_MS,
    );
    await double.linked();
    expect(double.links).toBe(1);
    await double.deliver({ text: 'after' });
    await bench.until(({ received }) => received === 1, 'the message');
    await double.deliver({ text: 'and another' });
    await bench.until(({ received }) => received === 2, 'the second message');
    expect(bench.journal.messages.map(({ text }) => text)).toEqual(['after', 'and another']);
    await double.linked();
    expect(double.links).toBe(1);
  },
);
