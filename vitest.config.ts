// The test projects, one per kind of proof. Only `e2e` sees the real Electron; everywhere else `electron` is a
// fake that throws, because the npm package would download a binary on its first import.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const version = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')).version as string;
const fakeElectron = fileURLToPath(new URL('test/helpers/fake-electron.ts', import.meta.url));
const shared = { define: { __GATEHOUSE_VERSION__: JSON.stringify(version) } };

function nodeProject(name: string, include: string[], testTimeout = 5_000): TestProjectInlineConfiguration {
  return {
    ...shared,
    resolve: { alias: { electron: fakeElectron } },
    test: {
      name,
      include,
      environment: 'node',
      testTimeout,
      // Inlined, so that its own `import 'electron'` meets the fake as well.
      server: { deps: { inline: ['electron-store'] } },
    },
  };
}

export default defineConfig({
  test: {
    reporters: ['default', './test/helpers/reporter.ts'],
    projects: [
      nodeProject(
        'unit',
        ['core', 'shell', 'shared', 'scripts'].map((folder) => `test/${folder}/**/*.test.ts`),
      ),
      nodeProject('gateway', ['test/gateway/**/*.test.ts'], 10_000),
      nodeProject('raw', ['test/raw/**/*.test.ts'], 10_000),
      nodeProject('contract', ['test/contract/**/*.test.ts'], 15_000),
      nodeProject('property', ['test/property/**/*.test.ts'], 60_000),
      // Skipped, with the reason, where Debian's Chromium is not installed.
      nodeProject('browser', ['test/browser/**/*.test.ts'], 30_000),
      nodeProject('guards', ['test/guards/**/*.test.ts'], 60_000),
      {
        ...shared,
        plugins: [react()],
        resolve: { alias: { electron: fakeElectron } },
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          testTimeout: 10_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One window at a time, after everything else: two cores cannot time two Electrons honestly.
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
