// A double of Tencent's iLink bot API for personal WeChat (reference/channels section 6): strict about headers, the
// token, the cursor, the context token and the window in which a bot may write. No SDK of the vendor runs alone, so
// test/core/channels/adapters/weixin-double.test.ts holds it to that section.

import type { ServerResponse } from 'node:http';
import { systemClock } from '../../electron/core/lib/clock';
import type { Disposable } from '../../electron/core/lib/disposable';
import type { ChannelDouble, DoubleOptions, Fault, Incident, SentText } from './channel-double';
import { DoubleRecord } from './double-record';
import { beginAnswer, DoubleServer } from './double-server';
import { type WeixinQr, WeixinQrDesk } from './weixin-qr';
import {
  type Answer,
  answer,
  hasBaseInfo,
  headerProblem,
  type Json,
  readCall,
  refusal,
  uint64,
  type WeixinCall,
  write,
} from './weixin-wire';

const USER_ID = 'o9double0001@im.wechat';
const BOT_ID = 'd0ub1e00c0de@im.bot';
const MAX_SENDS_PER_TURN = 10;
const WINDOW_MS = 86_400_000;
/** Above 2^53, and odd: a client that rounds shows it. */
const FIRST_ID = 7_497_484_083_968_569_737n;
const API = '/ilink/bot/';

export interface WeixinDoubleOptions extends DoubleOptions {
  /** How long a poll is held; the vendor's 35 s when absent. */
  readonly holdMs?: number;
}

export interface WeixinDouble extends ChannelDouble {
  readonly url: string;
  readonly userId: string;
  readonly botId: string;
  /** What a login leaves in the account's store. */
  readonly stored: Json;
  readonly qr: WeixinQr;
  /** A message with these fields over the defaults; `undefined` removes one. Resolves with its id. */
  push(fields: Json): Promise<string>;
  /** How the next call of this name (`getupdates`, `sendmessage` …) is answered, as it is. */
  script(name: string, answer: { readonly status?: number; readonly body: string }): void;
  /** The session sleeps: -14 until the client announces itself. */
  fallAsleep(): void;
}

interface Person {
  contextToken: string;
  wroteAt: number;
  sends: number;
}

/** `later`: the response is kept and written when there is news. */
type Route = (call: WeixinCall, response: ServerResponse) => Answer | 'later';

interface HeldPoll {
  readonly response: ServerResponse;
  readonly from: number;
  readonly timer: Disposable;
}

export async function startWeixinDouble(options: WeixinDoubleOptions = {}): Promise<WeixinDouble> {
  const { clock = systemClock, holdMs = 35_000 } = options;
  const record = new DoubleRecord();
  const sent: SentText[] = [];
  const messages: Json[] = [];
  const persons = new Map<string, Person>();
  const clientIds = new Map<string, string>();
  const scripts = new Map<string, { readonly status?: number; readonly body: string }[]>();
  let token: string | undefined = 'weixin-double-token-1';
  let logins = 1;
  let asleep = false;
  let fault: Fault = 'none';
  let held: HeldPoll | undefined;
  let count = 0;

  const qr = new WeixinQrDesk({
    clock,
    holdMs,
    record,
    issueLogin() {
      logins += 1;
      const botToken = `weixin-double-token-${logins}`;
      return { bot_token: botToken, ilink_bot_id: BOT_ID, baseurl: url(), ilink_user_id: USER_ID };
    },
    adopt(next) {
      if (typeof next === 'string') token = next;
      release((response) => write(response, answer(ENDED)));
    },
  });

  const server = new DoubleServer(async (request, response) => {
    const call = await readCall(request);
    record.add({
      via: 'http',
      name: `${call.method} ${call.path}`,
      body: call.method === 'GET' ? Object.fromEntries(call.query) : call.body,
    });
    if (fault === 'hang') return;
    if (fault === 'slow') return beginAnswer(response);
    if (misbehave(response)) return;
    const route = ROUTES[`${call.method} ${call.path}`];
    if (route === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
      return;
    }
    const problem = headerProblem(call);
    if (problem !== undefined) return write(response, refusal(problem));
    const scripted = scripts.get(call.path.slice(API.length))?.shift();
    if (scripted !== undefined) {
      response.writeHead(scripted.status ?? 200, { 'content-type': 'application/json' }).end(scripted.body);
      return;
    }
    const answered = route(call, response);
    if (answered !== 'later') write(response, answered);
  });

  const ROUTES: Readonly<Record<string, Route>> = {
    [`POST ${API}get_bot_qrcode`]: (call) => qr.issue(call),
    [`GET ${API}get_qrcode_status`]: (call, response) => qr.poll(call, response),
    [`POST ${API}msg/notifystart`]: authorized(() => {
      asleep = false;
      return answer({ ret: 0, errmsg: '' });
    }),
    [`POST ${API}msg/notifystop`]: authorized(() => answer({ ret: 0, errmsg: '' })),
    [`POST ${API}getupdates`]: authorized(getUpdates),
    [`POST ${API}sendmessage`]: authorized(sendMessage),
    [`POST ${API}getconfig`]: authorized(({ body }) => {
      const user = String(body.ilink_user_id);
      const known = user === USER_ID || persons.has(user);
      return answer(known ? { ret: 0, typing_ticket: TYPING_TICKET } : { ret: -1, errmsg: 'unknown user' });
    }),
    [`POST ${API}sendtyping`]: authorized(({ body }) => {
      const valid = body.typing_ticket === TYPING_TICKET && (body.status === 1 || body.status === 2);
      return answer(valid ? { ret: 0 } : { ret: -1, errmsg: 'invalid typing_ticket' });
    }),
  };

  function authorized(route: Route): Route {
    return (call, response) => {
      if (!hasBaseInfo(call)) return refusal('base_info');
      const isKnown = token !== undefined && call.headers.authorization === `Bearer ${token}`;
      const isAwake = !asleep || call.path.endsWith('/notifystart');
      return isKnown && isAwake && fault !== 'bad-credential' ? route(call, response) : answer(ENDED);
    };
  }

  function getUpdates({ body }: WeixinCall, response: ServerResponse): Answer | 'later' {
    const from = positionOf(body.get_updates_buf);
    if (from === undefined || from > messages.length) return refusal('get_updates_buf');
    release((older) => write(older, answer(updates([], from))));
    if (fault !== 'mute' && from < messages.length)
      return answer(updates(messages.slice(from), messages.length));
    const timer = clock.setTimeout(() => {
      if (fault !== 'mute') release((own) => write(own, answer(updates([], from))));
    }, holdMs);
    const poll = { response, from, timer };
    held = poll;
    response.on('close', () => {
      timer.dispose();
      if (held === poll) held = undefined;
      record.changed();
    });
    record.changed();
    return 'later';
  }

  function updates(batch: readonly Json[], position: number): Json {
    return { ret: 0, msgs: batch, get_updates_buf: cursorAt(position), longpolling_timeout_ms: holdMs };
  }

  function sendMessage({ body }: WeixinCall): Answer {
    const message = body.msg as Json | undefined;
    const { to_user_id: to, client_id: clientId, item_list: items } = message ?? {};
    const [item] = Array.isArray(items) ? (items as Json[]) : [];
    const text = (item?.text_item as Json | undefined)?.text;
    if (message?.from_user_id !== '' || typeof to !== 'string') return refusal('user ids');
    if (message.message_type !== 2 || message.message_state !== 2) return refusal('message_type');
    if (typeof clientId !== 'string' || clientId === '') return refusal('client_id');
    if (item?.type !== 1 || typeof text !== 'string') return refusal('item_list');
    const before = clientIds.get(clientId);
    if (before !== undefined) return answer({ ret: 0, message_id: uint64(before) });
    const person = persons.get(to);
    const isOpen =
      person !== undefined && person.sends < MAX_SENDS_PER_TURN && clock.now() - person.wroteAt < WINDOW_MS;
    if (!isOpen || text === '' || message.context_token !== person.contextToken) {
      return answer({ ret: -2, errmsg: 'prepare failed' });
    }
    person.sends += 1;
    const id = nextId();
    clientIds.set(clientId, id);
    sent.push({ to, text });
    return answer({ ret: 0, message_id: uint64(id) });
  }

  /** True when the vendor's trouble has answered. */
  function misbehave(response: ServerResponse): boolean {
    switch (fault) {
      case 'rate-limit':
        response.writeHead(429, { 'retry-after': '2' }).end();
        return true;
      case 'server-error':
        response.writeHead(500, { 'content-type': 'text/html' }).end('<html><h1>500</h1></html>');
        return true;
      case 'malformed':
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"ret":0,"msgs":[{"message_id":74');
        return true;
      case 'huge':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ret: 0, msgs: [], errmsg: 'x'.repeat(1_600_000) }));
        return true;
      default:
        return false;
    }
  }

  /** Answers the poll that waits, when there is one. */
  function release(answer: (response: ServerResponse) => void): void {
    const poll = held;
    held = undefined;
    poll?.timer.dispose();
    if (poll !== undefined) answer(poll.response);
  }

  function nextId(): string {
    count += 1;
    return String(FIRST_ID + BigInt(count * 2));
  }

  async function push(fields: Json): Promise<string> {
    const id = typeof fields.message_id === 'string' ? idOf(fields.message_id) : nextId();
    const from = typeof fields.from_user_id === 'string' ? fields.from_user_id : USER_ID;
    const contextToken = `context-double-${messages.length + 1}`;
    persons.set(from, { contextToken, wroteAt: clock.now(), sends: 0 });
    messages.push({
      seq: messages.length + 1,
      from_user_id: from,
      to_user_id: BOT_ID,
      create_time_ms: clock.now(),
      session_id: `session-${from}`,
      message_type: 1,
      message_state: 2,
      item_list: [{ type: 1, text_item: { text: 'hello' } }],
      context_token: contextToken,
      ...fields,
      message_id: 'message_id' in fields && fields.message_id === undefined ? undefined : uint64(id),
    });
    if (held !== undefined && fault !== 'mute') {
      const handed = new Promise((resolve) => held?.response.on('close', resolve));
      const { from: position } = held;
      release((response) => write(response, answer(updates(messages.slice(position), messages.length))));
      await handed;
    }
    return id;
  }

  function endLogin(): void {
    token = undefined;
    release((response) => write(response, answer(ENDED)));
  }

  function url(): string {
    return `http://127.0.0.1:${server.port}`;
  }

  async function linked(): Promise<void> {
    await record.until(() => held);
  }

  await server.up();
  return {
    channel: 'openclaw-weixin',
    settings: { endpoints: { login: url() } },
    get secrets() {
      return { token: token ?? 'weixin-double-token-gone' };
    },
    incidents: ['cut', 'close', 'kick', 'revoke'],
    log: record.log,
    sent,
    get links() {
      return held === undefined ? 0 : 1;
    },
    url: url(),
    userId: USER_ID,
    botId: BOT_ID,
    stored: { baseUrl: url(), botId: BOT_ID, userId: USER_ID, savedAt: clock.now() },
    qr,
    linked,
    seen: (match) => record.seen(match),
    // Direct chats only, and no names on this wire: the conversation is the sender.
    deliver: ({ text, sender, conversation, messageId }) =>
      push({
        from_user_id: sender ?? conversation ?? USER_ID,
        item_list: [{ type: 1, text_item: { text } }],
        ...(messageId === undefined ? {} : { message_id: messageId }),
      }),
    push,
    script(name, answer) {
      scripts.set(name, [...(scripts.get(name) ?? []), answer]);
    },
    fallAsleep() {
      asleep = true;
      release((response) => write(response, answer(ENDED)));
    },
    async fault(next) {
      fault = next;
      if (next === 'down') await server.down();
      else await server.up();
      if (next === 'bad-credential') release((response) => write(response, answer(ENDED)));
      else if (!['none', 'hang', 'slow', 'mute'].includes(next))
        release((response) => void misbehave(response));
      if (next === 'hang' || next === 'slow') held?.timer.dispose();
    },
    async happen(incident: Incident) {
      await linked();
      switch (incident) {
        case 'cut':
          return release((response) => response.destroy());
        case 'close':
          return release((response) =>
            response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>503</h1>'),
          );
        // The vendor says the same to who was displaced and to who was revoked.
        case 'kick':
        case 'revoke':
          return endLogin();
        default:
          throw new Error(`WeChat's wire has no ${incident}`);
      }
    },
    async close() {
      held?.timer.dispose();
      await Promise.all([qr.close(), server.down()]);
    },
  };
}

const TYPING_TICKET = Buffer.from('typing-double').toString('base64');
/** As seen on the wire: the poll's error comes without `ret`. */
const ENDED: Json = { errcode: -14, errmsg: 'session timeout' };

function cursorAt(position: number): string {
  return Buffer.from(`updates-after-${position}`).toString('base64');
}

/** Undefined for a cursor that this double did not make. */
function positionOf(cursor: unknown): number | undefined {
  if (cursor === '') return 0;
  const match = /^updates-after-(\d+)$/.exec(Buffer.from(String(cursor), 'base64').toString('utf8'));
  return match === null ? undefined : Number(match[1]);
}

/** Ids are 64-bit numbers here; another name of a message becomes one, always the same. */
function idOf(name: string): string {
  if (/^[0-9]{1,20}$/.test(name)) return name;
  let hash = 0n;
  for (const byte of Buffer.from(name)) hash = (hash * 257n + BigInt(byte)) % 1_000_000_007n;
  return String(FIRST_ID + 1_000_000_000n + hash);
}
