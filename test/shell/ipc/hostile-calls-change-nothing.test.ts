import { expect, it } from 'vitest';
import type { CallEvent } from '../../../electron/shell/ipc/trusted-senders';
import { validators } from '../../../electron/shell/ipc/validators';
import { IPC_CALL_NAMES } from '../../../shared/ipc/names';
import { fromPage, ipcFixture } from './ipc-fixture';

const CALLS = 20_000;

/** Small seeded generator (mulberry32), so that a failure can be repeated. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function hostile(next: () => number, depth = 0): unknown {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  const leaves = [
    undefined,
    null,
    Number.NaN,
    -1,
    Number.POSITIVE_INFINITY,
    2n ** 70n,
    '',
    'x'.repeat(100_000),
    '\u0000\u202E\uD800',
    '../../etc/passwd',
    "'; DROP TABLE tokens; --",
    Symbol('s'),
    () => 'called',
    new Date(Number.NaN),
    /x/,
    new Map([['reason', 'leaked']]),
    new Uint8Array(64),
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    ),
    JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}'),
  ];
  if (depth > 3 || next() < 0.5) return pick(leaves);
  const keys = [
    'reason',
    'graceMs',
    'channel',
    'accountId',
    'enabled',
    'gateway',
    'ui',
    'fingerprint',
    'limit',
    'requestId',
    'deviceId',
    'patch',
    'schedule',
    'toJSON',
    'then',
    'length',
  ];
  if (next() < 0.3) return Array.from({ length: Math.floor(next() * 5) }, () => hostile(next, depth + 1));
  return Object.fromEntries(
    Array.from({ length: Math.floor(next() * 6) }, () => [pick(keys), hostile(next, depth + 1)]),
  );
}

function isValid(name: unknown, params: unknown): boolean {
  try {
    const validator = Object.hasOwn(validators, name as string)
      ? validators[name as 'status.get']
      : undefined;
    return validator?.safeParse(params).success ?? false;
  } catch {
    return false;
  }
}

it(`${CALLS} hostile calls throw nothing, reach no handler they may not reach, and are all counted`, async () => {
  const next = generator(20_260_101);
  const { server, called, log } = ipcFixture();
  const names: readonly unknown[] = [
    ...IPC_CALL_NAMES,
    'constructor',
    '__proto__',
    'status.get ',
    'STATUS.GET',
    '',
  ];
  const senders: readonly CallEvent[] = [
    fromPage(),
    fromPage({ sender: { id: -1 } }),
    fromPage({ senderFrame: null }),
    fromPage({ senderFrame: { url: 'app://gatehouse@evil/', parent: null } }),
    fromPage({ senderFrame: { url: 'data:text/html,app://gatehouse/', parent: null } }),
    fromPage({ senderFrame: { url: 'app://gatehouse/', parent: {} } }),
  ];
  let allowed = 0;
  let thrown = 0;
  for (let call = 0; call < CALLS; call += 1) {
    const event = next() < 0.6 ? senders[0] : senders[Math.floor(next() * senders.length)];
    const name = next() < 0.8 ? names[Math.floor(next() * names.length)] : hostile(next);
    const params = hostile(next);
    const mayPass = event === senders[0] && isValid(name, params);
    if (mayPass) allowed += 1;
    const reply = await server.answer(event as CallEvent, name, params).catch(() => {
      thrown += 1;
    });
    expect(reply?.ok).toBe(mayPass);
  }
  const internal = log.filter((line) => line.event === 'ipc.handler-failed').length;
  expect(thrown).toBe(0);
  expect(called).toHaveLength(allowed);
  expect(server.refused + internal + allowed).toBe(CALLS);
  // The generator must reach both sides, or this proves nothing.
  expect(allowed).toBeGreaterThan(100);
  expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
});
