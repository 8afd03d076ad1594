// The channel `telegram`: a bot by long polling. Ready when the first poll is answered; the cursor moves only after
// the messages were handed over. Must never let the URL of a call into a text: the token is part of it.

import { channelKind } from '../../../../../shared/model/channel-kinds';
import { delay } from '../../../lib/clock';
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
import type { ChannelNet } from '../../net/channel-net';
import { isObject } from '../../net/failures';
import { TelegramApi } from './telegram-api';
import { NO_TOKEN, protocolFailure, type TelegramError } from './telegram-failures';
import { readBot, readUpdate, readUpdates, replyMessageId, sendTarget, type TelegramBot } from './updates';

const DEFAULT_ROOT = 'https://api.telegram.org';
const CALL_TIMEOUT_MS = 10_000;
const SEND_TIMEOUT_MS = 15_000;
const HOLD_S = 30;
const POLL_TIMEOUT_MS = (HOLD_S + 10) * 1_000;
/** A hundred of the longest messages, each quoting another, with every character escaped. */
const MAX_POLL_BYTES = 8 * 1024 * 1024;
/** A server that answers without holding, with nothing or with the same again, is asked no faster than this. */
const MIN_POLL_MS = 1_000;
const CURSOR_KEY = 'cursor';
const UNSURE_CODES: readonly unknown[] = ['timeout', 'aborted', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'];
const PRIVACY_NOTE =
  'Privacy mode is on: in groups the bot gets only commands, mentions and replies, unless it is an administrator there. @BotFather → /mybots → Bot Settings → Group Privacy changes that for groups it is added to afterwards.';
const WEBHOOK_NOTE =
  'Another program has set a webhook for this bot and gets its messages now. Starting this account removes that webhook.';

const kind = channelKind('telegram');
if (kind === undefined) throw new Error('channel-kinds has no telegram');

export const telegramAdapter: ChannelAdapter<FieldAccount> = {
  meta: {
    id: kind.id,
    label: kind.label,
    detailLabel: 'Telegram bot',
    systemImage: 'paperplane',
    order: 50,
  },
  policy: { direction: 'outbound', readyTimeoutMs: 45_000, staleAfterMs: 120_000, whenKicked: 'retry' },
  config: accountConfig(kind),
  textLimit: 4_096,
  run,
  probe,
  check,
};

function apiOf({ values, secretOf }: FieldAccount, net: ChannelNet): TelegramApi | undefined {
  const { botToken } = secretOf;
  return botToken === undefined ? undefined : new TelegramApi(net, values.apiRoot ?? DEFAULT_ROOT, botToken);
}

async function run(account: FieldAccount, context: EpochContext): Promise<EpochEnd> {
  const { signal, net } = context;
  const ended = (failure: EpochFailure): EpochEnd =>
    signal.aborted ? { kind: 'aborted' } : { kind: 'failed', failure };
  const api = apiOf(account, net);
  if (api === undefined) return ended(NO_TOKEN);
  context.phase('authenticating');
  const me = await api.call('getMe', {}, { signal, timeoutMs: CALL_TIMEOUT_MS });
  if (!me.ok) return ended(me.error.failure);
  const bot = readBot(me.value);
  if (bot === undefined) return ended(protocolFailure('something that is not a bot'));
  context.phase('connecting');
  // Nothing can be fetched while a webhook is set.
  const unhooked = await api.call('deleteWebhook', {}, { signal, timeoutMs: CALL_TIMEOUT_MS });
  if (!unhooked.ok) return ended(unhooked.error.failure);
  return ended(await poll(api, bot, context));
}

/** Fetches until it fails or `context` is over; the first answer, which is not held, is the ready proof. */
async function poll(api: TelegramApi, bot: TelegramBot, context: EpochContext): Promise<EpochFailure> {
  const { signal, clock } = context;
  let offset = storedOffset(context, bot);
  for (let isFirst = true; ; isFirst = false) {
    const askedAt = clock.monotonicMs();
    const answer = await api.call(
      'getUpdates',
      {
        ...(offset === undefined ? {} : { offset }),
        limit: 100,
        timeout: isFirst ? 0 : HOLD_S,
        allowed_updates: ['message', 'channel_post'],
      },
      { signal, timeoutMs: isFirst ? CALL_TIMEOUT_MS : POLL_TIMEOUT_MS, maxBytes: MAX_POLL_BYTES },
    );
    if (!answer.ok) return answer.error.failure;
    const updates = readUpdates(answer.value);
    if (updates === undefined) return protocolFailure('something that is not a list of updates');
    if (isFirst) {
      context.ready({
        mode: 'polling',
        evidence: 'first poll answered',
        ...identityOf(bot),
        live: { send: (message, sendSignal) => send(api, message, sendSignal) },
      });
    }
    if (updates.length > 0) context.event('poll answered');
    else if (!isFirst) context.activity('poll answered');
    for (const update of updates) if (!handOver(update, bot, context)) return CLOSED;
    // The next poll tells Telegram to forget them.
    if (updates.length > 0) await context.kept();
    // Not the highest ever: after a week without updates Telegram begins to count anew, anywhere.
    const next = updates.reduce((most, { update_id }) => Math.max(most, update_id + 1), 0);
    const hasMoved = updates.length > 0 && next !== offset;
    if (hasMoved) {
      offset = next;
      context.store.set(CURSOR_KEY, { bot: bot.id, offset });
    }
    const isQuick = clock.monotonicMs() - askedAt < MIN_POLL_MS;
    if (!hasMoved && !isFirst && isQuick) await delay(clock, MIN_POLL_MS, signal);
    if (signal.aborted) return CLOSED;
  }
}

const CLOSED: EpochFailure = { class: 'network', code: 'aborted', message: 'stopped' };

/** The cursor of another bot would skip messages of this one. */
function storedOffset({ store }: EpochContext, bot: TelegramBot): number | undefined {
  const cursor = store.get(CURSOR_KEY);
  if (!isObject(cursor) || cursor.bot !== bot.id) return undefined;
  return typeof cursor.offset === 'number' && Number.isSafeInteger(cursor.offset) ? cursor.offset : undefined;
}

/** False when the epoch is over and the update was not taken. */
function handOver(
  update: Readonly<Record<string, unknown>>,
  bot: TelegramBot,
  context: EpochContext,
): boolean {
  const read = readUpdate(update, bot, context.clock.now());
  if (read.kind === 'message') return context.inbound(read.message) !== 'closed';
  if (read.kind === 'unreadable') {
    const why = `Telegram delivered a message that cannot be read: ${read.field} is missing or wrong`;
    context.rejected({ class: 'protocol', code: 'bad_message', message: why });
  }
  return true;
}

async function send(api: TelegramApi, message: OutboundMessage, signal: AbortSignal): Promise<SendOutcome> {
  const target = sendTarget(message.to);
  if (target === undefined) {
    return err({
      class: 'config',
      code: 'bad_chat_id',
      message: 'this is no Telegram chat: a chat id is a number, a channel name begins with @',
    });
  }
  const quoted = message.replyToId === undefined ? undefined : replyMessageId(message.replyToId, target);
  const params = {
    ...target,
    text: message.text,
    ...(quoted === undefined
      ? {}
      : { reply_parameters: { message_id: quoted, allow_sending_without_reply: true } }),
  };
  const call = { signal, timeoutMs: SEND_TIMEOUT_MS };
  let sent = await api.call('sendMessage', params, call);
  if (!sent.ok && sent.error.migrateTo !== undefined) {
    sent = await api.call('sendMessage', { chat_id: sent.error.migrateTo, text: message.text }, call);
  }
  if (!sent.ok) return err(unconfirmed(sent.error.failure));
  const { message_id: id, chat } = isObject(sent.value) ? sent.value : {};
  const isNamed = isObject(chat) && Number.isSafeInteger(chat.id) && Number.isSafeInteger(id);
  return ok(isNamed ? { messageId: `${chat.id}:${id}` } : {});
}

/** Once the request was on its way, nobody knows without an answer. */
function unconfirmed(failure: EpochFailure): EpochFailure {
  if (failure.class !== 'network' || !UNSURE_CODES.includes(failure.code)) return failure;
  return { ...failure, message: `${failure.message}; the text may have been sent` };
}

function identityOf({ id, username }: TelegramBot): { identity: { id: string; name?: string } } {
  return { identity: { id: String(id), ...(username === undefined ? {} : { name: `@${username}` }) } };
}

async function probe(account: FieldAccount, context: ProbeContext): Promise<ProbeOutcome> {
  const api = apiOf(account, context.net);
  if (api === undefined) return refused({ failure: NO_TOKEN, field: 'botToken' }, account);
  const me = await api.call('getMe', {}, { signal: context.signal, timeoutMs: CALL_TIMEOUT_MS });
  if (!me.ok) return refused(me.error, account);
  const bot = readBot(me.value);
  if (bot === undefined) return refused({ failure: protocolFailure('something that is not a bot') }, account);
  return { ok: true, ...identityOf(bot), ...(bot.readsGroups ? {} : { note: PRIVACY_NOTE }) };
}

/** The probe, and whether starting would take the bot away from somebody. */
async function check(account: FieldAccount, context: ProbeContext): Promise<ProbeOutcome> {
  const outcome = await probe(account, context);
  const api = apiOf(account, context.net);
  if (!outcome.ok || api === undefined) return outcome;
  const hook = await api.call('getWebhookInfo', {}, { signal: context.signal, timeoutMs: CALL_TIMEOUT_MS });
  const isHooked =
    hook.ok && isObject(hook.value) && typeof hook.value.url === 'string' && hook.value.url !== '';
  // A note here is asked about before saving: only what saving would do to others is.
  const { note: _probeNote, ...checked } = outcome;
  return isHooked ? { ...checked, note: WEBHOOK_NOTE } : checked;
}

function refused({ failure, field }: TelegramError, { values }: FieldAccount): ProbeOutcome {
  // What goes wrong on the way is the address's fault only where somebody chose it.
  const atFault = field ?? (failure.class === 'network' ? 'apiRoot' : undefined);
  const isOwn = atFault !== 'apiRoot' || values.apiRoot !== undefined;
  return {
    ok: false,
    error: failure.message,
    class: failure.class,
    ...(failure.fix === undefined ? {} : { fix: failure.fix }),
    ...(atFault === undefined || !isOwn ? {} : { field: atFault }),
  };
}
