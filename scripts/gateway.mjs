// `npm run gateway`: the gateway alone, on plain Node. Sets up only what that needs (no Electron, no system packages)
// and keeps standard output for the command, whose ready line must be the only one.
import { createRequire } from 'node:module';
import { build } from './build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fail, inRoot } from './lib/project.mjs';
import { watchNpm } from './lib/run.mjs';

async function main(args) {
  await ensureDependencies();
  await build(['cli']);
  const command = inRoot('out/cli/gatehouse.cjs');
  // In this very process: signals, exit code and standard input need no forwarding.
  watchNpm(() => process.kill(process.pid, 'SIGTERM'));
  process.argv = [process.execPath, command, 'serve', ...args];
  createRequire(import.meta.url)(command);
}

main(process.argv.slice(2)).catch(fail);
