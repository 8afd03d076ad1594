import { describe, expect, it } from 'vitest';
import { announcement } from '../../electron/shell/announce';
import type { GatewayStatus } from '../../shared/model/status';
import { statusSnapshot } from '../helpers/status-snapshot';

function line(gateway: Partial<GatewayStatus>): string | undefined {
  return announcement(statusSnapshot({ gateway: { ...statusSnapshot().gateway, ...gateway } }));
}

describe('the line on the terminal', () => {
  it('says where the gateway listens and where the token is, not the token', () => {
    expect(line({})).toBe('Gatehouse is ready: ws://127.0.0.1:18789 (token: Credentials page → Copy)');
  });

  it('names who holds the port and that nothing is stopped', () => {
    expect(line({ state: 'port-taken', portOwner: { kind: 'openclaw', pid: 12 } })).toBe(
      'Gatehouse is waiting: port 18789 is taken by an OpenClaw gateway (process 12); it takes over when the port is free, nothing is stopped',
    );
    expect(line({ state: 'port-taken', portOwner: { kind: 'other', command: 'nc\u001b[31m' } })).toContain(
      'is taken by nc[31m;',
    );
    expect(line({ state: 'port-taken' })).toContain('port 18789 is taken; it takes over');
  });

  it('says why a locked credential keeps it from starting', () => {
    const credential = {
      state: 'locked',
      reason: 'unreadable',
      detail: 'credential.json is damaged',
    } as const;
    expect(announcement(statusSnapshot({ credential }))).toContain('credential.json is damaged');
  });

  it('has nothing to say on the way', () => {
    for (const state of ['starting', 'stopping', 'stopped'] as const) expect(line({ state })).toBeUndefined();
  });
});
