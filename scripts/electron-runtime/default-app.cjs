// What `electron FOLDER` runs first, in place of Electron's own default app, which the carrier package leaves out.
// Does what the documentation says of the command line: switches, --require, then the app named by its package.json.
'use strict';
const { app } = require('electron');
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

function parse(args) {
  const preload = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i];
    if (arg === '-v' || arg === '--version') return { answer: `v${process.versions.electron}` };
    if (arg === '-a' || arg === '--abi') return { answer: process.versions.modules };
    if (arg === '-r' || arg === '--require') preload.push(args[++i]);
    else if (arg.startsWith('--app=')) return { preload, folder: arg.slice('--app='.length) };
    else if (!arg.startsWith('-')) return { preload, folder: arg };
  }
  return { preload };
}

function end(message, code) {
  (code === 0 ? process.stdout : process.stderr).write(`${message}\n`);
  process.exit(code);
}

const { answer, preload, folder } = parse(process.argv.slice(1));
if (answer) end(answer, 0);
if (!folder) end('usage: electron [options] FOLDER', 1);
// The same as for `node --require`: Playwright hooks itself in here.
if (preload.length > 0) Module._preloadModules(preload);

// Tells an app that its own path is among the arguments.
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });

const appPath = path.resolve(folder);
const manifest = path.join(appPath, 'package.json');
if (existsSync(manifest)) {
  const { name, productName, version, desktopName } = JSON.parse(readFileSync(manifest, 'utf8'));
  if (version) app.setVersion(version);
  app.name = productName ?? name ?? app.name;
  app.setDesktopName(desktopName ?? `${app.name}.desktop`);
  app.setAppPath(appPath);
} else {
  app.setAppPath(path.dirname(appPath));
}
Module._load(appPath, module, true);
