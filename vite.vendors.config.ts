// The vendors' doubles as one module for plain Node: behind `npm run demo` and the bench of channels. Never packaged.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const inRoot = (...parts: string[]) => path.join(path.dirname(fileURLToPath(import.meta.url)), ...parts);

export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: inRoot('out/vendors'),
    emptyOutDir: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: inRoot('test/doubles/vendors.ts'),
      output: { format: 'es', entryFileNames: 'vendors.mjs', codeSplitting: false },
    },
  },
});
