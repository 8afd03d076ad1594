// Starts the built app (out/main/main.cjs) in the real Electron with a home of its own and a free port, and stops it
// after the test. Needs a display: `npm run test:e2e` brings one.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { GatehouseBridge, IpcCallName, IpcCalls } from '../../shared/ipc/contract';
import type { StatusSnapshot } from '../../shared/model/status';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXECUTABLE = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' } as const;
const DEADLINE_MS = 20_000;
const EXIT_DEADLINE_MS = 6_000;

export function electronExecutable(): string {
  const { ELECTRON_EXEC_PATH: named, ELECTRON_OVERRIDE_DIST_PATH: folder } = process.env;
  if (named) return named;
  const name = EXECUTABLE[process.platform as keyof typeof EXECUTABLE] ?? 'electron';
  const executable = path.join(folder ?? path.join(ROOT, '.electron-dist'), name);
  if (!existsSync(executable)) throw new Error(`no Electron at ${executable}: run the tests with npm test`);
  return executable;
}

/** As root Chromium's own sandbox cannot start; the page's preload is the limited one all the same. */
export function electronArguments(extra: readonly string[] = []): string[] {
  const isRoot = process.getuid?.() === 0;
  return [...(isRoot ? ['--no-sandbox'] : []), '--disable-gpu', ...extra, ROOT];
}

export async function newHome(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'gatehouse-e2e-'));
}

/** Chromium's helper processes outlive the app by a moment, and write until then. */
export function removeHome(home: string): Promise<void> {
  return rm(home, { recursive: true, force: true, maxRetries: 20 });
}

export interface AppOptions {
  /** Kept after the test by whoever made it. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
}

export interface TestApp {
  readonly electron: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** What it has printed on standard output so far. */
  output(): string;
  call<K extends IpcCallName>(name: K, params?: IpcCalls[K]['params']): Promise<IpcCalls[K]['result']>;
  /** The first snapshot that fits, from now on. */
  status(fits: (snapshot: StatusSnapshot) => boolean): Promise<StatusSnapshot>;
  /** The whole process is gone; its exit code (null after a signal). */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

export function appEnv(
  home: string,
  extra: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  // In English, whatever the developer's desktop speaks: the tests look for words.
  const all = { ...process.env, LANGUAGE: 'en', GATEHOUSE_HOME: home, GATEHOUSE_PORT: '0', ...extra };
  const set = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set);
}

export async function launchApp(options: AppOptions = {}): Promise<TestApp> {
  const home = options.home ?? (await newHome());
  const electron = await _electron.launch({
    executablePath: electronExecutable(),
    args: electronArguments(options.args),
    cwd: ROOT,
    env: appEnv(home, options.env),
    chromiumSandbox: process.getuid?.() !== 0,
    timeout: DEADLINE_MS,
  });
  const child = electron.process();
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const exited =
    child.exitCode === null
      ? once(child, 'exit').then(([code]) => code as number | null)
      : Promise.resolve(child.exitCode);
  const page = await electron.firstWindow({ timeout: DEADLINE_MS });
  page.setDefaultTimeout(DEADLINE_MS);
  await page.waitForFunction(() => 'gatehouse' in window);

  const call: TestApp['call'] = async (name, params) => {
    const reply = await page.evaluate(
      ([callName, callParams]) =>
        (window as unknown as { gatehouse: GatehouseBridge }).gatehouse.call(callName, callParams as never),
      [name, params] as const,
    );
    if (!reply.ok) throw new Error(`${name}: ${reply.error.code}: ${reply.error.message}`);
    return reply.value as IpcCalls[typeof name]['result'];
  };

  return {
    electron,
    page,
    home,
    output: () => output,
    call,
    exited,
    async status(fits) {
      const giveUpAt = Date.now() + DEADLINE_MS;
      for (;;) {
        const snapshot = await call('status.get');
        if (fits(snapshot)) return snapshot;
        if (Date.now() > giveUpAt) throw new Error(`never came: last was ${JSON.stringify(snapshot)}`);
        await page.waitForTimeout(50);
      }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        // Not electron.close(): that asks like a person would, and may be answered with a question.
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), EXIT_DEADLINE_MS);
        await exited;
        clearTimeout(timer);
      }
      if (options.home === undefined) await removeHome(home);
    },
  };
}

export function isListening({ gateway }: StatusSnapshot): boolean {
  return gateway.state === 'listening' && gateway.url !== undefined;
}

/** Everything up and proven: the gateway listens and its own check has passed. */
export function isProven(snapshot: StatusSnapshot): boolean {
  return isListening(snapshot) && snapshot.probe.lastOkAt !== undefined;
}

/** The token, by the way a user gets it: the panel's copy button and the clipboard. */
export async function copyToken(app: TestApp): Promise<string> {
  await app.call('credential.copy');
  return app.electron.evaluate(({ clipboard }) => clipboard.readText());
}
