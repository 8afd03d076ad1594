// `cron/jobs.json` and its last good copy `jobs.json.bak`. Must never wipe or overwrite a file that it could not
// read: such a file is moved aside, and if that fails nothing is written at all.

import { lstat, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CronJob } from '../../../shared/model/cron';
import { cronStoreSchema } from '../../../shared/protocol/methods/cron';
import type { Clock } from '../lib/clock';
import { causeOf, isMissing, replaceDurably, setAside } from '../lib/durable-file';
import { Mutex } from '../lib/mutex';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';

const MAX_BYTES = 64 * 1024 * 1024;

type Read =
  | { readonly kind: 'absent' }
  | { readonly kind: 'ok'; readonly jobs: readonly CronJob[] }
  /** `newer`: written by a later version, which will want it back as it is. */
  | { readonly kind: 'bad' | 'newer'; readonly why: string };

export interface StoreLoad {
  readonly jobs: readonly CronJob[];
  /** In words, for people: what was wrong and where it was put. */
  readonly problems: readonly string[];
}

export class JobStore {
  readonly file: string;
  readonly #dir: string;
  readonly #copy: string;
  readonly #clock: Clock;
  readonly #mutex = new Mutex();
  /** Why nothing may be written, when so. */
  #readOnly: string | undefined = 'the jobs have not been loaded';

  constructor(options: { readonly dir: string; readonly clock: Clock }) {
    this.#dir = options.dir;
    this.file = join(options.dir, 'jobs.json');
    this.#copy = `${this.file}.bak`;
    this.#clock = options.clock;
  }

  /** Never rejects: what cannot be read is a problem in words, and the jobs are those of the copy, or none. */
  load(): Promise<StoreLoad> {
    return this.#mutex.run(async () => {
      try {
        await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      } catch (error) {
        return this.#refuse(`the folder for jobs cannot be made: ${causeOf(error)}`);
      }
      for (const left of [this.file, this.#copy])
        await rm(`${left}.tmp`, { force: true }).catch(() => undefined);
      const main = await read(this.file);
      if (main.kind === 'newer') return this.#refuse(`jobs.json ${main.why}`);
      this.#readOnly = undefined;
      if (main.kind === 'ok') return { jobs: main.jobs, problems: [] };
      const copy = await read(this.#copy);
      if (main.kind === 'absent' && copy.kind === 'absent') return { jobs: [], problems: [] };
      return this.#recover(main, copy);
    });
  }

  /** Durable when ok; otherwise the file is as it was. */
  save(jobs: Iterable<CronJob>): Promise<Result<void, string>> {
    return this.#mutex.run(async () => {
      if (this.#readOnly !== undefined) return err(this.#readOnly);
      const text = `${JSON.stringify({ version: 1, jobs: [...jobs] })}\n`;
      try {
        await replaceDurably(this.file, text);
        // Not one version behind: an old copy would bring back a run that has already been.
        await replaceDurably(this.#copy, text);
        return ok(undefined);
      } catch (error) {
        return err(`the jobs could not be written: ${causeOf(error)}`);
      }
    });
  }

  /** Resolves when nothing is being written. */
  settled(): Promise<void> {
    return this.#mutex.run(() => Promise.resolve());
  }

  async #recover(main: Read, copy: Read): Promise<StoreLoad> {
    const problems: string[] = [];
    try {
      if (main.kind === 'bad')
        problems.push(`jobs.json ${main.why}; it is kept as ${await setAside(this.file, this.#clock.now())}`);
      if (copy.kind === 'bad' || copy.kind === 'newer')
        problems.push(
          `jobs.json.bak ${copy.why}; it is kept as ${await setAside(this.#copy, this.#clock.now())}`,
        );
    } catch (error) {
      return this.#refuse(`jobs.json cannot be read and cannot be set aside: ${causeOf(error)}`);
    }
    if (copy.kind !== 'ok') return { jobs: [], problems: [...problems, 'cron starts without jobs'] };
    if (main.kind === 'absent') problems.push('jobs.json is missing');
    return { jobs: copy.jobs, problems: [...problems, 'the jobs were taken from the last good copy'] };
  }

  #refuse(why: string): StoreLoad {
    this.#readOnly = why;
    return { jobs: [], problems: [`${why}; cron runs without jobs and changes nothing on disk`] };
  }
}

async function read(path: string): Promise<Read> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile()) return { kind: 'bad', why: 'is not a plain file' };
    if (stats.size > MAX_BYTES) return { kind: 'bad', why: 'is too large' };
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    return isMissing(error) ? { kind: 'absent' } : { kind: 'bad', why: `cannot be read (${causeOf(error)})` };
  }
}

function parse(text: string): Read {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'bad', why: 'is not JSON' };
  }
  const parsed = cronStoreSchema.safeParse(json);
  if (parsed.success) {
    const ids = new Set(parsed.data.jobs.map((job) => job.id));
    if (ids.size < parsed.data.jobs.length) return { kind: 'bad', why: 'has two jobs with one id' };
    return { kind: 'ok', jobs: parsed.data.jobs };
  }
  if (typeof json === 'object' && json !== null && 'version' in json && Number(json.version) > 1)
    return { kind: 'newer', why: 'was written by a newer version' };
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  return { kind: 'bad', why: where === '' ? 'does not hold jobs' : `is not valid at ${where}` };
}
