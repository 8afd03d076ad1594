import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  appEnv,
  copyToken,
  electronArguments,
  electronExecutable,
  isListening,
  isProven,
  launchApp,
  newHome,
  removeHome,
} from '../helpers/electron-app';
import { connectParams, TestClient } from '../helpers/ws-client';

async function occupiedPort(): Promise<{
  readonly server: Server;
  readonly port: number;
  connections(): number;
}> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    // Speaks neither HTTP nor anything else, and lets nobody wait for it.
    socket.resume().end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return {
    server,
    port: typeof address === 'object' && address ? address.port : 0,
    connections: () => connections,
  };
}

/** The app without a debugger attached, as a terminal would start it. */
function runApp(home: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(electronExecutable(), electronArguments(), {
    env: appEnv(home, { GATEHOUSE_VIRTUAL_DISPLAY: '1', ...env }),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    for (const wake of waiting) wake();
  });
  // Not at `exit`: what it has printed last may still be on its way then.
  const exited = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  return {
    child,
    exited,
    output: () => output,
    async line(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        if (child.exitCode !== null) throw new Error(`ended without that line: ${output}`);
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
          child.once('exit', () => resolve());
        });
      }
    },
  };
}

describe('the app', () => {
  it('says goodbye to its clients and leaves cleanly on SIGTERM', async () => {
    const app = await launchApp();
    onTestFinished(() => app.stop());
    const { gateway } = await app.status(isProven);
    const client = await TestClient.open(gateway.url ?? '');
    expect(await client.connect(connectParams({ token: await copyToken(app) }))).toMatchObject({ ok: true });
    app.electron.process().kill('SIGTERM');
    const closed = await client.closed;
    const code = await app.exited;
    expect(client.frames.some((frame) => frame.event === 'shutdown')).toBe(true);
    expect([closed.code, code]).toEqual([1012, 0]);
  });

  it.each(['SIGINT', 'SIGHUP'] as const)(
    'prints where it listens and leaves cleanly on %s',
    async (signal) => {
      const home = await newHome();
      onTestFinished(() => removeHome(home));
      const app = runApp(home);
      await app.line(/^Gatehouse is ready: ws:\/\/127\.0\.0\.1:\d+ \(token: Credentials page → Copy\)$/m);
      await app.line(/^No screen here: .+$/m);
      app.child.kill(signal);
      expect(await app.exited).toEqual({ code: 0, signal: null });
    },
  );

  it('asks a person who quits with clients connected, and stays on "no"', async () => {
    const app = await launchApp();
    onTestFinished(() => app.stop());
    const { gateway } = await app.status(isProven);
    const client = await TestClient.open(gateway.url ?? '');
    await client.connect(connectParams({ token: await copyToken(app) }));
    const asked = app.electron.evaluate(
      ({ dialog }) =>
        new Promise<string>((resolve) => {
          dialog.showMessageBox = (async (...args: readonly { readonly message?: string }[]) => {
            resolve(args.at(-1)?.message ?? '');
            return { response: 1, checkboxChecked: false };
          }) as unknown as typeof dialog.showMessageBox;
        }),
    );
    await app.call('app.quit');
    expect(await asked).toBe('One client is connected and will be disconnected.');
    expect(isListening(await app.call('status.get'))).toBe(true);
  });

  it('names who has its port, leaves them alone, and takes over when they are gone', async () => {
    const { server, port, connections } = await occupiedPort();
    const app = await launchApp({ env: { GATEHOUSE_PORT: String(port) } });
    onTestFinished(() => app.stop());
    // Looking through all processes has a deadline; the next try looks again.
    await app.status(
      ({ gateway }) => gateway.state === 'port-taken' && gateway.portOwner?.pid === process.pid,
    );
    await app.page.getByText(String(process.pid)).first().waitFor();
    await expect.poll(app.output).toMatch(new RegExp(`port ${port} is taken by .*process ${process.pid}`));
    expect(server.listening).toBe(true);
    // Asked who it is, perhaps, but nothing more.
    expect(connections()).toBeLessThan(10);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    const { gateway: taken } = await app.status(isProven);
    expect(taken.url).toBe(`ws://127.0.0.1:${port}`);
    await expect.poll(app.output).toContain(`Gatehouse is ready: ws://127.0.0.1:${port}`);
  });

  it('logs what crashed it, stops, and ends with a failure', async () => {
    const home = await newHome();
    onTestFinished(() => removeHome(home));
    const app = await launchApp({ home });
    onTestFinished(() => app.stop());
    const { gateway } = await app.status(isProven);
    const client = await TestClient.open(gateway.url ?? '');
    await client.challenge();
    await app.electron.evaluate(() => {
      setTimeout(() => {
        throw new Error('a bug that nobody caught');
      }, 0);
    });
    expect(await app.exited).toBe(1);
    await client.closed;
    const logs = path.join(home, 'logs');
    // Two at midnight.
    const texts = (await readdir(logs)).map((name) => readFile(path.join(logs, name), 'utf8'));
    const text = (await Promise.all(texts)).join('');
    expect(text).toContain('app.crashed');
    expect(text).toContain('a bug that nobody caught');
    expect(await readdir(home)).not.toContain('lock');
  });

  it('takes over a token that was written into settings.json, and takes it out of there', async () => {
    const home = await newHome();
    onTestFinished(() => removeHome(home));
    const token = 'hL3-Handwritten_8vQz6NwX2cKt9PbY4';
    const file = path.join(home, 'settings.json');
    await writeFile(
      file,
      JSON.stringify({ gateway: { auth: { mode: 'token', token } }, ui: { theme: 'dark' } }),
    );
    const app = await launchApp({ home });
    onTestFinished(() => app.stop());
    await app.status(({ credential }) => credential.state === 'ready' && credential.origin === 'adopted');
    expect(await copyToken(app)).toBe(token);
    await app.status(isProven);
    // Only when it is kept elsewhere does the file lose it.
    const rest = async () => JSON.parse(await readFile(file, 'utf8')) as unknown;
    await expect.poll(rest).toEqual({ gateway: { auth: { mode: 'token' } }, ui: { theme: 'dark' } });
  });

  it('refuses in words to share its home with a gateway that is running without a window', async () => {
    const home = await newHome();
    onTestFinished(() => removeHome(home));
    const headless = spawn(process.execPath, ['out/cli/gatehouse.cjs', 'serve'], {
      env: appEnv(home),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void headless.kill('SIGKILL'));
    await once(headless.stdout, 'data');
    const app = runApp(home);
    expect(await app.exited).toEqual({ code: 1, signal: null });
    expect(app.output()).toContain(
      `Another Gatehouse gateway (process ${headless.pid}) is using this data folder.`,
    );
    expect(headless.exitCode).toBeNull();
  });
});
