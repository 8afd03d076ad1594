// Part `stalled`: clients that stop reading while a thousand events a second go to everybody. The events are real:
// an operator wakes the gateway, and each wake is a `heartbeat` event for every client.
import { setTimeout as delay } from 'node:timers/promises';
import { megabytes, quantile, seconds, spread, whole } from './figures.mjs';
import { onStage, openSockets, residentMb } from './processes.mjs';

const PER_SECOND = 1_000;
const PARALLEL = 24;
const PROBE_EVERY_MS = 5;
const SAMPLE_MS = 250;
/** Reading again, a client finds what the system still held for it, and then the end. */
const DRAIN_MS = 5_000;

/** @param {{ stalled: number, stalledMs: number }} size @param {readonly string[]} flags for Node */
export async function stalledRows(size, flags) {
  return onStage({ flags, loads: 3 }, async ({ ours, loads: [load, witness, operator] }) => {
    await load.run({ ...ours, name: 'connectRate', parallel: PARALLEL, ms: 500 });
    await delay(SAMPLE_MS);
    const socketsBefore = openSockets(ours.pid);
    await load.run({ ...ours, name: 'hold', stalled: true, count: size.stalled, parallel: PARALLEL });
    const memory = watchMemory(ours.pid);
    const ms = size.stalledMs;
    const watching = witness.run({
      ...ours,
      name: 'roundTrips',
      method: 'health',
      everyMs: PROBE_EVERY_MS,
      ms,
    });
    const { perSecond, cutMs } = await operator.run({
      ...ours,
      name: 'wakes',
      perSecond: PER_SECOND,
      cuts: size.stalled,
      ms,
    });
    witness.halt();
    const { times, events } = await watching;
    const most = memory.stop();
    const left = openSockets(ours.pid);
    const { ended } = await load.run({ name: 'release', ms: DRAIN_MS });
    const slowest = Math.max(...cutMs);
    const p99 = quantile(times, 0.99);
    const all = cutMs.length >= size.stalled && ended === size.stalled;
    const sockets = left === undefined || all ? '' : `, ${left - socketsBefore} sockets left`;
    return [
      {
        name: `${size.stalled} stalled readers, cut after (median / last)`,
        value:
          cutMs.length === 0
            ? `none in ${seconds(ms)}${sockets}`
            : `${seconds(quantile(cutMs, 0.5))} / ${seconds(slowest)}, ${cutMs.length} cut, ${ended} saw the end${sockets}`,
        target: '≤ 10 s',
        met: all && slowest <= 10_000,
      },
      {
        name: `health of one that reads all ${whole(PER_SECOND)} events/s, p50 / p99`,
        value: spread(times),
        target: '≤ 20 ms',
        met: p99 <= 20,
      },
      {
        name: 'events sent per second',
        value: `${whole(perSecond)}, ${whole(events)} read`,
        target: `${whole(PER_SECOND)}`,
        met: perSecond >= PER_SECOND * 0.95,
      },
      { name: 'resident at most', value: megabytes(most), target: '' },
    ];
  });
}

function watchMemory(pid) {
  let most;
  const timer = setInterval(async () => {
    const now = await residentMb(pid);
    if (now !== undefined) most = Math.max(most ?? 0, now);
  }, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}
