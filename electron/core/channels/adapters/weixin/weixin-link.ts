// One epoch with WeChat: announces itself, polls for messages with a cursor that is kept once they are handed over,
// and sends texts meanwhile. Run by weixin-adapter. Ends at the first poll that fails; never tries again by itself.

import { delay } from '../../../lib/clock';
import { cleanForeignText } from '../../../lib/foreign-text';
import { err, ok, type Result } from '../../../lib/result';
import type {
  EpochContext,
  EpochEnd,
  EpochFailure,
  OutboundMessage,
  SendOutcome,
} from '../../channel-adapter';
import type { JsonObject } from '../../net/failures';
import { type IlinkClient, malformed, VENDOR } from './ilink-client';
import { loginAge } from './login-age';
import { ReplyContexts } from './reply-contexts';
import { readMessage } from './weixin-message';

const NOTIFY_START_TIMEOUT_MS = 10_000;
/** Of the farewell; less than the 2 s that an epoch has to settle. */
const NOTIFY_STOP_TIMEOUT_MS = 1_500;
const DEFAULT_HOLD_MS = 35_000;
const MAX_HOLD_MS = 60_000;
/** A server that lives answers within its hold time; what is later than this beyond it will not come. */
const HOLD_GRACE_MS = 10_000;
/** An answer without news that comes sooner than this is followed by a pause, so that a server that does not hold is not hammered. */
const MIN_IDLE_POLL_MS = 1_000;
const SEND_TIMEOUT_MS = 15_000;
const CURSOR_KEY = 'cursor';
const WINDOW_CLOSED = -2;
const NO_MESSAGE_ID = 'no_message_id';
const WINDOW_FIX =
  'The person has to write first: WeChat takes answers for about 24 hours after a message, and only some ten of them.';

export interface WeixinLinkOptions {
  readonly client: IlinkClient;
  readonly context: EpochContext;
  /** The bot's own id at the vendor. */
  readonly botId?: string;
}

export class WeixinLink {
  readonly #options: WeixinLinkOptions;
  readonly #contexts: ReplyContexts;
  /** Persons to whom WeChat refused a text since they wrote last. */
  readonly #refused = new Set<string>();
  #holdMs = DEFAULT_HOLD_MS;

  constructor(options: WeixinLinkOptions) {
    this.#options = options;
    this.#contexts = new ReplyContexts(options.context.store);
  }

  async run(): Promise<EpochEnd> {
    const { client, context } = this.#options;
    const { signal } = context;
    if (signal.aborted) return { kind: 'aborted' };
    context.phase('connecting');
    // Whatever comes of it, the poll tells whether the login works; it also wakes a session that has grown idle.
    await client.post('ilink/bot/msg/notifystart', {}, { signal, timeoutMs: NOTIFY_START_TIMEOUT_MS });
    const end = await this.#pump();
    if (!signal.aborted) return end;
    const farewell = { signal: new AbortController().signal, timeoutMs: NOTIFY_STOP_TIMEOUT_MS };
    await client.post('ilink/bot/msg/notifystop', {}, farewell);
    return { kind: 'aborted' };
  }

  async #pump(): Promise<EpochEnd> {
    const { context } = this.#options;
    const { clock, signal } = context;
    const lookAtAge = loginAge(context);
    let isReady = false;
    for (;;) {
      const askedAt = clock.monotonicMs();
      const answer = await this.#poll();
      if (signal.aborted) return { kind: 'aborted' };
      if (!answer.ok) return { kind: 'failed', failure: answer.error };
      if (!isReady) {
        isReady = true;
        this.#announce();
      }
      if (answer.value.messages.length > 0) context.event('poll answered');
      else context.activity('poll answered');
      lookAtAge();
      const handed = this.#handOver(answer.value.messages);
      if (handed === 'closed') return { kind: 'aborted' };
      // The next poll tells WeChat that they were taken.
      if (handed === 'news') await context.kept();
      if (answer.value.cursor !== undefined) context.store.set(CURSOR_KEY, answer.value.cursor);
      const pauseMs = askedAt + MIN_IDLE_POLL_MS - clock.monotonicMs();
      if (handed === 'nothing-new' && pauseMs > 0) await delay(clock, pauseMs, signal);
      if (signal.aborted) return { kind: 'aborted' };
    }
  }

  #announce(): void {
    const { context, botId } = this.#options;
    context.ready({
      mode: 'long-poll',
      evidence: 'first poll answered',
      ...(botId === undefined ? {} : { identity: { id: botId } }),
      live: { send: (message, signal) => this.#send(message, signal) },
    });
  }

  async #poll(): Promise<Result<Updates, EpochFailure>> {
    const { client, context } = this.#options;
    const cursor = context.store.get(CURSOR_KEY);
    const answer = await client.post(
      'ilink/bot/getupdates',
      { get_updates_buf: typeof cursor === 'string' ? cursor : '' },
      { signal: context.signal, timeoutMs: this.#holdMs + HOLD_GRACE_MS },
    );
    if (!answer.ok) return answer;
    const { longpolling_timeout_ms: holdMs } = answer.value;
    if (typeof holdMs === 'number' && holdMs > 0) this.#holdMs = Math.min(holdMs, MAX_HOLD_MS);
    return readUpdates(answer.value);
  }

  #handOver(messages: readonly unknown[]): 'news' | 'nothing-new' | 'closed' {
    const { context } = this.#options;
    let handed: 'news' | 'nothing-new' = 'nothing-new';
    for (const value of messages) {
      const read = readMessage(value, context.clock.now());
      if (read.is === 'own') continue;
      if (read.is === 'malformed') {
        const message = `${VENDOR} delivered a message that cannot be read: ${read.why}`;
        context.rejected({ class: 'protocol', code: 'malformed', message });
        continue;
      }
      const { senderId } = read.message;
      // Before it is handed over: somebody may answer at once.
      if (read.contextToken !== undefined) this.#contexts.remember(senderId, read.contextToken);
      const outcome = context.inbound(read.message);
      if (outcome === 'closed') return 'closed';
      if (outcome === 'accepted') handed = 'news';
      this.#settleRefusal(senderId);
    }
    return handed;
  }

  /** `replyToId` has no meaning here: WeChat's answers go to the person, not to a message. */
  async #send({ to, text, idempotencyKey }: OutboundMessage, signal: AbortSignal): Promise<SendOutcome> {
    const { client, context } = this.#options;
    const token = this.#contexts.get(to);
    const answer = await withEither([signal, context.signal], (either) =>
      client.post(
        'ilink/bot/sendmessage',
        {
          msg: {
            from_user_id: '',
            to_user_id: to,
            client_id: idempotencyKey,
            message_type: 2,
            message_state: 2,
            item_list: [{ type: 1, text_item: { text } }],
            ...(token === undefined ? {} : { context_token: token }),
          },
        },
        { signal: either, timeoutMs: SEND_TIMEOUT_MS },
      ),
    );
    if (!answer.ok) return err(this.#refusal(to, answer.error));
    this.#settleRefusal(to);
    const { message_id: id } = answer.value;
    const messageId = typeof id === 'number' ? String(id) : id;
    if (typeof messageId === 'string' && messageId !== '') {
      context.clearWarning(NO_MESSAGE_ID);
      return ok({ messageId });
    }
    context.warn({
      class: 'server',
      code: NO_MESSAGE_ID,
      message: `${VENDOR} took the last text but gave it no message id: such texts may never arrive`,
      fix: 'Look on the phone whether it arrived. If not, the person should write to the bot, or log in again.',
    });
    return ok({});
  }

  #refusal(to: string, failure: EpochFailure): EpochFailure {
    if (failure.code !== WINDOW_CLOSED) return failure;
    const message = `${VENDOR} did not take the text (code ${WINDOW_CLOSED})`;
    this.#refused.add(to);
    // Of the vendor's own class: nobody can grant this, so it is an issue of the kind `runtime`.
    const refusal = { class: failure.class, code: WINDOW_CLOSED, message, fix: WINDOW_FIX };
    this.#options.context.warn({
      ...refusal,
      message: `${VENDOR} did not take the text for ${cleanForeignText(to, 64)} (code ${WINDOW_CLOSED})`,
    });
    return refusal;
  }

  #settleRefusal(userId: string): void {
    if (this.#refused.delete(userId) && this.#refused.size === 0) {
      this.#options.context.clearWarning(WINDOW_CLOSED);
    }
  }
}

interface Updates {
  readonly messages: readonly unknown[];
  readonly cursor?: string;
}

/** Only what looks like an answer to a poll is one: `ready` rests on it. */
function readUpdates(answer: JsonObject): Result<Updates, EpochFailure> {
  const { ret, msgs, get_updates_buf: cursor } = answer;
  const messages = msgs ?? [];
  if (!Array.isArray(messages)) return err(malformed('a poll without a list of messages'));
  if (ret !== 0 && msgs === undefined && cursor === undefined)
    return err(malformed('a poll with something else'));
  if (cursor !== undefined && cursor !== null && typeof cursor !== 'string') {
    return err(malformed('a poll with a cursor that is no text'));
  }
  // An empty cursor is "no change", not "from the start".
  return ok({ messages, ...(typeof cursor === 'string' && cursor !== '' ? { cursor } : {}) });
}

/** Runs `ask` with a signal that aborts with the first of `signals`; leaves no listener behind. */
async function withEither<T>(
  signals: readonly AbortSignal[],
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signals.some((signal) => signal.aborted)) abort();
  for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
  try {
    return await ask(controller.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}
