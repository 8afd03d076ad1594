// Channels without vendors, as Outbound asks them: accounts that a test lists, and answers that it chooses.

import type { OutboundMessage } from '../../electron/core/channels/channel-adapter';
import type { SendError } from '../../electron/core/channels/channel-calls';
import { Outbound } from '../../electron/core/channels/outbound';
import { err, ok, type Result } from '../../electron/core/lib/result';
import type { ChannelAccountStatus } from '../../shared/model/channel';
import { channelStatus } from './status-snapshot';

export interface SentText extends OutboundMessage {
  readonly channel: string;
  readonly accountId: string;
}

type Answer = Result<{ readonly messageId?: string }, SendError>;

export class ScriptedChannels {
  /** What was asked for, in order. */
  readonly asked: SentText[] = [];
  accounts: readonly ChannelAccountStatus[];
  /** One for each call; the last one stays. */
  answers: readonly (Answer | Promise<Answer>)[] = [ok({ messageId: 'm-1' })];
  readonly outbound: Outbound;

  /** `slack` takes 40 characters, `feishu` 20,000, `deaf` only receives. */
  constructor(...accounts: readonly Partial<ChannelAccountStatus>[]) {
    this.accounts = accounts.map((account) => channelStatus({ canSend: true, ...account }));
    const meta = (id: string) => ({ id, label: id, detailLabel: id, systemImage: 'bolt', order: 1 });
    this.outbound = new Outbound({
      channels: {
        statuses: () => this.accounts,
        send: async (channel, accountId, message) => {
          this.asked.push({ channel, accountId, ...message });
          const answer = this.answers[Math.min(this.asked.length, this.answers.length) - 1];
          if (answer === undefined) throw new Error('no answer');
          return answer;
        },
      },
      adapters: [
        { meta: meta('slack'), textLimit: 40 },
        { meta: meta('feishu'), textLimit: 20_000 },
        { meta: meta('deaf') },
      ],
    });
  }
}

/** The vendor's refusal, as the manager hands it on. */
export function notSent(failure: NonNullable<SendError['failure']>): Answer {
  return err({ code: 'not_sent', message: failure.message, failure });
}

export const NOT_CONNECTED = notSent({
  class: 'network',
  code: 'not_connected',
  message: 'the channel is not connected now, nothing was sent',
});
