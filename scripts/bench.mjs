// `npm run bench [-- --quick] [-- --strict] [-- --profile FOLDER]`: loads the built headless gateway over loopback and
// prints what it did beside its targets, and beside a bare ws server that did the same work in the same run.
// About a minute; --quick about twenty seconds. --strict ends with 1 when a target is missed.
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  processorMs,
  readToken,
  residentMb,
  startEcho,
  startGateway,
  startLoad,
  temporaryHome,
} from './bench/processes.mjs';
import { windowTimes } from './bench/window.mjs';
import { build } from './build.mjs';
import { fail } from './lib/project.mjs';

const PARALLEL = 30;
const SETTLE_MS = 2_000;
const PROBE_EVERY_MS = 5;

/** @typedef {{ name: string, value: string, target: string, met?: boolean, bare?: string }} Row */

async function main() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      strict: { type: 'boolean' },
      profile: { type: 'string' },
    },
  });
  const size = values.quick
    ? { connects: 60, trips: 500, ms: 1_000, stormMs: 2_000, starts: 3, windows: 1 }
    : { connects: 200, trips: 3_000, ms: 3_000, stormMs: 8_000, starts: 5, windows: 3 };
  await build(['cli']);
  const rows = [...(await underLoad(size, values.profile)), ...(await startUp(size)), await windowRow(size)];
  print(rows);
  if (values.strict && rows.some((row) => row.met === false)) process.exitCode = 1;
}

async function underLoad(size, profile) {
  const { home, remove } = temporaryHome();
  const flags =
    profile === undefined
      ? []
      : ['--cpu-prof', '--cpu-prof-dir', path.resolve(profile), '--enable-source-maps'];
  const gateway = await startGateway(home, flags);
  const echo = await startEcho();
  const load = startLoad();
  const witness = startLoad();
  try {
    const ours = { pid: gateway.pid, port: gateway.port, token: await readToken(home), expect: '"hello-ok"' };
    const bare = { pid: echo.pid, port: echo.port, token: 'bench', expect: '"connect"' };
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
      { name: 'resident after the load', value: megabytes(await residentMb(gateway.pid)), target: '' },
    ];
  } finally {
    await Promise.all([load.stop(), witness.stop(), echo.stop(), gateway.stop()]);
    remove();
  }
}

/** The job's result, with the processor time that the server spent on each handshake: steadier than a rate. */
async function costed(load, job) {
  const before = processorMs(job.pid);
  const result = await load.run(job);
  const used = before === undefined ? undefined : processorMs(job.pid) - before;
  return { ...result, costMs: result.done > 0 && used !== undefined ? used / result.done : undefined };
}

const rate = ({ perSecond, costMs }) =>
  whole(perSecond) + (costMs === undefined ? '' : ` (${costMs.toFixed(2)} ms of processor each)`);

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
  const storm = await costed(load, { ...job, ms: size.stormMs, ...ours });
  const { times } = await watching;
  const p99 = quantile(times, 0.99);
  return [
    {
      name: `refused handshakes per second, ${PARALLEL} at a time`,
      value: rate(storm) + (storm.unanswered > 0 ? `, ${storm.unanswered} unanswered` : ''),
      target: '≥ 5,000',
      met: storm.perSecond >= 5_000 && storm.unanswered === 0,
      bare: rate(bareStorm),
    },
    {
      name: 'health meanwhile, p50 / p99',
      value: `${ms(quantile(times, 0.5))} / ${ms(p99)}`,
      target: '≤ 20 ms',
      met: p99 <= 20,
    },
  ];
}

async function startUp(size) {
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

async function windowRow(size) {
  const name = 'window ready (test driver attached)';
  const found = await windowTimes(size.windows);
  if ('why' in found) return { name, value: `not measured here: ${found.why}`, target: '≤ 1,000 ms' };
  const median = quantile(found.times, 0.5);
  return { name, value: ms(median), target: '≤ 1,000 ms', met: median <= 1_000 };
}

/** @param {readonly Row[]} rows */
function print(rows) {
  const [cpu] = cpus();
  console.log(
    `${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ` +
      `${process.platform}, Node ${process.versions.node}`,
  );
  const head = { name: 'figure', value: 'gatehouse', target: 'target', bare: 'bare ws' };
  const width = (key) => Math.max(...[head, ...rows].map((row) => (row[key] ?? '').length));
  const widths = ['name', 'value', 'target', 'bare'].map((key) => [key, width(key)]);
  for (const row of [head, ...rows]) {
    const mark = row === head || row.met === undefined ? '      ' : row.met ? 'ok    ' : 'MISSED';
    console.log(
      `${mark}  ${widths.map(([key, size]) => (row[key] ?? '').padEnd(size)).join('  ')}`.trimEnd(),
    );
  }
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const ms = (value) => `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;
const whole = (value) => Math.round(value).toLocaleString('en-US');
const megabytes = (value) => (value === undefined ? 'not told by this system' : `${Math.round(value)} MB`);

main().catch(fail);
