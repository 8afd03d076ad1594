// REL-81, REL-83: whatever a vendor answers, however its answers alternate and however often the network changes, it
// is asked no faster than the rules say, and a refused credential is not shown to it again and again.

import { describe, expect, it } from 'vitest';
import type { EpochFailure } from '../../../electron/core/channels/channel-adapter';
import { managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';

const HOUR = 3_600_000;
const network: EpochFailure = { class: 'network', message: 'no route' };
const auth: EpochFailure = { class: 'auth', code: 401, message: 'wrong secret' };

async function started() {
  const adapter = new ScriptedAdapter('fake', ['a']);
  const harness = managerHarness([adapter]);
  await harness.manager.start();
  await settle();
  return { ...harness, adapter };
}

type World = Awaited<ReturnType<typeof started>>;

/** Plays `answer` for every epoch that comes within `ms`; resolves with their number. */
async function answering({ adapter, clock }: World, ms: number, answer: (epoch: number) => void) {
  const before = adapter.count('a');
  let answered = before - 1;
  for (let passed = 0; passed < ms; passed += 250) {
    while (answered < adapter.count('a')) {
      answered += 1;
      answer(answered - before);
      await settle();
    }
    clock.advance(250);
    await settle();
  }
  return adapter.count('a') - before;
}

const ready = ({ adapter }: World) => adapter.latest('a').context.ready({ mode: 'ws', evidence: 'pong' });

describe('a refused credential', () => {
  it('REL-83: is blocked at the second refusal, also when the network fails in between', async () => {
    const world = await started();
    let refusals = 0;
    await answering(world, HOUR, (epoch) => {
      if (epoch % 2 === 0) refusals += 1;
      world.adapter.latest('a').fail(epoch % 2 === 0 ? auth : network);
    });
    expect(refusals).toBe(2);
    expect(world.status('a')).toMatchObject({ phase: 'blocked', word: 'action-needed' });
    expect(world.clock.pendingTimers).toBe(0);
  });

  it('of a link that had been stable is tried once more, each time', async () => {
    const world = await started();
    for (let day = 0; day < 3; day += 1) {
      ready(world);
      await world.pass(60_000);
      world.adapter.latest('a').fail(auth);
      await world.pass(10);
      expect(world.status('a').phase).toBe('starting');
    }
    world.adapter.latest('a').fail(auth);
    await settle();
    expect(world.status('a').phase).toBe('blocked');
  });
});

describe('a vendor that asks for a reconnect as soon as the link is up', () => {
  it('is waited for longer and longer from the fourth time on, and the state says so', async () => {
    const world = await started();
    const epochs = await answering(world, HOUR, () => {
      ready(world);
      world.adapter.latest('a').end({ kind: 'rotate', reason: 'server moves' });
    });
    // One a minute once the curve has flattened, a dozen before.
    expect(epochs).toBeLessThan(75);
    expect(world.status('a')).toMatchObject({
      phase: 'backoff',
      connected: false,
      lastError: { class: 'server', code: 'rotates_often', message: 'asks to reconnect again and again' },
    });
  });

  it('is obeyed at once again after a link that lasted', async () => {
    const world = await started();
    for (let count = 0; count < 10; count += 1) {
      ready(world);
      await world.pass(60_000);
      world.adapter.latest('a').end({ kind: 'rotate', reason: 'server moves' });
      await world.pass(1_000);
      expect(world.status('a')).toMatchObject({ phase: 'starting', reconnectAttempts: 0 });
    }
    expect(world.adapter.count('a')).toBe(11);
  });
});

describe('REL-81: the time that a vendor asked for', () => {
  const limited: EpochFailure = { class: 'rate_limited', message: 'slow down', retryAfterMs: 600_000 };

  it('is not cut short by networks that come and go', async () => {
    const { adapter, manager, pass, status } = await started();
    adapter.latest('a').fail(limited);
    await settle();
    for (let count = 0; count < 100; count += 1) {
      manager.recheck('the network changed');
      await pass(5_000);
    }
    expect([adapter.count('a'), status('a').phase]).toEqual([1, 'backoff']);
    await pass(140_000);
    expect(adapter.count('a')).toBe(2);
  });

  it('is over when the machine slept through it', async () => {
    const { adapter, manager, clock } = await started();
    adapter.latest('a').fail(limited);
    await settle();
    // Timers stand still while a machine sleeps; the wall clock does not.
    clock.stepWall(HOUR);
    manager.recheck('woke from sleep');
    await settle();
    expect(adapter.count('a')).toBe(2);
  });
});

describe('networks that come and go', () => {
  it('end a back-off, but start no second epoch beside one that is in the making', async () => {
    const { adapter, manager, pass } = await started();
    adapter.latest('a').fail(network);
    await settle();
    manager.recheck('the network changed');
    await settle();
    expect(adapter.count('a')).toBe(2);
    for (let count = 0; count < 5; count += 1) {
      manager.recheck('the network changed');
      await pass(100);
    }
    expect(adapter.count('a')).toBe(2);
    expect(adapter.latest('a').context.signal.aborted).toBe(false);
  });

  it('are followed by a link that heard of one while it was in the making', async () => {
    const world = await started();
    const { adapter, manager, pass, status } = world;
    manager.recheck('woke from sleep');
    ready(world);
    await settle();
    expect(status('a').connected).toBe(true);
    manager.recheck('the network changed');
    expect(status('a')).toMatchObject({ connected: false, lastDisconnect: { error: 'the network changed' } });
    await pass(1_000);
    expect(adapter.count('a')).toBe(2);
  });

  it('cost a link no penalty, however many there are', async () => {
    const world = await started();
    for (let count = 0; count < 20; count += 1) {
      ready(world);
      world.manager.recheck('the network changed');
      await world.pass(1_000);
    }
    expect(world.adapter.count('a')).toBe(21);
    expect(world.status('a')).toMatchObject({ phase: 'starting', reconnectAttempts: 0 });
    expect(world.status('a').lastError).toBeUndefined();
  });

  it('start no account that is blocked, stopped or switched off', async () => {
    const { adapter, manager, pass } = await started();
    adapter.latest('a').fail({ class: 'banned', message: 'gone' });
    await settle();
    manager.recheck('woke from sleep');
    await pass(60_000);
    await manager.stop();
    manager.recheck('woke from sleep');
    await pass(60_000);
    expect(adapter.count('a')).toBe(1);
  });
});
