// Starting other programs: npm on every platform, a tool out of node_modules, and the one program that a script
// stands in for, whose signals and exit code become the script's own.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { inRoot, root } from './project.mjs';

/**
 * Runs a program to its end and keeps what it printed.
 * @param {string} command @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { timeoutMs?: number, show?: boolean }} [options]
 *   `show` passes the output on to standard error while it runs.
 * @returns {Promise<{ ok: boolean, code: number | null, output: string, timedOut: boolean }>}
 */
export function run(command, args, { timeoutMs, show = false, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let timedOut = false;
    const timer =
      timeoutMs &&
      setTimeout(() => {
        timedOut = true;
        child.kill('SIGKILL');
      }, timeoutMs);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        output += chunk;
        if (show) process.stderr.write(chunk);
      });
    const end = (code) => {
      clearTimeout(timer);
      resolve({ ok: code === 0, code, output, timedOut });
    };
    child.on('error', (error) => {
      output += error.message;
      end(null);
    });
    child.on('close', end);
  });
}

/** @param {readonly string[]} args @param {Parameters<typeof run>[2]} [options] */
export function npm(args, options) {
  // Inside `npm start` npm names its own script: no shell and no npm.cmd are needed then.
  const self = process.env.npm_execpath;
  if (self && path.basename(self) === 'npm-cli.js') return run(process.execPath, [self, ...args], options);
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { ...options, shell: windows });
}

/**
 * Calls back when the shell that npm put in between is gone. `kill` on npm reaches that shell only, and without this
 * the app would stay behind. Started by hand or under nohup nothing is watched.
 * @param {() => void} onGone
 * @returns {() => void} ends the watch
 */
export function watchNpm(onGone) {
  if (process.platform === 'win32' || process.env.npm_lifecycle_event === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 250);
  timer.unref();
  return () => clearInterval(timer);
}

/** Runs a package's command under this very Node. @param {string} bin path below node_modules */
export function tool(bin, args, options) {
  return run(process.execPath, [inRoot('node_modules', bin), ...args], options);
}

const STOP_DEADLINE_MS = 10_000;

/**
 * Runs the program that this script stands in for: its output is ours, our signals are passed on, once.
 * @param {string} command @param {readonly string[]} args @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit code; a death by signal is 128 + its number, as in a shell
 */
export function runInPlace(command, args, env) {
  return new Promise((resolve, reject) => {
    const posix = process.platform !== 'win32';
    // A group of its own: Ctrl-C in a terminal reaches a whole group, npm sends it again, and Chromium takes a
    // second signal as "die now", which would cut off the orderly end. So it gets exactly one, from us.
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit', detached: posix });
    let deadline;
    const onSignal = (signal) => {
      if (deadline) return;
      if (posix) child.kill(signal);
      // What did not end in time goes with all that it started.
      deadline = setTimeout(
        () => (posix ? process.kill(-child.pid, 'SIGKILL') : child.kill()),
        STOP_DEADLINE_MS,
      );
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, onSignal);
    const unwatch = watchNpm(() => onSignal('SIGTERM'));
    const end = () => {
      unwatch();
      clearTimeout(deadline);
      for (const signal of signals) process.off(signal, onSignal);
    };
    child.on('error', (error) => {
      end();
      reject(error);
    });
    child.on('close', (code, signal) => {
      end();
      resolve(code ?? 128 + (signalNumbers[signal] ?? 0));
    });
  });
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
