// What is wrong with params in the words of upstream's own validators. The texts were taken from those of 2026.4.29
// and 2026.9.6, given the same params.

import { describe, expect, it } from 'vitest';
import { connectParamsSchema } from '../../../shared/protocol/connect';
import type { MethodName } from '../../../shared/protocol/methods';
import { METHODS } from '../../../shared/protocol/methods';
import { describeParamsError } from '../../../shared/protocol/params-text';
import type { ProtocolVersion } from '../../../shared/protocol/version';
import { connectParams } from '../../helpers/ws-client';

function told(method: MethodName | 'connect', params: unknown, protocol: ProtocolVersion = 4) {
  const schema = method === 'connect' ? connectParamsSchema : METHODS[method].params;
  const { error } = schema.safeParse(params, { reportInput: true });
  return error && describeParamsError(error, protocol);
}

const CLIENT = { id: 'cli', version: '1', platform: 'linux', mode: 'cli' };

describe('params that are wrong', () => {
  it.each<[MethodName | 'connect', unknown, string]>([
    ['wake', {}, "must have required property 'mode'"],
    ['wake', undefined, 'must be object'],
    ['wake', [], 'must be object'],
    ['logs.tail', 'x', 'must be object'],
    ['logs.tail', { limit: 6_000 }, 'at /limit: must be <= 5000'],
    ['logs.tail', { limit: 0 }, 'at /limit: must be >= 1'],
    ['logs.tail', { limit: 1.5 }, 'at /limit: must be integer'],
    ['logs.tail', { zzz: 1 }, "at root: unexpected property 'zzz'"],
    ['cron.list', { limit: 500 }, 'at /limit: must be <= 200'],
    ['cron.runs', { statuses: [] }, 'at /statuses: must not have fewer than 1 items'],
    ['device.pair.approve', { requestId: 5 }, 'at /requestId: must be string'],
    ['device.token.rotate', { deviceId: 'x' }, "must have required property 'role'"],
    ['config.schema.lookup', { path: 'é' }, 'at /path: must match pattern "^[A-Za-z0-9_./[\\]\\-*]+$"'],
    ['channels.start', {}, "must have required property 'channel'"],
    [
      'connect',
      connectParams({ client: { ...CLIENT, id: 'nobody' } }),
      'at /client/id: must be equal to one of the allowed values',
    ],
    [
      'connect',
      connectParams({ client: { ...CLIENT, version: undefined } }),
      "at /client: must have required property 'version'",
    ],
    ['connect', connectParams({ minProtocol: 0 }), 'at /minProtocol: must be >= 1'],
  ])('%s with %j: %s', (method, params, text) => {
    expect(told(method, params)).toBe(text);
  });

  it.each<[MethodName, unknown, string]>([
    ['wake', { mode: 'now', text: '' }, 'at /text: must NOT have fewer than 1 characters'],
    ['cron.runs', { statuses: Array(4).fill('ok') }, 'at /statuses: must NOT have more than 3 items'],
    [
      'config.schema.lookup',
      { path: 'a'.repeat(2_000) },
      'at /path: must NOT have more than 1024 characters',
    ],
  ])('%s with %j: %s in protocol 3, and in 4 as its validators have it', (method, params, text) => {
    expect(told(method, params, 3)).toBe(text);
    expect(told(method, params, 4)).toBe(text.replace('NOT', 'not'));
  });
});
