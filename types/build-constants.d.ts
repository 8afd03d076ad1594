// Put in at build time from package.json (vite.cli.config.ts) and for tests by vitest.config.ts.
declare const __GATEHOUSE_VERSION__: string;
