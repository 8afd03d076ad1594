// A proxy that channels cannot use is said, not gone around: who set one does not want to be seen without it.

import { afterEach, expect, it } from 'vitest';
import { resolveEnvProxy } from '../../../../electron/core/channels/net/env-proxy';
import { SystemNet } from '../../../../electron/core/channels/net/system-net';
import { proxyOf } from '../../../../electron/shell/system-proxy';
import { FakeClock } from '../../../helpers/fake-clock';

const NAMES = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy'] as const;
const before = NAMES.map((name) => [name, process.env[name]] as const);

function environment(values: Readonly<Record<string, string>>): void {
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, values);
}
afterEach(() => {
  environment(
    Object.fromEntries(before.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  );
});

it.each([
  ['DIRECT', undefined],
  ['', undefined],
  ['PROXY proxy.example:3128; DIRECT', 'http://proxy.example:3128'],
  ['HTTPS proxy.example:443', 'https://proxy.example:443'],
  ['SOCKS5 proxy.example:1080; PROXY proxy.example:3128', 'http://proxy.example:3128'],
  ['SOCKS5 proxy.example:1080; DIRECT', undefined],
  ['SOCKS proxy.example:1080', 'socks5://proxy.example:1080'],
])('of the system’s answer "%s" takes what it can use', (answer, proxy) => {
  expect(proxyOf(answer)).toBe(proxy);
});

it('reads the environment as other programs do', async () => {
  environment({ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: '.inside.example' });
  expect(await resolveEnvProxy('https://vendor.example/')).toBe('http://proxy.example:3128');
  expect(await resolveEnvProxy('https://a.inside.example/')).toBeUndefined();
  environment({ ALL_PROXY: 'socks5://proxy.example:1080' });
  expect(await resolveEnvProxy('https://vendor.example/')).toBe('socks5://proxy.example:1080');
  environment({});
  expect(await resolveEnvProxy('https://vendor.example/')).toBeUndefined();
});

it('names a SOCKS proxy instead of going around it', async () => {
  const net = new SystemNet({
    clock: new FakeClock(),
    resolveProxy: async () => 'socks5://me:hidden@proxy.example:1080',
    vendorDomains: [],
  });
  const { signal } = new AbortController();
  const reply = await net.http({ method: 'GET', url: 'https://vendor.example/', signal, timeoutMs: 1_000 });
  expect(reply).toMatchObject({
    ok: false,
    error: { class: 'config', code: 'socks_proxy', message: expect.stringContaining('SOCKS') },
  });
  expect(JSON.stringify(reply)).not.toContain('hidden');
  net.stop();
});
