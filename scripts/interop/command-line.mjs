// Runs one OpenClaw command in a home of its own: nothing of the person who runs the test is read or written, nothing
// leaves loopback, and what does not end in time is killed with all that it started. (OpenClaw's empty lock files go to
// /tmp whatever TMPDIR says.)
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRoot } from '../lib/project.mjs';

export const DEADLINE_MS = 60_000;

/**
 * @typedef {{ code: number | null, stdout: string, stderr: string, timedOut: boolean, ms: number }} Ended
 * @param {{ cli: Awaited<ReturnType<typeof import('./install.mjs').installCli>>, port: number, token: string }} options
 */
export function createCommandLine({ cli, port, token }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-interop-'));
  const inside = (name) => path.join(folder, name);
  for (const name of ['home', 'state', 'tmp']) mkdirSync(inside(name), { mode: 0o700 });
  const config = {
    gateway: { mode: 'local', port, auth: { mode: 'token', token } },
    logging: { file: inside('openclaw.log') },
  };
  /** @param {Readonly<Record<string, unknown>>} [more] further top-level keys of openclaw.json */
  const configure = (more = {}) =>
    writeFileSync(inside('state/openclaw.json'), JSON.stringify({ ...config, ...more }), { mode: 0o600 });
  configure();
  const blocked = inside('blocked');
  const guard = inRoot('scripts/interop/loopback-only.cjs');
  const env = {
    HOME: inside('home'),
    USERPROFILE: inside('home'),
    APPDATA: inside('home'),
    LOCALAPPDATA: inside('home'),
    TMPDIR: inside('tmp'),
    TEMP: inside('tmp'),
    // Nothing but its own Node: systemctl, launchctl or tailscale would show the services of the person's machine.
    PATH: path.dirname(cli.node),
    OPENCLAW_STATE_DIR: inside('state'),
    NODE_OPTIONS: `--require ${JSON.stringify(guard)}`,
    NODE_COMPILE_CACHE: cli.compileCache,
    INTEROP_BLOCKED: blocked,
    NO_COLOR: '1',
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}),
  };
  return {
    folder,
    env,
    configure,
    /** @param {readonly string[]} args @param {Readonly<Record<string, string>>} [extra] @returns {Promise<Ended>} */
    run: (args, extra = {}) => runToEnd(cli.node, [cli.entry, ...args], { ...env, ...extra }, folder),
    /** What it tried to reach outside this machine. */
    blocked: () =>
      existsSync(blocked) ? [...new Set(readFileSync(blocked, 'utf8').trim().split('\n'))] : [],
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }),
  };
}

/** @type {Set<() => void>} */
const running = new Set();
// A run that is broken off takes the command that is running with it.
process.on('exit', () => {
  for (const kill of running) kill();
});

function runToEnd(command, args, env, cwd) {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now();
    const posix = process.platform !== 'win32';
    const child = spawn(command, args, { env, cwd, detached: posix, stdio: ['ignore', 'pipe', 'pipe'] });
    let timedOut = false;
    const kill = () => (posix && child.pid ? process.kill(-child.pid, 'SIGKILL') : child.kill());
    running.add(kill);
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, DEADLINE_MS);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (chunk) => {
        output[name] += chunk;
      });
    child.once('error', reject);
    child.once('exit', () => running.delete(kill));
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...output, timedOut, ms: Date.now() - startedAt });
    });
  });
}
