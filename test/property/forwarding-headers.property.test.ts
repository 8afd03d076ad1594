// SEC-5: no configured proxy stands in front of us, so forwarding headers are only ever a reason to trust less: any of
// them, with any value, takes a local peer's privileges away, and none changes who it is counted as.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDirectLocal } from '../../electron/core/gateway/request-rules';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const FORWARDING = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-server',
  'x-real-ip',
  'forwarded',
];
const OTHERS = ['accept-language', 'x-forwardedfor', 'x-request-id', 'x-real', 'referer', 'cookie'];

const value = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom(
    '127.0.0.1',
    '::1',
    'localhost',
    '127.0.0.1, 10.0.0.9',
    'for=127.0.0.1;proto=http',
    '',
    'unknown',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).map((text) => text.trim()),
);
const spelled = (names: readonly string[]) =>
  fc.constantFrom(...names).chain((name) => fc.constantFrom(name, name.toUpperCase()));
const headers = (names: readonly string[], minKeys: number) =>
  fc.dictionary(spelled(names), value, { minKeys, maxKeys: 4, noNullPrototype: true });

const lowered = (all: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(all).map(([name, text]) => [name.toLowerCase(), text]));

describe('SEC-5: forwarding headers', () => {
  it('cancel the privileges of loopback, whatever they say, and no other header does', () => {
    fc.assert(
      fc.property(headers(FORWARDING, 1), headers(OTHERS, 0), (forwarding, others) => {
        expect(isDirectLocal('127.0.0.1', lowered({ ...others, ...forwarding }))).toBe(false);
        expect(isDirectLocal('127.0.0.1', lowered(others))).toBe(true);
        expect(isDirectLocal('192.0.2.1', lowered({ ...others, ...forwarding }))).toBe(false);
        expect(isDirectLocal('192.0.2.1', lowered(others))).toBe(false);
      }),
    );
  });

  it('never change who a peer is counted as, nor what it is granted, on real sockets', async () => {
    const settings = { gateway: { auth: { rateLimit: { maxAttempts: 500 } } } };
    const core = await startTestCore({ clock: new FakeClock(), settings });
    const scopes = ['operator.admin'];
    let wrong = 0;
    await fc.assert(
      fc.asyncProperty(headers(FORWARDING, 1), async (forwarding) => {
        const right = await TestClient.open(core.url, { headers: forwarding });
        const hello = await right.connect(connectParams({ token: core.token(), scopes }));
        expect(hello.payload.auth.scopes).toEqual([]);
        right.socket.terminate();
        for (let count = 1; count <= 2; count += 1) {
          const guesser = await TestClient.open(core.url, { headers: forwarding });
          await guesser.connect(connectParams({ token: 'wrong-token-wrong-token-wrong' }));
          await guesser.closed;
          wrong += 1;
          // One key, that of the address which the socket really has.
          expect(core.gateway.limiter.snapshot()).toEqual([
            { key: 'shared-secret:127.0.0.1', failures: count },
          ]);
        }
        expect(core.attempts().at(-1)?.peer).toMatch(/^127\.0\.0\.1:/);
      }),
      { numRuns: 60 },
    );
    expect(wrong).toBeGreaterThan(100);
  });
});
