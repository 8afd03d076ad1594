// Queries: filters, pages that stay put, and the seam between memory and disk.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuthLog } from '../../../electron/core/auth-log/auth-log';
import { formatCursor, parseCursor } from '../../../electron/core/auth-log/auth-log-query';
import { AuthLogHome, accepted, allPages, attempt, attemptsIn } from '../../helpers/auth-log-home';

let home: AuthLogHome;
beforeEach(async () => {
  home = await AuthLogHome.make();
});
afterEach(() => home.remove());

const other = { id: 'Control UI', mode: 'ui', version: '9', displayName: 'Panel of Ada' };

async function sample(log: AuthLog): Promise<{ from: number; to: number }> {
  log.append(attempt());
  log.append(attempt({ reason: 'token_missing', credential: 'none', presentedAs: 'none' }));
  home.clock.advance(60_000);
  const from = home.clock.now();
  log.append(accepted({ client: other, origin: 'http://Example.test', userAgent: 'Mozilla/5.0 "quoted"' }));
  log.append({
    event: 'token.rotated',
    generation: 2,
    fingerprint: 'aaaaaaaaaaaa',
    rotationReason: 'routine',
    by: 'panel',
  });
  for (let index = 0; index < 4; index += 1) log.append(attempt({ client: other, peer: '10.1.2.3:9' }));
  home.clock.advance(10);
  const to = home.clock.now();
  home.clock.advance(60_000);
  log.append(attempt({ outcome: 'superseded', reason: 'token_mismatch' }));
  await log.flush();
  return { from, to };
}

describe.each(['memory', 'disk'] as const)('a filter on what is in %s', (where) => {
  async function totals(queries: Record<string, Parameters<AuthLog['query']>[0]>, log: AuthLog) {
    const entries = await Promise.all(
      Object.entries(queries).map(async ([name, query]) => {
        const page = await log.query({ limit: 500, ...query });
        expect(attemptsIn(page.events), name).toBe(page.total);
        return [name, page.total] as const;
      }),
    );
    return Object.fromEntries(entries);
  }

  it('finds exactly what matches', async () => {
    let log = await home.started();
    const { from, to } = await sample(log);
    if (where === 'disk') {
      await log.stop();
      log = await home.started();
    }
    expect(
      await totals(
        {
          all: {},
          refused: { outcome: 'refused' },
          accepted: { outcome: 'accepted' },
          superseded: { outcome: 'superseded' },
          missing: { reason: 'token_missing' },
          byId: { client: 'Control UI' },
          byName: { client: 'Panel of Ada' },
          byPart: { client: 'Panel' },
          inTime: { from, to },
          before: { to: from - 1 },
          after: { from: to + 1 },
          textName: { text: 'panel OF' },
          textPeer: { text: '10.1.2.3' },
          textReason: { text: 'TOKEN_MIS' },
          textOrigin: { text: 'example.TEST' },
          textAgent: { text: '"quoted"' },
          textHost: { text: ':18789' },
          textNone: { text: 'backend v' },
          both: { outcome: 'refused', client: 'Control UI', text: '10.1' },
          emptyText: { text: '' },
        },
        log,
      ),
    ).toEqual({
      all: 8,
      refused: 6,
      accepted: 1,
      superseded: 1,
      missing: 1,
      byId: 5,
      byName: 5,
      byPart: 0,
      inTime: 5,
      before: 2,
      after: 1,
      textName: 5,
      textPeer: 4,
      textReason: 7,
      textOrigin: 1,
      textAgent: 1,
      textHost: 8,
      textNone: 0,
      both: 4,
      emptyText: 8,
    });
    const all = await log.query({});
    expect(all.events.filter(({ event }) => event === 'token.rotated')).toHaveLength(1);
    expect(
      (await log.query({ outcome: 'refused' })).events.some(({ event }) => event === 'token.rotated'),
    ).toBe(false);
    await log.stop();
  });
});

it('answers newest first, 100 unless asked, at most 500', async () => {
  const log = await home.started();
  for (let index = 0; index < 600; index += 1) log.append(attempt());
  expect((await log.query({})).events).toHaveLength(100);
  expect((await log.query({ limit: 9_999 })).events).toHaveLength(500);
  const seqs = (await log.query({ limit: 3 })).events.map(({ seq }) => seq);
  expect(seqs).toEqual([600, 599, 598]);
  await log.stop();
});

it('shows whole events from memory and older ones as on disk, every attempt once, across the seam', async () => {
  const log = await home.started({ ringSize: 50 });
  const peers = ['10.0.0.1:1', '10.0.0.2:1', '10.0.0.3:1'];
  for (let index = 0; index < 330; index += 1) {
    log.append(attempt({ peer: peers[index % 3] as string }));
    if (index % 37 === 0) await log.flush();
  }
  for (const limit of [1, 7, 50, 500]) {
    const { events, totals } = await allPages(log, { limit });
    expect(attemptsIn(events)).toBe(330);
    expect(new Set(totals)).toEqual(new Set([330]));
    const seqs = events.map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => b - a));
    expect(new Set(seqs).size).toBe(seqs.length);
  }
  await log.stop();
});

it('keeps its pages while new events come, also when memory moves on between two pages', async () => {
  const log = await home.started({ ringSize: 40 });
  const flood = (count: number) => {
    for (let index = 0; index < count; index += 1) log.append(attempt());
  };
  flood(200);
  await log.flush();
  flood(30);
  const first = await log.query({ limit: 20 });
  expect(first.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => 230 - index));
  flood(500); // the rest of the walk is no longer in memory
  let seen = attemptsIn(first.events);
  for (let cursor = first.nextCursor; cursor !== undefined; ) {
    const page = await log.query({ limit: 20, cursor });
    for (const event of page.events) expect(event.seq).toBeLessThan(211);
    seen += attemptsIn(page.events);
    cursor = page.nextCursor;
  }
  expect(seen).toBe(230);
  expect((await log.query({})).total).toBe(730);
  await log.stop();
});

it('pages through many segments and totals them exactly, with and without a filter', async () => {
  const log = await home.started({ segmentBytes: 16_384, ringSize: 10 });
  for (let index = 0; index < 400; index += 1) {
    log.append(
      index % 4 === 0
        ? accepted({ peer: `10.0.0.${index & 255}:1` })
        : attempt({ peer: `10.0.1.${index & 255}:1` }),
    );
    if (index % 50 === 0) await log.flush();
  }
  await log.flush();
  expect((await home.segments()).length).toBeGreaterThan(5);
  for (const query of [
    { limit: 30 },
    { limit: 30, outcome: 'accepted' } as const,
    { limit: 30, text: '10.0.1.' },
  ]) {
    const { events, totals } = await allPages(log, query);
    const expected = 'outcome' in query ? 100 : 'text' in query ? 300 : 400;
    expect(attemptsIn(events)).toBe(expected);
    expect(new Set(totals)).toEqual(new Set([expected]));
    expect((await log.query(query)).total).toBe(expected); // from what it remembers of full segments
  }
  await log.stop();
});

it('answers an empty page to a cursor that is not ours', async () => {
  const log = await home.started();
  log.append(attempt());
  for (const cursor of ['', 'x', 'r', '../etc', 'r-1', 'd99999999999999']) {
    expect(await log.query({ cursor })).toEqual({ events: [], total: 1 });
  }
  expect(parseCursor(formatCursor({ before: 12_345, whole: true }))).toEqual({ before: 12_345, whole: true });
  await log.stop();
});

it('leaves the event loop free while it reads 100,000 records', async () => {
  const log = await home.started({ ringSize: 100 });
  for (let index = 0; index < 100_000; index += 1) {
    log.append(attempt({ peer: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:1` }));
    if (index % 2_000 === 0) await log.flush();
  }
  await log.flush();
  // What else the process has to do gets its turns in between.
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const page = await log.query({ text: '10.1.' });
  clearInterval(timer);
  await log.stop();
  expect(page.total).toBeGreaterThan(30_000);
  expect(turns).toBeGreaterThan(5);
});
