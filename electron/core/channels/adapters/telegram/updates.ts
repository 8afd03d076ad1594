// Telegram's updates turned into messages, and conversations into what `sendMessage` takes (reference/channels
// section 8 c, d). Pure. A topic of a forum is a conversation of its own: `<chat>:topic:<thread>`. Message ids count
// per chat, so ours are `<chat>:<message>`.

import type { InboundMessage } from '../../../../../shared/model/channel';
import { isObject, type JsonObject } from '../../net/failures';

export type TelegramMessage = Omit<InboundMessage, 'channel' | 'accountId'>;

export type ReadUpdate =
  | { readonly kind: 'message'; readonly message: TelegramMessage }
  /** Nothing that a user said: a service message, our own, a kind that we did not ask for. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'unreadable'; readonly field: string };

export interface TelegramBot {
  readonly id: number;
  readonly username?: string;
  /** False: privacy mode is on. */
  readonly readsGroups: boolean;
}

const CHAT_TYPES: ReadonlyMap<unknown, TelegramMessage['chatType']> = new Map([
  ['private', 'direct'],
  ['group', 'group'],
  ['supergroup', 'group'],
  ['channel', 'channel'],
]);
/** An animation brings a `document` along, so the order counts. */
const KINDS = [
  'animation',
  'audio',
  'document',
  'live_photo',
  'paid_media',
  'photo',
  'sticker',
  'story',
  'video',
  'video_note',
  'voice',
  'contact',
  'dice',
  'game',
  'poll',
  'venue',
  'location',
  'checklist',
] as const;
const DAY_MS = 86_400_000;
/** Earlier than bots, so not a time. */
const FIRST_TIME_MS = Date.UTC(2015, 0, 1);

/** Of `getMe`; undefined when it is none. */
export function readBot(value: unknown): TelegramBot | undefined {
  if (!isObject(value) || !isInteger(value.id)) return undefined;
  const { id, username, can_read_all_group_messages: readsGroups } = value;
  return { id, ...(isText(username) ? { username } : {}), readsGroups: readsGroups !== false };
}

/** The updates of one poll with their ids; undefined when the answer is no such list. */
export function readUpdates(
  value: unknown,
): readonly (JsonObject & { readonly update_id: number })[] | undefined {
  return Array.isArray(value) && value.every(isUpdate) ? value : undefined;
}

function isUpdate(value: unknown): value is JsonObject & { readonly update_id: number } {
  return isObject(value) && isInteger(value.update_id);
}

/** `now`: epoch ms, where the vendor tells no time that can be right. */
export function readUpdate(update: JsonObject, bot: TelegramBot, now: number): ReadUpdate {
  const message = update.message ?? update.channel_post;
  if (message === undefined) return { kind: 'ignored' };
  if (!isObject(message)) return { kind: 'unreadable', field: 'message' };
  const { message_id: messageId, chat, from, sender_chat: senderChat, date } = message;
  if (!isInteger(messageId)) return { kind: 'unreadable', field: 'message_id' };
  if (!isObject(chat) || !isInteger(chat.id)) return { kind: 'unreadable', field: 'chat.id' };
  const chatType = CHAT_TYPES.get(chat.type);
  if (chatType === undefined) return { kind: 'unreadable', field: 'chat.type' };
  // Who writes in the name of a channel or group has that as sender_chat and a stand-in as from.
  const sender = [senderChat, from, chatType === 'channel' ? chat : undefined].find(isObject);
  if (sender === undefined || !isInteger(sender.id)) return { kind: 'unreadable', field: 'from.id' };
  if (sender.id === bot.id) return { kind: 'ignored' };
  const content = contentOf(message);
  if (content === undefined) return { kind: 'ignored' };
  const thread = message.is_topic_message === true ? message.message_thread_id : undefined;
  const name = nameOf(sender);
  return {
    kind: 'message',
    message: {
      messageId: `${chat.id}:${messageId}`,
      chatType,
      conversationId: isInteger(thread) ? `${chat.id}:topic:${thread}` : String(chat.id),
      ...(isInteger(thread) ? { threadId: String(thread) } : {}),
      senderId: String(sender.id),
      ...(name === '' ? {} : { senderName: name }),
      ...content,
      at: timeOf(date, now),
    },
  };
}

/** Undefined for service messages (somebody joined, a title changed …). */
function contentOf(message: JsonObject): { readonly text: string; readonly kind?: string } | undefined {
  if (isText(message.text)) return { text: message.text };
  const kind = KINDS.find((name) => message[name] !== undefined);
  return kind === undefined ? undefined : { text: isText(message.caption) ? message.caption : '', kind };
}

function nameOf({ first_name: first, last_name: last, title, username }: JsonObject): string {
  const names = [first, last].filter(isText);
  return names.length > 0 ? names.join(' ') : ([title, username].find(isText) ?? '');
}

function timeOf(seconds: unknown, now: number): number {
  const at = typeof seconds === 'number' ? seconds * 1_000 : Number.NaN;
  return at >= FIRST_TIME_MS && at <= now + DAY_MS ? at : now;
}

export interface SendTarget {
  readonly chat_id: number | string;
  readonly message_thread_id?: number;
}

/** Of a conversation id, a bare chat id or an `@channelname`; undefined for anything else. */
export function sendTarget(to: string): SendTarget | undefined {
  const [, chat = '', thread] = /^(-?\d{1,15}|@\w{3,64})(?::topic:(\d{1,10}))?$/.exec(to) ?? [];
  if (chat === '') return undefined;
  return {
    chat_id: chat.startsWith('@') ? chat : Number(chat),
    ...(thread === undefined ? {} : { message_thread_id: Number(thread) }),
  };
}

/** The message to quote, when it is one of this chat; without a chat it is taken to be. */
export function replyMessageId(replyToId: string, { chat_id }: SendTarget): number | undefined {
  const [, chat, message] = /^(?:(-?\d{1,15}):)?(\d{1,15})$/.exec(replyToId) ?? [];
  if (message === undefined || (chat !== undefined && Number(chat) !== chat_id)) return undefined;
  return Number(message);
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
