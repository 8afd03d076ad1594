#!/usr/bin/env node
// usage: node scripts/with-desktop.mjs [--keyring FOLDER] COMMAND [ARGUMENT…]
// Runs one command on a private virtual desktop (see lib/desktop.mjs) and ends with its exit code.
import { startDesktop } from './lib/desktop.mjs';
import { fail, SetupError } from './lib/project.mjs';
import { runInPlace } from './lib/run.mjs';

async function main(args) {
  const keyring = args[0] === '--keyring' ? args.splice(0, 2)[1] : undefined;
  const [command, ...rest] = args;
  if (!command)
    throw new SetupError('usage: node scripts/with-desktop.mjs [--keyring FOLDER] COMMAND [ARGUMENT…]');
  const desktop = await startDesktop(keyring === undefined ? {} : { keyring });
  try {
    process.exitCode = await runInPlace(command, rest, desktop.env);
  } finally {
    await desktop.stop();
  }
}

main(process.argv.slice(2)).catch(fail);
