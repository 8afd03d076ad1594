// `npm run bench [-- --quick] [-- --only NAME] [-- --strict] [-- --profile FOLDER]`: loads the built headless gateway
// over loopback and prints what it did beside its targets, and beside a bare ws server that did the same work in the
// same run. Under six minutes; --quick about one and a half. --only runs one part; --strict ends with 1 when a target is missed.
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { callsRows } from './bench/calls.mjs';
import { channelsRows } from './bench/channels.mjs';
import { ms, quantile } from './bench/figures.mjs';
import { idleRows } from './bench/idle.mjs';
import { originRows } from './bench/origin.mjs';
import { silentRows } from './bench/silent.mjs';
import { stalledRows } from './bench/stalled.mjs';
import { startRows } from './bench/start.mjs';
import { windowTimes } from './bench/window.mjs';
import { build } from './build.mjs';
import { fail, SetupError } from './lib/project.mjs';

/** @typedef {import('./bench/figures.mjs').Row} Row */

const FULL = {
  connects: 200,
  trips: 3_000,
  ms: 3_000,
  stormMs: 8_000,
  idle: 5_000,
  settleMs: 3_000,
  originMs: 4_000,
  stalled: 200,
  stalledMs: 50_000,
  silent: 5_000,
  silentMs: 20_000,
  channelsMs: 60_000,
  starts: 5,
  windows: 3,
};
const QUICK = {
  connects: 60,
  trips: 500,
  ms: 700,
  stormMs: 1_500,
  idle: 2_000,
  settleMs: 1_000,
  originMs: 700,
  stalled: 50,
  stalledMs: 10_500,
  silent: 1_000,
  silentMs: 7_500,
  channelsMs: 5_000,
  starts: 3,
  windows: 1,
};

/** In the order in which they run, each with processes of its own. */
const PARTS = {
  calls: callsRows,
  idle: idleRows,
  origin: originRows,
  stalled: stalledRows,
  silent: silentRows,
  channels: channelsRows,
  start: startRows,
  window: windowRows,
};

async function main() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      only: { type: 'string' },
      strict: { type: 'boolean' },
      profile: { type: 'string' },
    },
  });
  const names = Object.keys(PARTS).filter((name) => values.only === undefined || name === values.only);
  if (names.length === 0)
    throw new SetupError(`no part ${values.only}; there are ${Object.keys(PARTS).join(', ')}`);
  const flags =
    values.profile === undefined
      ? []
      : ['--cpu-prof', '--cpu-prof-dir', path.resolve(values.profile), '--enable-source-maps'];
  await build(['cli']);
  /** @type {Row[]} */
  const rows = [];
  for (const name of names) rows.push(...(await PARTS[name](values.quick ? QUICK : FULL, flags)));
  print(rows);
  if (values.strict && rows.some((row) => row.met === false)) process.exitCode = 1;
}

async function windowRows(size) {
  const name = 'window ready (test driver attached)';
  const found = await windowTimes(size.windows);
  if ('why' in found) return [{ name, value: `not measured here: ${found.why}`, target: '≤ 1,000 ms' }];
  const median = quantile(found.times, 0.5);
  return [{ name, value: ms(median), target: '≤ 1,000 ms', met: median <= 1_000 }];
}

/** @param {readonly Row[]} rows */
function print(rows) {
  const [cpu] = cpus();
  console.log(
    `${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ` +
      `${process.platform}, Node ${process.versions.node}, load average ${loadavg()[0]?.toFixed(1)} at the end`,
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

main().catch(fail);
