// Scheduled jobs: the facade that the gateway's methods and the panel call. Holds the jobs in memory, stores every
// change before it answers, takes on what is due. What a job's state means is in job-state.ts, what a run does in
// job-run.ts. Must never run a command or an agent: definitions are data (SEC-51).

import { join } from 'node:path';
import type {
  CronError,
  CronEvent,
  CronJob,
  CronJobPage,
  CronJobQuery,
  CronJobView,
  CronRunAnswer,
  CronRunMode,
  CronRunPage,
  CronRunQuery,
  CronStatus,
} from '../../../shared/model/cron';
import { withoutTargets } from '../../../shared/model/cron-public';
import type { CronAddParams, CronPatch } from '../../../shared/protocol/methods/cron';
import type { Outbound } from '../channels/outbound';
import type { Clock } from '../lib/clock';
import { delay } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import type { Random } from '../lib/random';
import type { Redactor } from '../lib/redactor';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';
import type { Secret } from '../lib/secret';
import type { ResolveHost } from '../lib/webhook-post';
import { systemResolve } from '../lib/webhook-post';
import type { SecretVault } from '../ports';
import { jobPage, jobView, runPage } from './cron-queries';
import { deliver } from './delivery';
import { JobBook } from './job-book';
import { configRevision, judgeNewJob, judgePatch } from './job-rules';
import type { CronEffect, RunDeps } from './job-run';
import { alertTarget, performRun, runView, sendAlert } from './job-run';
import type { RunResult } from './job-state';
import { claimed, dueness, finished, released, rescheduled, skipped } from './job-state';
import { RunLog } from './run-log';
import type { RunOrder } from './runner';
import { Runner } from './runner';
import { Scheduler } from './scheduler';
import { SigningSecret } from './signing-secret';

const MAX_JOBS = 2_000;
const STOP_MS = 2_000;

export interface CronOptions {
  /** `cron/` of the home. */
  readonly dir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly vault: SecretVault;
  /** The way over the channels. */
  readonly outbound: Pick<Outbound, 'find' | 'send'>;
  readonly onSystemEvent: CronEffect;
  readonly resolveHost?: ResolveHost;
}

export class Cron {
  readonly #options: CronOptions;
  readonly #book: JobBook;
  readonly #log: RunLog;
  readonly #secret: SigningSecret;
  readonly #runner: Runner;
  readonly #scheduler: Scheduler;
  readonly #runDeps: RunDeps;
  readonly #changes = new Mutex();
  readonly #events: Emitter<CronEvent>;
  readonly #processId: string;
  #runCount = 0;
  #state: 'new' | 'running' | 'stopped' = 'new';
  #launching: Promise<void> = Promise.resolve();

  constructor(options: CronOptions) {
    const { clock, logger, random, dir, outbound, resolveHost = systemResolve } = options;
    this.#options = options;
    this.#book = new JobBook({ dir, clock, logger });
    this.#log = new RunLog({ dir: join(dir, 'runs'), logger });
    this.#secret = new SigningSecret(options);
    this.#events = new Emitter((error) => logger.error('cron.listener-failed', { error }));
    this.#processId = random.uuid();
    const parts = { clock, logger, outbound, secret: this.#secret, resolveHost };
    this.#runDeps = {
      clock,
      logger,
      onSystemEvent: options.onSystemEvent,
      deliver: (target, message, signal) => deliver(target, message, parts, signal),
    };
    this.#runner = new Runner({ execute: (order, signal) => this.#execute(order, signal), logger });
    this.#scheduler = new Scheduler({
      clock,
      nextDueMs: () => this.#book.nextDueMs(),
      onDue: (now) => this.#takeDue(now),
      onClockBack: (now) => this.#onClockBack(now),
    });
  }

  readonly onEvent = (listener: (event: CronEvent) => void) => this.#events.on(listener);

  /** What a person should know: a store that was set aside, a disk that refuses. In words, no secrets. */
  get problems(): readonly string[] {
    return this.#book.problems;
  }

  /** Loads the jobs and begins. Never rejects: without a readable store it runs without jobs and says so. */
  start(): Promise<void> {
    return this.#changes.run(async () => {
      if (this.#state !== 'new') return;
      this.#state = 'running';
      await this.#book.load();
      await this.#log.start(new Set(this.#book.all().map((job) => job.id)));
      const now = this.#options.clock.now();
      for (const job of this.#book.all()) this.#book.restore(this.#closeInterrupted(job, now), now);
      // Does nothing when it was stopped meanwhile.
      this.#scheduler.check();
    });
  }

  /** Ends what runs, gives back what had not begun, stores. Within about 2 s; never rejects. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    this.#scheduler.stop();
    const ended = new AbortController();
    await Promise.race([
      delay(this.#options.clock, STOP_MS, ended.signal),
      this.#windUp().finally(() => ended.abort()),
    ]);
  }

  /** The machine woke up, or the clock was set: looks at once instead of within a minute. */
  resume(): void {
    if (this.#isRunning()) this.#scheduler.check();
  }

  list(query: CronJobQuery = {}): CronJobPage {
    const revision = `${this.#processId.slice(0, 8)}-${this.#book.revision}`;
    return jobPage(this.#book.all(), query, revision);
  }

  get(id: string): CronJobView | undefined {
    const job = this.#book.get(id);
    return job && jobView(job);
  }

  async runs(query: CronRunQuery = {}): Promise<CronRunPage> {
    const { jobId } = query;
    return runPage(jobId === undefined ? await this.#log.ofAll() : await this.#log.ofJob(jobId), query);
  }

  status(): CronStatus {
    return {
      enabled: true,
      storePath: this.#book.file,
      jobs: this.#book.all().length,
      nextWakeAtMs: this.#book.nextDueMs() ?? null,
      triggersEnabled: false,
      storage: 'json',
    };
  }

  get processInstanceId(): string {
    return this.#processId;
  }

  /** The secret that signs webhooks, made when there is none yet: for the panel, never for the wire. */
  signingSecret(): Promise<Result<Secret, string>> {
    return this.#secret.get();
  }

  add(input: CronAddParams): Promise<Result<CronJobView, CronError>> {
    return this.#change(async (now) => {
      if (this.#book.all().length >= MAX_JOBS)
        return err({ code: 'invalid', field: 'job', message: `is one too many: ${MAX_JOBS} is the most` });
      const judged = judgeNewJob(input, now, this.#options.outbound);
      if (!judged.ok) return err({ code: 'invalid', ...judged.error });
      const id = this.#options.random.uuid();
      const job: CronJob = { id, ...judged.value, createdAtMs: now, updatedAtMs: now, state: {} };
      return this.#store('added', rescheduled(job, now));
    });
  }

  update(id: string, patch: CronPatch, expectedRevision?: string): Promise<Result<CronJobView, CronError>> {
    return this.#change(async (now) => {
      const job = this.#book.get(id);
      if (job === undefined) return unknownJob(id);
      if (expectedRevision !== undefined && expectedRevision !== configRevision(job))
        return err({ code: 'changed', message: 'the job has changed meanwhile: load it again' });
      const judged = judgePatch(job, patch, now, this.#options.outbound);
      if (!judged.ok) return err({ code: 'invalid', ...judged.error });
      const { createdAtMs, state } = job;
      const next: CronJob = { id, ...judged.value, createdAtMs, updatedAtMs: now, state };
      const retimed = patch.schedule !== undefined || next.enabled !== job.enabled;
      return this.#store('updated', retimed ? rescheduled(next, now) : next);
    });
  }

  /** A run in progress goes on to its end and keeps its line in the history. */
  remove(id: string): Promise<Result<void, CronError>> {
    return this.#change(async () => {
      const job = this.#book.get(id);
      if (job === undefined) return unknownJob(id);
      const stored = await this.#book.remove(id);
      if (!stored.ok) return err({ code: 'storage_failed', message: stored.error });
      this.#options.logger.info('cron.job-removed', { message: 'cron: job removed', jobId: id });
      this.#scheduler.arm();
      this.#events.emit({ jobId: id, action: 'removed' });
      return ok(undefined);
    });
  }

  /** Enqueues a run. `force` runs a disabled job too and leaves its schedule as it is. */
  run(id: string, mode: CronRunMode = 'force'): Result<CronRunAnswer, CronError> {
    const { clock } = this.#options;
    const job = this.#book.get(id);
    if (!this.#isRunning()) return STOPPED;
    if (job === undefined) return unknownJob(id);
    const now = clock.now();
    const reason = refusalOf(job, mode, now);
    if (reason !== undefined) return ok({ ok: true, ran: false, reason, processInstanceId: this.#processId });
    const order: RunOrder = { jobId: id, runId: this.#runId('manual', id, now), byHand: mode !== 'due' };
    this.#book.set(claimed(job, now, order.byHand));
    this.#scheduler.arm();
    this.#launch([order]);
    return ok({ ok: true, enqueued: true, runId: order.runId, processInstanceId: this.#processId });
  }

  #isRunning(): boolean {
    return this.#state === 'running';
  }

  /** One change at a time, so that what is stored and what is answered agree. */
  #change<T>(section: (now: number) => Promise<Result<T, CronError>>): Promise<Result<T, CronError>> {
    return this.#changes.run(async () => (this.#isRunning() ? section(this.#options.clock.now()) : STOPPED));
  }

  async #store(action: 'added' | 'updated', job: CronJob): Promise<Result<CronJobView, CronError>> {
    const stored = await this.#book.put(job);
    if (!stored.ok) return err({ code: 'storage_failed', message: stored.error });
    this.#options.logger.info(`cron.job-${action}`, {
      message: `cron: job ${action === 'added' ? 'created' : 'updated'}`,
      jobId: job.id,
    });
    // Runs may have gone on while it was being written.
    const view = jobView(this.#book.get(job.id) ?? job);
    this.#scheduler.arm();
    this.#events.emit({ jobId: job.id, action, job: withoutTargets(view), ...nextOf(view) });
    return ok(view);
  }

  #takeDue(now: number): void {
    const orders: RunOrder[] = [];
    for (const job of this.#book.all()) {
      const due = dueness(job, now);
      const dueMs = job.state.nextRunAtMs;
      if (due === 'not-due' || dueMs === undefined) continue;
      const order = { jobId: job.id, runId: this.#runId('cron', job.id, now), byHand: false, dueMs };
      if (due === 'missed')
        this.#skip(job, order, `missed: was due ${iso(dueMs)}, waits for its next time`, now);
      else if (job.state.runningAtMs !== undefined) this.#skip(job, order, 'its last run is not over', now);
      else {
        this.#book.set(claimed(job, now, false));
        orders.push(order);
      }
    }
    if (orders.length > 0) this.#launch(orders);
  }

  /** Only what is on disk as taken on begins, so that no crash makes it run twice. A disk that refuses stops no job. */
  #launch(orders: readonly RunOrder[]): void {
    this.#launching = Promise.all([this.#launching, this.#book.save()]).then(() =>
      this.#runner.submit(orders),
    );
  }

  async #execute(order: RunOrder, signal: AbortSignal): Promise<void> {
    const job = this.#book.get(order.jobId);
    // Removed while it waited.
    if (job === undefined) return;
    const { clock, logger } = this.#options;
    this.#events.emit({ jobId: job.id, action: 'started', runId: order.runId, runAtMs: clock.now() });
    const result = await performRun(job, order, this.#runDeps, signal);
    const current = this.#book.get(job.id);
    const done = finished(current ?? job, result, order.byHand);
    const isOver = done.schedule.kind === 'at' && !done.enabled && result.status === 'ok' && !order.byHand;
    if (current !== undefined && isOver && done.deleteAfterRun === true) this.#book.drop(job.id);
    else if (current !== undefined) this.#book.set(done);
    logger.info('cron.run-finished', { jobId: job.id, status: result.status, durationMs: result.durationMs });
    await this.#record(done, order, result);
    if (current !== undefined && this.#book.get(job.id) === undefined)
      this.#events.emit({ jobId: job.id, action: 'removed' });
    await this.#alert(order, result, signal);
  }

  async #alert(order: RunOrder, result: RunResult, signal: AbortSignal): Promise<void> {
    const now = this.#options.clock.now();
    const job = this.#book.get(order.jobId);
    const target = job && alertTarget(job, now);
    if (job === undefined || target === undefined) return;
    this.#book.set({ ...job, state: { ...job.state, lastFailureAlertAtMs: now } });
    await sendAlert(job, target, runView(job, order, result, now), this.#runDeps, signal);
  }

  #skip(job: CronJob, order: RunOrder, error: string, now: number): void {
    const next = skipped(job, error, now);
    this.#book.set(next);
    this.#options.logger.warn('cron.run-skipped', { jobId: job.id, error });
    void this.#record(next, order, { status: 'skipped', startedMs: now, durationMs: 0, error });
  }

  /** The run's line in the history, and its event. */
  #record(job: CronJob, order: RunOrder, result: RunResult): Promise<void> {
    const run = runView(job, order, result, this.#options.clock.now());
    const written = this.#log.append(run);
    this.#events.emit(run);
    return written;
  }

  /** A run that was going on when the last process ended is not repeated: it may have had its effect. */
  #closeInterrupted(job: CronJob, now: number): CronJob {
    const { runningAtMs } = job.state;
    if (runningAtMs === undefined) return job;
    const error = 'interrupted: the gateway ended while it ran';
    const result: RunResult = { status: 'error', startedMs: runningAtMs, durationMs: 0, error };
    const done = finished(job, result, false);
    void this.#record(
      done,
      { jobId: job.id, runId: this.#runId('cron', job.id, now), byHand: false },
      result,
    );
    return done;
  }

  #onClockBack(now: number): void {
    this.#options.logger.warn('cron.clock-went-back');
    for (const job of this.#book.all()) {
      if (job.state.nextRunAtMs !== undefined) this.#book.set(rescheduled(job, now));
    }
  }

  async #windUp(): Promise<void> {
    const ended = this.#runner.stop();
    await this.#changes.run(() => this.#launching);
    await ended;
    for (const order of this.#runner.unbegun) {
      const job = this.#book.get(order.jobId);
      if (job !== undefined) this.#book.set(released(job, order.dueMs));
    }
    await this.#log.flush();
    await this.#book.close();
  }

  #runId(kind: 'manual' | 'cron', jobId: string, now: number): string {
    this.#runCount += 1;
    return `${kind}:${jobId}:${now}:${this.#runCount}`;
  }
}

const STOPPED = err<CronError>({ code: 'stopped', message: 'cron is not running' });

function refusalOf(job: CronJob, mode: CronRunMode, now: number) {
  if (mode === 'due' && dueness(job, now) === 'not-due') return 'not-due';
  if (mode === 'if-enabled' && !job.enabled) return 'disabled';
  return job.state.runningAtMs === undefined ? undefined : 'already-running';
}

function unknownJob(id: string): Result<never, CronError> {
  return err({ code: 'unknown_job', message: `unknown cron job id: ${id}` });
}

function nextOf({ nextRunAtMs }: CronJobView): { readonly nextRunAtMs?: number } {
  return nextRunAtMs === undefined ? {} : { nextRunAtMs };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
