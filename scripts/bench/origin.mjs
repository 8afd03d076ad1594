// Part `origin`: upgrades with a foreign Origin as fast as they go, refused before they cost a handshake.
import { busyRate, quantile, spread, withCost } from './figures.mjs';
import { onStage } from './processes.mjs';

const GENERATORS = 3;
const PARALLEL = 64;
const PROBE_EVERY_MS = 5;

/** @param {{ originMs: number }} size @param {readonly string[]} flags for Node */
export async function originRows(size, flags) {
  return onStage({ flags, loads: GENERATORS + 1 }, async ({ ours, bare, loads: [witness, ...loads] }) => {
    const storm = (server, status, ms) =>
      withCost(server.pid, async () => {
        const job = { ...server, name: 'originStorm', status, parallel: PARALLEL, ms };
        const results = await Promise.all(loads.map((load) => load.run(job)));
        const sum = (key) => results.reduce((total, result) => total + result[key], 0);
        return { done: sum('done'), unanswered: sum('unanswered'), perSecond: sum('perSecond') };
      });
    await storm(ours, '403', 500);
    await storm(bare, '401', 500);
    const alone = await storm(ours, '403', size.originMs);
    const bareAlone = await storm(bare, '401', size.originMs);
    const watching = witness.run({
      ...ours,
      name: 'roundTrips',
      method: 'health',
      everyMs: PROBE_EVERY_MS,
      ms: size.originMs,
    });
    const watched = await storm(ours, '403', size.originMs);
    const { times } = await watching;
    const p99 = quantile(times, 0.99);
    const unanswered = alone.unanswered + watched.unanswered;
    return [
      {
        name: `foreign Origins refused per second, ${GENERATORS} × ${PARALLEL} at a time`,
        value: busyRate(alone) + (unanswered > 0 ? `, ${unanswered} unanswered` : ''),
        target: '≥ 15,000',
        met: alone.perSecond >= 15_000 && unanswered === 0,
        bare: busyRate(bareAlone),
      },
      { name: 'health meanwhile, p50 / p99', value: spread(times), target: '≤ 15 ms', met: p99 <= 15 },
    ];
  });
}
