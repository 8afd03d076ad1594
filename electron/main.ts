// The only entry of the desktop app, and the only file with side effects on import: home, privileged scheme, single
// instance, signals, crashes. Everything else is app.ts. A second start's arguments are never looked at.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, protocol } from 'electron';
import { openApp, type RunningApp } from './app';
import { claimStray } from './core/channels/stray-rejections';
import { appScheme } from './shell/app-protocol';

let running: RunningApp | undefined;

function main(): void {
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', (reason) => {
    // One channel's fault is that channel's end, not the gateway's.
    if (!claimStray(reason)) crash(reason);
  });
  // Whoever started us may have closed the pipe; that must not end the gateway.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);

  const home = chooseHome();
  if (!app.requestSingleInstanceLock()) {
    process.stdout.write('Gatehouse is already running: its window was brought to the front.\n');
    app.exit(0);
    return;
  }
  app.on('second-instance', () => running?.showWindow());
  app.on('activate', () => running?.showWindow());
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', (event) => {
    if (!running) return;
    event.preventDefault();
    running.requestQuit();
  });

  protocol.registerSchemesAsPrivileged([appScheme]);
  // Nothing is sent anywhere: Chromium's own errands (field trials, component updates) are switched off.
  app.commandLine.appendSwitch('disable-background-networking');
  app.commandLine.appendSwitch('disable-component-update');
  app.commandLine.appendSwitch('no-pings');

  void app.whenReady().then(async () => {
    takeSignals();
    const opened = await openApp(home);
    if (!opened.ok) {
      process.stdout.write(`${opened.error}\n`);
      app.exit(1);
      return;
    }
    running = opened.value;
    await running.start();
  });
}

/** One folder holds everything, Chromium's files included; set before anything asks for a path. */
function chooseHome(): string {
  app.setName('Gatehouse');
  const home = path.resolve(process.env.GATEHOUSE_HOME || path.join(app.getPath('appData'), 'Gatehouse'));
  const chromium = path.join(home, 'chromium');
  mkdirSync(chromium, { recursive: true, mode: 0o700 });
  app.setPath('userData', home);
  app.setPath('sessionData', chromium);
  app.setPath('crashDumps', path.join(chromium, 'crashes'));
  return home;
}

/** Not before ready: Electron installs handlers of its own until then, which would ask a person. */
function takeSignals(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    // The settings file's writer brings a listener that sends the signal again, which would look like a second one.
    process.removeAllListeners(signal);
    process.on(signal, leave);
  }
}

function leave(): void {
  if (running) void running.quitNow('signal');
  else app.exit(0);
}

/** Never serve in an unknown state: log, stop, end with a failure. */
function crash(error: unknown): void {
  if (running) {
    running.reportCrash(error);
    return;
  }
  // No secret has been read yet.
  process.stderr.write(
    `Gatehouse could not start: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  app.exit(1);
}

main();
