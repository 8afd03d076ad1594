// Time from starting the desktop app to its first page on screen. Only where the set-up has already been done:
// a bench installs nothing.
import { existsSync, readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { inRoot, root } from '../lib/project.mjs';
import { electronSwitches, openDesktop, setUpApp } from '../setup.mjs';
import { temporaryHome } from './processes.mjs';

const DEADLINE_MS = 30_000;

/** @param {number} runs @returns {Promise<{ times: number[] } | { why: string }>} */
export async function windowTimes(runs) {
  const folder = inRoot('.electron-dist');
  if (!existsSync(folder) || readdirSync(folder).length === 0) return { why: 'no Electron set up here' };
  try {
    const prepared = await setUpApp({ tests: true });
    const { _electron: electron } = await import('playwright-core');
    const desktop = await openDesktop(prepared);
    try {
      const times = [];
      for (let n = 0; n < runs; n += 1) times.push(await once(electron, prepared, desktop));
      return { times };
    } finally {
      await desktop.stop();
    }
  } catch (error) {
    return { why: String(error?.message ?? error).split('\n')[0] };
  }
}

async function once(electron, prepared, desktop) {
  const { home, remove } = temporaryHome();
  const startedAt = performance.now();
  let app;
  try {
    app = await electron.launch({
      executablePath: prepared.runtime.executable,
      args: [...electronSwitches(prepared), root],
      cwd: root,
      env: { ...desktop.env, GATEHOUSE_HOME: home, GATEHOUSE_PORT: '0' },
      chromiumSandbox: desktop.env.ELECTRON_DISABLE_SANDBOX === undefined,
      timeout: DEADLINE_MS,
    });
    const page = await app.firstWindow({ timeout: DEADLINE_MS });
    await page.locator('[data-testid="page-overview"]').waitFor({ timeout: DEADLINE_MS });
    return performance.now() - startedAt;
  } finally {
    await app?.close();
    remove();
  }
}
