// What an account keeps between starts: one small file, read once, whatever lies there.

import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileAccountStore } from '../../../electron/core/channels/account-store';
import { MemoryLogger } from '../../helpers/channel-doubles';
import { FakeClock } from '../../helpers/fake-clock';

async function folder() {
  const dir = await mkdtemp(path.join(tmpdir(), 'gatehouse-store-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const file = path.join(dir, 'accounts', 'qqbot', 'main.json');
  const logger = new MemoryLogger();
  const clock = new FakeClock();
  const open = (keepMessages = async () => {}) =>
    new FileAccountStore({ dir, channel: 'qqbot', accountId: 'main', clock, logger, keepMessages });
  const put = async (text: string) => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  return { dir, file, logger, clock, open, put };
}

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

describe('the store of an account', () => {
  it('writes no cursor before the messages that it stands for are written', async () => {
    const { open, file } = await folder();
    let written: () => void = () => undefined;
    const store = open(
      () =>
        new Promise((resolve) => {
          written = resolve;
        }),
    );
    await store.open();
    store.set('cursor', 1);
    const flushed = store.flush();
    await new Promise((resolve) => setImmediate(resolve));
    // Its own messages are not on disk yet: not this flush's to write.
    store.set('cursor', 2);
    expect(await isThere(file)).toBe(false);
    written();
    await flushed;
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ cursor: 1 });
  });

  it('gives back after a restart what was set, in a file that only its owner may read', async () => {
    const { open, file } = await folder();
    const store = open();
    await store.open();
    store.set('cursor', { seq: 7, list: ['a'] });
    store.set('gone', 1);
    store.delete('gone');
    await store.flush();
    const again = open();
    await again.open();
    expect(again.get('cursor')).toEqual({ seq: 7, list: ['a'] });
    expect(again.get('gone')).toBeUndefined();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
  });

  it('writes by itself half a second after a change, once for many', async () => {
    const { open, file, clock } = await folder();
    const store = open();
    await store.open();
    for (let n = 0; n < 1_000; n += 1) store.set('n', n);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(500);
    await store.flush();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ n: 999 });
    expect(clock.pendingTimers).toBe(0);
    // Nothing new, nothing written.
    await rm(file);
    await store.flush();
    expect(await isThere(file)).toBe(false);
  });

  it('keeps what was set before the file was read: it is newer', async () => {
    const { open, put } = await folder();
    await put('{"a":1,"b":2}');
    const store = open();
    const opened = store.open();
    store.set('a', 'new');
    await opened;
    expect([store.get('a'), store.get('b')]).toEqual(['new', 2]);
  });

  it.each(['', '{', '[]', 'null', '"text"', '{"a":1', '\u0000'])(
    'sets %j aside and starts without it',
    async (text) => {
      const { open, put, file, logger } = await folder();
      await put(text);
      const store = open();
      await store.open();
      expect(store.get('a')).toBeUndefined();
      const names = await readdir(path.dirname(file));
      expect(names).toEqual([expect.stringMatching(/^main\.json\.bad-/)]);
      expect(await readFile(path.join(path.dirname(file), names[0] ?? ''), 'utf8')).toBe(text);
      expect(logger.lines.map(({ event }) => event)).toEqual(['channel.store-set-aside']);
      store.set('a', 1);
      await store.flush();
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ a: 1 });
    },
  );

  it('takes a key called __proto__ for a key', async () => {
    const { open, put } = await folder();
    await put('{"__proto__":{"polluted":true},"a":1}');
    const store = open();
    await store.open();
    expect(store.get('__proto__')).toEqual({ polluted: true });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    store.set('a', 2);
    await store.flush();
    const again = open();
    await again.open();
    expect(again.get('__proto__')).toEqual({ polluted: true });
  });

  it('forgets everything when it is cleared, also what was about to be written', async () => {
    const { open, file, clock } = await folder();
    const store = open();
    await store.open();
    store.set('a', 1);
    await store.flush();
    store.set('b', 2);
    const flushing = store.flush();
    await store.clear();
    await flushing;
    clock.advance(10_000);
    await store.flush();
    expect(await isThere(file)).toBe(false);
    expect(store.get('a')).toBeUndefined();
    store.set('c', 3);
    await store.flush();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ c: 3 });
  });

  it('says that it could not be written, goes on in memory, and writes it the next time', async () => {
    const { open, dir, file, logger } = await folder();
    await writeFile(path.join(dir, 'accounts'), 'a file where a folder has to be');
    const store = open();
    store.set('a', 1);
    await store.flush();
    expect(logger.lines.map(({ event }) => event)).toEqual(['channel.store-failed']);
    expect(store.get('a')).toBe(1);
    await rm(path.join(dir, 'accounts'));
    await store.flush();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ a: 1 });
  });

  it('is no reason for a failure of whoever clears it', async () => {
    const { open, file, logger } = await folder();
    const store = open();
    await store.open();
    await mkdir(path.join(file, 'in the way'), { recursive: true });
    await store.clear();
    expect(logger.lines.map(({ event }) => event)).toEqual(['channel.store-failed']);
  });
});
