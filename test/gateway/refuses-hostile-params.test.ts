// Every method against params that nobody sends by accident: one error in upstream's words, no echo, no stack, and
// a connection that goes on (SEC-48, SEC-49; REL-48, REL-50).

import { describe, expect, it } from 'vitest';
import type { MethodSpec } from '../../shared/protocol/method-spec';
import type { MethodName } from '../../shared/protocol/methods';
import { METHODS } from '../../shared/protocol/methods';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const CANARY = 'canary-5f1c2b';
const NAMES = Object.keys(METHODS) as MethodName[];

/** As raw JSON text, because some of it no object can hold. */
const HOSTILE: readonly { readonly what: string; readonly params: string }[] = [
  { what: 'null', params: 'null' },
  { what: 'a string', params: `"${CANARY}"` },
  { what: 'a number', params: '1e308' },
  { what: 'true', params: 'true' },
  { what: 'an array', params: `["${CANARY}"]` },
  { what: 'an unknown property', params: `{"${CANARY.slice(0, 6)}":{"deep":["${CANARY}"]}}` },
  { what: 'a huge string under every known name', params: 'HUGE' },
  { what: 'a wrong type under every known name', params: 'WRONG' },
];

/** Top-level property names of the params, as far as the schema is an object. */
function propertiesOf(name: MethodName): readonly string[] {
  let schema: unknown = METHODS[name].params;
  for (;;) {
    const { shape, unwrap } = schema as { shape?: object; unwrap?: () => unknown };
    if (shape !== undefined) return Object.keys(shape);
    if (unwrap === undefined) return [];
    schema = (schema as { unwrap: () => unknown }).unwrap();
  }
}

function isOpen(name: MethodName): boolean {
  return (METHODS[name] as MethodSpec).params.safeParse({ ...required(name), surprise: 1 }).success;
}

function required(name: MethodName): Record<string, unknown> {
  if (name === 'wake') return { mode: 'now', text: 'x' };
  return name === 'system-event' ? { text: 'x' } : {};
}

function bodyFor(name: MethodName, params: string): string | undefined {
  const names = propertiesOf(name);
  if (params !== 'HUGE' && params !== 'WRONG') return params;
  if (names.length === 0) return undefined;
  const value = params === 'HUGE' ? CANARY.repeat(12_000) : { [CANARY]: [CANARY] };
  return JSON.stringify(Object.fromEntries(names.map((each) => [each, value])));
}

async function admin() {
  const core = await startTestCore();
  const client = await TestClient.open(core.url);
  // Protocol 3 counts two methods as control-plane writes, so that none is refused for its number here.
  const protocol = { minProtocol: 3, maxProtocol: 3 };
  await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'], ...protocol }));
  let count = 0;
  return {
    core,
    client,
    ask: (method: string, params: string) => {
      count += 1;
      client.send(`{"type":"req","id":"h${count}","method":${JSON.stringify(method)},"params":${params}}`);
      return client.frame((frame) => frame.id === `h${count}`);
    },
  };
}

describe.each(HOSTILE)('params that are $what (SEC-48, SEC-49)', ({ what, params }) => {
  it('get one error from every method, in upstream’s words, that repeats nothing', async () => {
    const { core, client, ask } = await admin();
    let asked = 0;
    for (const name of NAMES) {
      const body = bodyFor(name, params);
      if (body === undefined || (what === 'an unknown property' && isOpen(name) && name !== 'wake')) continue;
      const reply = await ask(name, body);
      asked += 1;
      expect(reply, name).toMatchObject({ ok: false });
      expect(reply.error?.code, name).toBe('INVALID_REQUEST');
      expect(reply.error?.message, name).toMatch(
        new RegExp(`^invalid ${name.replaceAll('.', '\\.')} params: (?:at|must) `),
      );
      expect(reply.error?.message.length, name).toBeLessThan(300);
    }
    expect(asked).toBeGreaterThan(NAMES.length / 2);
    const answers = client.frames.filter((frame) => frame.id?.startsWith('h'));
    expect(answers).toHaveLength(asked);
    const said = JSON.stringify(answers);
    expect(said).not.toContain(CANARY);
    expect(said).not.toMatch(/ at \S+\.(ts|js|cjs):\d+/);
    expect((await client.request('health')).ok).toBe(true);
    expect(core.logLines().join('\n')).not.toContain(CANARY);
  });
});

it.each([
  { what: 'too deep', params: `{"a":${'['.repeat(70)}${']'.repeat(70)}}` },
  { what: 'too many', params: `{"a":[0${',0'.repeat(10_001)}]}` },
])(
  'params that are $what get one error from every method, under the id of the request',
  async ({ params }) => {
    const { client, ask } = await admin();
    for (const name of [...NAMES, 'no.such.method']) {
      const message = 'invalid request frame';
      expect((await ask(name, params)).error, name).toEqual({ code: 'INVALID_REQUEST', message });
    }
    expect(client.frames.filter(({ type }) => type === 'res')).toHaveLength(NAMES.length + 2);
    expect((await client.request('health')).ok).toBe(true);
  },
);

it.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'])(
  'a method named %s is unknown, and a param of that name is refused (REL-50)',
  async (name) => {
    const { client, ask } = await admin();
    expect((await ask(name, '{}')).error?.message).toBe(`unknown method: ${name}`);
    const poisoned = await ask('status', `{${JSON.stringify(name)}:{"polluted":true}}`);
    expect(poisoned.error?.code).toBe('INVALID_REQUEST');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((await client.request('health')).ok).toBe(true);
  },
);

it('open params let unknown properties pass and do nothing with them (SEC-48)', async () => {
  const { client, ask } = await admin();
  expect((await ask('system-event', `{"text":"x","${CANARY}":1}`)).payload).toEqual({ ok: true });
  expect(JSON.stringify((await client.request('system-presence')).payload)).not.toContain(CANARY);
});

it.each([
  { method: 'system-event', params: '{}', says: "must have required property 'text'" },
  { method: 'gatehouse.token.adopt', params: '{}', says: "must have required property 'token'" },
  { method: 'system-event', params: '{"text":5}', says: 'at /text: must be string' },
  { method: 'logs.tail', params: '{"limit":1.5}', says: 'at /limit: must be integer' },
  { method: 'health', params: '{"probe":"yes"}', says: 'at /probe: must be boolean' },
  { method: 'health', params: '[]', says: 'must be object' },
  {
    method: 'wake',
    params: '{"mode":"never","text":"x"}',
    says: 'at /mode: must be equal to one of the allowed values',
  },
])('$method with $params is told "$says"', async ({ method, params, says }) => {
  const { ask } = await admin();
  expect((await ask(method, params)).error?.message).toBe(`invalid ${method} params: ${says}`);
});
