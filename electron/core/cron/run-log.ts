// The history of runs: one file of JSON lines per job under `cron/runs/`, capped at 2 MB and 2,000 lines like
// upstream's. A job that is gone keeps its file for a while. Appending never fails the run it tells of.

import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CronRunView } from '../../../shared/model/cron';
import { causeOf, isMissing, replaceDurably } from '../lib/durable-file';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';

const MAX_BYTES = 2_000_000;
const MAX_LINES = 2_000;
/** Trimmed to this share, so that a full file is not rewritten with every run. */
const KEEP = 0.9;
/** Newest runs of all jobs together, held for queries over all. */
const MAX_RECENT = 10_000;
/** Files of jobs that are gone. */
const MAX_ORPHANS = 200;
const FILE_NAME = /^([A-Za-z0-9_-]{1,128})\.jsonl$/;

interface Size {
  lines: number;
  bytes: number;
  /** The last line ends in a newline. */
  whole: boolean;
}

export class RunLog {
  readonly #dir: string;
  readonly #logger: Logger;
  readonly #mutex = new Mutex();
  readonly #sizes = new Map<string, Size>();
  /** Oldest first; filled at the first query over all jobs. */
  #recent: CronRunView[] | undefined;

  constructor(options: { readonly dir: string; readonly logger: Logger }) {
    this.#dir = options.dir;
    this.#logger = options.logger;
  }

  /** Makes the folder and drops the oldest files of jobs that are gone. Never rejects. */
  start(jobIds: ReadonlySet<string>): Promise<void> {
    return this.#mutex.run(async () => {
      try {
        await mkdir(this.#dir, { recursive: true, mode: 0o700 });
        const orphans: { readonly path: string; readonly at: number }[] = [];
        for (const id of await this.#ids()) {
          if (!jobIds.has(id))
            orphans.push({ path: this.#path(id), at: (await stat(this.#path(id))).mtimeMs });
        }
        orphans.sort((a, b) => b.at - a.at);
        for (const { path } of orphans.slice(MAX_ORPHANS)) await rm(path, { force: true });
      } catch (error) {
        this.#logger.warn('cron.history-not-opened', { cause: causeOf(error) });
      }
    });
  }

  /** Resolves when the line is written, or reported as lost. */
  append(run: CronRunView): Promise<void> {
    return this.#mutex.run(async () => {
      this.#remember(run);
      try {
        await this.#write(run.jobId, `${JSON.stringify(run)}\n`);
      } catch (error) {
        this.#sizes.delete(run.jobId);
        this.#logger.warn('cron.history-line-lost', { jobId: run.jobId, cause: causeOf(error) });
      }
    });
  }

  /** Oldest first; empty for a job that never ran. */
  ofJob(jobId: string): Promise<readonly CronRunView[]> {
    if (!FILE_NAME.test(`${jobId}.jsonl`)) return Promise.resolve([]);
    return this.#mutex.run(() => this.#read(jobId));
  }

  /** The newest 10,000 runs of all jobs, oldest first. */
  ofAll(): Promise<readonly CronRunView[]> {
    return this.#mutex.run(async () => {
      if (this.#recent === undefined) {
        let runs: CronRunView[] = [];
        for (const id of await this.#ids()) {
          runs.push(...(await this.#read(id)));
          // Thousands of full files are gigabytes: what cannot be among the newest goes at once.
          if (runs.length > MAX_RECENT * 2) runs = newest(runs);
        }
        this.#recent = newest(runs);
      }
      return [...this.#recent];
    });
  }

  /** Resolves when everything appended so far is written. */
  flush(): Promise<void> {
    return this.#mutex.run(() => Promise.resolve());
  }

  #remember(run: CronRunView): void {
    if (this.#recent === undefined) return;
    this.#recent.push(run);
    if (this.#recent.length > MAX_RECENT * 1.1) this.#recent = this.#recent.slice(-MAX_RECENT);
  }

  async #write(jobId: string, line: string): Promise<void> {
    const path = this.#path(jobId);
    const size = this.#sizes.get(jobId) ?? (await measure(path));
    // A line that a crash cut short must not swallow this one.
    const text = size.whole ? line : `\n${line}`;
    await appendFile(path, text, { mode: 0o600 });
    size.whole = true;
    size.lines += 1;
    size.bytes += Buffer.byteLength(text);
    this.#sizes.set(jobId, size);
    if (size.lines > MAX_LINES || size.bytes > MAX_BYTES) await this.#trim(jobId);
  }

  async #trim(jobId: string): Promise<void> {
    const path = this.#path(jobId);
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    let bytes = 0;
    let from = lines.length;
    while (from > 0 && lines.length - from < MAX_LINES * KEEP) {
      const next = Buffer.byteLength(lines[from - 1] ?? '') + 1;
      if (bytes + next > MAX_BYTES * KEEP) break;
      bytes += next;
      from -= 1;
    }
    const kept = lines.slice(from);
    await replaceDurably(path, kept.map((line) => `${line}\n`).join(''));
    this.#sizes.set(jobId, { lines: kept.length, bytes, whole: true });
  }

  async #read(jobId: string): Promise<readonly CronRunView[]> {
    try {
      const text = await readFile(this.#path(jobId), 'utf8');
      return text.split('\n').flatMap((line) => parseRun(line, jobId));
    } catch (error) {
      if (!isMissing(error)) this.#logger.warn('cron.history-unreadable', { jobId, cause: causeOf(error) });
      return [];
    }
  }

  async #ids(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#dir)).flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  #path(jobId: string): string {
    return join(this.#dir, `${jobId}.jsonl`);
  }
}

function newest(runs: CronRunView[]): CronRunView[] {
  return runs.sort((a, b) => a.ts - b.ts).slice(-MAX_RECENT);
}

async function measure(path: string): Promise<Size> {
  try {
    const bytes = await readFile(path);
    let lines = 0;
    for (const byte of bytes) if (byte === 0x0a) lines += 1;
    return { lines, bytes: bytes.length, whole: bytes.length === 0 || bytes[bytes.length - 1] === 0x0a };
  } catch (error) {
    if (isMissing(error)) return { lines: 0, bytes: 0, whole: true };
    throw error;
  }
}

/** Nothing for a torn or foreign line: one bad line must not hide the others. */
function parseRun(line: string, jobId: string): readonly CronRunView[] {
  if (line === '') return [];
  try {
    const value: unknown = JSON.parse(line);
    return isRun(value) && value.jobId === jobId ? [value] : [];
  } catch {
    return [];
  }
}

function isRun(value: unknown): value is CronRunView {
  if (typeof value !== 'object' || value === null) return false;
  const run = value as Partial<Record<keyof CronRunView, unknown>>;
  return (
    run.action === 'finished' &&
    typeof run.runId === 'string' &&
    [run.ts, run.runAtMs, run.durationMs].every((each) => Number.isSafeInteger(each)) &&
    (run.status === 'ok' || run.status === 'error' || run.status === 'skipped')
  );
}
