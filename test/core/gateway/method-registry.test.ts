// The order in which a request is judged (protocol section 5): role and scope, availability, budget, existence,
// params, handler; and what each refusal says.

import { describe, expect, it } from 'vitest';
import { ControlPlaneBudget } from '../../../electron/core/gateway/auth/control-plane-budget';
import type { Caller, MethodHandlers } from '../../../electron/core/gateway/methods/method-registry';
import { MethodRegistry } from '../../../electron/core/gateway/methods/method-registry';
import type { Logger } from '../../../electron/core/lib/logger-port';
import { ok } from '../../../electron/core/lib/result';
import type { MethodName } from '../../../shared/protocol/methods';
import { METHODS } from '../../../shared/protocol/methods';
import { OPERATOR_SCOPES } from '../../../shared/protocol/scopes';
import { FakeClock } from '../../helpers/fake-clock';

const NAMES = Object.keys(METHODS) as MethodName[];

function registry() {
  const clock = new FakeClock();
  const warnings: unknown[] = [];
  const logger = { warn: (_event: string, fields: unknown) => warnings.push(fields) } as unknown as Logger;
  const state = { serving: true };
  const handlers = Object.fromEntries(NAMES.map((name) => [name, () => ok(`did ${name}`)]));
  const methods = new MethodRegistry({
    handlers: handlers as unknown as MethodHandlers,
    budget: new ControlPlaneBudget({ clock }),
    isServing: () => state.serving,
    logger,
  });
  const call = (method: string, params: unknown = undefined, caller: Partial<Caller> = {}) =>
    methods.dispatch(method, params, {
      connId: 'c',
      budgetKey: 'c',
      directLocal: true,
      signal: new AbortController().signal,
      principal: {
        protocol: 4,
        role: 'operator',
        scopes: ['operator.admin'],
        generation: 1,
        method: 'token',
      },
      ...caller,
    });
  return { clock, warnings, state, call };
}

const NODE = {
  principal: { protocol: 4, role: 'node', scopes: [], generation: 1 },
} as unknown as Partial<Caller>;
const NOBODY = {
  principal: { protocol: 4, role: 'operator', scopes: [], generation: 1 },
} as unknown as Partial<Caller>;

describe('a request', () => {
  it('of a node is refused for its role before anything else', () => {
    const { call, state } = registry();
    state.serving = false;
    expect(call('no.such', 1, NODE)).toMatchObject({ error: { message: 'unauthorized role: node' } });
  });

  it('without the scope is refused for that before availability, existence and params', () => {
    const { call, state } = registry();
    state.serving = false;
    expect(call('status', 1, NOBODY)).toMatchObject({ error: { message: 'missing scope: operator.read' } });
    expect(call('no.such', 1, NOBODY)).toMatchObject({ error: { message: 'missing scope: operator.admin' } });
  });

  it('is answered `gateway starting` while the gateway does not serve, `health` excepted', () => {
    const { call, state } = registry();
    state.serving = false;
    expect(call('status')).toMatchObject({
      error: { code: 'UNAVAILABLE', retryable: true, retryAfterMs: 500 },
    });
    expect(call('health')).toMatchObject({ ok: true });
  });

  it('to a method that does not exist says so, however it is called', () => {
    const { call } = registry();
    expect(call('no.such', 1)).toMatchObject({ error: { message: 'unknown method: no.such' } });
    expect(call('constructor')).toMatchObject({ error: { message: 'unknown method: constructor' } });
  });

  it('with bad params never reaches its handler', () => {
    const { call } = registry();
    expect(call('health', { probe: 'yes' })).toMatchObject({
      error: { code: 'INVALID_REQUEST', message: 'invalid health params: at /probe: must be boolean' },
    });
    expect(call('health', { probe: true })).toEqual({ ok: true, value: 'did health' });
  });
});

/** By hand from the protocol page, section 3.9 and appendix B, and from what settled our own need. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  none: ['health'],
  'operator.read': [
    ...[
      'status',
      'channels.status',
      'system-presence',
      'gateway.identity.get',
      'logs.tail',
      'last-heartbeat',
    ],
    ...['diagnostics.stability', 'agents.list', 'sessions.list', 'node.list', 'models.list', 'skills.status'],
    ...['config.get', 'config.schema.lookup', 'cron.list', 'cron.status', 'cron.get', 'cron.runs'],
    'gatehouse.messages.query',
  ],
  'operator.write': ['wake', 'send'],
  'operator.admin': [
    ...['system-event', 'channels.start', 'channels.stop', 'channels.logout', 'web.login.start'],
    ...['web.login.wait', 'config.set', 'config.apply', 'config.patch', 'secrets.reload', 'cron.add'],
    ...['cron.update', 'cron.remove', 'cron.run', 'gatehouse.token.rotate', 'gatehouse.token.adopt'],
    'gatehouse.authlog.query',
  ],
  'operator.pairing': [
    ...['device.pair.list', 'device.pair.approve', 'device.pair.reject', 'device.pair.remove'],
    ...['device.token.rotate', 'device.token.revoke'],
  ],
};

function neededFor(method: string, protocol: 3 | 4): string {
  if (method === 'config.schema') return protocol === 3 ? 'operator.admin' : 'operator.read';
  return Object.keys(NEEDED).find((scope) => NEEDED[scope]?.includes(method)) ?? 'operator.admin';
}

describe('SEC-15: every method with every scope', () => {
  it('is in the table', () => {
    expect([...Object.values(NEEDED).flat(), 'config.schema'].sort()).toEqual([...NAMES].sort());
  });

  it.each([3, 4] as const)('is refused in protocol %d unless the scope is the one it needs', (protocol) => {
    for (const method of [...NAMES, 'no.such.method', 'chat.send', 'toString']) {
      const needed = neededFor(method, protocol);
      const enough =
        needed === 'operator.read'
          ? ['operator.read', 'operator.write', 'operator.admin']
          : [needed, 'operator.admin'];
      for (const scope of [undefined, ...OPERATOR_SCOPES, 'operator.root', '*']) {
        const { call } = registry();
        const scopes = scope === undefined ? [] : [scope];
        const principal = { protocol, role: 'operator', scopes, generation: 1, method: 'token' };
        const result = call(method, 'nonsense', { principal } as unknown as Partial<Caller>);
        const message = result instanceof Promise || result.ok ? 'answered' : result.error.message;
        const isLetIn = needed === 'none' || (scope !== undefined && enough.includes(scope));
        if (isLetIn) expect(message, `${method} ${scope}`).not.toContain('missing scope');
        else expect(message, `${method} ${scope}`).toBe(`missing scope: ${needed}`);
      }
    }
  });
});

describe('a control-plane write', () => {
  const write = 'config.patch';

  it('is refused the fourth time in a minute, before its params are looked at, with upstream’s text', () => {
    const { clock, call, warnings } = registry();
    for (let index = 0; index < 3; index += 1) {
      expect(call(write, 'nonsense')).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
    }
    clock.advance(1_500);
    expect(call(write, 'nonsense')).toEqual({
      ok: false,
      error: {
        code: 'UNAVAILABLE',
        message: `rate limit exceeded for ${write}; retry after 59s`,
        details: { method: write, limit: '3 per 60s' },
        retryable: true,
        retryAfterMs: 58_500,
      },
    });
    expect(warnings).toEqual([
      { message: `control-plane write rate-limited method=${write} retryAfterMs=58500 key=c` },
    ]);
    expect(call(write, 'nonsense', { budgetKey: 'other' })).toMatchObject({
      error: { code: 'INVALID_REQUEST' },
    });
    expect(call('health')).toMatchObject({ ok: true });
    clock.advance(58_500);
    expect(call(write, 'nonsense')).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
  });

  it('of cron counts in protocol 4 and not in protocol 3, as upstream has it', () => {
    const { call } = registry();
    const old = { principal: { protocol: 3, role: 'operator', scopes: ['operator.admin'], generation: 1 } };
    for (let index = 0; index < 9; index += 1) {
      expect(call('cron.remove', 'nonsense', old as unknown as Partial<Caller>)).toMatchObject({
        error: { code: 'INVALID_REQUEST' },
      });
    }
    for (let index = 0; index < 3; index += 1) void call('cron.remove', 'nonsense');
    expect(call('cron.remove', 'nonsense')).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  });

  it('that is refused for its scope costs nothing', () => {
    const { call } = registry();
    for (let index = 0; index < 5; index += 1) void call(write, {}, NOBODY);
    expect(call(write, 'nonsense')).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
  });
});
