// Builds what the page lives on, once per window (or per test), and hands it to the components. The stores
// outlive pages, which is why the log's filters survive leaving it.

import { createContext, useCallback, useContext, useState, useSyncExternalStore } from 'react';
import type { GatehouseBridge, IpcError, IpcReply } from '../../shared/ipc/contract';
import { AuthLogModel } from '../features/auth-log/auth-log-model';
import { TasksModel } from '../features/tasks/tasks-model';
import { type Api, createApi } from './api';
import { DevicesStore } from './devices-store';
import type { Observable } from './observable';
import { SettingsStore } from './settings-store';
import { SnapshotStore } from './snapshot-store';
import { createTicker, type TimeSource } from './ticker';

export interface Services {
  readonly api: Api;
  readonly snapshots: SnapshotStore;
  readonly settings: SettingsStore;
  readonly authLog: AuthLogModel;
  readonly devices: DevicesStore;
  readonly tasks: TasksModel;
  readonly time: TimeSource;
}

export function createServices(options: {
  readonly bridge: GatehouseBridge;
  readonly now?: () => number;
}): Services {
  const api = createApi(options.bridge);
  return {
    api,
    snapshots: new SnapshotStore({ api }),
    settings: new SettingsStore({ api }),
    authLog: new AuthLogModel({ api }),
    devices: new DevicesStore({ api }),
    tasks: new TasksModel({ api }),
    time: createTicker(options.now),
  };
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('a component is used outside ServicesContext');
  return services;
}

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}

/** The page's clock, reduced by `select` so that a component renders only when its own text changes. */
export function useTime<T extends string | number | boolean>(select: (now: number) => T): T {
  const { time } = useServices();
  return useSyncExternalStore(time.subscribe, () => select(time.get()));
}

export interface Action<T> {
  readonly busy: boolean;
  readonly error: IpcError | undefined;
  /** The last good answer, until the next run. */
  readonly value: T | undefined;
  /** Resolves with true when main answered ok. A second run while busy does nothing. */
  run(): Promise<boolean>;
  reset(): void;
}

/** One button's call to main: busy while it runs, its error or its answer afterwards. */
export function useAction<T>(call: () => Promise<IpcReply<T>>): Action<T> {
  const [state, setState] = useState<{ busy: boolean; error?: IpcError; value?: T }>({ busy: false });
  const run = async () => {
    if (state.busy) return false;
    setState({ busy: true });
    const reply = await call();
    setState(reply.ok ? { busy: false, value: reply.value } : { busy: false, error: reply.error });
    return reply.ok;
  };
  const reset = useCallback(() => setState({ busy: false }), []);
  return { busy: state.busy, error: state.error, value: state.value, run, reset };
}
