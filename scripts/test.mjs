// `npm test`: set-up, then lint, types and build, then every test. `npm test -- --project gateway part-of-a-name`
// hands the arguments to vitest and leaves lint and types out. The last line is always `N passed, N failed`.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { inRoot, readJson, SetupError } from './lib/project.mjs';
import { runInPlace, tool } from './lib/run.mjs';
import { reachesElectron, summarize } from './lib/test-run.mjs';
import { openDesktop, prepareElectron } from './setup.mjs';
import { TYPE_CHECKS, typeCheck } from './typecheck.mjs';

const stages = [];

/** Runs one stage, prints how it ended, and never throws: the stages after it still have something to say. */
async function stage(name, work) {
  const startedAt = Date.now();
  const result = await work().then(
    (value) => (value?.ok === false ? { ok: false, output: value.output } : { ok: true, value }),
    (error) => ({
      ok: false,
      output: error instanceof SetupError ? error.message : String(error?.stack ?? error),
    }),
  );
  stages.push({ name, ok: result.ok });
  console.log(
    `${result.ok ? 'ok    ' : 'FAILED'}  ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
  );
  if (!result.ok) console.log(result.output.trimEnd());
  return result;
}

async function main(args) {
  const installed = await stage('dependencies', ensureDependencies);
  if (!installed.ok) return finish(undefined, false);

  const everything = args.length === 0;
  const needsElectron = everything || reachesElectron(args, e2eFiles());
  const checks = async () => {
    await stage('lint', () => tool('@biomejs/biome/bin/biome', ['check']));
    for (const check of TYPE_CHECKS) await stage(check.name, () => typeCheck(check));
  };
  const [electron] = await Promise.all([
    // Always a display of its own on Linux: a test must not depend on, or disturb, the developer's screen.
    needsElectron
      ? stage('electron', () => prepareElectron({ tests: true, alwaysVirtual: true }))
      : undefined,
    stage('build', () => build()),
    everything ? checks() : undefined,
  ]);
  const withoutE2e = needsElectron && !electron?.ok ? ['--project', '!e2e'] : [];
  await runVitest([...args, ...withoutE2e], electron?.value);
}

async function runVitest(args, prepared) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-test-'));
  const results = path.join(folder, 'results.json');
  let desktop = { env: process.env, stop: async () => {} };
  try {
    if (prepared) desktop = await openDesktop(prepared);
    const env = { ...desktop.env, GATEHOUSE_TEST_RESULTS: results };
    const code = await runInPlace(
      process.execPath,
      [inRoot('node_modules/vitest/vitest.mjs'), 'run', ...args],
      env,
    );
    finish(readJson(results), code === 0);
  } finally {
    await desktop.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function finish(counts, vitestOk) {
  const { line, ok } = summarize(stages, counts, vitestOk);
  for (const { name } of stages.filter((each) => !each.ok)) console.log(`failed: ${name}`);
  process.exitCode = ok ? 0 : 1;
  console.log(line);
}

function e2eFiles() {
  const folder = inRoot('test/e2e');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).map((file) => `test/e2e/${file}`);
}

main(process.argv.slice(2)).catch((error) => {
  console.log(String(error?.stack ?? error));
  finish(undefined, false);
});
