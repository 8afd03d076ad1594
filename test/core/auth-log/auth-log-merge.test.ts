// Merging on disk: few lines for a flood, exact counts, and what makes two attempts the same kind.

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AttemptInput } from '../../helpers/auth-log-home';
import { AuthLogHome, attempt, attemptsIn } from '../../helpers/auth-log-home';

let home: AuthLogHome;
beforeEach(async () => {
  home = await AuthLogHome.make();
});
afterEach(() => home.remove());

it('represents a million identical failures in at most 20 lines with an exact count', async () => {
  const log = await home.started();
  const failure = attempt();
  // One million within four seconds of the log's clock, flushed whenever its timer says so.
  for (let round = 0; round < 40; round += 1) {
    for (let index = 0; index < 25_000; index += 1) log.append(failure);
    await home.clock.advanceAsync(100);
  }
  await log.stop();
  const lines = await home.lines();
  expect(lines.length).toBeLessThanOrEqual(20);
  expect(attemptsIn(lines)).toBe(1_000_000);
  expect(lines[0]).toMatchObject({ event: 'auth.attempt', seq: 1 });
  for (const line of lines.slice(1)) expect(line).toMatchObject({ event: 'auth.merged', firstSeq: 1 });
  expect(log.counters().refused24h).toBe(1_000_000);
  expect((await home.verify()).problems).toEqual([]);
});

it('writes the first of a kind whole, then one count per batch, then whole again after 60 s', async () => {
  const log = await home.started();
  const append = (count: number) => {
    for (let index = 0; index < count; index += 1)
      log.append(attempt({ connId: `c${index}`, peer: `127.0.0.1:${index}` }));
  };
  append(3);
  await log.flush();
  home.clock.advance(1_000);
  const from = home.clock.now();
  append(1);
  home.clock.advance(200);
  append(1);
  await log.flush();
  home.clock.advance(58_800);
  append(2); // 60 s after the first: a new window
  await log.flush();
  const kinds = (await home.lines()).map((line) =>
    line.event === 'auth.merged' ? [line.seq, line.firstSeq, line.count] : [line.seq],
  );
  expect(kinds).toEqual([[1], [2, 1, 2], [4, 1, 2], [6], [7, 6, 1]]);
  expect((await home.lines())[2]).toMatchObject({
    at: from,
    firstAt: from,
    lastAt: from + 200,
    outcome: 'refused',
    reason: 'token_mismatch',
    internal: false,
  });
  await log.stop();
});

it('keeps apart what differs in outcome, reason, peer address, client, origin class, presented class or origin of the probe', async () => {
  const client = attempt().client!;
  const variants: Partial<AttemptInput>[] = [
    {},
    { outcome: 'superseded' },
    { reason: 'token_missing' },
    { peer: '10.0.0.7:50001' },
    { peer: '[::1]:50001' },
    { client: { ...client, id: 'other' } },
    { client: { ...client, displayName: 'other' } },
    { client: { ...client, mode: 'ui' } },
    { originClass: 'denied' },
    { presentedAs: 'previous-generation' },
    { internal: true },
  ];
  const log = await home.started();
  for (const variant of variants) log.append(attempt(variant));
  for (const variant of variants)
    log.append(attempt({ ...variant, connId: 'again', durationMs: 9, userAgent: 'x' }));
  await log.stop();
  const lines = await home.lines();
  expect(lines.map(({ event }) => event)).toEqual([
    ...variants.map(() => 'auth.attempt'),
    ...variants.map(() => 'auth.merged'),
  ]);
  expect(
    lines.slice(variants.length).map((line) => (line.event === 'auth.merged' ? line.firstSeq : 0)),
  ).toEqual(variants.map((_, index) => index + 1));
});

it('never merges what is not an attempt', async () => {
  const log = await home.started();
  for (let index = 0; index < 5; index += 1)
    log.append({ event: 'token.copied', generation: 1, fingerprint: '0123456789ab', by: 'panel' });
  await log.stop();
  expect((await home.lines()).map(({ event }) => event)).toEqual(
    Array.from({ length: 5 }, () => 'token.copied'),
  );
});

it('bounds its kinds: beyond 10,000 attempts are written whole, and every one is accounted for', async () => {
  const log = await home.started();
  for (let round = 0; round < 2; round += 1) {
    for (let index = 0; index < 12_000; index += 1) {
      log.append(attempt({ peer: `10.0.${index >> 8}.${index & 255}:1` }));
      if (index % 4_000 === 3_999) await log.flush();
    }
  }
  await log.stop();
  const lines = await home.lines();
  expect(lines.filter(({ event }) => event === 'auth.attempt')).toHaveLength(14_000);
  expect(lines.filter(({ event }) => event === 'auth.merged')).toHaveLength(10_000);
  expect(attemptsIn(lines)).toBe(24_000);
});

it('stays within memory when the disk cannot follow: the surplus is counted as a gap', async () => {
  const log = await home.started();
  for (let index = 0; index < 50_000; index += 1)
    log.append(attempt({ peer: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:1` }));
  await log.flush();
  await log.stop();
  const lines = await home.lines();
  const gap = lines.reduce((sum, line) => sum + (line.event === 'log.gap' ? line.dropped : 0), 0);
  expect(gap).toBeGreaterThan(0);
  expect(attemptsIn(lines) + gap).toBe(50_000);
  expect(log.counters()).toMatchObject({ authLogGap: gap, authLogWritable: true, refused24h: 50_000 });
});
