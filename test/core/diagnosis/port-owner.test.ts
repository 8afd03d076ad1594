import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { listenersOn, ownsPort } from '../../../electron/core/diagnosis/port-listeners';
import { findPortOwner, portKind } from '../../../electron/core/diagnosis/port-owner';
import { FakeClock } from '../../helpers/fake-clock';

const open: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listening(server: Server): Promise<number> {
  open.push(server);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Of somebody who answers everything, however late. */
const ownerOf = (port: number) => findPortOwner(port, new FakeClock());

const knowsProcesses = process.platform === 'linux';
if (!knowsProcesses) console.log(`not testable here: the process lookup of ${process.platform}`);

describe('findPortOwner', () => {
  it('tells a Gatehouse by its signature', async () => {
    const port = await listening(
      createHttpServer((_request, response) => response.setHeader('X-Gatehouse', '1').end()),
    );
    expect(await ownerOf(port)).toMatchObject({ kind: 'gatehouse' });
  });

  it('tells an OpenClaw gateway by its challenge', async () => {
    const http = createHttpServer((_request, response) => response.end());
    const gateway = new WebSocketServer({ server: http });
    gateway.on('connection', (socket) => {
      socket.send('{"type":"event","event":"connect.challenge","payload":{"nonce":"n","ts":1}}');
    });
    expect(await ownerOf(await listening(http))).toMatchObject({ kind: 'openclaw' });
  });

  it('calls a web server, another WebSocket server and a chatty socket something else', async () => {
    const web = await listening(createHttpServer((_request, response) => response.writeHead(404).end()));
    expect(await ownerOf(web)).toMatchObject({ kind: 'other' });
    const http = createHttpServer();
    new WebSocketServer({ server: http }).on('connection', (socket) => socket.send('welcome'));
    expect(await findPortOwner(await listening(http))).toMatchObject({ kind: 'other' });
    const chatty = await listening(createServer((socket) => socket.end('220 mail ready\r\n')));
    expect(await ownerOf(chatty)).toMatchObject({ kind: 'other' });
  });

  it('says unknown about a socket that does not answer, in time', async () => {
    const silent = createServer((socket) => socket.on('error', () => socket.destroy()));
    const owner = await findPortOwner(await listening(silent));
    expect(owner?.kind).toBe('unknown');
  });

  it('names nobody for a port that nobody holds', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    open.length = 0;
    expect(await findPortOwner(port)).toBeUndefined();
  });

  it('sends neither a credential nor a cookie', async () => {
    const heard: string[] = [];
    const port = await listening(
      createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.on('data', (chunk) => heard.push(chunk.toString().toLowerCase()));
      }),
    );
    await findPortOwner(port);
    const all = heard.join('');
    expect(all).toContain('get /healthz');
    expect(all).not.toMatch(/authorization|cookie|token|bearer/);
  });

  it.runIf(knowsProcesses)(
    'names the process by program and script, without its other arguments',
    async () => {
      const port = await listening(createServer((socket) => socket.end()));
      const owner = await ownerOf(port);
      expect(owner?.pid).toBe(process.pid);
      expect(owner?.command).toMatch(/^node/);
      expect(owner?.command?.split(' ').length).toBeLessThanOrEqual(2);
    },
  );
});

describe('portKind', () => {
  it('believes the signature first, the challenge second, and silence never', () => {
    expect(portKind('gatehouse', 'challenge')).toBe('gatehouse');
    expect(portKind('http', 'challenge')).toBe('openclaw');
    expect(portKind(undefined, 'challenge')).toBe('openclaw');
    expect(portKind('http', undefined)).toBe('other');
    expect(portKind(undefined, 'other')).toBe('other');
    expect(portKind(undefined, undefined)).toBe('unknown');
    expect(portKind('refused', undefined)).toBe('unknown');
  });
});

describe.runIf(knowsProcesses)('ownsPort', () => {
  it('is true only for the process that listens there', async () => {
    const port = await listening(createServer());
    expect(await ownsPort(process.pid, port)).toBe(true);
    expect(await ownsPort(process.ppid, port)).toBe(false);
    expect(await ownsPort(2 ** 22 + 1, port)).toBe(false);
    expect((await listenersOn(port)).map(({ pid }) => pid)).toContain(process.pid);
  });

  it('is false for a port that nobody holds', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    open.length = 0;
    expect(await ownsPort(process.pid, port)).toBe(false);
    expect(await listenersOn(port)).toEqual([]);
  });
});
