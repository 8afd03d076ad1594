// A double of QQ's bot platform (reference/channels section 5): access tokens, the gateway, passive replies with their
// windows and numbers. The vendor has no SDK that runs here; test/core/channels/adapters/qqbot-double.test.ts holds it
// against the section's facts instead.

import { systemClock } from '../../electron/core/lib/clock';
import type { ChannelDouble, DoubleOptions, Fault, SentText } from './channel-double';
import { DoubleRecord } from './double-record';
import { DoubleServer } from './double-server';
import { BROKEN, type GatewayControls, GatewayWire, huge, type Json, type Verdict } from './gateway-wire';
import { type Answer, type Call, serveHttp } from './gateway-wire-http';

const APP_ID = '102000001';
const SECRET = 'qq-double-secret-5b1d7e02';
const BOT = { id: '11223344556677889900', username: 'Double Bot', bot: true };
const GROUP_AND_C2C = 1 << 25;
const ALL_INTENTS = 1174409216;
const LIFETIME_MS = 7_200_000;
const ANSWERS_PER_MESSAGE = 5;

const ROUTES: readonly (readonly [RegExp, string])[] = [
  [/^\/v2\/users\/([^/]+)\/messages$/, 'c2c'],
  [/^\/v2\/groups\/([^/]+)\/messages$/, 'group'],
  [/^\/channels\/([^/]+)\/messages$/, 'channel'],
  [/^\/dms\/([^/]+)\/messages$/, 'dm'],
];

export interface QqDoubleOptions extends DoubleOptions {
  readonly heartbeatIntervalMs?: number;
  /** One Identify in so many ms, counted by `clock`; no limit when absent. */
  readonly identifyEveryMs?: number;
}

export interface QqDouble extends ChannelDouble, GatewayControls {
  /** The access token that is good now; undefined before the first. */
  readonly accessToken: string | undefined;
  /** Access tokens asked for. */
  readonly tokenCalls: number;
  /** From now on only these intents are granted; `how` the others are refused. */
  grant(intents: number, how?: 'close' | 'invalid'): void;
  /** The next message post, or token call, is answered so. */
  script(what: 'message' | 'token' | 'api', answer: Answer): void;
  /** The access token is good no more, although its time is not over. */
  dropToken(): void;
  /** Where the gateway is said to be. */
  gatewayUrl: string;
}

interface Incoming {
  readonly conversation: string;
  readonly at: number;
  readonly used: Set<unknown>;
}

export async function startQqDouble({
  clock = systemClock,
  heartbeatIntervalMs = 45_000,
  identifyEveryMs = 0,
}: QqDoubleOptions = {}): Promise<QqDouble> {
  const record = new DoubleRecord();
  const sent: SentText[] = [];
  const incoming = new Map<string, Incoming>();
  const scripts = { message: [] as Answer[], token: [] as Answer[], api: [] as Answer[] };
  let fault: Fault = 'none';
  let revoked = false;
  let granted = ALL_INTENTS;
  let refusal: Verdict = 4014;
  let token: { readonly text: string; readonly until: number } | undefined;
  let tokenCalls = 0;
  let count = 0;

  const wire = new GatewayWire({
    clock,
    heartbeatIntervalMs,
    record,
    identifyEveryMs,
    isPath: (url) => url === '/websocket',
    judgeToken: (given) =>
      fault !== 'bad-credential' && token !== undefined && given === `QQBot ${token.text}` ? undefined : 4004,
    judgeIdentify({ intents, shard, properties }) {
      if (!Number.isSafeInteger(intents) || !Array.isArray(shard) || typeof properties !== 'object')
        return 4002;
      if (shard[0] !== 0 || shard[1] !== 1) return 4010;
      return (Number(intents) & ~granted) === 0 ? undefined : refusal;
    },
    ready: () => ({ version: 1, user: BOT, shard: [0, 1] }),
  });
  const server = new DoubleServer(
    (request, response) => void serveHttp({ record, fault: () => fault, answer }, request, response),
  );
  server.server.on('upgrade', (request, socket, head) => wire.upgrade(request, socket, head));

  function answer(call: Call): Answer {
    if (call.path === '/app/getAppAccessToken') return scripts.token.shift() ?? tokenAnswer(call);
    if (fault === 'rate-limit') return error(429, 20028, 'rate limited');
    const authorized = authorize(call);
    if (authorized !== undefined) return authorized;
    const scripted = scripts.api.shift();
    if (scripted !== undefined) return scripted;
    switch (`${call.method} ${call.path}`) {
      case 'GET /gateway':
        return { status: 200, body: { url: double.gatewayUrl } };
      case 'GET /gateway/bot':
        return { status: 200, body: { url: double.gatewayUrl, shards: 1, session_start_limit: wire.limit } };
      case 'GET /users/@me':
        return { status: 200, body: { ...BOT, avatar: '', union_openid: '' } };
    }
    for (const [route, place] of ROUTES) {
      const id = route.exec(call.path)?.[1];
      if (id === undefined || call.method !== 'POST') continue;
      return scripts.message.shift() ?? messageAnswer(place, `${place}:${decodeURIComponent(id)}`, call.body);
    }
    return error(404, 11_404, 'not found');
  }

  function tokenAnswer({ method, body }: Call): Answer {
    tokenCalls += 1;
    if (method !== 'POST' || body === undefined) return error(200, 100007, 'appid invalid');
    if (fault === 'rate-limit') return error(200, 100001, 'Too many requests');
    if (typeof body.appId !== 'string') return error(200, 100002, 'internal err');
    if (body.appId !== APP_ID) return error(200, 100016, 'invalid appid or secret');
    if (body.clientSecret !== SECRET || revoked || fault === 'bad-credential') {
      return error(200, 100016, 'invalid appid or secret');
    }
    // The same one until its last minute.
    if (token === undefined || token.until - clock.monotonicMs() <= 60_000) {
      count += 1;
      token = { text: `qq-access-token-${count}-9f3c2a`, until: clock.monotonicMs() + LIFETIME_MS };
    }
    const expires = String(Math.floor((token.until - clock.monotonicMs()) / 1_000));
    return { status: 200, body: { access_token: token.text, expires_in: expires } };
  }

  function authorize({ headers }: Call): Answer | undefined {
    if (!/^QQBot \S+$/.test(headers.authorization ?? '')) return error(401, 11243, 'token missing');
    const isGood =
      token !== undefined &&
      headers.authorization === `QQBot ${token.text}` &&
      token.until > clock.monotonicMs();
    return isGood && !revoked && fault !== 'bad-credential' ? undefined : error(401, 11244, 'token invalid');
  }

  function messageAnswer(place: string, to: string, body: Json | undefined): Answer {
    const { content, msg_type: type, msg_id: msgId, msg_seq: seq = 1 } = body ?? {};
    const isNumbered = place === 'c2c' || place === 'group';
    if (typeof content !== 'string' || content === '') return error(400, 40034002, 'content is empty');
    if (isNumbered && type !== 0) return error(400, 40034003, 'msg_type invalid');
    if (msgId === undefined) return error(400, 40034102, 'no permission to send proactively');
    const original = incoming.get(String(msgId));
    if (original === undefined || original.conversation !== to) return error(400, 40034024, 'msg_id invalid');
    const windowMs = place === 'c2c' ? 3_600_000 : 300_000;
    if (clock.now() - original.at >= windowMs) return error(400, 304027, 'MSG_EXPIRE');
    if (isNumbered && original.used.has(seq))
      return error(400, 40054005, 'message deduplicated, check msgseq');
    if (original.used.size >= ANSWERS_PER_MESSAGE) return error(400, 22009, 'msg limit exceed');
    count += 1;
    original.used.add(isNumbered ? seq : count);
    sent.push({ to, text: content });
    return {
      status: 200,
      body: { id: `ROBOT1.0_sent-${count}`, timestamp: new Date(clock.now()).toISOString() },
    };
  }

  await server.up();
  const base = `http://127.0.0.1:${server.port}`;
  const double: QqDouble = {
    ...wire.controls(),
    get identifies() {
      return wire.identifies;
    },
    channel: 'qqbot',
    settings: { appId: APP_ID, endpoints: { token: base, api: base } },
    secrets: { clientSecret: SECRET },
    incidents: ['cut', 'close', 'rotate', 'revoke'],
    log: record.log,
    sent,
    get links() {
      return wire.live.length;
    },
    get accessToken() {
      return token?.text;
    },
    get tokenCalls() {
      return tokenCalls;
    },
    gatewayUrl: `ws://127.0.0.1:${server.port}/websocket`,
    linked: () => record.until(() => (wire.live.length > 0 ? true : undefined)).then(() => undefined),
    seen: (match) => record.seen(match),
    async deliver({ text, sender = 'USER0001', senderName, conversation = `c2c:${sender}`, messageId }) {
      count += 1;
      const id = messageId ?? `ROBOT1.0_msg-${count}`;
      if (!incoming.has(id)) incoming.set(id, { conversation, at: clock.now(), used: new Set() });
      const common = { id, content: text, timestamp: new Date(clock.now()).toISOString() };
      const [place, place_id] = split(conversation);
      const user = { id: sender, ...(senderName === undefined ? {} : { username: senderName }) };
      switch (place) {
        case 'group':
          wire.dispatch('GROUP_AT_MESSAGE_CREATE', {
            ...common,
            content: ` ${text}`,
            group_openid: place_id,
            author: { ...user, member_openid: sender },
          });
          return id;
        case 'channel':
          wire.dispatch('AT_MESSAGE_CREATE', {
            ...common,
            content: `<@!${BOT.id}> ${text}`,
            channel_id: place_id,
            guild_id: 'guild-1',
            author: user,
          });
          return id;
        case 'dm':
          wire.dispatch('DIRECT_MESSAGE_CREATE', {
            ...common,
            guild_id: place_id,
            channel_id: 'c',
            author: user,
          });
          return id;
        default:
          wire.dispatch('C2C_MESSAGE_CREATE', { ...common, author: { ...user, user_openid: place_id } });
          return id;
      }
    },
    async fault(next) {
      fault = next;
      wire.fault = next;
      if (next === 'down') await server.down();
      else await server.up();
      if (next === 'malformed') wire.shout(BROKEN);
      if (next === 'huge') wire.shout(huge());
    },
    async happen(incident) {
      switch (incident) {
        case 'cut':
          return wire.cut();
        case 'close':
          return wire.close(4009);
        case 'rotate':
          return wire.rotate();
        case 'revoke':
          revoked = true;
          token = undefined;
          return wire.close(4004);
        default:
          throw new Error(`QQ's wire has no ${incident}: several clients may use one bot`);
      }
    },
    grant(intents, how = 'close') {
      granted = intents;
      refusal = how === 'close' ? 4014 : 'invalid';
    },
    script: (what, scripted) => void scripts[what].push(scripted),
    dropToken: () => {
      token = undefined;
    },
    close: () => server.down(),
  };
  return double;
}

export const QQ_INTENTS = { all: ALL_INTENTS, groupAndC2c: GROUP_AND_C2C } as const;

function split(conversation: string): readonly [string, string] {
  const at = conversation.indexOf(':');
  return at < 0 ? ['c2c', conversation] : [conversation.slice(0, at), conversation.slice(at + 1)];
}

function error(status: number, code: number, message: string): Answer {
  return {
    status,
    body: { message, code, trace_id: 'trace-double' },
    headers: { 'x-tps-trace-id': 'trace-double' },
  };
}
