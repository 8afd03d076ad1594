// Discord's MESSAGE_CREATE as the core knows messages. Pure.

import type { InboundMessage } from '../../../../../shared/model/channel';
import { isObject, type JsonObject } from '../../net/failures';
import { messageTime } from '../gateway-engine/message-time';

/** Written by somebody: a text, an answer. Other types announce joins, pins, calls. */
const WRITTEN_TYPES: readonly unknown[] = [undefined, 0, 19];

export type DiscordInbound = Omit<InboundMessage, 'channel' | 'accountId'>;

/** `other`: not a message of somebody else; `malformed`: one that cannot be read. `selfId`: the bot's, where known. */
export function discordMessage(
  type: string,
  d: unknown,
  selfId: string | undefined,
  now: number,
): DiscordInbound | 'other' | 'malformed' {
  if (type !== 'MESSAGE_CREATE') return 'other';
  if (!isObject(d) || !isObject(d.author)) return 'malformed';
  const { id, channel_id: channelId, guild_id: guildId, author, member, content, timestamp } = d;
  if (!isId(id) || !isId(channelId) || !isId(author.id)) return 'malformed';
  if (author.id === selfId || !WRITTEN_TYPES.includes(d.type)) return 'other';
  const text = typeof content === 'string' ? content : '';
  const senderName = firstText(
    isObject(member) ? member.nick : undefined,
    author.global_name,
    author.username,
  );
  const kind = kindOf(d, text);
  return {
    messageId: id,
    chatType: isId(guildId) ? 'channel' : 'direct',
    conversationId: channelId,
    senderId: author.id,
    ...(senderName === undefined ? {} : { senderName }),
    text,
    ...(kind === undefined ? {} : { kind }),
    at: messageTime(timestamp, now),
  };
}

function kindOf(d: JsonObject, text: string): string | undefined {
  const [attachment]: readonly unknown[] = Array.isArray(d.attachments) ? d.attachments : [];
  if (isObject(attachment)) {
    const type = typeof attachment.content_type === 'string' ? attachment.content_type : '';
    return ['image', 'video', 'audio'].find((kind) => type.startsWith(kind)) ?? 'file';
  }
  if (Array.isArray(d.sticker_items) && d.sticker_items.length > 0) return 'sticker';
  if (isObject(d.poll)) return 'poll';
  // Without the intent Discord blanks what is not meant for the bot.
  return text === '' ? 'hidden' : undefined;
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9]{1,20}$/.test(value);
}
