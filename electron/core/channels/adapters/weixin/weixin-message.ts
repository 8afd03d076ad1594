// What one message of WeChat's `getupdates` says, as the core knows messages. Pure; called by weixin-link only.
// Direct chats only: the conversation is the person (reference/channels section 6 (a), (c)).

import type { InboundMessage } from '../../../../../shared/model/channel';
import { isObject } from '../../net/failures';

export type ReadMessage =
  | {
      readonly is: 'message';
      readonly message: Omit<InboundMessage, 'channel' | 'accountId'>;
      /** What an answer to this person has to carry from now on. */
      readonly contextToken?: string;
    }
  /** Written by the bot itself. */
  | { readonly is: 'own' }
  /** `why`: what is wrong with it, without quoting it. */
  | { readonly is: 'malformed'; readonly why: string };

const BOT = 2;
const TEXT = 1;
const VOICE = 3;
/** By `type` of an item; what is in here is no text. */
const KINDS: Readonly<Record<number, string>> = { 2: 'image', 3: 'voice', 4: 'file', 5: 'video' };
/** Ids and tokens are kept per person: nothing larger than the vendor's own gets in. */
const MAX_ID_CHARS = 256;
const MAX_TOKEN_CHARS = 4_096;
const EARLIEST_MS = Date.UTC(2011, 0, 1);
const DAY_MS = 86_400_000;

/** `now`: epoch ms, for messages without a sane time. */
export function readMessage(value: unknown, now: number): ReadMessage {
  if (!isObject(value)) return { is: 'malformed', why: 'it is no object' };
  if (value.message_type === BOT) return { is: 'own' };
  const { from_user_id: from, message_id: id, context_token: token, create_time_ms: at } = value;
  if (!isText(from, MAX_ID_CHARS)) return { is: 'malformed', why: 'it has no sender' };
  const messageId = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
  if (!isText(messageId, MAX_ID_CHARS)) return { is: 'malformed', why: 'it has no id' };
  const content = readItems(value.item_list);
  if (content === undefined) return { is: 'malformed', why: 'its content cannot be read' };
  return {
    is: 'message',
    message: {
      messageId,
      chatType: 'direct',
      conversationId: from,
      senderId: from,
      ...content,
      at: isSane(at, now) ? at : now,
    },
    ...(isText(token, MAX_TOKEN_CHARS) ? { contextToken: token } : {}),
  };
}

/** A voice message brings what was said as text where WeChat has written it down. */
function readItems(items: unknown): Pick<InboundMessage, 'text' | 'kind'> | undefined {
  if (!Array.isArray(items) || items.length === 0) return undefined;
  const texts: string[] = [];
  let kind: string | undefined;
  for (const item of items) {
    if (!isObject(item) || typeof item.type !== 'number') return undefined;
    const holder = item.type === TEXT ? item.text_item : item.type === VOICE ? item.voice_item : undefined;
    if (isObject(holder) && typeof holder.text === 'string' && holder.text !== '') texts.push(holder.text);
    if (item.type !== TEXT) kind ??= KINDS[item.type] ?? 'other';
  }
  return { text: texts.join('\n'), ...(kind === undefined ? {} : { kind }) };
}

function isSane(at: unknown, now: number): at is number {
  return typeof at === 'number' && at >= EARLIEST_MS && at <= now + DAY_MS;
}

function isText(value: unknown, maxChars: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxChars;
}
