import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../electron/core/lib/emitter';
import { Push } from '../../../electron/shell/ipc/push';
import type { AuthEvent } from '../../../shared/model/auth-event';
import type { StatusSnapshot } from '../../../shared/model/status';
import { FakeClock } from '../../helpers/fake-clock';
import { statusSnapshot } from '../../helpers/status-snapshot';

function rethrow(error: unknown): never {
  throw error;
}

function authEvent(seq: number): AuthEvent {
  return { event: 'log.gap', seq, at: seq, monoMs: seq, dropped: 1, cause: 'test' };
}

function setUp() {
  const clock = new FakeClock();
  const statuses = new Emitter<StatusSnapshot>(rethrow);
  const events = new Emitter<AuthEvent>(rethrow);
  const sent: { readonly name: string; readonly payload: unknown; readonly at: number }[] = [];
  const push = new Push({
    clock,
    send: (name, payload) => {
      sent.push({ name, payload, at: clock.monotonicMs() });
    },
    onStatus: statuses.on,
    onAuthEvent: events.on,
  });
  push.start();
  return { clock, statuses, events, sent, push };
}

describe('Push', () => {
  it('sends a lone change without waiting', () => {
    const { clock, statuses, sent } = setUp();
    statuses.emit(statusSnapshot({ seq: 1 }));
    clock.advance(0);
    expect(sent.map(({ name }) => name)).toEqual(['status.changed']);
  });

  it('sends at most ten snapshots a second, the latest each time, and the last one for sure', () => {
    const { clock, statuses, sent } = setUp();
    for (let seq = 1; seq <= 1_000; seq += 1) {
      statuses.emit(statusSnapshot({ seq }));
      clock.advance(1);
    }
    clock.advance(100);
    expect(sent.length).toBeLessThanOrEqual(11);
    const seqs = sent.map(({ payload }) => (payload as StatusSnapshot).seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(seqs.at(-1)).toBe(1_000);
  });

  it('sends auth events in order in one batch, and only the newest 200 of a flood', () => {
    const { clock, events, sent } = setUp();
    for (let seq = 1; seq <= 3; seq += 1) events.emit(authEvent(seq));
    clock.advance(0);
    for (let seq = 4; seq <= 5_000; seq += 1) events.emit(authEvent(seq));
    clock.advance(100);
    const batches = sent.map(({ payload }) => (payload as AuthEvent[]).map(({ seq }) => seq));
    expect(batches[0]).toEqual([1, 2, 3]);
    expect(batches[1]).toEqual(Array.from({ length: 200 }, (_, index) => 4_801 + index));
    expect(batches).toHaveLength(2);
  });

  it('is silent after stop and leaves neither timers nor listeners', () => {
    const { clock, statuses, events, sent, push } = setUp();
    statuses.emit(statusSnapshot());
    push.stop();
    statuses.emit(statusSnapshot());
    events.emit(authEvent(1));
    clock.advance(1_000);
    expect([sent, clock.pendingTimers, statuses.listenerCount, events.listenerCount]).toEqual([[], 0, 0, 0]);
  });
});
