// The test projects, one per kind of proof. Only `e2e` sees the real Electron; everywhere else `electron` is a
// fake that throws, because the npm package would download a binary on its first import.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const version = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')).version as string;
const fakeElectron = fileURLToPath(new URL('test/helpers/fake-electron.ts', import.meta.url));
/** Only for what hangs: how fast a machine is, is no test's business. */
const DEADLINES = { testTimeout: 600_000, hookTimeout: 600_000 };
const shared = { define: { __GATEHOUSE_VERSION__: JSON.stringify(version) } };

function nodeProject(name: string, include: string[]): TestProjectInlineConfiguration {
  return {
    ...shared,
    resolve: { alias: { electron: fakeElectron } },
    test: {
      name,
      include,
      environment: 'node',
      ...DEADLINES,
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
      nodeProject('gateway', ['test/gateway/**/*.test.ts']),
      nodeProject('raw', ['test/raw/**/*.test.ts']),
      nodeProject('contract', ['test/contract/**/*.test.ts']),
      nodeProject('property', ['test/property/**/*.test.ts']),
      // Skipped, with the reason, where Debian's Chromium is not installed.
      nodeProject('browser', ['test/browser/**/*.test.ts']),
      nodeProject('guards', ['test/guards/**/*.test.ts']),
      {
        ...shared,
        plugins: [react()],
        resolve: { alias: { electron: fakeElectron } },
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          ...DEADLINES,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          environment: 'node',
          ...DEADLINES,
          expect: { poll: { timeout: 20_000 } },
          // One window at a time, after everything else: two cores cannot time two Electrons honestly.
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
