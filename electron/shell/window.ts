// The one window: hardened, showing app://gatehouse/, remembering its place. It reports a wish to close and leaves
// the decision to app.ts. A page that crashes is loaded again; the gateway never notices.

import { BrowserWindow, type BrowserWindowConstructorOptions, nativeImage, screen } from 'electron';
import type { IpcEventName, IpcEvents, PageId } from '../../shared/ipc/contract';
import { IPC_EVENT_CHANNEL } from '../../shared/ipc/names';
import { type Clock, delay } from '../core/lib/clock';
import { type Disposable, toDisposable } from '../core/lib/disposable';
import type { Logger } from '../core/lib/logger-port';
import { APP_URL } from './app-protocol';
import type { TrustedSenders } from './ipc/trusted-senders';
import { appBitmap } from './tray-icons';
import {
  type Area,
  MIN_HEIGHT,
  MIN_WIDTH,
  placeWindow,
  readWindowState,
  type WindowState,
  writeWindowState,
} from './window-state';

const READY_WITHIN_MS = 5_000;
const SAVE_AFTER_MS = 500;
const MAX_RELOADS = 3;
const RELOAD_WINDOW_MS = 60_000;
const ICON_PIXELS = 128;

/** Every switch a page could be harmed by, spelled out instead of left to a default that moves. */
export function windowOptions(facts: {
  readonly preload: string;
  readonly place: Partial<Area>;
  readonly isDark: boolean;
  readonly devTools: boolean;
  readonly title: string;
}): BrowserWindowConstructorOptions {
  return {
    ...facts.place,
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    show: false,
    title: facts.title,
    backgroundColor: backgroundFor(facts.isDark),
    autoHideMenuBar: true,
    webPreferences: {
      preload: facts.preload,
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
      // A spell checker would fetch dictionaries.
      spellcheck: false,
      devTools: facts.devTools,
    },
  };
}

function backgroundFor(isDark: boolean): string {
  return isDark ? '#12161c' : '#f6f7f9';
}

export class MainWindow {
  readonly #preload: string;
  readonly #stateFile: string;
  readonly #devTools: boolean;
  readonly #title: string;
  readonly #isDark: () => boolean;
  readonly #trusted: TrustedSenders;
  readonly #mayClose: () => boolean;
  readonly #onCloseWish: () => void;
  readonly #clock: Clock;
  readonly #log: Logger;
  #window: BrowserWindow | undefined;
  #state: WindowState | undefined;
  #saving: Disposable = toDisposable(() => undefined);
  #reloadedAt: readonly number[] = [];

  constructor(options: {
    readonly preload: string;
    readonly stateFile: string;
    readonly devTools: boolean;
    readonly title: string;
    readonly isDark: () => boolean;
    readonly trusted: TrustedSenders;
    /** False while the app lives: then a close is only a wish. */
    readonly mayClose: () => boolean;
    readonly onCloseWish: () => void;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#preload = options.preload;
    this.#stateFile = options.stateFile;
    this.#devTools = options.devTools;
    this.#title = options.title;
    this.#isDark = options.isDark;
    this.#trusted = options.trusted;
    this.#mayClose = options.mayClose;
    this.#onCloseWish = options.onCloseWish;
    this.#clock = options.clock;
    this.#log = options.logger;
  }

  /** Resolves when the page can be shown (and is, unless `hidden`), or after five seconds without it. */
  async start(hidden: boolean): Promise<void> {
    this.#state = await readWindowState(this.#stateFile);
    const window = new BrowserWindow({
      ...windowOptions({
        preload: this.#preload,
        place: placeWindow(
          this.#state,
          screen.getAllDisplays().map((display) => display.workArea),
        ),
        isDark: this.#isDark(),
        devTools: this.#devTools,
        title: this.#title,
      }),
      icon: appImage(),
    });
    this.#window = window;
    this.#trusted.add(window.webContents);
    if (this.#state.maximized && !hidden) window.maximize();
    this.#listen(window);
    await this.#load(window);
    if (!hidden) window.show();
  }

  stop(): void {
    this.#saving.dispose();
    this.#window?.destroy();
    this.#window = undefined;
  }

  show(page?: PageId): void {
    const window = this.#window;
    if (!window) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    if (page === undefined) return;
    // A page that is still loading has no listener yet.
    if (window.webContents.isLoading()) {
      window.webContents.once('did-finish-load', () => this.send('navigate', page));
    } else this.send('navigate', page);
  }

  hide(): void {
    this.#window?.hide();
  }

  minimise(): void {
    this.#window?.minimize();
  }

  close(): void {
    this.#window?.close();
  }

  /** For modal questions; undefined when there is no window. */
  get native(): BrowserWindow | undefined {
    return this.#window;
  }

  /** True exactly once per installation: the time to say that closing hides to the tray. */
  takeTrayAnnouncement(): boolean {
    if (!this.#state || this.#state.trayAnnounced) return false;
    this.#state = { ...this.#state, trayAnnounced: true };
    this.#saveSoon();
    return true;
  }

  followTheme(): void {
    this.#window?.setBackgroundColor(backgroundFor(this.#isDark()));
  }

  send<K extends IpcEventName>(name: K, payload: IpcEvents[K]): void {
    const contents = this.#window?.webContents;
    if (!contents || contents.isDestroyed() || contents.isCrashed()) return;
    contents.send(IPC_EVENT_CHANNEL, name, payload);
  }

  async #load(window: BrowserWindow): Promise<void> {
    const ready = new Promise<void>((resolve) => window.once('ready-to-show', () => resolve()));
    const loaded = window.loadURL(APP_URL).catch((error: unknown) => {
      this.#log.error('window.load-failed', { error });
    });
    const giveUp = new AbortController();
    await Promise.race([Promise.all([ready, loaded]), delay(this.#clock, READY_WITHIN_MS, giveUp.signal)]);
    giveUp.abort();
  }

  #listen(window: BrowserWindow): void {
    window.on('page-title-updated', (event) => event.preventDefault());
    window.on('close', (event) => {
      if (this.#mayClose()) return;
      event.preventDefault();
      this.#onCloseWish();
    });
    for (const change of ['resize', 'move', 'maximize', 'unmaximize'] as const) {
      // One overload per event name in Electron's typings; all four have the same shape.
      window.on(change as 'resize', () => this.#remember(window));
    }
    window.on('unresponsive', () => this.#log.warn('window.unresponsive'));
    window.webContents.on('render-process-gone', (_event, details) => {
      this.#log.error('window.page-gone', { reason: details.reason, exitCode: details.exitCode });
      if (!this.#mayClose() && details.reason !== 'clean-exit') this.#reload(window);
    });
  }

  /** A page that keeps crashing is left alone after three times a minute: tray and gateway go on. */
  #reload(window: BrowserWindow): void {
    const now = this.#clock.monotonicMs();
    this.#reloadedAt = [...this.#reloadedAt.filter((at) => now - at < RELOAD_WINDOW_MS), now];
    if (this.#reloadedAt.length > MAX_RELOADS || window.isDestroyed()) return;
    void this.#load(window);
  }

  #remember(window: BrowserWindow): void {
    if (!this.#state || window.isDestroyed() || window.isMinimized()) return;
    const { x, y, width, height } = window.getNormalBounds();
    this.#state = { ...this.#state, x, y, width, height, maximized: window.isMaximized() };
    this.#saveSoon();
  }

  #saveSoon(): void {
    this.#saving.dispose();
    this.#saving = this.#clock.setTimeout(() => {
      if (this.#state) void writeWindowState(this.#stateFile, this.#state);
    }, SAVE_AFTER_MS);
  }
}

function appImage() {
  const { size, pixels } = appBitmap(ICON_PIXELS);
  return nativeImage.createFromBitmap(pixels, { width: size, height: size });
}
