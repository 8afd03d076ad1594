// A double of Slack's Web API and Socket Mode (reference/channels section 9): strict about tokens, content types,
// single-use tickets and acks; what is not acked comes again. The vendor's SDK connects to it in
// test/contract/slack-sdk.test.ts.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '../../electron/core/lib/clock';
import { DisposableStore } from '../../electron/core/lib/disposable';
import type { ChannelDouble, DoubleOptions, Fault, Incident, SentText } from './channel-double';
import { DoubleRecord } from './double-record';
import { beginAnswer, DoubleServer } from './double-server';
import { faultAnswer, type Json, readBody, refusal, type SlackAnswer } from './slack-answers';

const APP_TOKEN = 'xapp-1-A0DOUBLE-0001-double-app-secret-93bd';
const BOT_TOKEN = 'xoxb-2-3-double-bot-5e1c';
const APP_ID = 'A0DOUBLE';
export const SLACK_SELF = {
  user_id: 'U0BOT',
  bot_id: 'B0BOT',
  user: 'gatehouse',
  team: 'Double',
  team_id: 'T0DOUBLE',
};
const SCOPES = 'app_mentions:read,channels:history,chat:write,im:history';
const MAX_TEXT = 40_000;
const MAX_ATTEMPTS = 3;

export interface SlackDoubleOptions extends DoubleOptions {
  readonly pingEveryMs?: number;
  readonly redeliverAfterMs?: number;
}

export interface SlackDouble extends ChannelDouble {
  /** The envelopes that were acked, in order. */
  readonly acked: readonly string[];
  /** Sockets of other programs, as `num_connections` counts them. */
  others: number;
  /** False: pings of the client are left unanswered, its own still come. */
  answersPings: boolean;
  /** What `x-oauth-scopes` says; empty: no such header. */
  scopes: string;
  /** The vendor's own address for sockets; another one when a test sets it. */
  socketUrl: string | undefined;
  /** Called with each new socket, before its hello. */
  onOpen: ((socket: WebSocket) => void) | undefined;
  /** How the next call of this method is answered. */
  script(method: string, answer: SlackAnswer): void;
  /** Calls of this method wait until `release`. */
  hold(method: string): void;
  release(): void;
  /** Resolves with what `look` finds; asks at once, then after each change of the double. */
  until<T>(look: () => T | undefined): Promise<T>;
  /** A `message` event with these fields over the defaults; `undefined` removes one. Resolves with its event id. */
  push(event: Json): Promise<string>;
  /** An envelope of this type. Resolves with its id. */
  envelope(type: string, payload: unknown): Promise<string>;
  /** A frame as it is. */
  raw(data: string | Buffer): Promise<void>;
  disconnect(reason: string): Promise<void>;
  closeWith(code: number): Promise<void>;
}

interface Delivery {
  readonly type: string;
  readonly payload: unknown;
  attempt: number;
  envelopeId: string;
  link: Link | undefined;
}

interface Link {
  readonly socket: WebSocket;
  readonly timers: DisposableStore;
}

export async function startSlackDouble(options: SlackDoubleOptions = {}): Promise<SlackDouble> {
  const { clock = systemClock, pingEveryMs = 10_000, redeliverAfterMs = 3_000 } = options;
  const record = new DoubleRecord();
  const sent: SentText[] = [];
  const acked: string[] = [];
  const scripts = new Map<string, SlackAnswer[]>();
  const tickets = new Set<string>();
  /** Those that were greeted, oldest first. */
  const links: Link[] = [];
  /** Not acked yet. */
  const unacked = new Set<Delivery>();
  const envelopeIds = new Set<string>();
  const timestamps = new Map<string, string>();
  let fault: Fault = 'none';
  let revoked = false;
  let held: string | undefined;
  let count = 0;

  const server = new DoubleServer((request, response) => {
    // The client may go away in the middle.
    answer(request, response).catch(() => response.destroy());
  });
  // Pongs are ours to withhold.
  const sockets = new WebSocketServer({ noServer: true, autoPong: false });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    const body = await readBody(request);
    record.add({ via: 'http', name: `${request.method} ${path}`, body });
    if (fault === 'hang') return;
    if (fault === 'slow') return beginAnswer(response);
    const method = /^\/api\/([a-z.A-Z]+)$/.exec(path)?.[1];
    await record.until(() => (held === undefined || held !== method ? true : undefined));
    const reply =
      (method !== undefined && scripts.get(method)?.shift()) ||
      faultAnswer(fault) ||
      call(request, method, body);
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
    const type = text.startsWith('<') ? 'text/html' : 'application/json; charset=utf-8';
    response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers }).end(text);
  }

  function call(request: IncomingMessage, method: string | undefined, body: Json | undefined): SlackAnswer {
    if (method === undefined || !METHODS.includes(method)) return { status: 404, body: '<h1>404</h1>' };
    if (request.method !== 'POST') return refusal('method_not_supported_for_channel_type');
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return refusal('not_authed');
    if (revoked) return refusal('token_revoked');
    if (fault === 'bad-credential' || (token !== APP_TOKEN && token !== BOT_TOKEN))
      return refusal('invalid_auth');
    if ((token === APP_TOKEN) !== (method === 'apps.connections.open'))
      return refusal('not_allowed_token_type');
    if (body === undefined) return refusal('invalid_json');
    switch (method) {
      case 'auth.test':
        return {
          ...(double.scopes === '' ? {} : { headers: { 'x-oauth-scopes': double.scopes } }),
          body: { ok: true, url: 'https://double.slack.com/', ...SLACK_SELF },
        };
      case 'apps.connections.open':
        return { body: { ok: true, url: double.socketUrl ?? newAddress() } };
      default:
        return posted(body);
    }
  }

  function posted({ channel, text, thread_ts: thread }: Json): SlackAnswer {
    if (typeof channel !== 'string' || channel === '') return refusal('channel_not_found');
    if (typeof text !== 'string' || text === '') return refusal('no_text');
    if (text.length > MAX_TEXT) return refusal('msg_too_long');
    if (thread !== undefined && !(typeof thread === 'string' && /^\d+\.\d+$/.test(thread))) {
      return refusal('invalid_arguments');
    }
    // As people see it there.
    const shown = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    sent.push({ to: thread === undefined ? channel : `${channel}:${thread}`, text: shown });
    return { body: { ok: true, channel, ts: newTs(), message: { text, bot_id: SLACK_SELF.bot_id } } };
  }

  function newAddress(): string {
    count += 1;
    const ticket = `TICKET-MARKER-${count}`;
    tickets.add(ticket);
    return `ws://127.0.0.1:${server.port}/link/?ticket=${ticket}&app_id=${APP_ID}`;
  }

  function newTs(): string {
    count += 1;
    return `${Math.floor(clock.now() / 1_000)}.${String(count).padStart(6, '0')}`;
  }

  server.server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '', 'http://double');
    record.add({ via: 'http', name: `GET ${url.pathname}`, body: undefined });
    if (fault === 'hang') return;
    if (fault === 'server-error') {
      socket.end('HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/html\r\n\r\n<h1>500</h1>');
    } else if (url.pathname !== '/link/') {
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    } else if (!tickets.delete(url.searchParams.get('ticket') ?? '')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n');
    } else sockets.handleUpgrade(request, socket, head, greet);
  });

  function greet(socket: WebSocket): void {
    const link: Link = { socket, timers: new DisposableStore() };
    socket.on('error', () => undefined);
    socket.on('ping', (data: Buffer) => {
      record.add({ via: 'ws', name: 'ping', body: undefined });
      if (fault !== 'mute' && double.answersPings) socket.pong(data);
    });
    socket.on('message', (data) => onFrame(link, data));
    socket.on('close', () => {
      link.timers.dispose();
      const index = links.indexOf(link);
      if (index >= 0) links.splice(index, 1);
      for (const delivery of unacked) if (delivery.link === link) delivery.link = undefined;
      handOut();
      record.changed();
    });
    double.onOpen?.(socket);
    if (fault === 'mute') return;
    const hello = {
      type: 'hello',
      num_connections: links.length + 1 + double.others,
      debug_info: { host: 'applink-double', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: APP_ID },
    };
    socket.send(JSON.stringify(hello));
    links.push(link);
    link.timers.add(
      clock.setInterval(() => {
        if (fault !== 'mute') socket.ping('Ping from double');
      }, pingEveryMs),
    );
    handOut();
    record.changed();
  }

  function onFrame(link: Link, data: RawData): void {
    let frame: unknown;
    try {
      frame = JSON.parse(String(data));
    } catch {
      frame = undefined;
    }
    const id =
      typeof frame === 'object' && frame !== null && 'envelope_id' in frame ? frame.envelope_id : undefined;
    record.add({ via: 'ws', name: 'ack', body: frame });
    if (typeof id !== 'string' || !envelopeIds.has(id)) {
      link.socket.close(1008, 'not an envelope of yours');
      return;
    }
    acked.push(id);
    for (const delivery of unacked) if (delivery.envelopeId === id) unacked.delete(delivery);
    record.changed();
  }

  /** To what has no link: the links take turns, as Slack hands events to any of an app's sockets. */
  function handOut(): void {
    for (const delivery of unacked) {
      const link = links[delivery.attempt % Math.max(1, links.length)];
      if (delivery.link !== undefined || link === undefined || fault === 'mute') continue;
      count += 1;
      delivery.envelopeId = `envelope-${count}`;
      delivery.link = link;
      envelopeIds.add(delivery.envelopeId);
      const { type, payload, attempt, envelopeId } = delivery;
      const retry = { retry_attempt: attempt, retry_reason: attempt === 0 ? '' : 'timeout' };
      const frame = {
        envelope_id: envelopeId,
        type,
        payload,
        accepts_response_payload: type !== 'events_api',
      };
      link.socket.send(JSON.stringify({ ...frame, ...(type === 'events_api' ? retry : {}) }));
      link.timers.add(
        clock.setTimeout(() => {
          if (!unacked.has(delivery) || delivery.envelopeId !== envelopeId) return;
          delivery.attempt += 1;
          delivery.link = undefined;
          if (delivery.attempt > MAX_ATTEMPTS) unacked.delete(delivery);
          handOut();
        }, redeliverAfterMs),
      );
    }
  }

  function enqueue(type: string, payload: unknown): Delivery {
    const delivery: Delivery = { type, payload, attempt: 0, envelopeId: '', link: undefined };
    unacked.add(delivery);
    handOut();
    return delivery;
  }

  async function push(event: Json): Promise<string> {
    count += 1;
    const eventId = `Ev${count}`;
    const defaults = {
      type: 'message',
      channel: 'D0DIRECT',
      channel_type: 'im',
      user: 'U0SENDER',
      text: 'hello',
      ts: newTs(),
      team: SLACK_SELF.team_id,
    };
    enqueue('events_api', {
      token: 'VERIFICATION-MARKER',
      team_id: SLACK_SELF.team_id,
      api_app_id: APP_ID,
      type: 'event_callback',
      event_id: eventId,
      event_time: Math.floor(clock.now() / 1_000),
      event: { ...defaults, ...event },
    });
    return eventId;
  }

  async function newest(): Promise<Link> {
    return record.until(() => links.at(-1));
  }

  async function disconnect(reason: string): Promise<void> {
    const { socket } = await newest();
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-double' } }));
    // A warning comes some ten seconds ahead; the others are the end.
    if (reason !== 'warning') socket.close(1000);
  }

  await server.up();
  const double: SlackDouble = {
    channel: 'slack',
    settings: { endpoints: { api: `http://127.0.0.1:${server.port}/api/` } },
    secrets: { appToken: APP_TOKEN, botToken: BOT_TOKEN },
    incidents: ['cut', 'close', 'rotate', 'revoke'],
    log: record.log,
    sent,
    acked,
    others: 0,
    answersPings: true,
    scopes: SCOPES,
    socketUrl: undefined,
    onOpen: undefined,
    get links() {
      return links.length;
    },
    linked: async () => void (await newest()),
    seen: (match) => record.seen(match),
    async deliver({ text, sender, senderName, conversation = 'D0DIRECT', messageId }) {
      const [channel = '', thread] = conversation.split(':');
      const ts = (messageId === undefined ? undefined : timestamps.get(messageId)) ?? newTs();
      const id = `${channel}:${ts}`;
      timestamps.set(messageId ?? id, ts).set(id, ts);
      await push({
        channel,
        channel_type: CHANNEL_TYPES[channel[0] ?? ''] ?? 'channel',
        text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
        ts,
        ...(thread === undefined ? {} : { thread_ts: thread }),
        ...(sender === undefined ? {} : { user: sender }),
        ...(senderName === undefined ? {} : { user_profile: { display_name: senderName } }),
      });
      return id;
    },
    async fault(next) {
      fault = next;
      if (next === 'down') await server.down();
      else await server.up();
      for (const { socket } of links) {
        if (next === 'malformed') socket.send('{"type":"events_api","envelope_id":');
        if (next === 'huge')
          socket.send(JSON.stringify({ type: 'events_api', payload: 'x'.repeat(1_200_000) }));
      }
      handOut();
    },
    async happen(incident: Incident) {
      switch (incident) {
        case 'cut':
          return (await newest()).socket.terminate();
        case 'close':
          return (await newest()).socket.close(1001, 'going away');
        case 'rotate':
          return disconnect('refresh_requested');
        case 'revoke':
          revoked = true;
          return (await newest()).socket.close(1000);
        default:
          throw new Error(`Slack's wire has no ${incident}: an app may hold up to ten sockets`);
      }
    },
    script(method, next) {
      scripts.set(method, [...(scripts.get(method) ?? []), next]);
    },
    hold(method) {
      held = method;
    },
    release() {
      held = undefined;
      record.changed();
    },
    until: (look) => record.until(look),
    push,
    async envelope(type, payload) {
      const delivery = enqueue(type, payload);
      return record.until(() => (delivery.envelopeId === '' ? undefined : delivery.envelopeId));
    },
    async raw(data) {
      (await newest()).socket.send(data);
    },
    disconnect,
    async closeWith(code) {
      (await newest()).socket.close(code);
    },
    async close() {
      for (const link of links) link.timers.dispose();
      await server.down();
    },
  };
  return double;
}

const METHODS: readonly string[] = ['auth.test', 'apps.connections.open', 'chat.postMessage'];
const CHANNEL_TYPES: Readonly<Record<string, string>> = { C: 'channel', D: 'im', G: 'mpim' };
