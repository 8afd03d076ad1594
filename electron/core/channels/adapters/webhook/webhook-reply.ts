// Replies of a webhook account: one signed POST to its `replyUrl`, under the rules for targets (SEC-46). Made by the
// webhook adapter for accounts that have one. Must never show more of the URL than its host.

import { WEBHOOK_HEADERS, type WebhookReply } from '../../../../../shared/protocol/webhook';
import type { Clock } from '../../../lib/clock';
import { err, ok, type Result } from '../../../lib/result';
import type { Secret } from '../../../lib/secret';
import { deliverWebhook, type ResolveHost } from '../../../lib/webhook-post';
import { parseTarget } from '../../../lib/webhook-target';
import type { FieldAccount } from '../../account-config';
import type { EpochFailure, LiveLink } from '../../channel-adapter';

const FIX = 'Check the reply URL of this account on the Channels page, and the program that listens there.';

/** Undefined when the account has none; the error ends the sentence "the reply URL …". */
export function replyTarget({ values }: FieldAccount): Result<URL, string> | undefined {
  return values.replyUrl === undefined ? undefined : parseTarget(values.replyUrl);
}

export interface ReplyOptions {
  readonly url: URL;
  readonly secret: Secret;
  readonly accountId: string;
  readonly clock: Clock;
  readonly resolve: ResolveHost;
}

export function replySender(options: ReplyOptions): NonNullable<LiveLink['send']> {
  const { url, secret, accountId, clock, resolve } = options;
  return async ({ to, text, replyToId, idempotencyKey }, signal) => {
    const body: WebhookReply = {
      id: idempotencyKey,
      account: accountId,
      conversation: to,
      text,
      ...(replyToId === undefined ? {} : { replyTo: replyToId }),
    };
    const message = { url, deliveryId: idempotencyKey, body, secret, headers: WEBHOOK_HEADERS };
    const outcome = await deliverWebhook(message, { clock, resolve }, signal);
    if (outcome.status === 'delivered') return ok({});
    const verdict = outcome.status === 'unknown' ? 'may not have arrived' : 'did not arrive';
    return err({
      class: classOf(outcome.answer),
      ...(outcome.answer === undefined ? {} : { code: outcome.answer }),
      message: `the reply ${verdict}: ${outcome.error}`,
      fix: FIX,
    });
  };
}

function classOf(answer: number | undefined): EpochFailure['class'] {
  if (answer === undefined) return 'network';
  if (answer === 429) return 'rate_limited';
  if (answer === 401 || answer === 403) return 'permission';
  return answer >= 500 ? 'server' : 'config';
}
