// node_modules: is it what package-lock.json asks for, and if not, `npm ci`. npm writes its own record
// (node_modules/.package-lock.json) at the very end of an install, so comparing the two also finds a broken one.
import { withLock } from './lock.mjs';
import { inRoot, readJson, SetupError, say } from './project.mjs';
import { npm } from './run.mjs';

/**
 * @param {any} lock package-lock.json
 * @param {any} installed node_modules/.package-lock.json
 * @param {{ platform: string, arch: string }} machine
 */
export function isInstalled(lock, installed, { platform, arch }) {
  if (!lock?.packages || !installed?.packages) return false;
  const wanted = Object.entries(lock.packages).filter(([place]) => place.startsWith('node_modules/'));
  const found = installed.packages;
  if (Object.keys(found).some((place) => !lock.packages[place])) return false;
  return wanted.every(([place, entry]) => {
    const have = found[place];
    if (have) return have.version === entry.version && have.integrity === entry.integrity;
    // Packages for other machines are left out. One for this machine that is missing means that the folder was
    // copied from another; two C libraries are told apart by npm alone.
    const forThisMachine = entry.os?.includes(platform) && entry.cpu?.includes(arch) && !entry.libc;
    return Boolean(entry.optional) && !forThisMachine;
  });
}

function current() {
  return isInstalled(
    readJson(inRoot('package-lock.json')),
    readJson(inRoot('node_modules/.package-lock.json')),
    process,
  );
}

export async function ensureDependencies() {
  if (current()) return;
  await withLock('dependencies', async () => {
    if (current()) return;
    say('Installing dependencies (npm ci) …');
    const startedAt = Date.now();
    const result = await npm(['ci', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error'], {
      // Older npm does not know allowScripts and would let the typings-only copy of Electron download itself.
      env: { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
    });
    if (!result.ok) throw new SetupError(`npm ci failed:\n${result.output.trim()}`);
    say(`Dependencies installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
  });
}
