// A double of Feishu's open platform and its long connection (reference/channels section 4): strict about credential,
// ticket, frames and receivers; pushes again what nobody acknowledges. The vendor's SDK connects to it in
// test/contract/feishu-sdk.test.ts.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  CONTROL,
  DATA,
  decodeFrame,
  encodeFrame,
  type Frame,
  headerOf,
} from '../../electron/core/channels/adapters/feishu/frame';
import { systemClock } from '../../electron/core/lib/clock';
import { DisposableStore } from '../../electron/core/lib/disposable';
import type { ChannelDouble, DoubleOptions, Fault, Incident } from './channel-double';
import { DoubleRecord } from './double-record';
import { beginAnswer, DoubleServer } from './double-server';
import {
  APP_ID,
  APP_SECRET,
  BOT_OPEN_ID,
  badRequest,
  type Json,
  OpenPlatform,
  type PlatformAnswer,
  parse,
  SERVICE_ID,
} from './feishu/open-platform';

const SOCKET_PATH = '/ws/v2';
/** An event that is not acknowledged by then is pushed again. */
const ACK_PATIENCE_MS = 3_000;
const MAX_PUSHES = 4;
const MAX_BODY_BYTES = 256 * 1024;
const HUGE = 'x'.repeat(1024 * 1024 + 1);

export interface FeishuAck {
  readonly messageId: string;
  readonly code: unknown;
}

export interface FeishuDouble extends ChannelDouble {
  readonly botId: string;
  readonly acks: readonly FeishuAck[];
  /** The app as the vendor has it: status, heartbeat, receivers, tokens. */
  readonly platform: OpenPlatform;
  /** The next request of this name (`GET /path`) is answered so instead. */
  script(name: string, answer: PlatformAnswer): void;
  /** The next upgrade is answered with these headers and HTTP 403. */
  refuseUpgrade(headers: Readonly<Record<string, string>>): void;
  /** Any event in any number of frames, `order` naming which goes first. Resolves with the frames' `message_id`. */
  push(event: unknown, options?: { readonly order?: readonly number[] }): Promise<string>;
  /** Headers and payload as they are, in one data frame. */
  pushFrame(headers: Readonly<Record<string, string>>, payload: string): Promise<void>;
  raw(data: Buffer | string): Promise<void>;
  closeWith(code: number): Promise<void>;
  /** Stops reading: nothing is answered any more, not even a close. */
  deaf(): Promise<void>;
  /** Forgets what was not acknowledged. */
  giveUp(): void;
}

export async function startFeishuDouble({ clock = systemClock }: DoubleOptions = {}): Promise<FeishuDouble> {
  const record = new DoubleRecord();
  const platform = new OpenPlatform();
  const scripts = new Map<string, PlatformAnswer[]>();
  const acks: FeishuAck[] = [];
  const queue: Json[] = [];
  const links = new Set<WebSocket>();
  const unacked = new Map<string, DisposableStore>();
  const refusals: Readonly<Record<string, string>>[] = [];
  let fault: Fault = 'none';

  const server = new DoubleServer((request, response) => void onRequest(request, response));
  const sockets = new WebSocketServer({ noServer: true });
  server.server.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://double');
    record.add({ via: 'http', name: `GET ${pathname}`, body: undefined });
    if (fault === 'hang') return;
    const refusal = refusals.shift();
    if (fault === 'server-error') {
      socket.end('HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/html\r\n\r\n<h1>500</h1>');
    } else if (pathname !== SOCKET_PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    } else if (refusal !== undefined || !platform.tickets.delete(searchParams.get('ticket') ?? '')) {
      const headers = refusal ?? { 'Handshake-Status': '514', 'Handshake-Msg': 'ticket invalid' };
      const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`);
      socket.end(`HTTP/1.1 403 Forbidden\r\n${lines.join('')}content-length: 0\r\n\r\n`);
    } else sockets.handleUpgrade(request, socket, head, take);
  });

  async function onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://double');
    const name = `${request.method} ${pathname}`;
    const text = await bodyOf(request);
    const body = text === '' ? undefined : parse(text ?? '');
    record.add({ via: 'http', name, body });
    if (fault === 'hang') return;
    if (fault === 'slow') return beginAnswer(response);
    if (fault === 'server-error') {
      response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>500</h1>');
      return;
    }
    const answer = scripts.get(name)?.shift() ?? faulty(fault) ?? judged();
    if (answer === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
      return;
    }
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(fault === 'malformed' ? '{"code":0,"msg":' : JSON.stringify(answer.body));

    function judged(): PlatformAnswer | undefined {
      if (text === undefined) return badRequest('too large');
      const isJson = /^application\/json\b/.test(request.headers['content-type'] ?? '');
      if (request.method === 'POST' && (!isJson || body === undefined)) return badRequest('not JSON');
      return platform.answer({ name, query, headers: request.headers, body });
    }
  }

  function take(socket: WebSocket): void {
    links.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => links.delete(socket));
    socket.on('message', (data, isBinary) => onFrame(socket, data as Buffer, isBinary));
    record.changed();
    for (const event of queue.splice(0)) pushNow(event, platform.nextId('frame'));
  }

  function onFrame(socket: WebSocket, data: Buffer, isBinary: boolean): void {
    const frame = isBinary ? decodeFrame(data) : undefined;
    if (frame === undefined || frame.service !== SERVICE_ID) {
      record.add({ via: 'ws', name: 'bad-frame', body: undefined });
      socket.close(1007);
      return;
    }
    if (frame.method === CONTROL && headerOf(frame, 'type') === 'ping') onPing(socket);
    else if (frame.method === DATA) onAck(frame);
  }

  function onPing(socket: WebSocket): void {
    record.add({ via: 'ws', name: 'ping', body: undefined });
    if (fault === 'mute' || fault === 'hang') return;
    if (fault === 'malformed') socket.send(Buffer.from([0x08]));
    else if (fault === 'huge') socket.send(Buffer.from(HUGE));
    else socket.send(encodeFrame(controlFrame('pong', platform.clientConfig)));
  }

  function onAck(frame: Frame): void {
    const messageId = headerOf(frame, 'message_id') ?? '';
    const answer = parse(Buffer.from(frame.payload ?? []).toString()) as Json | undefined;
    if (headerOf(frame, 'biz_rt') === undefined || answer?.code === undefined) {
      record.add({ via: 'ws', name: 'bad-ack', body: { messageId } });
      return;
    }
    if (answer.code === 200) {
      unacked.get(messageId)?.dispose();
      unacked.delete(messageId);
    }
    acks.push({ messageId, code: answer.code });
    const { SeqID, LogID } = frame;
    const body = { messageId, code: answer.code, SeqID: String(SeqID), LogID: String(LogID) };
    record.add({ via: 'ws', name: 'ack', body });
  }

  /** One of the links gets it, as at the vendor's; here the newest. */
  function newest(): WebSocket {
    const link = [...links].at(-1);
    if (link === undefined) throw new Error('nobody is connected');
    return link;
  }

  function pushNow(event: unknown, messageId: string, order: readonly number[] = [0]): void {
    const bytes = Buffer.from(JSON.stringify(event));
    const size = Math.ceil(bytes.length / order.length);
    let pushes = 0;
    const timers = new DisposableStore();
    unacked.set(messageId, timers);
    const once = () => {
      pushes += 1;
      if (links.size > 0 && fault !== 'mute' && fault !== 'hang') {
        for (const seq of order) {
          const headers = eventHeaders(messageId, order.length, seq);
          newest().send(encodeFrame(dataFrame(headers, bytes.subarray(seq * size, (seq + 1) * size))));
        }
      }
      if (pushes < MAX_PUSHES) timers.add(clock.setTimeout(once, ACK_PATIENCE_MS));
    };
    once();
  }

  await server.up();
  const base = `http://127.0.0.1:${server.port}`;
  platform.socketUrl = `ws://127.0.0.1:${server.port}${SOCKET_PATH}`;

  return {
    channel: 'feishu',
    settings: { appId: APP_ID, domain: 'feishu', endpoints: { api: base } },
    secrets: { appSecret: APP_SECRET },
    incidents: ['cut', 'close', 'revoke'],
    log: record.log,
    sent: platform.sent,
    botId: BOT_OPEN_ID,
    acks,
    platform,
    get links() {
      return links.size;
    },
    linked: async () => void (await record.until(() => (links.size > 0 ? true : undefined))),
    seen: (match) => record.seen(match),
    async deliver({
      text,
      sender = 'ou_user1',
      conversation = 'oc_chat1',
      messageId = platform.nextId('om_'),
    }) {
      const [chat = conversation, thread] = conversation.split('/');
      platform.receivers.add(chat).add(sender);
      platform.messages.set(messageId, conversation);
      const event = messageEvent(clock.now(), {
        sender,
        message: {
          message_id: messageId,
          chat_id: chat,
          ...(thread === undefined ? {} : { thread_id: thread }),
          message_type: 'text',
          content: JSON.stringify({ text }),
        },
      });
      if (links.size === 0) queue.push(event);
      else pushNow(event, platform.nextId('frame'));
      return messageId;
    },
    async push(event, { order } = {}) {
      const messageId = platform.nextId('frame');
      pushNow(event, messageId, order);
      return messageId;
    },
    async pushFrame(headers, payload) {
      newest().send(encodeFrame(dataFrame(headers, Buffer.from(payload))));
    },
    async raw(data) {
      newest().send(data);
    },
    async closeWith(code) {
      for (const link of links) link.close(code);
    },
    async deaf() {
      for (const link of links) link.pause();
    },
    giveUp() {
      for (const timers of unacked.values()) timers.dispose();
      unacked.clear();
    },
    script(name, answer) {
      scripts.set(name, [...(scripts.get(name) ?? []), answer]);
    },
    refuseUpgrade: (headers) => void refusals.push(headers),
    async fault(next) {
      fault = next;
      platform.isCredentialGood =
        next === 'none' ? true : next !== 'bad-credential' && platform.isCredentialGood;
      if (next === 'down') await server.down();
      else await server.up();
    },
    async happen(incident: Incident) {
      switch (incident) {
        case 'cut':
          server.cut();
          return;
        case 'close':
          for (const link of links) link.close(1000);
          return;
        case 'revoke':
          platform.isCredentialGood = false;
          platform.dropTokens();
          for (const link of links) link.close(1000);
          return;
        default:
          throw new Error(`Feishu's wire has no ${incident}`);
      }
    },
    async close() {
      for (const timers of unacked.values()) timers.dispose();
      for (const link of links) link.terminate();
      await server.down();
    },
  };
}

/** A message event over the vendor's own defaults. */
export function messageEvent(
  now: number,
  { sender = 'ou_user1', message }: { readonly sender?: string; readonly message: Json },
): Json {
  return {
    schema: '2.0',
    header: {
      event_id: `event-${String(message.message_id)}`,
      event_type: 'im.message.receive_v1',
      create_time: String(now),
      token: '',
      app_id: APP_ID,
      tenant_key: 'tenant1',
    },
    event: {
      sender: {
        sender_id: { open_id: sender, union_id: 'on_user1', user_id: null },
        sender_type: 'user',
        tenant_key: 'tenant1',
      },
      message: {
        create_time: String(now),
        update_time: String(now),
        chat_id: 'oc_chat1',
        chat_type: 'p2p',
        message_type: 'text',
        content: '{"text":""}',
        ...message,
      },
    },
  };
}

function faulty(fault: Fault): PlatformAnswer | undefined {
  if (fault === 'huge') return { body: { code: 0, msg: HUGE } };
  if (fault !== 'rate-limit') return undefined;
  return {
    status: 429,
    headers: { 'x-ogw-ratelimit-limit': '100', 'x-ogw-ratelimit-reset': '2' },
    body: { code: 99991400, msg: 'request trigger frequency limit' },
  };
}

function controlFrame(type: string, payload: Json): Frame {
  const headers = [{ key: 'type', value: type }];
  const bytes = Buffer.from(JSON.stringify(payload));
  return { SeqID: 0n, LogID: 0n, service: SERVICE_ID, method: CONTROL, headers, payload: bytes };
}

function eventHeaders(messageId: string, sum: number, seq: number): Readonly<Record<string, string>> {
  const trace = { message_id: messageId, trace_id: `trace-${messageId}` };
  return { type: 'event', ...trace, sum: String(sum), seq: String(seq) };
}

/** SeqID and LogID are larger than a double can hold exactly, as at the vendor's. */
function dataFrame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Frame {
  return {
    SeqID: 9_007_199_254_740_993n,
    LogID: 18_446_744_073_709_551_615n,
    service: SERVICE_ID,
    method: DATA,
    headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
    payload,
    LogIDNew: '',
  };
}

/** Undefined when it is larger than the vendor takes. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return ''; // the client is gone
  }
  const bytes = Buffer.concat(chunks);
  return bytes.length > MAX_BODY_BYTES ? undefined : bytes.toString('utf8');
}
