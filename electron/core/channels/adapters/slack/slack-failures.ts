// What Slack's error words mean for an account, in sentences (reference/channels section 9 b, d, f). Pure. A failure
// always says which of the two tokens it is about: people mix them up.

import type { EpochFailure } from '../../channel-adapter';

export type SlackToken = 'app' | 'bot';

const APP_PAGE = "the app's page at api.slack.com/apps";
const ADD_SCOPE = `under "OAuth & Permissions" on ${APP_PAGE}, then reinstall the app to the workspace.`;
const TOKENS: Readonly<
  Record<SlackToken, { readonly name: string; readonly copy: string; readonly scope: string }>
> = {
  app: {
    name: 'app token (xapp-…)',
    copy: `Copy the app-level token again from "Basic Information", "App-Level Tokens" on ${APP_PAGE}, or make a new one there with the scope connections:write.`,
    scope: `The token needs the scope connections:write: make a new app-level token with it under "Basic Information" on ${APP_PAGE}.`,
  },
  bot: {
    name: 'bot token (xoxb-…)',
    copy: `Copy the Bot User OAuth Token again from "OAuth & Permissions" on ${APP_PAGE}.`,
    scope: `Add the missing bot scope ${ADD_SCOPE}`,
  },
};
const REINSTALL = `Reinstall the app to the workspace on ${APP_PAGE}, then copy the new token.`;

/** Errors after which the same token cannot work again by itself, and what is left to do. */
const TOKEN_ERRORS: ReadonlyMap<string, (token: SlackToken) => string> = new Map<
  string,
  (token: SlackToken) => string
>([
  ['invalid_auth', (token) => TOKENS[token].copy],
  ['not_authed', (token) => TOKENS[token].copy],
  ['not_allowed_token_type', (token) => `This is another kind of token. ${TOKENS[token].copy}`],
  ['missing_scope', (token) => TOKENS[token].scope],
  ['token_revoked', (token) => (token === 'bot' ? REINSTALL : TOKENS.app.copy)],
  ['account_inactive', (token) => (token === 'bot' ? REINSTALL : TOKENS.app.copy)],
  [
    'token_expired',
    (token) => `Switch token rotation off for the app: its tokens end after hours. ${TOKENS[token].copy}`,
  ],
  ['user_removed_from_team', () => REINSTALL],
  ['team_disabled', () => 'The workspace is disabled: its owner has to enable it.'],
  [
    'org_login_required',
    () => 'The workspace is being moved into an organisation: sign in at Slack, then try again.',
  ],
]);

const PERMISSION_ERRORS: readonly string[] = [
  'access_denied',
  'accesslimited',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'forbidden_team',
  'team_access_not_granted',
  'two_factor_setup_required',
];

/** For the calls that a connection is made of. `error`: of an answer with `ok: false`. */
export function callFailure(error: string, token: SlackToken): EpochFailure {
  const code = errorWord(error);
  const fix = TOKEN_ERRORS.get(code);
  if (fix !== undefined) {
    return {
      class: 'auth',
      code,
      message: `Slack rejected the ${TOKENS[token].name}: ${code}`,
      fix: fix(token),
    };
  }
  if (PERMISSION_ERRORS.includes(code)) {
    return {
      class: 'permission',
      code,
      message: `Slack does not allow this with the ${TOKENS[token].name}: ${code}`,
      fix: 'Ask an administrator of the workspace to allow the app.',
    };
  }
  if (code === 'ratelimited' || code === 'rate_limited') return RATE_LIMITED;
  return { class: 'server', code, message: `Slack answered with the error ${code}` };
}

const INVITE = 'Invite the bot into the channel: write /invite and its @name there.';
const SEND_ERRORS: ReadonlyMap<string, Pick<EpochFailure, 'class' | 'message' | 'fix'>> = new Map([
  [
    'channel_not_found',
    {
      class: 'config',
      message: 'Slack knows no such channel, or the bot cannot see it',
      fix: `Use the id of the channel (C…), group (G…), conversation (D…) or person (U…). ${INVITE}`,
    },
  ],
  ['not_in_channel', { class: 'permission', message: 'the bot is not in this Slack channel', fix: INVITE }],
  [
    'is_archived',
    { class: 'config', message: 'this Slack channel is archived', fix: 'Unarchive it in Slack.' },
  ],
  ['msg_too_long', { class: 'config', message: 'the text is too long for Slack', fix: 'Send it in parts.' }],
  [
    'restricted_action',
    {
      class: 'permission',
      message: 'a setting of the Slack workspace forbids the bot to write here',
      fix: 'Ask an administrator of the workspace who may post in this channel.',
    },
  ],
  [
    'missing_scope',
    {
      class: 'permission',
      message: 'the bot token may not send',
      fix: `Add the bot scope chat:write ${ADD_SCOPE}`,
    },
  ],
] as const);

/** For `chat.postMessage`. */
export function sendFailure(error: string): EpochFailure {
  const code = errorWord(error);
  const known = SEND_ERRORS.get(code);
  return known === undefined
    ? callFailure(error, 'bot')
    : { ...known, code, message: `${known.message} (${code})` };
}

const RATE_LIMITED: EpochFailure = {
  class: 'rate_limited',
  code: 'ratelimited',
  message: 'Slack asks to slow down (ratelimited)',
};

export const LINK_DISABLED: EpochFailure = {
  class: 'config',
  code: 'link_disabled',
  message: 'Socket Mode is switched off for this Slack app',
  fix: `Switch it on under "Socket Mode" on ${APP_PAGE}, then restart this account.`,
  terminal: true,
};

/** Slack's own count at hello; sockets that have just died may still be in it. */
export function otherClients(connections: number): EpochFailure & { readonly code: string } {
  return {
    class: 'config',
    code: 'num_connections',
    message: `Slack counts ${connections} connections of this app: another program may take a part of the messages`,
    fix: 'Stop the other program that uses this app, or make an app of its own for each.',
  };
}

const RECEIVING: readonly string[] = [
  'app_mentions:read',
  'channels:history',
  'groups:history',
  'im:history',
  'mpim:history',
];

/** What a bot token with these scopes cannot do. `header`: of any answer to it, absent for tokens without scopes. */
export function scopeWarnings(header: unknown): readonly (EpochFailure & { readonly code: string })[] {
  if (typeof header !== 'string' || header.trim() === '') return [];
  const scopes = header.split(',').map((scope) => scope.trim());
  return [
    ...(scopes.includes('chat:write')
      ? []
      : [
          {
            class: 'permission' as const,
            code: 'scope_send',
            message: 'The bot token may not send: it lacks the scope chat:write',
            fix: `Add the bot scope chat:write ${ADD_SCOPE}`,
          },
        ]),
    ...(scopes.some((scope) => RECEIVING.includes(scope))
      ? []
      : [
          {
            class: 'permission' as const,
            code: 'scope_receive',
            message: 'The bot token may not read messages: it has none of the scopes for that',
            fix: `Subscribe to message.im, message.channels or app_mention under "Event Subscriptions", and add im:history, channels:history or app_mentions:read ${ADD_SCOPE}`,
          },
        ]),
  ];
}

/** A foreign word that is quoted to people is one of Slack's, or none. */
function errorWord(error: string): string {
  return /^[a-z][a-z0-9_]{0,63}$/.test(error) ? error : 'unknown_error';
}
