// Filters, names, explanations and roll-ups of the Auth log.

import { describe, expect, it } from 'vitest';
import {
  clientName,
  emptyKind,
  eventSummary,
  explainAttempt,
  groupRefusals,
  looksLikeCliProbe,
  matchesFilter,
  NO_FILTER,
  reasonTitle,
  whoText,
} from '../../renderer/features/auth-log/auth-log-view';
import { explainPairing, pairingEventText } from '../../renderer/features/auth-log/pairing-event-view';
import { createI18n } from '../../renderer/i18n/t';
import type { AuthMergedEvent, PairingEvent, TokenChangedEvent } from '../../shared/model/auth-event';
import { attempt, NOW } from './render-app';

const i18n = createI18n('en');
const client = {
  id: 'gateway-client',
  mode: 'backend',
  version: '2026.4.29',
  displayName: 'gateway:channels.status',
};
const merged: AuthMergedEvent = {
  event: 'auth.merged',
  seq: 9,
  at: NOW - 120_000,
  monoMs: 1,
  firstSeq: 3,
  count: 1_234,
  firstAt: NOW - 3_600_000,
  lastAt: NOW - 120_000,
  outcome: 'refused',
  reason: 'token_mismatch',
  client,
  internal: false,
};
const rotated: TokenChangedEvent = {
  event: 'token.rotated',
  seq: 5,
  at: NOW,
  monoMs: 1,
  generation: 2,
  fingerprint: '0123456789ab',
  by: 'panel',
};

const pairing: PairingEvent = {
  event: 'pair.approved',
  seq: 6,
  at: NOW,
  monoMs: 1,
  deviceId: 'ab'.repeat(32),
  displayName: 'Phone of Ada',
  clientId: 'openclaw-ios',
  roles: ['operator'],
  scopes: ['operator.read'],
  remoteIp: '10.9.8.7',
  via: 'owner',
  by: 'panel',
};

describe('an event of pairing', () => {
  it('is found by what names its device, and by no outcome or reason', () => {
    expect(matchesFilter(pairing, NO_FILTER)).toBe(true);
    for (const text of ['phone OF', 'abab', 'OPENCLAW-ios', '10.9.8', 'panel']) {
      expect(matchesFilter(pairing, { ...NO_FILTER, text }), text).toBe(true);
    }
    expect(matchesFilter(pairing, { ...NO_FILTER, text: 'operator.read' })).toBe(false);
    expect(matchesFilter(pairing, { ...NO_FILTER, outcome: 'accepted', text: 'phone' })).toBe(false);
    expect(matchesFilter(pairing, { ...NO_FILTER, reason: 'not_paired' })).toBe(false);
  });

  it.each([
    [{}, 'Phone of Ada was approved', /rotate the gateway token/],
    [{ via: 'silent', by: 'device' }, 'Phone of Ada was let in by itself', /nobody was asked/],
    [{ event: 'pair.requested', by: 'device' }, 'Phone of Ada asked to be let in', /five minutes/],
    [{ event: 'pair.rejected' }, 'The request of Phone of Ada was rejected', /not let in/],
    [{ event: 'pair.rejected', by: 'device' }, /replaced by a newer one/, /only the newer/],
    [{ event: 'pair.expired', by: 'system' }, /ended without an answer/, /Nobody answered/],
    [{ event: 'pair.removed' }, 'Phone of Ada was removed', /approved again/],
    [{ event: 'pair.removed', by: 'system' }, /to make room/, /seen longest ago/],
    [{ event: 'pair.token-rotated' }, /got a new token/, /no longer works/],
    [{ event: 'pair.token-revoked' }, /token of Phone of Ada was revoked/, /remove it/],
  ] as const)('%j says what happened and what to do', (change, title, story) => {
    const event = { ...pairing, ...change } as PairingEvent;
    expect(pairingEventText(event, i18n)).toMatch(title);
    expect(explainPairing(event, i18n)).toMatch(story);
  });

  it('says who did it, also when that was the device', () => {
    expect(whoText('device', i18n)).toBe('the device itself');
  });
});

describe('a filter', () => {
  it('hides the self-check unless asked for', () => {
    const own = attempt({ internal: true, outcome: 'accepted' });
    expect(matchesFilter(own, NO_FILTER)).toBe(false);
    expect(matchesFilter(own, { ...NO_FILTER, hideOwn: false })).toBe(true);
  });

  it('shows other events only while nothing is narrowed', () => {
    expect(matchesFilter(rotated, NO_FILTER)).toBe(true);
    expect(matchesFilter(rotated, { ...NO_FILTER, outcome: 'refused' })).toBe(false);
    expect(matchesFilter(rotated, { ...NO_FILTER, text: 'token' })).toBe(false);
  });

  it('searches client, reason, peer, origin, host and user agent without regard to case', () => {
    const event = attempt({ client, origin: 'https://a.example', host: 'h:1', userAgent: 'Agent/1' });
    for (const text of ['CHANNELS.status', 'token_mis', '50000', 'A.EXAMPLE', 'h:1', 'agent/1', ' 2026.4 ']) {
      expect(matchesFilter(event, { ...NO_FILTER, text }), text).toBe(true);
    }
    expect(matchesFilter(event, { ...NO_FILTER, text: 'conn-1' })).toBe(false);
  });

  it('compares outcome and reason exactly', () => {
    expect(matchesFilter(attempt(), { ...NO_FILTER, outcome: 'accepted' })).toBe(false);
    expect(matchesFilter(attempt(), { ...NO_FILTER, reason: 'token_missing' })).toBe(false);
    expect(matchesFilter(attempt(), { ...NO_FILTER, outcome: 'refused', reason: 'token_mismatch' })).toBe(
      true,
    );
  });
});

describe('an explanation', () => {
  it('prefers what the presented secret turned out to be', () => {
    const quoted = explainAttempt(attempt({ presentedAs: 'quoted' }), i18n);
    expect(quoted.cause).toMatch(/quotes/);
    expect(eventSummary(attempt({ presentedAs: 'truncated' }), i18n)).toMatch(/beginning/);
    expect(eventSummary(attempt({ presentedAs: 'unknown' }), i18n)).toBe('Wrong token');
    expect(explainAttempt(attempt({ presentedAs: 'unknown' }), i18n).fix).toMatch(/adopt/);
  });

  it('keeps the reason when the secret is not what was wrong', () => {
    const event = attempt({ reason: 'origin_not_allowed', presentedAs: 'quoted' });
    expect(explainAttempt(event, i18n).cause).toMatch(/web page/i);
  });

  it('recognises a separate CLI process that introduces itself like the self-check', () => {
    expect(looksLikeCliProbe(attempt({ client }))).toBe(true);
    expect(looksLikeCliProbe(merged)).toBe(true);
    expect(looksLikeCliProbe(attempt({ client, internal: true }))).toBe(false);
    expect(looksLikeCliProbe(attempt({ client, reason: 'handshake_timeout' }))).toBe(false);
    expect(looksLikeCliProbe(attempt())).toBe(false);
  });

  it('shows a reason it does not know instead of failing', () => {
    const event = attempt({ reason: 'from_a_newer_main' as never });
    expect(explainAttempt(event, i18n).title).toBe('from_a_newer_main');
    expect(reasonTitle('toString', i18n)).toBe('toString');
  });
});

describe('names', () => {
  it('fall back from display name to id to words, and lose control and bidi characters', () => {
    expect(clientName(client, i18n)).toBe('gateway:channels.status');
    expect(clientName({ ...client, displayName: ' \u202e\u0007 ' }, i18n)).toBe('gateway-client');
    expect(clientName({ ...client, displayName: 'a\u202eb\nc' }, i18n)).toBe('abc');
    expect(clientName(undefined, i18n)).toBe('Unnamed program');
  });
});

describe('rolled up refusals', () => {
  it('count repeats of one client and reason exactly and keep the newest', () => {
    const newest = attempt({ seq: 20, at: NOW, client });
    const other = attempt({ seq: 21, at: NOW - 10, reason: 'token_missing' });
    const groups = groupRefusals(
      [newest, other, merged, rotated, attempt({ outcome: 'accepted', client })],
      3,
    );
    expect(groups.map((group) => [group.event.seq, group.count])).toEqual([
      [20, 1_235],
      [21, 1],
    ]);
    expect(groupRefusals([newest, other], 1)).toHaveLength(1);
  });
});

describe('an empty list', () => {
  it('says why', () => {
    const refused = { ...NO_FILTER, outcome: 'refused' } as const;
    expect(emptyKind('failed', NO_FILTER, 'listening')).toBe('failed');
    expect(emptyKind('ready', { ...refused, text: 'x' }, 'listening')).toBe('no-match');
    expect(emptyKind('ready', refused, 'listening')).toBe('good');
    expect(emptyKind('ready', NO_FILTER, 'listening')).toBe('nothing');
    expect(emptyKind('ready', refused, 'stopped')).toBe('not-running');
  });
});
