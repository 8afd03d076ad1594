// The three bundles of the desktop app. Targets are pinned to the oldest Electron that is run (25: Node 18.15,
// Chromium 114), because the tool would otherwise take them from the npm package `electron`, which is far newer.
// Main and preload are one CommonJS file each: that Electron cannot load an ES module as its main script, and a
// sandboxed preload cannot load anything but `electron`.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { bundleConstants, commonJs } from './vite.cli.config';

const inRoot = (...parts: string[]) => path.join(path.dirname(fileURLToPath(import.meta.url)), ...parts);

export default defineConfig({
  main: {
    define: bundleConstants,
    build: {
      target: 'node18.15',
      outDir: inRoot('out/main'),
      externalizeDeps: false,
      rolldownOptions: { input: inRoot('electron/main.ts'), output: commonJs('main') },
    },
  },
  preload: {
    build: {
      target: 'node18.15',
      outDir: inRoot('out/preload'),
      externalizeDeps: false,
      minify: true,
      rolldownOptions: { input: inRoot('electron/preload.ts'), output: commonJs('preload') },
    },
  },
  renderer: {
    root: inRoot('renderer'),
    plugins: [react()],
    build: {
      target: 'chrome114',
      cssTarget: 'chrome114',
      outDir: inRoot('out/renderer'),
      minify: true,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: inRoot('renderer/index.html') },
    },
  },
});
