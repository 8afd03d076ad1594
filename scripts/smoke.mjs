// `npm run smoke`: starts the real app with a temporary home, waits until its gateway is ready, has it probe itself
// and photographs every page. Prints one JSON line on standard output, and ends with 0 only when all of it worked.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRoot, root, SetupError, say } from './lib/project.mjs';
import { electronSwitches, openDesktop, setUpApp } from './setup.mjs';

const PAGES = ['overview', 'channels', 'auth-log', 'credentials', 'tasks', 'settings'];
const FACTS = ['portOpen', 'protocol', 'credential', 'scope'];
const SCREENS = 'out-smoke';
const STEP_DEADLINE_MS = 30_000;

async function main() {
  const prepared = await setUpApp({ tests: true });
  const { _electron: electron } = await import('playwright-core');
  const home = mkdtempSync(path.join(tmpdir(), 'gatehouse-smoke-'));
  const desktop = await openDesktop(prepared);
  let app;
  try {
    app = await electron.launch({
      executablePath: prepared.runtime.executable,
      args: [...electronSwitches(prepared), root],
      cwd: root,
      env: { ...desktop.env, GATEHOUSE_HOME: home, GATEHOUSE_PORT: '0' },
      chromiumSandbox: desktop.env.ELECTRON_DISABLE_SANDBOX === undefined,
      timeout: STEP_DEADLINE_MS,
    });
    app.process().stderr.pipe(process.stderr);
    return await inspect(await app.firstWindow({ timeout: STEP_DEADLINE_MS }));
  } finally {
    await app?.close();
    await desktop.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function inspect(page) {
  page.setDefaultTimeout(STEP_DEADLINE_MS);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const status = await readyStatus(page);
  const report = await call(page, 'probe.run');
  const probe = Object.fromEntries(FACTS.map((fact) => [fact, report[fact] === 'ok']));
  const screens = [];
  rmSync(inRoot(SCREENS), { recursive: true, force: true });
  mkdirSync(inRoot(SCREENS), { recursive: true });
  for (const id of PAGES) {
    await page.locator(`[data-page="${id}"]`).first().click();
    await page.locator(`[data-testid="page-${id}"]`).waitFor();
    const screen = `${SCREENS}/${id}.png`;
    await page.screenshot({ path: inRoot(screen), animations: 'disabled' });
    screens.push(screen);
  }
  const result = { url: status.gateway.url, probe, channels: status.channels.length, screens };
  if (errors.length > 0) return { ok: false, reason: `the page threw: ${errors.join('; ')}`, ...result };
  if (Object.values(probe).includes(false))
    return { ok: false, reason: `probe: ${report.error ?? 'a fact is not ok'}`, ...result };
  return { ok: true, ...result };
}

async function readyStatus(page) {
  const giveUpAt = Date.now() + STEP_DEADLINE_MS;
  let state = 'unknown';
  while (Date.now() < giveUpAt) {
    const status = await call(page, 'status.get');
    state = status.gateway.state;
    if (state === 'listening' && status.gateway.url) return status;
    await page.waitForTimeout(100);
  }
  throw new SetupError(`the gateway was not ready in time (state: ${state})`);
}

async function call(page, name) {
  // The bridge is there before the page's own scripts run, the window possibly before its document.
  await page.waitForFunction(() => 'gatehouse' in window);
  const reply = await page.evaluate((callName) => window.gatehouse.call(callName), name);
  if (!reply.ok) throw new SetupError(`${name}: ${reply.error.code}: ${reply.error.message}`);
  return reply.value;
}

async function report() {
  const result = await main().catch((error) => {
    if (!(error instanceof SetupError)) say(String(error?.stack ?? error));
    return { ok: false, reason: String(error?.message ?? error).split('\n')[0] };
  });
  console.log(JSON.stringify(result));
  process.exitCode = result.ok ? 0 : 1;
}

await report();
