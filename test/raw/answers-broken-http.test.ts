// Requests that are no proper upgrade: a short HTTP answer or an end, never a crash (REL-38).

import { describe, expect, it } from 'vitest';
import { RawSocket, upgradeRequest } from '../helpers/raw-socket';
import { startTestCore } from '../helpers/test-core';

const CASES: readonly { what: string; bytes: (port: number) => string; answer: RegExp }[] = [
  {
    what: 'bytes that are not HTTP',
    bytes: () => '\x16\x03\x01\x02\x00\r\n\r\n',
    answer: /^HTTP\/1\.1 400 /,
  },
  {
    what: 'a header of 64 KiB',
    bytes: (port) => upgradeRequest(port, [`X-Big: ${'x'.repeat(65_536)}`]),
    answer: /^HTTP\/1\.1 431 /,
  },
  {
    what: 'version 8',
    bytes: (port) => upgradeRequest(port, ['Sec-WebSocket-Version: 8']),
    answer: /^HTTP\/1\.1 426 [\s\S]*Sec-WebSocket-Version: 13/,
  },
  {
    what: 'a key of the wrong length',
    bytes: (port) => upgradeRequest(port, ['Sec-WebSocket-Key: abc']),
    answer: /^HTTP\/1\.1 400 /,
  },
  {
    what: 'a POST that offers another protocol',
    bytes: (port) => upgradeRequest(port, ['Upgrade: h2c']).replace('GET ', 'POST '),
    answer: /^HTTP\/1\.1 426 [\s\S]*Upgrade: websocket/,
  },
  {
    what: 'a health check that offers another protocol',
    bytes: (port) => upgradeRequest(port, ['Upgrade: h2c']).replace('GET / ', 'GET /healthz '),
    answer: /^HTTP\/1\.1 200 [\s\S]*X-Frame-Options: DENY[\s\S]*"status":"live"/,
  },
  {
    what: 'an absolute target',
    bytes: (port) => upgradeRequest(port).replace('GET / ', `GET http://127.0.0.1:${port}/ `),
    answer: /^HTTP\/1\.1 400 /,
  },
  {
    what: 'a target with two slashes',
    bytes: (port) => upgradeRequest(port).replace('GET / ', 'GET //evil.example/ '),
    answer: /^HTTP\/1\.1 400 /,
  },
  {
    what: 'POST',
    bytes: (port) => upgradeRequest(port).replace('GET ', 'POST '),
    answer: /^HTTP\/1\.1 405 /,
  },
  {
    what: 'HTTP/1.0 without Host',
    bytes: () => 'GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    answer: /^HTTP\/1\.1 40[0-9] /,
  },
];

describe('the listener', () => {
  it.each(CASES)('answers $what with $answer and goes on', async ({ bytes, answer }) => {
    const core = await startTestCore();
    const socket = await RawSocket.open(core.port);
    socket.write(bytes(core.port));
    expect(await socket.ended()).toMatch(answer);
    expect((await core.probe.run('demand')).error).toBeUndefined();
  });
});
