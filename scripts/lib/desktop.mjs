// A private desktop for machines without one: an X display (Xvfb), a D-Bus session, on request an unlocked keyring.
// Everything it starts, it stops. Linux only.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from './project.mjs';

const START_DEADLINE_MS = 10_000;
const SCREEN = '1280x900x24';

/** @param {NodeJS.ProcessEnv} env */
export function hasDisplay(env = process.env) {
  return process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** @param {string} name */
export function isOnPath(name) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * @param {{ keyring?: string }} [options] `keyring`: a folder for the keyring; keep it to test a restart
 * @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => Promise<void> }>} `env` is what a program on it needs
 */
export async function startDesktop({ keyring } = {}) {
  for (const name of ['Xvfb', 'dbus-daemon'])
    if (!isOnPath(name)) throw new SetupError(`${name} is missing (Debian packages: xvfb dbus)`);
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-desktop-'));
  /** @type {import('node:child_process').ChildProcess[]} */
  const started = [];
  const stop = async () => {
    for (const child of started.reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const launch = (command, args, options) => {
    // In a session of its own: Ctrl-C must reach the app first, and the display only when the app is gone.
    const child = spawn(command, args, { detached: true, ...options });
    started.push(child);
    return child;
  };
  try {
    // -displayfd picks a free number, so that any number of these can run side by side.
    const xvfb = launch('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const bus = launch('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=3'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [display, address] = await Promise.all([firstLine(xvfb, 'Xvfb'), firstLine(bus, 'dbus-daemon')]);
    const { WAYLAND_DISPLAY: _w, XAUTHORITY: _x, ...env } = process.env;
    Object.assign(env, {
      DISPLAY: `:${display}`,
      DBUS_SESSION_BUS_ADDRESS: address,
      // Chromium asks the system bus too and complains at length when there is none.
      DBUS_SYSTEM_BUS_ADDRESS: address,
      NO_AT_BRIDGE: '1',
      GTK_A11Y: 'none',
      GTK_USE_PORTAL: '0',
    });
    if (keyring) await startKeyring(launch, path.resolve(keyring), folder, env);
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startKeyring(launch, keyring, folder, env) {
  mkdirSync(path.join(keyring, 'keyrings'), { recursive: true });
  Object.assign(env, { XDG_DATA_HOME: keyring, XDG_RUNTIME_DIR: folder });
  const daemon = launch('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  daemon.on('error', () => {});
  daemon.stdin.on('error', () => {});
  daemon.stdin.end('test-password\n');
  const ask = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/'];
  ask.push('org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets');
  for (const giveUpAt = Date.now() + START_DEADLINE_MS; Date.now() < giveUpAt; await delay(50)) {
    const child = spawn('dbus-send', ask, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
    if (output.includes('boolean true')) return;
  }
  throw new SetupError('the keyring did not start (Debian packages: gnome-keyring libsecret-1-0)');
}

function firstLine(child, name) {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new SetupError(`${name} did not start`));
    const timer = setTimeout(failed, START_DEADLINE_MS);
    let text = '';
    child.stdio[3].on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      clearTimeout(timer);
      resolve(text.slice(0, text.indexOf('\n')).trim());
    });
    child.once('error', failed);
    child.once('close', failed);
  });
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return;
  const closed = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await closed;
  clearTimeout(timer);
}
