import { expect, it } from 'vitest';
import type { PostReply } from '../../../doubles/webhook';
import { running } from './webhook-harness';

const MESSAGES = 1_500;
const COPIES = 3;
const PER_MINUTE = 4_000;
const AT_ONCE = 40;

/** Every copy of every message, far out of order, the same each time. */
function shuffled(): number[] {
  const all = Array.from({ length: MESSAGES * COPIES }, (_, index) => index % MESSAGES);
  let seed = 7;
  for (let last = all.length - 1; last > 0; last -= 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = seed % (last + 1);
    [all[last], all[other]] = [all[other] as number, all[last] as number];
  }
  return all;
}

it('REL-84: each of 1,500 messages that come 3 times, out of order, at 1,000 a second is processed once; beyond the limit it is 429', async () => {
  const { double, messages, clock, status } = await running();
  const send = (number: number): Promise<PostReply> =>
    double.post({
      body: JSON.stringify({ id: `m-${number}`, conversation: 'c', sender: 's', text: `text ${number}` }),
    });
  const codes = new Map<number, number>();
  const refused: number[] = [];
  const queue = shuffled();
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      clock.advance(1);
      const { status: code, headers } = await send(next);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (code !== 429) continue;
      refused.push(next);
      expect(Number(headers['retry-after'])).toBeGreaterThan(50);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(new Set(codes.keys())).toEqual(new Set([202, 200, 429]));
  expect(codes.get(429)).toBe(MESSAGES * COPIES - PER_MINUTE);
  expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(messages.length);
  expect(status('default')).toMatchObject({ received: messages.length, word: 'connected' });

  // What was refused comes again when it was told to.
  clock.advance(60_000);
  for (const number of refused) expect([200, 202]).toContain((await send(number)).status);
  expect(messages.map(({ text }) => text).sort()).toEqual(
    Array.from({ length: MESSAGES }, (_, number) => `text ${number}`).sort(),
  );
});
