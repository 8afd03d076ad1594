// SEC-8: whatever is presented, of whatever length, is compared as a SHA-256 digest by timingSafeEqual: there is no
// other way to a verdict. The guard beside it looks for equality signs; this one looks at what is called.

import { createHash, timingSafeEqual } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { judgeToken } from '../../../electron/core/gateway/auth/device-records';
import { Secret } from '../../../electron/core/lib/secret';
import { startedStore } from './harness';

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  return { ...real, timingSafeEqual: vi.fn(real.timingSafeEqual) };
});

const compare = vi.mocked(timingSafeEqual);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hex = (bytes: NodeJS.ArrayBufferView) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

/** Pairs of digests that were compared since the last look. */
const compared = () => compare.mock.calls.map(([a, b]) => [hex(a), hex(b)].sort().join());

const SECRET = 'Zk3vQ9xW7mB2nR5tY8uE1oP4sD6fG0hJ';
const presented = (right: string) => [
  right,
  `${right.slice(0, -1)}~`,
  `~${right.slice(1)}`,
  right.slice(0, 8),
  'x',
  'x'.repeat(4_096),
  `${right}${right}`,
];

beforeEach(() => {
  compare.mockClear();
});

describe('SEC-8: a presented secret', () => {
  it('is compared with the gateway’s as digests, right or wrong, short or long', async () => {
    const { tokens, secret } = await startedStore();
    for (const text of presented(secret())) {
      compare.mockClear();
      expect(tokens.verify(text, tokens.generation).ok).toBe(text === secret());
      expect(compared()).toContain([sha256(text), sha256(secret())].sort().join());
    }
  });

  it('is compared with a device’s token in the same way', () => {
    const token = {
      role: 'operator' as const,
      secret: new Secret(SECRET),
      scopes: ['operator.read'] as const,
      createdAtMs: 1,
    };
    for (const candidate of presented(SECRET)) {
      compare.mockClear();
      const judged = judgeToken(token, { candidate, scopes: ['operator.read'] });
      expect(judged).toBe(candidate === SECRET ? 'ok' : 'mismatch');
      expect(compared()).toEqual([[sha256(candidate), sha256(SECRET)].sort().join()]);
    }
  });
});
