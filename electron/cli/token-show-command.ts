// `gatehouse token show`: the token on the last line of standard output and nothing else there, so that it can be
// piped. Reads only.

import type { CliIo } from './io';
import { EXIT } from './io';
import { readStoredCredential } from './stored-credential';

export async function showToken(home: string, io: CliIo): Promise<number> {
  const stored = await readStoredCredential(home);
  if (stored.ok) {
    const { generation, fingerprint, secret } = stored.value;
    io.err(
      `Gateway token, generation ${generation}, fingerprint ${fingerprint}. Whoever has it controls the gateway.`,
    );
    io.out(secret.expose());
    return EXIT.ok;
  }
  const { reason, detail } = stored.error;
  if (reason === 'sealed') {
    io.err(`locked: ${detail}`);
    io.err('Open Gatehouse and copy the token on its Credentials page.');
  } else {
    io.err(`gatehouse: ${detail} (${home})`);
    if (reason === 'none') io.err('It is made at the first start: run "gatehouse serve" or open Gatehouse.');
  }
  return EXIT.failed;
}
