import { describe, expect, it } from 'vitest';
import { validators } from '../../../electron/shell/ipc/validators';
import type { IpcCallName } from '../../../shared/ipc/contract';
import { IPC_CALL_NAMES } from '../../../shared/ipc/names';
import { defaultSettings } from '../../../shared/model/settings';
import { CHANNEL_PARAMS } from './channel-params';

function accepts(name: IpcCallName, params: unknown): boolean {
  return validators[name].safeParse(params).success;
}

const account = { channel: 'webhook', accountId: 'default' };
const HASH = 'ab'.repeat(32);
const job = {
  name: 'n',
  schedule: { kind: 'cron', expr: '0 9 * * *', tz: 'UTC', staggerMs: 0 },
  sessionTarget: 'main',
  wakeMode: 'now',
  payload: { kind: 'systemEvent', text: 't' },
} as const;
const webhook = { mode: 'webhook', to: 'https://example.com/' } as const;
const GOOD: Partial<Record<IpcCallName, readonly unknown[]>> = {
  ...CHANNEL_PARAMS,
  'authLog.query': [
    {},
    {
      limit: 500,
      cursor: 'x',
      outcome: 'refused',
      reason: 'token_mismatch',
      client: 'cli',
      from: 0,
      to: 1,
      text: 'q',
    },
  ],
  'credential.rotate': [
    { reason: 'routine', graceMs: 600_000 },
    { reason: 'leaked', graceMs: 0 },
  ],
  'credential.adoptClipboard': [{ fingerprint: '0123456789ab' }],
  'credential.inspectClipboard': [undefined, { kind: 'password' }],
  'credential.setMode': [
    { mode: 'token' },
    { mode: 'none' },
    { mode: 'password' },
    { mode: 'password', fingerprint: '0123456789ab' },
  ],
  'channels.setEnabled': [{ ...account, enabled: false }],
  'channels.restart': [account],
  'channels.probe': [account],
  'channels.newSecret': [account],
  'devices.approve': [{ requestId: 'r', shownHash: HASH }],
  'devices.reject': [{ requestId: 'r' }],
  'devices.remove': [{ deviceId: HASH }],
  'devices.revokeToken': [{ deviceId: HASH, role: 'node' }],
  'cron.list': [undefined, {}, { includeDisabled: true, limit: 200, offset: 400, sortBy: 'name' }],
  'cron.add': [
    job,
    { ...job, schedule: { kind: 'at', at: '2026-01-01T00:00:00Z' }, deleteAfterRun: false },
    { ...job, schedule: { kind: 'every', everyMs: 1_000, anchorMs: 0 }, delivery: webhook },
    { ...job, delivery: { mode: 'none' }, failureAlert: { ...webhook, after: 2, cooldownMs: 0 } },
  ],
  'cron.update': [
    { id: 'j', patch: {} },
    { id: 'j', patch: { enabled: false, failureAlert: null } },
  ],
  'cron.remove': [{ id: 'j' }],
  'cron.run': [{ id: 'j' }],
  'cron.runs': [{}, { jobId: 'j', limit: 1, statuses: ['ok'] }],
  'settings.update': [
    {},
    { probe: defaultSettings().probe, ui: defaultSettings().ui },
    { gateway: { port: 0, bind: 'loopback', controlUi: { allowedOrigins: [] } } },
    { channels: { webhook: { accounts: { a: { enabled: true } } } } },
  ],
};

describe('the validators', () => {
  it('take what the contract allows and hand it on unchanged', () => {
    for (const name of IPC_CALL_NAMES) {
      for (const params of GOOD[name] ?? [undefined]) {
        const result = validators[name].safeParse(params);
        expect(result.success, `${name} ${JSON.stringify(params)}`).toBe(true);
        expect(result.data).toEqual(params);
      }
    }
  });

  it('take nothing else: no unknown key, no null, no other shape', () => {
    for (const name of IPC_CALL_NAMES) {
      for (const params of (GOOD[name] ?? []).filter((good) => good !== undefined)) {
        expect(accepts(name, { ...(params as object), surprise: 1 }), name).toBe(false);
      }
      for (const params of [null, 'text', 7, [], [1], true, () => 1])
        expect(accepts(name, params), name).toBe(false);
      expect(accepts(name, undefined), name).toBe((GOOD[name] ?? [undefined]).includes(undefined));
    }
  });

  it('cap every size', () => {
    const long = 'x'.repeat(257);
    expect(accepts('authLog.query', { text: long })).toBe(false);
    expect(accepts('authLog.query', { cursor: long })).toBe(false);
    expect(accepts('authLog.query', { limit: 501 })).toBe(false);
    expect(accepts('credential.rotate', { reason: 'routine', graceMs: 8 * 24 * 3_600_000 })).toBe(false);
    expect(accepts('channels.restart', { ...account, accountId: 'a'.repeat(65) })).toBe(false);
    expect(accepts('devices.approve', { requestId: 'r'.repeat(129), shownHash: HASH })).toBe(false);
    expect(accepts('cron.list', { limit: 201 })).toBe(false);
    expect(accepts('cron.add', { ...job, name: 'n'.repeat(201) })).toBe(false);
    expect(accepts('cron.add', { ...job, payload: { kind: 'systemEvent', text: 'x'.repeat(8_001) } })).toBe(
      false,
    );
    expect(
      accepts('cron.update', { id: 'j', patch: { delivery: { ...webhook, to: 'x'.repeat(2_049) } } }),
    ).toBe(false);
    expect(accepts('cron.runs', { jobId: 'j'.repeat(129) })).toBe(false);
    const origins = Array.from({ length: 33 }, () => 'http://a');
    expect(accepts('settings.update', { gateway: { controlUi: { allowedOrigins: origins } } })).toBe(false);
    const accounts = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`a${index}`, {}]));
    expect(accepts('settings.update', { channels: { webhook: { accounts } } })).toBe(false);
  });

  it.each([
    { port: 65_536 },
    { port: -1 },
    { port: 1.5 },
    { port: '18789' },
    { port: Number.NaN },
    { bind: 'lan' },
    { auth: { mode: 'none' } },
    { auth: { mode: 'token' } },
    { auth: { token: 'x'.repeat(32) } },
  ])('refuse a gateway setting of %j', (gateway) => {
    expect(accepts('settings.update', { gateway })).toBe(false);
  });

  it.each([
    ['credential.setMode', {}],
    ['credential.setMode', { mode: 'trusted-proxy' }],
    ['credential.setMode', { mode: 'none', fingerprint: '0123456789ab' }],
    ['credential.setMode', { mode: 'password', password: 'p' }],
    ['credential.inspectClipboard', { kind: 'token' }],
    ['devices.approve', { requestId: 'r' }],
    ['devices.approve', { requestId: 'r', shownHash: 'short' }],
    ['devices.remove', { deviceId: `${HASH}0` }],
    ['devices.revokeToken', { deviceId: HASH, role: 'admin' }],
    ['cron.add', { ...job, payload: { kind: 'agentTurn', message: 'm' } }],
    ['cron.add', { ...job, schedule: { kind: 'on-exit', command: 'x' } }],
    ['cron.add', { ...job, sessionTarget: 'isolated' }],
    ['cron.update', { id: 'j', patch: { state: { lastRunAtMs: 0 } } }],
  ] as const)('refuse %s with %j', (name, params) => {
    expect(accepts(name, params)).toBe(false);
  });

  it('let no key through that could reach a prototype', () => {
    const evil = JSON.parse('{"__proto__":{"enabled":true}}') as unknown;
    const results = [
      validators['settings.update'].safeParse({ channels: { webhook: { accounts: evil } } }),
      validators['settings.update'].safeParse(evil),
      validators['authLog.query'].safeParse(evil),
    ];
    for (const { data } of results) expect(JSON.stringify(data ?? {})).not.toContain('__proto__');
    expect(accepts('settings.update', { constructor: {} })).toBe(false);
  });
});
