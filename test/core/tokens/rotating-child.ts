// A process that rotates the real credential in the home it is given until it is killed. Bundled and started by
// sigkill-during-rotation.test.ts; prints one line per generation that was reported as durable.

import { writeSync } from 'node:fs';
import Conf from 'conf';
import { systemClock } from '../../../electron/core/lib/clock';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import { TokenStore } from '../../../electron/core/tokens/token-store';
import { plainSecretBox } from '../../../electron/shell/storage/plain-secret-box';
import { openTokenRepository } from '../../../electron/shell/storage/token-repository';

async function rotateForever(home: string): Promise<void> {
  const repository = openTokenRepository({
    Store: Conf,
    home,
    box: plainSecretBox,
    clock: systemClock,
    logger: silentLogger,
  });
  const tokens = new TokenStore({
    repository,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    redactor: new Redactor(),
  });
  const status = await tokens.start();
  if (status.state !== 'ready') throw new Error(`not ready: ${JSON.stringify(status)}`);
  writeSync(1, `${status.generation} ${status.fingerprint}\n`);
  for (;;) {
    const rotated = await tokens.rotate({
      reason: 'routine',
      graceMs: systemRandom.unit() * 1_000,
      by: 'system',
    });
    if (!rotated.ok) throw new Error(rotated.error.detail);
    writeSync(1, `${rotated.value.generation} ${rotated.value.fingerprint}\n`);
  }
}

void rotateForever(process.argv[2] ?? '');
