// The vendors of part `channels`, a process of their own: the doubles of all channels, told over IPC to prepare a data
// folder and then to bring messages at a fixed pace. Answers with what was handed over.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { inRoot } from '../lib/project.mjs';

const TURN_MS = 10;
const LINK_MS = 20_000;

const { startVendors } = await import(pathToFileURL(inRoot('out/vendors/vendors.mjs')).href);
const vendors = await startVendors();

/** Resolves when every vendor has its client. */
async function linked({ home }) {
  const late = new AbortController();
  const all = vendors.doubles.map(async (double) => {
    if (double.channel !== 'webhook') return double.linked();
    while (!late.signal.aborted && !(await vendors.aim(home))) await delay(50);
  });
  await Promise.race([
    Promise.all(all),
    delay(LINK_MS, undefined, { signal: late.signal }).then(() =>
      Promise.reject(new Error('no link in time')),
    ),
  ]).finally(() => late.abort());
}

/** `perSecond` messages from each vendor, evenly spread, whether or not those before have arrived. */
async function deliver({ perSecond, ms }) {
  const count = Math.round((perSecond * ms) / 1_000);
  const startedAt = performance.now();
  const one = async (double) => {
    const underWay = [];
    let failed = 0;
    for (let n = 0; n < count; n += 1) {
      const waitMs = startedAt + (n * 1_000) / perSecond - performance.now();
      if (waitMs > 0) await delay(Math.max(TURN_MS, waitMs));
      underWay.push(
        double.deliver({ sender: `bench-${n % 10}`, text: `message ${n}` }).catch(() => {
          failed += 1;
        }),
      );
    }
    await Promise.all(underWay);
    return [double.channel, { count, failed }];
  };
  const sent = Object.fromEntries(await Promise.all(vendors.doubles.map(one)));
  return { sent, tookMs: performance.now() - startedAt };
}

const jobs = { prepare: ({ home }) => vendors.prepare(home), linked, deliver };

process.on('message', (job) => {
  jobs[job.name](job).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: String(error?.message ?? error) }),
  );
});
process.on('disconnect', () => process.exit());
