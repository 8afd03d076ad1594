// What protocol 4 says beside the states: issues with their kind, and probes that did not finish (protocol 5.2).

import { describe, expect, it } from 'vitest';
import { probeOutcomes, statusIssues } from '../../../electron/core/channels/channels-status-view';
import type { ChannelAccountStatus } from '../../../shared/model/channel';

function status(patch: Partial<ChannelAccountStatus>): ChannelAccountStatus {
  return {
    channel: 'webhook',
    label: 'Webhook',
    accountId: 'default',
    enabled: true,
    configured: true,
    phase: 'ready',
    word: 'connected',
    credentialSource: 'store',
    problems: [],
    reconnectAttempts: 0,
    warnings: [],
    canSend: false,
    received: 0,
    rejected: 0,
    ...patch,
  };
}

const failure = (kind: 'auth' | 'permission' | 'banned' | 'network' | 'config', at = 10) => ({
  class: kind,
  message: `${kind} failed`,
  at,
});

describe('status issues', () => {
  it.each([
    { what: 'a ready account', patch: {}, issue: undefined },
    {
      what: 'one that is switched off',
      patch: { enabled: false, phase: 'disabled' as const, lastError: failure('auth') },
      issue: undefined,
    },
    {
      what: 'one without its settings',
      patch: { phase: 'unconfigured' as const, problems: ['no secret'] },
      issue: { kind: 'config', message: 'no secret' },
    },
    {
      what: 'a refused credential',
      patch: { phase: 'blocked' as const, lastError: { ...failure('auth'), fix: 'Make a new one' } },
      issue: { kind: 'auth', message: 'auth failed', fix: 'Make a new one' },
    },
    {
      what: 'a ban',
      patch: { phase: 'blocked' as const, lastError: failure('banned') },
      issue: { kind: 'auth', message: 'banned failed' },
    },
    {
      what: 'a missing permission',
      patch: { phase: 'blocked' as const, lastError: failure('permission') },
      issue: { kind: 'permissions', message: 'permission failed' },
    },
    ...[
      { what: 'QQ', code: 'intents' },
      { what: 'Discord', code: 4014 },
    ].map(({ what, code }) => ({
      what: `events that ${what} does not grant`,
      patch: { phase: 'backoff' as const, lastError: { ...failure('permission'), code } },
      issue: { kind: 'intent', message: 'permission failed' },
    })),
    {
      what: 'texts that Discord hides',
      patch: { warnings: [{ ...failure('permission'), code: 'message_content' }] },
      issue: { kind: 'intent', message: 'permission failed' },
    },
    {
      what: 'a lost network',
      patch: { phase: 'backoff' as const, lastError: failure('network') },
      issue: { kind: 'runtime', message: 'network failed' },
    },
    {
      what: 'an error that a newer proof has overtaken',
      patch: { lastError: failure('network'), evidence: { what: 'pong', at: 11 } },
      issue: undefined,
    },
    {
      what: 'a failed probe',
      patch: { probe: { ok: false, elapsedMs: 1, at: 1, error: 'no route' } },
      issue: { kind: 'runtime', message: 'no route' },
    },
  ])('of $what', ({ patch, issue }) => {
    const expected = issue === undefined ? [] : [{ channel: 'webhook', accountId: 'default', ...issue }];
    expect(statusIssues([status(patch)])).toEqual(expected);
  });

  it('are at most fifty', () => {
    const bad = Array.from({ length: 80 }, () => status({ phase: 'backoff', lastError: failure('network') }));
    expect(statusIssues(bad)).toHaveLength(50);
  });
});

describe('probe outcomes', () => {
  it('say nothing when every account has answered', () => {
    expect(probeOutcomes([status({ probe: { ok: false, elapsedMs: 1, at: 100 } })], 100)).toEqual({});
  });

  it('are partial when one has timed out or has no new result', () => {
    const accounts = [
      status({ accountId: 'a', probe: { ok: true, elapsedMs: 1, at: 100 } }),
      status({
        accountId: 'b',
        probe: { ok: false, elapsedMs: 1_000, at: 101, timedOut: true, error: 'no answer within 1000 ms' },
      }),
      status({ accountId: 'c', probe: { ok: true, elapsedMs: 1, at: 99 } }),
      status({ accountId: 'd' }),
    ];
    expect(probeOutcomes(accounts, 100)).toEqual({
      partial: true,
      warnings: [
        'webhook/b: no answer within 1000 ms',
        'webhook/c: the probe has not finished',
        'webhook/d: the probe has not finished',
      ],
    });
  });
});
