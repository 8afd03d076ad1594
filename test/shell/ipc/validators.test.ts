import { describe, expect, it } from 'vitest';
import { validators } from '../../../electron/shell/ipc/validators';
import type { IpcCallName } from '../../../shared/ipc/contract';
import { IPC_CALL_NAMES } from '../../../shared/ipc/names';
import { defaultSettings } from '../../../shared/model/settings';

function accepts(name: IpcCallName, params: unknown): boolean {
  return validators[name].safeParse(params).success;
}

const account = { channel: 'webhook', accountId: 'default' };
const GOOD: Partial<Record<IpcCallName, readonly unknown[]>> = {
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
  'channels.setEnabled': [{ ...account, enabled: false }],
  'channels.restart': [account],
  'channels.probe': [account],
  'channels.newSecret': [account],
  'settings.update': [
    {},
    defaultSettings(),
    { gateway: { port: 0 } },
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
      for (const params of GOOD[name] ?? []) {
        expect(accepts(name, { ...(params as object), surprise: 1 }), name).toBe(false);
      }
      for (const params of [null, 'text', 7, [], [1], true, () => 1])
        expect(accepts(name, params), name).toBe(false);
      expect(accepts(name, undefined), name).toBe(GOOD[name] === undefined);
    }
  });

  it('cap every size', () => {
    const long = 'x'.repeat(257);
    expect(accepts('authLog.query', { text: long })).toBe(false);
    expect(accepts('authLog.query', { cursor: long })).toBe(false);
    expect(accepts('authLog.query', { limit: 501 })).toBe(false);
    expect(accepts('credential.rotate', { reason: 'routine', graceMs: 8 * 24 * 3_600_000 })).toBe(false);
    expect(accepts('channels.restart', { ...account, accountId: 'a'.repeat(65) })).toBe(false);
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
    { auth: { token: 'x'.repeat(32) } },
  ])('refuse a gateway setting of %j', (gateway) => {
    expect(accepts('settings.update', { gateway })).toBe(false);
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
