import { appendFile, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobPage, runPage } from '../../../electron/core/cron/cron-queries';
import { RunLog } from '../../../electron/core/cron/run-log';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import type { CronRunView } from '../../../shared/model/cron';
import { mkdtempForTest } from '../../helpers/temp-dir';
import { START, storedJob } from './harness';

function run(jobId: string, n: number, rest: Partial<CronRunView> = {}): CronRunView {
  return {
    ts: START + n,
    jobId,
    action: 'finished',
    status: 'ok',
    runId: `cron:${jobId}:${n}`,
    runAtMs: START + n,
    durationMs: 0,
    ...rest,
  };
}

async function openLog() {
  const dir = path.join(await mkdtempForTest(), 'runs');
  const log = new RunLog({ dir, logger: silentLogger });
  await log.start(new Set());
  return { dir, log };
}

describe('the history of a job', () => {
  it('keeps the newest of 2,000 lines', async () => {
    const { log } = await openLog();
    for (let n = 0; n < 2_300; n += 1) await log.append(run('a', n));
    const kept = await log.ofJob('a');
    expect(kept.length).toBeGreaterThanOrEqual(1_800);
    expect(kept.length).toBeLessThanOrEqual(2_000);
    expect(kept.at(-1)?.ts).toBe(START + 2_299);
    expect(kept.at(0)?.ts).toBe(START + 2_300 - kept.length);
  });

  it('stays under 2 MB', async () => {
    const { log, dir } = await openLog();
    for (let n = 0; n < 45; n += 1) await log.append(run('a', n, { summary: 'x'.repeat(100_000) }));
    const text = await readFile(path.join(dir, 'a.jsonl'), 'utf8');
    expect(text.length).toBeLessThanOrEqual(2_000_000);
    expect((await log.ofJob('a')).at(-1)?.ts).toBe(START + 44);
  });

  it('loses only the line that a crash cut short', async () => {
    const { log, dir } = await openLog();
    await log.append(run('a', 1));
    await appendFile(path.join(dir, 'a.jsonl'), '{"ts":17');
    const next = new RunLog({ dir, logger: silentLogger });
    await next.append(run('a', 2));
    expect((await next.ofJob('a')).map((each) => each.ts)).toEqual([START + 1, START + 2]);
  });

  it('is found under no name that leads elsewhere', async () => {
    const { log, dir } = await openLog();
    await writeFile(path.join(dir, '..', 'x.jsonl'), `${JSON.stringify(run('../x', 1))}\n`);
    expect(await log.ofJob('../x')).toEqual([]);
    expect(await log.ofJob('')).toEqual([]);
  });

  it('of jobs that are gone is kept for the newest two hundred', async () => {
    const { dir } = await openLog();
    await mkdir(dir, { recursive: true });
    for (let n = 0; n < 203; n += 1) {
      const file = path.join(dir, `gone-${n}.jsonl`);
      await writeFile(file, `${JSON.stringify(run(`gone-${n}`, n))}\n`);
      await utimes(file, n + 1, n + 1);
    }
    await writeFile(path.join(dir, 'here.jsonl'), `${JSON.stringify(run('here', 0))}\n`);
    await utimes(path.join(dir, 'here.jsonl'), 0, 0);
    const log = new RunLog({ dir, logger: silentLogger });
    await log.start(new Set(['here']));
    const ids = (await log.ofAll()).map((each) => each.jobId);
    expect(ids).toHaveLength(201);
    expect(ids).toContain('here');
    expect(ids).not.toContain('gone-0');
  });

  it('of all jobs together is in order of time and goes on growing', async () => {
    const { log } = await openLog();
    await log.append(run('a', 3));
    await log.append(run('b', 1));
    expect((await log.ofAll()).map((each) => each.jobId)).toEqual(['b', 'a']);
    await log.append(run('c', 5));
    expect((await log.ofAll()).map((each) => each.jobId)).toEqual(['b', 'a', 'c']);
  });
});

describe('pages of runs', () => {
  const runs = Array.from({ length: 120 }, (_, n) =>
    run(
      'a',
      n,
      n % 3 === 0 ? { status: 'error', error: `Broken ${n}`, deliveryStatus: 'not-delivered' } : {},
    ),
  );

  it('are newest first, with upstream’s keys', () => {
    const first = runPage(runs, { limit: 50 });
    expect(first).toMatchObject({ total: 120, offset: 0, limit: 50, hasMore: true, nextOffset: 50 });
    expect(first.entries[0]?.ts).toBe(START + 119);
    const last = runPage(runs, { limit: 50, offset: 100 });
    expect(last).toMatchObject({ hasMore: false, nextOffset: null });
    expect(last.entries).toHaveLength(20);
    expect(runPage(runs, { offset: 500 })).toMatchObject({ total: 120, entries: [], nextOffset: null });
    expect(runPage(runs, { sortDir: 'asc' }).entries[0]?.ts).toBe(START);
  });

  it('can be narrowed', () => {
    expect(runPage(runs, { statuses: ['error'] }).total).toBe(40);
    expect(runPage(runs, { deliveryStatuses: ['not-delivered'] }).total).toBe(40);
    expect(runPage(runs, { query: 'bROKEN 99' }).total).toBe(1);
    expect(runPage(runs, { runId: 'cron:a:7' }).entries).toEqual([runs[7]]);
  });
});

describe('pages of jobs', () => {
  const jobs = [
    storedJob('late', { state: { nextRunAtMs: START + 9, lastRunStatus: 'error' } }),
    storedJob('soon', { state: { nextRunAtMs: START + 1 }, updatedAtMs: START + 5 }),
    storedJob('never', { schedule: { kind: 'at', at: '2026-01-01' } }),
    storedJob('off', { enabled: false }),
  ];
  const ids = (query: Parameters<typeof jobPage>[1]) => jobPage(jobs, query, 'r').jobs.map((job) => job.id);

  it('are sorted by the next run, without the disabled ones', () => {
    expect(ids({})).toEqual(['soon', 'late', 'never']);
    expect(ids({ sortDir: 'desc' })).toEqual(['late', 'soon', 'never']);
    expect(ids({ includeDisabled: true })).toHaveLength(4);
    expect(ids({ enabled: 'disabled' })).toEqual(['off']);
    expect(ids({ sortBy: 'name' })).toEqual(['late', 'never', 'soon']);
    expect(ids({ sortBy: 'updatedAtMs', sortDir: 'desc' })[0]).toBe('soon');
    expect(ids({ scheduleKind: 'at' })).toEqual(['never']);
    expect(ids({ lastRunStatus: 'error' })).toEqual(['late']);
    expect(ids({ lastRunStatus: 'unknown' })).toEqual(['soon', 'never']);
    expect(ids({ trigger: 'conditional' })).toEqual([]);
    expect(ids({ agentId: 'other' })).toEqual([]);
    expect(ids({ agentId: 'main', query: 'LAT' })).toEqual(['late']);
  });

  it('are cut short before a reply grows too large', () => {
    const heavy = Array.from({ length: 200 }, (_, n) =>
      storedJob(`job-${n}`, { payload: { kind: 'systemEvent', text: '茶'.repeat(8_000) } }),
    );
    const page = jobPage(heavy, { limit: 200 }, 'r');
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(1_700_000);
    expect(page).toMatchObject({ total: 200, limit: 200, hasMore: true, nextOffset: page.jobs.length });
    let seen = 0;
    for (let offset: number | null = 0; offset !== null; ) {
      const next = jobPage(heavy, { limit: 200, offset }, 'r');
      seen += next.jobs.length;
      offset = next.nextOffset;
    }
    expect(seen).toBe(200);
  });
});
