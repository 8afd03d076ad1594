// Builds the real core for gateway tests: real sockets on a free port, real logs in a folder of its own, memory in
// place of credential and devices. Everything is stopped and removed after the test.

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Conf from 'conf';
import { onTestFinished } from 'vitest';
import { builtinAdapters } from '../../electron/core/channels/adapters';
import type { Core, CoreDeps } from '../../electron/core/core';
import { createCore } from '../../electron/core/core';
import type { Clock } from '../../electron/core/lib/clock';
import { systemClock } from '../../electron/core/lib/clock';
import { FileLogger } from '../../electron/core/lib/file-logger';
import { systemRandom } from '../../electron/core/lib/random';
import { Redactor } from '../../electron/core/lib/redactor';
import type { DeviceRepository, TokenRepository } from '../../electron/core/ports';
import { openSettings } from '../../electron/shell/storage/settings-store';
import type { AuthAttemptEvent } from '../../shared/model/auth-event';
import type { SettingsPatch } from '../../shared/model/settings';
import { MemoryDevices } from './memory-devices';
import { MemoryRepository } from './memory-repository';
import { MemoryVault } from './memory-vault';

export interface TestCore extends Core {
  readonly url: string;
  readonly port: number;
  readonly home: string;
  /** The in-memory store; only when the test brought no other. */
  readonly repository: MemoryRepository;
  /** The current token's text. */
  token(): string;
  /** All attempts so far, oldest first; the internal probe's left out unless asked for. */
  attempts(options?: { readonly internal?: boolean }): AuthAttemptEvent[];
  /** Resolves with the next attempt that fits, also when it has already happened. */
  attempt(fits: (event: AuthAttemptEvent) => boolean): Promise<AuthAttemptEvent>;
  /** Lines of the ordinary log, message text only. */
  logLines(): readonly string[];
}

export interface TestCoreOptions {
  readonly settings?: SettingsPatch;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly repository?: TokenRepository;
  readonly devices?: DeviceRepository;
  readonly findPortOwner?: CoreDeps['findPortOwner'];
  readonly onProbeStep?: NonNullable<CoreDeps['onProbeStep']>;
  /** For tests of many thousand durable writes: in memory where the system has such a folder. */
  readonly inMemory?: boolean;
  /** Leave the start to the test. */
  readonly started?: boolean;
}

export async function startTestCore(options: TestCoreOptions = {}): Promise<TestCore> {
  const base = options.inMemory === true && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const home = await mkdtemp(path.join(base, 'gatehouse-test-'));
  const paths = {
    home,
    authLogDir: path.join(home, 'auth-log'),
    logsDir: path.join(home, 'logs'),
    channelsDir: path.join(home, 'channels'),
  };
  for (const dir of [paths.authLogDir, paths.logsDir, paths.channelsDir]) await mkdir(dir);
  const clock = options.clock ?? systemClock;
  const redactor = new Redactor();
  const lines: string[] = [];
  const fileLogger = new FileLogger({
    dir: paths.logsDir,
    clock,
    redactor,
    console: (line) => lines.push(line),
  });
  await fileLogger.start();
  const repository = options.repository ?? new MemoryRepository();
  const memory = repository instanceof MemoryRepository ? repository : undefined;
  const patch = {
    ...options.settings,
    gateway: { port: 0, ...options.settings?.gateway },
    probe: { intervalMs: 3_600_000, ...options.settings?.probe },
  };
  await writeFile(path.join(home, 'settings.json'), JSON.stringify(patch));
  const opened = openSettings({ Store: Conf, home, clock, logger: fileLogger.logger, env: {} });
  const core = createCore({
    isCredentialAmbiguous: opened.isCredentialAmbiguous,
    paths,
    version: '0.0.0-test',
    clock,
    random: systemRandom,
    fileLogger,
    redactor,
    settings: opened.settings,
    configDocument: opened.document,
    repository,
    devices: options.devices ?? new MemoryDevices(),
    vault: new MemoryVault(options.secrets),
    adapters: builtinAdapters,
    findPortOwner: options.findPortOwner ?? (async () => undefined),
    resolveProxy: async () => undefined,
    ...(options.onProbeStep === undefined ? {} : { onProbeStep: options.onProbeStep }),
  });
  const attempts: AuthAttemptEvent[] = [];
  core.authLog.onAppended((event) => {
    if (event.event === 'auth.attempt') attempts.push(event);
  });
  onTestFinished(async () => {
    await core.stop();
    await fileLogger.stop();
    // A stop that was given up on leaves work behind that still writes.
    await rm(home, { recursive: true, force: true, maxRetries: 20 });
  });
  if (options.started !== false) await core.start();
  return {
    ...core,
    get url() {
      const { url } = core.gateway.status();
      if (url === undefined) throw new Error(`the gateway is ${core.gateway.status().state}`);
      return url;
    },
    get port() {
      return core.gateway.address()?.port ?? 0;
    },
    home,
    get repository() {
      if (memory === undefined) throw new Error("this core has a repository of the test's own");
      return memory;
    },
    token: () => core.tokens.lease()?.secret.expose() ?? '',
    attempts: ({ internal = false } = {}) => attempts.filter((event) => internal || !event.internal),
    attempt: (fits) =>
      new Promise((resolve) => {
        const found = attempts.find(fits);
        if (found !== undefined) {
          resolve(found);
          return;
        }
        const listener = core.authLog.onAppended((event) => {
          if (event.event !== 'auth.attempt' || !fits(event)) return;
          listener.dispose();
          resolve(event);
        });
      }),
    logLines: () => lines,
  };
}
