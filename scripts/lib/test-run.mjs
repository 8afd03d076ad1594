// The pure parts of `npm test`: the closing line and what a run with arguments needs.

/** @typedef {{ passed: number, failed: number, skipped: number, ended: boolean }} ResultCounts */

/**
 * @param {readonly { ok: boolean }[]} stages lint, types, build …: each counts as one
 * @param {ResultCounts | undefined} tests what the reporter wrote, undefined when it never came to that
 * @param {boolean} vitestOk whether vitest itself ended with 0
 */
export function summarize(stages, tests, vitestOk) {
  const counts = tests ?? { passed: 0, failed: 0, skipped: 0, ended: false };
  const passed = counts.passed + stages.filter(({ ok }) => ok).length;
  let failed = counts.failed + stages.filter(({ ok }) => !ok).length;
  // A run that was cut off, or that failed without naming a test, is a failure of its own.
  if (!counts.ended || (!vitestOk && counts.failed === 0)) failed += 1;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return { line: `${passed} passed, ${failed} failed${skipped}`, ok: failed === 0 && counts.passed > 0 };
}

/**
 * Whether vitest, run with these arguments, can reach a test that starts Electron.
 * @param {readonly string[]} args @param {readonly string[]} e2eFiles
 */
export function reachesElectron(args, e2eFiles) {
  const projects = [];
  const filters = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i];
    if (arg === '--project') projects.push(args[++i] ?? '');
    else if (arg.startsWith('--project=')) projects.push(arg.slice('--project='.length));
    else if (arg === '-t' || arg === '--testNamePattern') i += 1;
    else if (!arg.startsWith('-')) filters.push(arg);
  }
  // A pattern or a negation may mean e2e as well.
  if (projects.length > 0 && !projects.some((name) => name === 'e2e' || /[*!]/.test(name))) return false;
  return filters.length === 0 || filters.some((filter) => e2eFiles.some((file) => file.includes(filter)));
}
