// Holds who asks to be let in and who is. Started with the page, because every page says when somebody waits.
// Subscribes before it fetches; main answers and pushes in one order, so what came last is what is.

import type { DevicesView, IpcError } from '../../shared/ipc/contract';
import type { Api } from './api';
import { Observable } from './observable';

/** The last good view and the last error are kept apart: a failing call never empties the list. */
export interface DevicesState {
  readonly view?: DevicesView;
  readonly error?: IpcError;
}

export class DevicesStore {
  readonly state = new Observable<DevicesState>({});
  readonly #api: Api;
  #unsubscribe: (() => void) | undefined;

  constructor(options: { readonly api: Api }) {
    this.#api = options.api;
  }

  /** Idempotent. */
  start(): void {
    if (this.#unsubscribe) return;
    this.#unsubscribe = this.#api.on('devices.changed', (view) => this.state.set({ view }));
    void this.reload();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  async reload(): Promise<void> {
    const reply = await this.#api.call('devices.list');
    if (!this.#unsubscribe) return;
    this.state.set(reply.ok ? { view: reply.value } : { ...this.state.get(), error: reply.error });
  }
}
