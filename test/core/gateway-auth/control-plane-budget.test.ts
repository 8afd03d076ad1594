// Three control-plane writes a minute (protocol section 3.6).

import { describe, expect, it } from 'vitest';
import { ControlPlaneBudget } from '../../../electron/core/gateway/auth/control-plane-budget';
import { FakeClock } from '../../helpers/fake-clock';

describe('the budget of control-plane writes', () => {
  it('lets three pass in any sixty seconds and says when the next may', () => {
    const clock = new FakeClock();
    const budget = new ControlPlaneBudget({ clock });
    for (let index = 0; index < 3; index += 1) {
      expect(budget.take('device|ip')).toEqual({ ok: true });
      clock.advance(10_000);
    }
    expect(budget.take('device|ip')).toEqual({ ok: false, retryAfterMs: 30_000 });
    clock.advance(29_999);
    expect(budget.take('device|ip')).toEqual({ ok: false, retryAfterMs: 1 });
    clock.advance(1);
    expect(budget.take('device|ip')).toEqual({ ok: true });
    expect(budget.take('device|ip')).toEqual({ ok: false, retryAfterMs: 10_000 });
  });

  it('does not charge for what it refuses', () => {
    const clock = new FakeClock();
    const budget = new ControlPlaneBudget({ clock });
    for (let index = 0; index < 100; index += 1) budget.take('k');
    clock.advance(60_000);
    expect(budget.take('k')).toEqual({ ok: true });
  });

  it('keeps keys apart', () => {
    const budget = new ControlPlaneBudget({ clock: new FakeClock() });
    for (let index = 0; index < 4; index += 1) budget.take('a');
    expect(budget.take('b')).toEqual({ ok: true });
  });

  it('remembers at most ten thousand keys, and none for longer than a minute', () => {
    const clock = new FakeClock();
    const budget = new ControlPlaneBudget({ clock });
    for (let index = 0; index < 30_000; index += 1) budget.take(`k${index}`);
    expect(budget.size).toBe(10_000);
    clock.advance(60_000);
    budget.take('last');
    expect(budget.size).toBe(1);
  });
});
