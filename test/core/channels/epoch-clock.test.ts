import { expect, it } from 'vitest';
import { epochClock } from '../../../electron/core/channels/epoch-clock';
import { FakeClock } from '../../helpers/fake-clock';

it('hands a throwing callback to its owner and clears everything at the end', () => {
  const base = new FakeClock();
  const thrown: unknown[] = [];
  const clock = epochClock(base, (error) => thrown.push(error));
  clock.setTimeout(() => {
    throw new Error('in a timer');
  }, 10);
  clock.setInterval(() => undefined, 5);
  const cancelled = clock.setTimeout(() => thrown.push('cancelled timer ran'), 1);
  cancelled.dispose();
  base.advance(20);
  expect(thrown).toEqual([new Error('in a timer')]);
  expect(base.pendingTimers).toBe(1);
  clock.dispose();
  clock.setTimeout(() => thrown.push('ran after the end'), 0);
  expect(base.pendingTimers).toBe(0);
  base.advance(20);
  expect(thrown).toHaveLength(1);
});
