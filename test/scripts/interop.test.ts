// The parts of `npm run test:interop` that decide: what was said on the wire, whether a command came out right, what
// the table says, and that nothing leaves this machine.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import * as ws from 'ws';
import { callsIn, judge } from '../../scripts/interop/judge.mjs';
import { pageTable, screenTable, withTable } from '../../scripts/interop/report.mjs';
import { shape } from '../../scripts/interop/shape.mjs';
import { startTap } from '../../scripts/interop/tap.mjs';
import { wsReader } from '../../scripts/interop/ws-frames.mjs';

const { WebSocket, WebSocketServer } = ws;
// Exported, but missing from its types.
const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } };
const TEXT = 1;

function framed(text: string, options: Record<string, unknown>): Buffer {
  const frame = Sender.frame(Buffer.from(text), {
    fin: true,
    opcode: TEXT,
    mask: false,
    rsv1: false,
    readOnly: false,
    ...options,
  });
  return Buffer.concat(frame);
}

it('the reader finds every message, whatever its size, mask and cut', () => {
  const long = 'ü'.repeat(40_000);
  const bytes = Buffer.concat([
    framed('short', { mask: true }),
    framed('x'.repeat(300), {}),
    framed(long, { mask: true }),
    framed('be', { fin: false }),
    framed('', { opcode: 9 }),
    framed('gin', { opcode: 0 }),
  ]);
  for (const size of [1, 7, 1_000, bytes.length]) {
    const read = wsReader();
    const seen: unknown[] = [];
    for (let at = 0; at < bytes.length; at += size) seen.push(...read(bytes.subarray(at, at + size)));
    expect(seen).toEqual([{ text: 'short' }, { text: 'x'.repeat(300) }, { text: long }, { text: 'begin' }]);
  }
});

it('the tap passes everything on, sets the port in Host, and writes down both sides without secrets', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const hosts: (string | undefined)[] = [];
  server.on('connection', (socket, request) => {
    hosts.push(request.headers.host);
    socket.send('{"type":"event","event":"connect.challenge"}');
    socket.on('message', (data) => {
      socket.send(data.toString().replace('req', 'res'));
      socket.close(1008, 'enough');
    });
  });
  const tap = await startTap(port);
  onTestFinished(() => tap.stop());
  const client = new WebSocket(`ws://127.0.0.1:${tap.port}/`);
  await once(client, 'message');
  client.send('{"type":"req","id":"1","method":"connect","params":{"auth":{"token":"very-secret"}}}');
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([1008, 'enough']);
  expect(hosts).toEqual([`127.0.0.1:${port}`]);
  const [conversation] = tap.take();
  expect(conversation?.request).toBe('GET / HTTP/1.1');
  expect(conversation?.said.slice(0, 3)).toMatchObject([
    { from: 'gateway', frame: { event: 'connect.challenge' } },
    { from: 'client', frame: { method: 'connect', params: { auth: { token: '[secret]' } } } },
    { from: 'gateway', frame: { type: 'res', id: '1' } },
  ]);
  expect(conversation?.said).toContainEqual({ from: 'gateway', close: 1008, reason: 'enough' });
  expect(JSON.stringify(conversation)).not.toContain('very-secret');
  expect(tap.take()).toEqual([]);
});

it('a shape names the place that differs', () => {
  const sketch = { ok: true, jobs: [{ id: 'string' }], by: { '*': 'number' } };
  expect(shape({ ok: true, jobs: [{ id: 'a', more: 1 }], by: { x: 1 } }, sketch)).toBeUndefined();
  expect(shape({ ok: true, jobs: [{ id: 'a' }, {}], by: {} }, sketch)).toBe(
    'it.jobs[1].id is missing, not string',
  );
  expect(shape({ ok: true, jobs: [], by: { x: null } }, sketch)).toBe('it.by.x is null, not number');
  expect(shape({ ok: false, jobs: [], by: {} }, sketch)).toBe('it.ok is false, not true');
  expect(shape([], 'object')).toBe('it is array, not object');
});

const ended = { code: 0, stdout: '{"ok":true}', stderr: '', timedOut: false, ms: 1 };
const row = { id: 'health --json', form: 'json', shape: { ok: true }, calls: ['health'] } as const;
const said = (error?: { code: string; message: string }) => [
  {
    request: 'GET / HTTP/1.1',
    said: [
      { from: 'client' as const, frame: { type: 'req', id: '7', method: 'health' } },
      { from: 'gateway' as const, frame: { type: 'res', id: '7', ok: error === undefined, error } },
    ],
  },
];
// biome-ignore lint/suspicious/noExplicitAny: these rows do not look at it
const world = {} as any;

it('a command is right only with its exit code, its JSON, its calls and no refusal', async () => {
  expect(callsIn(said())).toMatchObject([{ method: 'health', answered: true }]);
  expect(await judge(row, ended, said(), world)).toBeUndefined();
  expect(await judge(row, ended, [], world)).toBe('health was not called and answered');
  expect(await judge(row, { ...ended, code: 1, stderr: 'no\ngateway' }, said(), world)).toBe(
    'exit code 1: gateway',
  );
  expect(await judge(row, { ...ended, timedOut: true, code: null }, said(), world)).toBe(
    'did not end in time',
  );
  expect(await judge(row, { ...ended, stdout: 'Hello {}' }, said(), world)).toContain('is not JSON');
  expect(await judge(row, { ...ended, stdout: '{"ok":false}' }, said(), world)).toBe(
    'it.ok is false, not true',
  );
  const refusal = said({ code: 'INVALID_REQUEST', message: 'unknown method: health' });
  expect(await judge(row, ended, refusal, world)).toBe(
    'the gateway refused health: INVALID_REQUEST unknown method: health',
  );
  const expected = { ...row, calls: [], refused: ['health'] };
  expect(await judge(expected, ended, refusal, world)).toBeUndefined();
});

const outcomes = [
  { id: 'health', version: 'A', ok: true, ms: 1_200 },
  { id: 'logs', version: 'A', ok: false, reason: 'cannot read /home/you/x/y | sorry', ms: 900 },
  { id: 'health', version: 'B', ok: true, ms: 800 },
];

it('the tables have a row for each command, a column for each version and the reasons', () => {
  const screen = screenTable(outcomes).split('\n');
  expect(screen[1]).toMatch(/^health +pass 1\.2 s +pass 0\.8 s$/);
  expect(screen[2]).toMatch(/^logs +FAIL 0\.9 s +-$/);
  expect(screen.at(-1)).toBe('A logs: cannot read /home/you/x/y | sorry');
  const table = pageTable(outcomes);
  expect(table).toContain('| `logs` | fails: cannot read … \\| sorry | – |');
  const page = withTable(
    'before\n<!-- table: written by npm run test:interop -- --write -->\nold\n<!-- /table -->\nafter\n',
    table,
  );
  expect(page).toContain(table);
  expect(page).toMatch(/^before\n<!-- table.*<!-- \/table -->\nafter\n$/s);
  expect(page).not.toContain('old');
  expect(() => withTable('nothing', table)).toThrow('lost its mark');
});

it('a process with the guard reaches loopback and nothing else', () => {
  const guard = fileURLToPath(new URL('../../scripts/interop/loopback-only.cjs', import.meta.url));
  // The real connect is replaced first, so that a broken guard would still send nothing.
  const script = `
    const net = require('node:net'), dns = require('node:dns');
    net.Socket.prototype.connect = function () { console.log('through'); return this; };
    dns.lookup = (name, ...rest) => rest.at(-1)(null, 'through');
    require(${JSON.stringify(guard)});
    const ask = (name) => new Promise((done) => {
      const options = { host: name, port: 9 };
      net.connect(options).on('error', (error) => done(name + ' ' + error.code)); setImmediate(() => done(name + ' -'));
    });
    (async () => {
      for (const name of ['127.0.0.1', 'localhost', '192.0.2.1', 'example.org', '127.0.0.1.example.org']) console.log(await ask(name));
      for (const name of ['localhost', 'example.org']) dns.lookup(name, {}, (error, found) => console.log(error?.code ?? found));
      dns.resolve4('example.org', (error) => console.log(error.code));
      dns.promises.resolveTxt('example.org').catch((error) => console.log(error.code));
      fetch('http://192.0.2.1/').catch((error) => console.log('fetch ' + error.cause?.code));
    })();`;
  const output = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(output.trim().split('\n')).toEqual(
    expect.arrayContaining(['192.0.2.1 ENETUNREACH', 'example.org ENETUNREACH', 'fetch ENETUNREACH']),
  );
  expect(output).toContain('127.0.0.1 -');
  expect(output).toContain('127.0.0.1.example.org ENETUNREACH');
  expect(output.match(/through/g)).toHaveLength(3);
  expect(output.match(/ENOTFOUND/g)).toHaveLength(3);
});
