// Which account a text goes over, and what is said of one that did not go.

import { describe, expect, it } from 'vitest';
import { err, ok } from '../../../electron/core/lib/result';
import { NOT_CONNECTED, notSent, ScriptedChannels } from '../../helpers/scripted-channels';

const order = { to: 'C1', text: 'tea', idempotencyKey: 'k' };

describe('the account that is meant', () => {
  it('is the named one, in whatever letters the channel is written', async () => {
    const channels = new ScriptedChannels({ channel: 'slack' }, { channel: 'slack', accountId: 'work' });
    const sent = await channels.outbound.send({
      ...order,
      channel: ' Slack ',
      accountId: 'work',
      replyToId: 'r',
    });
    expect(sent).toEqual(ok({ channel: 'slack', accountId: 'work', messageId: 'm-1' }));
    expect(channels.asked).toEqual([{ ...order, channel: 'slack', accountId: 'work', replyToId: 'r' }]);
  });

  it('is the default one, or else the first', () => {
    const first = new ScriptedChannels(
      { channel: 'slack', accountId: 'b' },
      { channel: 'slack', accountId: 'a' },
    );
    expect(first.outbound.find({ channel: 'slack' })).toMatchObject({
      value: { accountId: 'b', textLimit: 40 },
    });
    const both = new ScriptedChannels({ channel: 'slack', accountId: 'b' }, { channel: 'slack' });
    expect(both.outbound.find({ channel: 'slack', accountId: '  ' })).toMatchObject({
      value: { accountId: 'default' },
    });
  });

  it('needs no channel while only one can send', () => {
    const only = new ScriptedChannels(
      { channel: 'deaf' },
      { channel: 'feishu', accountId: 'x' },
      { channel: 'slack', enabled: false, phase: 'disabled', canSend: false },
    );
    expect(only.outbound.find({})).toMatchObject({ value: { channel: 'feishu', accountId: 'x' } });
  });

  it.each([
    [[], {}, 'channel', 'Channel is required (no configured channels detected).'],
    [
      [{ channel: 'slack' }, { channel: 'feishu' }],
      {},
      'channel',
      'Channel is required when multiple channels are configured: slack, feishu',
    ],
    [[{ channel: 'slack' }], { channel: 'telex\u202e' }, 'channel', 'unsupported channel: telex'],
    [[{ channel: 'deaf' }], { channel: 'deaf' }, 'channel', 'unsupported channel: deaf'],
    [[], { channel: 'slack' }, 'channel', 'the channel slack has no account'],
    [
      [{ channel: 'slack' }],
      { channel: 'slack', accountId: 'x\n' },
      'accountId',
      'there is no account slack/x',
    ],
    [
      [{ channel: 'slack', phase: 'ready', canSend: false }],
      { channel: 'slack' },
      'accountId',
      'slack/default can only receive as it is set up',
    ],
  ] as const)('%j with %j is refused: %s', async (accounts, target, field, message) => {
    const channels = new ScriptedChannels(...accounts);
    expect(channels.outbound.find(target)).toEqual(err({ field, message }));
    expect(await channels.outbound.send({ ...order, ...target })).toMatchObject({
      ok: false,
      error: { message, field, wasTried: false },
    });
    expect(channels.asked).toEqual([]);
  });
});

describe('a text that was not confirmed', () => {
  it.each([
    [NOT_CONNECTED, false],
    [notSent({ class: 'rate_limited', code: 'queue_full', message: 'full' }), false],
    [notSent({ class: 'network', code: 'unknown_outcome', message: 'late' }), true],
    [notSent({ class: 'permission', code: 230_002, message: 'the bot is not in the chat' }), true],
    [err({ code: 'invalid', message: 'the text is empty' } as const), false],
    [err({ code: 'stopped', message: 'the channels are stopped' } as const), false],
  ])('%j: was the vendor asked? %s', async (answer, wasTried) => {
    const channels = new ScriptedChannels({ channel: 'slack' });
    channels.answers = [answer];
    expect(await channels.outbound.send(order)).toEqual(
      answer.ok ? answer : err({ ...answer.error, wasTried }),
    );
  });
});
