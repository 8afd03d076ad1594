// The real network of adapters against servers that misbehave on this machine.

import dns from 'node:dns';
import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import type { SocketRequest, VendorSocket } from '../../../../electron/core/channels/net/channel-net';
import { type ResolveProxy, SystemNet } from '../../../../electron/core/channels/net/system-net';
import { FakeClock, settle } from '../../../helpers/fake-clock';
import { selfSigned } from '../../../helpers/self-signed';

/** In the path and the query of every URL here; vendors put tokens there. */
const HIDDEN = 'bot123:token';
const PATH = `/${HIDDEN}/send?ticket=${HIDDEN}`;
const VENDOR = 'api.vendor.test';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A promise that is resolved by hand. */
function latch(): { readonly done: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { done, open };
}

function serve(listener: RequestListener): Promise<number> {
  return listen(http.createServer(listener));
}

/** A TCP server that says these bytes to everybody. */
function say(bytes: string): Promise<number> {
  return listen(net.createServer((socket) => socket.once('data', () => socket.end(bytes))));
}

function systemNet(resolveProxy: ResolveProxy = async () => undefined) {
  const clock = new FakeClock();
  const system = new SystemNet({ clock, resolveProxy, vendorDomains: [] });
  cleanUps.push(() => {
    system.stop();
    expect(clock.pendingTimers).toBe(0);
  });
  return { clock, system };
}

const get = (port: number, controller = new AbortController()) =>
  ({
    method: 'GET',
    url: `http://127.0.0.1:${port}${PATH}`,
    signal: controller.signal,
    timeoutMs: 10_000,
  }) as const;

function expectHidden(value: unknown): void {
  expect(JSON.stringify(value)).not.toContain(HIDDEN);
  expect(JSON.stringify(value)).not.toContain('ticket');
}

describe('one HTTP request', () => {
  it('brings status, headers and text of any answer', async () => {
    const requests: { request: IncomingMessage; body: string }[] = [];
    const port = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      requests.push({ request, body });
      response.writeHead(418, { 'retry-after': '7' }).end('{"text":"你好"}');
    });
    const { system } = systemNet();
    const reply = await system.http({
      ...get(port),
      method: 'POST',
      json: { text: '你好' },
      headers: { authorization: 'Bearer x' },
    });
    expect(reply).toMatchObject({ ok: true, value: { status: 418, text: '{"text":"你好"}' } });
    expect(reply.ok && reply.value.headers['retry-after']).toBe('7');
    expect(requests.map(({ request, body }) => [request.method, request.url, body])).toEqual([
      ['POST', PATH, '{"text":"你好"}'],
    ]);
    expect(requests[0]?.request.headers).toMatchObject({
      accept: 'application/json',
      authorization: 'Bearer x',
      'content-type': 'application/json; charset=utf-8',
      'content-length': '17',
    });
  });

  it('brings an HTML page as it is: the adapter judges it', async () => {
    const port = await serve((_request, response) => response.end('<html>busy</html>'));
    expect(await systemNet().system.http(get(port))).toMatchObject({
      ok: true,
      value: { text: '<html>busy</html>' },
    });
  });

  it('does not follow a redirect', async () => {
    const asked: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await systemNet().system.http(get(port))).toMatchObject({ ok: true, value: { status: 302 } });
    expect(asked).toEqual([PATH]);
  });

  it('gives up when no answer comes in time', async () => {
    const arrived = latch();
    const port = await serve(arrived.open);
    const { clock, system } = systemNet();
    const reply = system.http(get(port));
    await arrived.done;
    clock.advance(10_000);
    expect(await reply).toEqual({
      ok: false,
      error: { class: 'network', code: 'timeout', message: `127.0.0.1:${port} did not answer within 10 s` },
    });
  });

  it('gives up when an answer begins in time and does not end', async () => {
    const begun = latch();
    const port = await serve((_request, response) => {
      response.writeHead(200).write('{', begun.open);
    });
    const { clock, system } = systemNet();
    const reply = system.http(get(port));
    await begun.done;
    clock.advance(10_000);
    expect(await reply).toMatchObject({ ok: false, error: { class: 'network', code: 'timeout' } });
  });

  it('counts the search for a proxy as time of the request', async () => {
    const { clock, system } = systemNet(() => new Promise(() => undefined));
    const reply = system.http({ ...get(0), url: `https://${VENDOR}${PATH}` });
    await settle();
    clock.advance(10_000);
    expect(await reply).toMatchObject({ ok: false, error: { class: 'network', code: 'timeout' } });
  });

  it('stops at once when it is aborted, before and during', async () => {
    const controller = new AbortController();
    const arrived = latch();
    const port = await serve(arrived.open);
    const { system } = systemNet();
    const reply = system.http(get(port, controller));
    await arrived.done;
    controller.abort();
    const stopped = { ok: false, error: { class: 'network', code: 'aborted', message: 'stopped' } };
    expect(await reply).toEqual(stopped);
    expect(await system.http(get(port, controller))).toEqual(stopped);
  });

  it('stops at once when it is aborted while the proxy is looked for', async () => {
    const controller = new AbortController();
    const { system } = systemNet(() => new Promise(() => undefined));
    const reply = system.http({ ...get(0, controller), url: `https://${VENDOR}${PATH}` });
    await settle();
    controller.abort();
    expect(await reply).toMatchObject({ ok: false, error: { code: 'aborted' } });
  });

  it('cuts an answer that is too large', async () => {
    const port = await serve((_request, response) => response.end('x'.repeat(65_537)));
    const reply = await systemNet().system.http({ ...get(port), maxBytes: 65_536 });
    expect(reply).toEqual({
      ok: false,
      error: {
        class: 'protocol',
        code: 'too_large',
        message: `127.0.0.1:${port} sent more than 64 KiB at once`,
      },
    });
  });

  it('takes 1 MiB and no more when nothing else is said', async () => {
    let size = 1024 * 1024;
    const port = await serve((_request, response) => response.end('x'.repeat(size)));
    const { system } = systemNet();
    expect((await system.http(get(port))).ok).toBe(true);
    size += 1;
    expect(await system.http(get(port))).toMatchObject({ ok: false, error: { code: 'too_large' } });
  });

  it('says in words that the connection was refused', async () => {
    const server = http.createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const reply = await systemNet().system.http(get(port));
    expect(reply).toEqual({
      ok: false,
      error: { class: 'network', code: 'ECONNREFUSED', message: `127.0.0.1:${port} refused the connection` },
    });
    expectHidden(reply);
  });

  it.each([
    ['before an answer', ''],
    ['in the head', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['in the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345'],
  ])('says in words that the connection was cut %s', async (_when, bytes) => {
    const port = await say(bytes);
    const reply = await systemNet().system.http(get(port));
    expect(reply).toMatchObject({
      ok: false,
      error: { class: 'network', message: `127.0.0.1:${port} cut the connection` },
    });
    expectHidden(reply);
  });

  it('says in words that the answer is no HTTP', async () => {
    const port = await say('SSH-2.0-OpenSSH_9.2\r\n');
    expect(await systemNet().system.http(get(port))).toMatchObject({
      ok: false,
      error: { class: 'protocol', message: `127.0.0.1:${port} answered something that is not HTTP` },
    });
  });

  it('says in words that the name was not found', async () => {
    failLookups('ENOTFOUND');
    const reply = await systemNet().system.http({ ...get(0), url: `https://${VENDOR}${PATH}` });
    expect(reply).toMatchObject({
      ok: false,
      error: {
        class: 'network',
        code: 'ENOTFOUND',
        message: `${VENDOR} could not be found (DNS: ENOTFOUND)`,
        fix: expect.stringContaining('DNS'),
      },
    });
    expectHidden(reply);
  });

  it('does not trust a self-signed certificate', async () => {
    const port = await listen(
      https.createServer(selfSigned('localhost'), (_request, response) => response.end('{}')),
    );
    const reply = await systemNet().system.http({ ...get(port), url: `https://localhost:${port}${PATH}` });
    expect(reply).toMatchObject({
      ok: false,
      error: {
        class: 'network',
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        message: `the certificate of localhost:${port} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      },
    });
    expectHidden(reply);
  });

  it('sends nothing without encryption but to this machine', async () => {
    const reply = await systemNet().system.http({ ...get(0), url: `http://${VENDOR}${PATH}` });
    expect(reply).toMatchObject({ ok: false, error: { class: 'config', code: 'not_encrypted' } });
    expectHidden(reply);
  });

  it('says in words that a header cannot be sent, and not what is in it', async () => {
    const port = await serve((_request, response) => response.end());
    const reply = await systemNet().system.http({
      ...get(port),
      headers: { authorization: `Bearer ${HIDDEN}\n令牌` },
    });
    expect(reply).toMatchObject({ ok: false, error: { class: 'config', code: 'bad_header' } });
    expectHidden(reply);
  });
});

function failLookups(code: string): void {
  vi.spyOn(dns, 'lookup').mockImplementation(((
    _name: string,
    _options: unknown,
    done: (error: Error) => void,
  ) => {
    setImmediate(() =>
      done(Object.assign(new Error(`getaddrinfo ${code}`), { code, syscall: 'getaddrinfo' })),
    );
  }) as never);
}

/** A WebSocket server and what it saw; `refuse` answers the upgrade with these bytes instead. */
async function socketServer(options: { readonly refuse?: string; readonly hang?: boolean } = {}) {
  const webSockets = new WebSocketServer({ noServer: true });
  const server: Server = http.createServer();
  const seen: IncomingMessage[] = [];
  const asked = latch();
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    seen.push(request);
    asked.open();
    if (options.refuse !== undefined) socket.end(options.refuse);
    else if (options.hang !== true) {
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('error', () => undefined);
        webSockets.emit('connection', webSocket, request);
      });
    }
  });
  return { webSockets, seen, asked: asked.done, port: await listen(server) };
}

function dial(port: number, changes: Partial<SocketRequest> = {}): SocketRequest {
  return {
    url: `ws://127.0.0.1:${port}${PATH}`,
    signal: new AbortController().signal,
    timeoutMs: 10_000,
    onMessage: () => undefined,
    ...changes,
  };
}

async function open(system: SystemNet, request: SocketRequest): Promise<VendorSocket> {
  const opened = await system.connect(request);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

describe('one WebSocket', () => {
  it('carries text and bytes both ways, the first message right behind the handshake', async () => {
    const { webSockets, seen, port } = await socketServer();
    const got: unknown[] = [];
    const echoed = new Promise<void>((resolve) => {
      webSockets.on('connection', (webSocket) => {
        webSocket.send('first');
        webSocket.on('message', (data, isBinary) => {
          webSocket.send(data, { binary: isBinary });
          if (isBinary) resolve();
        });
      });
    });
    const { system } = systemNet();
    const three = latch();
    const socket = await open(
      system,
      dial(port, {
        headers: { 'x-name': 'value' },
        onMessage: (data, isBinary) => {
          got.push([data.toString(), isBinary]);
          if (got.length === 3) three.open();
        },
      }),
    );
    socket.send('text');
    socket.send(new Uint8Array([65]));
    await Promise.all([echoed, three.done]);
    expect(got).toEqual([
      ['first', false],
      ['text', false],
      ['A', true],
    ]);
    expect([seen[0]?.url, seen[0]?.headers['x-name']]).toEqual([PATH, 'value']);
    socket.close();
    expect(await socket.closed).toEqual({ code: 1005, reason: '' });
  });

  it('tells the pings and pongs of the peer', async () => {
    const { webSockets, port } = await socketServer();
    webSockets.on('connection', (webSocket) => webSocket.ping());
    let heard = (_what: string): void => undefined;
    const both = new Promise<void>((resolve) => {
      const missing = new Set(['ping', 'pong']);
      heard = (what) => {
        missing.delete(what);
        if (missing.size === 0) resolve();
      };
    });
    const { system } = systemNet();
    const socket = await open(
      system,
      dial(port, { onPing: () => heard('ping'), onPong: () => heard('pong') }),
    );
    socket.ping();
    await both;
    socket.close();
    await socket.closed;
  });

  it("tells the peer's close code and reason", async () => {
    const { webSockets, port } = await socketServer();
    webSockets.on('connection', (webSocket) => webSocket.close(4004, 'Authentication failed.'));
    const socket = await open(systemNet().system, dial(port));
    expect(await socket.closed).toEqual({ code: 4004, reason: 'Authentication failed.' });
    socket.send('into the void');
    socket.ping();
    socket.close();
  });

  it('tells 1006 when the connection is cut', async () => {
    const { webSockets, port } = await socketServer();
    webSockets.on('connection', (webSocket) => webSocket.terminate());
    const socket = await open(systemNet().system, dial(port));
    expect(await socket.closed).toMatchObject({ code: 1006, reason: '' });
  });

  it('closes when a message is too large, and says so', async () => {
    const { webSockets, port } = await socketServer();
    webSockets.on('connection', (webSocket) => webSocket.send('x'.repeat(65_537)));
    const socket = await open(systemNet().system, dial(port, { maxBytes: 65_536 }));
    expect((await socket.closed).failure).toEqual({
      class: 'protocol',
      code: 'too_large',
      message: `127.0.0.1:${port} sent more than 64 KiB at once`,
    });
  });

  it('closes when a frame breaks the rules, and says so', async () => {
    const { webSockets, port } = await socketServer();
    webSockets.on('connection', (_webSocket, request: IncomingMessage) => {
      request.socket.write(Buffer.from([0x83, 0x00]));
    });
    const { closed } = await open(systemNet().system, dial(port));
    expect((await closed).failure).toMatchObject({ class: 'protocol' });
    expectHidden(await closed);
  });

  it('gives up when the socket does not open in time', async () => {
    const { asked, port } = await socketServer({ hang: true });
    const { clock, system } = systemNet();
    const opening = system.connect(dial(port));
    await asked;
    clock.advance(10_000);
    expect(await opening).toEqual({
      ok: false,
      error: { class: 'network', code: 'timeout', message: `127.0.0.1:${port} did not answer within 10 s` },
    });
  });

  it('counts the search for a proxy as time of the attempt', async () => {
    const { clock, system } = systemNet(() => new Promise(() => undefined));
    const opening = system.connect(dial(0, { url: `wss://${VENDOR}${PATH}` }));
    await settle();
    clock.advance(10_000);
    expect(await opening).toMatchObject({ ok: false, error: { class: 'network', code: 'timeout' } });
  });

  it('stops at once when it is aborted while it opens', async () => {
    const { asked, port } = await socketServer({ hang: true });
    const controller = new AbortController();
    const opening = systemNet().system.connect(dial(port, { signal: controller.signal }));
    await asked;
    controller.abort();
    expect(await opening).toMatchObject({ ok: false, error: { code: 'aborted' } });
  });

  it('closes when it is aborted while open', async () => {
    const { webSockets, port } = await socketServer();
    const seen = new Promise<number>((resolve) => {
      webSockets.on('connection', (webSocket) => webSocket.on('close', resolve));
    });
    const controller = new AbortController();
    const socket = await open(systemNet().system, dial(port, { signal: controller.signal }));
    controller.abort();
    expect(await seen).toBe(1000);
    expect((await socket.closed).code).toBe(1000);
  });

  it('cuts a peer that does not answer the close within 500 ms', async () => {
    const server = await socketServer();
    const peer = new Promise<Socket>((resolve) => {
      server.webSockets.on('connection', (_webSocket, request: IncomingMessage) => resolve(request.socket));
    });
    const { clock, system } = systemNet();
    const socket = await open(system, dial(server.port));
    (await peer).pause();
    socket.close();
    clock.advance(500);
    expect((await socket.closed).code).toBe(1006);
  });

  it('brings the answer of a refused upgrade along', async () => {
    const refuse =
      'HTTP/1.1 403 Forbidden\r\nHandshake-Status: 514\r\nHandshake-Msg: auth failed\r\ncontent-length: 0\r\n\r\n';
    const { port } = await socketServer({ refuse });
    const opened = await systemNet().system.connect(dial(port));
    expect(opened).toMatchObject({
      ok: false,
      error: {
        class: 'protocol',
        code: 403,
        message: `127.0.0.1:${port} refused the connection (HTTP 403)`,
        response: { status: 403, headers: { 'handshake-status': '514', 'handshake-msg': 'auth failed' } },
      },
    });
    expectHidden(opened);
  });

  it("calls a refused upgrade with 5xx the vendor's own trouble", async () => {
    const { port } = await socketServer({ refuse: 'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n' });
    expect(await systemNet().system.connect(dial(port))).toMatchObject({
      ok: false,
      error: { class: 'server', code: 503 },
    });
  });

  it('does not follow a redirect', async () => {
    const { port, seen } = await socketServer({
      refuse: 'HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n',
    });
    expect(await systemNet().system.connect(dial(port))).toMatchObject({ ok: false, error: { code: 302 } });
    expect(seen).toHaveLength(1);
  });

  it('does not open on an answer that is no WebSocket', async () => {
    const { port } = await socketServer({
      refuse:
        'HTTP/1.1 101 Hm\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: no\r\n\r\n',
    });
    const opened = await systemNet().system.connect(dial(port));
    expect(opened).toMatchObject({ ok: false });
    expectHidden(opened);
  });

  it('opens nothing without encryption but to this machine', async () => {
    const opened = await systemNet().system.connect(dial(0, { url: `ws://${VENDOR}${PATH}` }));
    expect(opened).toMatchObject({ ok: false, error: { class: 'config', code: 'not_encrypted' } });
  });

  it('says in words that a header cannot be sent, and not what is in it', async () => {
    const { port } = await socketServer();
    const opened = await systemNet().system.connect(
      dial(port, { headers: { authorization: `${HIDDEN}\n` } }),
    );
    expect(opened).toMatchObject({ ok: false, error: { class: 'config', code: 'bad_header' } });
    expectHidden(opened);
  });

  it('says in words that the name was not found', async () => {
    failLookups('EAI_AGAIN');
    const opened = await systemNet().system.connect(dial(0, { url: `wss://${VENDOR}${PATH}` }));
    expect(opened).toMatchObject({
      ok: false,
      error: { class: 'network', message: `${VENDOR} could not be found (DNS: EAI_AGAIN)` },
    });
    expectHidden(opened);
  });
});

/** A proxy that leads every name to `port`, or answers with these bytes. */
async function proxy(lead: number | string) {
  const asked: string[] = [];
  const server = http.createServer();
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    if (typeof lead === 'string') {
      client.end(lead);
      return;
    }
    const upstream = net.connect(lead, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  const port = await listen(server);
  const host = `127.0.0.1:${port}`;
  return { asked, host, resolve: vi.fn<ResolveProxy>(async () => `http://user:${HIDDEN}@${host}`) };
}

describe('through a proxy', () => {
  it('asks over HTTPS, and tells the resolver the host alone', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const vendor = https.createServer(selfSigned(VENDOR), (request, response) => response.end(request.url));
    const { asked, resolve } = await proxy(await listen(vendor));
    const { system } = systemNet(resolve);
    const reply = await system.http({ ...get(0), url: `https://${VENDOR}${PATH}` });
    expect(reply).toMatchObject({ ok: true, value: { status: 200, text: PATH } });
    expect(asked).toEqual([`${VENDOR}:443`]);
    expect(resolve.mock.calls).toEqual([[`https://${VENDOR}/`]]);
  });

  it('opens a WebSocket over TLS', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const vendor = https.createServer(selfSigned(VENDOR));
    const webSockets = new WebSocketServer({ server: vendor });
    const first = new Promise<string>((resolve) => {
      webSockets.on('connection', (webSocket) => webSocket.on('message', (data) => resolve(String(data))));
    });
    const { asked, resolve } = await proxy(await listen(vendor));
    const socket = await open(systemNet(resolve).system, dial(0, { url: `wss://${VENDOR}:8443${PATH}` }));
    socket.send('through');
    expect(await first).toBe('through');
    expect([asked, resolve.mock.calls]).toEqual([[`${VENDOR}:8443`], [[`https://${VENDOR}:8443/`]]]);
    socket.close(1000);
    await socket.closed;
  });

  it('still does not trust a self-signed certificate', async () => {
    const { asked, resolve } = await proxy(await listen(https.createServer(selfSigned(VENDOR))));
    const reply = await systemNet(resolve).system.http({ ...get(0), url: `https://${VENDOR}${PATH}` });
    expect(reply).toMatchObject({ ok: false, error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    expect(asked).toEqual([`${VENDOR}:443`]);
    expectHidden(reply);
  });

  it('is never asked about this machine', async () => {
    const port = await serve((_request, response) => response.end('{}'));
    const { resolve } = await proxy(1);
    expect((await systemNet(resolve).system.http(get(port))).ok).toBe(true);
    expect(resolve).not.toHaveBeenCalled();
  });

  it('names the proxy when the proxy is not there', async () => {
    const gone = net.createServer();
    const port = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    const { system } = systemNet(async () => `http://user:${HIDDEN}@127.0.0.1:${port}`);
    const message = `the proxy 127.0.0.1:${port} refused the connection`;
    const reply = await system.http({ ...get(0), url: `https://${VENDOR}${PATH}` });
    expect(reply).toMatchObject({ ok: false, error: { class: 'network', code: 'ECONNREFUSED', message } });
    const opened = await system.connect(dial(0, { url: `wss://${VENDOR}${PATH}` }));
    expect(opened).toMatchObject({ ok: false, error: { class: 'network', code: 'ECONNREFUSED', message } });
    expectHidden([reply, opened]);
  });

  it('brings the refusal of a proxy that wants a login', async () => {
    const { resolve } = await proxy(
      'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n',
    );
    const { system } = systemNet(resolve);
    const reply = await system.http({ ...get(0), url: `https://${VENDOR}${PATH}` });
    expect(reply).toMatchObject({ ok: true, value: { status: 407 } });
    const opened = await system.connect(dial(0, { url: `wss://${VENDOR}${PATH}` }));
    expect(opened).toMatchObject({ ok: false, error: { code: 407, response: { status: 407 } } });
    expectHidden([reply, opened]);
  });

  it('says that the system did not tell its proxy', async () => {
    const { system } = systemNet(async () => {
      throw new Error('the resolver broke');
    });
    const failure = { ok: false, error: { class: 'network', code: 'no_proxy_answer' } };
    expect(await system.http({ ...get(0), url: `https://${VENDOR}${PATH}` })).toMatchObject(failure);
    expect(await system.connect(dial(0, { url: `wss://${VENDOR}${PATH}` }))).toMatchObject(failure);
  });
});
