// A double of WeCom's robot connection (reference/channels section 7): strict about the credential, the frames, the
// conversations that a bot may write to and the messages that can still be answered. The vendor's SDK connects to it
// in test/contract/wecom-sdk.test.ts.

import { type WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '../../electron/core/lib/clock';
import type { ChannelDouble, DoubleOptions, Fault, Incident, SentText } from './channel-double';
import { DoubleRecord } from './double-record';
import { DoubleServer } from './double-server';

const BOT_ID = 'aib-double-0001';
const SECRET = 'wecom-double-secret-7f3a91c2';
const MAX_CONTENT_BYTES = 20_480;

type Json = Readonly<Record<string, unknown>>;

export interface WecomAnswer {
  readonly errcode: number;
  readonly errmsg: string;
}

export interface WecomDouble extends ChannelDouble {
  /** How the next frame with this command is answered; `silent`: not at all. */
  script(cmd: string, answer: WecomAnswer | 'silent'): void;
  /** A message callback with this body over the defaults; `undefined` removes a field. Resolves with its req_id. */
  push(body: Readonly<Record<string, unknown>>): Promise<string>;
  event(eventtype: string): Promise<void>;
  /** A text frame as it is. */
  raw(text: string): Promise<void>;
  /** The messages so far can no longer be answered in place (846608). */
  expireReplies(): void;
  /** A WebSocket close frame with this code. */
  closeWith(code: number, reason?: string): Promise<void>;
}

interface Callback {
  readonly conversation: string;
  expired: boolean;
}

export async function startWecomDouble({ clock = systemClock }: DoubleOptions = {}): Promise<WecomDouble> {
  const record = new DoubleRecord();
  const sent: SentText[] = [];
  const scripts = new Map<string, (WecomAnswer | 'silent')[]>();
  const callbacks = new Map<string, Callback>();
  const streams = new Set<string>();
  const conversations = new Set<string>();
  let fault: Fault = 'none';
  let revoked = false;
  let live: WebSocket | undefined;
  let count = 0;
  let delivered = 0;

  const server = new DoubleServer((_request, response) => {
    if (fault === 'hang') return;
    response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.server.on('upgrade', (request, socket, head) => {
    record.add({ via: 'http', name: `GET ${request.url}`, body: undefined });
    if (fault === 'hang') return;
    if (fault === 'slow') {
      socket.write('HTTP/1.1 101 Switching');
    } else if (fault === 'server-error') {
      socket.end('HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/html\r\n\r\n<h1>500</h1>');
    } else if (request.url !== '/') {
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    } else sockets.handleUpgrade(request, socket, head, take);
  });

  function take(socket: WebSocket): void {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (live === socket) live = undefined;
    });
    socket.on('message', (data) => onFrame(socket, String(data)));
  }

  function onFrame(socket: WebSocket, text: string): void {
    const frame = readFrame(text);
    if (frame === undefined) {
      socket.close(1007);
      return;
    }
    const { cmd, reqId, body } = frame;
    record.add({ via: 'ws', name: cmd, body: { ...body, req_id: reqId } });
    const scripted = scripts.get(cmd)?.shift();
    if (fault === 'mute' || fault === 'hang' || scripted === 'silent') return;
    if (fault === 'malformed' || fault === 'huge') {
      socket.send(fault === 'huge' ? hugeFrame() : BROKEN_FRAME);
      return;
    }
    const answer = scripted ?? answerTo(cmd, reqId, body, socket);
    if (answer === undefined) return;
    socket.send(JSON.stringify({ headers: { req_id: reqId }, ...answer }));
    if (cmd === 'aibot_subscribe' && answer.errcode === 0) subscribe(socket);
  }

  function subscribe(socket: WebSocket): void {
    const before = live;
    live = socket;
    if (before !== undefined && before !== socket) kick(before);
    record.changed();
  }

  function kick(socket: WebSocket): void {
    socket.send(eventFrame('disconnected_event'));
    socket.close(1000);
    if (live === socket) live = undefined;
  }

  function answerTo(cmd: string, reqId: string, body: Json, socket: WebSocket): WecomAnswer | undefined {
    if (cmd === 'aibot_subscribe') return subscribeAnswer(body);
    if (socket !== live) return undefined; // nobody answers who has not subscribed
    if (cmd === 'ping') return OK;
    if (fault === 'rate-limit') return RATE_LIMITED;
    if (cmd === 'aibot_respond_msg') return respondAnswer(reqId, body);
    if (cmd === 'aibot_send_msg') return pushAnswer(body);
    return INVALID;
  }

  function subscribeAnswer({ bot_id, secret }: Json): WecomAnswer {
    if (typeof bot_id !== 'string' || typeof secret !== 'string') return INVALID;
    if (fault === 'rate-limit') return RATE_LIMITED;
    if (bot_id !== BOT_ID) return refusal(93019, 'invalid bot_id');
    if (secret !== SECRET || revoked || fault === 'bad-credential') {
      return refusal(853000, 'signature is incorrect, please check if the bot secret is correct');
    }
    return OK;
  }

  function respondAnswer(reqId: string, { msgtype, stream }: Json): WecomAnswer {
    const callback = callbacks.get(reqId);
    if (callback === undefined) return refusal(846605, 'invalid req_id');
    if (msgtype !== 'stream' || typeof stream !== 'object' || stream === null) return INVALID;
    const { id, finish, content } = stream as Json;
    if (typeof id !== 'string' || typeof finish !== 'boolean' || !isContent(content)) return INVALID;
    if (callback.expired) return refusal(846608, 'stream message update expired');
    if (finish && !streams.has(id)) sent.push({ to: callback.conversation, text: content });
    if (finish) streams.add(id);
    return OK;
  }

  function pushAnswer({ chatid, chat_type, msgtype, markdown }: Json): WecomAnswer {
    if (msgtype !== 'markdown') return refusal(40008, 'invalid message type');
    const content = (markdown as Json | undefined)?.content;
    if (typeof chatid !== 'string' || !isContent(content)) return INVALID;
    if (chat_type !== undefined && chat_type !== 1 && chat_type !== 2) return INVALID;
    if (!conversations.has(chatid)) return refusal(93006, 'invalid chatid');
    sent.push({ to: chatid, text: content });
    return OK;
  }

  async function linked(): Promise<WebSocket> {
    return record.until(() => live);
  }

  async function push(body: Json): Promise<string> {
    const socket = await linked();
    count += 1;
    const reqId = `callback-${count}`;
    const defaults = {
      msgid: `msg-${count}`,
      aibotid: BOT_ID,
      chattype: 'single',
      from: { userid: 'zhangsan' },
      create_time: Math.floor(clock.now() / 1_000),
      response_url: 'https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RESPONSE-CODE-MARKER',
      msgtype: 'text',
    };
    const whole: Json = { ...defaults, ...body };
    const from = whole.from as { userid?: string } | undefined;
    const conversation = String(whole.chattype === 'group' ? whole.chatid : from?.userid);
    conversations.add(conversation);
    callbacks.set(reqId, { conversation, expired: false });
    socket.send(JSON.stringify({ cmd: 'aibot_msg_callback', headers: { req_id: reqId }, body: whole }));
    return reqId;
  }

  function eventFrame(eventtype: string): string {
    count += 1;
    const body = {
      msgid: `event-${count}`,
      aibotid: BOT_ID,
      create_time: Math.floor(clock.now() / 1_000),
      from: { userid: 'zhangsan' },
      msgtype: 'event',
      event: { eventtype },
    };
    return JSON.stringify({ cmd: 'aibot_event_callback', headers: { req_id: `event-${count}` }, body });
  }

  const incidents: Readonly<Partial<Record<Incident, (socket: WebSocket) => void>>> = {
    cut: (socket) => socket.terminate(),
    close: (socket) => socket.close(1001, 'going away'),
    kick,
    revoke(socket) {
      revoked = true;
      socket.close(1000);
    },
  };

  await server.up();
  return {
    channel: 'wecom',
    settings: { botId: BOT_ID, websocketUrl: `ws://127.0.0.1:${server.port}` },
    secrets: { secret: SECRET },
    incidents: Object.keys(incidents) as Incident[],
    log: record.log,
    sent,
    get links() {
      return live === undefined ? 0 : 1;
    },
    linked: async () => void (await linked()),
    seen: (match) => record.seen(match),
    async deliver({ text, sender = 'zhangsan', conversation, messageId }) {
      const inGroup = conversation !== undefined && conversation !== sender;
      // Counted here, not by `push`: two messages of one turn have two ids.
      delivered += 1;
      const id = messageId ?? `delivery-${delivered}`;
      await push({
        msgid: id,
        from: { userid: sender },
        text: { content: text },
        ...(inGroup ? { chattype: 'group', chatid: conversation } : {}),
      });
      return id;
    },
    async fault(next) {
      fault = next;
      if (next === 'down') await server.down();
      else await server.up();
      if (next === 'malformed') live?.send(BROKEN_FRAME);
      if (next === 'huge') live?.send(hugeFrame());
    },
    async happen(incident: Incident) {
      const act = incidents[incident];
      if (act === undefined) throw new Error(`WeCom's wire has no ${incident}`);
      act(await linked());
    },
    script(cmd, answer) {
      scripts.set(cmd, [...(scripts.get(cmd) ?? []), answer]);
    },
    push,
    async event(eventtype) {
      (await linked()).send(eventFrame(eventtype));
    },
    async raw(text) {
      (await linked()).send(text);
    },
    expireReplies() {
      for (const callback of callbacks.values()) callback.expired = true;
    },
    async closeWith(code, reason) {
      (await linked()).close(code, reason);
    },
    close: () => server.down(),
  };
}

const BROKEN_FRAME = '{"cmd":"aibot_msg_callback","headers":{';
const OK: WecomAnswer = { errcode: 0, errmsg: 'ok' };
const INVALID = refusal(40058, 'invalid Request Parameter');
const RATE_LIMITED = refusal(45009, 'api freq out of limit');

/** With the tail that the vendor puts behind every refusal. */
function refusal(errcode: number, errmsg: string): WecomAnswer {
  const tail = `hint: [1774860435025430090197413], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`;
  return { errcode, errmsg: `${errmsg}, ${tail}` };
}

function readFrame(text: string): { cmd: string; reqId: string; body: Json } | undefined {
  try {
    const { cmd, headers, body = {} } = JSON.parse(text);
    return typeof cmd === 'string' && typeof headers?.req_id === 'string'
      ? { cmd, reqId: headers.req_id, body }
      : undefined;
  } catch {
    return undefined;
  }
}

function isContent(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_CONTENT_BYTES;
}

function hugeFrame(): string {
  const content = 'x'.repeat(1_600_000);
  return JSON.stringify({
    cmd: 'aibot_msg_callback',
    headers: { req_id: 'huge' },
    body: { text: { content } },
  });
}
