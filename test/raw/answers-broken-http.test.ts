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
    what: 'two Host headers',
    bytes: (port) => upgradeRequest(port, [`Host: 127.0.0.1:${port}`, 'Host: evil.example']),
    answer: /^HTTP\/1\.1 40[03] /,
  },
  {
    what: 'two Origin headers',
    bytes: (port) => upgradeRequest(port, ['Origin: http://a.example', 'Origin: http://b.example']),
    answer: /^HTTP\/1\.1 403 /,
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

  it.each([
    'Host: 127.0.0.1',
    'Host: localhost',
    'Host: 0.0.0.0:PORT',
    'Host: 127.1:PORT',
    'Host: 2130706433:PORT',
    'Host: 0x7f.1:PORT',
    'Host: 127.0.0.1.evil.example:PORT',
    'Host: 127.evil.example:PORT',
    'Host: localhost.:PORT',
    'Host: LOCALHOST:PORT',
    'Host: user@127.0.0.1:PORT',
    'Host: 127.0.0.1:1',
    'Host: 127.0.0.1:0PORT',
    'Host: [::ffff:127.0.0.1]:PORT',
    'Host: [::]:PORT',
    'Host: 127.0.0.2:PORT',
    'Host: 127.0.0.1:PORT,evil.example',
    'Host: ',
  ])('refuses "%s" with 403', async (host) => {
    const core = await startTestCore();
    const socket = await RawSocket.open(core.port);
    socket.write(upgradeRequest(core.port, [host.replace('PORT', String(core.port))]));
    expect(await socket.ended()).toMatch(/^HTTP\/1\.1 40[03] /);
  });

  it.each(['Host: 127.0.0.1:PORT', 'Host: localhost:PORT', 'Host: [::1]:PORT'])(
    'accepts "%s"',
    async (host) => {
      const core = await startTestCore();
      const socket = await RawSocket.upgraded(core.port, [host.replace('PORT', String(core.port))]);
      expect(socket.text).toContain('connect.challenge');
    },
  );
});
