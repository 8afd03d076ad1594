// Type-checks every part, the parts that run in Electron twice: against the typings of the version that is shipped
// and of the oldest that is run.
import { pathToFileURL } from 'node:url';
import { tool } from './lib/run.mjs';

export const TYPE_CHECKS = [
  { name: 'types: electron', project: 'electron/tsconfig.json' },
  { name: 'types: electron, oldest runtime', project: 'electron/tsconfig.electron25.json' },
  { name: 'types: renderer', project: 'renderer/tsconfig.json' },
  { name: 'types: test', project: 'test/tsconfig.json' },
];

/** @param {{ project: string }} check */
export function typeCheck({ project }) {
  return tool('typescript/bin/tsc', ['--project', project, '--pretty', 'false']);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const check of TYPE_CHECKS) {
    const { ok, output } = await typeCheck(check);
    console.log(`${ok ? 'ok' : 'FAILED'}  ${check.name}`);
    if (!ok) {
      console.log(output.trimEnd());
      process.exitCode = 1;
    }
  }
}
