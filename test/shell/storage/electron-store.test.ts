// electron-store itself needs Electron only for two paths and one listener: with those given, the class that the
// app injects is proven to read `name`, write the same bytes as conf, and answer nobody's IPC message.

import type { EventEmitter } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import Conf from 'conf';
import { expect, it, vi } from 'vitest';
import { ElectronStore } from '../../../electron/shell/storage/electron-stores';
import type { StoreClass } from '../../../electron/shell/storage/store-class';
import { credentialFile, ROUTINE, startedOn, tempHome } from './temp-home';

const electron = vi.hoisted(() => ({ ipcMain: undefined as EventEmitter | undefined }));

vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  electron.ipcMain = new Emitter();
  const members = {
    app: { getPath: () => '/nowhere', getVersion: () => '0.0.0' },
    ipcMain: electron.ipcMain,
    ipcRenderer: undefined,
    shell: {},
  };
  return { ...members, default: members };
});

it('keeps the credential as conf does, and leaves no synchronous IPC listener', async () => {
  const Store: StoreClass = ElectronStore;
  const home = await tempHome();
  const app = await startedOn(home, { Store });
  await app.tokens.rotate(ROUTINE);
  expect((await stat(credentialFile(home))).mode & 0o777).toBe(0o600);
  expect(electron.ipcMain?.listenerCount('electron-store-get-data')).toBe(0);
  const text = await readFile(credentialFile(home), 'utf8');

  const headless = await startedOn(home, { Store: Conf });
  expect(headless.secret()).toBe(app.secret());
  expect(await readFile(credentialFile(home), 'utf8')).toBe(text);
  await headless.tokens.rotate(ROUTINE);
  expect((await startedOn(home, { Store })).secret()).toBe(headless.secret());
});
