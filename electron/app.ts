// Composition root of the desktop app: builds shell and core, starts them in a visible order, stops them in reverse.
// main.ts calls openApp once, after Electron is ready. The window comes before the credential, because a locked
// keychain can block, and because "locked" and "port taken" need somewhere to be shown.

import path from 'node:path';
import {
  app,
  ipcMain,
  Menu,
  Notification,
  nativeTheme,
  powerMonitor,
  protocol,
  session,
  shell,
  clipboard as systemClipboard,
} from 'electron';
import { assertNever } from '../shared/assert-never';
import type { AppInfo, PageId } from '../shared/ipc/contract';
import { startAdopting } from './core/adopt-virtual-secrets';
import { builtinAdapters } from './core/channels/adapters/index';
import { createCore } from './core/core';
import { findPortOwner } from './core/diagnosis/port-owner';
import { systemClock as clock } from './core/lib/clock';
import { DisposableStore } from './core/lib/disposable';
import { FileLogger } from './core/lib/file-logger';
import { systemRandom } from './core/lib/random';
import { Redactor } from './core/lib/redactor';
import { err, ok, type Result } from './core/lib/result';
import type { HomePaths } from './core/ports';
import { announcement, VIRTUAL_DISPLAY_HINT } from './shell/announce';
import { serveApp } from './shell/app-protocol';
import { ClipboardGuard } from './shell/clipboard';
import { closeChoice, startsHidden } from './shell/close-policy';
import { createHandlers } from './shell/ipc/handlers';
import { IpcServer } from './shell/ipc/ipc-server';
import { Push } from './shell/ipc/push';
import { SettingsFeed } from './shell/ipc/settings-feed';
import { TrustedSenders } from './shell/ipc/trusted-senders';
import { validators } from './shell/ipc/validators';
import { LateSecretBox } from './shell/late-secret-box';
import { Lifecycle, type Step } from './shell/lifecycle';
import { applicationMenu } from './shell/menu';
import { askWithoutTray, confirmQuit, sayInTray, showRefusal } from './shell/questions';
import { QuitController } from './shell/quit';
import { guardContents, guardSession } from './shell/session-guards';
import { type Locale, resolveLocale, shellTexts } from './shell/shell-texts';
import { openDeviceRepository } from './shell/storage/device-repository';
import { ElectronStore } from './shell/storage/electron-stores';
import { lockHome, preparePaths } from './shell/storage/home';
import { openKeychainSecretBox } from './shell/storage/keychain-secret-box';
import type { SecretBox } from './shell/storage/secret-box';
import { openSecretVault } from './shell/storage/secret-vault';
import { openSettings } from './shell/storage/settings-store';
import { openTokenRepository } from './shell/storage/token-repository';
import { systemProxy } from './shell/system-proxy';
import { createTray, TrayPresenter } from './shell/tray';
import { findTrayHost, runCommand } from './shell/tray-host';
import { TrayHostMonitor } from './shell/tray-host-monitor';
import { type TrayAction, trayView } from './shell/tray-view';
import { MainWindow } from './shell/window';

/** Where the built page and preload lie, seen from out/main. */
const RENDERER = path.join(__dirname, '../renderer');
const PRELOAD = path.join(__dirname, '../preload/preload.cjs');

export interface RunningApp {
  /** Resolves when everything is up or has said why not. */
  start(): Promise<void>;
  showWindow(): void;
  requestQuit(): void;
  quitNow(cause: 'signal'): Promise<void>;
  reportCrash(error: unknown): void;
}

/** Takes the home and builds the app; a sentence when the home cannot be used. Starts nothing visible yet. */
export async function openApp(home: string): Promise<Result<RunningApp, string>> {
  const texts = shellTexts(resolveLocale('system', app.getLocale()));
  let paths: HomePaths;
  try {
    paths = await preparePaths(home);
  } catch (error) {
    return refuse(texts.homeUnusable(error instanceof Error ? error.message : String(error)));
  }
  const lock = lockHome(paths.home);
  if (!lock.ok) {
    const { pid, detail } = lock.error;
    return refuse(pid === undefined ? texts.homeUnusable(detail) : texts.homeInUse(pid));
  }
  const redactor = new Redactor();
  const fileLogger = new FileLogger({ dir: paths.logsDir, clock, redactor });
  await fileLogger.start();
  return ok(buildApp({ paths, fileLogger, redactor, releaseHome: lock.value.release }));
}

/** Said on the terminal by main.ts, and on screen where somebody can see it. */
async function refuse(sentence: string): Promise<Result<never, string>> {
  if (!process.env.GATEHOUSE_VIRTUAL_DISPLAY) await showRefusal(sentence);
  return err(sentence);
}

interface Ground {
  readonly paths: HomePaths;
  readonly fileLogger: FileLogger;
  readonly redactor: Redactor;
  readonly releaseHome: () => void;
}

function buildApp({ paths, fileLogger, redactor, releaseHome }: Ground): RunningApp {
  const { home } = paths;
  const logger = fileLogger.logger.child('shell');
  const opened = openSettings({ Store: ElectronStore, home, clock, logger, env: process.env });
  const { settings } = opened;
  const box = new LateSecretBox(() => openKeychainSecretBox(logger), sayHowSealed);
  const storage = { Store: ElectronStore, home, box, clock, logger };
  const vault = openSecretVault(storage);
  const core = createCore({
    isCredentialAmbiguous: opened.isCredentialAmbiguous,
    paths,
    version: __GATEHOUSE_VERSION__,
    clock,
    random: systemRandom,
    fileLogger,
    redactor,
    settings,
    configDocument: opened.document,
    repository: openTokenRepository(storage),
    devices: openDeviceRepository(storage),
    vault,
    adapters: builtinAdapters,
    findPortOwner: (port) => findPortOwner(port),
    resolveProxy: systemProxy(() => session.defaultSession),
  });

  const lifetime = new DisposableStore();
  const locale = (): Locale => resolveLocale(settings.get().ui.language, app.getLocale());
  const texts = () => shellTexts(locale());
  const clipboard = new ClipboardGuard({ clipboard: systemClipboard, clock });
  const trusted = new TrustedSenders();

  const window = new MainWindow({
    preload: PRELOAD,
    stateFile: path.join(home, 'window.json'),
    devTools: !app.isPackaged,
    // Set by `npm run demo`: nobody shall take its made-up vendors for real ones.
    title: process.env.GATEHOUSE_DEMO ? 'Gatehouse – demo' : 'Gatehouse',
    isDark: () => nativeTheme.shouldUseDarkColors,
    trusted,
    mayClose: () => quit.isQuitting,
    onCloseWish: () => inBackground('close', closeWindow()),
    clock,
    logger,
  });
  const tray = new TrayPresenter({
    create: () => createTray({ platform: process.platform, onAction: onTrayAction }),
    view: () => trayView(core.status.snapshot(), locale(), clock.now()),
    clock,
    logger,
  });
  const trayHost = new TrayHostMonitor({
    find: () => findTrayHost({ platform: process.platform, env: process.env, run: runCommand }),
    onChanged: onTrayHostChanged,
    clock,
  });
  const settingsFeed = new SettingsFeed(settings);
  const push = new Push({
    clock,
    send: (name, payload) => window.send(name, payload),
    onStatus: core.status.onChanged,
    onAuthEvent: core.authLog.onAppended,
    pairing: core.pairing,
    onCronEvent: core.cron.onEvent,
    onMessage: core.journal.onAppended,
    settings: settingsFeed,
  });
  const ipc = new IpcServer({
    port: ipcMain,
    trusted,
    validators,
    handlers: createHandlers({
      core,
      settings: settingsFeed,
      clipboard,
      info,
      openDataFolder: async () => {
        const problem = await shell.openPath(home);
        if (problem) logger.warn('app.open-folder-failed', { problem });
      },
      requestQuit,
    }),
    logger,
  });

  const steps: readonly Step[] = [
    { name: 'log', start: () => undefined, stop: stopLog },
    { name: 'settings', start: startSettings, stop: () => lifetime.dispose() },
    { name: 'status', start: announceStatus },
    { name: 'ipc', start: startIpc, stop: stopIpc },
    { name: 'window', start: startWindow, stop: () => window.stop() },
    { name: 'tray', start: startTray, stop: stopTray },
    { name: 'core', start: startCore, stop: () => core.stop(), stopWithinMs: 2_000 },
  ];
  const lifecycle = new Lifecycle({ steps, clock, logger });
  const quit = new QuitController({
    clients: () => core.gateway.status().clients,
    confirm: (clients) => confirmQuit(window.native, texts(), clients),
    stop: () => lifecycle.stop(),
    exit: (code) => app.exit(code),
    clock,
    logger,
  });

  function sayHowSealed({ backend }: SecretBox): void {
    if (backend === 'keychain') return;
    core.status.setNotice({ id: 'plain', severity: 'warning', code: 'secret-not-encrypted', params: {} });
  }

  function startSettings(): void {
    const apply = () => {
      const { theme } = settings.get().ui;
      if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme;
      buildMenu();
      tray.changed();
    };
    apply();
    lifetime.add(settings.onChanged(apply));
    const followTheme = () => window.followTheme();
    nativeTheme.on('updated', followTheme);
    lifetime.addFn(() => nativeTheme.off('updated', followTheme));
    for (const notice of opened.notices) core.status.setNotice(notice);
  }

  function announceStatus(): void {
    let said: string | undefined;
    let isHintDue = Boolean(process.env.GATEHOUSE_VIRTUAL_DISPLAY);
    lifetime.add(
      core.status.onChanged((snapshot) => {
        tray.changed();
        const line = announcement(snapshot);
        // A retry passes through "starting"; only a stop makes the same line news again.
        if (line === undefined ? snapshot.gateway.state !== 'stopped' : line === said) return;
        said = line;
        if (!line) return;
        say(line);
        if (isHintDue) say(VIRTUAL_DISPLAY_HINT);
        isHintDue = false;
      }),
    );
  }

  function startIpc(): void {
    guardSession(session.defaultSession, logger);
    guardContents(app, { logger, openExternal: (url) => shell.openExternal(url) });
    serveApp(protocol, RENDERER);
    ipc.start();
    push.start();
  }

  async function stopIpc(): Promise<void> {
    push.stop();
    ipc.stop();
    await clipboard.takeBack();
  }

  async function startWindow(): Promise<void> {
    const hasTrayHost = await trayHost.refresh();
    await window.start(startsHidden({ startHidden: settings.get().ui.startHidden, hasTrayHost }));
  }

  function startTray(): void {
    tray.start();
    trayHost.start();
    if (!trayHost.isPresent) onTrayHostChanged(false);
    // The view also depends on the age of the last proof.
    lifetime.add(clock.setInterval(() => tray.changed(), 30_000));
  }

  function stopTray(): void {
    trayHost.stop();
    tray.stop();
  }

  async function startCore(): Promise<void> {
    await startAdopting(core, vault, opened);
    powerMonitor.on('resume', core.resume);
    lifetime.addFn(() => powerMonitor.off('resume', core.resume));
  }

  async function stopLog(): Promise<void> {
    await fileLogger.stop();
    releaseHome();
  }

  function onTrayHostChanged(isPresent: boolean): void {
    if (isPresent) {
      core.status.clearNotice('no-tray');
      tray.recreate();
    } else core.status.setNotice({ id: 'no-tray', severity: 'info', code: 'no-tray', params: {} });
  }

  function onTrayAction(action: TrayAction): void {
    switch (action.kind) {
      case 'open':
        window.show(action.page);
        return;
      case 'copy-address': {
        const { url } = core.gateway.status();
        if (url) inBackground('copy', clipboard.putText(url));
        return;
      }
      case 'start':
        inBackground('start', core.gateway.start());
        return;
      case 'stop':
        inBackground('stop', core.gateway.stop('stopped'));
        return;
      case 'restart':
        inBackground('restart', core.gateway.restart());
        return;
      case 'probe':
        inBackground('probe', core.probe.run('demand'));
        return;
      case 'quit':
        requestQuit();
        return;
      default:
        assertNever(action);
    }
  }

  async function closeWindow(): Promise<void> {
    const { closeToTray } = settings.get().ui;
    const choice = closeChoice({ closeToTray, hasTrayHost: closeToTray && (await trayHost.refresh()) });
    if (choice === 'quit') requestQuit();
    else if (choice === 'hide') {
      window.hide();
      if (Notification.isSupported() && window.takeTrayAnnouncement()) sayInTray(texts());
    } else await closeWithoutTray();
  }

  async function closeWithoutTray(): Promise<void> {
    const wish = await askWithoutTray(window.native, texts());
    if (wish === 'minimise') window.minimise();
    else if (wish === 'quit') await quit.now('user', 0);
  }

  function buildMenu(): void {
    const actions = {
      openPage: (page: PageId) => window.show(page),
      checkNow: () => inBackground('probe', core.probe.run('demand')),
      closeWindow: () => window.close(),
      quit: requestQuit,
    };
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(applicationMenu({ platform: process.platform, texts: texts(), actions })),
    );
  }

  function info(): AppInfo {
    return {
      version: __GATEHOUSE_VERSION__,
      electron: process.versions.electron ?? '',
      node: process.versions.node,
      platform: process.platform,
      home,
      locale: resolveLocale('system', app.getLocale()),
      hasTray: trayHost.isPresent,
    };
  }

  function requestQuit(): void {
    inBackground('quit', quit.request());
  }

  function inBackground(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => logger.error('app.action-failed', { what, error }));
  }

  return {
    start: () => lifecycle.start(),
    showWindow: () => window.show(),
    requestQuit,
    quitNow: (cause) => quit.now(cause, 0),
    reportCrash(error) {
      logger.error('app.crashed', { error });
      inBackground('crash', quit.now('crash', 1));
    },
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
