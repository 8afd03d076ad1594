// The eight invariants of reference/channels section 3.3 and its table of the projection, each played through the real
// manager: what the state says is what was proven, dated, and nothing else.

import { describe, expect, it } from 'vitest';
import type { EpochContext, EpochFailure } from '../../../electron/core/channels/channel-adapter';
import { accountSnapshot, channelsStatusPayload } from '../../../electron/core/channels/channels-status-view';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';

const network: EpochFailure = { class: 'network', code: 'ECONNRESET', message: 'the peer cut the link' };
const SECRET = 's3cret-value-0123456789';

async function started(ids: readonly string[] = ['a']) {
  const adapter = new ScriptedAdapter('fake', ids);
  const harness = managerHarness([adapter]);
  await harness.manager.start();
  await settle();
  return { ...harness, adapter, ctx: () => adapter.latest('a').context };
}

const ready = (context: EpochContext) => context.ready({ mode: 'ws', evidence: 'hello from the vendor' });
const message = (messageId: string) => ({
  messageId,
  chatType: 'direct' as const,
  conversationId: 'c',
  senderId: 's',
  text: 't',
  at: 1,
});

describe('invariant 1: connected is true only between the proof and the first loss, written in the same turn', () => {
  const losses: readonly [string, (world: Awaited<ReturnType<typeof started>>) => unknown][] = [
    ['the run is stopped', ({ manager }) => void manager.stop()],
    ['the account is stopped', ({ manager }) => void manager.stopAccount('fake', 'a')],
    ['the network changes', ({ manager }) => manager.recheck('the network changed')],
    [
      'a timer of the adapter throws',
      ({ ctx, clock }) => {
        ctx().clock.setTimeout(() => {
          throw new Error('bug');
        }, 1);
        clock.advance(1);
      },
    ],
  ];
  it.each(losses)('when %s', async (_name, lose) => {
    const world = await started();
    expect(world.status('a').connected).toBe(false);
    world.ctx().phase('authenticating');
    world.ctx().phase('connecting');
    expect(world.status('a').connected).toBe(false);
    ready(world.ctx());
    expect(world.status('a')).toMatchObject({ connected: true, word: 'connected' });
    lose(world);
    expect(world.status('a').connected).toBe(false);
    expect(world.status('a').word).not.toBe('connected');
    await world.pass(2_000);
  });

  it('when the link shows no life for longer than the policy allows', async () => {
    const adapter = new ScriptedAdapter('fake', ['a']);
    Object.assign(adapter.policy, { staleAfterMs: 120_000 });
    const { manager, status, clock } = managerHarness([adapter]);
    await manager.start();
    await settle();
    const { context } = adapter.latest('a');
    ready(context);
    for (let beat = 0; beat < 10; beat += 1) {
      clock.advance(60_000);
      context.activity('heartbeat');
    }
    expect(status('a').connected).toBe(true);
    clock.advance(150_000);
    expect(status('a')).toMatchObject({ connected: false, lastDisconnect: { error: expect.anything() } });
    expect(status('a').lastDisconnect?.error).toMatch(/no sign of life for 1[2-5]\d s/);
  });
});

describe('invariant 2: every edge is dated, and a proof clears the error', () => {
  it('true to false writes when and why; ready writes when, and keeps the count until it is stable', async () => {
    const { adapter, ctx, clock, pass, status } = await started();
    adapter.latest('a').fail(network);
    await pass(1_000);
    clock.advance(7);
    ready(ctx());
    const connectedAt = clock.now();
    expect(status('a')).toMatchObject({ lastConnectedAt: connectedAt, reconnectAttempts: 1 });
    expect(status('a').lastError).toBeUndefined();
    clock.advance(59_999);
    expect(status('a').reconnectAttempts).toBe(1);
    clock.advance(1);
    expect(status('a').reconnectAttempts).toBe(0);
    adapter.latest('a').fail(network);
    await settle();
    expect(status('a').lastDisconnect).toEqual({ at: clock.now(), error: network.message });
    expect(status('a').lastConnectedAt).toBe(connectedAt);
  });

  it.each([
    ['its number, where the wire gave one', 4004, { status: 4004 }],
    ['no number for a word of ours', 'silent', {}],
  ])('the loss has %s', async (_what, code, said) => {
    const { adapter, clock, ctx, status, manager } = await started();
    ready(ctx());
    adapter.latest('a').fail({ class: 'server', code, message: 'closed' });
    await settle();
    const lastDisconnect = { at: clock.now(), ...said, error: 'closed' };
    expect(status('a').lastDisconnect).toEqual(lastDisconnect);
    const { channelAccounts } = channelsStatusPayload(manager.statuses(), [adapter.meta], clock.now());
    expect(channelAccounts.fake?.[0]?.lastDisconnect).toEqual(lastDisconnect);
  });

  it('an end that never was connected writes no loss', async () => {
    const { adapter, status } = await started();
    adapter.latest('a').fail(network);
    await settle();
    expect(status('a').lastDisconnect).toBeUndefined();
  });
});

describe('invariant 3: what an old epoch says is dropped', () => {
  it('also when the new one is not ready yet, and when none runs at all', async () => {
    const { adapter, ctx, pass, status, manager, journal } = await started();
    adapter.obeysAbort = false;
    const old = ctx();
    ready(old);
    const sayAll = () => {
      old.phase('authenticating');
      old.ready({ mode: 'old', evidence: 'late', live: { send: async () => ({ ok: true, value: {} }) } });
      old.activity('late');
      old.inbound(message('late'));
      old.warn({ class: 'permission', code: 'late', message: 'late' });
      old.clearWarning('late');
      old.expiresAt(1);
      old.rejected({ class: 'auth', message: 'late' });
      old.store.set('late', 1);
      old.route('/late', () => undefined);
    };
    const restarting = manager.restart('fake', 'a');
    await pass(2_000);
    await restarting;
    const during = status('a');
    sayAll();
    expect(status('a')).toEqual(during);
    ready(ctx());
    const afterwards = status('a');
    sayAll();
    expect(status('a')).toEqual(afterwards);
    const stopping = manager.stop();
    await pass(2_000);
    await stopping;
    const stopped = status('a');
    sayAll();
    expect([status('a'), journal.messages, manager.httpRoute('/late')]).toEqual([stopped, [], undefined]);
    expect(manager.supervisorOf('fake', 'a')?.store.get('late')).toBeUndefined();
  });
});

describe('invariant 4: the count of failures is visible while waiting and while trying', () => {
  it('and rises by one with each', async () => {
    const { adapter, pass, status } = await started();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      adapter.latest('a').fail(network);
      await settle();
      expect(status('a')).toMatchObject({ phase: 'backoff', reconnectAttempts: attempt });
      await pass((status('a').nextRetryAt ?? 0) - (status('a').lastError?.at ?? 0));
      expect(status('a')).toMatchObject({ phase: 'starting', reconnectAttempts: attempt });
    }
  });
});

describe('invariant 5: each time is the time of one thing', () => {
  const times = ({
    lastInboundAt,
    lastOutboundAt,
    lastEventAt,
    lastTransportActivityAt,
    lastConnectedAt,
  }: ChannelAccountStatus) => ({
    lastInboundAt,
    lastOutboundAt,
    lastEventAt,
    lastTransportActivityAt,
    lastConnectedAt,
  });

  it('a message, a confirmed text, an event and a heartbeat move their own and no other', async () => {
    const { adapter, ctx, clock, status, manager } = await started();
    const send = async () => ({ ok: true, value: {} }) as const;
    ctx().ready({ mode: 'ws', evidence: 'hello', live: { send } });
    let before = times(status('a'));
    clock.advance(10);
    ctx().activity('heartbeat');
    expect(times(status('a'))).toEqual({ ...before, lastTransportActivityAt: clock.now() });
    before = times(status('a'));
    clock.advance(10);
    ctx().event('somebody joined');
    const now = clock.now();
    expect(times(status('a'))).toEqual({ ...before, lastEventAt: now, lastTransportActivityAt: now });
    before = times(status('a'));
    clock.advance(10);
    ctx().inbound(message('1'));
    expect(times(status('a'))).toEqual({ ...before, lastInboundAt: clock.now() });
    before = times(status('a'));
    clock.advance(10);
    ctx().inbound(message('1'));
    expect(times(status('a'))).toEqual(before);
    await manager.send('fake', 'a', { to: 'c', text: 'hi', idempotencyKey: 'k' }).then((sent) => {
      // This channel takes no texts: nothing was confirmed.
      expect(sent.ok).toBe(false);
    });
    expect(times(status('a'))).toEqual(before);
    Object.assign(adapter, { textLimit: 100 });
    await manager.send('fake', 'a', { to: 'c', text: 'hi', idempotencyKey: 'k' });
    expect(times(status('a'))).toEqual({ ...before, lastOutboundAt: clock.now() });
  });

  it('a text that waited for its turn through a reconnect is dated when it was confirmed', async () => {
    const { adapter, ctx, clock, status, manager, journal } = await started();
    Object.assign(adapter, { textLimit: 100 });
    const answers: ((ok: boolean) => void)[] = [];
    const live = {
      send: () =>
        new Promise<{ ok: true; value: { messageId: string } }>((resolve) => {
          answers.push(() => resolve({ ok: true, value: { messageId: 'm' } }));
        }),
    };
    ctx().ready({ mode: 'ws', evidence: 'hello', live });
    const first = manager.send('fake', 'a', { to: 'c', text: 'one', idempotencyKey: '1' });
    const second = manager.send('fake', 'a', { to: 'c', text: 'two', idempotencyKey: '2' });
    await settle();
    // The link goes and comes back between two turns: the second text finds the new one.
    manager.recheck('the network changed');
    adapter.onRun = (context) => context.ready({ mode: 'ws', evidence: 'hello', live });
    expect(await first).toMatchObject({ ok: false, error: { failure: { code: 'unknown_outcome' } } });
    expect(await second).toMatchObject({ ok: false, error: { failure: { code: 'not_connected' } } });
    expect(status('a').lastOutboundAt).toBeUndefined();
    clock.advance(1_000);
    await settle();
    const third = manager.send('fake', 'a', { to: 'c', text: 'three', idempotencyKey: '3' });
    await settle();
    clock.advance(5);
    answers.at(-1)?.(true);
    expect(await third).toEqual({ ok: true, value: { messageId: 'm' } });
    expect(status('a').lastOutboundAt).toBe(clock.now());
    expect(journal.messages.map(({ text }) => text)).toEqual(['three']);
  });
});

describe('invariant 6: a probe has its own deadline, is one at a time, and never touches the link', () => {
  it('ends at the deadline also when the account’s store does not open', async () => {
    const { manager, clock, status } = await started();
    const supervisor = manager.supervisorOf('fake', 'a');
    if (supervisor === undefined) throw new Error('no account');
    supervisor.store.open = () => new Promise(() => undefined);
    const probing = manager.probe({ timeoutMs: 3_000 });
    await settle();
    clock.advance(3_000);
    await probing;
    expect(status('a').probe).toMatchObject({ ok: false, timedOut: true });
  });

  it('shows the last result while the next one runs, and both facts when they differ', async () => {
    const { adapter, ctx, manager, clock, status } = await started();
    ready(ctx());
    adapter.onProbe = async () => ({ ok: false, error: 'wrong secret', class: 'auth' });
    await manager.probe({ timeoutMs: 3_000 });
    const failed = status('a').probe;
    expect(status('a')).toMatchObject({ connected: true, probe: { ok: false, error: 'wrong secret' } });
    expect(accountSnapshot(status('a'))).toMatchObject({ connected: true, lastProbeAt: clock.now() });
    let asked = 0;
    let answer: () => void = () => undefined;
    adapter.onProbe = () => {
      asked += 1;
      return new Promise((resolve) => {
        answer = () => resolve({ ok: true });
      });
    };
    const twice = [manager.probe({ timeoutMs: 3_000 }), manager.probe({ timeoutMs: 3_000 })];
    await settle();
    expect([asked, status('a').probe]).toEqual([1, failed]);
    adapter.latest('a').fail(network);
    await settle();
    answer();
    await Promise.all(twice);
    expect(status('a')).toMatchObject({ connected: false, phase: 'backoff', probe: { ok: true } });
  });
});

describe('invariant 7: no secret and no control character in the state', () => {
  it('whichever field a peer puts it into', async () => {
    const { adapter, ctx, redactor, logger, manager, status } = await started();
    redactor.set('test', [SECRET]);
    const dirty = `${SECRET}\u202e\u001b[2J\n`;
    const failure: EpochFailure = { class: 'auth', code: dirty, message: dirty, fix: dirty };
    ctx().ready({ mode: dirty, evidence: dirty, identity: { id: dirty, name: dirty } });
    ctx().activity(dirty);
    ctx().rejected(failure);
    ctx().warn({ ...failure, code: dirty });
    adapter.onProbe = async () => ({
      ok: false,
      error: dirty,
      fix: dirty,
      note: dirty,
      field: dirty,
      identity: { id: dirty, name: dirty },
    });
    await manager.probe({ timeoutMs: 3_000 });
    const seen = [JSON.stringify(status('a'))];
    ctx().clearWarning(dirty);
    expect(status('a').warnings).toEqual([]);
    adapter.latest('a').fail(failure);
    await settle();
    seen.push(JSON.stringify(status('a')));
    seen.push(JSON.stringify(channelsStatusPayload(manager.statuses(), manager.metas, 1)));
    seen.push(logger.text());
    for (const text of seen) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toMatch(/\\u001b|\u202e|\\n/);
    }
  });

  it('nor in what a caller is told about a text that was refused', async () => {
    const { adapter, ctx, redactor, manager } = await started();
    redactor.set('test', [SECRET]);
    Object.assign(adapter, { textLimit: 100 });
    const failure: EpochFailure = { class: 'auth', code: SECRET, message: SECRET, fix: SECRET };
    ctx().ready({
      mode: 'ws',
      evidence: 'hello',
      live: { send: async () => ({ ok: false, error: failure }) },
    });
    const sent = await manager.send('fake', 'a', { to: 'c', text: 'hi', idempotencyKey: 'k' });
    expect(sent.ok).toBe(false);
    expect(JSON.stringify(sent)).not.toContain(SECRET);
  });
});

describe('invariant 8: nothing that talks to the network is awaited by a plain channels.status', () => {
  it('the projection is a value, and asks no adapter', async () => {
    const { adapter, manager } = await started(['a', 'b']);
    adapter.onProbe = () => {
      throw new Error('asked');
    };
    const payload = channelsStatusPayload(manager.statuses(), manager.metas, 1);
    expect(payload.channelAccounts.fake?.map(({ accountId }) => accountId)).toEqual(['a', 'b']);
    expect(adapter.epochs).toHaveLength(2);
  });
});

describe('the projection of section 3.3', () => {
  const row = (status: ChannelAccountStatus) => {
    const { running, connected, restartPending, lifecycle, terminalDisconnect, lastError } =
      accountSnapshot(status);
    return { running, connected, restartPending, lifecycle, terminalDisconnect, lastError };
  };
  const off = { running: false, connected: false, restartPending: false, terminalDisconnect: undefined };

  it('of every state', async () => {
    const { adapter, ctx, manager, settings, pass, status } = await started();
    const up = { running: true, connected: false, restartPending: false, terminalDisconnect: undefined };
    expect(row(status('a'))).toEqual({ ...up, lifecycle: 'starting', lastError: undefined });
    ctx().phase('authenticating');
    expect(row(status('a'))).toEqual({ ...up, lifecycle: 'starting', lastError: undefined });
    ready(ctx());
    expect(row(status('a'))).toEqual({ ...up, connected: true, lifecycle: 'ready', lastError: undefined });
    adapter.latest('a').fail(network);
    await settle();
    const lastError = network.message;
    expect(row(status('a'))).toEqual({ ...up, restartPending: true, lifecycle: 'recovering', lastError });
    await pass(1_000);
    expect(row(status('a'))).toEqual({ ...up, lifecycle: 'recovering', lastError });
    adapter.latest('a').fail({ class: 'banned', message: 'banned', fix: 'Ask them' });
    await settle();
    expect(row(status('a'))).toEqual({
      ...off,
      lifecycle: 'blocked',
      terminalDisconnect: true,
      lastError: 'banned. Ask them',
    });
    await manager.stop();
    expect(row(status('a'))).toEqual({ ...off, lifecycle: 'stopped', lastError: 'banned. Ask them' });
    adapter.accounts.set('a', { enabled: true, configured: false, version: 2 });
    settings.replace({});
    await manager.start();
    expect(row(status('a'))).toEqual({ ...off, lifecycle: 'stopped', lastError: 'no credential' });
    adapter.accounts.set('a', { enabled: false, configured: false, version: 3 });
    settings.replace({});
    await settle();
    expect(row(status('a'))).toEqual({ ...off, lifecycle: 'stopped', lastError: 'disabled' });
  });

  it('of a link that is made anew because the vendor asked says recovering, not starting', async () => {
    const { adapter, ctx, pass, status } = await started();
    ready(ctx());
    adapter.latest('a').end({ kind: 'rotate', reason: 'server moves' });
    await settle();
    expect(accountSnapshot(status('a')).lifecycle).toBe('recovering');
    await pass(1_000);
    expect(accountSnapshot(status('a')).lifecycle).toBe('recovering');
    ready(ctx());
    expect(accountSnapshot(status('a')).lifecycle).toBe('ready');
  });

  it('of an account that is set up or switched on while it is held says stopped, not what it was', async () => {
    const { adapter, manager, settings, status } = await started();
    adapter.accounts.set('a', { enabled: true, configured: false, version: 2 });
    settings.replace({});
    await settle();
    await manager.stopAccount('fake', 'a');
    expect(status('a')).toMatchObject({ phase: 'unconfigured', word: 'action-needed' });
    adapter.accounts.set('a', { enabled: true, configured: true, version: 3 });
    settings.replace({});
    await settle();
    expect(status('a')).toMatchObject({ phase: 'stopped', word: 'off' });
    adapter.accounts.set('a', { enabled: false, configured: true, version: 4 });
    settings.replace({});
    await settle();
    expect(status('a')).toMatchObject({ phase: 'disabled', word: 'off' });
  });
});
