// The frames of Socket Mode and the events in them, read with suspicion (reference/channels section 9 c). Pure.

import type { ChatType, InboundMessage } from '../../../../../shared/model/channel';
import { isObject, type JsonObject, parseObject } from '../../net/failures';
import { conversationIdOf, isTs, messageIdOf } from './slack-address';
import { unescapeText } from './slack-text';

export type SlackFrame =
  | { readonly kind: 'hello'; readonly connections: number | undefined }
  | { readonly kind: 'disconnect'; readonly reason: string }
  | { readonly kind: 'envelope'; readonly id: string; readonly type: string; readonly payload: unknown }
  /** Well formed and of a type that came after us. */
  | { readonly kind: 'other' };

/** Undefined when it is no frame of Socket Mode. */
export function parseFrame(data: Buffer, isBinary: boolean): SlackFrame | undefined {
  const frame = isBinary ? undefined : parseObject(data.toString('utf8'));
  if (frame === undefined || typeof frame.type !== 'string') return undefined;
  const { type, envelope_id: id, payload } = frame;
  switch (type) {
    case 'hello':
      return {
        kind: 'hello',
        connections: typeof frame.num_connections === 'number' ? frame.num_connections : undefined,
      };
    case 'disconnect':
      return { kind: 'disconnect', reason: typeof frame.reason === 'string' ? frame.reason : 'unknown' };
    default:
      if (typeof id === 'string') return { kind: 'envelope', id, type, payload };
      return ENVELOPES.includes(type) ? undefined : { kind: 'other' };
  }
}

const ENVELOPES: readonly string[] = ['events_api', 'slash_commands', 'interactive'];

export type SlackMessage = Omit<InboundMessage, 'channel' | 'accountId'>;

export type SlackEvent =
  | { readonly kind: 'message'; readonly message: SlackMessage }
  /** Nothing that a person wrote to us. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'unreadable' };

/** A message that came to be; edits, deletions, joins and the like have other subtypes. */
const MESSAGE_SUBTYPES: readonly unknown[] = [
  undefined,
  'bot_message',
  'file_share',
  'me_message',
  'thread_broadcast',
];

/** `payload`: of an `events_api` envelope. `now` stands in for a time that cannot be right. */
export function readEvent(
  payload: unknown,
  self: { readonly userId: string; readonly botId: string | undefined },
  now: number,
): SlackEvent {
  const event = isObject(payload) ? payload.event : undefined;
  if (!isObject(event) || typeof event.type !== 'string') return { kind: 'unreadable' };
  if (event.type !== 'message' && event.type !== 'app_mention') return { kind: 'ignored' };
  if (!MESSAGE_SUBTYPES.includes(event.subtype)) return { kind: 'ignored' };
  const { channel, ts, user, bot_id: botId, thread_ts: thread } = event;
  if (user === self.userId || (botId !== undefined && botId === self.botId)) return { kind: 'ignored' };
  const senderId = typeof user === 'string' ? user : botId;
  if (typeof channel !== 'string' || channel === '' || !isTs(ts) || typeof senderId !== 'string') {
    return { kind: 'unreadable' };
  }
  const threadTs = isTs(thread) ? thread : undefined;
  const text = typeof event.text === 'string' ? unescapeText(event.text) : '';
  const senderName = nameOf(event);
  const kind = kindOf(event, text);
  return {
    kind: 'message',
    message: {
      messageId: messageIdOf(channel, ts),
      chatType: chatTypeOf(event.channel_type, channel),
      conversationId: conversationIdOf(channel, threadTs),
      ...(threadTs === undefined ? {} : { threadId: threadTs }),
      senderId,
      ...(senderName === undefined ? {} : { senderName }),
      text,
      ...(kind === undefined ? {} : { kind }),
      at: timeOf(ts, now),
    },
  };
}

/** `app_mention` has no `channel_type`; the first letter of an id tells direct messages. */
function chatTypeOf(type: unknown, channel: string): ChatType {
  if (type === 'im' || (type === undefined && channel.startsWith('D'))) return 'direct';
  return type === 'mpim' ? 'group' : 'channel';
}

/** Slack sends names only for bots that give themselves one and for people of other workspaces. */
function nameOf(event: JsonObject): string | undefined {
  const profile = isObject(event.user_profile) ? event.user_profile : {};
  return [profile.display_name, profile.real_name, event.username].find(
    (name): name is string => typeof name === 'string' && name !== '',
  );
}

function kindOf(event: JsonObject, text: string): string | undefined {
  if (Array.isArray(event.files) && event.files.length > 0) return 'file';
  if (text !== '') return undefined;
  return Array.isArray(event.attachments) && event.attachments.length > 0 ? 'attachment' : 'blocks';
}

const YEAR_2000_MS = 946_684_800_000;
const DAY_MS = 86_400_000;

function timeOf(ts: string, now: number): number {
  const at = Math.floor(Number(ts) * 1_000);
  return at >= YEAR_2000_MS && at <= now + DAY_MS ? at : now;
}
