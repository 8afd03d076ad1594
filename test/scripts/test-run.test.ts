// The closing line of `npm test`, whatever way the run went, and which arguments reach Electron.
import { expect, it } from 'vitest';
import { reachesElectron, summarize } from '../../scripts/lib/test-run.mjs';

const good = { ok: true };
const bad = { ok: false };
const counts = { passed: 5, failed: 0, skipped: 0, ended: true };

it.each([
  ['all is well', [good, good], counts, true, '7 passed, 0 failed', true],
  ['tests were skipped', [], { ...counts, skipped: 2 }, true, '5 passed, 0 failed, 2 skipped', true],
  ['a stage failed', [good, bad], counts, true, '6 passed, 1 failed', false],
  ['a test failed', [good], { ...counts, failed: 2 }, false, '6 passed, 2 failed', false],
  ['vitest failed and named no test', [], counts, false, '5 passed, 1 failed', false],
  ['vitest died half way', [], { ...counts, ended: false }, false, '5 passed, 1 failed', false],
  ['vitest never began', [good], undefined, false, '1 passed, 1 failed', false],
  ['no test was found', [good], { ...counts, passed: 0 }, true, '1 passed, 0 failed', false],
])('when %s', (_case, stages, tests, vitestOk, line, ok) => {
  expect(summarize(stages, tests, vitestOk)).toEqual({ line, ok });
});

const files = ['test/e2e/tray.e2e.ts'];

it.each([
  [[], true],
  [['--project', 'gateway'], false],
  [['--project=e2e'], true],
  [['--project', '!e2e'], true],
  [['test/core'], false],
  [['tray'], true],
  [['--project', 'unit', 'tray'], false],
  [['-t', 'a name', 'test/core'], false],
])('with %j Electron is reached: %s', (args, expected) => {
  expect(reachesElectron(args, files)).toBe(expected);
});
