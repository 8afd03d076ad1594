// The ring: newest items only, in order.

import { expect, it } from 'vitest';
import { RingBuffer } from '../../../electron/core/lib/ring-buffer';

it('keeps the newest items in order and forgets the oldest', () => {
  const ring = new RingBuffer<number>(3);
  for (const item of [1, 2, 3, 4, 5]) ring.push(item);
  expect(ring.toArray()).toEqual([3, 4, 5]);
  expect([ring.size, ring.oldest, ring.newest, ring.at(1)]).toEqual([3, 3, 5, 4]);
});

it('answers undefined outside its items', () => {
  const ring = new RingBuffer<number>(2);
  expect([ring.oldest, ring.newest, ring.at(0), ring.pop()]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  ring.push(1);
  expect([ring.at(-1), ring.at(1)]).toEqual([undefined, undefined]);
});

it('takes back the newest item, also after it has wrapped', () => {
  const ring = new RingBuffer<number>(3);
  for (const item of [1, 2, 3, 4]) ring.push(item);
  expect(ring.pop()).toBe(4);
  ring.push(5);
  ring.push(6);
  expect(ring.toArray()).toEqual([3, 5, 6]);
});

it('refuses a capacity that is no positive integer', () => {
  expect(() => new RingBuffer(0)).toThrow(RangeError);
  expect(() => new RingBuffer(1.5)).toThrow(RangeError);
});
