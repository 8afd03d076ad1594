// Part `calls`: one client or thirty against the gateway and, with the same work, against the bare ws server.
import { busyRate, costed, megabytes, ms, quantile, rate, whole } from './figures.mjs';
import { onStage, residentMb } from './processes.mjs';

const PARALLEL = 30;
const PROBE_EVERY_MS = 5;

/** @param {{ connects: number, trips: number, ms: number, stormMs: number }} size @param {readonly string[]} flags for Node */
export function callsRows(size, flags) {
  return onStage({ flags, loads: 2 }, async ({ ours, bare, loads: [load, witness] }) => {
    const both = async (job) => [
      await costed(load, { ...job, ...ours }),
      await costed(load, { ...job, ...bare }),
    ];
    // Let both compile their hot paths first: a gateway runs for weeks.
    await both({ name: 'connectRate', parallel: PARALLEL, ms: 500 });
    await both({ name: 'refusalRate', parallel: PARALLEL, ms: 500 });
    return [
      ...(await connectRows(both, size)),
      ...(await callRows(both, load, ours, size)),
      ...(await stormRows(load, witness, ours, bare, size)),
      { name: 'resident after the load', value: megabytes(await residentMb(ours.pid)), target: '' },
    ];
  });
}

async function connectRows(both, size) {
  const [ours, bare] = await both({ name: 'serialConnects', count: size.connects });
  const p50 = quantile(ours.times, 0.5);
  const [own, bareOwn] = await both({ name: 'connectRate', parallel: PARALLEL, ms: size.ms });
  return [
    {
      name: `connect to hello, p50 of ${size.connects}`,
      value: ms(p50),
      target: '≤ 1.5 ms',
      met: p50 <= 1.5,
      bare: ms(quantile(bare.times, 0.5)),
    },
    {
      name: `connects per second, ${PARALLEL} at a time`,
      value: rate(own),
      target: '≥ 3,000',
      met: own.perSecond >= 3_000,
      bare: rate(bareOwn),
    },
  ];
}

async function callRows(both, load, ours, size) {
  const rows = [];
  for (const method of ['health', 'channels.status']) {
    const job = { name: 'roundTrips', method, count: size.trips };
    const [own, bare] = await both(job);
    const p50 = quantile(own.times, 0.5);
    const p99 = quantile(own.times, 0.99);
    rows.push({
      name: `${method} round trip, p50 / p99`,
      value: `${ms(p50)} / ${ms(p99)}`,
      target: '≤ 1 ms',
      met: p99 <= 1,
      bare: `${ms(quantile(bare.times, 0.5))} / ${ms(quantile(bare.times, 0.99))}`,
    });
  }
  const [own, bare] = await both({ name: 'pipelined', method: 'health', ms: size.ms });
  const share = own.perSecond / bare.perSecond;
  rows.push({
    name: 'pipelined health calls per second',
    value: `${whole(own.perSecond)} (${Math.round(share * 100)} % of bare)`,
    target: '≥ 25,000 or 40 %',
    met: own.perSecond >= 25_000 || share >= 0.4,
    bare: whole(bare.perSecond),
  });
  const list = await load.run({ name: 'pipelined', method: 'channels.status', ms: size.ms, ...ours });
  rows.push({ name: 'pipelined channels.status per second', value: whole(list.perSecond), target: '' });
  return rows;
}

/** So many wrong guessers of this machine are answered late at a time (settled: limiter). */
const LATE_ANSWERS = 16;

/** Wrong tokens as fast as they go, while an authenticated client asks for its health 200 times a second. */
async function stormRows(load, witness, ours, bare, size) {
  const job = { name: 'refusalRate', parallel: PARALLEL };
  const bareStorm = await costed(load, { ...job, ms: size.ms, ...bare });
  const watching = witness.run({
    name: 'roundTrips',
    method: 'health',
    everyMs: PROBE_EVERY_MS,
    ms: size.stormMs,
    ...ours,
  });
  const storm = await costed(load, { ...job, waiting: LATE_ANSWERS, ms: size.stormMs, ...ours });
  const { times } = await watching;
  const p99 = quantile(times, 0.99);
  return [
    {
      name: `refused handshakes per second, ${PARALLEL} at a time`,
      value: busyRate(storm) + (storm.unanswered > 0 ? `, ${storm.unanswered} unanswered` : ''),
      target: '≥ 5,000',
      met: storm.perSecond >= 5_000 && storm.unanswered === 0,
      bare: busyRate(bareStorm),
    },
    {
      name: 'health meanwhile, p50 / p99',
      value: `${ms(quantile(times, 0.5))} / ${ms(p99)}`,
      target: '≤ 20 ms',
      met: p99 <= 20,
    },
  ];
}
