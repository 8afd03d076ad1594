import { describe, expect, it } from 'vitest';
import type { EpochContext } from '../../../electron/core/channels/channel-adapter';
import { managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';

const network = { class: 'network', message: 'no route' } as const;
const message = (messageId: string) => ({
  messageId,
  chatType: 'direct' as const,
  conversationId: 'c',
  senderId: 's',
  text: 't',
  at: 1,
});

async function started(accountIds: readonly string[] = ['a', 'b']) {
  const adapter = new ScriptedAdapter('fake', accountIds);
  const harness = managerHarness([adapter]);
  await harness.manager.start();
  await settle();
  return { ...harness, adapter };
}

function ready(context: EpochContext): void {
  context.ready({ mode: 'ws', evidence: 'pong' });
}

describe('back-off', () => {
  it('doubles the wait, shows the next try and the count, and starts again after a stable minute', async () => {
    const { adapter, clock, pass, status } = await started(['a']);
    for (const [attempt, wait] of [1_000, 2_000, 4_000].entries()) {
      adapter.latest('a').fail(network);
      await settle();
      expect(status('a')).toMatchObject({
        phase: 'backoff',
        word: 'retrying',
        reconnectAttempts: attempt + 1,
        nextRetryAt: clock.now() + wait,
        lastError: { class: 'network', message: 'no route' },
      });
      clock.advance(wait - 1);
      await settle();
      expect(adapter.count('a')).toBe(attempt + 1);
      clock.advance(1);
      await settle();
      expect(adapter.count('a')).toBe(attempt + 2);
    }
    ready(adapter.latest('a').context);
    expect(status('a')).toMatchObject({ phase: 'ready', connected: true, reconnectAttempts: 3 });
    await pass(60_000);
    expect(status('a').reconnectAttempts).toBe(0);
    adapter.latest('a').fail(network);
    await settle();
    expect(status('a')).toMatchObject({ reconnectAttempts: 1, nextRetryAt: clock.now() + 1_000 });
  });

  it('keeps counting when the connection never lasts a minute', async () => {
    const { adapter, pass, status } = await started(['a']);
    adapter.latest('a').fail(network);
    await pass(1_000);
    ready(adapter.latest('a').context);
    await pass(59_000);
    adapter.latest('a').fail(network);
    await settle();
    expect(status('a').reconnectAttempts).toBe(2);
  });

  it('starts another curve when the kind of trouble changes', async () => {
    const { adapter, clock, pass, status } = await started(['a']);
    adapter.latest('a').fail(network);
    await pass(1_000);
    adapter.latest('a').fail({ class: 'rate_limited', message: 'slow down', retryAfterMs: 9_000 });
    await settle();
    expect(status('a').nextRetryAt).toBe(clock.now() + 9_450);
  });

  it('does not count a reconnect that the peer asked for, unless it never was ready', async () => {
    const { adapter, pass, status } = await started(['a']);
    ready(adapter.latest('a').context);
    adapter.latest('a').end({ kind: 'rotate', reason: 'server moves' });
    await settle();
    expect(status('a')).toMatchObject({ phase: 'connecting', reconnectAttempts: 0, connected: false });
    expect(status('a').lastDisconnect?.error).toBe('server moves');
    await pass(500);
    expect(adapter.count('a')).toBe(2);
    adapter.latest('a').end({ kind: 'rotate', reason: 'server moves' });
    await settle();
    expect(status('a')).toMatchObject({ phase: 'backoff', reconnectAttempts: 1 });
  });

  it('treats an end without a reason as a failure', async () => {
    const { adapter, status } = await started(['a']);
    adapter.latest('a').end({ kind: 'aborted' });
    await settle();
    expect(status('a')).toMatchObject({ phase: 'backoff', lastError: { class: 'protocol', code: 'ended' } });
  });
});

describe('a refused credential', () => {
  const auth = { class: 'auth', code: 401, message: 'bad secret', fix: 'make a new one' } as const;

  it('is tried once more at once and then blocks until someone acts', async () => {
    const { adapter, manager, pass, status, clock } = await started(['a']);
    adapter.latest('a').fail(auth);
    await pass(1);
    expect(adapter.count('a')).toBe(2);
    adapter.latest('a').fail(auth);
    await pass(3_600_000);
    expect(adapter.count('a')).toBe(2);
    expect(clock.pendingTimers).toBe(0);
    expect(status('a')).toMatchObject({ phase: 'blocked', word: 'action-needed', lastError: auth });
    expect(await manager.restart('fake', 'a')).toEqual({ ok: true, value: undefined });
    await settle();
    expect(adapter.count('a')).toBe(3);
    expect(status('a')).toMatchObject({ phase: 'starting', reconnectAttempts: 0, lastError: auth });
  });

  it('is tried again when its settings change', async () => {
    const { adapter, pass, settings, status } = await started(['a']);
    adapter.latest('a').fail(auth);
    await pass(1);
    adapter.latest('a').fail(auth);
    await settle();
    adapter.accounts.set('a', { enabled: true, configured: true, version: 2 });
    settings.replace({});
    await settle();
    expect(adapter.count('a')).toBe(3);
    expect(status('a').lastError).toBeUndefined();
  });
});

describe('an epoch that is over', () => {
  it('is aborted when it is not ready in time, and left behind when it ignores that', async () => {
    const { adapter, pass, clock, status, manager, logger } = await started(['a']);
    adapter.obeysAbort = false;
    const old = adapter.latest('a').context;
    clock.advance(29_999);
    expect(old.signal.aborted).toBe(false);
    clock.advance(1);
    expect(old.signal.aborted).toBe(true);
    await pass(1_999);
    expect(status('a').phase).not.toBe('backoff');
    await pass(1);
    expect(status('a')).toMatchObject({
      phase: 'backoff',
      lastError: { class: 'network', code: 'ready_timeout', message: 'not ready within 30 s' },
    });
    expect(logger.text()).toContain('channel.stop-overdue');

    await pass(1_000);
    const current = adapter.latest('a').context;
    expect([old.epoch, current.epoch]).toEqual([1, 2]);
    const before = status('a');
    const heard: unknown[] = [];
    manager.onInbound((inbound) => heard.push(inbound));
    ready(old);
    old.phase('connecting');
    old.activity('late pong');
    old.rejected(network);
    expect(old.inbound(message('1'))).toBe('closed');
    old.route('/late', () => undefined);
    old.clock.setTimeout(() => heard.push('late timer'), 1);
    await pass(10);
    expect([status('a'), heard, manager.httpRoute('/late')]).toEqual([before, [], undefined]);
    adapter.epochs[0]?.reject(new Error('late'));
    await settle();
    expect(status('a')).toEqual(before);
  });

  it('gives back its timers and routes even if the adapter forgets them', async () => {
    const { adapter, clock, manager } = await started(['a']);
    const { context } = adapter.latest('a');
    ready(context);
    context.clock.setInterval(() => undefined, 1_000);
    context.route('/here', () => undefined);
    expect(manager.httpRoute('/here')).toBeDefined();
    await manager.stop();
    expect([manager.httpRoute('/here'), clock.pendingTimers]).toEqual([undefined, 0]);
  });
});

describe('an adapter that throws', () => {
  const ways: readonly [string, (context: EpochContext, adapter: ScriptedAdapter) => Promise<void> | void][] =
    [
      ['by rejecting', (_context, adapter) => adapter.latest('a').reject(new Error('boom'))],
      [
        'in a timer',
        (context) => {
          context.clock.setTimeout(() => {
            throw new Error('boom');
          }, 5);
        },
      ],
      [
        'by taking a path twice',
        (context, adapter) => {
          context.route('/p', () => undefined);
          try {
            context.route('/p', () => undefined);
          } catch (error) {
            adapter.latest('a').reject(new Error(`boom ${String(error)}`));
          }
        },
      ],
    ];
  it.each(ways)('%s takes down its own account only', async (_name, misbehave) => {
    const { adapter, pass, status } = await started(['a', 'b']);
    ready(adapter.latest('a').context);
    ready(adapter.latest('b').context);
    await misbehave(adapter.latest('a').context, adapter);
    await pass(10);
    expect(status('a')).toMatchObject({
      phase: 'backoff',
      connected: false,
      lastError: { class: 'protocol', code: 'adapter_threw' },
    });
    expect(status('a').lastError?.message).toContain('boom');
    expect(status('b')).toMatchObject({ phase: 'ready', connected: true });
    expect(adapter.count('b')).toBe(1);
  });

  it('at once, inside run, is retried with back-off', async () => {
    const broken = new ScriptedAdapter('broken', ['a']);
    broken.onRun = () => {
      throw new Error('boom');
    };
    const fine = new ScriptedAdapter('fine', ['a']);
    const { manager, status, pass } = managerHarness([broken, fine]);
    await manager.start();
    await pass(10);
    expect(status('a', 'broken').phase).toBe('backoff');
    expect(status('a', 'fine').phase).toBe('starting');
    await pass(10_000);
    expect(broken.count('a')).toBeGreaterThan(2);
    expect(fine.count('a')).toBe(1);
  });

  it('while it reads its settings is blocked with the reason, and recovers when that works', async () => {
    const broken = new ScriptedAdapter('broken', ['a']);
    const fine = new ScriptedAdapter('fine', ['a']);
    broken.onResolve = () => {
      throw new Error('boom');
    };
    const { manager, settings, status } = managerHarness([broken, fine]);
    await manager.start();
    await settle();
    expect(status('a', 'broken')).toMatchObject({ phase: 'blocked', word: 'action-needed' });
    expect(status('a', 'broken').lastError?.message).toContain('boom');
    expect(fine.count('a')).toBe(1);
    broken.onResolve = undefined;
    settings.replace({});
    await settle();
    expect(broken.count('a')).toBe(1);
    expect(fine.count('a')).toBe(1);
  });

  it('while it lists its accounts is shown as one faulty account instead of vanishing', async () => {
    const broken = new ScriptedAdapter('broken', []);
    broken.config.listAccountIds = () => {
      throw new Error('boom');
    };
    const { manager, logger } = managerHarness([broken, new ScriptedAdapter('fine', ['a'])]);
    await manager.start();
    expect(manager.statuses().map(({ channel, accountId }) => `${channel}/${accountId}`)).toEqual([
      'broken/default',
      'fine/a',
    ]);
    expect(logger.text()).toContain('channel.list-failed');
  });
});

describe('several accounts', () => {
  it('start at most three at a time', async () => {
    const { adapter } = await started(['a', 'b', 'c', 'd', 'e']);
    const running = () => adapter.epochs.map((epoch) => epoch.account.accountId).join('');
    expect(running()).toBe('abc');
    ready(adapter.latest('b').context);
    await settle();
    expect(running()).toBe('abcd');
    adapter.latest('a').fail(network);
    await settle();
    expect(running()).toBe('abcde');
  });

  it('can be stopped while they wait for their turn', async () => {
    const { adapter, manager, clock } = await started(['a', 'b', 'c', 'd']);
    await manager.stop();
    expect(adapter.epochs).toHaveLength(3);
    expect(clock.pendingTimers).toBe(0);
    expect(manager.statuses().map(({ phase }) => phase)).toEqual([
      'stopped',
      'stopped',
      'stopped',
      'stopped',
    ]);
  });

  it('restart one by one: a change touches only the account it is about', async () => {
    const { adapter, manager, settings, status } = await started(['a', 'b']);
    ready(adapter.latest('a').context);
    ready(adapter.latest('b').context);
    adapter.accounts.set('a', { enabled: true, configured: true, version: 2 });
    adapter.accounts.set('c', { enabled: true, configured: true, version: 1 });
    settings.replace({});
    await settle();
    expect(['a', 'b', 'c'].map((id) => adapter.count(id))).toEqual([2, 1, 1]);
    expect(status('b')).toMatchObject({ phase: 'ready', connected: true });

    adapter.accounts.delete('b');
    adapter.accounts.set('a', { enabled: false, configured: true, version: 3 });
    adapter.accounts.set('c', { enabled: true, configured: false, version: 2 });
    const [gone] = adapter.epochs.filter((epoch) => epoch.account.accountId === 'b');
    settings.replace({});
    await settle();
    expect(gone?.context.signal.aborted).toBe(true);
    expect(manager.statuses().map(({ accountId, phase, word }) => [accountId, phase, word])).toEqual([
      ['a', 'disabled', 'off'],
      ['c', 'unconfigured', 'action-needed'],
    ]);
    expect(status('c').problems).toEqual(['no credential']);

    await manager.restart('fake', 'b').then((result) => {
      expect(result).toMatchObject({ ok: false, error: { code: 'unknown_account' } });
    });
  });
});

describe('stop and start', () => {
  it('stops within 2 s of clock time when an adapter ignores the abort', async () => {
    const { adapter, manager, pass, status, settings } = await started(['a', 'b']);
    adapter.obeysAbort = false;
    ready(adapter.latest('a').context);
    adapter.accounts.set('b', { enabled: true, configured: true, version: 2 });
    const late = manager.restart('fake', 'a');
    let stopped = false;
    const stopping = manager.stop().then(() => {
      stopped = true;
    });
    expect(status('a')).toMatchObject({ phase: 'stopping', connected: false });
    await pass(2_000);
    await Promise.all([stopping, late]);
    expect(stopped).toBe(true);
    expect([status('a').phase, status('b').phase]).toEqual(['stopped', 'stopped']);
    expect([adapter.count('a'), settings.listenerCount]).toEqual([1, 0]);
    settings.replace({});
    await pass(60_000);
    expect(adapter.count('b')).toBe(1);
  });

  it('comes back after a stop, and both are idempotent', async () => {
    const { adapter, manager } = await started(['a']);
    await Promise.all([manager.stop(), manager.stop()]);
    expect(await manager.restart('fake', 'a')).toMatchObject({ ok: false, error: { code: 'stopped' } });
    await manager.start();
    await manager.start();
    await settle();
    expect(adapter.count('a')).toBe(2);
  });

  it('listens to settings once when it is started, stopped and started in one breath', async () => {
    const adapter = new ScriptedAdapter('fake', ['a']);
    const { manager, settings } = managerHarness([adapter]);
    const calls = [manager.start(), manager.stop(), manager.start()];
    await Promise.all(calls);
    await settle();
    expect([settings.listenerCount, adapter.count('a')]).toEqual([1, 1]);
  });

  it('starts an account once however often it is asked', async () => {
    const { adapter, settings } = await started(['a']);
    for (let index = 0; index < 5; index += 1) settings.replace({});
    await settle();
    expect(adapter.count('a')).toBe(1);
  });

  it('calls nothing broken while the gateway is down', async () => {
    const { adapter, manager, status } = await started(['a']);
    ready(adapter.latest('a').context);
    let changes = 0;
    manager.onChanged(() => {
      changes += 1;
    });
    manager.setGatewayUp(false);
    manager.setGatewayUp(false);
    expect([status('a').word, status('a').phase, changes]).toEqual(['unknown', 'ready', 1]);
  });
});

describe('messages', () => {
  it('are announced once each, also across a restart', async () => {
    const { adapter, manager, status } = await started(['a']);
    const heard: string[] = [];
    manager.onInbound(({ channel, accountId, messageId }) =>
      heard.push(`${channel}/${accountId}/${messageId}`),
    );
    const { context } = adapter.latest('a');
    ready(context);
    expect([context.inbound(message('1')), context.inbound(message('1'))]).toEqual(['accepted', 'duplicate']);
    await manager.restart('fake', 'a');
    await settle();
    expect(context.inbound(message('2'))).toBe('closed');
    expect(adapter.latest('a').context.inbound(message('1'))).toBe('duplicate');
    expect(heard).toEqual(['fake/a/1']);
    expect(status('a')).toMatchObject({ received: 1 });
  });
});

describe('probes', () => {
  it('run five at a time, only where there is something to ask, and land in the status', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const { adapter, manager, settings, status, clock } = await started(ids);
    adapter.accounts.set('g', { enabled: false, configured: true, version: 1 });
    settings.replace({});
    await settle();
    const open: (() => void)[] = [];
    adapter.onProbe = () => new Promise((resolve) => open.push(() => resolve({ ok: true, note: 'weak' })));
    const done = manager.probe({ timeoutMs: 10_000 });
    const joined = manager.probe({ channel: 'fake', accountId: 'a', timeoutMs: 10_000 });
    await settle();
    expect(open).toHaveLength(5);
    clock.advance(40);
    open.shift()?.();
    await settle();
    expect(open).toHaveLength(5);
    for (const finish of open) finish();
    await Promise.all([done, joined]);
    expect(status('a').probe).toEqual({ ok: true, elapsedMs: 40, at: clock.now(), note: 'weak' });
    expect(status('f').probe?.ok).toBe(true);
    expect(status('g').probe).toBeUndefined();
  });

  it('end at their deadline, keep a failure in words, and never touch the connection', async () => {
    const { adapter, manager, status, clock } = await started(['a']);
    ready(adapter.latest('a').context);
    adapter.onProbe = () => new Promise(() => undefined);
    const hanging = manager.probe({ timeoutMs: 1_500 });
    await settle();
    clock.advance(1_500);
    await hanging;
    expect(status('a')).toMatchObject({
      connected: true,
      probe: { ok: false, timedOut: true, elapsedMs: 1_500, error: 'no answer within 1500 ms' },
    });
    adapter.onProbe = () => Promise.reject(new Error('dns'));
    await manager.probe({ timeoutMs: 1_500 });
    expect(status('a').probe).toMatchObject({ ok: false, error: 'dns' });
  });

  it('say nothing when the account stopped meanwhile', async () => {
    const { adapter, manager, status, clock } = await started(['a']);
    adapter.onProbe = () => new Promise(() => undefined);
    const probing = manager.probe({ timeoutMs: 10_000 });
    await settle();
    await manager.stop();
    await probing;
    expect([status('a').probe, clock.pendingTimers]).toEqual([undefined, 0]);
  });
});

describe('what an adapter says', () => {
  it('is cleaned of secrets and control characters before it is shown or logged', async () => {
    const { adapter, redactor, status, logger } = await started(['a']);
    redactor.set('test', ['s3cret-value-0123456789']);
    const { context } = adapter.latest('a');
    context.ready({ mode: 'ws', evidence: 'hello s3cret-value-0123456789' });
    context.rejected({
      class: 'auth',
      message: 'got s3cret-value-0123456789\u001b[31m',
      fix: 's3cret-value-0123456789',
    });
    adapter.latest('a').fail({ class: 'network', message: 'at wss://x/?ticket=s3cret-value-0123456789\n' });
    await settle();
    const seen = JSON.stringify(status('a')) + logger.text();
    expect(seen).not.toContain('s3cret-value');
    expect(seen).not.toContain('\\u001b');
    expect(status('a').lastDisconnect?.error).toContain('[secret]');
  });
});
