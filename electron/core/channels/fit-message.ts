// What of a stranger's message is kept: anybody can write to a bot, and all of it rests in memory and journal. Pure;
// called by account-supervisor for each message before it is accepted.

import type { InboundMessage } from '../../../shared/model/channel';

/** More than any vendor lets a person write; a longer text is something else. */
const MAX_TEXT = 65_536;
const MAX_ID = 1_024;
const MAX_NAME = 256;
const MAX_KIND = 64;

type Message = Omit<InboundMessage, 'channel' | 'accountId'>;

/** The message with its texts cut to what is kept; undefined when an id is too long to be one. */
export function fitMessage(message: Message): Message | undefined {
  const { messageId, conversationId, threadId = '', senderId, senderName, text, kind } = message;
  if ([messageId, conversationId, threadId, senderId].some((id) => id.length > MAX_ID)) return undefined;
  return {
    ...message,
    text: cut(text, MAX_TEXT),
    ...(senderName === undefined ? {} : { senderName: cut(senderName, MAX_NAME) }),
    ...(kind === undefined ? {} : { kind: cut(kind, MAX_KIND) }),
  };
}

/** Never through the middle of a character. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1);
  return `${/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head}…`;
}
