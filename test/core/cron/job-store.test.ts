import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { JobStore } from '../../../electron/core/cron/job-store';
import { FakeClock } from '../../helpers/fake-clock';
import { mkdtempForTest } from '../../helpers/temp-dir';
import { bench, HOUR, jobInput, START, storedJob, storeJobs } from './harness';

const stamp = '2026-01-01T12-00-00-000Z';

async function folder(): Promise<string> {
  const dir = path.join(await mkdtempForTest(), 'cron');
  await mkdir(dir);
  return dir;
}

describe('a store that cannot be read', () => {
  it.each([
    ['no JSON', '{"version":1,"jo', 'is not JSON'],
    ['another shape', '[]', 'does not hold jobs'],
    ['a bad job', JSON.stringify({ version: 1, jobs: [{ id: '../x' }] }), 'is not valid at jobs.0.id'],
    [
      'two jobs of one id',
      JSON.stringify({ version: 1, jobs: [storedJob('a'), storedJob('a')] }),
      'has two jobs with one id',
    ],
  ])('because it holds %s is set aside, reported and never wiped', async (_what, text, why) => {
    const dir = await folder();
    await writeFile(path.join(dir, 'jobs.json'), text);
    const { cron, add } = await bench({ dir });
    expect(cron.problems).toEqual([
      `jobs.json ${why}; it is kept as ${path.join(dir, `jobs.json.bad-${stamp}`)}`,
      'cron starts without jobs',
    ]);
    await add();
    await cron.stop();
    expect(await readFile(path.join(dir, `jobs.json.bad-${stamp}`), 'utf8')).toBe(text);
    expect((await bench({ dir })).cron.status().jobs).toBe(1);
  });

  it('is replaced by its last good copy', async () => {
    const { cron, dir, add } = await bench();
    const id = await add();
    await cron.stop();
    await writeFile(path.join(dir, 'jobs.json'), 'torn');
    const next = await bench({ dir });
    expect(next.cron.get(id)).toBeDefined();
    expect(next.cron.problems.at(-1)).toBe('the jobs were taken from the last good copy');
    expect((await readdir(dir)).filter((name) => name.includes('.bad-'))).toHaveLength(1);
  });

  it('twice at one moment gets two names', async () => {
    const dir = await folder();
    for (const text of ['one', 'two']) {
      await writeFile(path.join(dir, 'jobs.json'), text);
      await new JobStore({ dir, clock: new FakeClock(START) }).load();
    }
    expect(await readFile(path.join(dir, `jobs.json.bad-${stamp}`), 'utf8')).toBe('one');
    expect(await readFile(path.join(dir, `jobs.json.bad-${stamp}-2`), 'utf8')).toBe('two');
  });

  it('because a newer version wrote it stays as it is, and nothing is written', async () => {
    const dir = await folder();
    const text = JSON.stringify({ version: 2, tasks: [] });
    await writeFile(path.join(dir, 'jobs.json'), text);
    const { cron } = await bench({ dir });
    expect(cron.problems).toEqual([
      'jobs.json was written by a newer version; cron runs without jobs and changes nothing on disk',
    ]);
    expect(await cron.add(jobInput())).toMatchObject({ ok: false, error: { code: 'storage_failed' } });
    expect(cron.status().jobs).toBe(0);
    await cron.stop();
    expect(await readFile(path.join(dir, 'jobs.json'), 'utf8')).toBe(text);
  });

  it('because of its rights is neither moved nor overwritten', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root reads and writes whatever the rights say');
    const dir = await folder();
    await storeJobs(dir, [storedJob('a')]);
    await chmod(path.join(dir, 'jobs.json'), 0o000);
    await chmod(dir, 0o500);
    const { cron } = await bench({ dir });
    expect(cron.problems[0]).toContain('cannot be set aside');
    expect(await cron.add(jobInput())).toMatchObject({ error: { code: 'storage_failed' } });
    await chmod(dir, 0o700);
    await chmod(path.join(dir, 'jobs.json'), 0o600);
    expect(await readFile(path.join(dir, 'jobs.json'), 'utf8')).toContain('"a"');
  });
});

describe('a crash in the middle of a write', () => {
  it('leaves the jobs as they were, and its rest is swept', async () => {
    const { cron, dir, add } = await bench();
    const id = await add();
    await cron.stop();
    await writeFile(path.join(dir, 'jobs.json.tmp'), '{"version":1,"jobs":[{"id":"ha');
    await writeFile(path.join(dir, 'jobs.json.bak.tmp'), '');
    const next = await bench({ dir });
    expect(next.cron.problems).toEqual([]);
    expect(next.cron.get(id)).toBeDefined();
    expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('between the file and its copy loses nothing', async () => {
    const { cron, dir, add } = await bench();
    await add({ name: 'old' });
    await cron.stop();
    await rm(path.join(dir, 'jobs.json'));
    const next = await bench({ dir });
    expect(next.cron.list().jobs.map((job) => job.name)).toEqual(['old']);
    expect(next.cron.problems[0]).toBe('jobs.json is missing');
  });
});

describe('a disk that refuses', () => {
  it('changes nothing in memory, is reported, and is forgotten when it works again', async () => {
    const { cron, dir, add, clock, effects, pass } = await bench();
    const id = await add({ name: 'before' });
    // A folder in the way of the temporary file refuses root as well.
    await mkdir(path.join(dir, 'jobs.json.tmp'));
    const refused = { ok: false, error: { code: 'storage_failed' } };
    expect(await cron.update(id, { name: 'after' })).toMatchObject(refused);
    expect(await cron.remove(id)).toMatchObject(refused);
    expect(await cron.add(jobInput())).toMatchObject(refused);
    expect(cron.list().jobs.map((job) => job.name)).toEqual(['before']);
    expect(cron.problems).toEqual(['the jobs could not be written: EISDIR']);
    // Jobs run all the same.
    await pass(HOUR);
    expect(effects).toHaveLength(1);
    await rm(path.join(dir, 'jobs.json.tmp'), { recursive: true });
    await clock.advanceAsync(30_000);
    await cron.stop();
    expect(cron.problems).toEqual([]);
  });
});

it('the files are for their owner only', async () => {
  if (process.platform === 'win32') return;
  const { cron, dir, add, pass } = await bench();
  const id = await add();
  await pass(HOUR);
  await cron.stop();
  const modes = await Promise.all(
    ['.', 'jobs.json', 'jobs.json.bak', 'runs', `runs/${id}.jsonl`].map(
      async (name) => (await stat(path.join(dir, name))).mode & 0o777,
    ),
  );
  expect(modes).toEqual([0o700, 0o600, 0o600, 0o700, 0o600]);
});
