// `npm run package`: installers for this system. `npm run package -- --dir` makes only the unpacked app. Made with
// the fall-back Electron the result is for tests, and its folder says so.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fail, inRoot, say, stateFolder } from './lib/project.mjs';
import { runInPlace } from './lib/run.mjs';
import { setUpApp } from './setup.mjs';

/** The configuration with which an older Electron, already unpacked, can be packaged. */
function testOnlyConfig(runtime) {
  const version = readFileSync(path.join(runtime.folder, 'version'), 'utf8').trim().replace(/^v/, '');
  say(`Packaging with Electron ${version}: a test artifact, not to be given to anyone.`);
  const config = readFileSync(inRoot('electron-builder.yml'), 'utf8')
    .replace('output: release', 'output: release/test-only')
    // That fuse came later, and the packager stops at one that the program does not have.
    .replace(/^ +grantFileProtocolExtraPrivileges:.*\n/m, '');
  const file = path.join(stateFolder, 'electron-builder.test-only.yml');
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(
    file,
    `${config}electronDist: ${JSON.stringify(runtime.folder)}\nelectronVersion: ${version}\n`,
  );
  return file;
}

async function main(args) {
  const { runtime } = await setUpApp();
  const config = runtime.origin === 'official' ? inRoot('electron-builder.yml') : testOnlyConfig(runtime);
  const builder = inRoot('node_modules/electron-builder/cli.js');
  const options = ['--config', config, '--publish', 'never', ...args];
  process.exitCode = await runInPlace(process.execPath, [builder, ...options], process.env);
}

main(process.argv.slice(2)).catch(fail);
