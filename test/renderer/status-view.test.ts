// The headline's verdict: the worst thing that is true, and nothing that is not proven.

import { describe, expect, it } from 'vitest';
import {
  channelTotals,
  curlExample,
  deliveryUrl,
  evidenceText,
} from '../../renderer/features/channels/channels-view';
import { needsRestart, parseWholeNumber } from '../../renderer/features/settings/settings-view';
import { pageFromHash } from '../../renderer/features/shell/navigation';
import { shortcutFor } from '../../renderer/features/shell/shortcuts';
import { verdictOf, verdictText } from '../../renderer/features/shell/status-view';
import { createI18n } from '../../renderer/i18n/t';
import { defaultSettings } from '../../shared/model/settings';
import type { StatusSnapshot } from '../../shared/model/status';
import { channelStatus, probeReport, SNAPSHOT_AT } from '../helpers/status-snapshot';
import { fineSnapshot, NOW } from './render-app';

const i18n = createI18n('en');
const kind = (change: Partial<StatusSnapshot>, now = NOW) => verdictOf(fineSnapshot(change), now).kind;
const gateway = (change: Partial<StatusSnapshot['gateway']>) => ({
  gateway: { ...fineSnapshot().gateway, ...change },
});
const probe = (change: Partial<StatusSnapshot['probe']>) => ({
  probe: { ...fineSnapshot().probe, ...change },
});

describe('the verdict', () => {
  it('is good only with a recent proof of all four facts', () => {
    expect(kind({})).toBe('good');
    const { last: _, ...neverChecked } = fineSnapshot().probe;
    expect(kind({ probe: neverChecked })).toBe('proving');
    expect(kind(probe({ last: probeReport({ scope: 'not-run' }) }))).toBe('proving');
    expect(kind({}, NOW + 10 * 60_000)).toBe('stale');
  });

  it('does not count a proof from before the gateway started', () => {
    expect(kind(gateway({ since: SNAPSHOT_AT }))).toBe('proving');
  });

  it.each(['portOpen', 'protocol', 'credential', 'scope'] as const)(
    'names %s when that fact failed',
    (fact) => {
      const snapshot = fineSnapshot(probe({ last: probeReport({ [fact]: 'failed', error: 'why' }) }));
      const verdict = verdictOf(snapshot, NOW);
      expect(verdict).toEqual({ kind: 'probe-failed', fact });
      expect(verdictText(verdict, snapshot, i18n, NOW).next).toBe('why');
    },
  );

  it('puts the worst first', () => {
    const locked = {
      credential: { state: 'locked', reason: 'unreadable', detail: '' },
    } as const satisfies Partial<StatusSnapshot>;
    const bad = { channels: [channelStatus({ word: 'disconnected' })] };
    expect(kind({ ...locked, ...gateway({ state: 'stopped' }) })).toBe('locked');
    expect(kind({ ...gateway({ state: 'port-taken' }), ...bad })).toBe('port-taken');
    expect(kind({ ...probe({ last: probeReport({ protocol: 'failed' }) }), ...bad })).toBe('probe-failed');
    expect(kind({ ...bad, ...probe({ ...fineSnapshot().probe, internalRefusals: 2 }) })).toBe('channels');
    expect(kind(probe({ ...fineSnapshot().probe, internalRefusals: 2 }))).toBe('internal-refused');
    const counters = { ...fineSnapshot().counters, authLogWritable: false };
    expect(kind({ counters, ...bad })).toBe('log-unwritable');
  });

  it('says that somebody waits before it speaks of channels', () => {
    const snapshot = fineSnapshot({ pendingDevices: 2, channels: [channelStatus({ word: 'retrying' })] });
    const verdict = verdictOf(snapshot, NOW);
    expect(verdict.kind).toBe('pairing');
    expect(verdictText(verdict, snapshot, i18n, NOW).title).toBe(
      'The gateway works; 2 devices wait for approval',
    );
    expect(kind({ pendingDevices: 1, ...gateway({ state: 'stopped' }) })).toBe('stopped');
  });

  it('stays good when other programs are refused, and says how often', () => {
    const snapshot = fineSnapshot({ counters: { ...fineSnapshot().counters, refused24h: 1_288 } });
    const verdict = verdictOf(snapshot, NOW);
    expect(verdict.kind).toBe('good');
    expect(verdictText(verdict, snapshot, i18n, NOW).next).toContain('1,288 attempts by other programs');
  });

  it.each(['starting', 'stopping', 'stopped', 'failed'] as const)('has words for the state %s', (state) => {
    const snapshot = fineSnapshot(gateway({ state, error: 'it broke' }));
    const text = verdictText(verdictOf(snapshot, NOW), snapshot, i18n, NOW);
    expect(text.title).not.toContain('{');
    expect(text.next).not.toContain('{');
  });
});

describe('channels in one line', () => {
  it('count what is on, what is up and what needs a person', () => {
    const words = ['connected', 'degraded', 'not-checked', 'off', 'unknown', 'retrying'] as const;
    const channels = words.map((word, at) => channelStatus({ word, accountId: `a${at}` }));
    expect(channelTotals(channels)).toEqual({ total: 5, up: 2, attention: 2, unknown: 1 });
    expect(channelTotals([channelStatus({ configured: false, enabled: false, word: 'off' })]).total).toBe(0);
  });

  it('say the proof with its age, or that there is none', () => {
    const evidence = { what: 'delivery accepted', at: NOW - 180_000 };
    expect(evidenceText(channelStatus({ evidence }), i18n, NOW)).toMatch(/^Delivery accepted 3\s?m/);
    expect(evidenceText(channelStatus({ word: 'not-checked' }), i18n, NOW)).toBe('No delivery yet');
    expect(evidenceText(channelStatus({ word: 'unknown', evidence }), i18n, NOW)).toMatch(
      /^The gateway is down/,
    );
    expect(evidenceText(channelStatus({ word: 'off', enabled: false }), i18n, NOW)).toBe('Switched off');
    const lastError = { class: 'auth', message: 'm', at: NOW - 60_000 } as const;
    expect(evidenceText(channelStatus({ word: 'degraded', evidence, lastError }), i18n, NOW)).toMatch(
      /^Wrong or/,
    );
    const retrying = channelStatus({ word: 'retrying', reconnectAttempts: 3, nextRetryAt: NOW + 30_000 });
    expect(evidenceText(retrying, i18n, NOW)).toMatch(/^Attempt 3, next try in 30/);
  });

  it('say that the next try is being made once it is due within a moment', () => {
    const zh = createI18n('zh-CN');
    for (const ms of [-60_000, 0, 900, 1_400]) {
      const retrying = channelStatus({ word: 'retrying', reconnectAttempts: 1, nextRetryAt: NOW + ms });
      expect(evidenceText(retrying, i18n, NOW)).toBe('Attempt 1, trying now');
      expect(evidenceText(retrying, zh, NOW)).toBe('第 1 次尝试，正在重试');
    }
  });

  it('say how long the first answer of WeChat may take', () => {
    const connecting = channelStatus({ word: 'connecting', phase: 'connecting' });
    const weixin = { ...connecting, channel: 'openclaw-weixin' };
    expect(evidenceText(connecting, i18n, NOW)).toBe('Waiting for proof');
    expect(evidenceText(weixin, i18n, NOW)).toBe('Waiting for WeChat’s first answer, up to 35 s');
    expect(evidenceText(weixin, createI18n('zh-CN'), NOW)).toBe('等待微信的首次应答，最多 35 秒');
  });

  it('show a command with a placeholder for the secret and quotes that survive a shell', () => {
    const url = deliveryUrl('ws://127.0.0.1:1', '/channels/webhook/default');
    expect(url).toBe('http://127.0.0.1:1/channels/webhook/default');
    expect(deliveryUrl(undefined, '/x')).toBeUndefined();
    const command = curlExample(url ?? '', "it's");
    expect(command).toContain('Bearer YOUR_SECRET');
    expect(command).toContain("it'\\''s");
  });
});

describe('a restart', () => {
  it('is due while the gateway listens on another port than the one that is set', () => {
    const settings = (port: number) => {
      const all = defaultSettings();
      return { ...all, gateway: { ...all.gateway, port } };
    };
    const { gateway: running } = fineSnapshot();
    const { url: _, ...stopped } = { ...running, state: 'stopped' as const };
    expect(needsRestart(settings(18_789), running)).toBe(false);
    expect(needsRestart(settings(8_789), running)).toBe(true);
    expect(needsRestart(settings(0), running)).toBe(false);
    expect(needsRestart(settings(8_789), stopped)).toBe(false);
    expect(needsRestart(settings(8_789), undefined)).toBe(false);
  });
});

describe('keys and addresses', () => {
  const key = (name: string, change = {}) =>
    shortcutFor({ key: name, ctrlKey: true, metaKey: false, altKey: false, shiftKey: false, ...change });

  it('map the documented keys and leave the others alone', () => {
    expect(key('3')).toEqual({ do: 'show', page: 'auth-log' });
    expect(key(',')).toEqual({ do: 'show', page: 'settings' });
    expect(key('r', { ctrlKey: false, metaKey: true })).toEqual({ do: 'check' });
    expect(key('f')).toEqual({ do: 'search' });
    for (const name of ['7', '0', 'c', 'Tab']) expect(key(name)).toBeUndefined();
    expect(key('1', { ctrlKey: false })).toBeUndefined();
    expect(key('r', { shiftKey: true })).toBeUndefined();
  });

  it('show the overview for an unknown hash', () => {
    expect(pageFromHash('#/credentials')).toBe('credentials');
    for (const hash of ['', '#/nowhere', '#/__proto__']) expect(pageFromHash(hash)).toBe('overview');
  });

  it('read whole numbers and nothing else', () => {
    expect(parseWholeNumber(' 18789 ')).toBe(18_789);
    expect(parseWholeNumber('-1')).toBe(-1);
    for (const text of ['', '1.5', '1e3', '0x10', 'abc', '99999999999']) {
      expect(parseWholeNumber(text), text).toBeUndefined();
    }
  });
});
