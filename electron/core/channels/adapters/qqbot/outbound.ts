// One text to one QQ conversation (reference/channels section 5d): finds the place and the message to refer to, posts,
// and says whether QQ confirmed it.

import { err, ok } from '../../../lib/result';
import type { OutboundMessage, SendOutcome } from '../../channel-adapter';
import { inertMarkup } from '../../inert-markup';
import type { QqApi } from './qq-api';
import { DUPLICATE_CODE } from './qq-errors';
import type { ReplyContexts } from './reply-contexts';

const TARGET = /^(?:qqbot:)?(c2c|group|channel|dm):([^\s/?#]{1,128})$/;
/** Mentions, of everybody also without brackets, and commands that run at a tap (`<qqbot-cmd-enter …>`). */
const MARKUP = /<(?=@|qqbot-)|@(?=everyone)/gi;
/** OpenClaw takes a user's id alone, too. */
const OPEN_ID = /^(?:qqbot:)?([0-9A-Fa-f]{32})$/;

export interface QqTarget {
  readonly conversation: string;
  readonly path: string;
  /** Guild channels know no numbers of answers. */
  readonly numbered: boolean;
}

/** Where a conversation id leads; undefined when it is none of QQ's. */
export function qqTarget(to: string): QqTarget | undefined {
  const openId = OPEN_ID.exec(to)?.[1];
  const match = openId === undefined ? TARGET.exec(to) : undefined;
  const place = openId === undefined ? match?.[1] : 'c2c';
  const id = openId ?? match?.[2];
  if (id === undefined) return undefined;
  const target = (folder: string, numbered: boolean): QqTarget => ({
    conversation: `${place}:${id}`,
    path: `${folder}/${encodeURIComponent(id)}/messages`,
    numbered,
  });
  switch (place) {
    case 'c2c':
      return target('/v2/users', true);
    case 'group':
      return target('/v2/groups', true);
    case 'channel':
      return target('/channels', false);
    default:
      return target('/dms', false);
  }
}

export async function sendText(
  api: QqApi,
  replies: ReplyContexts,
  { to, text, replyToId, idempotencyKey }: OutboundMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const target = qqTarget(to);
  if (target === undefined) {
    return err({
      class: 'config',
      code: 'bad_target',
      message: 'this is no conversation on QQ',
      fix: 'Use c2c:, group:, channel: or dm: followed by the id that QQ gave.',
    });
  }
  const { conversation, path, numbered } = target;
  const reply = replies.take(conversation, idempotencyKey, replyToId);
  const posted = await api.call(
    'POST',
    path,
    {
      content: inertMarkup(text, MARKUP),
      ...(numbered ? { msg_type: 0 } : {}),
      ...(reply === undefined ? {} : { msg_id: reply.msgId, ...(numbered ? { msg_seq: reply.msgSeq } : {}) }),
    },
    signal,
  );
  // The first try got through although its answer did not.
  if (!posted.ok && posted.error.code === DUPLICATE_CODE && reply?.again === true) return ok({});
  if (!posted.ok) return posted;
  const { id } = posted.value;
  if (typeof id === 'string' && id !== '') return ok({ messageId: id });
  return err({
    class: 'protocol',
    code: 'unconfirmed',
    message: 'QQ took the message but did not confirm it',
  });
}
