// The JSON frames of WeCom's robot connection, read strictly and turned into messages (reference/channels section 7).
// Pure. Called by wecom-link and wecom-adapter. Must never hand out `response_url`: whoever has it may answer.

import type { InboundMessage } from '../../../../../shared/model/channel';
import { err, ok, type Result } from '../../../lib/result';
import { isObject, type JsonObject, parseObject } from '../../net/failures';

/** A push of the vendor has `cmd`; an acknowledgement has `errcode` instead. */
export interface WecomFrame {
  readonly cmd?: string;
  readonly reqId: string;
  readonly body: JsonObject;
  readonly errcode?: number;
  readonly errmsg?: string;
}

export type WecomChatType = 'single' | 'group';

export type WecomMessage = Omit<InboundMessage, 'channel' | 'accountId'>;

const DAY_MS = 86_400_000;
/** Earlier than the product, so not a time. */
const FIRST_TIME_MS = Date.UTC(2016, 0, 1);
const MAX_KIND = 40;

/** Undefined for what is not a frame. Raw control characters occur in the wild and are no part of it. */
export function parseFrame(data: Uint8Array): WecomFrame | undefined {
  const frame = parseObject(
    Buffer.from(data)
      .toString('utf8')
      .replace(/\p{Cc}/gu, ''),
  );
  if (frame === undefined || !isObject(frame.headers)) return undefined;
  const { cmd = '', errcode, errmsg, body = {} } = frame;
  const { req_id: reqId } = frame.headers;
  if (typeof cmd !== 'string' || typeof reqId !== 'string' || reqId === '' || !isObject(body))
    return undefined;
  if (cmd !== '') return { cmd, reqId, body };
  if (typeof errcode !== 'number') return undefined;
  return { reqId, body, errcode, ...(typeof errmsg === 'string' ? { errmsg } : {}) };
}

export function frameText(cmd: string, reqId: string, body?: JsonObject): string {
  return JSON.stringify({ cmd, headers: { req_id: reqId }, ...(body === undefined ? {} : { body }) });
}

/** The event's name in a frame `aibot_event_callback`. */
export function eventType({ body }: WecomFrame): string | undefined {
  return isObject(body.event) && typeof body.event.eventtype === 'string' ? body.event.eventtype : undefined;
}

/** The message in a frame `aibot_msg_callback`; the error says what is missing in it. `now`: epoch ms. */
export function readMessage({ body }: WecomFrame, now: number): Result<WecomMessage, string> {
  const { msgid, chattype, chatid, msgtype, from } = body;
  const sender = isObject(from) ? from.userid : undefined;
  if (!isId(msgid)) return err('msgid');
  if (!isId(sender)) return err('from.userid');
  if (!isId(msgtype)) return err('msgtype');
  if (chattype !== 'single' && chattype !== 'group') return err('chattype');
  if (chattype === 'group' && !isId(chatid)) return err('chatid');
  return ok({
    messageId: msgid,
    chatType: chattype === 'group' ? 'group' : 'direct',
    conversationId: chattype === 'group' ? String(chatid) : sender,
    senderId: sender,
    text: textOf(body, msgtype),
    ...(msgtype === 'text' ? {} : { kind: msgtype.slice(0, MAX_KIND) }),
    at: timeOf(body.create_time, now),
  });
}

/** WeCom turns voice into text; of a mixed message the texts are kept, one a line. */
function textOf(body: JsonObject, msgtype: string): string {
  if (msgtype === 'mixed') {
    const items = isObject(body.mixed) && Array.isArray(body.mixed.msg_item) ? body.mixed.msg_item : [];
    return items
      .map((item: unknown) => (isObject(item) ? contentOf(item.text) : ''))
      .filter((text) => text !== '')
      .join('\n');
  }
  return msgtype === 'text' || msgtype === 'voice' ? contentOf(body[msgtype]) : '';
}

function contentOf(value: unknown): string {
  return isObject(value) && typeof value.content === 'string' ? value.content : '';
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 512;
}

/** `seconds` since the epoch, where that can be right. */
function timeOf(seconds: unknown, now: number): number {
  const at = typeof seconds === 'number' ? Math.round(seconds * 1_000) : Number.NaN;
  return at >= FIRST_TIME_MS && at <= now + DAY_MS ? at : now;
}
