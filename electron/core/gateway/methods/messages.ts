// `send` (protocol section 5.6): one text over one channel, with the vendor's own words when it fails; and
// `gatehouse.messages.query` (settled "Methods of ours"): what was said, newest first.

import type { FailureClass } from '../../../../shared/model/channel';
import type { WireError } from '../../../../shared/protocol/error-codes';
import { invalidRequest } from '../../../../shared/protocol/error-codes';
import type { MethodParams } from '../../../../shared/protocol/methods';
import type { MessageJournal } from '../../channels/message-journal';
import type { NotSent, Outbound } from '../../channels/outbound';
import type { Clock } from '../../lib/clock';
import { err, ok } from '../../lib/result';
import { EncodedJson } from '../frame-codec';
import type { MethodHandler } from './method-registry';
import { SentOnce } from './sent-once';

const DEFAULT_MESSAGES = 50;
/** Replies stay under 2 MiB (settled "Wire"), also when a character takes three bytes. */
const MAX_REPLY_CHARS = 600_000;

export function sendMethod({
  outbound,
  clock,
}: {
  readonly outbound: Outbound;
  readonly clock: Clock;
}): MethodHandler<'send'> {
  const once = new SentOnce(clock);
  return (params) => {
    const problem = whatItCannot(params);
    if (problem !== undefined) return err(invalidRequest(`invalid send params: ${problem}`));
    const { to, message = '', channel, accountId, idempotencyKey } = params;
    const replyToId = params.replyToId?.trim() || undefined;
    return once.run(idempotencyKey, async () => {
      const order = { to: to.trim(), text: message, channel, accountId, replyToId, idempotencyKey };
      const sent = await outbound.send(order);
      if (!sent.ok) return { result: err(sendFailure(sent.error)), keep: sent.error.wasTried };
      return { result: ok({ runId: idempotencyKey, conversationId: order.to, ...sent.value }), keep: true };
    });
  };
}

/** The first thing in the params that would be lost without a word. */
function whatItCannot(params: MethodParams<'send'>): string | undefined {
  const { mediaUrl, mediaUrls, buffer, filename, contentType, threadId } = params;
  const media = { mediaUrl, mediaUrls: mediaUrls?.[0], buffer, filename, contentType };
  const flags = (['asVoice', 'gifPlayback', 'forceDocument'] as const).filter((key) => params[key] === true);
  const file = [...Object.entries(media).flatMap(([key, value]) => (value ? [key] : [])), ...flags][0];
  if (file !== undefined) return `at /${file}: this gateway sends text only`;
  if (params.silent === true) return 'at /silent: this gateway cannot send silently';
  if (params.parseMode !== undefined) return 'at /parseMode: this gateway sends plain text only';
  if (threadId?.trim()) {
    return 'at /threadId: a thread is part of "to" here: send to the conversation id of a message in it';
  }
  if (params.to.trim() === '') return 'at /to: must not be blank';
  return (params.message ?? '').trim() === '' ? 'text or media is required' : undefined;
}

const MAY_PASS: readonly FailureClass[] = ['network', 'server', 'rate_limited'];

function sendFailure({ code, message, failure, wasTried }: NotSent): WireError {
  if (failure === undefined) {
    switch (code) {
      case 'unknown_channel':
      case 'unknown_account':
      case 'unsupported':
      case 'invalid':
        return invalidRequest(message);
      default:
        return { code: 'UNAVAILABLE', message };
    }
  }
  const { class: failureClass, code: vendorCode, fix, retryAfterMs } = failure;
  return {
    code: 'UNAVAILABLE',
    message: fix === undefined ? message : `${message}. ${fix}`,
    details: { class: failureClass, ...(vendorCode === undefined ? {} : { code: vendorCode }) },
    // With the same key: what the vendor was asked is answered with its first answer, what it was not is sent.
    retryable: !wasTried && MAY_PASS.includes(failureClass),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

export function messagesQueryMethod(
  journal: Pick<MessageJournal, 'query'>,
): MethodHandler<'gatehouse.messages.query'> {
  return async (params) => {
    // Messages are as long as their senders like: the reply stays under the cap, with fewer of them.
    for (let limit = params?.limit ?? DEFAULT_MESSAGES; ; limit = Math.ceil(limit / 4)) {
      const text = JSON.stringify(await journal.query({ ...params, limit }));
      if (text.length <= MAX_REPLY_CHARS || limit === 1) return ok(new EncodedJson(text));
    }
  };
}
