// A gateway over real files: settings.json, the vault and the credential in a home of the test's own.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Conf from 'conf';
import { onTestFinished } from 'vitest';
import { builtinAdapters } from '../../electron/core/channels/adapters';
import type { Core } from '../../electron/core/core';
import { createCore } from '../../electron/core/core';
import { systemClock } from '../../electron/core/lib/clock';
import { FileLogger } from '../../electron/core/lib/file-logger';
import { systemRandom } from '../../electron/core/lib/random';
import { Redactor } from '../../electron/core/lib/redactor';
import { plainSecretBox } from '../../electron/shell/storage/plain-secret-box';
import { openSecretVault } from '../../electron/shell/storage/secret-vault';
import { openSettings } from '../../electron/shell/storage/settings-store';
import { openTokenRepository } from '../../electron/shell/storage/token-repository';
import { MemoryDevices } from '../helpers/memory-devices';
import { connectParams, TestClient } from '../helpers/ws-client';
import { tempHome } from '../shell/storage/temp-home';

/** Without `port` the system picks one, whatever the file says. */
export async function startConfigCore({ port }: { readonly port?: number } = {}) {
  const home = await tempHome();
  const folders = { authLogDir: 'auth-log', logsDir: 'logs', channelsDir: 'channels' } as const;
  for (const folder of Object.values(folders)) await mkdir(join(home, folder));
  const paths = {
    home,
    authLogDir: join(home, folders.authLogDir),
    logsDir: join(home, folders.logsDir),
    channelsDir: join(home, folders.channelsDir),
  };
  const clock = systemClock;
  const redactor = new Redactor();
  const lines: string[] = [];
  const fileLogger = new FileLogger({
    dir: paths.logsDir,
    clock,
    redactor,
    console: (line) => lines.push(line),
  });
  await fileLogger.start();
  const { logger } = fileLogger;
  const storage = { Store: Conf, home, clock, logger };
  if (port !== undefined) await writeFile(join(home, 'settings.json'), JSON.stringify({ gateway: { port } }));
  const overrides = port === undefined ? { overrides: { gateway: { port: 0 } } } : {};
  const { settings, document } = openSettings({ ...storage, env: {}, ...overrides });
  const vault = openSecretVault({ ...storage, box: plainSecretBox });
  const core: Core = createCore({
    paths,
    version: '0.0.0-test',
    clock,
    random: systemRandom,
    fileLogger,
    redactor,
    settings,
    configDocument: document,
    repository: openTokenRepository({ ...storage, box: plainSecretBox }),
    devices: new MemoryDevices(),
    vault,
    adapters: builtinAdapters,
    findPortOwner: async () => undefined,
    resolveProxy: async () => undefined,
  });
  onTestFinished(async () => {
    await core.stop();
    await fileLogger.stop();
  });
  await core.start();
  const token = () => core.tokens.lease()?.secret.expose() ?? '';
  return {
    core,
    home,
    token,
    logLines: lines,
    settingsText: () => readFile(join(home, 'settings.json'), 'utf8'),
    /** A local helper with these scopes, as `gateway:config.…` callers are. */
    client: async (scopes: readonly string[], protocol: 3 | 4 = 4) => {
      const { url } = core.gateway.status();
      const client = await TestClient.open(url ?? '');
      const versions = { minProtocol: protocol, maxProtocol: protocol };
      const hello = await client.connect(connectParams({ token: token(), scopes, ...versions }));
      if (hello.ok !== true) throw new Error(JSON.stringify(hello.error));
      return client;
    },
  };
}
