import { expect, it } from 'vitest';
import { ReplayCache } from '../../../electron/core/channels/replay-cache';
import { FakeClock } from '../../helpers/fake-clock';

const DAY_MS = 86_400_000;

it('accepts an id once within 24 h, whatever the wall clock does, and again after that', () => {
  const clock = new FakeClock();
  const cache = new ReplayCache(clock);
  expect([cache.accept('a'), cache.accept('a')]).toEqual([true, false]);
  clock.advance(DAY_MS - 1);
  expect(cache.accept('a')).toBe(false);
  clock.advance(1);
  expect(cache.accept('a')).toBe(true);
});

it('forgets the oldest of more than 40,000 ids', () => {
  const cache = new ReplayCache(new FakeClock());
  for (let index = 0; index <= 40_000; index += 1) expect(cache.accept(`id-${index}`)).toBe(true);
  expect(cache.accept('id-40000')).toBe(false);
  expect(cache.accept('id-1')).toBe(false);
  expect(cache.accept('id-0')).toBe(true);
});
