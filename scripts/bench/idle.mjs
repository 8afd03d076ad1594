// Part `idle`: thousands of authenticated connections that ask for nothing, and one that does.
import { setTimeout as delay } from 'node:timers/promises';
import { costed, quantile, rate, spread } from './figures.mjs';
import { onStage, residentMb } from './processes.mjs';

// Fewer than the gateway lets be unauthenticated at once.
const PARALLEL = 24;
const PROBE_EVERY_MS = 5;
const PATIENCE_MS = 60_000;

/** @param {{ idle: number, settleMs: number }} size @param {readonly string[]} flags for Node */
export async function idleRows(size, flags) {
  return onStage({ flags, loads: 2 }, async ({ ours, bare, loads: [load, witness] }) => {
    const own = await crowd(load, witness, ours, size);
    const its = await crowd(load, witness, bare, size);
    const failed = own.failed > 0 ? `, ${own.failed} failed` : '';
    const connecting = quantile(own.connecting, 0.99);
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
        name: 'health while they connect, p50 / p99',
        value: spread(own.connecting),
        target: '≤ 10 ms',
        met: connecting <= 10,
        bare: spread(its.connecting),
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

const kilobytes = (bytes) =>
  bytes === undefined ? 'not told by this system' : `${(bytes / 1024).toFixed(1)} KB`;
