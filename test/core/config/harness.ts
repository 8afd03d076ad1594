// ConfigService over the real settings store, vault and token store in a home of the test's own; only the clock and
// the credential's disk are not real.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Conf from 'conf';
import { onTestFinished } from 'vitest';
import type { ConfigServiceOptions } from '../../../electron/core/config/config-service';
import { ConfigService } from '../../../electron/core/config/config-service';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import { TokenStore } from '../../../electron/core/tokens/token-store';
import { plainSecretBox } from '../../../electron/shell/storage/plain-secret-box';
import { openSecretVault } from '../../../electron/shell/storage/secret-vault';
import { openSettings } from '../../../electron/shell/storage/settings-store';
import type { StoreClass } from '../../../electron/shell/storage/store-class';
import type { Notice } from '../../../shared/model/status';
import { FakeClock } from '../../helpers/fake-clock';
import { MemoryRepository } from '../../helpers/memory-repository';
import { tempHome } from '../../shell/storage/temp-home';

export const SECRET_A = 'aQ3-fresh-Zk81_mmVb02-xPtw77';
export const SECRET_B = 'bR9-other-Yc64_qqLd51-vNsh38';
export const LOCAL = { actor: 'operator', connId: 'conn-1', directLocal: true };

export async function startConfig(
  o: {
    readonly file?: unknown;
    readonly Store?: StoreClass;
    readonly options?: Partial<ConfigServiceOptions>;
  } = {},
) {
  const home = await tempHome();
  const path = join(home, 'settings.json');
  await mkdir(join(home, 'channels'));
  const put = (value: unknown) =>
    writeFile(path, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o600 });
  if (o.file !== undefined) await put(o.file);
  const clock = new FakeClock();
  const redactor = new Redactor();
  const repository = new MemoryRepository();
  const storage = { Store: o.Store ?? Conf, home, clock, logger: silentLogger };
  const opened = openSettings({ ...storage, env: {} });
  const tokens = new TokenStore({
    repository,
    clock,
    random: systemRandom,
    logger: silentLogger,
    redactor,
    configuredMode: () => opened.settings.get().gateway.auth.mode,
  });
  await tokens.start();
  const vault = openSecretVault({ ...storage, box: plainSecretBox });
  await vault.load();
  const notices = new Map<string, Omit<Notice, 'at'>>();
  const calls = { restarts: 0, secretChanges: 0 };
  const config = new ConfigService({
    document: opened.document,
    settings: opened.settings,
    tokens,
    vault,
    clock,
    logger: silentLogger,
    version: '0.0.0-test',
    onRestartNeeded: () => {
      calls.restarts += 1;
    },
    onSecretsChanged: async () => {
      calls.secretChanges += 1;
    },
    notices: {
      setNotice: (notice) => notices.set(notice.id, notice),
      clearNotice: (id) => notices.delete(id),
    },
    ...o.options,
  });
  config.start();
  onTestFinished(() => config.stop());
  const hash = () => config.get().hash;
  return {
    home,
    path,
    put,
    clock,
    repository,
    tokens,
    vault,
    settings: opened.settings,
    document: opened.document,
    config,
    notices,
    calls,
    token: () => tokens.lease()?.secret.expose() ?? '',
    onDisk: async (): Promise<unknown> => JSON.parse(await readFile(path, 'utf8')),
    set: (value: unknown) =>
      config.set({
        ...LOCAL,
        raw: typeof value === 'string' ? value : JSON.stringify(value),
        baseHash: hash(),
      }),
    patch: (value: unknown, more: { readonly restartDelayMs?: number } = {}) =>
      config.patch({ ...LOCAL, raw: JSON.stringify(value), baseHash: hash(), ...more }),
    /** Every byte in the home. */
    bytes: () => allText(home),
  };
}

async function allText(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const texts = entries.map((entry) =>
    entry.isDirectory() ? allText(join(folder, entry.name)) : readFile(join(folder, entry.name), 'latin1'),
  );
  return (await Promise.all(texts)).join('\n');
}
