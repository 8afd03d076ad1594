// Part `start`: how soon the headless gateway is ready, and what it keeps when nobody asks it anything.
import { setTimeout as delay } from 'node:timers/promises';
import { megabytes, ms, quantile } from './figures.mjs';
import { residentMb, startGateway, temporaryHome } from './processes.mjs';

const SETTLE_MS = 2_000;

/** @param {{ starts: number }} size */
export async function startRows(size) {
  const { home, remove } = temporaryHome();
  const times = [];
  let resident;
  try {
    // The first start of a home also makes its token; the others are what a restart is like.
    for (let n = 0; n < size.starts; n += 1) {
      const gateway = await startGateway(home);
      times.push(gateway.readyMs);
      if (n === size.starts - 1) {
        await delay(SETTLE_MS);
        resident = await residentMb(gateway.pid);
      }
      await gateway.stop();
    }
  } finally {
    remove();
  }
  const median = quantile(times, 0.5);
  return [
    {
      name: `headless ready, median of ${size.starts}`,
      value: ms(median),
      target: '≤ 400 ms',
      met: median <= 400,
    },
    {
      name: 'headless resident, idle',
      value: megabytes(resident),
      target: '≤ 80 MB',
      ...(resident === undefined ? {} : { met: resident <= 80 }),
    },
  ];
}
