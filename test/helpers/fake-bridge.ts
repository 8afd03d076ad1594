// A strict stand-in for window.gatehouse: every call must have been given an answer, every call is recorded, and
// events reach exactly the listeners that are subscribed. Used by the renderer's tests only.

import type {
  GatehouseBridge,
  IpcCallName,
  IpcCalls,
  IpcError,
  IpcEventName,
  IpcEvents,
  IpcReply,
} from '../../shared/ipc/contract';
import { IPC_CALL_NAMES, IPC_EVENT_NAMES } from '../../shared/ipc/names';

type Handler<K extends IpcCallName> = (
  params: IpcCalls[K]['params'],
) => IpcReply<IpcCalls[K]['result']> | Promise<IpcReply<IpcCalls[K]['result']>>;

export interface RecordedCall {
  readonly name: IpcCallName;
  readonly params: unknown;
}

export function replied<T>(value: T): IpcReply<T> {
  return { ok: true, value };
}

export function failed(error: Partial<IpcError> & { readonly code: string }): {
  readonly ok: false;
  readonly error: IpcError;
} {
  return { ok: false, error: { message: `message of ${error.code}`, ...error } };
}

export class FakeBridge implements GatehouseBridge {
  readonly calls: RecordedCall[] = [];
  readonly #handlers = new Map<IpcCallName, (params: unknown) => unknown>();
  readonly #listeners = new Map<IpcEventName, Set<(payload: unknown) => void>>();

  /** What main answers from now on. */
  answer<K extends IpcCallName>(name: K, handler: Handler<K>): this {
    this.#handlers.set(name, handler as (params: unknown) => unknown);
    return this;
  }

  call<K extends IpcCallName>(
    name: K,
    params?: IpcCalls[K]['params'],
  ): Promise<IpcReply<IpcCalls[K]['result']>> {
    if (!(IPC_CALL_NAMES as readonly string[]).includes(name))
      throw new Error(`no such call in the contract: ${name}`);
    const handler = this.#handlers.get(name);
    if (!handler) throw new Error(`the page called ${name}, for which this test has no answer`);
    this.calls.push({ name, params });
    // As over real IPC: only plain data crosses, and the answer never comes in the same turn.
    const crossed = params === undefined ? undefined : structuredClone(params);
    return Promise.resolve()
      .then(() => handler(crossed))
      .then((reply) => structuredClone(reply) as IpcReply<IpcCalls[K]['result']>);
  }

  on<K extends IpcEventName>(name: K, listener: (payload: IpcEvents[K]) => void): () => void {
    if (!(IPC_EVENT_NAMES as readonly string[]).includes(name))
      throw new Error(`no such event in the contract: ${name}`);
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    const entry = listener as (payload: unknown) => void;
    set.add(entry);
    return () => {
      if (!set.delete(entry)) throw new Error(`unsubscribed twice from ${name}`);
    };
  }

  emit<K extends IpcEventName>(name: K, payload: IpcEvents[K]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(structuredClone(payload));
  }

  listenerCount(name: IpcEventName): number {
    return this.#listeners.get(name)?.size ?? 0;
  }

  /** Parameters of every call of that name, in order. */
  paramsOf(name: IpcCallName): readonly unknown[] {
    return this.calls.filter((call) => call.name === name).map((call) => call.params);
  }
}
