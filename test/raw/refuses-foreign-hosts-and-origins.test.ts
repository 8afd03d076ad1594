// The two headers that tell a page from a program, byte for byte on TCP: whatever is not exactly one of our names with
// our port (SEC-3), and whatever Origin is not on the list (SEC-4), is answered 403 before 101 and is in the auth log.

import { describe, expect, it } from 'vitest';
import { RawSocket, upgradeRequest } from '../helpers/raw-socket';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';

/** What the server says first, before it ends the connection or goes on. */
async function statusOf(core: TestCore, request: string): Promise<string> {
  const socket = await RawSocket.open(core.port);
  socket.write(request);
  await socket.until((bytes) => bytes.includes('\r\n\r\n'));
  socket.tcp.destroy();
  return socket.text.slice(9, 12);
}

const OURS = ['127.0.0.1:PORT', 'localhost:PORT', '[::1]:PORT'];

/** Names that mean this machine to somebody, or look as if they did. */
const FOREIGN = [
  '',
  '127.0.0.1',
  'localhost',
  '[::1]',
  '::1',
  '::1:PORT',
  '127.0.0.1:',
  '127.0.0.1:0',
  '127.0.0.1:80',
  '127.0.0.1:0PORT',
  '127.0.0.1:+PORT',
  '127.0.0.1: PORT',
  '127.0.0.1 :PORT',
  '127.0.0.1\t:PORT',
  '127.0.0.1:PORT evil.example',
  '127.0.0.1:PORT,evil.example',
  '127.0.0.1:PORT, 127.0.0.1:PORT',
  '127.0.0.1:PORT@evil.example',
  '127.0.0.1:PORT/',
  '127.0.0.1:PORT?',
  '127.0.0.1:PORT#',
  '127.0.0.1;PORT',
  '127.0.0.1\\:PORT',
  '127.0.0.1.:PORT',
  '127.0.0.01:PORT',
  '127.0.0.2:PORT',
  '127.0.1:PORT',
  '127.1:PORT',
  '2130706433:PORT',
  '0x7f.1:PORT',
  '0x7f000001:PORT',
  '017700000001:PORT',
  '0177.0.0.1:PORT',
  '0.0.0.0:PORT',
  '0:PORT',
  '127.0.0.1.evil.example:PORT',
  '127.evil.example:PORT',
  'LOCALHOST:PORT',
  'Localhost:PORT',
  'localhost.:PORT',
  '.localhost:PORT',
  'localhost.evil.example:PORT',
  'localhost.localdomain:PORT',
  'localhost6:PORT',
  'local%68ost:PORT',
  'localhost%00:PORT',
  'xn--localhost:PORT',
  'localhost:PORT\u00a0',
  'user@127.0.0.1:PORT',
  'user:word@localhost:PORT',
  '[::ffff:127.0.0.1]:PORT',
  '[::ffff:7f00:1]:PORT',
  '::ffff:127.0.0.1:PORT',
  '[0:0:0:0:0:0:0:1]:PORT',
  '[::1%25lo]:PORT',
  '[::]:PORT',
  '[::1:PORT',
  'http://127.0.0.1:PORT',
  '//127.0.0.1:PORT',
  '"127.0.0.1:PORT"',
  '*:PORT',
  'null:PORT',
  'evil.example',
  'evil.example:PORT',
  'host.docker.internal:PORT',
  '192.168.1.10:PORT',
  '169.254.169.254:PORT',
];

describe('SEC-3: a Host', () => {
  it('that is no exact name of ours is refused, in more than sixty spellings', async () => {
    const core = await startTestCore();
    const hosts = FOREIGN.map((host) => host.replaceAll('PORT', String(core.port)));
    expect(new Set(hosts).size).toBeGreaterThanOrEqual(60);
    for (const host of hosts) {
      expect(await statusOf(core, upgradeRequest(core.port, [`Host: ${host}`])), host).toBe('403');
    }
    const reasons = core.attempts().map(({ outcome, reason, answer }) => `${outcome} ${reason} ${answer}`);
    expect(reasons).toEqual(hosts.map(() => 'refused host_not_allowed HTTP 403'));
  });

  it('that is missing or said twice is refused too, also when it is the right one', async () => {
    const core = await startTestCore();
    const own = `Host: 127.0.0.1:${core.port}`;
    const without = upgradeRequest(core.port).replace(`${own}\r\n`, '');
    expect(await statusOf(core, without)).toBe('403');
    for (const other of [own, 'Host: evil.example', `host: localhost:${core.port}`]) {
      for (const both of [
        [own, other],
        [other, own],
      ]) {
        expect(await statusOf(core, upgradeRequest(core.port, both)), both.join()).toBe('403');
      }
    }
    expect(core.attempts().every(({ reason }) => reason === 'host_not_allowed')).toBe(true);
    expect(core.attempts()).toHaveLength(7);
  });

  it.each(OURS)('%s is let through', async (host) => {
    const core = await startTestCore();
    const request = upgradeRequest(core.port, [`Host: ${host.replace('PORT', String(core.port))}`]);
    expect(await statusOf(core, request)).toBe('101');
  });
});

const LISTED = 'https://panel.example';

const UNLISTED = [
  '',
  'null',
  'NULL',
  'file://',
  'file:///home/somebody/page.html',
  'data:text/html,x',
  'blob:https://panel.example/1',
  'about:blank',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'moz-extension://5b1e0000-0000-4000-8000-000000000000',
  'safari-web-extension://5b1e0000',
  'app://gatehouse',
  'http://127.0.0.1:PORT',
  'http://localhost:PORT',
  'http://[::1]:PORT',
  'https://127.0.0.1:PORT',
  'http://127.0.0.1:3000',
  'http://localhost',
  'https://evil.example',
  'http://panel.example',
  'https://panel.example/',
  'https://panel.example:443',
  'https://panel.example:8443',
  'https://panel.example.',
  'https://PANEL.example',
  'HTTPS://panel.example',
  'https://panel.example.evil.example',
  'https://evil.example/https://panel.example',
  'https://user@panel.example',
  'https://sub.panel.example',
  'https://panel.example, https://evil.example',
  'https://panel.example https://evil.example',
  '*',
];

describe('SEC-4: an Origin', () => {
  it.each([
    { what: 'with nothing on the list', allowedOrigins: [] },
    { what: 'with another one on the list', allowedOrigins: [LISTED] },
  ])('that is not listed is refused, $what', async ({ allowedOrigins }) => {
    const core = await startTestCore({ settings: { gateway: { controlUi: { allowedOrigins } } } });
    const origins = UNLISTED.map((origin) => origin.replace('PORT', String(core.port)));
    for (const origin of origins) {
      expect(await statusOf(core, upgradeRequest(core.port, [`Origin: ${origin}`])), origin).toBe('403');
    }
    expect(core.attempts().map(({ reason }) => reason)).toEqual(origins.map(() => 'origin_not_allowed'));
    const classes = core.attempts().map(({ originClass }) => originClass);
    expect(classes).toEqual(origins.map((origin) => (['', 'null'].includes(origin) ? 'null' : 'denied')));
  });

  it('said twice is refused, also when both are listed', async () => {
    const settings = { gateway: { controlUi: { allowedOrigins: [LISTED] } } };
    const core = await startTestCore({ settings });
    const listed = `Origin: ${LISTED}`;
    for (const both of [
      [listed, listed],
      [listed, 'Origin: https://evil.example'],
      ['Origin: https://evil.example', listed],
    ]) {
      expect(await statusOf(core, upgradeRequest(core.port, both)), both.join()).toBe('403');
    }
    expect(await statusOf(core, upgradeRequest(core.port, [listed]))).toBe('101');
    expect(await statusOf(core, upgradeRequest(core.port))).toBe('101');
  });
});
