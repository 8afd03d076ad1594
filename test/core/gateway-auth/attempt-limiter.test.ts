// Who may guess how often (SEC-10, SEC-11; T-19): numbers, windows, exemptions and the bound of the table.

import { describe, expect, it } from 'vitest';
import type { LimiterKey } from '../../../electron/core/gateway/auth/attempt-limiter';
import { AttemptLimiter } from '../../../electron/core/gateway/auth/attempt-limiter';
import { FakeClock } from '../../helpers/fake-clock';

const LAN: LimiterKey = { credentialClass: 'shared-secret', peerAddress: '192.0.2.7', loopback: false };
const NATIVE: LimiterKey = { credentialClass: 'shared-secret', peerAddress: '127.0.0.1', loopback: true };
const PAGE: LimiterKey = { ...NATIVE, origin: 'https://panel.example' };

function limiter(options: { maxKeys?: number } = {}) {
  const clock = new FakeClock();
  return { clock, limiter: new AttemptLimiter({ clock, ...options }) };
}

function fail(target: AttemptLimiter, key: LimiterKey, times: number): void {
  for (let index = 0; index < times; index += 1) target.recordFailure(key);
}

describe('a peer from elsewhere (SEC-11)', () => {
  it('is locked out for five minutes by the tenth failure within a minute', () => {
    const { clock, limiter: target } = limiter();
    fail(target, LAN, 9);
    expect(target.check(LAN)).toEqual({ allowed: true });
    fail(target, LAN, 1);
    expect(target.check(LAN)).toEqual({ allowed: false, retryAfterMs: 300_000 });
    clock.advance(299_999);
    expect(target.check(LAN)).toEqual({ allowed: false, retryAfterMs: 1 });
    clock.advance(1);
    expect(target.check(LAN)).toEqual({ allowed: true });
  });

  it('is not locked out by ten failures spread over more than a minute, in any phase of the window', () => {
    const { clock, limiter: target } = limiter();
    for (let index = 0; index < 50; index += 1) {
      target.recordFailure(LAN);
      clock.advance(6_700);
      expect(target.check(LAN)).toEqual({ allowed: true });
    }
  });

  it('is locked out by ten failures around the border of two minutes', () => {
    const { clock, limiter: target } = limiter();
    target.recordFailure(LAN);
    clock.advance(59_000);
    fail(target, LAN, 8);
    clock.advance(2_000);
    fail(target, LAN, 2);
    expect(target.check(LAN).allowed).toBe(false);
  });

  it('starts from nothing after a success', () => {
    const { limiter: target } = limiter();
    fail(target, LAN, 9);
    target.recordSuccess(LAN);
    fail(target, LAN, 9);
    expect(target.check(LAN)).toEqual({ allowed: true });
  });

  it('is counted apart from other peers and for each class of credential apart', () => {
    const { limiter: target } = limiter();
    fail(target, LAN, 10);
    expect(target.check({ ...LAN, peerAddress: '192.0.2.8' })).toEqual({ allowed: true });
    expect(target.check({ ...LAN, credentialClass: 'device-token' })).toEqual({ allowed: true });
  });

  it('is not let in by a wall clock that jumps', () => {
    const { clock, limiter: target } = limiter();
    fail(target, LAN, 10);
    clock.stepWall(86_400_000);
    expect(target.check(LAN)).toEqual({ allowed: false, retryAfterMs: 300_000 });
  });

  it('shares 600 failures a minute with all others, because addresses rotate', () => {
    const { clock, limiter: target } = limiter();
    for (let index = 0; index < 600; index += 1) target.recordFailure({ ...LAN, peerAddress: `p${index}` });
    expect(target.check({ ...LAN, peerAddress: 'fresh' })).toEqual({ allowed: false, retryAfterMs: 60_000 });
    expect(target.check(NATIVE)).toEqual({ allowed: true });
    clock.advance(60_000);
    expect(target.check({ ...LAN, peerAddress: 'fresh' })).toEqual({ allowed: true });
  });
});

describe('a browser page (SEC-11)', () => {
  it('is locked out on this machine too', () => {
    const { limiter: target } = limiter();
    fail(target, PAGE, 10);
    expect(target.check(PAGE)).toEqual({ allowed: false, retryAfterMs: 300_000 });
    expect(target.check(NATIVE)).toEqual({ allowed: true });
  });

  it('shares a bucket with every other origin, so minting subdomains wins nothing', () => {
    const { limiter: target } = limiter();
    for (let index = 0; index < 10; index += 1) {
      target.recordFailure({ ...PAGE, origin: `https://s${index}.panel.example` });
    }
    expect(target.check({ ...PAGE, origin: 'https://fresh.panel.example' }).allowed).toBe(false);
  });

  it('does not free the shared bucket by logging in itself', () => {
    const { limiter: target } = limiter();
    fail(target, { ...PAGE, origin: 'https://other.example' }, 9);
    target.recordSuccess(PAGE);
    target.recordFailure({ ...PAGE, origin: 'https://third.example' });
    expect(target.check(PAGE).allowed).toBe(false);
  });

  it.each(['null', ''])('is a page also with the origin %j', (origin) => {
    const { limiter: target } = limiter();
    fail(target, { ...NATIVE, origin }, 10);
    expect(target.check({ ...NATIVE, origin }).allowed).toBe(false);
  });
});

describe('a native local client (SEC-11)', () => {
  it('is answered later and later, 250 ms doubling to 5 s, and never refused', () => {
    const { limiter: target } = limiter();
    const delays = Array.from({ length: 8 }, () => target.recordFailure(NATIVE));
    expect(delays).toEqual(
      [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000].map((delayMs) => ({ delayMs })),
    );
    fail(target, NATIVE, 100_000);
    expect(target.check(NATIVE)).toEqual({ allowed: true });
    expect(target.recordFailure(NATIVE)).toEqual({ delayMs: 5_000 });
  });

  it('wins nothing by choosing another loopback address', () => {
    const { limiter: target } = limiter();
    target.recordFailure(NATIVE);
    expect(target.recordFailure({ ...NATIVE, peerAddress: '127.9.9.9' })).toEqual({ delayMs: 500 });
  });

  it('is forgiven by a success and by a minute of quiet', () => {
    const { clock, limiter: target } = limiter();
    fail(target, NATIVE, 4);
    target.recordSuccess(NATIVE);
    expect(target.recordFailure(NATIVE)).toEqual({ delayMs: 250 });
    clock.advance(60_000);
    expect(target.recordFailure(NATIVE)).toEqual({ delayMs: 250 });
  });

  it('overflows when sixteen answers are held back, still counted, until one is given', () => {
    const { limiter: target } = limiter();
    const held = Array.from({ length: 16 }, () => target.beginDelay());
    expect(target.delayedCount).toBe(16);
    expect(target.recordFailure(NATIVE)).toEqual({ overflow: true });
    expect(target.snapshot()).toEqual([{ key: 'shared-secret:loopback', failures: 1 }]);
    held[0]?.dispose();
    held[0]?.dispose();
    expect(target.delayedCount).toBe(15);
    expect(target.recordFailure(NATIVE)).toEqual({ delayMs: 500 });
  });
});

describe('the table (SEC-11)', () => {
  it('holds no more keys than it may, evicts the stalest count and never a lock', () => {
    const { clock, limiter: target } = limiter({ maxKeys: 20 });
    fail(target, LAN, 10);
    for (let index = 0; index < 500; index += 1) {
      target.recordFailure({ ...LAN, peerAddress: `p${index}` });
      if (index % 100 === 99) clock.advance(60_000 / 5);
    }
    const snapshot = target.snapshot();
    expect(snapshot).toHaveLength(20);
    expect(snapshot[0]).toMatchObject({ key: 'shared-secret:192.0.2.7', failures: 10 });
    expect(snapshot.at(-1)?.key).toBe('shared-secret:p499');
    expect(target.check(LAN).allowed).toBe(false);
  });

  it('refuses newcomers while it is full of locks, and native clients never', () => {
    const { clock, limiter: target } = limiter({ maxKeys: 3 });
    for (const name of ['a', 'b', 'c']) {
      fail(target, { ...LAN, peerAddress: name }, 10);
      clock.advance(1_000);
    }
    expect(target.check({ ...LAN, peerAddress: 'd' })).toEqual({ allowed: false, retryAfterMs: 297_000 });
    expect(target.check(NATIVE)).toEqual({ allowed: true });
    clock.advance(297_000);
    expect(target.check({ ...LAN, peerAddress: 'd' })).toEqual({ allowed: true });
  });

  it('forgets counts after a minute and locks after five', () => {
    const { clock, limiter: target } = limiter();
    fail(target, LAN, 10);
    target.recordFailure({ ...LAN, peerAddress: 'p' });
    clock.advance(60_000);
    expect(target.snapshot().map((entry) => entry.key)).toEqual(['shared-secret:192.0.2.7']);
    clock.advance(240_000);
    expect(target.snapshot()).toEqual([]);
  });

  it('says in wall time until when a lock lasts, and lets a person end it', () => {
    const { clock, limiter: target } = limiter();
    fail(target, PAGE, 10);
    const until = clock.now() + 300_000;
    expect(target.snapshot()).toEqual([
      { key: 'shared-secret:browser-origin:https://panel.example', failures: 10, lockedUntil: until },
      { key: 'shared-secret:browser-origin:*', failures: 10, lockedUntil: until },
    ]);
    for (const { key } of target.snapshot()) target.unlock(key);
    expect(target.check(PAGE)).toEqual({ allowed: true });
  });

  it('stays inside its bound under a flood of 50,000 failures from as many origins', () => {
    const { limiter: target } = limiter();
    for (let index = 0; index < 50_000; index += 1) {
      target.recordFailure({ ...PAGE, origin: `https://s${index}.example` });
    }
    expect(target.snapshot()).toHaveLength(10_000);
  });
});
