// `npm run test:interop [-- --version V] [-- --only TEXT] [-- --upstream] [-- --evidence FOLDER] [-- --write]`: runs the
// published OpenClaw command lines against the built headless gateway and prints what passes. About ten minutes, and
// 1.5 GB in a cache the first time. --write renews the table in docs/interop.md; --upstream runs the same against
// OpenClaw's own gateway, to see what it answers; --evidence keeps every frame and all output.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { createCommandLine } from './interop/command-line.mjs';
import { ROWS } from './interop/commands.mjs';
import { startOurs, startUpstream } from './interop/gateways.mjs';
import { installCli, VERSIONS } from './interop/install.mjs';
import { judge } from './interop/judge.mjs';
import { screenTable, writePage } from './interop/report.mjs';
import { startTap } from './interop/tap.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fail, say } from './lib/project.mjs';

/** @typedef {{ id: string, version: string, ok: boolean, reason?: string, ms: number }} Outcome */

async function main() {
  const { values } = parseArgs({
    options: {
      version: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      upstream: { type: 'boolean' },
      evidence: { type: 'string' },
      write: { type: 'boolean' },
    },
  });
  await ensureDependencies();
  if (!values.upstream) await build(['cli']);
  const versions = VERSIONS.filter((version) => values.version?.includes(version) ?? true);
  const rows = ROWS.filter(({ id }) => values.only?.some((text) => id.includes(text)) ?? true);
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const version of versions) {
    const cli = await installCli(version);
    outcomes.push(...(await runAll(cli, rows, values)));
  }
  console.log(screenTable(outcomes));
  if (values.write && !values.upstream) writePage(outcomes);
  const failed = outcomes.filter(({ ok }) => !ok).length;
  console.log(`${outcomes.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

async function runAll(cli, rows, { upstream, evidence }) {
  const gateway = await (upstream ? startUpstream(cli) : startOurs());
  const tap = await startTap(gateway.port);
  const line = createCommandLine({ cli, port: tap.port, token: gateway.token });
  const world = {
    port: tap.port,
    token: gateway.token,
    version: cli.version,
    memory: {},
    run: line.run,
    configure: line.configure,
  };
  const outcomes = [];
  const breakOff = () => {
    process.kill(gateway.pid);
    line.remove();
  };
  process.on('exit', breakOff);
  try {
    // OpenClaw's own 2026.4.29 approves a device for what it first asks, and never more: let it ask for everything.
    if (upstream) await line.run(['gateway', 'call', 'a.method.that.does.not.exist']);
    for (const row of rows.filter(({ only }) => only === undefined || only === cli.version)) {
      await row.before?.(world);
      tap.take();
      const args = typeof row.args === 'function' ? row.args(world.memory) : (row.args ?? row.id.split(' '));
      const ended = await line.run(args, row.env);
      const conversations = tap.take();
      const reason = await judge(row, ended, conversations, world);
      outcomes.push({ id: row.id, version: cli.version, ok: reason === undefined, reason, ms: ended.ms });
      say(
        `${reason === undefined ? 'ok  ' : 'FAIL'} ${cli.version} ${row.id} (${ended.ms} ms) ${reason ?? ''}`,
      );
      if (evidence) keep(evidence, row, cli.version, { args, ...ended, reason, conversations });
    }
    for (const what of line.blocked()) say(`${cli.version} tried to leave this machine: ${what}`);
  } finally {
    process.off('exit', breakOff);
    await tap.stop();
    await gateway.stop();
    line.remove();
  }
  return outcomes;
}

function keep(folder, row, version, evidence) {
  const file = path.join(path.resolve(folder), version, `${row.id.replace(/[^\w.-]+/g, '-')}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(evidence, undefined, 1));
}

for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 }))
  process.once(signal, () => process.exit(code));

main().catch(fail);
