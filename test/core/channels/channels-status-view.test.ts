import { describe, expect, it } from 'vitest';
import {
  accountSnapshot,
  channelsStatusPayload,
  healthChannels,
} from '../../../electron/core/channels/channels-status-view';
import type { ChannelAccountStatus, ChannelPhase } from '../../../shared/model/channel';

const META = {
  id: 'webhook',
  label: 'Webhook',
  detailLabel: 'Inbound webhook',
  systemImage: 'bolt',
  order: 2,
};
const OTHER = { id: 'chat', label: 'Chat', detailLabel: 'Chat bot', systemImage: 'bubble', order: 1 };

function status(fields: Partial<ChannelAccountStatus> = {}): ChannelAccountStatus {
  return {
    channel: 'webhook',
    label: 'Webhook',
    accountId: 'default',
    enabled: true,
    configured: true,
    phase: 'ready',
    word: 'not-checked',
    credentialSource: 'store',
    problems: [],
    reconnectAttempts: 0,
    warnings: [],
    canSend: false,
    received: 0,
    rejected: 0,
    ...fields,
  };
}
const error = (at: number) =>
  ({ class: 'auth', message: 'Wrong secret', fix: 'Make a new one.', at }) as const;

describe('channels.status', () => {
  it('has every key, and all are empty, when no channel is configured', () => {
    expect(channelsStatusPayload([], [META, OTHER], 7)).toEqual({
      ts: 7,
      channelOrder: [],
      channelLabels: {},
      channelDetailLabels: {},
      channelSystemImages: {},
      channelMeta: [],
      channels: {},
      channelAccounts: {},
      channelDefaultAccountId: {},
    });
  });

  it('lists configured channels in their order, each with its accounts and a default one', () => {
    const statuses = [
      status({ accountId: 'ci', name: 'CI' }),
      status({
        lastStartAt: 5,
        mode: 'webhook',
        webhookPath: '/p',
        probe: { ok: true, elapsedMs: 1, at: 6 },
      }),
      status({ channel: 'chat', label: 'Chat', accountId: 'work', phase: 'connecting', connected: false }),
    ];
    const payload = channelsStatusPayload(statuses, [META, OTHER], 7);
    expect(payload).toMatchObject({
      channelOrder: ['chat', 'webhook'],
      channelLabels: { chat: 'Chat', webhook: 'Webhook' },
      channelDetailLabels: { chat: 'Chat bot', webhook: 'Inbound webhook' },
      channelSystemImages: { chat: 'bubble', webhook: 'bolt' },
      channelDefaultAccountId: { chat: 'work', webhook: 'default' },
    });
    expect(payload.channelMeta[1]).toEqual({
      id: 'webhook',
      label: 'Webhook',
      detailLabel: 'Inbound webhook',
      systemImage: 'bolt',
    });
    expect(payload.channels.webhook).toEqual({
      configured: true,
      running: true,
      lastStartAt: 5,
      mode: 'webhook',
      probe: { ok: true, elapsedMs: 1, at: 6 },
      lastProbeAt: 6,
    });
    expect(payload.channelAccounts.webhook?.map(({ accountId }) => accountId)).toEqual(['ci', 'default']);
    expect(payload.channelAccounts.webhook?.[1]).toEqual({
      accountId: 'default',
      enabled: true,
      configured: true,
      running: true,
      restartPending: false,
      lifecycle: 'ready',
      reconnectAttempts: 0,
      mode: 'webhook',
      credentialSource: 'store',
      webhookPath: '/p',
      lastStartAt: 5,
      lastProbeAt: 6,
      probe: { ok: true, elapsedMs: 1, at: 6 },
    });
  });

  it('shares its summaries with health', () => {
    const payload = channelsStatusPayload([status()], [META], 7);
    const { channelOrder, channelLabels, channels } = payload;
    expect(healthChannels([status()], [META])).toEqual({ channelOrder, channelLabels, channels });
  });
});

describe('an account snapshot', () => {
  const rows: readonly [ChannelPhase, Record<string, unknown>][] = [
    ['disabled', { running: false, restartPending: false, lifecycle: 'stopped' }],
    ['unconfigured', { running: false, restartPending: false, lifecycle: 'stopped' }],
    ['starting', { running: true, restartPending: false, lifecycle: 'starting' }],
    ['authenticating', { running: true, restartPending: false, lifecycle: 'starting' }],
    ['connecting', { running: true, restartPending: false, lifecycle: 'starting' }],
    ['ready', { running: true, restartPending: false, lifecycle: 'ready' }],
    ['backoff', { running: true, restartPending: true, lifecycle: 'recovering' }],
    ['blocked', { running: false, restartPending: false, lifecycle: 'blocked', terminalDisconnect: true }],
    ['stopping', { running: false, restartPending: false, lifecycle: 'stopped' }],
    ['stopped', { running: false, restartPending: false, lifecycle: 'stopped' }],
  ];
  it.each(rows)('says of %s what upstream says', (phase, expected) => {
    const snapshot = accountSnapshot(status({ phase }));
    expect(snapshot).toMatchObject(expected);
    expect(snapshot.terminalDisconnect).toBe(expected.terminalDisconnect);
  });

  it('tells a first start from a recovery', () => {
    expect(accountSnapshot(status({ phase: 'connecting', reconnectAttempts: 2 })).lifecycle).toBe(
      'recovering',
    );
  });

  it('says of a login that the vendor ended that it is logged out, and of no other disconnect', () => {
    const lastDisconnect = { at: 5, error: 'ended' };
    const said = (fields: Partial<ChannelAccountStatus>) =>
      accountSnapshot(status({ lastDisconnect, ...fields })).lastDisconnect;
    expect(said({ phase: 'blocked', linked: false })).toEqual({ ...lastDisconnect, loggedOut: true });
    expect(said({ phase: 'blocked', linked: true })).toEqual(lastDisconnect);
    expect(said({ phase: 'unconfigured', linked: false })).toEqual(lastDisconnect);
    expect(said({ phase: 'blocked' })).toEqual(lastDisconnect);
    expect(said({ phase: 'blocked', linked: false, lastDisconnect: undefined } as never)).toBeUndefined();
  });

  it('leaves `connected` out where there is nothing to be connected to', () => {
    expect(accountSnapshot(status())).not.toHaveProperty('connected');
    expect(accountSnapshot(status({ connected: false })).connected).toBe(false);
  });

  it('gives the reason why it does not run, and while ready only an error newer than the proof', () => {
    const text = 'Wrong secret. Make a new one.';
    const evidence = { what: 'delivery accepted', at: 5 };
    const lastError = (fields: Partial<ChannelAccountStatus>) => accountSnapshot(status(fields)).lastError;
    expect(lastError({ enabled: false, phase: 'disabled' })).toBe('disabled');
    expect(lastError({ phase: 'unconfigured', problems: ['no secret yet'] })).toBe('no secret yet');
    expect(lastError({ phase: 'backoff', lastError: error(9), evidence })).toBe(text);
    expect(lastError({ lastError: error(6), evidence })).toBe(text);
    expect(lastError({ lastError: error(5), evidence })).toBeUndefined();
    expect(lastError({})).toBeUndefined();
  });
});
