// What is wrong with params is said by field and rule; names that a client has made up reach neither answers, close
// reasons nor log lines with anything in them that a terminal would obey (SEC-27, SEC-49).

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const CLIENT = { id: 'gateway-client', version: '1', platform: 'linux', mode: 'backend' };

describe('connect params of a wrong type', () => {
  it.each([
    { overrides: { client: { ...CLIENT, version: 5 } }, says: 'at /client/version: must be string' },
    { overrides: { client: 'cli' }, says: 'at /client: must be object' },
    { overrides: { scopes: 'operator.read' }, says: 'at /scopes: must be array' },
    { overrides: { scopes: [null] }, says: 'at /scopes/0: must be string' },
    { overrides: { minProtocol: 3.5 }, says: 'at /minProtocol: must be integer' },
    { overrides: { auth: { token: ['x'] } }, says: 'at /auth/token: must be string' },
    { overrides: { auth: { token: null } }, says: 'at /auth/token: must be string' },
    { overrides: { permissions: { a: 'yes' } }, says: 'at /permissions/a: must be boolean' },
    {
      overrides: { client: { ...CLIENT, version: undefined } },
      says: "at /client: must have required property 'version'",
    },
  ])('are told "$says", in the answer and in the close reason', async ({ overrides, says }) => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    const reply = await client.connect(connectParams({ token: core.token(), ...overrides }));
    const message = `invalid connect params: ${says}`;
    expect(reply.error).toEqual({ code: 'INVALID_REQUEST', message });
    expect(await client.closed).toEqual({ code: 1008, reason: message });
    expect(core.attempts()).toMatchObject([{ reason: 'invalid_connect_params', answer: `1008 ${message}` }]);
  });
});

// C0, C1, a bidi override, a zero-width character, a line separator, half of a pair.
const EVIL = 'e\u0000v\u001b[31mi\u0085l\u202e\u200b\u2028\ud800!\r\n';
const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('SEC-49: a property whose name is made of control characters', () => {
  it('is named without them when it is in connect', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    const reply = await client.connect(connectParams({ token: core.token(), [EVIL]: 1 }));
    expect(reply.error?.message).toBe("invalid connect params: at root: unexpected property 'ev[31mil!'");
    const { reason } = await client.closed;
    expect(reason).toBe(reply.error?.message);
    expect(JSON.stringify(core.attempts())).not.toMatch(/\\u(?:0000|001b|0085|202e|200b|2028|d800)/i);
    expect(core.logLines().filter((line) => CONTROL.test(line))).toEqual([]);
  });

  it.each([
    { where: 'at the root', params: { [EVIL]: 1 } },
    { where: 'inside a record', params: { scopes: { [EVIL]: 1 } } },
  ])('is named without them $where of a request', async ({ params }) => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
    for (const method of [
      'health',
      'logs.tail',
      'device.token.rotate',
      'gatehouse.token.rotate',
      'cron.list',
    ]) {
      const reply = await client.request(method, params);
      expect(reply.error?.code, method).toBe('INVALID_REQUEST');
      expect(CONTROL.test(reply.error?.message ?? ''), method).toBe(false);
    }
    expect(core.logLines().filter((line) => CONTROL.test(line))).toEqual([]);
  });

  it('reaches no log line as the name of a method or the id of a request either', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
    client.send({ type: 'req', id: `id${EVIL}`, method: EVIL });
    client.send({ type: 'req', id: `id2${EVIL}`, method: `health${EVIL}` });
    expect((await client.request('health')).ok).toBe(true);
    expect(core.logLines().filter((line) => CONTROL.test(line))).toEqual([]);
  });
});
