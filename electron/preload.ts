// Runs in the sandboxed page before any of its code and exposes window.gatehouse, nothing else. Knows names only:
// unknown calls and events are refused here and again in main. Never hands an Electron event or object to the page.

import { contextBridge, ipcRenderer } from 'electron';
import type { GatehouseBridge } from '../shared/ipc/contract';
import { IPC_CALL_CHANNEL, IPC_CALL_NAMES, IPC_EVENT_CHANNEL, IPC_EVENT_NAMES } from '../shared/ipc/names';

const calls: ReadonlySet<unknown> = new Set(IPC_CALL_NAMES);
const events: ReadonlySet<unknown> = new Set(IPC_EVENT_NAMES);

const bridge: GatehouseBridge = {
  call(name, params) {
    if (!calls.has(name)) {
      return Promise.resolve({ ok: false, error: { code: 'unknown_call', message: 'no such call' } });
    }
    return ipcRenderer.invoke(IPC_CALL_CHANNEL, name, params);
  },
  on(name, listener) {
    if (!events.has(name) || typeof listener !== 'function') throw new TypeError('no such event');
    const receive = (_event: unknown, arrived: unknown, payload: unknown) => {
      // main is the only sender on this channel and sends what contract.ts says for that name.
      if (arrived === name) (listener as (value: unknown) => void)(payload);
    };
    ipcRenderer.on(IPC_EVENT_CHANNEL, receive);
    return () => {
      ipcRenderer.removeListener(IPC_EVENT_CHANNEL, receive);
    };
  },
};

contextBridge.exposeInMainWorld('gatehouse', bridge);
