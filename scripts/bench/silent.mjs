// Part `silent`: sockets that send nothing, or a byte of a header now and then, or upgrade and are silent; while
// others log in.
import { setTimeout as delay } from 'node:timers/promises';
import { ms, quantile, seconds, spread, whole } from './figures.mjs';
import { onStage, openSockets } from './processes.mjs';

const PARALLEL = 256;
const LOGIN_EVERY_MS = 20;
const WARM_UP_MS = 500;
// The gateway's own deadlines: 5 s for the headers, looked at once a second; 15 s for `connect`, then 1 s to close,
// and half a second because timers are late on a busy machine.
const HEADERS_MS = 6_000;
const CONNECT_MS = 16_500;

/** @param {{ silent: number, silentMs: number }} size @param {readonly string[]} flags for Node */
export async function silentRows(size, flags) {
  return onStage({ flags, loads: 2 }, async ({ ours, loads: [load, witness] }) => {
    await witness.run({ ...ours, name: 'connectRate', parallel: 8, ms: WARM_UP_MS });
    await delay(WARM_UP_MS);
    const before = openSockets(ours.pid);
    const logins = witness.run({ ...ours, name: 'pacedLogins', everyMs: LOGIN_EVERY_MS, ms: size.silentMs });
    const job = { ...ours, name: 'sayNothing', count: size.silent, parallel: PARALLEL, ms: size.silentMs };
    const crowd = await load.run(job);
    witness.halt();
    const { times, failed } = await logins;
    const p99 = quantile(times, 0.99);
    const headerless = Math.max(...crowd.headerless);
    const upgraded = Math.max(...crowd.upgraded);
    const count = size.silent.toLocaleString('en-US');
    const half = size.silent / 2;
    const waited = size.silentMs > CONNECT_MS;
    const left = before === undefined || !waited ? '' : `, ${openSockets(ours.pid) - before} sockets left`;
    const late = (times) => (times.length < half ? `, ${half - times.length} still open` : '');
    return [
      {
        name: `${count} silent or slow sockets: last without headers gone after`,
        value: `${seconds(headerless)}${late(crowd.headerless)}${left}`,
        target: '≤ 6 s',
        met: crowd.headerless.length === half && headerless <= HEADERS_MS,
      },
      {
        name: 'upgraded and silent, gone after (median / last)',
        value: `${seconds(quantile(crowd.upgraded, 0.5))} / ${seconds(upgraded)}${late(crowd.upgraded)}`,
        target: '≤ 16.5 s',
        // A short run does not wait for the last of them.
        ...(waited ? { met: crowd.upgraded.length === half && upgraded <= CONNECT_MS } : {}),
      },
      {
        name: 'new valid login meanwhile, p50 / p99',
        value:
          `${spread(times)}, worst ${ms(Math.max(...times))}` +
          (failed > 0
            ? `, ${failed} of ${whole(times.length + failed)} failed`
            : `, ${whole(times.length)} of them`),
        target: '≤ 200 ms',
        met: p99 <= 200 && failed === 0,
      },
      {
        name: 'silent sockets open at once, at most',
        value: `${whole(crowd.most)}, opened within ${seconds(crowd.openingMs)}`,
        target: '',
      },
    ];
  });
}
