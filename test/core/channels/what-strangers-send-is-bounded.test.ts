// Anybody can write to a bot. However long and however many their texts, names and ids are, what is kept of them in
// memory is bounded, and what is kept is told apart from what was refused.

import { describe, expect, it, onTestFinished } from 'vitest';
import { MessageJournal } from '../../../electron/core/channels/message-journal';
import { MemoryLogger, managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';
import { FakeClock } from '../../helpers/fake-clock';
import { mkdtempForTest } from '../../helpers/temp-dir';

async function ready() {
  const adapter = new ScriptedAdapter('fake', ['a']);
  const harness = managerHarness([adapter]);
  await harness.manager.start();
  await settle();
  const { context } = adapter.latest('a');
  context.ready({ mode: 'ws', evidence: 'hello' });
  return { ...harness, context };
}

const message = (change: object = {}) => ({
  messageId: '1',
  chatType: 'direct' as const,
  conversationId: 'c',
  senderId: 's',
  text: 't',
  at: 1,
  ...change,
});

describe('a message', () => {
  it('whose text is endless is kept with its beginning', async () => {
    const { context, journal } = await ready();
    expect(context.inbound(message({ text: 'x'.repeat(1_000_000) }))).toBe('accepted');
    const { text = '' } = journal.messages[0] ?? {};
    expect(text).toHaveLength(65_536);
    expect(text.endsWith('…')).toBe(true);
  });

  it('is cut between two characters, not through one', async () => {
    const { context, journal } = await ready();
    context.inbound(message({ text: '😀'.repeat(40_000) }));
    expect(journal.messages[0]?.text).toMatch(/^(?:😀)+…$/u);
  });

  it('with the longest text that a vendor takes is kept whole', async () => {
    const { context, journal } = await ready();
    const text = 'y'.repeat(65_536);
    context.inbound(message({ text }));
    expect(journal.messages[0]?.text).toBe(text);
  });

  it.each(['messageId', 'conversationId', 'senderId', 'threadId'])(
    'whose %s is endless is refused, and that shows',
    async (key) => {
      const { context, journal, status } = await ready();
      expect(context.inbound(message({ [key]: 'x'.repeat(1_025) }))).toBe('duplicate');
      expect(journal.messages).toEqual([]);
      expect(status('a')).toMatchObject({
        received: 0,
        rejected: 1,
        lastError: { class: 'protocol', code: 'unfit_message' },
      });
      expect(context.inbound(message())).toBe('accepted');
    },
  );

  it('has a name of its sender that fits', async () => {
    const { context, journal } = await ready();
    context.inbound(message({ senderName: 'n'.repeat(10_000), kind: 'k'.repeat(10_000) }));
    expect(journal.messages[0]?.senderName).toHaveLength(256);
    expect(journal.messages[0]?.kind).toHaveLength(64);
  });
});

describe('the journal', () => {
  it('keeps fewer messages in memory when they are long, and finds the rest on disk', async () => {
    const clock = new FakeClock();
    const dir = await mkdtempForTest();
    const journal = new MessageJournal({ dir, clock, logger: new MemoryLogger() });
    onTestFinished(() => journal.stop());
    await journal.start();
    const text = 'x'.repeat(60_000);
    for (let count = 1; count <= 500; count += 1) {
      journal.append({
        direction: 'in',
        channel: 'fake',
        accountId: 'a',
        ...message({ messageId: `${count}`, text }),
      });
      // Flushed like a disk that keeps up.
      if (count % 50 === 0) await clock.advanceAsync(250);
    }
    expect(journal.recentIds('fake', 'a').length * text.length).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(journal.recentIds('fake', 'a').at(-1)).toBe('500');
    await journal.stop();
    const { messages } = await journal.query({ cursor: '11' });
    expect(messages.map(({ seq }) => seq)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
});
