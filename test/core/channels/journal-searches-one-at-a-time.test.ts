// A search for a conversation that has no messages reads all 64 MiB of the journal. One takes a few hundred
// milliseconds in small steps; twenty at once used to hold the event loop for a hundred between two of them.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { MessageJournal } from '../../../electron/core/channels/message-journal';
import { MemoryLogger } from '../../helpers/channel-doubles';
import { FakeClock } from '../../helpers/fake-clock';

const reading = vi.hoisted(() => ({ now: 0, most: 0, files: 0 }));

vi.mock(import('../../../electron/core/lib/file-lines'), async (original) => {
  const real = await original();
  const forEachLine: typeof real.forEachLine = async (...args) => {
    reading.files += 1;
    reading.now += 1;
    reading.most = Math.max(reading.most, reading.now);
    try {
      return await real.forEachLine(...args);
    } finally {
      reading.now -= 1;
    }
  };
  return { ...real, forEachLine };
});

it('twenty searches through the files go one after the other, and each finds its own', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'gatehouse-journal-'));
  const journal = new MessageJournal({ dir, clock: new FakeClock(), logger: new MemoryLogger() });
  onTestFinished(async () => {
    await journal.stop();
    await rm(dir, { recursive: true, force: true });
  });
  await journal.start();
  const base = { direction: 'in', channel: 'slack', accountId: 'a', text: 't', at: 1 } as const;
  // More than the ring in memory holds: the first twenty are on the disk only.
  for (let n = 0; n < 6_000; n += 1) journal.append({ ...base, conversationId: `C${n}` });
  await journal.flush();
  const before = reading.files;
  const pages = await Promise.all(
    Array.from({ length: 20 }, (_, n) => journal.query({ conversationId: `C${n}` })),
  );
  expect(pages.map(({ messages }) => messages.map(({ seq }) => seq))).toEqual(
    Array.from({ length: 20 }, (_, n) => [n + 1]),
  );
  expect(reading.files - before).toBeGreaterThanOrEqual(20);
  expect(reading.most).toBe(1);
});
