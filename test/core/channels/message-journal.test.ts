// The messages of all channels: bounded, in order, each once, there again after a restart, and readable whatever lies
// on the disk.

import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NewJournalMessage } from '../../../electron/core/channels/channel-calls';
import { type JournalQuery, MessageJournal } from '../../../electron/core/channels/message-journal';
import type { JournalMessage } from '../../../shared/model/channel';
import { MemoryLogger } from '../../helpers/channel-doubles';
import { FakeClock } from '../../helpers/fake-clock';

const START = Date.UTC(2026, 0, 1);

function incoming(n: number, change: Partial<NewJournalMessage> = {}): NewJournalMessage {
  return {
    direction: 'in',
    channel: 'slack',
    accountId: 'default',
    messageId: `m-${n}`,
    chatType: 'direct',
    conversationId: 'C1',
    senderId: 'U1',
    text: `text ${n}`,
    at: START + n,
    ...change,
  };
}

async function folder() {
  const home = await mkdtemp(path.join(tmpdir(), 'gatehouse-journal-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const dir = path.join(home, 'messages');
  const logger = new MemoryLogger();
  const clock = new FakeClock(START);
  const open = async () => {
    const journal = new MessageJournal({ dir, clock, logger });
    onTestFinished(() => journal.stop());
    await journal.start();
    return journal;
  };
  const files = async () => (await readdir(dir)).sort();
  return { dir, logger, clock, open, files };
}

const seqsOf = (messages: readonly JournalMessage[]) => messages.map(({ seq }) => seq);
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n);

/** Every page, one after the other. */
async function all(journal: MessageJournal, query: JournalQuery = {}): Promise<readonly JournalMessage[]> {
  const found: JournalMessage[] = [];
  let cursor: string | undefined;
  do {
    const page = await journal.query({ ...query, cursor });
    found.push(...page.messages);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

describe('the journal', () => {
  it('numbers messages, dates them and tells of each once, at once', async () => {
    const { open, clock } = await folder();
    const journal = await open();
    const heard: JournalMessage[] = [];
    journal.onAppended((message) => heard.push(message));
    journal.append(incoming(1));
    clock.advance(5);
    journal.append(incoming(2, { direction: 'out' }));
    expect(heard).toEqual([
      { ...incoming(1), seq: 1, recordedAt: START },
      { ...incoming(2, { direction: 'out' }), seq: 2, recordedAt: START + 5 },
    ]);
    expect((await journal.query()).messages).toEqual([...heard].reverse());
  });

  it('does not suffer from a listener that throws', async () => {
    const { open, logger } = await folder();
    const journal = await open();
    journal.onAppended(() => {
      throw new Error('bug');
    });
    const heard: number[] = [];
    journal.onAppended(({ seq }) => heard.push(seq));
    journal.append(incoming(1));
    expect(heard).toEqual([1]);
    expect(logger.lines.map(({ event }) => event)).toEqual(['journal.listener-failed']);
  });

  it('goes on after a restart where it was, and knows the ids that came in', async () => {
    const { open } = await folder();
    const first = await open();
    first.append(incoming(1));
    first.append(incoming(2, { accountId: 'work' }));
    first.append(incoming(3, { direction: 'out' }));
    first.append(incoming(4, { channel: 'feishu' }));
    first.append(incoming(5));
    await first.stop();
    const second = await open();
    expect(second.recentIds('slack', 'default')).toEqual(['m-1', 'm-5']);
    expect(second.recentIds('slack', 'work')).toEqual(['m-2']);
    expect(second.recentIds('slack', 'gone')).toEqual([]);
    second.append(incoming(6));
    expect(seqsOf((await second.query()).messages)).toEqual(down(6, 1));
  });

  it('is written within 250 ms, in files that only their owner may read, and holds each message once', async () => {
    const { open, dir, clock, files } = await folder();
    const journal = await open();
    for (let n = 1; n <= 300; n += 1) journal.append(incoming(n));
    clock.advance(250);
    await journal.stop();
    const [name = ''] = await files();
    const lines = (await readFile(path.join(dir, name), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual(down(300, 1).reverse());
    expect((await stat(path.join(dir, name))).mode & 0o777).toBe(0o600);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
  });

  it('pages over memory and disk without a gap or a repetition, also while more comes', async () => {
    const { open } = await folder();
    const first = await open();
    for (let n = 1; n <= 5_600; n += 1) first.append(incoming(n));
    // More than memory keeps, and nothing is on disk yet.
    expect(seqsOf(await all(first, { limit: 200 }))).toEqual(down(5_600, 1));
    await first.stop();
    expect(seqsOf(await all(first, { limit: 170 }))).toEqual(down(5_600, 1));
    const page = await first.query({ limit: 200 });
    for (let n = 5_601; n <= 5_700; n += 1) first.append(incoming(n));
    const next = await first.query({ limit: 200, cursor: page.nextCursor });
    expect(seqsOf(next.messages)).toEqual(down(5_400, 5_201));
  });

  it.each([
    [{ channel: 'feishu' }, [9, 6, 3]],
    [{ channel: 'slack', accountId: 'work' }, [10, 8, 4, 2]],
    [{ conversationId: 'C9' }, [9]],
    [{ channel: 'slack', accountId: 'work', conversationId: 'C4' }, [4]],
    [{ channel: 'constructor' }, []],
  ])('finds by %j exactly what fits, in memory and on disk', async (query, seqs) => {
    const { open } = await folder();
    const journal = await open();
    const fill = () => {
      for (let n = 1; n <= 10; n += 1) {
        journal.append(
          incoming(n, {
            channel: n % 3 === 0 ? 'feishu' : 'slack',
            accountId: n % 2 === 0 ? 'work' : 'default',
            conversationId: `C${n}`,
          }),
        );
      }
    };
    fill();
    expect(seqsOf((await journal.query(query)).messages)).toEqual(seqs);
    for (let n = 11; n <= 5_200; n += 1)
      journal.append(incoming(n, { channel: 'other', conversationId: 'X' }));
    await journal.stop();
    expect(seqsOf(await all(journal, { ...query, limit: 2 }))).toEqual(seqs);
  });

  it.each([
    [{ limit: 0 }, 1],
    [{ limit: -5 }, 1],
    [{ limit: 1_000 }, 200],
    [{}, 50],
    [{ cursor: 'x' }, 0],
    [{ cursor: '' }, 0],
    [{ cursor: '0' }, 0],
    [{ cursor: '1' }, 0],
    [{ cursor: '-1' }, 0],
    [{ cursor: '99999999' }, 50],
  ])('answers %j with %i messages and without a fault', async (query, count) => {
    const { open } = await folder();
    const journal = await open();
    for (let n = 1; n <= 250; n += 1) journal.append(incoming(n));
    expect((await journal.query(query)).messages).toHaveLength(count);
  });

  it('reads past whatever else lies in its files', async () => {
    const { open, dir, files } = await folder();
    const first = await open();
    first.append(incoming(1));
    first.append(incoming(2));
    await first.stop();
    const [name = ''] = await files();
    const file = path.join(dir, name);
    const odd = [
      'not json',
      '{}',
      'null',
      '[]',
      JSON.stringify({ ...incoming(3), seq: 'x', recordedAt: 1 }),
      JSON.stringify({ ...incoming(4), seq: 4, recordedAt: 1, text: 5 }),
      JSON.stringify({ ...incoming(5), seq: 5, recordedAt: 1, direction: 'up' }),
    ];
    await appendFile(
      file,
      `${odd.join('\n')}\n${JSON.stringify({ ...incoming(9), seq: 9, recordedAt: 1 })}\n{"seq":10,`,
    );
    await writeFile(path.join(dir, 'messages-notes.txt'), 'mine');
    const second = await open();
    expect(seqsOf((await second.query()).messages)).toEqual([9, 2, 1]);
    second.append(incoming(10));
    expect(seqsOf((await second.query()).messages)).toEqual([10, 9, 2, 1]);
    await second.stop();
    const third = await open();
    expect(seqsOf((await third.query()).messages)).toEqual([10, 9, 2, 1]);
    expect(await files()).toContain('messages-notes.txt');
  });

  it('keeps 64 MiB at most, in pieces, and loses the oldest first', async () => {
    const { open, dir, files } = await folder();
    const text = 'x'.repeat(60_000);
    for (let round = 0; round < 13; round += 1) {
      const journal = await open();
      for (let n = 0; n < 100; n += 1) journal.append(incoming(n, { text }));
      await journal.stop();
    }
    const sizes = await Promise.all(
      (await files()).map(async (name) => (await stat(path.join(dir, name))).size),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThanOrEqual(68 * 1024 * 1024);
    expect(total).toBeGreaterThan(50 * 1024 * 1024);
    expect(sizes.length).toBeGreaterThan(10);
    const again = await open();
    expect((await again.query({ limit: 1 })).messages[0]?.seq).toBe(1_300);
  });

  it('goes on in memory when the disk refuses, says so, and writes it later', async () => {
    const { dir, open, logger, clock } = await folder();
    await writeFile(dir, 'a file where a folder has to be');
    const journal = await open();
    journal.append(incoming(1));
    await journal.stop();
    expect(seqsOf((await journal.query()).messages)).toEqual([1]);
    expect(logger.lines.map(({ event }) => event)).toContain('journal.not-written');
    await rm(dir);
    const later = new MessageJournal({ dir, clock, logger });
    await later.start();
    later.append(incoming(2));
    await later.stop();
    expect(seqsOf((await later.query()).messages)).toEqual([1]);
  });
});

describe('conversations', () => {
  it('are the newest first, each with its last message and who wrote last', async () => {
    const { open } = await folder();
    const journal = await open();
    journal.append(incoming(1, { senderName: 'Ann' }));
    journal.append(incoming(2, { conversationId: 'C2', chatType: 'group', senderName: 'Bob' }));
    journal.append(incoming(3, { direction: 'out', text: 'answer' }));
    journal.append(incoming(4, { accountId: 'work' }));
    const found = journal.conversations();
    expect(found.map(({ accountId, conversationId, last }) => [accountId, conversationId, last.seq])).toEqual(
      [
        ['work', 'C1', 4],
        ['default', 'C1', 3],
        ['default', 'C2', 2],
      ],
    );
    expect(found[1]).toMatchObject({ senderName: 'Ann', chatType: 'direct', last: { text: 'answer' } });
    expect(journal.conversations({ accountId: 'work' })).toHaveLength(1);
    expect(journal.conversations({ channel: 'feishu' })).toEqual([]);
  });

  it('do not mix what only looks the same', async () => {
    const { open } = await folder();
    const journal = await open();
    journal.append(incoming(1, { accountId: 'a', conversationId: 'b","c' }));
    journal.append(incoming(2, { accountId: 'a","b', conversationId: 'c' }));
    journal.append(incoming(3, { accountId: '__proto__', conversationId: 'constructor' }));
    expect(journal.conversations()).toHaveLength(3);
  });

  it('are 500 at most, and each of those tells its newest message', async () => {
    const { open } = await folder();
    const journal = await open();
    for (let n = 1; n <= 600; n += 1)
      journal.append(incoming(n, { conversationId: `C${n}`, senderName: `S${n}` }));
    const found = journal.conversations();
    expect(found).toHaveLength(500);
    expect(found[0]?.conversationId).toBe('C600');
    expect(found.at(-1)?.conversationId).toBe('C101');
  });
});
