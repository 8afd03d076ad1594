// Jobs of the load generator that need many sockets at once: those that stay, those that are turned away before the
// upgrade, those that do not read, and those that say nothing. Each is bounded by a count or a time.
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { openAccepted, textFrame, upgradeRequest } from './wire.mjs';

export const REFUSED_ORIGIN = 'https://elsewhere.example';
const DRIP_MS = 1_000;
const POLL_MS = 250;
const PACE_MS = 2;

/** Set from outside to end a paced job before its time. */
export const pace = { halted: false };

let held = [];

/**
 * Opens `count` sessions and keeps them until `release`: `parallel` at a time, or `perSecond`, whether or not those
 * before them have been answered.
 */
export async function hold(job) {
  let failed = 0;
  const open = async () => {
    try {
      const session = await openAccepted(job);
      if (job.stalled) session.socket.pause();
      held.push(session);
    } catch {
      failed += 1;
    }
  };
  const startedAt = performance.now();
  if (job.perSecond === undefined) {
    let left = job.count;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        await open();
      }
    };
    await Promise.all(Array.from({ length: job.parallel }, worker));
  } else {
    const opening = [];
    while (opening.length < job.count) {
      const due = Math.ceil(((performance.now() - startedAt) * job.perSecond) / 1_000);
      while (opening.length < Math.min(due, job.count)) opening.push(open());
      await delay(PACE_MS);
    }
    await Promise.all(opening);
  }
  const done = held.length;
  return { done, failed, perSecond: (done * 1_000) / (performance.now() - startedAt) };
}

/** Lets go of what `hold` opened; says how many had been ended by the other side, read or unread, by then. */
export async function release({ ms = 0 }) {
  let ended = 0;
  const all = held.map(({ socket, closed }) => {
    socket.on('error', () => {});
    socket.resume();
    return closed.then(() => {
      ended += 1;
    });
  });
  await Promise.race([Promise.all(all), delay(ms)]);
  for (const { socket } of held) socket.destroy();
  held = [];
  return { ended };
}

/** Upgrades that are refused before they are one: a new socket each, one prebuilt write, one read of the status. */
export async function originStorm(job) {
  const request = upgradeRequest(job.port, `Origin: ${REFUSED_ORIGIN}\r\n`);
  const answer = Buffer.allocUnsafe(16_384);
  const endAt = performance.now() + job.ms;
  const startedAt = performance.now();
  let done = 0;
  let unanswered = 0;
  await new Promise((resolve) => {
    let open = 0;
    const dial = () => {
      open += 1;
      let refused = false;
      const socket = connect({
        host: '127.0.0.1',
        port: job.port,
        // One buffer for all: it is read before the next one's answer can come.
        onread: {
          buffer: answer,
          callback: () => {
            refused ||= answer.latin1Slice(9, 12) === job.status;
            // An orderly end would keep the port for a minute; each connect would search longer for a free one.
            socket.resetAndDestroy();
            return false;
          },
        },
      });
      socket.on('error', () => {});
      socket.once('close', () => {
        if (refused) done += 1;
        else unanswered += 1;
        open -= 1;
        if (performance.now() < endAt) dial();
        else if (open === 0) resolve();
      });
      socket.write(request);
    };
    for (let n = 0; n < job.parallel; n += 1) dial();
  });
  return { done, unanswered, perSecond: (done * 1_000) / (performance.now() - startedAt) };
}

/**
 * An operator that wakes the gateway `perSecond` times a second, each of which every client hears of as a
 * `heartbeat` event; until `cuts` slow clients are known to the gateway, at most for `ms`. The times of the cuts count
 * from the first wake.
 */
export async function wakes(job) {
  const session = await openAccepted({ ...job, scopes: ['operator.read', 'operator.write'] });
  const wake = textFrame({ type: 'req', id: 'w', method: 'wake', params: { mode: 'now', text: 'bench' } });
  const ask = textFrame({
    type: 'req',
    id: 'slow',
    method: 'diagnostics.stability',
    params: { type: 'client.slow-consumer', limit: 1_000 },
  });
  let cuts = [];
  let answered = 0;
  let sent = 0;
  session.onFrame = (data, start, end) => {
    const text = data.latin1Slice(start, end);
    if (text.startsWith('{"type":"res","id":"w","ok":true')) answered += 1;
    else if (text.startsWith('{"type":"res","id":"slow"')) {
      cuts = JSON.parse(text).payload.events.map(({ ts }) => ts);
    }
  };
  const startedAt = performance.now();
  const from = Date.now();
  let pollAt = startedAt + POLL_MS;
  for (;;) {
    const now = performance.now();
    if (now - startedAt >= job.ms || cuts.length >= job.cuts) break;
    const due = Math.floor(((now - startedAt) * job.perSecond) / 1_000) - sent;
    if (due > 0) session.socket.write(Buffer.concat(Array.from({ length: due }, () => wake)));
    sent += Math.max(0, due);
    if (now >= pollAt) {
      session.socket.write(ask);
      pollAt = now + POLL_MS;
    }
    await delay(PACE_MS);
  }
  const perSecond = (answered * 1_000) / (performance.now() - startedAt);
  session.close();
  return { perSecond, cutMs: cuts.map((ts) => ts - from) };
}

/**
 * Opens `count` sockets, `parallel` dials at a time: of four one sends nothing, one a byte of a header a second, and
 * two upgrade and are silent then. Resolves when the other side has ended all, or after `ms`; tells how long each lived.
 */
export async function sayNothing(job) {
  const upgrade = upgradeRequest(job.port);
  const lived = { headerless: [], upgraded: [] };
  const open = new Set();
  const dripping = new Set();
  let failed = 0;
  let most = 0;
  let allClosed;
  const finished = new Promise((resolve) => {
    allClosed = resolve;
  });
  let left = job.count;
  const dial = (kind) =>
    new Promise((dialled) => {
      let openedAt;
      const socket = connect({ host: '127.0.0.1', port: job.port }, () => {
        openedAt = performance.now();
        open.add(socket);
        most = Math.max(most, open.size);
        if (kind === 'upgraded') socket.write(upgrade);
        if (kind === 'slow') {
          socket.write('GET / HTTP/1.1\r\nX-Slow: ');
          dripping.add(socket);
        }
        dialled();
      });
      socket.resume();
      socket.on('error', () => {});
      socket.once('close', () => {
        dialled();
        open.delete(socket);
        dripping.delete(socket);
        if (openedAt === undefined) failed += 1;
        else lived[kind === 'upgraded' ? 'upgraded' : 'headerless'].push(performance.now() - openedAt);
        if (left === 0 && open.size === 0) allClosed();
      });
    });
  const kinds = ['nothing', 'upgraded', 'slow', 'upgraded'];
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await dial(kinds[left % kinds.length]);
    }
  };
  const drip = setInterval(() => {
    for (const socket of dripping) socket.write('x');
  }, DRIP_MS);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: job.parallel }, worker));
  const openingMs = performance.now() - startedAt;
  await Promise.race([finished, delay(job.ms)]);
  clearInterval(drip);
  for (const socket of open) socket.destroy();
  return { ...lived, failed, most, openingMs };
}

/** A login every `everyMs` for `ms`, whether or not the one before has been answered: milliseconds each. */
export async function pacedLogins(job) {
  const times = [];
  const attempts = [];
  let failed = 0;
  const login = async () => {
    const startedAt = performance.now();
    try {
      const session = await openAccepted(job);
      times.push(performance.now() - startedAt);
      session.close();
    } catch {
      failed += 1;
    }
  };
  const endAt = performance.now() + job.ms;
  while (performance.now() < endAt && !pace.halted) {
    attempts.push(login());
    await delay(job.everyMs);
  }
  await Promise.all(attempts);
  return { times, failed };
}
