// Texts that the gateway and cron send: finds the account that is meant, and says of a text that was not confirmed
// whether the vendor was asked at all. How it travels is the manager's and the adapters' business.

import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { cleanForeignText } from '../lib/foreign-text';
import { err, ok, type Result } from '../lib/result';
import type { ChannelAdapter } from './channel-adapter';
import type { SendError } from './channel-calls';
import type { ChannelManager } from './channel-manager';

export interface SendTarget {
  /** When absent, the only channel that can send and is set up. */
  readonly channel?: string | undefined;
  /** When absent, the account `default`, or else the channel's first. */
  readonly accountId?: string | undefined;
}

export interface SendOrder extends SendTarget {
  /** As in OutboundMessage. */
  readonly to: string;
  readonly text: string;
  readonly replyToId?: string | undefined;
  readonly idempotencyKey: string;
}

export interface FoundTarget {
  readonly channel: string;
  readonly accountId: string;
  /** Longest text of one message, in characters. */
  readonly textLimit: number;
}

export interface TargetProblem {
  readonly field: 'channel' | 'accountId';
  readonly message: string;
}

export interface Sent {
  readonly channel: string;
  readonly accountId: string;
  readonly messageId?: string;
}

export interface NotSent extends SendError {
  readonly field?: TargetProblem['field'];
  /** False: nobody was asked, so the same text may be tried again. */
  readonly wasTried: boolean;
}

/** Codes of account-sender: it has not asked the vendor. */
const NOT_TRIED: readonly unknown[] = ['not_connected', 'queue_full'];

export class Outbound {
  readonly #channels: Pick<ChannelManager, 'statuses' | 'send'>;
  readonly #adapters: readonly Pick<ChannelAdapter, 'meta' | 'textLimit'>[];

  constructor(options: {
    readonly channels: Pick<ChannelManager, 'statuses' | 'send'>;
    readonly adapters: readonly Pick<ChannelAdapter, 'meta' | 'textLimit'>[];
  }) {
    this.#channels = options.channels;
    this.#adapters = options.adapters;
  }

  /** Who would send it. That the account is connected is not asked: that is for `send` to find out. */
  find(target: SendTarget): Result<FoundTarget, TargetProblem> {
    const named = target.channel?.trim().toLowerCase() ?? '';
    const chosen = named === '' ? this.#onlyChannel() : ok(named);
    if (!chosen.ok) return chosen;
    const adapter = this.#adapters.find(({ meta }) => meta.id === chosen.value);
    const { textLimit } = adapter ?? {};
    if (adapter === undefined || textLimit === undefined) {
      return problem('channel', `unsupported channel: ${cleanForeignText(chosen.value, 64)}`);
    }
    const channel = adapter.meta.id;
    const accountId = target.accountId?.trim() || undefined;
    const account = accountOf(this.#channels.statuses(), channel, accountId);
    if (account === undefined) {
      return accountId === undefined
        ? problem('channel', `the channel ${channel} has no account`)
        : problem('accountId', `there is no account ${channel}/${cleanForeignText(accountId, 64)}`);
    }
    return receivesOnly(account)
      ? problem('accountId', `${channel}/${account.accountId} can only receive as it is set up`)
      : ok({ channel, accountId: account.accountId, textLimit });
  }

  /** Ok only when the vendor has confirmed it. Never rejects but for a bug. */
  async send(order: SendOrder): Promise<Result<Sent, NotSent>> {
    const found = this.find(order);
    if (!found.ok) {
      const { field, message } = found.error;
      const code = field === 'channel' ? 'unknown_channel' : 'unknown_account';
      return err({ code, field, message, wasTried: false });
    }
    const { channel, accountId } = found.value;
    const { to, text, replyToId, idempotencyKey } = order;
    const message = { to, text, idempotencyKey, ...(replyToId === undefined ? {} : { replyToId }) };
    const sent = await this.#channels.send(channel, accountId, message);
    if (sent.ok) return ok({ channel, accountId, ...sent.value });
    const { failure } = sent.error;
    return err({ ...sent.error, wasTried: failure !== undefined && !NOT_TRIED.includes(failure.code) });
  }

  /** In upstream's words where there is none, or more than one. */
  #onlyChannel(): Result<string, TargetProblem> {
    const canSend = this.#adapters.filter(({ textLimit }) => textLimit !== undefined);
    const ready = this.#channels
      .statuses()
      .filter((account) => account.enabled && account.configured && !receivesOnly(account));
    const ids = canSend
      .map(({ meta }) => meta.id)
      .filter((id) => ready.some(({ channel }) => channel === id));
    const [first, ...more] = ids;
    if (first === undefined)
      return problem('channel', 'Channel is required (no configured channels detected).');
    return more.length === 0
      ? ok(first)
      : problem('channel', `Channel is required when multiple channels are configured: ${ids.join(', ')}`);
  }
}

/** It is up, and there is no way to send over it: a webhook without a reply URL. */
function receivesOnly({ phase, canSend }: ChannelAccountStatus): boolean {
  return phase === 'ready' && !canSend;
}

/** The account that a call about a channel means: the named one, else `default`, else the first. */
export function accountOf(
  statuses: readonly ChannelAccountStatus[],
  channel: string,
  accountId: string | undefined,
): ChannelAccountStatus | undefined {
  const accounts = statuses.filter((status) => status.channel === channel);
  if (accountId !== undefined) return accounts.find((status) => status.accountId === accountId);
  return accounts.find((status) => status.accountId === 'default') ?? accounts[0];
}

function problem(field: TargetProblem['field'], message: string): Result<never, TargetProblem> {
  return err({ field, message });
}
