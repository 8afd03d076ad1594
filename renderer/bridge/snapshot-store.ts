// Holds the newest status snapshot. Subscribes before it fetches and drops whatever is older than what it has,
// so no change can fall between the two. The last good snapshot and the last error are kept apart: a failing
// call never blanks the page.

import type { IpcError } from '../../shared/ipc/contract';
import type { StatusSnapshot } from '../../shared/model/status';
import type { Api } from './api';
import { Observable } from './observable';

export interface SnapshotState {
  readonly snapshot?: StatusSnapshot;
  readonly error?: IpcError;
}

const RETRY_MS = 2_000;

export class SnapshotStore {
  readonly state = new Observable<SnapshotState>({});
  readonly #api: Api;
  #unsubscribe: (() => void) | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: { readonly api: Api }) {
    this.#api = options.api;
  }

  /** Idempotent. Resolves when the first answer, good or bad, is in. */
  async start(): Promise<void> {
    if (this.#unsubscribe) return;
    this.#unsubscribe = this.#api.on('status.changed', (snapshot) => this.#accept(snapshot));
    await this.#fetch();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    clearTimeout(this.#retry);
  }

  async #fetch(): Promise<void> {
    const reply = await this.#api.call('status.get');
    if (!this.#unsubscribe) return;
    if (reply.ok) {
      this.#accept(reply.value);
      return;
    }
    this.state.set({ ...this.state.get(), error: reply.error });
    this.#retry = setTimeout(() => void this.#fetch(), RETRY_MS);
  }

  #accept(snapshot: StatusSnapshot): void {
    const held = this.state.get().snapshot;
    // A restarted main counts from the beginning again; its start time tells the two apart.
    const stale = held && held.startedAt === snapshot.startedAt && snapshot.seq <= held.seq;
    this.state.set(stale ? { snapshot: held } : { snapshot });
  }
}
