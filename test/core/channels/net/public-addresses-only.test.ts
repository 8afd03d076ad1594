// SEC-46 for channels: what is no vendor's own host is dialled on the public internet or on this machine only, at the
// address that was judged.

import dns from 'node:dns';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SystemNet } from '../../../../electron/core/channels/net/system-net';
import type { ResolvedAddress } from '../../../../electron/core/lib/public-address';
import { FakeClock } from '../../../helpers/fake-clock';
import { selfSigned } from '../../../helpers/self-signed';

const ELSEWHERE = 'bots.company.test';
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function systemNet(proxy?: string): SystemNet {
  const system = new SystemNet({
    clock: new FakeClock(),
    resolveProxy: async () => proxy,
    vendorDomains: ['vendor.test'],
  });
  cleanUps.push(() => system.stop());
  return system;
}

/** Names lead here, one answer after the other; the last one stays. */
function resolveTo(...answers: readonly (readonly ResolvedAddress[])[]) {
  const left = [...answers];
  return vi.spyOn(dns, 'lookup').mockImplementation(((
    _name: string,
    options: { all?: boolean },
    done: (error: null, found: readonly ResolvedAddress[] | string, family?: number) => void,
  ) => {
    const found = (left.length > 1 ? left.shift() : left[0]) ?? [];
    setImmediate(() =>
      options.all ? done(null, found) : done(null, found[0]?.address ?? '', found[0]?.family ?? 4),
    );
  }) as never);
}

const v4 = (address: string): ResolvedAddress => ({ address, family: 4 });
const v6 = (address: string): ResolvedAddress => ({ address, family: 6 });
const bounds = () => ({ signal: new AbortController().signal, timeoutMs: 10_000 });
const get = (system: SystemNet, host: string) =>
  system.http({ method: 'GET', url: `https://${host}/bot1:token/x`, ...bounds() });
const dial = (system: SystemNet, host: string) =>
  system.connect({ url: `wss://${host}/bot1:token/x`, onMessage: () => undefined, ...bounds() });

async function serve(host: string): Promise<{ port: number; requests: () => number }> {
  let requests = 0;
  const server = https.createServer(selfSigned(host), (_request, response) => {
    requests += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.address() as AddressInfo).port, requests: () => requests };
}

const PRIVATE: readonly ResolvedAddress[] = [
  ...['10.1.2.3', '172.16.9.9', '192.168.1.1', '169.254.169.254', '100.64.0.1', '198.18.0.7', '0.0.0.0'].map(
    v4,
  ),
  ...['fd00::1', 'fe80::1', '::ffff:10.0.0.1', '::'].map(v6),
];

describe('SEC-46: a host that is not the vendor’s', () => {
  it.each(PRIVATE)('is not asked when its name leads to $address', async (address) => {
    resolveTo([address]);
    for (const ask of [get, dial]) {
      expect(await ask(systemNet(), ELSEWHERE)).toEqual({
        ok: false,
        error: {
          class: 'config',
          code: 'not_public',
          message: `${ELSEWHERE} leads into the local network (or to a reserved address), where channels do not go`,
          fix: 'Use an address on the public internet, or a relay on this computer (127.0.0.1).',
        },
      });
    }
  });

  it.each(['10.1.2.3', '169.254.169.254', '[fd00::1]', '[::ffff:10.0.0.1]', '0.0.0.0'])(
    'is not asked at %s, not even through a proxy that could',
    async (host) => {
      for (const proxy of [undefined, 'http://127.0.0.1:9']) {
        expect(await get(systemNet(proxy), host)).toMatchObject({ ok: false, error: { code: 'not_public' } });
      }
    },
  );

  it('is dialled at the public one of its addresses', async () => {
    const { port, requests } = await serve(ELSEWHERE);
    resolveTo([v4('192.168.0.9'), v4('127.0.0.1')]);
    // Its certificate is nobody's, so the answer says where the connection got to.
    expect(await get(systemNet(), `${ELSEWHERE}:${port}`)).toMatchObject({
      ok: false,
      error: { class: 'network', message: expect.stringContaining('certificate') },
    });
    expect(requests()).toBe(0);
  });

  it('is resolved once: a second answer of the name server is not asked for', async () => {
    const { port } = await serve(ELSEWHERE);
    const lookups = resolveTo([v4('127.0.0.1')], [v4('10.0.0.1')]);
    await get(systemNet(), `${ELSEWHERE}:${port}`);
    expect(lookups).toHaveBeenCalledTimes(1);
  });
});

it('a vendor’s own host may lead anywhere: name servers of proxy programs make addresses up', async () => {
  const { port } = await serve('api.vendor.test');
  // Reserved, and yet this machine: the connection comes about.
  resolveTo([v4('0.0.0.0')]);
  for (const host of ['vendor.test', 'api.vendor.test']) {
    expect(await get(systemNet(), `${host}:${port}`)).toMatchObject({
      ok: false,
      error: { class: 'network' },
    });
  }
});
