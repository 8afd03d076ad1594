// A double of Discord's HTTP interface and gateway (reference/channels section 10). Its faithfulness is proven by the
// vendor's SDK in test/contract/discord-sdk.test.ts.

import { systemClock } from '../../electron/core/lib/clock';
import type { ChannelDouble, DoubleOptions, Fault, SentText } from './channel-double';
import { DoubleRecord } from './double-record';
import { DoubleServer } from './double-server';
import { asObject, BROKEN, type GatewayControls, GatewayWire, huge, type Json } from './gateway-wire';
import { type Answer, type Call, serveHttp } from './gateway-wire-http';

const BASE_PATH = '/api/v10';
const BOT = {
  id: '900000000000000001',
  username: 'double',
  discriminator: '0',
  global_name: null,
  avatar: null,
  bot: true,
};
const TOKEN = `${Buffer.from(BOT.id).toString('base64url')}.GaTe0h.discord-double-secret-4c1e`;
const APPLICATION_ID = '900000000000000002';
const GUILD_ID = '900000000000000003';
const TEXT_CHANNEL_ID = '900000000000000004';
const USER_ID = '900000000000000010';
const GUILDS = 1 << 0;
const MESSAGE_CONTENT = 1 << 15;
const KNOWN_INTENTS = 0x03ffffff;
/** What the application says of the intent: wholly granted, or as to a bot in fewer than 100 servers. */
const CONTENT_FLAGS = { granted: 1 << 18, limited: 1 << 19 } as const;
const RATE_LIMIT_S = 2;

export interface DiscordDoubleOptions extends DoubleOptions {
  readonly heartbeatIntervalMs?: number;
  /** One Identify in so many ms, counted by `clock`; no limit when absent. */
  readonly identifyEveryMs?: number;
}

export interface DiscordDouble extends ChannelDouble, GatewayControls {
  /** Where messages go that name no conversation: a direct one. */
  readonly directChannel: string;
  readonly guildChannel: string;
  /** "Message Content Intent" in the portal. */
  contentIntent(next: 'granted' | 'limited' | 'off'): void;
  /** Leaves `flags` out of the application: the field is optional there. */
  omitFlags(): void;
  /** What the application says about itself is not what the gateway goes by. */
  disallowContent(): void;
  /** The next message post is answered so. */
  script(answer: Answer): void;
  /** Where sessions are said to be resumed. */
  resumeUrl: string;
  gatewayUrl: string;
}

export async function startDiscordDouble({
  clock = systemClock,
  heartbeatIntervalMs = 41_250,
  identifyEveryMs = 0,
}: DiscordDoubleOptions = {}): Promise<DiscordDouble> {
  const record = new DoubleRecord();
  const sent: SentText[] = [];
  const scripts: Answer[] = [];
  let hasFlags = true;
  /** By nonce. */
  const posted = new Map<string, Json>();
  const directChannels = new Map<string, string>();
  const users = new Map<string, string>();
  let fault: Fault = 'none';
  let revoked = false;
  let content: 'granted' | 'limited' | 'off' = 'limited';
  let contentAllowed = true;
  let count = 0;

  const isGood = (token: unknown): boolean => token === TOKEN && !revoked && fault !== 'bad-credential';
  const nextId = (): string => {
    count += 1;
    return String(910000000000000000n + BigInt(count));
  };
  /** Ids are numbers here: a name gets one. */
  const userId = (sender: string): string => {
    const id = isId(sender) ? sender : (users.get(sender) ?? nextId());
    users.set(sender, id);
    return id;
  };
  const channelOf = (conversation: string | undefined, user: string): string => {
    if (conversation === undefined) return directChannel(user);
    if (!isId(conversation)) return TEXT_CHANNEL_ID;
    if (conversation !== TEXT_CHANNEL_ID) directChannels.set(`known ${conversation}`, conversation);
    return conversation;
  };
  const directChannel = (user: string): string => {
    const id = directChannels.get(user) ?? nextId();
    directChannels.set(user, id);
    return id;
  };

  const wire = new GatewayWire({
    clock,
    heartbeatIntervalMs,
    record,
    identifyEveryMs,
    isPath: (url) => url === '/?v=10&encoding=json',
    judgeToken: (token) => (isGood(token) ? undefined : 4004),
    judgeIdentify({ intents, properties }) {
      if (!Number.isSafeInteger(intents) || typeof asObject(properties).os !== 'string') return 4002;
      if ((Number(intents) & ~KNOWN_INTENTS) !== 0) return 4013;
      const isRefused = (Number(intents) & MESSAGE_CONTENT) !== 0 && (content === 'off' || !contentAllowed);
      // READY is sent in the same turn; the server's description follows it, as it does at Discord.
      if (!isRefused && (Number(intents) & GUILDS) !== 0)
        queueMicrotask(() => wire.dispatch('GUILD_CREATE', guild()));
      return isRefused ? 4014 : undefined;
    },
    ready: () => ({
      v: 10,
      user: BOT,
      guilds: [{ id: GUILD_ID, unavailable: true }],
      resume_gateway_url: double.resumeUrl,
      shard: [0, 1],
      application: { id: APPLICATION_ID, flags: flags() },
    }),
  });
  const server = new DoubleServer(
    (request, response) => void serveHttp({ record, fault: () => fault, answer }, request, response),
  );
  server.server.on('upgrade', (request, socket, head) => wire.upgrade(request, socket, head));

  const flags = (): number => (content === 'off' ? 0 : CONTENT_FLAGS[content]);

  function answer(call: Call): Answer {
    const { headers, method } = call;
    if (!call.path.startsWith(`${BASE_PATH}/`)) return error(404, 0, '404: Not Found');
    const path = call.path.slice(BASE_PATH.length);
    if (!/^DiscordBot \(.+, .+\)/.test(headers['user-agent'] ?? '')) {
      return { status: 403, body: 'error code: 1010', headers: { 'content-type': 'text/plain' } };
    }
    if (fault === 'rate-limit') return rateLimited(false);
    if (!isGood(/^Bot (\S+)$/.exec(headers.authorization ?? '')?.[1]))
      return error(401, 0, '401: Unauthorized');
    switch (`${method} ${path}`) {
      case 'GET /gateway/bot':
        return ok({ url: double.gatewayUrl, shards: 1, session_start_limit: wire.limit });
      case 'GET /users/@me':
        return ok(BOT);
      case 'GET /applications/@me':
        return ok({ id: APPLICATION_ID, name: 'double', ...(hasFlags ? { flags: flags() } : {}) });
      case 'POST /users/@me/channels':
        return /^\d+$/.test(String(call.body?.recipient_id))
          ? ok({ id: directChannel(String(call.body?.recipient_id)), type: 1 })
          : error(400, 50035, 'Invalid Form Body');
    }
    const channel = /^\/channels\/(\d+)\/messages$/.exec(path)?.[1];
    if (channel === undefined || method !== 'POST') return error(404, 0, '404: Not Found');
    return scripts.shift() ?? messageAnswer(channel, call.body);
  }

  function messageAnswer(channel: string, body: Json | undefined): Answer {
    const { content, nonce, enforce_nonce: enforced } = body ?? {};
    if (channel !== TEXT_CHANNEL_ID && ![...directChannels.values()].includes(channel)) {
      return error(404, 10003, 'Unknown Channel');
    }
    if (typeof content !== 'string' || content === '')
      return error(400, 50006, 'Cannot send an empty message');
    if (content.length > 2_000) return error(400, 50035, 'Invalid Form Body');
    if (nonce !== undefined && String(nonce).length > 25) return error(400, 50035, 'Invalid Form Body');
    const before = enforced === true ? posted.get(String(nonce)) : undefined;
    if (before !== undefined) return ok(before, BUCKET);
    const created = message({ channel, author: BOT, content, id: nextId() });
    if (enforced === true) posted.set(String(nonce), created);
    sent.push({ to: channel, text: content });
    // A bot hears itself, too.
    wire.dispatch('MESSAGE_CREATE', created);
    return ok(created, BUCKET);
  }

  function message({
    channel,
    author,
    content,
    id,
  }: {
    channel: string;
    author: Json;
    content: string;
    id: string;
  }): Json {
    const inGuild = channel === TEXT_CHANNEL_ID;
    return {
      id,
      type: 0,
      channel_id: channel,
      ...(inGuild ? { guild_id: GUILD_ID, member: member(author) } : {}),
      author,
      content,
      timestamp: new Date(clock.now()).toISOString(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      pinned: false,
      flags: 0,
      components: [],
    };
  }

  function guild(): Json {
    const everyone = {
      id: GUILD_ID,
      name: '@everyone',
      permissions: '1071698660929',
      position: 0,
      color: 0,
      flags: 0,
    };
    return {
      id: GUILD_ID,
      name: 'Double Server',
      owner_id: USER_ID,
      roles: [everyone],
      emojis: [],
      stickers: [],
      features: [],
      channels: [{ id: TEXT_CHANNEL_ID, type: 0, name: 'general', position: 0, permission_overwrites: [] }],
      threads: [],
      members: [{ user: BOT, ...member(BOT) }],
      presences: [],
      voice_states: [],
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
      member_count: 2,
      joined_at: '2026-01-01T00:00:00.000000+00:00',
      large: false,
      unavailable: false,
      system_channel_flags: 0,
      preferred_locale: 'en-US',
    };
  }

  await server.up();
  const base = `http://127.0.0.1:${server.port}${BASE_PATH}`;
  const double: DiscordDouble = {
    ...wire.controls(),
    get identifies() {
      return wire.identifies;
    },
    channel: 'discord',
    settings: { endpoints: { api: base } },
    secrets: { token: TOKEN },
    incidents: ['cut', 'close', 'rotate', 'revoke'],
    log: record.log,
    sent,
    get links() {
      return wire.live.length;
    },
    directChannel: directChannel(USER_ID),
    guildChannel: TEXT_CHANNEL_ID,
    gatewayUrl: `ws://127.0.0.1:${server.port}`,
    resumeUrl: `ws://127.0.0.1:${server.port}`,
    linked: () => record.until(() => (wire.live.length > 0 ? true : undefined)).then(() => undefined),
    seen: (match) => record.seen(match),
    async deliver({ text, sender = USER_ID, senderName, conversation, messageId }) {
      const user = userId(sender);
      const channel = channelOf(conversation, user);
      const id = messageId ?? nextId();
      const author = {
        ...BOT,
        id: user,
        username: senderName ?? (user === sender ? 'user' : sender),
        bot: false,
      };
      const hidden =
        channel === TEXT_CHANNEL_ID && wire.live.some(({ intents }) => (intents & MESSAGE_CONTENT) === 0);
      wire.dispatch('MESSAGE_CREATE', message({ channel, author, content: hidden ? '' : text, id }));
      return id;
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
          return wire.close(4000);
        case 'rotate':
          return wire.rotate();
        case 'revoke':
          revoked = true;
          return wire.close(4004);
        default:
          throw new Error(`Discord's wire has no ${incident}: every client gets every event`);
      }
    },
    omitFlags: () => {
      hasFlags = false;
    },
    contentIntent: (next) => {
      content = next;
    },
    disallowContent: () => {
      contentAllowed = false;
    },
    script: (scripted) => void scripts.push(scripted),
    close: () => server.down(),
  };
  return double;
}

/** HTTP 429 as Discord says it. */
export function rateLimited(global: boolean, seconds = RATE_LIMIT_S): Answer {
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global },
    headers: { 'retry-after': String(Math.ceil(seconds)), 'x-ratelimit-scope': global ? 'global' : 'user' },
  };
}

const BUCKET = {
  'x-ratelimit-limit': '5',
  'x-ratelimit-remaining': '4',
  'x-ratelimit-reset-after': '1.000',
  'x-ratelimit-bucket': 'double',
};

function isId(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

function member(user: Json): Json {
  return {
    roles: [],
    nick: null,
    avatar: null,
    joined_at: '2026-01-01T00:00:00.000000+00:00',
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    ...(user.bot === true ? { permissions: '8' } : {}),
  };
}

function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, body, headers };
}

function error(status: number, code: number, message: string): Answer {
  return { status, body: { message, code } };
}
