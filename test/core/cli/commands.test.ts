import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../electron/cli/run-cli';
import { systemClock } from '../../../electron/core/lib/clock';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { Secret } from '../../../electron/core/lib/secret';
import { ConfStore } from '../../../electron/headless';
import type { SecretBox } from '../../../electron/shell/storage/secret-box';
import { KEYCHAIN_PREFIX } from '../../../electron/shell/storage/secret-box';
import { openTokenRepository } from '../../../electron/shell/storage/token-repository';
import { TestIo } from './cli-io';

const ADOPTED = 'Zk3vQ9xW7mB2nR5tY8uE1oP4sD6fG0hJ';

let home: string;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'gatehouse-cli-'));
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await rm(home, { recursive: true, force: true });
});

async function run(args: readonly string[], secret?: string): Promise<TestIo & { code: number }> {
  const io = new TestIo();
  io.secret = secret;
  const code = await runCli([...args, '--home', home], io);
  return Object.assign(io, { code });
}

/** Runs `serve` until the test ends; resolves with its first line. */
async function serve(...args: string[]): Promise<{ io: TestIo; first: unknown; done: Promise<number> }> {
  const io = new TestIo();
  const done = runCli(['serve', '--json', '--port', '0', '--home', home, ...args], io);
  stops.push(() => {
    io.stop();
    return done;
  });
  return { io, first: JSON.parse(await io.line(0)), done };
}

async function shownToken(): Promise<string> {
  const shown = await run(['token', 'show']);
  expect(shown.code).toBe(0);
  return shown.printed.at(-1) ?? '';
}

/** A home whose token only a keychain can open, as the desktop app leaves it. */
async function sealHome(): Promise<void> {
  const box: SecretBox = {
    backend: 'keychain',
    seal: async (text) => `${KEYCHAIN_PREFIX}${Buffer.from(text).toString('base64')}`,
    open: async () => ({ ok: false, error: { reason: 'keychain-unavailable', detail: 'not asked' } }),
  };
  const repository = openTokenRepository({
    Store: ConfStore,
    home,
    box,
    clock: systemClock,
    logger: silentLogger,
  });
  const saved = await repository.save({
    generation: 7,
    secret: new Secret(ADOPTED),
    origin: 'generated',
    since: 1,
    fingerprintKey: Buffer.alloc(32, 1).toString('base64'),
    past: [],
  });
  expect(saved.ok).toBe(true);
  repository.dispose();
}

const bytesOf = () =>
  Object.fromEntries(
    readdirSync(home)
      .filter((name) => name.startsWith('credential'))
      .map((name) => [name, readFileSync(path.join(home, name), 'utf8')]),
  );

describe('gatehouse', () => {
  it('prints the version and the help and ends with 0', async () => {
    const io = new TestIo();
    expect(await runCli(['--version'], io)).toBe(0);
    expect(io.printed).toEqual(['0.0.0-test']);
    expect(await runCli(['--help'], io)).toBe(0);
    expect(io.printed[1]).toContain('token adopt');
  });

  it('ends with 2 and says why when the usage is wrong', async () => {
    const io = new TestIo();
    expect(await runCli(['sevre'], io)).toBe(2);
    expect(io.said[0]).toBe('gatehouse: there is no command "sevre"');
    expect(io.printed).toEqual([]);
  });
});

describe('gatehouse serve', () => {
  it('prints exactly one ready line and leaves neither lock nor gateway.json behind', async () => {
    const { io, first, done } = await serve();
    expect(first).toEqual({
      ready: true,
      url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
      pid: process.pid,
      generation: 1,
    });
    io.stop();
    expect(await done).toBe(0);
    expect(io.printed).toHaveLength(1);
    expect(readdirSync(home)).not.toContain('lock');
    expect(readdirSync(home)).not.toContain('gateway.json');
  });

  it('says which process has the home and ends with 1', async () => {
    await serve();
    const second = await run(['serve', '--json', '--port', '0']);
    expect(second.code).toBe(1);
    expect(JSON.parse(second.printed[0] ?? '')).toMatchObject({
      ready: false,
      state: 'home-in-use',
      pid: process.pid,
    });
  });

  it('refuses a token that the desktop app has sealed and writes nothing', async () => {
    await sealHome();
    const before = bytesOf();
    const refused = await run(['serve', '--json', '--port', '0']);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.printed[0] ?? '')).toMatchObject({
      ready: false,
      state: 'locked',
      reason: 'sealed-elsewhere',
    });
    expect(bytesOf()).toEqual(before);
  });

  it('names who holds its port, keeps trying and says ready when it is free', async () => {
    const holder = createServer((socket) => socket.resume().end('something else\n'));
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const io = new TestIo();
    const done = runCli(['serve', '--json', '--home', home, '--port', String(port)], io);
    stops.push(() => {
      io.stop();
      return done;
    });
    expect(JSON.parse(await io.line(0))).toMatchObject({
      ready: false,
      state: 'port-taken',
      owner: { kind: 'other' },
    });
    await new Promise((resolve) => holder.close(resolve));
    expect(JSON.parse(await io.line(1))).toMatchObject({ ready: true, url: `ws://127.0.0.1:${port}` });
    expect(io.printed).toHaveLength(2);
  });

  it('takes over a token and a channel secret that were written into settings.json, then takes them out', async () => {
    const channelSecret = 'Xp2wL8kJ5hG3fD9sA1qW6eR4tY7uI0oM';
    const settings = path.join(home, 'settings.json');
    await writeFile(
      settings,
      JSON.stringify({
        gateway: { auth: { token: ADOPTED } },
        channels: { webhook: { name: 'kept', secret: channelSecret } },
      }),
    );
    const { first } = await serve();
    expect(first).toMatchObject({ ready: true, generation: 2 });
    expect(await shownToken()).toBe(ADOPTED);
    const left = readFileSync(settings, 'utf8');
    expect(left).toContain('kept');
    expect(left).not.toContain(ADOPTED);
    expect(left).not.toContain(channelSecret);
    const status = await run(['status', '--json']);
    const { channels } = JSON.parse(status.printed[0] ?? '');
    expect(channels.webhook[0]).toMatchObject({ accountId: 'default', configured: true });
  });

  it('leaves a token that is too weak in the file and says so', async () => {
    const settings = path.join(home, 'settings.json');
    const text = JSON.stringify({ gateway: { auth: { token: 'changeme' } } });
    await writeFile(settings, text);
    const { io, first } = await serve();
    expect(first).toMatchObject({ ready: true, generation: 1 });
    expect(io.said.join('\n')).toContain('gateway.auth.token');
    expect(readFileSync(settings, 'utf8')).toBe(text);
  });
});

describe('gatehouse token show', () => {
  it('prints the token alone on standard output', async () => {
    await serve();
    const shown = await run(['token', 'show']);
    expect(shown.printed).toHaveLength(1);
    expect(shown.printed[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(shown.said[0]).toMatch(/generation 1, fingerprint [0-9a-f]{12}/);
  });

  it('says locked for a token that the desktop app has sealed, prints nothing and writes nothing', async () => {
    await sealHome();
    const before = bytesOf();
    const shown = await run(['token', 'show']);
    expect(shown.code).toBe(1);
    expect(shown.printed).toEqual([]);
    expect(shown.said[0]).toBe('locked: sealed by the desktop app');
    expect(bytesOf()).toEqual(before);
  });

  it('does not touch a home without a token', async () => {
    const shown = await run(['token', 'show']);
    expect(shown.code).toBe(1);
    expect(shown.said[0]).toContain('there is no stored token');
    expect(readdirSync(home)).toEqual([]);
  });

  it('reads the last good copy of a damaged store and leaves both files alone', async () => {
    const { io, done } = await serve();
    const token = await shownToken();
    io.stop();
    await done;
    await writeFile(path.join(home, 'credential.json'), '{"cut": ');
    const before = bytesOf();
    expect(await shownToken()).toBe(token);
    expect(bytesOf()).toEqual(before);
  });
});

describe('gatehouse token rotate', () => {
  it('has the running gateway make a new token and does not print it', async () => {
    await serve();
    const before = await shownToken();
    const rotated = await run(['token', 'rotate', '--grace', '60000']);
    expect(rotated.code).toBe(0);
    expect(rotated.printed[0]).toMatch(/^Token generation 2, fingerprint [0-9a-f]{12}\.$/);
    expect(rotated.printed[1]).toMatch(/accepted until 20/);
    const after = await shownToken();
    expect(after).not.toBe(before);
    expect(rotated.everything).not.toContain(after);
    expect(rotated.everything).not.toContain(before);
  });

  it('is refused in words when no gateway runs', async () => {
    const refused = await run(['token', 'rotate']);
    expect(refused.code).toBe(1);
    expect(refused.said[0]).toContain('no gateway is running');
  });

  it('sends nothing to a port that another process holds than the one in gateway.json', async () => {
    const { io, done } = await serve();
    io.stop();
    await done;
    const heard: Buffer[] = [];
    const thief = createServer((socket) => socket.on('data', (chunk) => heard.push(chunk)));
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => thief.close(resolve)));
    const { port } = thief.address() as { port: number };
    // A process that is alive, but is not the one that listens there.
    const content = { pid: process.ppid, url: `ws://127.0.0.1:${port}` };
    await writeFile(path.join(home, 'gateway.json'), JSON.stringify(content));
    const refused = await run(['token', 'rotate']);
    expect(refused.code).toBe(1);
    expect(refused.said[0]).toContain(`is not held by process ${process.ppid}; nothing was sent`);
    expect(heard).toEqual([]);
  });

  it('does not follow gateway.json to another machine', async () => {
    const content = { pid: process.pid, url: 'ws://192.0.2.1:18789' };
    await writeFile(path.join(home, 'gateway.json'), JSON.stringify(content));
    const refused = await run(['token', 'rotate']);
    expect(refused.code).toBe(1);
    expect(refused.said[0]).toContain('nothing was sent');
  });
});

describe('gatehouse token adopt', () => {
  it('goes through the running gateway', async () => {
    await serve();
    const adopted = await run(['token', 'adopt'], ADOPTED);
    expect(adopted.code).toBe(0);
    expect(adopted.printed[0]).toMatch(/^Token generation 2,/);
    expect(await shownToken()).toBe(ADOPTED);
    const status = await run(['status', '--json']);
    expect(JSON.parse(status.printed[0] ?? '')).toMatchObject({ facts: { credential: 'ok' } });
  });

  it('writes into the store when no gateway runs, with an event in the auth log, and frees the home', async () => {
    const adopted = await run(['token', 'adopt'], ADOPTED);
    expect(adopted.code).toBe(0);
    expect(await shownToken()).toBe(ADOPTED);
    expect((await stat(path.join(home, 'credential.json'))).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).not.toContain('lock');
    const logs = readdirSync(path.join(home, 'auth-log')).map((name) =>
      readFileSync(path.join(home, 'auth-log', name), 'utf8'),
    );
    expect(logs.join('')).toContain('"event":"token.adopted"');
    expect(logs.join('')).not.toContain(ADOPTED);
    expect((await serve()).first).toMatchObject({ ready: true, generation: 2 });
  });

  it('takes over a password where the settings ask for one, with and without a gateway', async () => {
    const settings = { gateway: { auth: { mode: 'password' } } };
    await writeFile(path.join(home, 'settings.json'), JSON.stringify(settings));
    expect(await run(['token', 'adopt'], 'too short')).toMatchObject({ code: 1 });
    expect(await run(['token', 'adopt'], 'two herons, one bridge')).toMatchObject({ code: 0 });
    const stored = () => JSON.parse(readFileSync(path.join(home, 'credential.json'), 'utf8')).data;
    expect(stored().kind).toBe('password');
    expect((await serve()).first).toMatchObject({ ready: true });
    expect(await run(['token', 'adopt'], 'one heron, two bridges')).toMatchObject({ code: 0 });
    expect([stored().kind, await shownToken()]).toEqual(['password', 'one heron, two bridges']);
  });

  it('refuses a weak token, online and offline, without repeating it', async () => {
    const offline = await run(['token', 'adopt'], 'hunter2-hunter2');
    expect(offline).toMatchObject({ code: 1, said: ['gatehouse: the token was not changed: too-short'] });
    await serve();
    const online = await run(['token', 'adopt'], 'hunter2-hunter2');
    expect(online.code).toBe(1);
    expect(online.said[0]).toContain('too-short');
    expect(online.everything).not.toContain('hunter2');
  });

  it('SEC-45: takes no secret of a channel for the token, with and without a gateway', async () => {
    const settings = { channels: { webhook: { secret: ADOPTED } } };
    await writeFile(path.join(home, 'settings.json'), JSON.stringify(settings));
    await serve();
    expect((await run(['token', 'adopt'], ADOPTED)).said[0]).toContain('in-use');
    for (const stop of stops.splice(0)) await stop();
    const offline = await run(['token', 'adopt'], ADOPTED);
    expect(offline).toMatchObject({ code: 1, said: ['gatehouse: the token was not changed: in-use'] });
    expect(await shownToken()).not.toBe(ADOPTED);
  });

  it('does not write under a process that has the home but no listener yet', async () => {
    const { io } = await serve();
    await rm(path.join(home, 'gateway.json'));
    const refused = await run(['token', 'adopt'], ADOPTED);
    expect(refused.code).toBe(1);
    expect(refused.said[0]).toContain(`process ${process.pid} is using this home`);
    expect(io.printed).toHaveLength(1);
  });

  it('says so when nothing came on standard input', async () => {
    expect(await run(['token', 'adopt'])).toMatchObject({ code: 1 });
  });
});

describe('gatehouse status', () => {
  it('shows what it saw over the socket and ends with 0', async () => {
    const { first } = await serve();
    const shown = await run(['status', '--json']);
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.printed[0] ?? '')).toMatchObject({
      running: true,
      state: 'listening',
      url: (first as { url: string }).url,
      pid: process.pid,
      facts: { portOpen: 'ok', protocol: 'ok', credential: 'ok', scope: 'ok' },
      credential: { generation: 1, backend: 'plain', fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) },
      channels: {},
    });
    const words = await run(['status']);
    expect(words.printed[0]).toContain(`process ${process.pid}`);
    expect(words.everything).not.toContain(await shownToken());
  });

  it('ends with 3 when no gateway runs', async () => {
    await mkdir(path.join(home, 'logs'));
    const shown = await run(['status', '--json']);
    expect(shown.code).toBe(3);
    expect(JSON.parse(shown.printed[0] ?? '')).toMatchObject({
      running: false,
      state: 'not-running',
      credential: { problem: 'none' },
    });
    expect((await run(['status'])).printed[0]).toContain('no gateway is running');
  });

  it('says that the token is sealed and still proves what needs none', async () => {
    const { first } = await serve();
    await sealHome();
    const shown = await run(['status', '--json']);
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.printed[0] ?? '')).toMatchObject({
      url: (first as { url: string }).url,
      facts: { portOpen: 'ok', protocol: 'ok', credential: 'not-run', scope: 'not-run' },
      credential: { problem: 'sealed', backend: 'keychain', generation: 7 },
    });
  });
});
