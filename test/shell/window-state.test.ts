import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { closeChoice, startsHidden } from '../../electron/shell/close-policy';
import { windowOptions } from '../../electron/shell/window';
import { placeWindow, readWindowState, writeWindowState } from '../../electron/shell/window-state';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };

async function stateFile(): Promise<string> {
  return path.join(await mkdtemp(path.join(tmpdir(), 'gatehouse-window-')), 'window.json');
}

describe('the window’s remembered place', () => {
  it('comes back as it was written, in a file that only its owner reads', async () => {
    const file = await stateFile();
    const state = {
      ...(await readWindowState(file)),
      x: 10,
      y: 20,
      width: 1000,
      height: 700,
      trayAnnounced: true,
    };
    await writeWindowState(file, state);
    expect(await readWindowState(file)).toEqual(state);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(path.dirname(file))).toEqual(['window.json']);
  });

  it.each(['', '{', 'null', '{"width":1}', '{"width":1e9}', '{"surprise":true}'])(
    'is the default when the file holds %j',
    async (text) => {
      const file = await stateFile();
      await writeFile(file, text);
      expect(await readWindowState(file)).toMatchObject({ width: 1180, height: 780, trayAnnounced: false });
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );

  it('is used only when its title bar can be grabbed on a screen', async () => {
    const size = { width: 1000, height: 700 };
    const state = { ...size, maximized: false, trayAnnounced: false };
    expect(placeWindow({ ...state, x: 100, y: 100 }, [SCREEN])).toEqual({ x: 100, y: 100, ...size });
    expect(placeWindow({ ...state, x: 5000, y: 100 }, [SCREEN])).toEqual(size);
    expect(placeWindow({ ...state, x: 100, y: -500 }, [SCREEN])).toEqual(size);
    expect(placeWindow({ ...state, x: -950, y: 100 }, [SCREEN])).toEqual(size);
    expect(placeWindow({ ...state, width: 4000, height: 3000 }, [SCREEN])).toEqual({
      width: 1920,
      height: 1080,
    });
    expect(placeWindow(state, [])).toEqual(size);
  });
});

describe('the window', () => {
  it('is hidden only where a tray can bring it back', () => {
    const facts = [true, false].flatMap((a) => [true, false].map((b) => [a, b] as const));
    expect(facts.map(([closeToTray, hasTrayHost]) => closeChoice({ closeToTray, hasTrayHost }))).toEqual([
      'hide',
      'ask-without-tray',
      'quit',
      'quit',
    ]);
    expect(facts.map(([startHidden, hasTrayHost]) => startsHidden({ startHidden, hasTrayHost }))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('has every dangerous switch off, whatever Electron’s defaults are', () => {
    const options = windowOptions({
      preload: '/p.cjs',
      place: {},
      isDark: true,
      devTools: false,
      title: 'Gatehouse',
    });
    expect(options).toMatchObject({ show: false, minWidth: 900, minHeight: 600, title: 'Gatehouse' });
    expect(options.webPreferences).toEqual({
      preload: '/p.cjs',
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
  });
});
