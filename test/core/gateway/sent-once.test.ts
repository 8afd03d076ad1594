import { describe, expect, it } from 'vitest';
import { type OnceOutcome, SentOnce } from '../../../electron/core/gateway/methods/sent-once';
import { err, ok } from '../../../electron/core/lib/result';
import { FakeClock } from '../../helpers/fake-clock';

const unavailable = { code: 'UNAVAILABLE', message: 'no' } as const;

function counting(outcome: (count: number) => OnceOutcome) {
  let count = 0;
  const act = async () => {
    count += 1;
    return outcome(count);
  };
  return { act, count: () => count };
}

describe('a call with an idempotency key', () => {
  it('is carried out once in five minutes, and everybody gets its outcome', async () => {
    const clock = new FakeClock();
    const once = new SentOnce(clock);
    const { act, count } = counting((n) => ({ result: ok(n), keep: true }));
    const together = await Promise.all([once.run('a', act), once.run('a', act)]);
    clock.advance(299_999);
    expect([...together, await once.run('a', act)]).toEqual([ok(1), ok(1), ok(1)]);
    expect(await once.run('b', act)).toEqual(ok(2));
    clock.advance(1);
    expect(await once.run('a', act)).toEqual(ok(3));
    expect(count()).toBe(3);
  });

  it('keeps a failure that may have had its effect, and tries anew what had none', async () => {
    const once = new SentOnce(new FakeClock());
    const kept = counting(() => ({ result: err(unavailable), keep: true }));
    await once.run('kept', kept.act);
    expect(await once.run('kept', kept.act)).toEqual(err(unavailable));
    expect(kept.count()).toBe(1);
    const fresh = counting((n) => ({ result: n === 1 ? err(unavailable) : ok(n), keep: n > 1 }));
    expect(await once.run('fresh', fresh.act)).toEqual(err(unavailable));
    expect(await once.run('fresh', fresh.act)).toEqual(ok(2));
  });

  it('forgets a call that threw, so that a bug does not stick to its key', async () => {
    const once = new SentOnce(new FakeClock());
    await expect(once.run('a', () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    expect(await once.run('a', async () => ({ result: ok(1), keep: true }))).toEqual(ok(1));
  });

  it('keeps at most ten thousand, the oldest go first', async () => {
    const once = new SentOnce(new FakeClock());
    const { act, count } = counting((n) => ({ result: ok(n), keep: true }));
    for (let n = 0; n <= 10_001; n += 1) await once.run(`k${n}`, act);
    const before = count();
    await once.run('k10001', act);
    expect(count()).toBe(before);
    await once.run('k0', act);
    expect(count()).toBe(before + 1);
  });
});
