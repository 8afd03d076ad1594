import { expect, it } from 'vitest';
import { StartSlots } from '../../../electron/core/channels/start-slots';
import { settle } from '../../helpers/channel-doubles';

it('hands slots out in order of arrival and never more than there are', async () => {
  const slots = new StartSlots(1);
  const order: string[] = [];
  const { signal } = new AbortController();
  const first = await slots.acquire(signal);
  const queue = async (name: string) => {
    const slot = await slots.acquire(signal);
    order.push(name);
    return slot;
  };
  const second = queue('second');
  const third = queue('third');
  first?.dispose();
  first?.dispose();
  const held = await second;
  expect(order).toEqual(['second']);
  held?.dispose();
  const fourth = queue('fourth');
  await settle();
  expect(order).toEqual(['second', 'third']);
  (await third)?.dispose();
  await fourth;
});

it('lets a waiter leave without losing the slot for the next one', async () => {
  const slots = new StartSlots(1);
  const leaving = new AbortController();
  const { signal } = new AbortController();
  const first = await slots.acquire(signal);
  const gone = slots.acquire(leaving.signal);
  const next = slots.acquire(signal);
  leaving.abort();
  expect(await gone).toBeUndefined();
  first?.dispose();
  expect(await next).toBeDefined();
  expect(await slots.acquire(leaving.signal)).toBeUndefined();
});
