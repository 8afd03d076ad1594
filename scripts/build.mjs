// Builds what is stale: the desktop app (main, preload, renderer) and the `gatehouse` command. Stale means that the
// content of a source differs from what was built last, so a checkout that only touches times rebuilds nothing.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { withLock } from './lib/lock.mjs';
import { fail, inRoot, root, SetupError, say, stateFolder } from './lib/project.mjs';
import { tool } from './lib/run.mjs';

const common = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vite.cli.config.ts',
  'electron',
  'shared',
];

/** @typedef {{ name: string, inputs: string[], outputs: string[], run: () => ReturnType<typeof tool> }} Part */
/** @typedef {'app' | 'cli' | 'vendors'} PartName */
/** @type {Record<PartName, Part>} */
const parts = {
  app: {
    name: 'app',
    inputs: [...common, 'renderer', 'electron.vite.config.ts'],
    outputs: ['out/main/main.cjs', 'out/preload/preload.cjs', 'out/renderer/index.html'],
    run: () => tool('electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn']),
  },
  cli: {
    name: 'cli',
    inputs: common,
    outputs: ['out/cli/gatehouse.cjs'],
    run: () => tool('vite/bin/vite.js', ['build', '--config', 'vite.cli.config.ts', '--logLevel', 'warn']),
  },
  // Only for the demo and the bench.
  vendors: {
    name: 'vendors',
    inputs: [
      'package-lock.json',
      'tsconfig.json',
      'vite.vendors.config.ts',
      'test/doubles',
      'electron',
      'shared',
    ],
    outputs: ['out/vendors/vendors.mjs'],
    run: () =>
      tool('vite/bin/vite.js', ['build', '--config', 'vite.vendors.config.ts', '--logLevel', 'warn']),
  },
};

/**
 * @param {string} folder @param {readonly string[]} inputs files and folders, relative to `folder`
 * @returns {string} changes when a file's name or content changes, when one appears or goes
 */
export function hashInputs(folder, inputs) {
  const hash = createHash('sha256');
  const add = (file) => {
    const full = path.join(folder, file);
    if (!existsSync(full)) return;
    hash.update(`${file}\0`).update(readFileSync(full)).update('\0');
  };
  for (const input of inputs)
    if (path.extname(input) === '')
      for (const file of filesUnder(path.join(folder, input))) add(path.join(input, file));
    else add(input);
  return hash.digest('hex');
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
}

const stampFile = (part) => path.join(stateFolder, `built-${part.name}`);

/** @param {PartName} name */
export function isStale(name) {
  const part = parts[name];
  if (!part.outputs.every((file) => existsSync(inRoot(file))) || !existsSync(stampFile(part))) return true;
  return readFileSync(stampFile(part), 'utf8') !== hashInputs(root, part.inputs);
}

/** Builds the stale ones of the named parts. @param {readonly PartName[]} names */
export async function build(names = ['app', 'cli']) {
  if (!names.some(isStale)) return;
  await withLock('build', async () => {
    await Promise.all(names.filter(isStale).map((name) => buildPart(parts[name])));
  });
}

async function buildPart(part) {
  const startedAt = Date.now();
  // Taken before the build: what changes while it runs makes it stale again.
  const stamp = hashInputs(root, part.inputs);
  const result = await part.run();
  const missing = part.outputs.filter((file) => !existsSync(inRoot(file)));
  if (!result.ok || missing.length > 0)
    throw new SetupError(`build of ${part.name} failed ${missing.join(' ')}\n${result.output.trim()}`);
  if (part.name === 'cli') chmodSync(inRoot(part.outputs[0]), 0o755);
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(stampFile(part), stamp);
  say(`Built ${part.name} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { ensureDependencies } = await import('./lib/dependencies.mjs');
  await ensureDependencies()
    .then(() => build())
    .catch(fail);
}
