// The load generator, a process of its own: takes one job at a time over IPC (the token too, never as an argument)
// and answers with numbers. Jobs are bounded by a count or by a time.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { hold, originStorm, pace, pacedLogins, release, sayNothing, wakes } from './crowds.mjs';
import { connectFrame, openAccepted, openSession, textFrame } from './wire.mjs';

export const REFUSED_TOKEN = 'bench-refused-token-bench-refused-token';
const BATCH = 64;
/** An answer names its request at the front. */
const HEAD_BYTES = 40;
const BATCHES_IN_FLIGHT = 2;

const request = (method, id = '1') => textFrame({ type: 'req', id, method, params: {} });

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
  // The limiter answers up to 16 guessers seconds late: they wait before the load begins, or they would be half of it.
  const warmUpMs = job.waiting === undefined ? 0 : 500;
  const startAt = performance.now() + warmUpMs;
  const endAt = startAt + job.ms;
  const worker = async () => {
    while (performance.now() < endAt) {
      try {
        const session = await openSession(job.port, hello);
        await session.closed;
        const now = performance.now();
        if (now >= startAt && now <= endAt) done += 1;
      } catch {
        unanswered += 1;
      }
    }
  };
  const waiting = Array.from({ length: job.waiting ?? 0 }, worker);
  await delay(warmUpMs);
  await Promise.all([...waiting, ...Array.from({ length: job.parallel }, worker)]);
  return { done, perSecond: (done * 1000) / job.ms, unanswered };
}

/**
 * One request after the other on one connection; with `everyMs` at that pace, until `ms` have passed. A late answer
 * then also counts for the requests that it kept from being sent, or a stall of a second would be one bad sample of
 * many. `events`: how many came in between.
 */
async function roundTrips(job) {
  const session = await openAccepted(job);
  const call = request(job.method);
  const times = [];
  let events = 0;
  const endAt = performance.now() + (job.ms ?? Number.POSITIVE_INFINITY);
  let answered;
  let cutOff;
  session.socket.once('close', () => cutOff?.(new Error('closed under load')));
  session.onFrame = (data, start, end) => {
    // An event may come in between; only the answer counts.
    if (data.latin1Slice(start, Math.min(end, start + HEAD_BYTES)).includes('"id":"1"')) answered?.();
    else events += 1;
  };
  while (
    times.length < (job.count ?? Number.POSITIVE_INFINITY) &&
    performance.now() < endAt &&
    !pace.halted
  ) {
    const startedAt = performance.now();
    await new Promise((resolve, reject) => {
      answered = resolve;
      cutOff = reject;
      session.socket.write(call);
    });
    const took = performance.now() - startedAt;
    times.push(took);
    if (!job.everyMs) continue;
    for (let late = took - job.everyMs; late > 0; late -= job.everyMs) times.push(late);
    await delay(Math.max(0, job.everyMs - took));
  }
  session.close();
  return { times, events };
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

const jobs = {
  serialConnects,
  connectRate,
  refusalRate,
  roundTrips,
  pipelined,
  hold,
  release,
  originStorm,
  wakes,
  sayNothing,
  pacedLogins,
};

if (process.env.GATEHOUSE_BENCH_LOAD === '1') {
  process.on('message', (job) => {
    if (job.name === 'halt') {
      pace.halted = true;
      return;
    }
    pace.halted = false;
    jobs[job.name](job).then(
      (result) => process.send({ result }),
      (error) => process.send({ error: String(error?.message ?? error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}
