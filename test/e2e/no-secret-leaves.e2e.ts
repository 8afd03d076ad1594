import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isProven, launchApp, newHome, removeHome } from '../helpers/electron-app';
import { connectParams, TestClient } from '../helpers/ws-client';

const MARKER = 'zQ7-Marker_9xKf4LwT2bVn8RmC5dHs3GpJ';
const FORMS = [MARKER, Buffer.from(MARKER).toString('base64').replace(/=+$/, ''), encodeURIComponent(MARKER)];
const PAGES = ['overview', 'channels', 'auth-log', 'credentials', 'tasks', 'settings'] as const;

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries.map((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(file);
    return entry.isFile() ? [file] : [];
  });
  return (await Promise.all(lists)).flat();
}

/** argv and environ of the app and of everything it started (SEC-24); only Linux shows them. */
async function argumentsAndEnvironments(root: number): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '') : '';
    const parent = /^.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === root || isOurs(parents.get(pid)));
  const pids = [...parents.keys()].filter(isOurs);
  const read = (file: string) => readFile(file, 'latin1').catch(() => '');
  return Promise.all(
    pids.flatMap((pid) => ['cmdline', 'environ'].map((kind) => read(`/proc/${pid}/${kind}`))),
  );
}

it('no IPC message, page, argument, environment, log or file but the credential store ever holds the token', async () => {
  const home = await newHome();
  onTestFinished(() => removeHome(home));
  const app = await launchApp({ home });
  onTestFinished(() => app.stop());
  await app.status(isProven);
  // Everything that crosses is recorded on main's side of the bridge, in both directions.
  await app.electron.evaluate(({ ipcMain, webContents }) => {
    const seen: string[] = [];
    (globalThis as Record<string, unknown>).__seen = seen;
    type Handler = (event: unknown, ...args: unknown[]) => Promise<unknown>;
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    const real = handlers.get('gatehouse:call');
    if (!real) throw new Error('no IPC handler to record');
    handlers.set('gatehouse:call', async (event, ...args) => {
      const reply = await real(event, ...args);
      seen.push(JSON.stringify([args, reply]));
      return reply;
    });
    for (const contents of webContents.getAllWebContents()) {
      const send = contents.send.bind(contents);
      contents.send = (channel: string, ...args: unknown[]) => {
        seen.push(JSON.stringify([channel, args]));
        send(channel, ...args);
      };
    }
  });

  await app.electron.evaluate(({ clipboard }, text) => clipboard.writeText(text), MARKER);
  const seen = await app.call('credential.inspectClipboard');
  if (!seen.ok) throw new Error(`the marker was not taken: ${seen.problem}`);
  await app.call('credential.adoptClipboard', { fingerprint: seen.fingerprint });
  await app.status(({ credential }) => credential.state === 'ready' && credential.generation === 2);
  await app.call('credential.copy');
  expect(await app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(MARKER);
  await app.call('probe.run');
  await app.call('authLog.query', {});
  const pages: string[] = [];
  for (const id of PAGES) {
    await app.page.locator(`[data-page="${id}"]`).first().click();
    await app.page.getByTestId(`page-${id}`).waitFor();
    pages.push(await app.page.content());
  }
  await app.call('credential.rotate', { reason: 'leaked', graceMs: 0 });
  await app.call('probe.run');
  // Refused with the marker itself: neither the answer nor the log may repeat it.
  const { gateway } = await app.status(isProven);
  const stranger = await TestClient.open(gateway.url ?? '');
  const refusal = JSON.stringify(await stranger.connect(connectParams({ token: MARKER })));
  await app.call('authLog.query', { outcome: 'refused' });
  const processes = await argumentsAndEnvironments(app.electron.process().pid ?? 0);

  const messages = await app.electron.evaluate(
    () => (globalThis as Record<string, unknown>).__seen as string[],
  );
  expect(messages.length).toBeGreaterThan(10);
  expect(messages.some((message) => message.includes('gatehouse:event'))).toBe(true);
  await app.stop();
  const files = (await filesUnder(home)).filter((file) => !path.basename(file).startsWith('credential.json'));
  expect(processes.length).toBeGreaterThan(process.platform === 'linux' ? 3 : -1);
  const texts = [...messages, ...pages, ...processes, refusal, app.output()];
  for (const file of files) texts.push(await readFile(file, 'latin1'));
  expect(files.length).toBeGreaterThan(3);
  for (const form of FORMS) {
    const holders = texts.filter((text) => text.includes(form));
    expect(holders, `found ${form.slice(0, 6)}…`).toEqual([]);
  }
});
