// What a proxy script or HTTPS_PROXY says may be no address at all: that is told as what it is, and no bug of the
// adapter; the login in it is in no text.

import { expect, it } from 'vitest';
import { SystemNet } from '../../../../electron/core/channels/net/system-net';
import { proxyOf } from '../../../../electron/shell/system-proxy';
import { FakeClock } from '../../../helpers/fake-clock';

const SECRET = 'proxy-pass-0123456789';
const { signal } = new AbortController();

it.each([
  `http://user:${SECRET}@no host:3128`,
  'http://proxy.example:99999',
  'http://',
  proxyOf('PROXY [::1:3128') ?? '',
])('%s', async (address) => {
  const net = new SystemNet({ clock: new FakeClock(), resolveProxy: async () => address, vendorDomains: [] });
  const expected = { ok: false, error: { class: 'config', code: 'bad_proxy' } };
  const http = await net.http({ method: 'GET', url: 'https://vendor.example/', signal, timeoutMs: 1_000 });
  expect(http).toMatchObject(expected);
  const socket = await net.connect({
    url: 'wss://vendor.example/',
    signal,
    timeoutMs: 1_000,
    onMessage: () => undefined,
  });
  expect(socket).toMatchObject(expected);
  expect(JSON.stringify([http, socket])).not.toContain(SECRET);
  net.stop();
});
