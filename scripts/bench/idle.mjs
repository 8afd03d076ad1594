// Part `idle`: thousands of authenticated connections that ask for nothing, and one that does.
import { setTimeout as delay } from 'node:timers/promises';
import { costed, quantile, rate, spread, whole } from './figures.mjs';
import { onStage, residentMb } from './processes.mjs';

// Fewer than the gateway lets be unauthenticated at once.
const PARALLEL = 24;
/** Arrivals that do not wait for each other: a tenth more than the accepts that are asked for. */
const PER_SECOND = 3_300;
/** A crowd is there within two seconds: too few calls of the witness for a p99. */
const ROUNDS = 4;
const PROBE_EVERY_MS = 5;
const PATIENCE_MS = 60_000;

/** @param {{ idle: number, settleMs: number }} size @param {readonly string[]} flags for Node */
export async function idleRows(size, flags) {
  return onStage({ flags, loads: 2 }, async ({ ours, bare, loads: [load, witness] }) => {
    const own = await crowd(load, witness, ours, size);
    const its = await crowd(load, witness, bare, size);
    const pacedOwn = await arrivals(load, witness, ours, size);
    const pacedIts = await arrivals(load, witness, bare, size);
    const failed = own.failed > 0 ? `, ${own.failed} failed` : '';
    const connecting = quantile(pacedOwn.times, 0.99);
    const idle = quantile(own.idle, 0.99);
    const count = size.idle.toLocaleString('en-US');
    return [
      {
        name: `accepted per second until ${count} are open`,
        value: rate(own) + failed,
        target: '≥ 3,000',
        met: own.perSecond >= 3_000 && own.failed === 0,
        bare: rate(its),
      },
      {
        name: `health meanwhile, ${PARALLEL} at a time as fast as they go, p50 / p99`,
        value: spread(own.connecting),
        target: '',
        bare: spread(its.connecting),
      },
      {
        name: `health while ${ROUNDS} × ${count} connect, ${whole(PER_SECOND)} a second, p50 / p99`,
        value: reached(pacedOwn),
        target: '≤ 10 ms at ≥ 3,000',
        met: connecting <= 10 && pacedOwn.perSecond >= 3_000 && pacedOwn.failed === 0,
        bare: reached(pacedIts),
      },
      {
        name: `health beside ${count} idle, p50 / p99`,
        value: spread(own.idle),
        target: '≤ 10 ms',
        met: idle <= 10,
        bare: spread(its.idle),
      },
      {
        name: 'memory of each',
        value: kilobytes(own.bytesEach),
        target: '≤ 20 KB',
        ...(own.bytesEach === undefined ? {} : { met: own.bytesEach <= 20 * 1024 }),
        bare: kilobytes(its.bytesEach),
      },
    ];
  });
}

async function crowd(load, witness, server, { idle: count, settleMs }) {
  // What a server takes once and for all (compiled code, its own rings) is not the price of a connection.
  await load.run({ ...server, name: 'connectRate', parallel: PARALLEL, ms: 1_000 });
  await delay(settleMs);
  const before = await residentMb(server.pid);
  const watch = (ms) =>
    witness.run({ ...server, name: 'roundTrips', method: 'health', everyMs: PROBE_EVERY_MS, ms });
  const connectingWatched = watch(PATIENCE_MS);
  const open = await costed(load, { ...server, name: 'hold', count, parallel: PARALLEL });
  witness.halt();
  const connecting = (await connectingWatched).times;
  const idle = (await watch(settleMs)).times;
  const after = await residentMb(server.pid);
  await load.run({ name: 'release' });
  const bytesEach = before === undefined ? undefined : ((after - before) * 2 ** 20) / count;
  return { ...open, connecting, idle, bytesEach };
}

/** Crowds that arrive at a fixed rate, gone again before the next one comes; the witness's calls meanwhile. */
async function arrivals(load, witness, server, { idle: count, settleMs }) {
  const times = [];
  const rates = [];
  let failed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await delay(settleMs);
    const watching = witness.run({
      ...server,
      name: 'roundTrips',
      method: 'health',
      everyMs: PROBE_EVERY_MS,
      ms: PATIENCE_MS,
    });
    const open = await load.run({ ...server, name: 'hold', count, perSecond: PER_SECOND });
    witness.halt();
    times.push(...(await watching).times);
    rates.push(open.perSecond);
    failed += open.failed;
    await load.run({ name: 'release' });
  }
  return { times, failed, perSecond: Math.min(...rates) };
}

const reached = ({ times, perSecond, failed }) =>
  `${spread(times)}, ${whole(perSecond)} accepted/s${failed > 0 ? `, ${failed} failed` : ''}`;

const kilobytes = (bytes) =>
  bytes === undefined ? 'not told by this system' : `${(bytes / 1024).toFixed(1)} KB`;
