// electron-store as the injected StoreClass of the desktop app. The headless entry injects `conf` instead.
// electron-store answers a synchronous IPC message for renderers, from any sender: that listener is removed.

import { ipcMain } from 'electron';
import ElectronStoreBase from 'electron-store';
import type { StoreOptions } from './store-class';

export class ElectronStore extends ElectronStoreBase<Record<string, unknown>> {
  constructor(options: StoreOptions) {
    super(options);
    ipcMain.removeAllListeners('electron-store-get-data');
  }
}
