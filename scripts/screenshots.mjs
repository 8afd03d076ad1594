// `npm run screenshots`: the pictures of docs/screenshots, taken from the real app with a little real traffic: a good
// client, a stale one, and every channel with its vendor's double behind it, one of them in trouble. `--all FOLDER`
// takes every page and the dialogs of Channels and Tasks in both themes and languages instead, in a small window.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { fail, inRoot, root } from './lib/project.mjs';
import { electronSwitches, openDesktop, setUpApp } from './setup.mjs';

const PAGES = ['overview', 'channels', 'auth-log', 'credentials', 'tasks', 'settings'];
const PICTURES = ['overview', 'channels', 'messages', 'auth-log'];
/** Everything must fit into this much of a page. */
const SMALL = { width: 1_000, height: 700 };
const SAYINGS = [
  ['wang', '王芳', '早上好，部署完成了吗？'],
  ['wang', '王芳', '收到，谢谢！'],
  ['marta', 'Marta', 'Is the gateway up again?'],
  ['marta', 'Marta', 'Great, that solved it.'],
];

async function main(args) {
  const everything = args[0] === '--all';
  const folder = everything ? path.resolve(args[1] ?? 'screenshots') : inRoot('docs/screenshots');
  const prepared = await setUpApp({ tests: true });
  await build(['vendors']);
  const { startVendors } = await import(pathToFileURL(inRoot('out/vendors/vendors.mjs')).href);
  const { _electron: electron } = await import('playwright-core');
  const home = mkdtempSync(path.join(tmpdir(), 'gatehouse-screens-'));
  const vendors = await startVendors();
  await vendors.prepare(home);
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
    await messages(vendors, home);
    await tasks(page);
    await page.locator('[data-page="channels"]').first().click();
    await page.locator('[data-testid="channel-discord-demo"][data-word="retrying"]').waitFor();
    mkdirSync(folder, { recursive: true });
    await dismissNotices(page);
    if (!everything) {
      for (const id of PICTURES) await picture(page, id, path.join(folder, `${id}.png`));
      return;
    }
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, SMALL);
    for (const theme of ['light', 'dark']) {
      for (const language of ['en', 'zh-CN']) {
        await page.evaluate((ui) => window.gatehouse.call('settings.update', { ui }), { theme, language });
        // The page reads its language when it loads or when its own Settings change it.
        await page.reload();
        await dismissNotices(page);
        await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
        for (const id of [...PAGES, 'messages'])
          await picture(page, id, path.join(folder, `${id}-${theme}-${language}.png`));
        for (const [id, open] of Object.entries(DIALOGS)) {
          await open(page, vendors);
          await page.screenshot({
            path: path.join(folder, `${id}-${theme}-${language}.png`),
            animations: 'disabled',
          });
          await page.keyboard.press('Escape');
        }
      }
    }
  } finally {
    await app.close();
    await desktop.stop();
    await vendors.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Each ends with Escape. */
const DIALOGS = {
  webhook: async (page) => {
    await openList(page);
    await at(page, 'channel-webhook-demo').click();
    await at(page, 'tab-status').click();
    await at(page, 'curl-example').waitFor();
  },
  'channel-form': (page) => openForm(page, 'feishu'),
  'channel-form-more': async (page) => {
    await openForm(page, 'telegram');
    await at(page, 'account-more').locator('summary').click();
    await at(page, 'account-save').click();
    await at(page, 'field-botToken-error').waitFor();
  },
  'channel-form-rejected': async (page, { doubles }) => {
    const { settings } = doubles.find(({ channel }) => channel === 'telegram');
    await openForm(page, 'telegram');
    await at(page, 'account-more').locator('summary').click();
    await at(page, 'field-apiRoot').fill(settings.apiRoot);
    await at(page, 'field-botToken').fill('7120001:AAE-wrong_token_0123456789abcdefghij');
    await at(page, 'account-save').click();
    await at(page, 'account-rejected').waitFor();
  },
  'channel-form-note': async (page, { doubles }) => {
    const double = doubles.find(({ channel }) => channel === 'telegram');
    await openList(page);
    await at(page, 'channel-telegram-demo').click();
    await at(page, 'channel-edit').click();
    await at(page, 'field-botToken').fill(double.secrets.botToken);
    double.hook('https://bots.example.com/hook');
    await at(page, 'account-save').click();
    await at(page, 'account-note').waitFor();
    double.hook('');
  },
  'channel-login': async (page) => {
    await at(page, 'channel-openclaw-weixin-demo').click();
    await at(page, 'channel-login').click();
    await at(page, 'qr-code').waitFor();
  },
  'channel-remove': async (page) => {
    await openList(page);
    await at(page, 'channel-slack-demo').click();
    await at(page, 'channel-remove').click();
    await at(page, 'dialog-remove').waitFor();
  },
  'add-channel': openPicker,
  'task-form': async (page) => {
    await page.locator('[data-page="tasks"]').first().click();
    await at(page, 'task-row').filter({ hasText: 'Hourly summary' }).click();
    await at(page, 'task-edit').click();
    await at(page, 'task-conversation').waitFor();
  },
};

const at = (page, id) => page.getByTestId(id);

async function openList(page) {
  if ((await at(page, 'pick-cancel').count()) > 0) await at(page, 'pick-cancel').click();
}

async function openPicker(page) {
  if ((await at(page, 'channel-add').count()) > 0) await at(page, 'channel-add').click();
  await at(page, 'channel-picker').waitFor();
}

async function openForm(page, kind) {
  await openPicker(page);
  await at(page, `pick-${kind}`).click();
  await at(page, 'account-save').waitFor();
}

async function picture(page, id, file) {
  const pageId = id === 'messages' ? 'channels' : id;
  await page.locator(`[data-page="${pageId}"]`).first().click();
  await page.locator(`[data-testid="page-${pageId}"]`).waitFor();
  if (id === 'auth-log') await page.locator('[data-testid="log-row"]').first().click();
  if (id === 'channels') await page.locator('[data-testid="channel-discord-demo"]').click();
  if (id === 'messages') {
    await page.locator('[data-testid="channel-telegram-demo"]').click();
    await page.locator('[data-testid="tab-messages"]').click();
    await page.locator('[data-testid="conversation"]').first().click();
    await page.locator('[data-testid="message"]').first().waitFor();
  }
  await page.screenshot({ path: file, animations: 'disabled' });
}

/** Something from every vendor; then one of them is gone. */
async function messages(vendors, home) {
  await vendors.aim(home);
  for (const double of vendors.doubles) {
    if (double.channel !== 'webhook') await double.linked();
    for (const [sender, senderName, text] of SAYINGS) await double.deliver({ sender, senderName, text });
  }
  const gone = vendors.doubles.find(({ channel }) => channel === 'discord');
  await gone.fault('down');
}

/** One that works, one that does not, one that waits. */
async function tasks(page) {
  const job = (name, text, schedule, delivery) => ({
    ...{ name, schedule, delivery, sessionTarget: 'main', wakeMode: 'now' },
    payload: { kind: 'systemEvent', text },
  });
  const every = { kind: 'every', everyMs: 3_600_000 };
  const announce = (channel, to) => ({ mode: 'announce', channel, accountId: 'demo', to });
  const added = [];
  for (const input of [
    job('Standup', '9 点站会', { kind: 'cron', expr: '0 9 * * 1-5' }, announce('feishu', 'oc_team')),
    job('Hourly summary', 'Say what came in.', every, announce('telegram', '424242')),
    job('Nightly backup', 'Back up.', every, { mode: 'none' }),
  ]) {
    added.push(await call(page, 'cron.add', input));
  }
  for (const { id } of added.slice(1)) await call(page, 'cron.run', { id });
}

async function dismissNotices(page) {
  const close = page.locator('[data-testid^="notice-"] button');
  while ((await close.count()) > 0) await close.first().click();
}

/** What a first day looks like: the token is read in main, as a person would copy it. */
async function traffic(app, page) {
  const { WebSocket } = await import('ws');
  const clipboard = () => app.evaluate(({ clipboard }) => clipboard.readText());
  const { gateway } = await call(page, 'status.get');
  await call(page, 'credential.copy');
  const token = await clipboard();
  await connect(WebSocket, gateway.url, { id: 'cli', mode: 'cli', version: '2026.9.6' }, token);
  await call(page, 'credential.rotate', { reason: 'routine', graceMs: 0 });
  const stale = {
    id: 'gateway-client',
    mode: 'backend',
    version: '2026.4.29',
    displayName: 'gateway:channels.status',
  };
  for (let count = 0; count < 3; count += 1) await connect(WebSocket, gateway.url, stale, token);
}

async function call(page, name, params) {
  const reply = await page.evaluate(([n, p]) => window.gatehouse.call(n, p), [name, params]);
  if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`);
  return reply.value;
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
