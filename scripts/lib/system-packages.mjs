// The Debian packages that Electron needs: which, which of them are missing, and their installation by apt where
// that is possible. On other systems this does nothing: there Electron brings or finds its libraries itself.
import { existsSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { isRoot, SetupError, say } from './project.mjs';
import { run } from './run.mjs';

// Newer releases renamed some libraries (64-bit time): any name of a row will do.
const RUN = [['libgtk-3-0', 'libgtk-3-0t64'], ['libnss3'], ['libgbm1'], ['libasound2', 'libasound2t64']];
const VIRTUAL_DISPLAY = [['xvfb'], ['dbus']];
// Notifications, the keychain, and Chinese letters for the screenshots. Without them tests skip, and say so.
const TESTS = [['libnotify4'], ['libsecret-1-0'], ['gnome-keyring'], ['fonts-wqy-microhei']];

/**
 * @param {{ virtualDisplay: boolean, tests: boolean }} use
 * @param {ReadonlySet<string>} installed
 * @returns {{ needed: string[][], useful: string[][] }} rows of alternative names, of which none is installed
 */
export function missingPackages({ virtualDisplay, tests }, installed) {
  const isMissing = (row) => !row.some((name) => installed.has(name));
  return {
    needed: [...RUN, ...(virtualDisplay ? VIRTUAL_DISPLAY : [])].filter(isMissing),
    useful: (tests ? TESTS : []).filter(isMissing),
  };
}

/** @param {string} listing from dpkg-query with `${Package} ${db:Status-Status}` lines */
export function installedPackages(listing) {
  const names = listing.split('\n').map((line) => line.split(' '));
  return new Set(names.filter(([, status]) => status === 'installed').map(([name]) => name));
}

async function findMissing(use) {
  const names = [...RUN, ...VIRTUAL_DISPLAY, ...TESTS].flat();
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills these in.
  const { output } = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...names]);
  return missingPackages(use, installedPackages(output));
}

/** @param {{ virtualDisplay: boolean, tests: boolean }} use */
export async function ensureSystemPackages(use) {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/dpkg-query')) return;
  let missing = await findMissing(use);
  if (missing.needed.length + missing.useful.length === 0) return;
  if (isRoot) {
    await withLock('system-packages', async () => {
      missing = await findMissing(use);
      const rows = [...missing.needed, ...missing.useful];
      if (rows.length === 0) return;
      await installRows(rows);
      missing = await findMissing(use);
    });
  }
  await report(missing);
}

async function installRows(rows) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-q', ...args], { env });
  say(`Installing system packages (apt): ${rows.map(([name]) => name).join(' ')} …`);
  // A container's package lists are often empty or old; then nothing would be found.
  await apt('update');
  const result = await apt('install', '-y', '--no-install-recommends', ...(await knownNames(rows)));
  if (!result.ok) say(result.output.trim().split('\n').slice(-8).join('\n'));
}

/** Of each row the name that this release has. */
function knownNames(rows) {
  return Promise.all(rows.map(firstKnown));
}

async function firstKnown(row) {
  for (const name of row) {
    // `show` also knows a name that only others provide; those have no version of their own to install.
    const { output } = await run('apt-cache', ['policy', name]);
    if (/Candidate: (?!\(none\))/.test(output)) return name;
  }
  return row[0];
}

async function report({ needed, useful }) {
  const command = async (rows) =>
    `${isRoot ? '' : 'sudo '}apt-get install -y --no-install-recommends ${(await knownNames(rows)).join(' ')}`;
  if (needed.length > 0)
    throw new SetupError(
      `Electron needs system libraries. Please run:\n  ${await command([...needed, ...useful])}`,
    );
  if (useful.length > 0)
    say(`Some tests will be skipped without these packages:\n  ${await command(useful)}`);
}
