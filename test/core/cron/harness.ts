// One Cron over a folder of the test's own, a clock that the test moves and a record of every effect.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { Cron, type CronOptions } from '../../../electron/core/cron/cron';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import type { CronEvent, CronJob, CronRunView } from '../../../shared/model/cron';
import type { CronAddParams } from '../../../shared/protocol/methods/cron';
import { eventually } from '../../gateway/eventually';
import { FakeClock } from '../../helpers/fake-clock';
import { MemoryVault } from '../../helpers/memory-vault';
import { ScriptedChannels } from '../../helpers/scripted-channels';
import { mkdtempForTest } from '../../helpers/temp-dir';

export const START = Date.UTC(2026, 0, 1, 12, 0, 0);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Bench {
  readonly cron: Cron;
  readonly clock: FakeClock;
  readonly dir: string;
  readonly effects: { readonly text: string; readonly jobId: string; readonly wakeMode: string }[];
  readonly events: CronEvent[];
  readonly redactor: Redactor;
  readonly vault: MemoryVault;
  /** The next event that fits, past or future. */
  event(fits: (event: CronEvent) => boolean): Promise<CronEvent>;
  /** Moves the clock and waits until everything that it set off is over and written. */
  pass(ms: number): Promise<void>;
  /** Resolves when so many runs have ended. */
  finished(count: number): Promise<void>;
  add(input?: Partial<CronAddParams>): Promise<string>;
  runs(jobId?: string): Promise<readonly CronRunView[]>;
  job(id: string): CronJob;
}

export async function bench(
  options: Partial<CronOptions> & { readonly startAt?: number; readonly started?: boolean } = {},
): Promise<Bench> {
  const { startAt = START, started = true, ...rest } = options;
  const clock = (rest.clock as FakeClock | undefined) ?? new FakeClock(startAt);
  const dir = rest.dir ?? path.join(await mkdtempForTest(), 'cron');
  const effects: Bench['effects'] = [];
  const events: CronEvent[] = [];
  const redactor = new Redactor();
  const vault = new MemoryVault();
  const cron = new Cron({
    dir,
    clock,
    random: systemRandom,
    logger: silentLogger,
    redactor,
    vault,
    outbound: new ScriptedChannels().outbound,
    onSystemEvent: (text, jobId, wakeMode) => effects.push({ text, jobId, wakeMode }),
    ...rest,
  });
  cron.onEvent((event) => events.push(event));
  onTestFinished(() => cron.stop());
  if (started) await cron.start();
  const event: Bench['event'] = (fits) =>
    new Promise((resolve) => {
      const found = events.find(fits);
      if (found !== undefined) return resolve(found);
      const listener = cron.onEvent((each) => {
        if (!fits(each)) return;
        listener.dispose();
        resolve(each);
      });
    });
  return {
    cron,
    clock,
    dir,
    effects,
    events,
    redactor,
    vault,
    event,
    async pass(ms) {
      await clock.advanceAsync(ms);
      await quiet(cron);
    },
    async finished(count) {
      const ended = () => events.filter((each) => each.action === 'finished').length;
      while (ended() < count) {
        await new Promise<void>((resolve) => {
          const listener = cron.onEvent(() => {
            listener.dispose();
            resolve();
          });
        });
      }
    },
    async add(input = {}) {
      const added = await cron.add(jobInput(input));
      if (!added.ok) throw new Error(added.error.message);
      return added.value.id;
    },
    runs: async (jobId) => (await cron.runs({ jobId, sortDir: 'asc', limit: 200 })).entries,
    job(id) {
      const job = cron.get(id);
      if (job === undefined) throw new Error('no such job');
      return job;
    },
  };
}

/** Until no job is taken on any more and the history is written. */
export async function quiet(cron: Cron): Promise<void> {
  const busy = () =>
    cron.list({ includeDisabled: true, limit: 200 }).jobs.some((job) => job.state.runningAtMs);
  await eventually(() => !busy());
  await cron.runs({ jobId: 'none' });
}

export function jobInput(input: Partial<CronAddParams> = {}): CronAddParams {
  return {
    name: 'a job',
    schedule: { kind: 'every', everyMs: HOUR },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'tea' },
    ...input,
  };
}

export async function storedJobs(dir: string): Promise<readonly CronJob[]> {
  return JSON.parse(await readFile(path.join(dir, 'jobs.json'), 'utf8')).jobs;
}

export async function storeJobs(dir: string, jobs: readonly CronJob[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, 'jobs.json'), JSON.stringify({ version: 1, jobs }));
}

export function storedJob(id: string, job: Partial<CronJob> = {}): CronJob {
  return {
    id,
    name: id,
    enabled: true,
    createdAtMs: START,
    updatedAtMs: START,
    schedule: { kind: 'every', everyMs: HOUR },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: id },
    state: {},
    ...job,
  };
}

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A webhook receiver on loopback. `answer` gets the count of requests so far, from 1. */
export async function receiver(answer: (response: ServerResponse, count: number) => void): Promise<{
  readonly port: number;
  readonly received: Received[];
  readonly server: Server;
  arrived(count: number): Promise<void>;
}> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(response, received.length);
      for (const wake of [...waiting]) wake();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    received,
    server,
    arrived: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
