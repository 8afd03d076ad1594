// The ring behind `diagnostics.stability` (protocol section 5.1).

import { describe, expect, it } from 'vitest';
import { StabilityLog } from '../../../electron/core/gateway/stability-log';
import { FakeClock } from '../../helpers/fake-clock';

function stability() {
  const clock = new FakeClock();
  return { clock, log: new StabilityLog({ clock }) };
}

describe('the stability log', () => {
  it('is empty and well-formed at first', () => {
    const { clock, log } = stability();
    expect(log.snapshot({})).toEqual({
      generatedAt: new Date(clock.now()).toISOString(),
      capacity: 1_000,
      count: 0,
      dropped: 0,
      events: [],
      summary: { byType: {} },
    });
  });

  it('holds the newest thousand and says how many it has lost', () => {
    const { log } = stability();
    for (let index = 0; index < 1_200; index += 1) log.record('gateway.started', { port: index });
    const all = log.snapshot({ limit: 1_000 });
    expect(all).toMatchObject({ count: 1_000, dropped: 200, firstSeq: 201, lastSeq: 1_200 });
    const newest = log.snapshot({ limit: 2 });
    expect(newest.events.map((event) => event.port)).toEqual([1_198, 1_199]);
    expect(newest).toMatchObject({
      count: 1_000,
      firstSeq: 1_199,
      summary: { byType: { 'gateway.started': 1_000 } },
    });
  });

  it('filters by type and by sequence number', () => {
    const { log } = stability();
    log.record('gateway.started');
    log.record('gateway.stopped');
    log.record('gateway.started');
    expect(log.snapshot({ type: 'gateway.started' }).events.map((event) => event.seq)).toEqual([1, 3]);
    expect(log.snapshot({ sinceSeq: 2 }).events.map((event) => event.seq)).toEqual([3]);
    expect(log.snapshot({ type: 'nonsense' }).count).toBe(0);
  });

  it('counts refusals per ten seconds and records only bursts, with their exact number', () => {
    const { clock, log } = stability();
    for (let index = 0; index < 9; index += 1) log.noteRefusal();
    clock.advance(10_000);
    expect(log.snapshot({}).count).toBe(0);
    for (let index = 0; index < 12_345; index += 1) log.noteRefusal();
    clock.advance(10_000);
    expect(log.snapshot({}).events).toMatchObject([
      { type: 'auth.refusals', count: 12_345, windowMs: 10_000 },
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('records an event loop that becomes late and one that recovers, not every sample', () => {
    const { log } = stability();
    for (const degraded of [false, true, true, false, false])
      log.noteEventLoop({ degraded, delayP99Ms: 300 });
    expect(log.snapshot({}).events.map((event) => event.type)).toEqual([
      'event-loop.degraded',
      'event-loop.recovered',
    ]);
  });

  it('leaves no timer behind and keeps an unfinished burst', () => {
    const { clock, log } = stability();
    for (let index = 0; index < 10; index += 1) log.noteRefusal();
    log.dispose();
    expect(clock.pendingTimers).toBe(0);
    expect(log.snapshot({}).events).toMatchObject([{ type: 'auth.refusals', count: 10 }]);
  });
});
