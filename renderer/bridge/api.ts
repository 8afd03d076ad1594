// The page's one way to main: window.gatehouse behind a deadline. Used by the stores and by every button.
// Never throws: a bridge that breaks or stays silent is an error value like any other.

import type {
  GatehouseBridge,
  IpcCallName,
  IpcCalls,
  IpcEventName,
  IpcEvents,
  IpcReply,
} from '../../shared/ipc/contract';

declare global {
  interface Window {
    readonly gatehouse?: GatehouseBridge;
  }
}

/** Longer than main's own deadlines: this one only catches a main process that is gone or stuck. */
const DEADLINE_MS = 30_000;

export interface Api {
  call<K extends IpcCallName>(
    name: K,
    params?: IpcCalls[K]['params'],
  ): Promise<IpcReply<IpcCalls[K]['result']>>;
  on<K extends IpcEventName>(name: K, listener: (payload: IpcEvents[K]) => void): () => void;
}

export function createApi(bridge: GatehouseBridge, deadlineMs = DEADLINE_MS): Api {
  return {
    async call<K extends IpcCallName>(name: K, params?: IpcCalls[K]['params']) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const deadline = new Promise<IpcReply<IpcCalls[K]['result']>>((resolve) => {
        timer = setTimeout(
          () => resolve({ ok: false, error: { code: 'no_answer', message: `${name} got no answer` } }),
          deadlineMs,
        );
      });
      try {
        return await Promise.race([bridge.call(name, params), deadline]);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { ok: false, error: { code: 'bridge_failed', message } };
      } finally {
        clearTimeout(timer);
      }
    },
    on: (name, listener) => bridge.on(name, listener),
  };
}
