// The list behind the Tasks page: asked for again whenever a task changed or ran, one question at a time, however
// many events come.

import type { IpcError } from '../../../shared/ipc/contract';
import type { CronJobView } from '../../../shared/model/cron';
import { collectPages } from '../../bridge/all-pages';
import type { Api } from '../../bridge/api';
import { Observable } from '../../bridge/observable';

export const PAGE_SIZE = 200;

export interface TasksState {
  /** Undefined until the first good answer; soonest first. */
  readonly jobs?: readonly CronJobView[];
  readonly total: number;
  readonly error?: IpcError;
}

export class TasksModel {
  readonly state = new Observable<TasksState>({ total: 0 });
  readonly #api: Api;
  #unsubscribe: (() => void) | undefined;
  #wanted = PAGE_SIZE;
  #asking = false;
  #askAgain = false;

  constructor(options: { readonly api: Api }) {
    this.#api = options.api;
  }

  /** Subscribes, then loads; called when the page is shown for the first time. Idempotent. */
  start(): void {
    if (this.#unsubscribe) return;
    this.#unsubscribe = this.#api.on('cron.changed', () => void this.reload());
    void this.reload();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  showMore(): Promise<void> {
    this.#wanted += PAGE_SIZE;
    return this.reload();
  }

  /** Asks again; while a question is under way, once more after it. */
  async reload(): Promise<void> {
    this.#askAgain = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#askAgain) {
      this.#askAgain = false;
      await this.#ask();
    }
    this.#asking = false;
  }

  async #ask(): Promise<void> {
    const reply = await collectPages(
      this.#wanted,
      (limit, offset) => this.#api.call('cron.list', { includeDisabled: true, limit, offset }),
      (page) => page.jobs,
    );
    if (!this.#unsubscribe) return;
    if (reply.ok) this.state.set({ jobs: reply.value.rows, total: reply.value.total });
    else this.state.set({ ...this.state.get(), error: reply.error });
  }
}
