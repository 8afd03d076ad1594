// The channel `wecom`: a WeCom smart bot over its long connection. Ready when the subscription is confirmed; answers
// a message in place while that is possible and pushes otherwise. Must never open a second connection beside a live
// one: the vendor would end the first.

import { createHash } from 'node:crypto';
import { channelKind } from '../../../../../shared/model/channel-kinds';
import { err, ok } from '../../../lib/result';
import { accountConfig, type FieldAccount } from '../../account-config';
import type {
  ChannelAdapter,
  EpochContext,
  EpochEnd,
  EpochFailure,
  OutboundMessage,
  ProbeContext,
  ProbeOutcome,
  SendOutcome,
} from '../../channel-adapter';
import { inertMarkup } from '../../inert-markup';
import { readMessage, type WecomFrame } from './frames';
import { ReplyBook, type ReplyTo } from './reply-book';
import { isReplyExpired, NO_CREDENTIAL, sendFailure } from './wecom-failures';
import { ACK_TIMEOUT_MS, type Ack, WecomLink } from './wecom-link';

const DEFAULT_URL = 'wss://openws.work.weixin.qq.com';
const MAX_CONTENT_BYTES = 20_480;
/** The vendor ends an answer six minutes after its message; a push is surer before that. */
const REPLY_FRESH_MS = 300_000;
/** `<@userid>` in WeCom's Markdown calls a member. */
const MENTION = /<(?=@)/g;
const CHAT_TYPE_NUMBERS = { single: 1, group: 2 } as const;

const kind = channelKind('wecom');
if (kind === undefined) throw new Error('channel-kinds has no wecom');

export const wecomAdapter: ChannelAdapter<FieldAccount> = {
  meta: {
    id: kind.id,
    label: kind.label,
    detailLabel: 'WeCom smart bot',
    systemImage: 'building.2',
    order: 40,
  },
  policy: {
    direction: 'outbound',
    readyTimeoutMs: 30_000,
    staleAfterMs: 120_000,
    whenKicked: 'block',
    oneConnection: true,
  },
  config: accountConfig(kind),
  // A UTF-16 unit takes at most three bytes of UTF-8.
  textLimit: Math.floor(MAX_CONTENT_BYTES / 3),
  run,
  // No `probe`: only the live link can be asked, and a second one would end it.
  check,
};

async function run(account: FieldAccount, context: EpochContext): Promise<EpochEnd> {
  const { signal } = context;
  const book = new ReplyBook(context.store);
  const link = linkOf(account, context, {
    onPush: (frame) => receive(frame, context, book),
    onHeartbeat: () => context.activity('heartbeat answered'),
  });
  if (link === undefined) return { kind: 'failed', failure: NO_CREDENTIAL };
  const end = async (failure: EpochFailure): Promise<EpochEnd> => {
    await link.close();
    return signal.aborted ? { kind: 'aborted' } : { kind: 'failed', failure };
  };
  context.phase('connecting');
  const connected = await link.connect();
  if (!connected.ok) return end(connected.error);
  context.phase('authenticating');
  const subscribed = await link.subscribe();
  if (!subscribed.ok) return end(subscribed.error.failure);
  link.startHeartbeat();
  context.ready({
    mode: 'websocket',
    evidence: 'subscription confirmed',
    ...identityOf(account),
    live: {
      send: (message, sendSignal) => send(message, { link, book, context, signal: sendSignal }),
      probe: async (probeSignal) => {
        const ack = await link.request('ping', undefined, { timeoutMs: ACK_TIMEOUT_MS, signal: probeSignal });
        if (ack.kind === 'ok') return { ok: true, ...identityOf(account) };
        const failure = ack.kind === 'lost' ? ack.failure : sendFailure(ack.refusal);
        return { ok: false, error: failure.message, class: failure.class };
      },
    },
  });
  return end(await link.over);
}

function linkOf(
  { values, secretOf }: FieldAccount,
  context: EpochContext | ProbeContext,
  listeners: { onPush(frame: WecomFrame): void; onHeartbeat(): void },
): WecomLink | undefined {
  const { botId, websocketUrl: url = DEFAULT_URL } = values;
  const { secret } = secretOf;
  if (botId === undefined || secret === undefined) return undefined;
  const { net, clock, random, signal } = context;
  return new WecomLink({ url, botId, secret, net, clock, random, signal, ...listeners });
}

function identityOf({ values }: FieldAccount): { identity?: { id: string } } {
  return values.botId === undefined ? {} : { identity: { id: values.botId } };
}

function receive(frame: WecomFrame, context: EpochContext, book: ReplyBook): void {
  if (frame.cmd !== 'aibot_msg_callback') {
    context.event('event received');
    return;
  }
  const message = readMessage(frame, context.clock.now());
  if (!message.ok) {
    const why = `WeCom delivered a message that cannot be read: ${message.error} is missing or wrong`;
    context.rejected({ class: 'protocol', code: 'bad_message', message: why });
    return;
  }
  const { messageId, conversationId, chatType } = message.value;
  if (context.inbound(message.value) === 'closed') return;
  book.set(conversationId, {
    chatType: chatType === 'group' ? 'group' : 'single',
    reply: { reqId: frame.reqId, messageId, at: context.clock.now() },
  });
  context.event('message received');
}

interface Sending {
  readonly link: WecomLink;
  readonly book: ReplyBook;
  readonly context: EpochContext;
  readonly signal: AbortSignal;
}

async function send(message: OutboundMessage, sending: Sending): Promise<SendOutcome> {
  const { book, context } = sending;
  const reply = book.get(message.to)?.reply;
  const stream = streamOf(message);
  if (reply === undefined || !isAnswerable(reply, message, stream, context.clock.now()))
    return push(message, sending);
  const ack = await answer(message, reply, stream, sending);
  if (ack.kind === 'lost') {
    book.leave(message.to, reply.reqId, stream);
    return err(unconfirmed(ack.failure));
  }
  if (ack.kind === 'refused' && !isReplyExpired(ack.refusal)) return err(sendFailure(ack.refusal));
  book.spend(message.to, reply.reqId);
  return ack.kind === 'ok' ? ok({}) : push(message, sending);
}

/**
 * After an answer that was not confirmed only the same one fits: tried again it updates the first instead of making a
 * second, while another's confirmation could not be told from a late one of the first.
 */
function isAnswerable(reply: ReplyTo, { replyToId }: OutboundMessage, stream: string, now: number): boolean {
  if (reply.tried !== undefined && reply.tried !== stream) return false;
  return now - reply.at < REPLY_FRESH_MS && (replyToId === undefined || replyToId === reply.messageId);
}

/** The same for every try of one message. */
function streamOf({ idempotencyKey }: OutboundMessage): string {
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
}

function answer(
  message: OutboundMessage,
  { reqId }: ReplyTo,
  id: string,
  { link, signal }: Sending,
): Promise<Ack> {
  const body = {
    msgtype: 'stream',
    stream: { id, finish: true, content: inertMarkup(message.text, MENTION) },
  };
  return link.request('aibot_respond_msg', body, { timeoutMs: ACK_TIMEOUT_MS, reqId, signal });
}

/** `msgtype: text` is refused here: Markdown is the plainest that can be pushed. */
async function push(message: OutboundMessage, { link, book, signal }: Sending): Promise<SendOutcome> {
  const known = book.get(message.to);
  const body = {
    chatid: message.to,
    ...(known === undefined ? {} : { chat_type: CHAT_TYPE_NUMBERS[known.chatType] }),
    msgtype: 'markdown',
    markdown: { content: inertMarkup(message.text, MENTION) },
  };
  const ack = await link.request('aibot_send_msg', body, { timeoutMs: ACK_TIMEOUT_MS, signal });
  if (ack.kind === 'ok') return ok({});
  return err(ack.kind === 'lost' ? unconfirmed(ack.failure) : sendFailure(ack.refusal));
}

function unconfirmed(failure: EpochFailure): EpochFailure {
  return { ...failure, message: `${failure.message}; the text may have been sent` };
}

/** Subscribes and leaves. Must not be asked while the same bot is connected here: this would displace it. */
async function check(account: FieldAccount, context: ProbeContext): Promise<ProbeOutcome> {
  const link = linkOf(account, context, { onPush: () => undefined, onHeartbeat: () => undefined });
  if (link === undefined) return { ok: false, error: NO_CREDENTIAL.message, class: NO_CREDENTIAL.class };
  const refused = ({ message, class: failureClass, fix }: EpochFailure, field?: string): ProbeOutcome => ({
    ok: false,
    error: message,
    class: failureClass,
    ...(fix === undefined ? {} : { fix }),
    ...(field === undefined ? {} : { field }),
  });
  const connected = await link.connect();
  const ownUrl = account.values.websocketUrl === undefined ? {} : { field: 'websocketUrl' };
  const outcome = connected.ok ? await link.subscribe() : err({ failure: connected.error, ...ownUrl });
  await link.close();
  if (!outcome.ok) return refused(outcome.error.failure, outcome.error.field);
  return { ok: true, ...identityOf(account) };
}
