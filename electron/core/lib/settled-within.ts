// A deadline for waiting on work that cannot be aborted, as a write to a disk that hangs. The work itself goes on.

import { type Clock, delay } from './clock';

/** False when `work` was not settled within `ms`. Never rejects: a rejection is the work's own to report. */
export async function settledWithin(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  const waiting = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  const isSettled = await Promise.race([settled, delay(clock, ms, waiting.signal).then(() => false)]);
  waiting.abort();
  return isSettled;
}
