// `npm run screenshots`: the pictures of docs/screenshots, taken from the real app with a little real traffic: a good
// client, a stale one, a webhook delivery. `--all FOLDER` takes every page in both themes and languages instead.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fail, inRoot, root } from './lib/project.mjs';
import { electronSwitches, openDesktop, setUpApp } from './setup.mjs';

const PAGES = ['overview', 'channels', 'auth-log', 'credentials', 'tasks', 'settings'];
const PICTURES = ['overview', 'auth-log'];

async function main(args) {
  const everything = args[0] === '--all';
  const folder = everything ? path.resolve(args[1] ?? 'screenshots') : inRoot('docs/screenshots');
  const prepared = await setUpApp({ tests: true });
  const { _electron: electron } = await import('playwright-core');
  const home = mkdtempSync(path.join(tmpdir(), 'gatehouse-screens-'));
  const desktop = await openDesktop(prepared);
  const app = await electron.launch({
    executablePath: prepared.runtime.executable,
    args: [...electronSwitches(prepared), root],
    cwd: root,
    env: { ...desktop.env, GATEHOUSE_HOME: home, GATEHOUSE_PORT: '0' },
    chromiumSandbox: desktop.env.ELECTRON_DISABLE_SANDBOX === undefined,
  });
  try {
    const page = await app.firstWindow();
    await page.locator('[data-testid="gateway-state"][data-state="listening"]').first().waitFor();
    await traffic(app, page);
    mkdirSync(folder, { recursive: true });
    await dismissNotices(page);
    if (!everything) {
      for (const id of PICTURES) await picture(page, id, path.join(folder, `${id}.png`));
      return;
    }
    for (const theme of ['light', 'dark']) {
      for (const language of ['en', 'zh-CN']) {
        await page.evaluate((ui) => window.gatehouse.call('settings.update', { ui }), { theme, language });
        // The page reads its language when it loads or when its own Settings change it.
        await page.reload();
        await dismissNotices(page);
        await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
        for (const id of PAGES) await picture(page, id, path.join(folder, `${id}-${theme}-${language}.png`));
      }
    }
  } finally {
    await app.close();
    await desktop.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function picture(page, id, file) {
  await page.locator(`[data-page="${id}"]`).first().click();
  await page.locator(`[data-testid="page-${id}"]`).waitFor();
  const row = page.locator('[data-testid="log-row"]').first();
  if (id === 'auth-log') await row.click();
  await page.screenshot({ path: file, animations: 'disabled' });
}

async function dismissNotices(page) {
  const close = page.locator('[data-testid^="notice-"] button');
  while ((await close.count()) > 0) await close.first().click();
}

/** What a first day looks like: the token is read in main, as a person would copy it. */
async function traffic(app, page) {
  const { WebSocket } = await import('ws');
  const call = async (name, params) => {
    const reply = await page.evaluate(([n, p]) => window.gatehouse.call(n, p), [name, params]);
    if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`);
    return reply.value;
  };
  const clipboard = () => app.evaluate(({ clipboard }) => clipboard.readText());
  const { gateway } = await call('status.get');
  await call('credential.copy');
  const token = await clipboard();
  await connect(WebSocket, gateway.url, { id: 'cli', mode: 'cli', version: '2026.9.6' }, token);
  await call('credential.rotate', { reason: 'routine', graceMs: 0 });
  const stale = {
    id: 'gateway-client',
    mode: 'backend',
    version: '2026.4.29',
    displayName: 'gateway:channels.status',
  };
  for (let count = 0; count < 3; count += 1) await connect(WebSocket, gateway.url, stale, token);
  await call('channels.setEnabled', { channel: 'webhook', accountId: 'default', enabled: true });
  await call('channels.newSecret', { channel: 'webhook', accountId: 'default' });
  const response = await fetch(`${gateway.url.replace('ws:', 'http:')}/channels/webhook/default`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await clipboard()}` },
    body: JSON.stringify({ id: '1', conversation: 'build', sender: 'ci', text: 'Build 214 is green' }),
  });
  if (response.status !== 202) throw new Error(`the webhook answered ${response.status}`);
}

function connect(WebSocket, url, client, token) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on('error', reject);
    socket.on('close', resolve);
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString());
      if (frame.event === 'connect.challenge') {
        const params = {
          minProtocol: 3,
          maxProtocol: 4,
          client: { platform: 'linux', ...client },
          auth: { token },
        };
        socket.send(JSON.stringify({ type: 'req', id: '1', method: 'connect', params }));
      } else if (frame.type === 'res') socket.close();
    });
  });
}

main(process.argv.slice(2)).catch(fail);
