import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../electron/core/lib/logger-port';
import { Lifecycle, type Step } from '../../electron/shell/lifecycle';
import { FakeClock } from '../helpers/fake-clock';

function setUp(change: Readonly<Record<string, Partial<Step>>> = {}) {
  const clock = new FakeClock();
  const trace: string[] = [];
  const steps = ['log', 'window', 'core'].map((name) => ({
    name,
    start: async () => {
      trace.push(`+${name}`);
    },
    stop: async () => {
      trace.push(`-${name}`);
    },
    ...change[name],
  }));
  return { clock, trace, lifecycle: new Lifecycle({ steps, clock, logger: silentLogger }) };
}

describe('Lifecycle', () => {
  it('starts in order and stops in reverse', async () => {
    const { trace, lifecycle, clock } = setUp();
    await lifecycle.start();
    await lifecycle.stop();
    await lifecycle.stop();
    expect(trace).toEqual(['+log', '+window', '+core', '-core', '-window', '-log']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives each stop its deadline, so that one that hangs does not keep the log from its flush', async () => {
    const hang = { stop: () => new Promise<void>(() => undefined), stopWithinMs: 2_000 };
    const { trace, lifecycle, clock } = setUp({ core: hang });
    await lifecycle.start();
    const stopped = lifecycle.stop();
    await clock.advanceAsync(2_000);
    await stopped;
    expect(trace.slice(3)).toEqual(['-window', '-log']);
  });

  it('goes on stopping after a failure', async () => {
    const { trace, lifecycle } = setUp({ window: { stop: () => Promise.reject(new Error('no')) } });
    await lifecycle.start();
    await lifecycle.stop();
    expect(trace.slice(3)).toEqual(['-core', '-log']);
  });

  it('rejects with the first failed start and stops what had begun, no more', async () => {
    const { trace, lifecycle } = setUp({ window: { start: () => Promise.reject(new Error('no display')) } });
    await expect(lifecycle.start()).rejects.toThrow('no display');
    await lifecycle.stop();
    expect(trace).toEqual(['+log', '-window', '-log']);
  });
});
