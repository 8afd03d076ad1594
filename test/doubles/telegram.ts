// A double of Telegram's Bot API (reference/channels section 8): strict about token, method, fields and chats; holds
// polls, confirms by offset, serves one poller. The library grammY connects to it in test/contract/telegram-sdk.test.ts.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../../electron/core/lib/clock';
import type { Disposable } from '../../electron/core/lib/disposable';
import type { ChannelDouble, DoubleOptions, Fault, Incident, SentText } from './channel-double';
import { DoubleRecord } from './double-record';
import { beginAnswer, DoubleServer } from './double-server';

const BOT_ID = 7120001;
const TOKEN = `${BOT_ID}:AAE-double_token_0123456789abcdefghij`;
const FIRST_GROUP = -1002000000000;

type Json = Readonly<Record<string, unknown>>;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Poll {
  readonly response: ServerResponse;
  readonly limit: number;
  readonly timer: Disposable;
}

export interface TelegramDoubleOptions extends DoubleOptions {
  /** Polls are held no longer, whatever they ask for. */
  readonly maxHoldMs?: number;
}

/** `deliver` resolves with `<chat>:<message>`, because Telegram's message ids count per chat. */
export interface TelegramDouble extends ChannelDouble {
  /** How the next call of this method is answered; a text is sent as it is, with HTTP 200. */
  script(method: string, answer: Answer | string): void;
  /** An update with these fields; resolves with its id. */
  update(fields: Json): Promise<number>;
  /** What another program would do with `setWebhook`. */
  hook(url: string): void;
  /** `getMe` says so: privacy mode is off or on. */
  readsGroups: boolean;
  /** The group is now this supergroup. */
  migrate(chat: string, to: number): void;
  /** Updates that no offset has confirmed. */
  readonly unconfirmed: number;
}

export async function startTelegramDouble(options: TelegramDoubleOptions = {}): Promise<TelegramDouble> {
  const { clock = systemClock, maxHoldMs = Number.POSITIVE_INFINITY } = options;
  const record = new DoubleRecord();
  const sent: SentText[] = [];
  const scripts = new Map<string, (Answer | string)[]>();
  const chats = new Map<number, 'private' | 'supergroup'>();
  const migrations = new Map<number, number>();
  const ids = new Map<string, number>();
  let updates: (Json & { update_id: number })[] = [];
  let nextUpdate = 500_000_001;
  let nextMessage = 1;
  let webhook = '';
  let revoked = false;
  let fault: Fault = 'none';
  let poll: Poll | undefined;

  const server = new DoubleServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const body = await readJson(request);
    record.add({ via: 'http', name: method === '' ? `${request.method} other` : method, body });
    if (fault === 'hang' || (fault === 'mute' && method === 'getUpdates')) return;
    if (fault === 'slow') return beginAnswer(response);
    const scripted = scripts.get(method)?.shift();
    if (typeof scripted === 'string') response.writeHead(200).end(scripted);
    else if (scripted !== undefined) reply(response, scripted);
    else if (isFaulty()) replyFault(response);
    else if (token === undefined)
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
    else if (!/^\d+:[\w-]{30,}$/.test(token)) reply(response, refusal(404, 'Not Found'));
    else if (token !== TOKEN || revoked) reply(response, UNAUTHORIZED);
    else if (body === undefined) reply(response, refusal(400, "Bad Request: can't parse JSON object"));
    else if (method === 'getUpdates') getUpdates(body, response);
    else reply(response, answer(method, body));
  }

  function isFaulty(): boolean {
    return !['none', 'hang', 'slow', 'mute', 'down'].includes(fault);
  }

  function replyFault(response: ServerResponse): void {
    if (fault === 'bad-credential') reply(response, UNAUTHORIZED);
    else if (fault === 'rate-limit') {
      const limited = {
        ...refusal(429, 'Too Many Requests: retry after 2').body,
        parameters: { retry_after: 2 },
      };
      reply(response, { status: 429, body: limited });
    } else if (fault === 'server-error') {
      response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');
    } else if (fault === 'malformed') response.writeHead(200).end('{"ok":true,"result":[{"upd');
    else response.writeHead(200).end(`{"ok":true,"result":"${'x'.repeat(9 * 1024 * 1024)}"}`);
  }

  function answer(method: string, body: Json): Answer {
    switch (method) {
      case 'getMe':
        return okay(me());
      case 'deleteWebhook':
        webhook = '';
        return okay(true);
      case 'setWebhook':
        if (typeof body.url !== 'string') return refusal(400, 'Bad Request: bad webhook');
        webhook = body.url;
        return okay(true);
      case 'getWebhookInfo':
        return okay({ url: webhook, pending_update_count: updates.length });
      case 'sendMessage':
        return sendMessage(body);
      default:
        return refusal(404, 'Not Found: method not found');
    }
  }

  function me(): Json {
    return {
      id: BOT_ID,
      is_bot: true,
      first_name: 'Double',
      username: 'double_bot',
      can_join_groups: true,
      can_read_all_group_messages: double.readsGroups,
      supports_inline_queries: false,
    };
  }

  function getUpdates({ offset, limit = 100, timeout = 0 }: Json, response: ServerResponse): void {
    if (webhook !== '') {
      reply(response, HOOKED);
      return;
    }
    endPoll(CONFLICT);
    if (typeof offset === 'number') updates = updates.filter(({ update_id }) => update_id >= offset);
    const holdMs = Math.min(Number(timeout) * 1_000, maxHoldMs);
    const timer = clock.setTimeout(() => endPoll(okay([])), holdMs);
    poll = { response, limit: Number(limit), timer };
    response.on('close', () => {
      if (poll?.response !== response) return;
      timer.dispose();
      poll = undefined;
      record.changed();
    });
    if (holdMs === 0) endPoll(okay(updates.slice(0, poll.limit)));
    else handOut();
    record.changed();
  }

  function endPoll(withAnswer: Answer): void {
    if (poll === undefined) return;
    const { response, timer } = poll;
    poll = undefined;
    timer.dispose();
    reply(response, withAnswer);
  }

  function handOut(): void {
    if (poll === undefined || updates.length === 0 || ['hang', 'slow', 'mute'].includes(fault)) return;
    endPoll(okay(updates.slice(0, poll.limit)));
  }

  function sendMessage({ chat_id, text, reply_parameters, message_thread_id }: Json): Answer {
    const chat = Number(chat_id);
    if (typeof text !== 'string' || text === '') return refusal(400, 'Bad Request: message text is empty');
    if (text.length > 4096) return refusal(400, 'Bad Request: message is too long');
    const moved = migrations.get(chat);
    if (moved !== undefined) {
      const { status, body } = refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat');
      return { status, body: { ...body, parameters: { migrate_to_chat_id: moved } } };
    }
    const type = chats.get(chat);
    if (type === undefined) return refusal(400, 'Bad Request: chat not found');
    if (reply_parameters !== undefined && typeof (reply_parameters as Json).message_id !== 'number') {
      return refusal(400, 'Bad Request: message to be replied not found');
    }
    const topic = message_thread_id === undefined ? '' : `:topic:${message_thread_id}`;
    sent.push({ to: `${chat}${topic}`, text });
    const date = Math.floor(clock.now() / 1_000);
    return okay({ message_id: nextMessage++, date, chat: { id: chat, type }, from: me(), text });
  }

  /** A number that is the same for the same name; numbers name themselves. */
  function idOf(name: string, fresh: () => number): number {
    if (/^-?\d+$/.test(name)) return Number(name);
    const id = ids.get(name) ?? fresh();
    ids.set(name, id);
    return id;
  }

  async function update(fields: Json): Promise<number> {
    const update_id = nextUpdate++;
    updates.push({ ...fields, update_id });
    handOut();
    return update_id;
  }

  const incidents: Readonly<Partial<Record<Incident, (held: Poll) => void>>> = {
    cut: ({ response }) => void response.socket?.destroy(),
    close: () => endPoll(refusal(502, 'Bad Gateway')),
    kick: () => endPoll(CONFLICT),
    revoke() {
      revoked = true;
      endPoll(UNAUTHORIZED);
    },
  };

  await server.up();
  const double: TelegramDouble = {
    channel: 'telegram',
    settings: { apiRoot: `http://127.0.0.1:${server.port}` },
    secrets: { botToken: TOKEN },
    incidents: Object.keys(incidents) as Incident[],
    log: record.log,
    sent,
    readsGroups: true,
    get links() {
      return poll === undefined ? 0 : 1;
    },
    get unconfirmed() {
      return updates.length;
    },
    linked: async () => void (await record.until(() => poll)),
    seen: (match) => record.seen(match),
    async deliver({ text, sender = 'ada', senderName = 'Ada', conversation, messageId }) {
      const from = idOf(sender, () => 9_000_001 + ids.size);
      const [chatName, thread] = (conversation ?? String(from)).split(':topic:');
      const chat = idOf(chatName ?? '', () => FIRST_GROUP - ids.size);
      const type = chat > 0 ? 'private' : 'supergroup';
      chats.set(chat, type);
      const id = idOf(messageId?.split(':').at(-1) ?? String(nextMessage++), () => nextMessage++);
      await update({
        message: {
          message_id: id,
          date: Math.floor(clock.now() / 1_000),
          chat: { id: chat, type },
          from: { id: from, is_bot: false, first_name: senderName },
          text,
          ...(thread === undefined ? {} : { message_thread_id: Number(thread), is_topic_message: true }),
        },
      });
      return `${chat}:${id}`;
    },
    async fault(next) {
      fault = next;
      if (next === 'down') await server.down();
      else await server.up();
      if (isFaulty() && poll !== undefined) {
        const { response, timer } = poll;
        poll = undefined;
        timer.dispose();
        replyFault(response);
      }
      handOut();
    },
    async happen(incident: Incident) {
      const act = incidents[incident];
      if (act === undefined) throw new Error(`Telegram's wire has no ${incident}`);
      act(await record.until(() => poll));
      record.changed();
    },
    script(method, scripted) {
      scripts.set(method, [...(scripts.get(method) ?? []), scripted]);
    },
    update,
    hook(url) {
      webhook = url;
    },
    migrate(chat, to) {
      migrations.set(Number(chat), to);
      chats.set(to, 'supergroup');
    },
    close: () => server.down(),
  };
  return double;
}

const UNAUTHORIZED = refusal(401, 'Unauthorized');
const HOOKED = refusal(
  409,
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
);
const CONFLICT = refusal(
  409,
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
);

function okay(result: unknown): Answer {
  return { status: 200, body: { ok: true, result } };
}

function refusal(error_code: number, description: string): { status: number; body: Json } {
  return { status: error_code, body: { ok: false, error_code, description } };
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Undefined for what is no JSON object with its content type; `{}` for no body. */
async function readJson(request: IncomingMessage): Promise<Json | undefined> {
  let text = '';
  for await (const chunk of request) text += chunk;
  if (text === '') return {};
  if (!/^application\/json/.test(request.headers['content-type'] ?? '')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
