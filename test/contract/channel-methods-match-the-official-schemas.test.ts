// Params of send, channels.* and web.login.* against the validators of @openclaw/gateway-protocol 2026.9.1. The field
// `channel` of web.login.* and `sessionKey` of its wait came with 2026.9.6, which its command line sends.

import * as protocol from '@openclaw/gateway-protocol';
import { CronAddParamsSchema, CronJobSchema, CronRunLogEntrySchema } from '@openclaw/gateway-protocol/schema';
import { describe, expect, it } from 'vitest';
import { channelsMethods } from '../../shared/protocol/methods/channels';
import { cronMethods } from '../../shared/protocol/methods/cron';
import { bench, HOUR, jobInput } from '../core/cron/harness';
import { schemaErrors } from '../helpers/official-schema';
import { ScriptedChannels } from '../helpers/scripted-channels';

const OFFICIAL = {
  send: protocol.validateSendParams,
  'channels.start': protocol.validateChannelsStartParams,
  'channels.stop': protocol.validateChannelsStopParams,
  'channels.logout': protocol.validateChannelsLogoutParams,
  'web.login.start': protocol.validateWebLoginStartParams,
  'web.login.wait': protocol.validateWebLoginWaitParams,
};

const minimal = { to: 'C1', idempotencyKey: 'k' };
const PARAMS: readonly { readonly method: keyof typeof OFFICIAL; readonly params: unknown }[] = [
  ...[
    minimal,
    { ...minimal, message: 'm', channel: 'slack', accountId: 'a', replyToId: 'r', threadId: 't' },
    { ...minimal, mediaUrl: 'u', mediaUrls: ['u'], buffer: 'b', filename: 'f', contentType: 'c' },
    { ...minimal, asVoice: true, gifPlayback: false, forceDocument: true, silent: true, parseMode: 'HTML' },
    { ...minimal, agentId: 'main', sessionKey: 's' },
    { ...minimal, to: '' },
    { ...minimal, idempotencyKey: '' },
    { ...minimal, parseMode: 'Markdown' },
    { ...minimal, mediaUrls: 'u' },
    { ...minimal, message: 5 },
    { ...minimal, silent: 'yes' },
    { ...minimal, extra: 1 },
    { to: 'C1' },
    { idempotencyKey: 'k' },
    {},
  ].map((params) => ({ method: 'send' as const, params })),
  ...(['channels.start', 'channels.stop', 'channels.logout'] as const).flatMap((method) =>
    [
      { channel: 'slack' },
      { channel: 'slack', accountId: '' },
      { channel: '' },
      { channel: 5 },
      { channel: 'slack', accountId: null },
      { channel: 'slack', all: true },
      {},
    ].map((params) => ({ method, params })),
  ),
  ...[
    {},
    { force: true, timeoutMs: 0, verbose: false, accountId: 'a' },
    { timeoutMs: -1 },
    { timeoutMs: 1.5 },
    { force: 'yes' },
    { extra: 1 },
  ].map((params) => ({ method: 'web.login.start' as const, params })),
  ...[
    {},
    { timeoutMs: 120_000, accountId: '', currentQrDataUrl: 'data:image/png;base64,AAAA' },
    { currentQrDataUrl: 'data:image/svg+xml;base64,AAAA' },
    { currentQrDataUrl: `data:image/png;base64,${'A'.repeat(16_384)}` },
    { currentQrDataUrl: 5 },
    { force: true },
  ].map((params) => ({ method: 'web.login.wait' as const, params })),
];

describe('params of channel methods', () => {
  it.each(PARAMS)('$method $params: our verdict is the official one', ({ method, params }) => {
    expect(channelsMethods[method].params.safeParse(params).success).toBe(OFFICIAL[method](params));
  });

  it('also take what 2026.9.6 added', () => {
    const { params: start } = channelsMethods['web.login.start'];
    const { params: wait } = channelsMethods['web.login.wait'];
    expect(start.safeParse({ channel: 'openclaw-weixin' }).success).toBe(true);
    expect(wait.safeParse({ channel: 'openclaw-weixin', sessionKey: 's' }).success).toBe(true);
  });
});

it('jobs that announce, and their runs, are officially valid', async () => {
  const channels = new ScriptedChannels({ channel: 'slack', accountId: 'work' });
  const { cron, clock, event } = await bench({ outbound: channels.outbound });
  const target = { mode: 'announce', channel: 'slack', accountId: 'work', to: 'C1' } as const;
  const input = jobInput({
    delivery: { ...target, bestEffort: true },
    failureAlert: { ...target, after: 2 },
  });
  expect(schemaErrors(CronAddParamsSchema, input)).toEqual([]);
  expect(cronMethods['cron.add'].params.safeParse(input).success).toBe(true);
  await cron.add(input);
  clock.advance(HOUR);
  await event((each) => each.action === 'finished');
  for (const job of cron.list().jobs) expect(schemaErrors(CronJobSchema, job)).toEqual([]);
  const { entries } = await cron.runs();
  expect(entries).toMatchObject([{ deliveryStatus: 'delivered' }]);
  for (const entry of entries) expect(schemaErrors(CronRunLogEntrySchema, entry)).toEqual([]);
});
