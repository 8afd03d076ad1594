import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSniWatcher } from '../doubles/sni-watcher';
import type { TestApp } from '../helpers/electron-app';
import { appEnv, electronArguments, electronExecutable, isProven, launchApp } from '../helpers/electron-app';

async function withTray(env: Readonly<Record<string, string>> = {}) {
  const watcher = await startSniWatcher();
  onTestFinished(() => watcher.stop());
  const app = await launchApp({ env });
  onTestFinished(() => app.stop());
  await app.status(isProven);
  const item = await watcher.item();
  // A menu that is drawn again has other entries: a click on one of before goes nowhere.
  await until(item.menu, ([first]) => first?.label.startsWith('Running, proven at') ?? false);
  return { app, watcher, item };
}

function isVisible(app: TestApp): Promise<boolean> {
  return app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false);
}

/** The desktop is another process: what it shows may be a redraw behind. */
async function until<T>(read: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + 20_000;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > giveUpAt) throw new Error(`never came: last was ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the tray on a desktop that has one', () => {
  it('shows another icon, tooltip and menu for another state', async () => {
    const { app, item } = await withTray();
    const labels = async () => (await item.menu()).map(({ label }) => label);
    const running = await until(item.icon, ({ tooltip }) => tooltip.includes('Running, proven at'));
    expect(running.tooltip).toContain('ws://127.0.0.1:');
    const up = await until(labels, (found) => found[0]?.startsWith('Running') ?? false);
    expect(up).toEqual([
      expect.stringMatching(/^Running, proven at \d\d:\d\d$/),
      expect.stringMatching(/^Copy address ws:\/\/127\.0\.0\.1:\d+$/),
      'Check now',
      'Restart gateway',
      'Stop gateway',
      'Open Gatehouse',
      'Open auth log',
      'Settings',
      'Quit',
    ]);
    await item.choose('Stop gateway');
    await app.status(({ gateway }) => gateway.state === 'stopped');
    const stopped = await until(item.icon, ({ tooltip }) => tooltip.includes('Gateway stopped'));
    expect(stopped.pixels).not.toBe(running.pixels);
    const down = await until(labels, (found) => found.includes('Start gateway'));
    expect(down).toEqual([
      'Gateway stopped',
      'Start gateway',
      'Open Gatehouse',
      'Open auth log',
      'Settings',
      'Quit',
    ]);
    await item.choose('Start gateway');
    await app.status(isProven);
    const again = await until(item.icon, ({ tooltip }) => tooltip.includes('Running, proven at'));
    expect(again.pixels).toBe(running.pixels);
  });

  it('copies the address and opens the page that an entry is about', async () => {
    const { app, item } = await withTray();
    await item.choose(/^Copy address/);
    const { gateway } = await app.call('status.get');
    const copied = () => app.electron.evaluate(({ clipboard }) => clipboard.readText());
    expect(await until(copied, (text) => text !== '')).toBe(gateway.url);
    await item.choose('Open auth log');
    await app.page.getByTestId('page-auth-log').waitFor();
    await item.choose('Settings');
    await app.page.getByTestId('page-settings').waitFor();
  });

  it('takes the window on close and gives it back on a click, with the gateway running all the while', async () => {
    const { app, item } = await withTray();
    const before = await app.call('status.get');
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await until(
      () => isVisible(app),
      (visible) => !visible,
    );
    expect((await app.call('status.get')).gateway.url).toBe(before.gateway.url);
    await item.activate();
    await until(() => isVisible(app), Boolean);
  });

  it('starts hidden when asked to, and quits from the menu', async () => {
    const { app, item, watcher } = await withTray();
    await app.call('settings.update', { ui: { startHidden: true } });
    await item.choose('Quit');
    expect(await app.exited).toBe(0);

    const second = await launchApp({ home: app.home });
    onTestFinished(() => second.stop());
    await second.status(isProven);
    expect(await isVisible(second)).toBe(false);
    await (await watcher.item(2)).activate();
    await until(() => isVisible(second), Boolean);
  });

  it('registers again when the desktop’s panel is restarted', async () => {
    const { app, watcher } = await withTray();
    watcher.stop();
    const next = await startSniWatcher();
    onTestFinished(() => next.stop());
    const item = await next.item();
    await until(item.icon, ({ tooltip }) => tooltip.includes('Running'));
    expect((await app.call('status.get')).notices.map(({ code }) => code)).not.toContain('no-tray');
  });
});

describe('the window on a desktop without a tray', () => {
  it('is never hidden: a close asks, and minimises or quits', async () => {
    const app = await launchApp();
    onTestFinished(() => app.stop());
    const { notices } = await app.status(isProven);
    expect(notices.map(({ code }) => code)).toContain('no-tray');
    expect((await app.call('app.info')).hasTray).toBe(false);
    await app.electron.evaluate(({ dialog }) => {
      const asked: string[] = [];
      (globalThis as Record<string, unknown>).__asked = asked;
      dialog.showMessageBox = (async (...args: readonly { readonly message?: string }[]) => {
        asked.push(args.at(-1)?.message ?? '');
        return { response: asked.length === 1 ? 2 : 1, checkboxChecked: false };
      }) as unknown as typeof dialog.showMessageBox;
    });
    const close = () =>
      app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    const asked = () =>
      app.electron.evaluate(() => (globalThis as Record<string, unknown>).__asked as readonly string[]);
    await close();
    expect(await until(asked, (list) => list.length === 1)).toEqual(['This desktop shows no tray icon.']);
    expect(await isVisible(app)).toBe(true);
    await close();
    expect(await app.exited).toBe(0);
  });

  it('is shown although it should start hidden, and found again by a second start', async () => {
    const first = await launchApp();
    onTestFinished(() => first.stop());
    await first.status(isProven);
    await first.call('settings.update', { ui: { startHidden: true } });
    const kept = first.home;
    await first.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
    const arguments_ = [...electronArguments(), '--gatehouse-token=untrusted', '/etc/passwd'];
    const second = spawn(electronExecutable(), arguments_, {
      env: appEnv(kept),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    second.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [code] = await once(second, 'close');
    expect([code, output]).toEqual([
      0,
      'Gatehouse is already running: its window was brought to the front.\n',
    ]);
    await until(() => isVisible(first), Boolean);
    expect((await first.call('status.get')).gateway.state).toBe('listening');
  });
});
