import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isListening, launchApp, type TestApp } from '../helpers/electron-app';

let app: TestApp;
beforeAll(async () => {
  app = await launchApp();
  await app.status(isListening);
});
afterAll(() => app.stop());

describe('the real window', () => {
  it('runs isolated and sandboxed, for every web contents there is', async () => {
    const preferences = await app.electron.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => ({
        url: contents.getURL(),
        // Not in the typings of every version we check against.
        ...(contents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences(),
      })),
    );
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatchObject({
      url: 'app://gatehouse/',
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    });
  });

  it('gives the page nothing of Node or Electron, only the two functions of the bridge', async () => {
    const found = await app.page.evaluate(() => {
      const all = window as unknown as Record<string, unknown>;
      const node = ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'];
      return {
        node: node.filter((name) => name in all),
        bridge: Object.keys(all.gatehouse as object).sort(),
      };
    });
    expect(found).toEqual({ node: [], bridge: ['call', 'on'] });
  });

  it('refuses unknown calls and events at the bridge', async () => {
    const answers = await app.page.evaluate(async () => {
      const { gatehouse } = window as unknown as {
        gatehouse: { call(name: unknown): Promise<unknown>; on(name: unknown, listener: unknown): unknown };
      };
      let event = 'no error';
      try {
        gatehouse.on('gatehouse:event', () => undefined);
      } catch (error) {
        event = (error as Error).message;
      }
      return [await gatehouse.call('fs.readFile'), event];
    });
    expect(answers).toEqual([
      { ok: false, error: { code: 'unknown_call', message: 'no such call' } },
      'no such event',
    ]);
  });

  it('runs no inline script and no eval', async () => {
    const ran = await app.page.evaluate(
      () =>
        new Promise((resolve) => {
          const all = window as unknown as Record<string, unknown>;
          const script = document.createElement('script');
          script.textContent = 'window.__inline = true';
          document.head.append(script);
          // From a timer, so that the debugger that runs this function does not lend its own permission.
          setTimeout(() => {
            let evaluated = 'ran';
            try {
              new Function('return 1')();
            } catch (error) {
              evaluated = (error as Error).name;
            }
            resolve({ inline: all.__inline === true, evaluated });
          }, 50);
        }),
    );
    expect(ran).toEqual({ inline: false, evaluated: 'EvalError' });
  });

  it('reaches no network and no file', async () => {
    const outcomes = await app.page.evaluate(
      async (gateway) => {
        const tried = ['https://example.com/', 'file:///etc/passwd', 'app://gatehouse/index.html', gateway];
        const fetched = tried.map((url) =>
          fetch(url).then(
            () => 'fetched',
            () => 'refused',
          ),
        );
        const socket = new Promise((resolve) => {
          try {
            const opened = new WebSocket(gateway.replace('http', 'ws'));
            opened.onopen = () => resolve('opened');
            opened.onerror = () => resolve('refused');
          } catch {
            resolve('refused');
          }
        });
        return [...(await Promise.all(fetched)), await socket];
      },
      (await app.status(isListening)).gateway.url!.replace('ws', 'http'),
    );
    expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused', 'refused']);
  });

  it('navigates nowhere, opens no window, and hands only https to the system', async () => {
    await app.electron.evaluate(({ shell }) => {
      const opened: string[] = [];
      (globalThis as Record<string, unknown>).__opened = opened;
      shell.openExternal = async (url: string) => {
        opened.push(url);
      };
    });
    const windows = await app.page.evaluate(() =>
      ['https://example.com/a', 'http://example.com/', 'file:///etc/passwd', 'javascript:alert(1)'].map(
        (url) => window.open(url) === null,
      ),
    );
    await app.page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    await app.page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'file:///etc/passwd';
      document.body.append(link);
      link.click();
      link.remove();
    });
    const facts = await app.electron.evaluate(({ webContents }) => ({
      urls: webContents.getAllWebContents().map((contents) => contents.getURL()),
      opened: (globalThis as Record<string, unknown>).__opened,
    }));
    expect(windows).toEqual([true, true, true, true]);
    expect(facts).toEqual({ urls: ['app://gatehouse/'], opened: ['https://example.com/a'] });
  });

  it('grants no permission', async () => {
    const answers = await app.page.evaluate(async () => [
      await Notification.requestPermission(),
      await navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'granted',
        () => 'refused',
      ),
      await navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state),
      await navigator.clipboard.readText().then(
        () => 'read',
        () => 'refused',
      ),
    ]);
    expect(answers).toEqual(['denied', 'refused', 'denied', 'refused']);
  });

  it('keeps its page on Ctrl+R and runs a check instead', async () => {
    await app.page.evaluate(() => {
      (window as unknown as Record<string, unknown>).__mark = 'here';
    });
    await app.electron.evaluate(({ BrowserWindow, Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
      const item = items?.find((each) => each.accelerator === 'CommandOrControl+R');
      item?.click(undefined, BrowserWindow.getAllWindows()[0], undefined);
    });
    await app.page.keyboard.press('Control+r');
    await app.status(({ probe }) => probe.last?.trigger === 'demand');
    const mark = await app.page.evaluate(() => (window as unknown as Record<string, unknown>).__mark);
    expect(mark).toBe('here');
  });

  it('comes back by itself when its page crashes, while the gateway goes on', async () => {
    const before = await app.status(isListening);
    const back = app.electron.evaluate(
      ({ webContents }) =>
        new Promise<string>((resolve) => {
          const [contents] = webContents.getAllWebContents();
          contents?.once('did-finish-load', () => {
            const read = "gatehouse.call('status.get').then((reply) => JSON.stringify(reply.value))";
            void contents.executeJavaScript(read).then(resolve);
          });
          contents?.forcefullyCrashRenderer();
        }),
    );
    const after = JSON.parse(await back) as typeof before;
    expect(after.gateway.url).toBe(before.gateway.url);
    expect(after.seq).toBeGreaterThanOrEqual(before.seq);
  });
});
