// The `gatehouse` command as one CommonJS file for plain Node, and the settings it shares with Electron's main.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const inRoot = (...parts: string[]) => path.join(path.dirname(fileURLToPath(import.meta.url)), ...parts);
const version = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')).version as string;

export const bundleConstants = {
  __GATEHOUSE_VERSION__: JSON.stringify(version),
  // ws looks for these two native add-ons at run time; a bundle has none, and must not go looking.
  'process.env.WS_NO_BUFFER_UTIL': '"1"',
  'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
};

export function commonJs(name: string) {
  return { format: 'cjs' as const, entryFileNames: `${name}.cjs`, codeSplitting: false };
}

export default defineConfig({
  define: bundleConstants,
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node18.15',
    outDir: inRoot('out/cli'),
    emptyOutDir: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: inRoot('electron/cli.ts'),
      external: ['electron'],
      output: { ...commonJs('gatehouse'), banner: '#!/usr/bin/env node' },
    },
  },
});
