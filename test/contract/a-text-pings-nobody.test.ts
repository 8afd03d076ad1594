// Whoever may send a text through us may quote a stranger in it: what a vendor reads as a call to everybody goes out
// as text. Slack and Discord have a word for that on their wires (their own tests); these three have none.

import { expect, it, onTestFinished } from 'vitest';
import { feishuAdapter } from '../../electron/core/channels/adapters/feishu/feishu-adapter';
import { qqbotAdapter } from '../../electron/core/channels/adapters/qqbot/qqbot-adapter';
import { wecomAdapter } from '../../electron/core/channels/adapters/wecom/wecom-adapter';
import { startFeishuDouble } from '../doubles/feishu';
import { startQqDouble } from '../doubles/qqbot';
import { startWecomDouble } from '../doubles/wecom';
import { channelBench } from '../helpers/channel-bench';

const CASES = [
  [
    'feishu',
    feishuAdapter,
    startFeishuDouble,
    [
      '<at user_id="all">everybody</at>',
      '<AT\tuser_id="ou_1">Tom</AT>',
      'a<at user_id=all></at><at id="all"/>b',
    ],
    /<at[\s>]/i,
  ],
  [
    'qqbot',
    qqbotAdapter,
    startQqDouble,
    [
      '@everyone',
      'x@EVERYONE',
      '<@everyone><@!1234>',
      '<qqbot-at-everyone />',
      '<qqbot-at-user id="1" />',
      '<qqbot-cmd-enter text="/pay" />',
    ],
    /@everyone|<@|<qqbot-/i,
  ],
  ['wecom', wecomAdapter, startWecomDouble, ['<@zhangsan>', '<@all> tea'], /<@/],
] as const;

it.each(CASES)(
  'a text over %s calls nobody and reads as it was written',
  async (id, adapter, startDouble, texts, call) => {
    const double = await startDouble();
    const bench = channelBench(adapter, double);
    onTestFinished(async () => {
      await bench.stop();
      await double.close();
    });
    await bench.ready();
    await double.deliver({ text: 'say it', sender: 'alice' });
    await bench.until(({ received }) => received === 1, 'the message');
    const to = bench.journal.messages[0]?.conversationId ?? '';
    const all = [...texts, 'mail me: a@b.example, 1 < 2 <attach> "at all" & @ever'];
    // QQ takes few answers to one message: all in one text, too.
    for (const text of [all.join('\n'), all.at(-1) ?? '']) {
      const sent = await bench.manager.send(id, bench.accountId, { to, text, idempotencyKey: text });
      expect(sent).toMatchObject({ ok: true });
      const arrived = double.sent.at(-1)?.text ?? '';
      expect(arrived).not.toMatch(call);
      expect(arrived.replaceAll('\u200b', '')).toBe(text);
      expect(bench.journal.messages.at(-1)).toMatchObject({ direction: 'out', text });
    }
    expect(double.sent.at(-1)?.text, 'nothing to hide').not.toContain('\u200b');
  },
);
