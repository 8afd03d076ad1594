// A real home in a temporary folder, opened the way both entries open it, with `conf` as the store class.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../electron/core/lib/clock';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import { TokenStore } from '../../../electron/core/tokens/token-store';
import { plainSecretBox } from '../../../electron/shell/storage/plain-secret-box';
import type { SecretBox } from '../../../electron/shell/storage/secret-box';
import type { StoreClass } from '../../../electron/shell/storage/store-class';
import { openTokenRepository } from '../../../electron/shell/storage/token-repository';
import { FakeClock } from '../../helpers/fake-clock';

export interface OpenOptions {
  readonly Store?: StoreClass;
  readonly box?: SecretBox;
  readonly clock?: Clock;
}

export async function tempHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-home-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

export function openRepository(home: string, options: OpenOptions = {}) {
  const { Store = Conf, box = plainSecretBox, clock = new FakeClock() } = options;
  return openTokenRepository({ Store, home, box, clock, logger: silentLogger });
}

/** A TokenStore as after a start of the program. */
export async function startedOn(home: string, options: OpenOptions = {}) {
  const clock = options.clock ?? new FakeClock();
  const repository = openRepository(home, { ...options, clock });
  const tokens = new TokenStore({
    repository,
    clock,
    random: systemRandom,
    logger: silentLogger,
    redactor: new Redactor(),
  });
  await tokens.start();
  return { tokens, repository, secret: () => tokens.lease()?.secret.expose() };
}

export const ROUTINE = { reason: 'routine', graceMs: 0, by: 'panel' } as const;

export const credentialFile = (home: string) => join(home, 'credential.json');

/** Every file of the home with its bytes, to show that nothing was written, moved or deleted. */
export async function contentsOf(home: string): Promise<Record<string, string>> {
  const names = (await readdir(home)).sort();
  const pairs = names.map(
    async (name) => [name, (await readFile(join(home, name))).toString('base64')] as const,
  );
  return Object.fromEntries(await Promise.all(pairs));
}
