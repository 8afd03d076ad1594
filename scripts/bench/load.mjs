// The load generator, a process of its own: takes one job at a time over IPC (the token too, never as an argument)
// and answers with numbers. Jobs are bounded by a count or by a time.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { connectFrame, openSession, textFrame } from './wire.mjs';

export const REFUSED_TOKEN = 'bench-refused-token-bench-refused-token';
const BATCH = 64;
const BATCHES_IN_FLIGHT = 2;

const request = (method, id = '1') => textFrame({ type: 'req', id, method, params: {} });

async function openAccepted({ port, token, expect }) {
  const session = await openSession(port, connectFrame(token));
  if (!session.answer.includes(expect)) throw new Error(`not accepted: ${session.answer.slice(0, 200)}`);
  return session;
}

/** Opens one connection after the other: milliseconds from dial to answer, each. */
async function serialConnects(job) {
  const times = [];
  for (let n = 0; n < job.count; n += 1) {
    const startedAt = performance.now();
    const session = await openAccepted(job);
    times.push(performance.now() - startedAt);
    session.close();
    await session.closed;
  }
  return { times };
}

/** `parallel` workers, each opening and closing as fast as it can. */
async function connectRate(job) {
  let done = 0;
  const startedAt = performance.now();
  const endAt = startedAt + job.ms;
  const worker = async () => {
    while (performance.now() < endAt) {
      const session = await openAccepted(job);
      done += 1;
      session.close();
    }
  };
  await Promise.all(Array.from({ length: job.parallel }, worker));
  return { done, perSecond: (done * 1000) / (performance.now() - startedAt) };
}

/** Like connectRate with a wrong token; counted when the server has answered and closed. */
async function refusalRate(job) {
  let done = 0;
  let unanswered = 0;
  const hello = connectFrame(REFUSED_TOKEN);
  const startedAt = performance.now();
  const endAt = startedAt + job.ms;
  const worker = async () => {
    while (performance.now() < endAt) {
      try {
        const session = await openSession(job.port, hello);
        await session.closed;
        done += 1;
      } catch {
        unanswered += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: job.parallel }, worker));
  return { done, perSecond: (done * 1000) / (performance.now() - startedAt), unanswered };
}

/** One request after the other on one connection; with `everyMs` at that pace, until `ms` have passed. */
async function roundTrips(job) {
  const session = await openAccepted(job);
  const call = request(job.method);
  const times = [];
  const endAt = performance.now() + (job.ms ?? Number.POSITIVE_INFINITY);
  while (times.length < (job.count ?? Number.POSITIVE_INFINITY) && performance.now() < endAt) {
    const startedAt = performance.now();
    await new Promise((resolve, reject) => {
      session.onFrame = (data, start, end) => {
        // An event may come in between; only the answer counts.
        if (data.indexOf('"id":"1"', start, 'latin1') < end) resolve();
      };
      session.socket.once('close', reject);
      session.socket.write(call);
      session.socket.off('close', reject);
    });
    times.push(performance.now() - startedAt);
    if (job.everyMs) await delay(Math.max(0, job.everyMs - times.at(-1)));
  }
  session.close();
  return { times };
}

/** Batches of requests in one write, two batches in flight. */
async function pipelined(job) {
  const session = await openAccepted(job);
  const batch = Buffer.concat(Array.from({ length: BATCH }, (_unused, n) => request(job.method, `p${n}`)));
  let answers = 0;
  let sent = 0;
  const startedAt = performance.now();
  const endAt = startedAt + job.ms;
  await new Promise((resolve, reject) => {
    const send = () => {
      sent += BATCH;
      session.socket.write(batch);
    };
    session.onFrame = () => {
      answers += 1;
      if (sent - answers > (BATCHES_IN_FLIGHT - 1) * BATCH) return;
      if (performance.now() < endAt) send();
      else if (answers >= sent) resolve();
    };
    session.socket.once('close', () => reject(new Error('closed under load')));
    for (let n = 0; n < BATCHES_IN_FLIGHT; n += 1) send();
  });
  const perSecond = (answers * 1000) / (performance.now() - startedAt);
  session.close();
  return { perSecond };
}

const jobs = { serialConnects, connectRate, refusalRate, roundTrips, pipelined };

if (process.env.GATEHOUSE_BENCH_LOAD === '1') {
  process.on('message', (job) => {
    jobs[job.name](job).then(
      (result) => process.send({ result }),
      (error) => process.send({ error: String(error?.message ?? error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}
