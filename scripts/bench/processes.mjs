// Starts and ends what the bench needs, each in its own process: the built gateway, the bare ws server, load
// generators, and the desktop app where a runtime and a display are at hand.
import { execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inRoot } from '../lib/project.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const COMMAND = inRoot('out/cli/gatehouse.cjs');
const START_MS = 10_000;
const execute = promisify(execFile);

export function temporaryHome() {
  const home = mkdtempSync(path.join(tmpdir(), 'gatehouse-bench-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** @param {string} home @param {readonly string[]} [nodeFlags] */
export async function startGateway(home, nodeFlags = []) {
  const startedAt = performance.now();
  const { GATEHOUSE_PORT: _port, GATEHOUSE_HOME: _home, ...env } = process.env;
  const child = spawn(
    process.execPath,
    [...nodeFlags, COMMAND, 'serve', '--json', '--port', '0', '--home', home],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const line = await firstLine(child);
  const readyMs = performance.now() - startedAt;
  const { ready, url } = JSON.parse(line);
  if (!ready) throw new Error(`the gateway did not start: ${line}`);
  return { pid: child.pid, port: Number(new URL(url).port), readyMs, stop: () => end(child) };
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error('the gateway did not start in time')), START_MS);
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      clearTimeout(timer);
      resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('exit', () => reject(new Error(`the gateway ended: ${text}`)));
    child.once('error', reject);
  });
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await once(child, 'exit');
  clearTimeout(timer);
}

/** @param {string} home */
export async function readToken(home) {
  const { stdout } = await execute(process.execPath, [COMMAND, 'token', 'show', '--home', home]);
  return stdout.trim().split('\n').at(-1);
}

export async function startEcho() {
  const child = fork(here('./echo-server.mjs'), { stdio: 'inherit' });
  const [{ port }] = await once(child, 'message');
  return { pid: child.pid, port, stop: () => end(child) };
}

export function startLoad() {
  const env = { ...process.env, GATEHOUSE_BENCH_LOAD: '1' };
  const child = fork(here('./load.mjs'), { env, stdio: 'inherit' });
  return {
    /** @param {Record<string, unknown>} job one at a time */
    run: (job) =>
      new Promise((resolve, reject) => {
        const onExit = () => reject(new Error('the load generator ended'));
        child.once('exit', onExit);
        child.once('message', ({ result, error }) => {
          child.off('exit', onExit);
          if (error === undefined) resolve(result);
          else reject(new Error(`${job.name}: ${error}`));
        });
        child.send(job);
      }),
    /** Ends a paced job before its time: it answers with what it has. */
    halt: () => child.send({ name: 'halt' }),
    stop: () => end(child),
  };
}

/**
 * A gateway with a home of its own, the bare server, and `loads` generators; all ended when `work` is done.
 * @template T
 * @param {{ flags: readonly string[], loads: number }} options flags for the gateway's Node
 * @param {(stage: { ours: object, bare: object, loads: ReturnType<typeof startLoad>[] }) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function onStage({ flags, loads: count }, work) {
  const { home, remove } = temporaryHome();
  const running = [];
  const keep = (one) => {
    running.push(one);
    return one;
  };
  try {
    const gateway = keep(await startGateway(home, flags));
    const echo = keep(await startEcho());
    const loads = Array.from({ length: count }, () => keep(startLoad()));
    const ours = { pid: gateway.pid, port: gateway.port, token: await readToken(home), expect: '"hello-ok"' };
    const bare = { pid: echo.pid, port: echo.port, token: 'bench', expect: '"connect"' };
    return await work({ ours, bare, loads });
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    remove();
  }
}

/** Open sockets of a process, undefined where the system does not tell. @param {number} pid */
export function openSockets(pid) {
  if (process.platform !== 'linux') return undefined;
  let count = 0;
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      if (readlinkSync(`/proc/${pid}/fd/${name}`).startsWith('socket:')) count += 1;
    } catch {
      // Closed while we looked.
    }
  }
  return count;
}

/** Resident memory in MB, undefined where the system does not tell. @param {number} pid */
export async function residentMb(pid) {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  }
  if (process.platform === 'win32') return undefined;
  const { stdout } = await execute('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) / 1024;
}

/** Processor time that a process has used, in ms; undefined where the system does not tell. @param {number} pid */
export function processorMs(pid) {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // User and system time in hundredths of a second; the name before them may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
