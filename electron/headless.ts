// The gateway without Electron: the same core on plain Node, for servers, tests and benches. Called by the command
// line. Must never import electron: the store class of conf is handed to the record code instead.

import Conf from 'conf';
import type { Notice } from '../shared/model/status';
import { startAdopting } from './core/adopt-virtual-secrets';
import { builtinAdapters } from './core/channels/adapters/index';
import { resolveEnvProxy } from './core/channels/net/env-proxy';
import type { Core } from './core/core';
import { createCore } from './core/core';
import { findPortOwner } from './core/diagnosis/port-owner';
import { systemClock } from './core/lib/clock';
import { FileLogger } from './core/lib/file-logger';
import { systemRandom } from './core/lib/random';
import { Redactor } from './core/lib/redactor';
import type { Result } from './core/lib/result';
import { err, ok } from './core/lib/result';
import { openDeviceRepository } from './shell/storage/device-repository';
import type { HomeHeld } from './shell/storage/home';
import { lockHome, preparePaths } from './shell/storage/home';
import { plainSecretBox } from './shell/storage/plain-secret-box';
import { openSecretVault } from './shell/storage/secret-vault';
import { openSettings } from './shell/storage/settings-store';
import type { StoreOptions } from './shell/storage/store-class';
import { openTokenRepository } from './shell/storage/token-repository';

/** conf as the injected StoreClass; the desktop app injects electron-store. */
export class ConfStore extends Conf<Record<string, unknown>> {
  // Narrows the options to those that both classes take.
  constructor(options: StoreOptions) {
    super(options);
  }
}

export interface HeadlessOptions {
  readonly home: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Beats GATEHOUSE_PORT and the setting. */
  readonly port?: number;
}

export interface Headless {
  readonly core: Core;
  /** What is wrong with the settings, in words. */
  readonly warnings: readonly string[];
  /** Stops everything, flushes the log, frees the home. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts the gateway of one home. Resolves ok also when it is locked or the port is taken (`core.gateway.status()`
 * tells); an error says which process has the home. Rejects with HomeRefusedError when the folder is not ours.
 */
export async function startHeadless(options: HeadlessOptions): Promise<Result<Headless, HomeHeld>> {
  const { env, version, port } = options;
  const paths = await preparePaths(options.home);
  const lock = lockHome(paths.home);
  if (!lock.ok) return err(lock.error);
  const clock = systemClock;
  const redactor = new Redactor();
  const fileLogger = new FileLogger({ dir: paths.logsDir, clock, redactor });
  try {
    await fileLogger.start();
    const { logger } = fileLogger;
    const store = { Store: ConfStore, home: paths.home, clock, logger: logger.child('storage') };
    const overrides = port === undefined ? {} : { overrides: { gateway: { port } } };
    const opened = openSettings({ ...store, env, ...overrides });
    const vault = openSecretVault({ ...store, box: plainSecretBox });
    const core = createCore({
      isCredentialAmbiguous: opened.isCredentialAmbiguous,
      paths,
      version,
      clock,
      random: systemRandom,
      fileLogger,
      redactor,
      settings: opened.settings,
      configDocument: opened.document,
      repository: openTokenRepository({ ...store, box: plainSecretBox }),
      devices: openDeviceRepository({ ...store, box: plainSecretBox }),
      vault,
      adapters: builtinAdapters,
      findPortOwner,
      resolveProxy: resolveEnvProxy,
    });
    for (const notice of opened.notices) core.status.setNotice(notice);
    await startAdopting(core, vault, opened);
    let stopping: Promise<void> | undefined;
    return ok({
      core,
      warnings: core.status.snapshot().notices.map(inWords),
      stop: () => {
        stopping ??= core
          .stop()
          .then(() => fileLogger.stop())
          .finally(() => lock.value.release());
        return stopping;
      },
    });
  } catch (error) {
    await fileLogger.stop();
    lock.value.release();
    throw error;
  }
}

const OPEN_DOOR =
  'any program on this machine can connect and control this gateway, because authentication is off';

function inWords({ code, params }: Notice): string {
  // The one that has no facts to tell.
  if (code === 'auth-mode-none') return `${code}: ${OPEN_DOOR}`;
  const facts = Object.entries(params).map(([name, value]) => `${name} ${value}`);
  return `${code}: ${facts.join(', ')}`;
}
