// The HTTP half of Feishu's double: token, bot, endpoint of the long connection, send and reply, strict about headers,
// fields, tokens and who may be written to. Answers are values; feishu.ts puts them on the wire.

import type { SentText } from '../channel-double';

export const APP_ID = 'cli_a1b2c3d4e5f60718';
export const APP_SECRET = 'feishu-double-secret-5d1c7e90';
export const BOT_OPEN_ID = 'ou_bot00000000000000000000000000001';
export const SERVICE_ID = 33554678;
const TOKEN_LIFE_S = 7_200;

export type Json = Readonly<Record<string, unknown>>;

export interface PlatformAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Json;
}

export interface PlatformRequest {
  /** Method and path without query. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
}

/** What the vendor knows about one app. */
export class OpenPlatform {
  readonly sent: SentText[] = [];
  /** Tickets that still open one connection each. */
  readonly tickets = new Set<string>();
  /** Chats that the bot is in, and people who may use it. */
  readonly receivers = new Set<string>();
  /** Conversation of each message that can be answered. */
  readonly messages = new Map<string, string>();
  readonly withdrawn = new Set<string>();
  readonly #byUuid = new Map<string, string>();
  readonly #tokens = new Set<string>();
  isCredentialGood = true;
  activateStatus = 2;
  pingIntervalS = 120;
  /** Where connections are to be made to; the tickets are put behind it. */
  socketUrl = '';
  #count = 0;

  nextId(prefix: string): string {
    this.#count += 1;
    return `${prefix}${String(this.#count).padStart(24, '0')}`;
  }

  dropTokens(): void {
    this.#tokens.clear();
  }

  get clientConfig(): Json {
    return {
      ReconnectCount: -1,
      ReconnectInterval: 120,
      ReconnectNonce: 30,
      PingInterval: this.pingIntervalS,
    };
  }

  answer(request: PlatformRequest): PlatformAnswer | undefined {
    const reply = /^POST \/open-apis\/im\/v1\/messages\/([^/]+)\/reply$/.exec(request.name);
    if (reply?.[1] !== undefined) return this.#authorized(request) ?? this.#reply(reply[1], request.body);
    switch (request.name) {
      case 'POST /open-apis/auth/v3/tenant_access_token/internal':
        return this.#token(request.body);
      case 'POST /callback/ws/endpoint':
        return this.#endpoint(request);
      case 'GET /open-apis/bot/v3/info':
        return this.#authorized(request) ?? this.#bot();
      case 'POST /open-apis/im/v1/messages':
        return this.#authorized(request) ?? this.#create(request);
      default:
        return undefined;
    }
  }

  #token(body: unknown): PlatformAnswer {
    const { app_id: appId, app_secret: appSecret } = asObject(body);
    if (typeof appId !== 'string' || typeof appSecret !== 'string' || appId !== APP_ID) {
      return { body: { code: 10003, msg: 'invalid param' } };
    }
    if (appSecret !== APP_SECRET || !this.isCredentialGood) {
      return { body: { code: 10014, msg: 'app secret invalid' } };
    }
    const [known] = this.#tokens;
    const token = known ?? this.nextId('t-token');
    this.#tokens.add(token);
    return { body: { code: 0, msg: 'ok', tenant_access_token: token, expire: TOKEN_LIFE_S } };
  }

  #endpoint({ body, headers }: PlatformRequest): PlatformAnswer {
    const { AppID, AppSecret } = asObject(body);
    if (headers.locale === undefined) return badRequest('locale is missing');
    if (AppID !== APP_ID || AppSecret !== APP_SECRET || !this.isCredentialGood) {
      return { body: { code: 514, msg: 'auth failed', data: {} } };
    }
    const ticket = this.nextId('ticket');
    this.tickets.add(ticket);
    const query = `fpid=493&aid=552564&device_id=7000000000000000001&service_id=${SERVICE_ID}&ticket=${ticket}`;
    const data = { URL: `${this.socketUrl}?${query}`, ClientConfig: this.clientConfig };
    return { body: { code: 0, msg: '', data } };
  }

  /** Undefined when the token is good. */
  #authorized({ headers: { authorization } }: PlatformRequest): PlatformAnswer | undefined {
    if (typeof authorization !== 'string') {
      return { status: 400, body: { code: 99991661, msg: 'Missing access token for authorization.' } };
    }
    const token = /^Bearer (\S+)$/.exec(authorization)?.[1];
    if (token !== undefined && this.#tokens.has(token) && this.isCredentialGood) return undefined;
    return { status: 400, body: { code: 99991663, msg: `Invalid access token: ${token}` } };
  }

  #bot(): PlatformAnswer {
    const bot = {
      activate_status: this.activateStatus,
      app_name: 'Double bot',
      avatar_url: 'https://s1-imfile.feishucdn.com/static-resource/v1/none',
      ip_white_list: [],
      open_id: BOT_OPEN_ID,
    };
    return { body: { code: 0, msg: 'ok', bot } };
  }

  #create({ body, query }: PlatformRequest): PlatformAnswer {
    const { receive_id: receiver } = asObject(body);
    const prefix = { chat_id: 'oc_', open_id: 'ou_', union_id: 'on_' }[query.get('receive_id_type') ?? ''];
    if (prefix === undefined || typeof receiver !== 'string' || !receiver.startsWith(prefix)) {
      return invalid('invalid receive_id');
    }
    if (!this.receivers.has(receiver)) {
      const [code, msg] =
        prefix === 'oc_'
          ? [230002, 'Bot/User can NOT be out of the chat.']
          : [230013, 'Bot has NO availability to this user.'];
      return { status: 400, body: { code, msg } };
    }
    return this.#say(receiver, body);
  }

  #reply(messageId: string, body: unknown): PlatformAnswer {
    if (this.withdrawn.has(messageId)) {
      return { status: 400, body: { code: 230011, msg: 'The message was withdrawn.' } };
    }
    const conversation = this.messages.get(messageId);
    return conversation === undefined ? invalid('invalid message_id') : this.#say(conversation, body);
  }

  #say(to: string, body: unknown): PlatformAnswer {
    const { msg_type: type, content, uuid } = asObject(body);
    const text = type === 'text' && typeof content === 'string' ? asObject(parse(content)).text : undefined;
    if (typeof text !== 'string' || text === '') return invalid('content is not in valid format');
    if (uuid !== undefined && (typeof uuid !== 'string' || uuid.length > 50)) return invalid('invalid uuid');
    const known = typeof uuid === 'string' ? this.#byUuid.get(uuid) : undefined;
    const messageId = known ?? this.nextId('om_sent');
    if (known === undefined) {
      this.sent.push({ to, text });
      this.messages.set(messageId, to);
      if (typeof uuid === 'string') this.#byUuid.set(uuid, messageId);
    }
    return {
      body: { code: 0, msg: 'success', data: { message_id: messageId, chat_id: to, msg_type: 'text' } },
    };
  }
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function invalid(ext: string): PlatformAnswer {
  const msg = `Your request contains an invalid request parameter, ext=${ext}.`;
  return { status: 400, body: { code: 230001, msg } };
}

export function badRequest(msg: string): PlatformAnswer {
  return { status: 400, body: { code: 9499, msg } };
}
