// The ways in which existing plugins' status lies (reference/channels section 2.6), each played against the manager: no
// adapter, however careless, can make it say them. What the real adapters prove is in test/contract.

import { describe, expect, it } from 'vitest';
import { builtinAdapters } from '../../../electron/core/channels/adapters';
import type { EpochFailure, TransportPolicy } from '../../../electron/core/channels/channel-adapter';
import { accountSnapshot, statusIssues } from '../../../electron/core/channels/channels-status-view';
import { managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';

const DAY = 86_400_000;
const network: EpochFailure = { class: 'network', message: 'no route' };

async function started(policy: Partial<TransportPolicy> = {}) {
  const adapter = new ScriptedAdapter('fake', ['a']);
  Object.assign(adapter.policy, policy);
  const harness = managerHarness([adapter]);
  await harness.manager.start();
  await settle();
  const ready = () => adapter.latest('a').context.ready({ mode: 'ws', evidence: 'hello' });
  const shown = () => accountSnapshot(harness.status('a'));
  return { ...harness, adapter, ready, shown };
}

describe('lie: “client started” while it is still connecting (Feishu 2026.4.29)', () => {
  it('an epoch that runs and says what it does is not connected before its proof, and not for ever', async () => {
    const { adapter, shown, status, pass } = await started();
    adapter.latest('a').context.phase('authenticating');
    adapter.latest('a').context.phase('connecting');
    adapter.latest('a').context.activity('token received');
    expect(shown()).toMatchObject({ running: true, connected: false, lifecycle: 'starting' });
    expect(status('a').word).toBe('connecting');
    await pass(30_000);
    expect(shown()).toMatchObject({ connected: false, lastError: 'not ready within 30 s' });
  });
});

describe('lie: “works” for hours over a dead link, because only HTTP was asked (Feishu 2026.4.29)', () => {
  it('a good probe makes no link of nothing: both facts stand side by side', async () => {
    const { adapter, manager, shown, status, pass, clock } = await started();
    for (let count = 0; count < 20; count += 1) {
      adapter.latest('a').fail(network);
      await manager.probe({ timeoutMs: 5_000 });
      expect(status('a').probe?.ok).toBe(true);
      expect(shown()).toMatchObject({ connected: false, lastError: 'no route' });
      expect(status('a').word).toBe('retrying');
      await pass((status('a').nextRetryAt ?? 0) - clock.now());
    }
  });
});

describe('lie: a half-open socket that stays “connected” for ever (Feishu 2026.4.29, QQ Bot)', () => {
  it('an adapter without a watchdog of its own is given one', async () => {
    const { ready, clock, shown, pass } = await started({ staleAfterMs: 120_000 });
    ready();
    clock.advance(160_000);
    expect(shown()).toMatchObject({ connected: false });
    await pass(2_000);
    expect(shown().lastError).toMatch(/no sign of life/);
  });
});

describe('lie: connected stays true after the close (QQ Bot 2026.4.29)', () => {
  it('an epoch that ends takes its claim along, whatever it says at its end', async () => {
    for (const end of [
      { kind: 'failed', failure: network },
      { kind: 'rotate', reason: 'moves' },
      { kind: 'aborted' },
    ] as const) {
      const { adapter, ready, shown, status } = await started();
      ready();
      expect(shown().connected).toBe(true);
      adapter.latest('a').end(end);
      await settle();
      expect(shown().connected).toBe(false);
      expect(status('a').canSend).toBe(false);
      expect(status('a').lastDisconnect?.error).toMatch(/\w/);
    }
  });
});

describe('lie: “running, disconnected” without an error when the secret is wrong (QQ Bot)', () => {
  it('the refusal is the state’s error and an issue with its remedy', async () => {
    const { adapter, shown, status } = await started();
    const auth: EpochFailure = {
      class: 'auth',
      code: 100_016,
      message: 'wrong secret',
      fix: 'Copy it again',
    };
    adapter.latest('a').fail(auth);
    await settle();
    expect(shown().lastError).toBe('wrong secret. Copy it again');
    expect(statusIssues([status('a')])).toEqual([
      { channel: 'fake', accountId: 'a', kind: 'auth', message: 'wrong secret', fix: 'Copy it again' },
    ]);
  });
});

describe('lie: attempts are used up, and nobody is told (QQ Bot 2026.4.29)', () => {
  it('a vendor that is down for a day is tried on and on, and the next try is always shown', async () => {
    const { adapter, status, clock } = await started();
    for (let passed = 0; passed < DAY; passed += 60_000) {
      adapter.latest('a').fail(network);
      await settle();
      const { phase, nextRetryAt = 0 } = status('a');
      expect(phase).toBe('backoff');
      expect(nextRetryAt - clock.now()).toBeLessThanOrEqual(75_000);
      clock.advance(60_000);
      await settle();
    }
    expect(adapter.count('a')).toBeGreaterThan(1_000);
  });

  it('an end for good is blocked, with the reason, and nothing is left running', async () => {
    const { adapter, shown, clock } = await started();
    adapter.latest('a').fail({ class: 'banned', message: 'the bot was taken down' });
    await settle();
    expect(shown()).toMatchObject({
      running: false,
      lifecycle: 'blocked',
      terminalDisconnect: true,
      lastError: 'the bot was taken down',
    });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('lie: an old error beside a healthy link (QQ Bot 2026.4.29)', () => {
  it('a proof takes it away', async () => {
    const { adapter, ready, shown, pass, status } = await started();
    adapter.latest('a').fail(network);
    await pass(1_000);
    expect(shown().lastError).toBe('no route');
    ready();
    expect(shown().lastError).toBeUndefined();
    expect(statusIssues([status('a')])).toEqual([]);
  });
});

describe('lie: running before anybody has looked for the token (Weixin 2.4.9)', () => {
  it('an account without its credential does not run, and says what is missing', async () => {
    const { adapter, settings, shown, status } = await started();
    adapter.accounts.set('a', { enabled: true, configured: false, version: 2 });
    settings.replace({});
    await settle();
    expect(shown()).toMatchObject({ running: false, configured: false, lastError: 'no credential' });
    expect(statusIssues([status('a')])).toMatchObject([{ kind: 'config', message: 'no credential' }]);
  });
});

describe('lie: “running, configured, OK” through an hour of sleep after the login ended (Weixin 2.4.9)', () => {
  it('a login that was taken over is blocked at once and is an issue', async () => {
    const { adapter, ready, shown, status, pass } = await started();
    ready();
    adapter
      .latest('a')
      .fail({ class: 'kicked', code: -14, message: 'logged in elsewhere', fix: 'Scan again' });
    await settle();
    expect(shown()).toMatchObject({ running: false, connected: false, lifecycle: 'blocked' });
    expect(statusIssues([status('a')])).toMatchObject([{ kind: 'auth', fix: 'Scan again' }]);
    await pass(3_600_000);
    expect(adapter.count('a')).toBe(1);
  });
});

describe('lie: a probe that always says yes (WeCom 2026.7.2)', () => {
  it('only an answer is a yes: none, a refusal and a bug are each told as what they are', async () => {
    const { adapter, manager, status, clock } = await started();
    adapter.onProbe = async () => ({ ok: false, error: 'refused' });
    await manager.probe({ timeoutMs: 5_000 });
    expect(status('a').probe).toMatchObject({ ok: false, error: 'refused' });
    adapter.onProbe = () => {
      throw new Error('bug');
    };
    await manager.probe({ timeoutMs: 5_000 });
    expect(status('a').probe).toMatchObject({ ok: false, error: 'bug' });
    adapter.onProbe = () => new Promise(() => undefined);
    const hanging = manager.probe({ timeoutMs: 5_000 });
    await settle();
    clock.advance(5_000);
    await hanging;
    expect(status('a').probe).toMatchObject({ ok: false, timedOut: true });
  });
});

describe('lie: “stopped” while the task is kept alive to defeat the restarter (WeCom 2026.7.2)', () => {
  it('what ignores the abort is left behind after 2 s, its calls do nothing, and the log says so', async () => {
    const { adapter, ready, manager, shown, status, logger, pass, journal } = await started();
    adapter.obeysAbort = false;
    ready();
    const stopping = manager.stopAccount('fake', 'a');
    await pass(2_000);
    await stopping;
    const { context } = adapter.latest('a');
    const late = {
      messageId: '1',
      chatType: 'direct',
      conversationId: 'c',
      senderId: 's',
      text: 't',
      at: 1,
    } as const;
    expect(context.inbound(late)).toBe('closed');
    context.ready({ mode: 'ws', evidence: 'zombie' });
    expect(shown()).toMatchObject({ running: false, connected: false, lifecycle: 'stopped' });
    expect([status('a').received, journal.messages]).toEqual([0, []]);
    expect(logger.text()).toContain('channel.stop-overdue');
  });
});

describe('lie: nobody says whether it is connected (Feishu 2026.4.29, Weixin 2.4.9, WeCom 2026.7.2)', () => {
  it('every channel but the webhook holds a link, and says yes or no from the first moment', async () => {
    const silent = builtinAdapters.filter(({ policy }) => policy.direction !== 'outbound');
    expect(silent.map(({ meta }) => meta.id)).toEqual(['webhook']);
    const { adapter, ready, shown } = await started();
    expect(shown().connected).toBe(false);
    ready();
    expect(shown().connected).toBe(true);
    adapter.latest('a').fail(network);
    await settle();
    expect(shown().connected).toBe(false);
  });
});

describe('lie: no probe at all (QQ Bot, Weixin)', () => {
  it('every channel can be asked; the one whose vendor allows a single connection is asked over that', () => {
    const without = builtinAdapters.filter(({ probe }) => probe === undefined);
    expect(without.map(({ meta, policy }) => [meta.id, policy.oneConnection])).toEqual([['wecom', true]]);
  });
});
