// Everything between a fresh copy and a running app: dependencies, system libraries, Electron, build. Each step looks
// first and does nothing when nothing is to be done. Also a command of its own: `node scripts/setup.mjs`.
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { electronEnv, resolveElectron } from './electron-runtime.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { hasDisplay, startDesktop } from './lib/desktop.mjs';
import { fail } from './lib/project.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';

/**
 * What a program needs to open windows. `virtual` is true when there is no screen and one is made up.
 * @param {{ tests?: boolean, alwaysVirtual?: boolean }} [options]
 */
export async function prepareElectron({ tests = false, alwaysVirtual = false } = {}) {
  const virtual = !hasDisplay() || (alwaysVirtual && process.platform === 'linux');
  await ensureSystemPackages({ virtualDisplay: virtual, tests });
  return { virtual, runtime: await resolveElectron() };
}

/**
 * The environment in which Electron starts, on a virtual desktop when there is no other.
 * @param {Awaited<ReturnType<typeof prepareElectron>>} prepared
 */
export async function openDesktop({ virtual, runtime }) {
  const desktop = virtual ? await startDesktop() : { env: process.env, stop: async () => {} };
  return { env: { ...desktop.env, ...electronEnv(runtime) }, stop: desktop.stop };
}

/** @param {{ virtual: boolean }} prepared @param {NodeJS.ProcessEnv} [env] */
export function electronSwitches({ virtual }, env = process.env) {
  // Without a graphics card the GPU process only dies a few times before software takes over.
  if (virtual) return ['--disable-gpu'];
  const onlyWayland = process.platform === 'linux' && !env.DISPLAY && Boolean(env.WAYLAND_DISPLAY);
  return onlyWayland ? ['--ozone-platform-hint=auto'] : [];
}

/** @param {Parameters<typeof prepareElectron>[0]} [options] */
export async function setUpApp(options) {
  await ensureDependencies();
  const [prepared] = await Promise.all([prepareElectron(options), build()]);
  return prepared;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) setUpApp().catch(fail);
