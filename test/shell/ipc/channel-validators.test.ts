// What the page may send about channels: strict shapes, capped sizes, and no typed text in a refusal.

import { describe, expect, it } from 'vitest';
import { validators } from '../../../electron/shell/ipc/validators';
import type { IpcCallName } from '../../../shared/ipc/contract';
import { CHANNEL_PARAMS } from './channel-params';
import { fromPage, ipcFixture } from './ipc-fixture';

const NAMES = Object.keys(CHANNEL_PARAMS) as readonly IpcCallName[];
const account = { channel: 'telegram', accountId: 'default' };
const draft = { ...account, create: true, values: {}, secrets: {} };

function accepts(name: IpcCallName, params: unknown): boolean {
  return validators[name].safeParse(params).success;
}

describe.each(NAMES)('%s', (name) => {
  it('takes what the contract allows, unchanged, and nothing else', () => {
    for (const good of CHANNEL_PARAMS[name] ?? []) {
      const result = validators[name].safeParse(good);
      expect(result.data, JSON.stringify(good)).toEqual(good);
      expect(accepts(name, { ...(good as object), surprise: 1 })).toBe(false);
    }
    for (const bad of [undefined, null, 'text', 7, [], {}]) expect(accepts(name, bad)).toBe(false);
  });
});

it.each([
  ['channels.save', { ...draft, name: 'n'.repeat(81) }],
  ['channels.save', { ...draft, values: { appId: 'x'.repeat(513) } }],
  ['channels.save', { ...draft, unchecked: false }],
  ['channels.check', { ...draft, unchecked: true }],
  ['channels.check', { ...draft, secrets: { botToken: 'x'.repeat(4_097) } }],
  ['channels.check', { ...draft, secrets: { 'bot.token': 'x' } }],
  ['channels.check', { ...draft, secrets: { botToken: 7 } }],
  [
    'channels.check',
    { ...draft, values: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`f${at}`, ''])) },
  ],
  ['channels.check', { ...draft, accountId: 'Has Space' }],
  ['login.wait', { sessionKey: 'k'.repeat(129) }],
  ['login.wait', { sessionKey: 'k', code: '1'.repeat(33) }],
  ['messages.query', { ...account, conversationId: 'c'.repeat(513), limit: 1 }],
  ['messages.query', { ...account, conversationId: 'c', limit: 201 }],
  ['messages.send', { ...account, to: 'c', text: 'x'.repeat(32_769) }],
  ['messages.send', { ...account, to: '', text: 'x' }],
] as const)('%s refuses what is too large or of another form (%#)', (name, params) => {
  expect(accepts(name, params)).toBe(false);
});

it('no key comes through that could reach a prototype', () => {
  const values: unknown = JSON.parse('{"__proto__":{"isAdmin":true}}');
  const { data } = validators['channels.check'].safeParse({ ...draft, values });
  expect(JSON.stringify(data ?? {})).not.toMatch(/__proto__|isAdmin/);
});

it('a refused draft leaves what was typed out of answer and log, and names the field', async () => {
  const { server, log } = ipcFixture();
  const secrets = { botToken: `marker-${'x'.repeat(5_000)}` };
  const reply = await server.answer(fromPage(), 'channels.save', { ...draft, secrets });
  expect(reply).toMatchObject({ error: { code: 'invalid_params', field: 'secrets.botToken' } });
  expect(JSON.stringify([reply, log])).not.toContain('marker-');
});
