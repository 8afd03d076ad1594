// The gateway that the commands are run against: ours, built and headless, or for comparison OpenClaw's own of the same
// version as the command line.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readToken, startGateway, temporaryHome } from '../bench/processes.mjs';
import { SetupError } from '../lib/project.mjs';
import { createCommandLine } from './command-line.mjs';

const UPSTREAM_START_MS = 90_000;

/** @typedef {{ pid: number, port: number, token: string, stop: () => Promise<void> }} Gateway */

/** @returns {Promise<Gateway>} */
export async function startOurs() {
  const { home, remove } = temporaryHome();
  const gateway = await startGateway(home);
  const token = await readToken(home);
  return {
    pid: gateway.pid,
    port: gateway.port,
    token,
    async stop() {
      await gateway.stop();
      remove();
    },
  };
}

/** @returns {Promise<Gateway>} */
export async function startUpstream(cli) {
  const port = await freePort();
  const token = 'interop-comparison-token-0123456789abcdef';
  const { env, folder, remove } = createCommandLine({ cli, port, token });
  const args = [cli.entry, 'gateway', 'run', '--port', String(port), '--bind', 'loopback'];
  const child = spawn(cli.node, args, {
    env,
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await once(child, 'exit');
      clearTimeout(timer);
    }
    endGroup(child.pid);
    remove();
  };
  for (const giveUpAt = Date.now() + UPSTREAM_START_MS; Date.now() < giveUpAt; await delay(500)) {
    if (child.exitCode !== null) break;
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return { pid: child.pid, port, token, stop };
  }
  await stop();
  throw new SetupError(`OpenClaw's own gateway did not start:\n${output.slice(-2_000)}`);
}

/** It leaves helpers behind that go on writing into its folder. */
function endGroup(pid) {
  try {
    if (process.platform !== 'win32') process.kill(-pid, 'SIGKILL');
  } catch {
    // None was left.
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
