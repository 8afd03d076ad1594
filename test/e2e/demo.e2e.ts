// `npm run demo`: every channel connected to its made-up vendor, messages from all of them, "demo" where the title bar
// is, and nothing left behind after Ctrl-C.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { CHANNEL_KINDS } from '../../shared/model/channel-kinds';
import { launchApp, removeHome } from '../helpers/electron-app';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHANNELS = CHANNEL_KINDS.map(({ id }) => id).sort();

/** The script as a terminal would start it, with everything temporary in a folder of its own. */
async function runDemo() {
  const folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-e2e-demo-'));
  const child = spawn(process.execPath, ['scripts/demo.mjs', '--disable-gpu', '--remote-debugging-port=0'], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder, TMP: folder, TEMP: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    await removeHome(folder);
  });
  const debugPort = await new Promise<string>((resolve, reject) => {
    let output = '';
    const look = (chunk: Buffer) => {
      output += chunk.toString();
      const [, port] = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(output) ?? [];
      if (port !== undefined) resolve(port);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', () => reject(new Error(`the demo ended: ${output}`)));
  });
  return { child, exited, folder, debugPort };
}

/** Asks in the page, as the panel itself would, until every channel is connected and has brought a message. */
const ASK = `new Promise((resolve) => {
  const look = ({ channels }) => {
    const alive = channels.filter(({ word, received }) => word === 'connected' && received > 0);
    if (alive.length === ${CHANNELS.length}) resolve(alive.map(({ channel }) => channel).sort());
  };
  globalThis.gatehouse.on('status.changed', look);
  globalThis.gatehouse.call('status.get').then((reply) => reply.ok && look(reply.value));
})`;

/** Not by Playwright, which can no longer talk to an older Electron that it did not start itself. */
async function evaluateInWindow(debugPort: string, expression: string): Promise<unknown> {
  let address: string | undefined;
  while (address === undefined) {
    const targets = await fetch(`http://127.0.0.1:${debugPort}/json/list`).then((reply) => reply.json());
    address = targets.find(({ url }: { url: string }) => url === 'app://gatehouse/')?.webSocketDebuggerUrl;
  }
  const socket = new WebSocket(address);
  try {
    await once(socket, 'open');
    const params = { expression, awaitPromise: true, returnByValue: true };
    for (;;) {
      socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
      const [answer] = await once(socket, 'message');
      const { result } = JSON.parse(String(answer));
      // Without one the page was still being loaded, and took the question with it.
      if (result !== undefined) return result.result.value;
    }
  } finally {
    socket.terminate();
  }
}

it('connects every channel, brings messages from each, and removes everything at Ctrl-C', async () => {
  const { child, exited, folder, debugPort } = await runDemo();
  expect(await evaluateInWindow(debugPort, ASK)).toEqual(CHANNELS);
  expect(await readdir(folder)).toContainEqual(expect.stringMatching(/^gatehouse-demo-/));
  child.kill('SIGINT');
  expect(await exited).toEqual([0, null]);
  expect(await readdir(folder)).toEqual([]);
});

it('says "demo" in the title bar, and only then', async () => {
  for (const [env, title] of [
    [{ GATEHOUSE_DEMO: '1' }, 'Gatehouse – demo'],
    [{ GATEHOUSE_DEMO: undefined }, 'Gatehouse'],
  ] as const) {
    const app = await launchApp({ env });
    onTestFinished(() => app.stop());
    const titles = await app.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.getTitle()),
    );
    expect(titles).toEqual([title]);
    await app.stop();
  }
});
