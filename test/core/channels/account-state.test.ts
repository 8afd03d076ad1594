import { describe, expect, it } from 'vitest';
import {
  type AccountEvent,
  type AccountState,
  initialAccountState,
  nextAccountState,
  projectAccount,
} from '../../../electron/core/channels/account-state';

function play(events: readonly AccountEvent[], direction: 'outbound' | 'inbound' = 'outbound'): AccountState {
  return events.reduce(
    (state, event, index) => nextAccountState(state, event, (index + 1) * 10),
    initialAccountState(direction),
  );
}
const toReady: readonly AccountEvent[] = [
  { type: 'launched' },
  { type: 'epoch-started', epoch: 1 },
  { type: 'phase', epoch: 1, phase: 'connecting' },
  { type: 'ready', canSend: true, epoch: 1, mode: 'ws', evidence: 'pong' },
];
const lost: AccountEvent = { type: 'epoch-closed', epoch: 1, reason: 'socket closed' };
const network: AccountEvent = {
  type: 'failed',
  failure: { class: 'network', message: 'no route', retryAfterMs: 5 },
  retryInMs: 1_000,
};

describe('the state of an account', () => {
  it('is connected exactly from the ready proof to the first loss', () => {
    expect(play(toReady.slice(0, 3)).runtime.connected).toBe(false);
    expect(play(toReady).runtime).toMatchObject({
      phase: 'ready',
      connected: true,
      lastConnectedAt: 40,
      evidence: { what: 'pong', at: 40 },
    });
    expect(play([...toReady, lost]).runtime).toMatchObject({
      phase: 'connecting',
      connected: false,
      lastDisconnect: { at: 50, error: 'socket closed' },
    });
  });

  it('never claims a connection for an inbound channel', () => {
    const runtime = play(
      [...toReady.slice(0, 3), { type: 'ready', canSend: true, epoch: 1, mode: 'webhook' }, lost],
      'inbound',
    ).runtime;
    expect(runtime).not.toHaveProperty('connected');
    expect(runtime).not.toHaveProperty('lastDisconnect');
    expect(runtime).not.toHaveProperty('evidence');
  });

  const stale: readonly AccountEvent[] = [
    { type: 'phase', epoch: 1, phase: 'connecting' },
    { type: 'ready', canSend: true, epoch: 1, mode: 'ws' },
    { type: 'activity', epoch: 1, evidence: 'late', isEvent: false },
    { type: 'inbound', epoch: 1 },
    { type: 'rejected', epoch: 1, failure: { class: 'auth', message: 'late' } },
    { type: 'stable', epoch: 1 },
    lost,
  ];
  it.each(stale)('drops $type of an epoch that is over', (event) => {
    const over = play([...toReady, lost, network, { type: 'epoch-started', epoch: 2 }]);
    expect(nextAccountState(over, event, 99)).toBe(over);
  });

  it("counts failures in a row, shows the next try, and keeps the peer's private numbers out", () => {
    const { runtime } = play([...toReady, lost, network, network]);
    expect(runtime).toMatchObject({ phase: 'backoff', reconnectAttempts: 2, nextRetryAt: 1_070 });
    expect(runtime.lastError).toEqual({ class: 'network', message: 'no route', at: 70 });
  });

  it('keeps the last error while it tries again and clears it when ready', () => {
    const retrying = play([...toReady, lost, network, { type: 'epoch-started', epoch: 2 }]);
    expect(retrying.runtime.lastError?.message).toBe('no route');
    expect(retrying.runtime).not.toHaveProperty('nextRetryAt');
    const ready = nextAccountState(retrying, { type: 'ready', canSend: true, epoch: 2, mode: 'ws' }, 99);
    expect(ready.runtime).not.toHaveProperty('lastError');
    expect(ready.runtime.reconnectAttempts).toBe(1);
    expect(nextAccountState(ready, { type: 'stable', epoch: 2 }, 100).runtime.reconnectAttempts).toBe(0);
  });

  it('blocks when there is no retry', () => {
    const { runtime } = play([
      ...toReady,
      lost,
      { type: 'failed', failure: { class: 'banned', message: 'm' } },
    ]);
    expect(runtime.phase).toBe('blocked');
    expect(runtime).not.toHaveProperty('nextRetryAt');
  });

  it('does not go back from ready to connecting by a late phase', () => {
    expect(play([...toReady, { type: 'phase', epoch: 1, phase: 'connecting' }]).runtime.phase).toBe('ready');
  });

  it('forgets proof and error of settings that are no longer there', () => {
    const { runtime } = play([...toReady, { type: 'stopping' }, { type: 'reconfigured' }]);
    expect(runtime).not.toHaveProperty('evidence');
    expect(runtime.lastDisconnect?.error).toBe('stopped');
  });

  it('writes the stop time only for what had been running', () => {
    expect(play([{ type: 'settled', phase: 'disabled' }]).runtime).not.toHaveProperty('lastStopAt');
    expect(
      play([...toReady, { type: 'stopping' }, { type: 'settled', phase: 'stopped' }]).runtime.lastStopAt,
    ).toBe(60);
  });

  it('projects settings and run together, with the word', () => {
    const meta = { id: 'x', label: 'X', detailLabel: 'X', systemImage: 'bolt', order: 1 };
    const account = { accountId: 'a', enabled: true, configured: true, problems: [], secrets: [] };
    expect(projectAccount(meta, account, play(toReady), true)).toMatchObject({
      channel: 'x',
      label: 'X',
      accountId: 'a',
      credentialSource: 'none',
      phase: 'ready',
      word: 'connected',
    });
    expect(projectAccount(meta, account, play(toReady), false).word).toBe('unknown');
  });
});
