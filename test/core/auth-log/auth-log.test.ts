// The auth log's memory and its life across restarts, crashes and a disk that refuses.

import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuthLog } from '../../../electron/core/auth-log/auth-log';
import type { AuthEvent } from '../../../shared/model/auth-event';
import { AuthLogHome, accepted, attempt, attemptsIn } from '../../helpers/auth-log-home';

let home: AuthLogHome;
beforeEach(async () => {
  home = await AuthLogHome.make();
});
afterEach(() => home.remove());

function gaps(events: readonly AuthEvent[]) {
  return events.flatMap((event) => (event.event === 'log.gap' ? [event] : []));
}

describe('append', () => {
  it('assigns rising seqs and both clocks, and announces the whole event before it returns', async () => {
    const log = await home.started();
    const seen: AuthEvent[] = [];
    log.onAppended((event) => seen.push(event));
    home.clock.advance(5);
    const first = log.append(attempt());
    const second = log.append(accepted());
    expect(first).toMatchObject({ seq: 1, at: home.clock.now(), monoMs: 5, reason: 'token_mismatch' });
    expect(second.seq).toBe(2);
    expect(seen).toEqual([first, second]);
    await log.stop();
  });

  it('survives a listener that throws', async () => {
    const log = await home.started();
    const seen: number[] = [];
    log.onAppended(() => {
      throw new Error('listener');
    });
    log.onAppended(({ seq }) => seen.push(seq));
    log.append(attempt());
    expect(seen).toEqual([1]);
    await log.stop();
  });

  it('keeps seq rising when the wall clock jumps back', async () => {
    const log = await home.started();
    log.append(attempt());
    home.clock.stepWall(-3_600_000);
    log.append(attempt({ reason: 'token_missing' }));
    await log.stop();
    const again = await home.started();
    expect(again.append(attempt()).seq).toBe(3);
    expect((await home.verify()).problems).toEqual([]);
    await again.stop();
  });

  it('before start is neither lost nor out of order', async () => {
    const first = await home.started();
    for (let index = 0; index < 10; index += 1) first.append(attempt({ connId: `c${index}` }));
    await first.stop();
    const second = home.open();
    second.append({ event: 'token.created', generation: 1, fingerprint: '0123456789ab', by: 'system' });
    await second.start();
    expect(second.append(attempt()).seq).toBe(12);
    await second.stop();
    const kinds = (await home.lines()).map(({ seq, event }) => [seq, event]);
    expect(kinds.slice(-2)).toEqual([
      [11, 'token.created'],
      [12, 'auth.attempt'],
    ]);
    expect((await home.verify()).problems).toEqual([]);
  });

  it('writes one line of at most 4 KiB for whatever text it is given', async () => {
    const log = await home.started();
    const long = '😀\u2028"\\'.repeat(500);
    for (let index = 0; index < 50; index += 1) {
      const text = long.slice(index);
      log.append(
        attempt({
          peer: `10.0.0.${index}:1`,
          connId: text,
          client: {
            id: text,
            mode: text,
            version: text,
            displayName: text,
            platform: text,
            instanceId: text,
          },
          scopesAsked: Array.from({ length: 64 }, () => text),
          origin: text,
          host: text,
          userAgent: text,
          answer: text,
        }),
      );
    }
    await log.stop();
    const text = await readFile(join(home.dir, 'auth-00000001.jsonl'), 'utf8');
    const lines = text.split('\n').slice(0, -1);
    expect(lines).toHaveLength(50);
    for (const line of lines) expect(Buffer.byteLength(line) + 1).toBeLessThanOrEqual(4096);
    expect((await home.verify()).problems).toEqual([]);
  });
});

describe('on disk', () => {
  it('a flush makes everything durable and the chain whole', async () => {
    const log = await home.started();
    log.append(attempt());
    log.append({
      event: 'token.rotated',
      generation: 4,
      fingerprint: 'aaaaaaaaaaaa',
      rotationReason: 'leaked',
      by: 'panel',
    });
    await log.flush();
    const image = await home.crashImage();
    expect((await image.lines()).map(({ event }) => event)).toEqual(['auth.attempt', 'token.rotated']);
    expect(await image.verify()).toMatchObject({ records: 2, problems: [] });
    expect((await stat(home.headFile)).mode & 0o777).toBe(0o600);
    await image.remove();
    await log.stop();
  });

  it('loses at most the last 250 ms to a SIGKILL', async () => {
    const log = await home.started();
    for (let index = 0; index < 40; index += 1) {
      log.append(attempt({ connId: `c${index}` }));
      log.append(attempt({ reason: 'token_missing' }));
      await home.clock.advanceAsync(50);
    }
    await log.flush();
    log.append(attempt());
    const image = await home.crashImage(); // no timer has run since the last append
    const revived = await image.started();
    expect(revived.counters().refused24h).toBe(80);
    expect((await revived.query({})).total).toBe(80);
    await revived.stop();
    await image.remove();
    await log.stop();
  });

  it('goes on in seq and chain after a restart', async () => {
    for (let round = 0; round < 3; round += 1) {
      const log = await home.started();
      for (let index = 0; index < 5; index += 1) log.append(attempt({ peer: `10.0.${round}.${index}:1` }));
      await log.stop();
    }
    expect((await home.lines()).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    expect(await home.verify()).toMatchObject({ records: 15, problems: [] });
    expect(await home.segments()).toHaveLength(1);
  });

  it('cuts a torn last line at start, says so, and verifies again', async () => {
    const log = await home.started();
    log.append(attempt());
    log.append(attempt({ reason: 'token_missing' }));
    await log.stop();
    await appendFile(join(home.dir, 'auth-00000001.jsonl'), '{"seq":3,"at":17,"event":"auth.att');
    expect(await home.verify()).toMatchObject({ tornTail: true, problems: [] });
    const revived = home.open();
    const { recovered } = await revived.start();
    expect(recovered).toMatch(/34 bytes of an unfinished record/);
    revived.append(attempt());
    await revived.stop();
    expect((await home.lines()).map(({ seq, event }) => [seq, event])).toEqual([
      [1, 'auth.attempt'],
      [2, 'auth.attempt'],
      [3, 'store.recovered'],
      [4, 'auth.attempt'],
    ]);
    expect(await home.verify()).toMatchObject({ tornTail: false, problems: [] });
  });

  it('keeps segments and the whole within their sizes and says from where the chain begins', async () => {
    const log = await home.started({ segmentBytes: 16_384, maxBytes: 65_536 });
    for (let index = 0; index < 600; index += 1) {
      log.append(attempt({ peer: `10.0.${index >> 8}.${index & 255}:1` }));
      if (index % 10 !== 0) continue;
      await log.flush();
      const sizes = await Promise.all(
        (await home.segments()).map(async (name) => (await stat(join(home.dir, name))).size),
      );
      expect(Math.max(...sizes)).toBeLessThanOrEqual(16_384);
      expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(65_536);
    }
    await log.flush();
    const report = await home.verify();
    expect(report).toMatchObject({ lastSeq: 600, problems: [] });
    expect(report.records).toBeLessThan(600);
    await log.stop();
    const revived = home.open({ segmentBytes: 16_384, maxBytes: 65_536 });
    expect(await revived.start()).toEqual({});
    expect(revived.counters().refused24h).toBe(report.records);
    await revived.stop();
  });

  it('finishes a deletion that a crash cut short, without an alarm', async () => {
    const log = await home.started({ segmentBytes: 8_192, maxBytes: 16_384 });
    for (let index = 0; index < 12; index += 1) log.append(attempt({ peer: `10.1.0.${index}:1` }));
    await log.flush();
    const [oldest] = await home.segments();
    const before = await readFile(join(home.dir, String(oldest)));
    for (let index = 0; index < 30; index += 1) log.append(attempt({ peer: `10.2.0.${index}:1` }));
    await log.stop();
    expect(await home.segments()).not.toContain(oldest);
    await writeFile(join(home.dir, String(oldest)), before);
    expect((await home.verify()).problems).toEqual([]);
    const revived = home.open({ segmentBytes: 8_192, maxBytes: 16_384 });
    expect(await revived.start()).toEqual({});
    for (let index = 0; index < 30; index += 1) revived.append(attempt({ peer: `10.3.0.${index}:1` }));
    await revived.stop();
    expect(await home.segments()).not.toContain(oldest);
    expect((await home.verify()).problems).toEqual([]);
  });
});

describe('a disk that refuses', () => {
  async function refuse(): Promise<void> {
    await rename(home.dir, `${home.dir}.away`);
    await writeFile(home.dir, 'in the way');
  }
  async function relent(): Promise<void> {
    await rm(home.dir);
    await rename(`${home.dir}.away`, home.dir);
  }

  it('never disturbs append; the exact number of lost events is recorded when it works again', async () => {
    const log = await home.started();
    log.append(attempt());
    await log.flush();
    await refuse();
    for (let index = 0; index < 100; index += 1)
      log.append(attempt({ peer: `10.0.0.${index % 10}:${index}` }));
    await log.flush();
    expect(log.counters()).toMatchObject({ authLogWritable: false, authLogGap: 100, refused24h: 101 });
    for (let index = 0; index < 23; index += 1) log.append(attempt());
    await log.flush(); // tried again, refused again
    expect(log.counters()).toMatchObject({ authLogWritable: false, authLogGap: 123 });
    expect(gaps((await log.query({ limit: 500 })).events)).toEqual([]);
    expect((await log.query({})).total).toBe(124);

    await relent();
    const seen: AuthEvent[] = [];
    log.onAppended((event) => seen.push(event));
    await log.flush();
    expect(log.counters()).toMatchObject({ authLogWritable: true, authLogGap: 123 });
    expect(gaps(seen)).toMatchObject([{ dropped: 123, cause: 'ENOTDIR' }]);
    log.append(attempt());
    await log.stop();
    const lines = await home.lines();
    expect(lines.map(({ event }) => event)).toEqual(['auth.attempt', 'log.gap', 'auth.attempt']);
    expect(lines[1]).toMatchObject({ dropped: 123 });
    expect(await home.verify()).toMatchObject({ problems: [] });
    const revived = await home.started();
    expect(revived.counters()).toMatchObject({ authLogGap: 123, refused24h: 2 });
    await revived.stop();
  });

  it('is tried again by itself, without any new event', async () => {
    const log = await home.started();
    log.append(attempt());
    await log.flush();
    await refuse();
    log.append(attempt({ reason: 'token_missing' }));
    await log.flush();
    await relent();
    const announced = new Promise<AuthEvent>((resolve) => log.onAppended(resolve));
    home.clock.advance(1_000);
    expect(await announced).toMatchObject({ event: 'log.gap', dropped: 1 });
    await log.stop();
  });

  it('from the start leaves the log usable, and is taken over when it works', async () => {
    const first = await home.started();
    for (let index = 0; index < 7; index += 1) first.append(attempt({ peer: `10.0.0.${index}:1` }));
    await first.stop();
    await refuse();
    const log = await home.started();
    const event = log.append(attempt());
    expect(event.seq).toBeGreaterThan(7);
    expect(log.counters()).toMatchObject({ authLogWritable: false, authLogGap: 1, refused24h: 1 });
    await relent();
    await log.flush();
    expect(log.counters()).toMatchObject({ authLogWritable: true, refused24h: 8 });
    const page = await log.query({});
    expect(page.total).toBe(8);
    expect(new Set(page.events.map(({ seq }) => seq)).size).toBe(page.events.length);
    await log.stop();
    expect(await home.verify()).toMatchObject({ problems: [] });
  });

  it('that is really full loses nothing that was written before and says so', async (context) => {
    const run = promisify(execFile);
    await mkdir(home.dir, { mode: 0o700 });
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', home.dir]).then(
      () => true,
      () => false,
    );
    if (!mounted) context.skip('not testable here: a small file system cannot be mounted');
    try {
      const log = await home.started();
      const append = (from: number, to: number) => {
        for (let index = from; index < to; index += 1)
          log.append(attempt({ peer: `10.0.${index >> 8}.${index & 255}:1` }));
      };
      append(0, 40);
      await log.flush();
      expect(log.counters().authLogWritable).toBe(true);
      append(40, 540);
      await log.flush();
      expect(log.counters()).toMatchObject({ authLogWritable: false, authLogGap: 500, refused24h: 540 });
      expect(await home.verify()).toMatchObject({ records: 40, tornTail: false, problems: [] });
      await run('mount', ['-o', 'remount,size=1m', home.dir]);
      await log.flush();
      expect(log.counters().authLogWritable).toBe(true);
      await log.stop();
      expect((await home.lines()).at(-1)).toMatchObject({ event: 'log.gap', dropped: 500, cause: 'ENOSPC' });
      expect((await home.verify()).problems).toEqual([]);
    } finally {
      await run('umount', [home.dir]);
    }
  });
});

describe('a log folder changed by somebody else while running', () => {
  async function fill(log: AuthLog): Promise<void> {
    for (let index = 0; index < 5; index += 1) log.append(attempt({ peer: `10.0.0.${index}:1` }));
    await log.flush();
  }

  it('deleted as a whole: a new segment, a gap record with the number lost, a chain that verifies', async () => {
    const log = await home.started();
    await fill(log);
    await rm(home.dir, { recursive: true });
    log.append(attempt({ reason: 'token_missing' }));
    await log.flush();
    await log.stop();
    const lines = await home.lines();
    expect(lines.map(({ event }) => event)).toEqual(['auth.attempt', 'log.gap']);
    expect(lines[1]).toMatchObject({ dropped: 5 });
    expect(await home.verify()).toMatchObject({ problems: [] });
    expect(log.counters()).toMatchObject({ authLogWritable: true, authLogGap: 5 });
  });

  it('the current file renamed: a new segment and a gap record', async () => {
    const log = await home.started();
    await fill(log);
    await rename(join(home.dir, 'auth-00000001.jsonl'), join(home.root, 'stolen.jsonl'));
    log.append(attempt({ reason: 'token_missing' }));
    await log.stop();
    expect((await home.lines()).map(({ event }) => event)).toEqual(['auth.attempt', 'log.gap']);
    expect(await home.segments()).toEqual(['auth-00000002.jsonl']);
  });

  it('deleted while stopped: told at start, seq goes on', async () => {
    const log = await home.started();
    await fill(log);
    await log.stop();
    await rm(home.dir, { recursive: true });
    const revived = home.open();
    const { recovered } = await revived.start();
    expect(recovered).toMatch(/record 5 .* missing/);
    expect(revived.append(attempt()).seq).toBe(7);
    await revived.stop();
    expect(await home.verify()).toMatchObject({ problems: [] });
    const third = await home.started();
    expect(third.counters().refused24h).toBe(1);
    await third.stop();
  });
});

describe('counters', () => {
  it('count the last 24 hours by the minute, without our own probe, and come back after a restart', async () => {
    const log = await home.started();
    log.append(attempt());
    home.clock.advance(23 * 3_600_000);
    for (let index = 0; index < 50; index += 1) log.append(attempt());
    log.append(accepted());
    log.append(accepted({ internal: true }));
    log.append(attempt({ internal: true, reason: 'token_missing' }));
    log.append({ ...attempt(), outcome: 'superseded' });
    const refusedAt = home.clock.now();
    home.clock.advance(10);
    const expected = {
      accepted24h: 1,
      refused24h: 51,
      lastRefusalAt: refusedAt,
      authLogGap: 0,
      authLogWritable: true,
    };
    expect(log.counters()).toEqual(expected);
    await log.stop();
    const revived = await home.started();
    expect(revived.counters()).toEqual(expected);
    home.clock.advance(3_600_000);
    expect(revived.counters()).toMatchObject({ accepted24h: 1, refused24h: 50, lastRefusalAt: refusedAt });
    home.clock.advance(24 * 3_600_000);
    expect(revived.counters()).toMatchObject({ accepted24h: 0, refused24h: 0, lastRefusalAt: refusedAt });
    expect(attemptsIn((await revived.query({ limit: 500 })).events)).toBe(55);
    await revived.stop();
  });
});
