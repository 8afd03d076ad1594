import { describe, expect, it } from 'vitest';
import { builtinAdapters } from '../../../electron/core/channels/adapters';
import type { EpochFailure } from '../../../electron/core/channels/channel-adapter';
import { decideRetry, retryCurve, rotateDelayMs } from '../../../electron/core/channels/retry-policy';
import type { FailureClass } from '../../../shared/model/channel';

const failure = (failureClass: FailureClass, retryAfterMs?: number): EpochFailure => ({
  class: failureClass,
  message: 'm',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
const delays = (failureClass: FailureClass, unit: number) =>
  [1, 2, 3, 20].map((attempt) => {
    const decision = decideRetry(failure(failureClass), attempt, unit);
    return decision.kind === 'retry' ? decision.delayMs : 'block';
  });

describe('the retry policy', () => {
  it.each(['network', 'server', 'protocol'] as const)(
    'doubles from 1 s to 60 s for %s, spread by a quarter',
    (name) => {
      expect(delays(name, 0.5)).toEqual([1_000, 2_000, 4_000, 60_000]);
      expect(delays(name, 0)).toEqual([750, 1_500, 3_000, 45_000]);
      expect(delays(name, 1)).toEqual([1_250, 2_500, 5_000, 60_000]);
    },
  );

  it.each(['permission', 'config'] as const)('doubles from 1 min to 15 min for %s', (name) => {
    expect(delays(name, 0.5)).toEqual([60_000, 120_000, 240_000, 900_000]);
  });

  it('waits at least as long as a rate limit asks, and spreads upwards only', () => {
    expect(decideRetry(failure('rate_limited', 7_000), 1, 0)).toEqual({ kind: 'retry', delayMs: 7_000 });
    expect(decideRetry(failure('rate_limited', 7_000), 5, 1)).toEqual({ kind: 'retry', delayMs: 7_700 });
  });

  it('backs off by itself when a rate limit names no time', () => {
    expect(delays('rate_limited', 0)).toEqual([60_000, 90_000, 135_000, 600_000]);
  });

  it('keeps an absurd Retry-After inside what a timer can hold', () => {
    const decision = decideRetry(failure('rate_limited', Number.MAX_SAFE_INTEGER), 1, 1);
    expect(decision.kind === 'retry' && decision.delayMs < 2 ** 31).toBe(true);
  });

  it('tries a refused credential once more at once, then blocks', () => {
    expect(delays('auth', 0.5)).toEqual([0, 'block', 'block', 'block']);
  });

  it.each(['kicked', 'banned'] as const)('blocks at once when %s', (name) => {
    expect(delays(name, 0.5)).toEqual(['block', 'block', 'block', 'block']);
  });

  it.each(['config', 'permission', 'server'] as const)(
    'waits for a person where the vendor says that trying again is of no use (%s)',
    (name) => {
      expect(decideRetry({ ...failure(name), terminal: true }, 1, 0.5)).toEqual({ kind: 'block' });
    },
  );

  it.each(['qqbot', 'discord'])('never spends the 1000 session starts that %s allows a day', (id) => {
    const policy = builtinAdapters.find(({ meta }) => meta.id === id)?.policy;
    expect(policy).toBeDefined();
    for (const name of ['network', 'server', 'protocol'] as const) {
      const decision = decideRetry(failure(name), 20, 0, policy);
      expect(decision.kind === 'retry' ? 86_400_000 / decision.delayMs : 0).toBeLessThan(1_000);
    }
  });

  it('puts trouble of one kind on one curve', () => {
    expect(['network', 'server', 'protocol'].map((name) => retryCurve(name as FailureClass))).toEqual([
      'transient',
      'transient',
      'transient',
    ]);
    expect(retryCurve('auth')).not.toBe(retryCurve('network'));
  });

  it('spreads planned reconnects over one second', () => {
    expect([rotateDelayMs(0), rotateDelayMs(0.5), rotateDelayMs(0.999)]).toEqual([0, 500, 999]);
  });
});
