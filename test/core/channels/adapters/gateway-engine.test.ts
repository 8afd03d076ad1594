// The gateway engine against a server that keeps to no order. What the vendors' own servers do is tested with their
// adapters.

import { describe, expect, it } from 'vitest';
import { settle } from '../../../helpers/fake-clock';
import { GatewayContext } from '../../../helpers/gateway-epochs';
import { GatewayStage } from '../../../helpers/gateway-stage';

const HELLO = { op: 10, d: { heartbeat_interval: 40_000 } };
const READY = { op: 0, t: 'READY', s: 1, d: { session_id: 's', user: { id: '1', username: 'bot' } } };

async function staged(): Promise<GatewayStage> {
  const stage = new GatewayStage();
  await settle();
  return stage;
}

async function ready(): Promise<GatewayStage> {
  const stage = await staged();
  stage.link.say(HELLO);
  stage.link.say(READY);
  expect(stage.context.isReady).toBe(true);
  return stage;
}

describe('the greeting', () => {
  it('may come before the socket was handed over', async () => {
    const stage = new GatewayStage();
    stage.greeting = HELLO;
    await settle();
    expect(stage.link.sent).toMatchObject([{ op: 2, d: { token: 'token', intents: 1 } }]);
  });

  it('is waited for, and answered once, however often it is said', async () => {
    const stage = await staged();
    expect([stage.link.isOpen, stage.link.sent]).toEqual([true, []]);
    stage.link.say(HELLO);
    stage.link.say(HELLO);
    expect(stage.link.sent).toHaveLength(1);
  });

  it.each([undefined, null, 0, -5, '40000', Number.NaN])(
    'with the interval %s ends the link',
    async (interval) => {
      const stage = await staged();
      stage.link.say({ op: 10, d: { heartbeat_interval: interval } });
      expect(await stage.end).toMatchObject({ kind: 'failed', failure: { class: 'protocol' } });
    },
  );

  it('has to come before any event', async () => {
    const stage = await staged();
    stage.link.say(READY);
    expect(await stage.end).toMatchObject({ failure: { class: 'protocol', code: 'out_of_order' } });
    expect(stage.context.isReady).toBe(false);
  });
});

describe('readiness', () => {
  it('does not come with RESUMED when a new session was asked for', async () => {
    const stage = await staged();
    stage.link.say(HELLO);
    stage.link.say({ op: 0, t: 'RESUMED', s: 1, d: null });
    expect(stage.context.isReady).toBe(false);
  });

  it.each([{}, null, { session_id: '' }, { session_id: 7 }])(
    'does not come with a READY of %j',
    async (d) => {
      const stage = await staged();
      stage.link.say(HELLO);
      stage.link.say({ op: 0, t: 'READY', s: 1, d });
      expect(await stage.end).toMatchObject({ failure: { class: 'protocol', code: 'malformed' } });
      expect(stage.context.isReady).toBe(false);
    },
  );

  it('comes once', async () => {
    const stage = await ready();
    stage.link.say(READY);
    expect(stage.starts).toBe(1);
  });

  it('does not let events through that come before it in a new session', async () => {
    const stage = await staged();
    stage.link.say(HELLO);
    stage.link.say({ op: 0, t: 'EVENT', s: 1, d: {} });
    expect(stage.events).toEqual([]);
  });
});

describe('what is sent', () => {
  it('is never more than 120 frames in a minute, even when the server demands a thousand heartbeats', async () => {
    const stage = await staged();
    stage.link.say({ op: 10, d: { heartbeat_interval: 1 } });
    stage.link.say(READY);
    for (let second = 0; second < 60; second += 1) {
      for (let count = 0; count < 20; count += 1) stage.link.say({ op: 1, d: null });
      await stage.pass(999);
    }
    expect(stage.link.isOpen).toBe(true);
    expect(stage.link.sent.length).toBeGreaterThan(60);
    expect(stage.link.sent.length).toBeLessThanOrEqual(120);
  });

  it('comes at least every 50 s, whatever the server asks for: a link without a sign of life would be ended', async () => {
    for (const interval of [600_000, 1e300]) {
      const stage = await staged();
      stage.link.say({ op: 10, d: { heartbeat_interval: interval } });
      stage.link.say(READY);
      await stage.pass(150_000);
      expect(stage.link.ops(1).length).toBeGreaterThanOrEqual(3);
      stage.context.abort();
    }
  });

  it('after the end is nothing', async () => {
    const stage = await ready();
    stage.link.say({ op: 7, d: null });
    expect(await stage.end).toMatchObject({ kind: 'rotate' });
    expect(stage.context.clock.pendingTimers).toBe(0);
    expect(stage.link.isOpen).toBe(false);
  });
});

describe('the session', () => {
  it('is resumed where READY said, unless that is a foreign address', async () => {
    for (const [named, dialled] of [
      ['wss://resume.gateway.test', 'wss://resume.gateway.test'],
      ['wss://evil.test', 'wss://gateway.test'],
      [7, 'wss://gateway.test'],
    ]) {
      const stage = await staged();
      stage.link.say(HELLO);
      stage.link.say({ ...READY, d: { ...READY.d, resume_gateway_url: named } });
      stage.link.close(1006);
      await stage.end;
      stage.again();
      await settle();
      expect(stage.link.url).toBe(dialled);
      stage.context.abort();
    }
  });

  it('is not resumed at an address that was stored and is foreign', async () => {
    const context = new GatewayContext();
    const at = context.clock.now();
    const session = { id: 's', seq: 1, url: 'wss://evil.test', intents: 1, identity: {}, owner: 'stage' };
    for (const [url, dialled, op] of [
      ['wss://resume.gateway.test', 'wss://resume.gateway.test', 6],
      ['wss://evil.test', 'wss://gateway.test', 2],
    ]) {
      context.store.set('session', { ...session, url, at });
      const stage = new GatewayStage(new GatewayContext(context));
      await settle();
      stage.link.say(HELLO);
      expect([stage.link.url, stage.link.sent]).toMatchObject([dialled, [{ op }]]);
      stage.context.abort();
    }
  });

  it('is kept when the server wants it resumed later', async () => {
    const stage = await ready();
    stage.link.close(1006);
    await stage.end;
    stage.again();
    await settle();
    stage.link.say(HELLO);
    stage.link.say({ op: 9, d: true });
    expect(await stage.end).toMatchObject({
      kind: 'failed',
      failure: { class: 'server', code: 'resume_later' },
    });
    stage.again();
    await settle();
    stage.link.say(HELLO);
    expect(stage.link.sent).toMatchObject([{ op: 6, d: { session_id: 's' } }]);
  });

  it('is followed by another after one to five seconds, even when the last Identify is long past', async () => {
    const stage = await ready();
    stage.link.close(1006);
    await stage.end;
    stage.context.clock.advance(60_000);
    stage.again();
    await settle();
    stage.link.say(HELLO);
    stage.link.say({ op: 9, d: false });
    await stage.pass(2_999);
    expect(stage.link.sent).toMatchObject([{ op: 6 }]);
    await stage.pass(1);
    stage.link.say(HELLO);
    expect(stage.link.sent).toMatchObject([{ op: 2 }]);
  });

  it('does not fall behind: a sequence number that goes down is not believed', async () => {
    const stage = await ready();
    stage.link.say({ op: 0, t: 'A', s: 9, d: {} });
    stage.link.say({ op: 0, t: 'B', s: 4, d: {} });
    stage.link.close(1006);
    await stage.end;
    stage.again();
    await settle();
    stage.link.say(HELLO);
    expect(stage.link.sent).toMatchObject([{ op: 6, d: { token: 'token', session_id: 's', seq: 9 } }]);
  });

  it('is given up with what cannot be read: it would be replayed for ever', async () => {
    const stage = await ready();
    stage.link.raw('{"op":0');
    await stage.end;
    stage.again();
    await stage.pass(5_000);
    stage.link.say(HELLO);
    expect(stage.link.sent).toMatchObject([{ op: 2 }]);
  });

  it.each([
    { session: 'text' },
    { session: { id: 's' } },
    {
      session: {
        id: 's',
        seq: -1,
        url: 'wss://gateway.test',
        intents: 1,
        identity: {},
        at: 0,
        owner: 'stage',
      },
    },
    { refusedIntents: { count: 99, owner: 'stage', at: Date.UTC(2026, 0, 1) }, identifiedAt: 'soon' },
  ])('that was stored as %j does not disturb', async (values) => {
    const context = new GatewayContext();
    for (const [key, value] of Object.entries(values)) context.store.set(key, value);
    const stage = new GatewayStage(context);
    await settle();
    stage.link.say(HELLO);
    expect(stage.link.sent).toMatchObject([{ op: 2, d: { intents: 1 } }]);
  });
});
