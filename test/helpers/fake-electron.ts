// What `import 'electron'` means in tests that run on plain Node: a name that says clearly what went wrong.
// The npm package would download a binary here. Tests of the shell replace single members with vi.mock or by injection.

function forbidden(name: string): never {
  throw new Error(
    `electron.${name} was used in a test without Electron: inject it, or move the test to test/e2e`,
  );
}

function member(name: string): unknown {
  // A callable target, so that both `new Tray()` and `app.getPath()` arrive at the message above.
  return new Proxy(function unavailable() {}, {
    get: (_target, key) => (typeof key === 'symbol' ? undefined : forbidden(`${name}.${key}`)),
    apply: () => forbidden(`${name}()`),
    construct: () => forbidden(`${name} (new)`),
  });
}

export const app = member('app');
export const BrowserWindow = member('BrowserWindow');
export const clipboard = member('clipboard');
export const contextBridge = member('contextBridge');
export const dialog = member('dialog');
export const ipcMain = member('ipcMain');
export const ipcRenderer = member('ipcRenderer');
export const Menu = member('Menu');
export const nativeImage = member('nativeImage');
export const nativeTheme = member('nativeTheme');
export const net = member('net');
export const Notification = member('Notification');
export const powerMonitor = member('powerMonitor');
export const protocol = member('protocol');
export const safeStorage = member('safeStorage');
export const screen = member('screen');
export const session = member('session');
export const shell = member('shell');
export const Tray = member('Tray');
export const webContents = member('webContents');
export default member('default');
