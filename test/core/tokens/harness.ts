// A started TokenStore on a repository in memory, with everything observable.

import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import type { TokenChange } from '../../../electron/core/tokens/token-store';
import { TokenStore } from '../../../electron/core/tokens/token-store';
import { FakeClock } from '../../helpers/fake-clock';
import { MemoryRepository } from '../../helpers/memory-repository';

export function unstartedStore(repository = new MemoryRepository(), clock = new FakeClock()) {
  const redactor = new Redactor();
  const tokens = new TokenStore({ repository, clock, random: systemRandom, logger: silentLogger, redactor });
  const changes: TokenChange[] = [];
  tokens.onChanged((change) => changes.push(change));
  return { tokens, repository, clock, redactor, changes, secret: () => tokens.lease()!.secret.expose() };
}

export async function startedStore(repository = new MemoryRepository(), clock = new FakeClock()) {
  const harness = unstartedStore(repository, clock);
  await harness.tokens.start();
  return harness;
}
