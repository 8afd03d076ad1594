// REL-81: what comes instead of a vendor's answer, played to every channel that asks one: a name that is not found, a
// certificate that is not trusted, every kind of status, a page instead of JSON. Each leads to its class and its wait.

import { describe, expect, it } from 'vitest';
import { builtinAdapters } from '../../electron/core/channels/adapters';
import type { ChannelAdapter, EpochFailure } from '../../electron/core/channels/channel-adapter';
import type { ChannelNet, HttpReply } from '../../electron/core/channels/net/channel-net';
import { networkFailure, timeoutFailure, tooLargeFailure } from '../../electron/core/channels/net/failures';
import { err, ok, type Result } from '../../electron/core/lib/result';
import type { ChannelKind } from '../../shared/model/channel-kinds';
import { channelKind, secretKeys, vaultNameOf } from '../../shared/model/channel-kinds';
import { MemoryVault, managerHarness, settle } from '../helpers/channel-doubles';

type Answer = Result<HttpReply, EpochFailure>;

const HOST = 'vendor.example';
const MARK = 'header-of-a-proxy';

const reply = (status: number, text = '', headers: HttpReply['headers'] = {}): Answer =>
  ok({ status, headers: { 'x-from': MARK, ...headers }, text });
const systemError = (code: string): Answer =>
  err(networkFailure(Object.assign(new Error('scripted'), { code }), HOST));
const slow = { 'retry-after': '70' };
const page = '<html>log in to this network</html>';

const CASES: readonly (readonly [string, Answer, EpochFailure['class'], number])[] = [
  ['a name that is not found', systemError('ENOTFOUND'), 'network', 750],
  ['a certificate that is not trusted', systemError('DEPTH_ZERO_SELF_SIGNED_CERT'), 'network', 750],
  ['a refused connection', systemError('ECONNREFUSED'), 'network', 750],
  ['no answer', err(timeoutFailure(HOST, 10_000)), 'network', 750],
  ['an answer without end', err(tooLargeFailure(HOST, 1_048_576)), 'protocol', 750],
  ['403 with a page', reply(403, page), 'permission', 54_000],
  ['404 with a page', reply(404, page), 'protocol', 750],
  ['429 with its delay', reply(429, '', slow), 'rate_limited', 70_000],
  [
    '429 with its delay and JSON of somebody else',
    reply(429, '{"message":"slow"}', slow),
    'rate_limited',
    70_000,
  ],
  ['429 without a delay', reply(429), 'rate_limited', 60_000],
  ['500 with a page', reply(500, page), 'server', 750],
  ['502 without a body', reply(502), 'server', 750],
  ['503 with JSON of somebody else', reply(503, '{"message":"down"}'), 'server', 750],
  ['a redirect', reply(302, '', { location: 'https://elsewhere.example/' }), 'protocol', 750],
  ['a page instead of JSON', reply(200, page, { 'content-type': 'text/html' }), 'protocol', 750],
  ['nothing', reply(200), 'protocol', 750],
  ['JSON that is no object', reply(200, '[1]'), 'protocol', 750],
  ['JSON with nothing in it', reply(200, '{}'), 'protocol', 750],
];
/** Their first word is a WebSocket's: of an upgrade that was refused only a wish to slow down is told apart. */
const UPGRADES: readonly string[] = ['wecom'];

/** Every request gets `answer`, an upgrade the failure that the real net makes of it. */
function answering(answer: Answer): ChannelNet {
  return {
    http: async () => answer,
    connect: async () => {
      if (!answer.ok) return answer;
      const { status, headers } = answer.value;
      const failureClass = status >= 500 ? 'server' : 'protocol';
      const message = `${HOST} refused the connection (HTTP ${status})`;
      return err({ class: failureClass, code: status, message, response: { status, headers } });
    },
  };
}

async function startedWith(adapter: ChannelAdapter, answer: Answer) {
  const { id } = adapter.meta;
  const kind = channelKind(id) as ChannelKind;
  const texts = kind.fields.filter((field) => field.kind === 'text').map(({ key }) => [key, '1234567']);
  const secrets = secretKeys(id).map((key) => [vaultNameOf(id, 'main', key), `${key}-of-${id}`]);
  const harness = managerHarness([adapter], {
    settings: { channels: { [id]: { accounts: { main: Object.fromEntries(texts) } } } },
    vault: new MemoryVault(Object.fromEntries(secrets)),
    net: answering(answer),
  });
  await harness.manager.start();
  for (let turn = 0; turn < 10; turn += 1) await settle();
  return harness;
}

const outbound = builtinAdapters.filter(({ policy }) => policy.direction === 'outbound');

describe.each(outbound.map((adapter) => [adapter.meta.id, adapter] as const))('%s', (id, adapter) => {
  it.each(CASES)('REL-81: takes %s for what it is, and waits', async (_name, answer, known, waitMs) => {
    const { clock, manager, status } = await startedWith(adapter, answer);
    const { phase, word, connected, lastError, nextRetryAt = 0 } = status('main');
    expect({ phase, word, connected }).toEqual({ phase: 'backoff', word: 'retrying', connected: false });
    const isRefused = answer.ok && answer.value.status !== 429;
    const foreign = UPGRADES.includes(id) && isRefused && known !== 'server';
    // Who asks another address than Telegram's has it in the settings: that is where to look.
    const isOwnRoot = id === 'telegram' && answer.ok && [302, 403, 404].includes(answer.value.status);
    const expected = foreign ? 'protocol' : isOwnRoot ? 'config' : known;
    expect(lastError?.class).toBe(expected);
    expect(nextRetryAt - clock.now()).toBeGreaterThanOrEqual(foreign ? 750 : isOwnRoot ? 54_000 : waitMs);
    expect(lastError?.message).toMatch(/\w+ \w+/);
    expect(JSON.stringify(manager.statuses())).not.toContain(MARK);
    await manager.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('REL-81: takes 401 for a refused credential where there is one in the request', async () => {
    const { manager, pass, status } = await startedWith(adapter, reply(401, '{}'));
    // Once more at once, for a token that has run out.
    await pass(20);
    const { phase, lastError } = status('main');
    const isShown = !UPGRADES.includes(id) && id !== 'telegram';
    expect([phase, lastError?.class === 'auth']).toEqual(isShown ? ['blocked', true] : ['backoff', false]);
    await manager.stop();
  });
});
