// The journal starts while its folder cannot be opened: what comes meanwhile stands once, behind what was there before,
// under numbers that nobody else has, in memory and on disk.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { MessageJournal } from '../../../electron/core/channels/message-journal';
import { MemoryLogger } from '../../helpers/channel-doubles';
import { FakeClock } from '../../helpers/fake-clock';
import { mkdtempForTest } from '../../helpers/temp-dir';

const message = (messageId: string) => ({
  direction: 'in' as const,
  channel: 'fake',
  accountId: 'a',
  messageId,
  chatType: 'direct' as const,
  conversationId: 'c',
  senderId: 's',
  text: messageId,
  at: 1,
});

async function journalIn(dir: string) {
  const clock = new FakeClock();
  const journal = new MessageJournal({ dir, clock, logger: new MemoryLogger() });
  onTestFinished(() => journal.stop());
  await journal.start();
  return { journal, clock };
}

async function linesIn(dir: string): Promise<readonly { seq: number; text: string }[]> {
  const names = (await readdir(dir)).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(dir, name), 'utf8')));
  return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
}

it('numbers go on, nothing stands twice, and what came before the start is known to be old', async () => {
  const home = await mkdtempForTest();
  const dir = path.join(home, 'messages');
  const first = await journalIn(dir);
  for (const id of ['one', 'two', 'three']) first.journal.append(message(id));
  await first.journal.stop();

  // Something else stands where the folder was.
  await rename(dir, `${dir}.away`);
  await writeFile(dir, '');
  const { journal, clock } = await journalIn(dir);
  journal.append(message('four'));
  journal.append(message('five'));
  await rm(dir);
  await rename(`${dir}.away`, dir);
  await clock.advanceAsync(2_000);
  await journal.stop();

  const expected = ['one', 'two', 'three', 'four', 'five'].map((text, index) => [index + 1, text]);
  expect((await linesIn(dir)).map(({ seq, text }) => [seq, text])).toEqual(expected);
  const { messages } = await journal.query();
  expect(messages.map(({ seq, text }) => [seq, text])).toEqual([...expected].reverse());
  expect(journal.recentIds('fake', 'a')).toEqual(['one', 'two', 'three', 'four', 'five']);
});

it('a newest file without one whole line does not give its numbers away twice', async () => {
  const dir = path.join(await mkdtempForTest(), 'messages');
  await mkdir(dir);
  await writeFile(path.join(dir, 'messages-000000000042.jsonl'), '{"seq":42,"dir');
  const { journal } = await journalIn(dir);
  journal.append(message('next'));
  await journal.stop();
  expect((await linesIn(dir)).map(({ seq }) => seq)).toEqual([42]);
});
