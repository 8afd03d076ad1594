// Brings a published OpenClaw command line and the Node it needs into a cache outside the project: `npm ci` of one of
// the two small packages beside this file, whose lock files pin every version and its integrity. No install scripts.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { withLock } from '../lib/lock.mjs';
import { inRoot, SetupError, say } from '../lib/project.mjs';
import { npm, run } from '../lib/run.mjs';

/** Lowest Node that runs it, where the pinned one has no build for this machine. */
const NEEDS_NODE = { '2026.4.29': [22, 14], '2026.9.6': [24, 16] };
export const VERSIONS = /** @type {const} */ (['2026.4.29', '2026.9.6']);

export function cacheFolder() {
  const { GATEHOUSE_INTEROP_CACHE: named, XDG_CACHE_HOME: cache, LOCALAPPDATA: local } = process.env;
  if (named) return path.resolve(named);
  if (process.platform === 'win32' && local) return path.join(local, 'gatehouse', 'interop');
  return path.join(cache?.startsWith('/') ? cache : path.join(homedir(), '.cache'), 'gatehouse', 'interop');
}

/**
 * @param {typeof VERSIONS[number]} version
 * @returns {Promise<{ version: string, node: string, entry: string, compileCache: string }>}
 */
export async function installCli(version) {
  const pins = inRoot('scripts/interop', `openclaw-${version}`);
  const lock = readFileSync(path.join(pins, 'package-lock.json'));
  const stamp = createHash('sha256').update(lock).digest('hex');
  const folder = path.join(cacheFolder(), `openclaw-${version}`);
  const stampFile = path.join(folder, 'installed');
  const isReady = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (!isReady())
    await withLock(
      `openclaw-${version}`,
      async () => {
        if (isReady()) return;
        say(`Installing openclaw@${version} (about 600 MB on disk, once) …`);
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
        for (const name of ['package.json', 'package-lock.json'])
          copyFileSync(path.join(pins, name), path.join(folder, name));
        const flags = [
          '--ignore-scripts',
          '--include=optional',
          '--no-fund',
          '--no-audit',
          '--loglevel=error',
        ];
        const result = await npm(['ci', ...flags], { cwd: folder });
        if (!result.ok)
          throw new SetupError(`installing openclaw@${version} failed:\n${result.output.trim()}`);
        writeFileSync(stampFile, stamp);
      },
      { folder: cacheFolder() },
    );
  const inModules = (...parts) => path.join(folder, 'node_modules', ...parts);
  const node = await nodeFor(version, inModules(`node-${process.platform}-${process.arch}`, 'bin', 'node'));
  const entry = inModules('openclaw', 'openclaw.mjs');
  const found = JSON.parse(readFileSync(inModules('openclaw', 'package.json'), 'utf8')).version;
  if (found !== version) throw new SetupError(`the cache has openclaw@${found}, not ${version}`);
  return { version, node, entry, compileCache: path.join(folder, 'compile-cache') };
}

async function nodeFor(version, pinned) {
  if (existsSync(pinned)) return pinned;
  const wanted = NEEDS_NODE[version];
  const { output } = await run(process.execPath, ['-p', 'process.versions.node']);
  const [major = 0, minor = 0] = output.trim().split('.').map(Number);
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return process.execPath;
  throw new SetupError(
    `openclaw@${version} needs Node ${wanted.join('.')} or later and the registry carries none for this machine: ` +
      'run this script with such a Node',
  );
}
