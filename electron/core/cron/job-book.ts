// All jobs in memory, and when they reach the disk: a person's change at once, a run's trace within a second.

import type { CronJob } from '../../../shared/model/cron';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import type { Logger } from '../lib/logger-port';
import type { Result } from '../lib/result';
import { err } from '../lib/result';
import { restored } from './job-state';
import { JobStore } from './job-store';

const FLUSH_MS = 1_000;
const RETRY_MS = 30_000;

export class JobBook {
  readonly #store: JobStore;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #jobs = new Map<string, CronJob>();
  #loadProblems: readonly string[] = [];
  #saveProblem: string | undefined;
  #revision = 0;
  #timer: Disposable | undefined;
  /** Memory holds what the disk does not. Never before the load: it must not write over what it has not read. */
  #dirty = false;
  #loaded = false;
  #closed = false;

  constructor(options: { readonly dir: string; readonly clock: Clock; readonly logger: Logger }) {
    this.#store = new JobStore(options);
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  get file(): string {
    return this.#store.file;
  }

  get problems(): readonly string[] {
    return this.#saveProblem === undefined ? this.#loadProblems : [...this.#loadProblems, this.#saveProblem];
  }

  /** Rises with every change. */
  get revision(): number {
    return this.#revision;
  }

  async load(): Promise<void> {
    const { jobs, problems } = await this.#store.load();
    this.#loadProblems = problems;
    for (const problem of problems) this.#logger.error('cron.store-problem', { problem });
    for (const job of jobs) this.#jobs.set(job.id, job);
    this.#loaded = true;
  }

  /**
   * At a start. A schedule that cannot be reckoned (edited by hand, a time zone that this runtime lacks) switches
   * its own job off and is reported: it must not keep the others from running.
   */
  restore(job: CronJob, now: number): void {
    try {
      this.set(restored(job, now));
    } catch {
      const problem = `the schedule of job ${job.id} cannot be used here; the job is switched off`;
      this.#loadProblems = [...this.#loadProblems, problem];
      this.#logger.error('cron.store-problem', { problem });
      const { nextRunAtMs: _never, ...state } = job.state;
      this.set({
        ...job,
        enabled: false,
        state: { ...state, lastError: 'its schedule cannot be used: edit it' },
      });
    }
  }

  /** A copy: safe to walk while jobs change. */
  all(): readonly CronJob[] {
    return [...this.#jobs.values()];
  }

  get(id: string): CronJob | undefined {
    return this.#jobs.get(id);
  }

  nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const { enabled, state } of this.#jobs.values()) {
      if (enabled && state.nextRunAtMs !== undefined && (next === undefined || state.nextRunAtMs < next))
        next = state.nextRunAtMs;
    }
    return next;
  }

  /** A change of state: stored soon. */
  set(job: CronJob): void {
    this.#jobs.set(job.id, job);
    this.#touch();
  }

  /** As `set`, for a job that is over. */
  drop(id: string): void {
    this.#jobs.delete(id);
    this.#touch();
  }

  /** Stored when it resolves ok; otherwise the definition is as it was, with whatever state it has by now. */
  async put(job: CronJob): Promise<Result<void, string>> {
    const before = this.#jobs.get(job.id);
    this.set(job);
    const saved = await this.save();
    if (saved.ok) return saved;
    const now = this.#jobs.get(job.id);
    if (before === undefined) this.drop(job.id);
    else this.set({ ...before, state: now === job ? before.state : (now?.state ?? before.state) });
    return saved;
  }

  async remove(id: string): Promise<Result<void, string>> {
    const before = this.#jobs.get(id);
    this.drop(id);
    const saved = await this.save();
    if (!saved.ok && before !== undefined) this.set(before);
    return saved;
  }

  async save(): Promise<Result<void, string>> {
    if (!this.#loaded) return err('the jobs have not been loaded');
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#dirty = false;
    const saved = await this.#store.save(this.#jobs.values());
    if (!saved.ok && this.#saveProblem === undefined)
      this.#logger.error('cron.store-problem', { problem: saved.error });
    this.#saveProblem = saved.ok ? undefined : saved.error;
    if (!saved.ok) {
      this.#dirty = true;
      this.#later(RETRY_MS);
    }
    return saved;
  }

  /** Stores what is left. */
  async close(): Promise<void> {
    if (this.#dirty) await this.save();
    else await this.#store.settled();
    this.#closed = true;
    this.#timer?.dispose();
  }

  #touch(): void {
    this.#revision += 1;
    this.#dirty = true;
    this.#later(FLUSH_MS);
  }

  #later(delayMs: number): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      void this.save();
    }, delayMs);
  }
}
