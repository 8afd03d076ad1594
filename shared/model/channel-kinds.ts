// What a person fills in for each channel: one table that the settings schema, the vault's names, the adapters and
// the panel's forms are made of. Keys are OpenClaw's own (reference/channels, part (a) of each section). Data only.

export interface ChannelField {
  /** OpenClaw's key in `channels.<id>` and `channels.<id>.accounts.<account>`. */
  readonly key: string;
  /** `secret` goes to the vault and never comes back; `choice` takes one of `choices`, the first by default. */
  readonly kind: 'text' | 'secret' | 'choice' | 'url';
  readonly required: boolean;
  readonly choices?: readonly string[];
  /** Source of a regular expression for the whole value: what is surely wrong is refused before anybody is asked. */
  readonly pattern?: string;
}

export interface ChannelKind {
  readonly id: string;
  readonly label: string;
  /**
   * `fields`: the vendor gave the credential and a person types it in. `qr`: the vendor gives it when a person scans a code.
   * `own`: we make the secret and others use it.
   */
  readonly setUp: 'fields' | 'qr' | 'own';
  readonly fields: readonly ChannelField[];
  /** Secrets that a login brings instead of a person; kept like the others, in no form. */
  readonly loginSecrets?: readonly string[];
  /** Base URLs that can be others, by name, in `endpoints`; plain http and ws only on loopback. */
  readonly endpoints: readonly string[];
  /** The vendor's own, lower case. Its answers may lead to hosts below them; what else is dialled must be a public address. */
  readonly domains: readonly string[];
  /** Where the vendor's page for these values is. */
  readonly vendorUrl?: string;
}

const text = (key: string, pattern?: string): ChannelField => field('text', key, pattern);
const secret = (key: string, pattern?: string): ChannelField => field('secret', key, pattern);
const url = (key: string): ChannelField => ({ key, kind: 'url', required: false });
const choice = (key: string, ...choices: string[]): ChannelField => ({
  key,
  kind: 'choice',
  required: false,
  choices,
});

function field(kind: ChannelField['kind'], key: string, pattern?: string): ChannelField {
  return { key, kind, required: true, ...(pattern === undefined ? {} : { pattern }) };
}

export const CHANNEL_KINDS = [
  {
    id: 'feishu',
    label: 'Feishu',
    setUp: 'fields',
    fields: [text('appId'), secret('appSecret'), choice('domain', 'feishu', 'lark')],
    endpoints: ['api'],
    domains: ['feishu.cn', 'larksuite.com'],
    vendorUrl: 'https://open.feishu.cn/app',
  },
  {
    id: 'qqbot',
    label: 'QQ Bot',
    setUp: 'fields',
    fields: [text('appId', '[0-9]{5,20}'), secret('clientSecret')],
    endpoints: ['token', 'api'],
    domains: ['qq.com'],
    vendorUrl: 'https://q.qq.com/',
  },
  {
    id: 'openclaw-weixin',
    label: 'WeChat',
    setUp: 'qr',
    fields: [],
    loginSecrets: ['token'],
    endpoints: ['login'],
    domains: ['weixin.qq.com'],
  },
  {
    id: 'wecom',
    label: 'WeCom',
    setUp: 'fields',
    fields: [text('botId'), secret('secret'), url('websocketUrl')],
    endpoints: [],
    domains: ['work.weixin.qq.com'],
    vendorUrl: 'https://work.weixin.qq.com/wework_admin/frame',
  },
  {
    id: 'telegram',
    label: 'Telegram',
    setUp: 'fields',
    fields: [secret('botToken', '[0-9]{3,20}:[A-Za-z0-9_-]{20,64}'), url('apiRoot')],
    endpoints: [],
    domains: ['telegram.org'],
    vendorUrl: 'https://t.me/BotFather',
  },
  {
    id: 'slack',
    label: 'Slack',
    setUp: 'fields',
    // Printable ASCII: what else a copy may bring along cannot be sent in a header.
    fields: [secret('appToken', 'xapp-[!-~]+'), secret('botToken', 'xoxb-[!-~]+')],
    endpoints: ['api'],
    domains: ['slack.com', 'slack-msgs.com'],
    vendorUrl: 'https://api.slack.com/apps',
  },
  {
    id: 'discord',
    label: 'Discord',
    setUp: 'fields',
    fields: [secret('token')],
    endpoints: ['api'],
    domains: ['discord.gg', 'discord.com'],
    vendorUrl: 'https://discord.com/developers/applications',
  },
  {
    id: 'webhook',
    label: 'Webhook',
    setUp: 'own',
    fields: [
      { key: 'secret', kind: 'secret', required: true },
      choice('signature', 'bearer', 'hmac-sha256'),
      url('replyUrl'),
    ],
    endpoints: [],
    domains: [],
  },
] as const satisfies readonly ChannelKind[];

export type KnownChannelId = (typeof CHANNEL_KINDS)[number]['id'];

export function channelKind(id: string): ChannelKind | undefined {
  return CHANNEL_KINDS.find((kind) => kind.id === id);
}

export function vendorDomains(id: KnownChannelId): readonly string[] {
  return channelKind(id)?.domains ?? [];
}

/** The keys of a channel's settings whose values rest in the vault. */
export function secretKeys(id: string): readonly string[] {
  const kind = channelKind(id);
  if (kind === undefined) return [];
  const typed = kind.fields.filter((field) => field.kind === 'secret').map((field) => field.key);
  return [...typed, ...(kind.loginSecrets ?? [])];
}

/** Of one secret in the vault: `webhook/default`, `slack/work/botToken`. The key `secret` needs no mention. */
export function vaultNameOf(channel: string, accountId: string, key: string): string {
  return key === 'secret' ? `${channel}/${accountId}` : `${channel}/${accountId}/${key}`;
}
