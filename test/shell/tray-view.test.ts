import { describe, expect, it } from 'vitest';
import type { TrayHealth } from '../../electron/shell/tray-health';
import { trayHealth } from '../../electron/shell/tray-health';
import { type TrayMenuItem, type TrayView, trayView } from '../../electron/shell/tray-view';
import type { GatewayState, ProbeFact, ProbeReport, StatusSnapshot } from '../../shared/model/status';
import type { CredentialStatus } from '../../shared/model/token';
import { channelStatus, probeReport, SNAPSHOT_AT, statusSnapshot } from '../helpers/status-snapshot';

const STATES: readonly GatewayState[] = [
  'stopped',
  'starting',
  'listening',
  'port-taken',
  'locked',
  'failed',
  'stopping',
];
const LOCKS = ['keychain-unavailable', 'sealed-elsewhere', 'unreadable', 'newer-version'] as const;
const CREDENTIALS: readonly CredentialStatus[] = [
  { state: 'starting' },
  ...LOCKS.map((reason) => ({ state: 'locked', reason, detail: 'why' }) as const),
  statusSnapshot().credential,
];
const FACTS = ['portOpen', 'protocol', 'credential', 'scope'] as const;
const REPORTS: readonly (ProbeReport | undefined)[] = [
  undefined,
  probeReport(),
  ...FACTS.flatMap((fact) => (['failed', 'not-run'] as const).map((value) => probeReport({ [fact]: value }))),
];

function everySituation(): StatusSnapshot[] {
  const { gateway, probe } = statusSnapshot();
  const { url, ...withoutUrl } = gateway;
  return STATES.flatMap((state) =>
    CREDENTIALS.flatMap((credential) =>
      REPORTS.map((last) =>
        statusSnapshot({
          gateway: { ...withoutUrl, state, ...(state === 'listening' && url ? { url } : {}) },
          credential,
          probe: { ...without(probe), ...(last ? { last } : {}) },
        }),
      ),
    ),
  );
}

function without({ last: _last, ...rest }: StatusSnapshot['probe']): StatusSnapshot['probe'] {
  return rest;
}

function labels(view: TrayView): string[] {
  return view.menu.flatMap((item) => (item.type === 'item' ? [item.label] : []));
}

function itemFor(view: TrayView, kind: string): TrayMenuItem | undefined {
  return view.menu.find((item) => item.type === 'item' && item.action.kind === kind);
}

function show(change: Partial<StatusSnapshot>, locale: 'en' | 'zh-CN' = 'en'): TrayView {
  return trayView(statusSnapshot(change), locale, SNAPSHOT_AT);
}

function isProven({ gateway, credential, probe }: StatusSnapshot): boolean {
  const facts: readonly (ProbeFact | undefined)[] = FACTS.map((fact) => probe.last?.[fact]);
  return (
    gateway.state === 'listening' && credential.state === 'ready' && facts.every((fact) => fact === 'ok')
  );
}

describe('the tray view over every gateway state, credential and probe outcome', () => {
  it('shows the plain icon exactly when the gateway listens, has its credential and passed its own check', () => {
    for (const snapshot of everySituation()) {
      const { icon } = trayView(snapshot, 'en', SNAPSHOT_AT);
      expect(icon === 'fine', JSON.stringify(snapshot.gateway)).toBe(isProven(snapshot));
    }
  });

  it.each(['en', 'zh-CN'] as const)('has one distinct text per different situation in %s', (locale) => {
    const textsOf = new Map<string, Set<string>>();
    for (const snapshot of everySituation()) {
      const health: TrayHealth = trayHealth(snapshot, SNAPSHOT_AT);
      const text = labels(trayView(snapshot, locale, SNAPSHOT_AT))[0] ?? '';
      const key = JSON.stringify(health);
      textsOf.set(key, (textsOf.get(key) ?? new Set()).add(text));
    }
    const texts = [...textsOf.values()].map((set) => [...set]);
    expect(texts.every((set) => set.length === 1)).toBe(true);
    expect(new Set(texts.flat()).size).toBe(texts.length);
    // 6 states that are not "listening" once, 4 lock reasons, waiting, never checked, 8 probe outcomes, fine.
    expect(texts.length).toBe(6 + 4 + 1 + 1 + 8 + 1);
  });

  it('leads every state to a page and offers a way to quit, always', () => {
    for (const snapshot of everySituation()) {
      const view = trayView(snapshot, 'en', SNAPSHOT_AT);
      expect(view.menu[0]).toMatchObject({ type: 'item', action: { kind: 'open' } });
      expect(view.menu.at(-1)).toEqual({ type: 'item', label: 'Quit', action: { kind: 'quit' } });
    }
  });

  it('offers Start or Stop, never both, and neither when the credential is locked', () => {
    for (const snapshot of everySituation()) {
      const view = trayView(snapshot, 'en', SNAPSHOT_AT);
      const isLocked = snapshot.gateway.state === 'locked' || snapshot.credential.state === 'locked';
      const offers = ['start', 'stop', 'restart'].filter((kind) => itemFor(view, kind));
      const expected: Record<GatewayState, string[]> = {
        stopped: ['start'],
        failed: ['start'],
        listening: ['stop', 'restart'],
        starting: ['stop'],
        // Here `start` is "Try again now" and `stop` is "Stop trying".
        'port-taken': ['start', 'stop'],
        stopping: [],
        locked: [],
      };
      expect(offers).toEqual(isLocked ? [] : expected[snapshot.gateway.state]);
    }
  });
});

describe('the tray view', () => {
  it('says Checking, not Running, before the first check has run', () => {
    const view = show({ probe: without(statusSnapshot().probe) });
    expect(view.icon).toBe('checking');
    expect(labels(view)[0]).toBe('Checking: listening, not proven yet');
  });

  it('does not call an old proof a proof', () => {
    const last = probeReport({ at: SNAPSHOT_AT - 180_001 });
    const view = show({ probe: { ...statusSnapshot().probe, last } });
    expect(view.icon).toBe('checking');
    expect(labels(view)[0]).toMatch(/^Checking: the last proof is from \d\d:\d\d$/);
  });

  it('names the port, its owner and its process when the port is taken', () => {
    const gateway = {
      ...statusSnapshot().gateway,
      state: 'port-taken' as const,
      portOwner: { kind: 'other' as const, pid: 4711, command: 'nc -l' },
    };
    expect(labels(show({ gateway }))[0]).toBe('Port 18789 is taken by nc -l (process 4711), retrying');
    expect(labels(show({ gateway }, 'zh-CN'))[0]).toBe('端口 18789 已被 nc -l (进程 4711) 占用，正在重试');
  });

  it('copies the address only while there is one', () => {
    expect(itemFor(show({}), 'copy-address')).toMatchObject({ label: 'Copy address ws://127.0.0.1:18789' });
    const { url: _url, ...gateway } = statusSnapshot().gateway;
    expect(itemFor(show({ gateway: { ...gateway, state: 'stopped' } }), 'copy-address')).toBeUndefined();
  });

  it('names at most five channels that need attention and counts the rest', () => {
    const channels = Array.from({ length: 8 }, (_, index) =>
      channelStatus({ accountId: `a${index}`, word: 'disconnected' }),
    );
    const view = show({ channels });
    expect(view.icon).toBe('attention');
    expect(labels(view).filter((label) => label.endsWith(': disconnected'))).toHaveLength(5);
    expect(labels(view)).toContain('3 more …');
    expect(labels(view)[0]).toBe('8 channels need attention');
  });

  it('is fine with channels that are connected, off by choice, connecting or not checked', () => {
    const words = ['connected', 'off', 'connecting', 'not-checked'] as const;
    const view = show({ channels: words.map((word) => channelStatus({ word })) });
    expect(view.icon).toBe('fine');
  });

  it('says how many devices wait and opens the page where that is decided', () => {
    const one = show({ pendingDevices: 1, channels: [channelStatus({ word: 'disconnected' })] });
    expect(one.icon).toBe('attention');
    expect(one.menu[0]).toEqual({
      type: 'item',
      label: '1 device waits for approval',
      action: { kind: 'open', page: 'credentials' },
    });
    expect(labels(show({ pendingDevices: 3 }))[0]).toBe('3 devices wait for approval');
    expect(labels(show({ pendingDevices: 3 }, 'zh-CN'))[0]).toBe('3 台设备等待批准');
  });

  it('says it once, below whatever is worse', () => {
    const waits = (view: TrayView) => labels(view).filter((label) => label.includes('for approval'));
    expect(waits(show({ pendingDevices: 1 }))).toHaveLength(1);
    const gateway = { ...statusSnapshot().gateway, state: 'failed' as const };
    const worse = show({ pendingDevices: 1, gateway });
    expect([worse.icon, labels(worse)[0]]).toEqual(['error', 'Gateway failed']);
    expect(waits(worse)).toEqual(['1 device waits for approval']);
    expect(waits(show({}))).toEqual([]);
  });

  it('names no channel while the gateway is down, because nobody knows', () => {
    const gateway = { ...statusSnapshot().gateway, state: 'stopped' as const };
    const view = show({ gateway, channels: [channelStatus({ word: 'disconnected' })] });
    expect(labels(view).some((label) => label.includes('Webhook'))).toBe(false);
  });

  it('asks for attention when the auth log cannot be written', () => {
    const view = show({ counters: { ...statusSnapshot().counters, authLogWritable: false } });
    expect([view.icon, labels(view)[0]]).toEqual(['attention', 'The auth log cannot be written to disk']);
  });

  it('cleans foreign text of everything a menu could be fooled with', () => {
    const evil = 'a\u202Eb\nc\u0000d';
    const gateway = {
      ...statusSnapshot().gateway,
      state: 'port-taken' as const,
      portOwner: { kind: 'other' as const, command: evil },
    };
    const texts = [
      labels(show({ gateway })),
      labels(show({ channels: [channelStatus({ name: evil, word: 'action-needed' })] })),
      labels(
        show({
          probe: { ...statusSnapshot().probe, last: probeReport({ protocol: 'failed', error: evil }) },
        }),
      ),
    ].flat();
    expect(texts.filter((text) => text.includes('abcd')).length).toBeGreaterThanOrEqual(3);
    expect(texts.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('opens the page that explains the state', () => {
    const page = (change: Partial<StatusSnapshot>) => show(change).menu[0];
    const probe = statusSnapshot().probe;
    expect(page({ credential: { state: 'locked', reason: 'unreadable', detail: '' } })).toMatchObject({
      action: { page: 'credentials' },
    });
    const refused = { ...probe, last: probeReport({ credential: 'failed' }) };
    expect(page({ probe: refused })).toMatchObject({ action: { page: 'auth-log' } });
    expect(page({ channels: [channelStatus({ word: 'retrying' })] })).toMatchObject({
      action: { page: 'channels' },
    });
    expect(page({})).toMatchObject({ action: { page: 'overview' } });
  });
});
