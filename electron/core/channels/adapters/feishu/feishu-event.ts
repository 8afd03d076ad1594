// What an event of Feishu says: a message of a user in our own terms, or nothing for us. Pure; never throws for what
// the vendor sends. Format: reference/channels section 4c.

import type { InboundMessage } from '../../../../../shared/model/channel';
import { isObject, type JsonObject, parseObject } from '../../net/failures';

export type FeishuMessage = Omit<InboundMessage, 'channel' | 'accountId'>;

/** Before 2014 there was no Feishu; a day ahead is a clock that runs fast. */
const FIRST_SANE_AT = Date.UTC(2014, 0, 1);
const AHEAD_MS = 24 * 3_600_000;

/** `ignored`: an event of another kind, or a message of a bot. */
export function readEvent(event: JsonObject, now: number): FeishuMessage | 'ignored' | 'malformed' {
  const { header, event: body } = event;
  if (!isObject(header) || typeof header.event_type !== 'string') return 'malformed';
  if (header.event_type !== 'im.message.receive_v1') return 'ignored';
  if (!isObject(body) || !isObject(body.sender) || !isObject(body.message)) return 'malformed';
  const { sender, message } = body;
  // Bots, this one among them, are no users: two that answer each other would never stop.
  if (sender.sender_type !== undefined && sender.sender_type !== 'user') return 'ignored';
  const senderId = senderIdOf(sender.sender_id);
  const { message_id: messageId, chat_id: chatId, message_type: type } = message;
  if (senderId === undefined || !isId(messageId) || !isId(chatId) || !isId(type)) return 'malformed';
  const threadId = isId(message.thread_id) ? message.thread_id : undefined;
  const text = textOf(type, message);
  return {
    messageId,
    chatType: message.chat_type === 'p2p' ? 'direct' : 'group',
    conversationId: threadId === undefined ? chatId : `${chatId}/${threadId}`,
    ...(threadId === undefined ? {} : { threadId }),
    senderId,
    text: text ?? '',
    ...(text === undefined ? { kind: type } : {}),
    at: instantOf(message.create_time, now),
  };
}

function senderIdOf(ids: unknown): string | undefined {
  if (!isObject(ids)) return undefined;
  return [ids.open_id, ids.union_id, ids.user_id].find(isId);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w@.-]{1,128}$/.test(value);
}

function instantOf(value: unknown, now: number): number {
  const at = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  return at >= FIRST_SANE_AT && at <= now + AHEAD_MS ? at : now;
}

/** Undefined when the message is something else than text. */
function textOf(type: string, message: JsonObject): string | undefined {
  const content = typeof message.content === 'string' ? parseObject(message.content) : undefined;
  if (content === undefined) return undefined;
  if (type === 'text' && typeof content.text === 'string') return withNames(content.text, message.mentions);
  if (type === 'post') return postText(content);
  return undefined;
}

/** Puts the names of people where the text has `@_user_1`. */
function withNames(text: string, mentions: unknown): string {
  const names = new Map<string, string>([['@_all', '@all']]);
  for (const mention of Array.isArray(mentions) ? mentions : []) {
    if (isObject(mention) && typeof mention.key === 'string' && typeof mention.name === 'string') {
      names.set(mention.key, `@${mention.name}`);
    }
  }
  return text.replace(/@_(?:all|user_\d+)/g, (key) => names.get(key) ?? key);
}

/** The words of a formatted text; pictures and the like in it are left out. */
function postText({ title, content }: JsonObject): string | undefined {
  const lines = (Array.isArray(content) ? content : []).map((line) =>
    (Array.isArray(line) ? line : []).map(runText).join(''),
  );
  const text = [...(typeof title === 'string' && title !== '' ? [title] : []), ...lines].join('\n').trim();
  return text === '' ? undefined : text;
}

function runText(run: unknown): string {
  if (!isObject(run)) return '';
  if (run.tag === 'at') return typeof run.user_name === 'string' ? `@${run.user_name}` : '';
  return typeof run.text === 'string' ? run.text : '';
}
