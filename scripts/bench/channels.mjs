// Part `channels`: every channel at once, each with its vendor's double in another process, and messages that come in at
// a fixed pace whether or not the gateway keeps up. What was handed over is then looked for in the journal's files.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from '../build.mjs';
import { megabytes, ms, quantile, seconds, spread, whole, withCost } from './figures.mjs';
import { readToken, residentMb, startGateway, startLoad, temporaryHome } from './processes.mjs';
import { openAccepted, textFrame } from './wire.mjs';

const PER_SECOND = 50;
const PROBE_EVERY_MS = 5;
const LOOK_MS = 500;
/** Enough for a poll that is under way, the journal's flush and its write. */
const SETTLE_MS = 2_000;

/** @param {{ channelsMs: number }} size @param {readonly string[]} flags for Node */
export async function channelsRows(size, flags) {
  await build(['vendors']);
  const { home, remove } = temporaryHome();
  const running = [];
  const keep = (one) => {
    running.push(one);
    return one;
  };
  try {
    const vendors = keep(startVendors());
    await vendors.run({ name: 'prepare', home });
    const gateway = keep(await startGateway(home, flags));
    const witness = keep(startLoad());
    const server = {
      pid: gateway.pid,
      port: gateway.port,
      token: await readToken(home),
      expect: '"hello-ok"',
    };
    await vendors.run({ name: 'linked', home });
    const status = await statusReader(server);
    await status.nextSample();
    const watching = witness.run({
      ...server,
      name: 'roundTrips',
      method: 'health',
      everyMs: PROBE_EVERY_MS,
      ms: size.channelsMs,
    });
    const loop = status.watchLoop();
    const { sent, tookMs, done, costMs, busy } = await withCost(server.pid, async () => {
      const result = await vendors.run({ name: 'deliver', perSecond: PER_SECOND, ms: size.channelsMs });
      const counts = Object.values(result.sent).map(({ count, failed }) => count - failed);
      return { ...result, done: counts.reduce((sum, count) => sum + count, 0) };
    });
    const { times, events } = await watching;
    await delay(SETTLE_MS);
    const worst = await loop.end();
    const resident = await residentMb(server.pid);
    status.close();
    await gateway.stop();
    return rows({ sent, done, tookMs, costMs, busy, times, events, worst, resident, held: journalOf(home) });
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    remove();
  }
}

function rows({ sent, done, tookMs, costMs, busy, times, events, worst, resident, held }) {
  const channels = Object.keys(sent);
  const wrong = channels.flatMap((channel) => {
    const { count, failed } = sent[channel];
    const { all, texts } = held.get(channel) ?? { all: 0, texts: new Set() };
    const different = texts.size;
    const problems = [
      failed > 0 ? `${failed} refused` : '',
      different < count - failed ? `${count - failed - different} lost` : '',
      all > different ? `${all - different} twice` : '',
    ].filter((problem) => problem !== '');
    return problems.length === 0 ? [] : [`${channel}: ${problems.join(', ')}`];
  });
  const total = [...held.values()].reduce((sum, { all }) => sum + all, 0);
  const p99 = quantile(times, 0.99);
  const cost = costMs === undefined ? '' : ` (${costMs.toFixed(2)} ms of processor each)`;
  return [
    {
      name: `${channels.length} channels × ${PER_SECOND} messages/s: in the journal`,
      value:
        `${whole(total)} of ${whole(done)} in ${seconds(tookMs)}${cost}` +
        (wrong.length === 0 ? ', none twice' : `; ${wrong.join('; ')}`),
      target: 'all, once',
      met: wrong.length === 0 && channels.length === 8 && total === done,
    },
    {
      name: 'event-loop delay meanwhile, p99 / worst (its own reading)',
      value: `${ms(worst.delayP99Ms)} / ${ms(worst.delayMaxMs)}`,
      target: '≤ 20 ms (p99)',
      met: worst.delayP99Ms <= 20,
    },
    {
      name: `health of one that reads all ${whole((events * 1_000) / tookMs)} events/s, p50 / p99`,
      value: spread(times),
      target: '≤ 20 ms',
      met: p99 <= 20,
    },
    {
      name: 'processor of the gateway',
      value: busy === undefined ? 'not told by this system' : `${Math.round(busy * 100)} % of a core`,
      target: '',
    },
    { name: 'resident after it', value: megabytes(resident), target: '' },
  ];
}

/** Per channel: how many messages the files hold, and how many different ones. @param {string} home */
function journalOf(home) {
  const folder = path.join(home, 'channels', 'messages');
  /** @type {Map<string, { all: number, texts: Set<string> }>} */
  const held = new Map();
  for (const name of readdirSync(folder)) {
    for (const line of readFileSync(path.join(folder, name), 'utf8').split('\n')) {
      if (line === '') continue;
      const { channel, text } = JSON.parse(line);
      const { all, texts } = held.get(channel) ?? { all: 0, texts: new Set() };
      held.set(channel, { all: all + 1, texts: texts.add(text) });
    }
  }
  return held;
}

function startVendors() {
  const child = fork(fileURLToPath(new URL('./vendors.mjs', import.meta.url)), { stdio: 'inherit' });
  return {
    /** @param {Record<string, unknown>} job one at a time */
    async run(job) {
      child.send(job);
      const ended = once(child, 'exit').then(() => [{ error: 'the vendors ended' }]);
      const [{ result, error }] = await Promise.race([once(child, 'message'), ended]);
      if (error !== undefined) throw new Error(`${job.name}: ${error}`);
      return result;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Asks for `channels.status` on a connection of its own. */
async function statusReader(server) {
  const session = await openAccepted(server);
  let answered;
  session.onFrame = (data, start, end) => {
    const frame = JSON.parse(data.toString('utf8', start, end));
    if (frame.type === 'res') answered?.(frame.payload);
  };
  const eventLoop = () =>
    new Promise((resolve) => {
      answered = ({ eventLoop: sample }) => resolve(sample);
      session.socket.write(textFrame({ type: 'req', id: '1', method: 'channels.status', params: {} }));
    });
  /** The gateway takes a sample every ten seconds: resolves with the next one. */
  const nextSample = async () => {
    const before = JSON.stringify(await eventLoop());
    for (;;) {
      await delay(LOOK_MS);
      const sample = await eventLoop();
      if (JSON.stringify(sample) !== before) return sample;
    }
  };
  return {
    nextSample,
    /** The worst of all samples until `end`, the one that holds its end included. */
    watchLoop() {
      let ended = false;
      const watching = (async () => {
        const samples = [];
        do samples.push(await nextSample());
        while (!ended);
        const most = (key) => Math.max(...samples.map((sample) => sample[key]));
        return { delayP99Ms: most('delayP99Ms'), delayMaxMs: most('delayMaxMs') };
      })();
      return {
        end: () => {
          ended = true;
          return watching;
        },
      };
    },
    close: () => session.close(),
  };
}
