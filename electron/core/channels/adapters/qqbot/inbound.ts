// QQ's message events as the core knows messages (reference/channels section 5c, 3). Pure.

import type { InboundMessage } from '../../../../../shared/model/channel';
import { isObject, type JsonObject } from '../../net/failures';
import { messageTime } from '../gateway-engine/message-time';

/** Whoever wrote: `userKey` names the field of `author` with the sender's id. */
interface Place {
  readonly chatType: InboundMessage['chatType'];
  readonly prefix: 'c2c' | 'group' | 'channel' | 'dm';
  /** Of the event, or of its author, with the conversation's id. */
  readonly idKey: string;
  readonly userKey: string;
}

const C2C: Place = { chatType: 'direct', prefix: 'c2c', idKey: 'user_openid', userKey: 'user_openid' };
const GROUP: Place = { chatType: 'group', prefix: 'group', idKey: 'group_openid', userKey: 'member_openid' };
const CHANNEL: Place = { chatType: 'channel', prefix: 'channel', idKey: 'channel_id', userKey: 'id' };
const GUILD_DM: Place = { chatType: 'direct', prefix: 'dm', idKey: 'guild_id', userKey: 'id' };

const PLACES: ReadonlyMap<string, Place> = new Map([
  ['C2C_MESSAGE_CREATE', C2C],
  ['GROUP_AT_MESSAGE_CREATE', GROUP],
  ['GROUP_MESSAGE_CREATE', GROUP],
  ['AT_MESSAGE_CREATE', CHANNEL],
  ['MESSAGE_CREATE', CHANNEL],
  ['DIRECT_MESSAGE_CREATE', GUILD_DM],
]);
/** Ids are kept per conversation: nothing much larger than QQ's own gets in. */
const MAX_ID_CHARS = 256;

export type QqInbound = Omit<InboundMessage, 'channel' | 'accountId'>;

/** `other`: not a message of a user; `malformed`: one that cannot be read. `selfId`: the bot's, where it is known. */
export function qqMessage(
  type: string,
  d: unknown,
  selfId: string | undefined,
  now: number,
): QqInbound | 'other' | 'malformed' {
  const place = PLACES.get(type);
  if (place === undefined) return 'other';
  if (!isObject(d) || !isObject(d.author)) return 'malformed';
  const { author } = d;
  const messageId = idOf(d.id);
  const senderId = idOf(author[place.userKey]) ?? idOf(author.id);
  const conversation = idOf(d[place.idKey]) ?? idOf(author[place.idKey]);
  if (messageId === undefined || senderId === undefined || conversation === undefined) return 'malformed';
  if (selfId !== undefined && author.id === selfId) return 'other';
  const senderName = textOf(author.username);
  const kind = kindOf(d.attachments);
  return {
    messageId,
    chatType: place.chatType,
    conversationId: `${place.prefix}:${conversation}`,
    senderId,
    ...(senderName === undefined ? {} : { senderName }),
    text: textFor(d, selfId),
    ...(kind === undefined ? {} : { kind }),
    at: messageTime(d.timestamp, now),
  };
}

/** Without the mention that made QQ deliver it. */
function textFor({ content }: JsonObject, selfId: string | undefined): string {
  const text = typeof content === 'string' ? content.trimStart() : '';
  const mentions = [`<@!${selfId}>`, `<@${selfId}>`];
  const mention = mentions.find((candidate) => text.startsWith(candidate));
  return mention === undefined ? text : text.slice(mention.length).trimStart();
}

function kindOf(attachments: unknown): string | undefined {
  const [first]: readonly unknown[] = Array.isArray(attachments) ? attachments : [];
  if (!isObject(first)) return undefined;
  const type = textOf(first.content_type) ?? '';
  return ['image', 'video', 'voice', 'audio'].find((kind) => type.startsWith(kind)) ?? 'file';
}

function idOf(value: unknown): string | undefined {
  const id = textOf(value);
  return id === undefined || id.length > MAX_ID_CHARS ? undefined : id;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
