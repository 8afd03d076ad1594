// The channel `discord`: a bot on Discord's gateway (reference/channels section 10). Ready at READY or RESUMED. Wire
// only; supervised by account-supervisor. Must never put the token into a text.

import { createHash } from 'node:crypto';
import { channelKind, vendorDomains } from '../../../../../shared/model/channel-kinds';
import { err, ok } from '../../../lib/result';
import { accountConfig, type FieldAccount } from '../../account-config';
import type {
  ChannelAdapter,
  EpochContext,
  EpochEnd,
  ProbeContext,
  ProbeOutcome,
} from '../../channel-adapter';
import { followable } from '../../net/followable';
import { sessionBudget, userIdentity } from '../gateway-engine/gateway-answers';
import type { GatewayVendor } from '../gateway-engine/gateway-vendor';
import { runGateway } from '../gateway-engine/run-gateway';
import { CONTENT_FIX, discordClosed, IDENTIFY_REFUSED } from './close-codes';
import { DiscordApi } from './discord-api';
import { discordMessage } from './inbound';
import { sendText } from './outbound';

const WHO = 'Discord';
const GUILDS = 1 << 0;
const GUILD_MESSAGES = 1 << 9;
const DIRECT_MESSAGES = 1 << 12;
const MESSAGE_CONTENT = 1 << 15;
const WANTED_INTENTS = GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES | MESSAGE_CONTENT;
/** Of an application: the intent is granted, wholly or for bots in fewer than 100 servers. */
const CONTENT_FLAGS = (1 << 18) | (1 << 19);

const kind = channelKind('discord');
if (kind === undefined) throw new Error('channel-kinds has no discord');

export const discordAdapter: ChannelAdapter<FieldAccount> = {
  meta: {
    id: kind.id,
    label: kind.label,
    detailLabel: 'Discord bot',
    systemImage: 'gamecontroller',
    order: 70,
  },
  // Discord resets the token of a bot that starts more than 1000 sessions a day; its heartbeats are 41 s apart.
  policy: { direction: 'outbound', readyTimeoutMs: 30_000, staleAfterMs: 150_000, maxRetryMs: 120_000 },
  config: accountConfig(kind),
  textLimit: 2_000,
  run,
  probe,
};

function run(account: FieldAccount, context: EpochContext): Promise<EpochEnd> {
  const { net, clock, signal } = context;
  const api = new DiscordApi({ account, net, clock });
  const vendor: GatewayVendor = {
    who: WHO,
    owner: ownerOf(api),
    wantedIntents: WANTED_INTENTS,
    sessionReserve: 5,
    // A large server is described in one frame.
    maxFrameBytes: 4 * 1024 * 1024,
    identifyRefused: IDENTIFY_REFUSED,
    async token() {
      context.phase('authenticating');
      if (api.token !== undefined) return ok(api.token);
      return err({ class: 'auth', code: 'not_a_token', message: 'what was entered is no bot token' });
    },
    async gateway() {
      context.phase('authenticating');
      const gateway = await api.call('GET', '/gateway/bot', signal);
      if (!gateway.ok) return gateway;
      // An intent that is not granted would close the connection: what may be asked for is known beforehand.
      const application = await api.call('GET', '/applications/@me', signal);
      if (!application.ok) return application;
      const { url, session_start_limit: limit } = gateway.value;
      // Optional in Discord's own description: none are set then.
      const { flags = 0 } = application.value;
      if (typeof url !== 'string' || typeof flags !== 'number') {
        return err({ class: 'protocol', code: 'malformed', message: 'Discord did not say where to connect' });
      }
      const granted = (flags & CONTENT_FLAGS) !== 0;
      return ok({
        url,
        intents: [granted ? WANTED_INTENTS : WANTED_INTENTS & ~MESSAGE_CONTENT],
        ...sessionBudget(limit),
      });
    },
    followable: (url) => followable(url, api.base, vendorDomains('discord')),
    socketUrl: (url) => `${url.replace(/\/+$/, '')}/?v=10&encoding=json`,
    identify: (token, intents) => ({
      token,
      intents,
      properties: { os: process.platform, browser: 'gatehouse', device: 'gatehouse' },
    }),
    closed: discordClosed,
    started({ type, intents, identity }) {
      context.ready({
        mode: 'websocket',
        evidence: `${type} received`,
        identity,
        live: { send: (message, sendSignal) => sendText(api, message, sendSignal) },
      });
      if (intents !== WANTED_INTENTS) context.warn(NO_CONTENT);
    },
    event(type, d, self) {
      const message = discordMessage(type, d, self.id, clock.now());
      if (message === 'malformed') {
        context.rejected({
          class: 'protocol',
          code: 'malformed',
          message: 'Discord sent a message that cannot be read',
        });
      }
      if (typeof message === 'string') return 'taken';
      return context.inbound(message) === 'closed' ? 'closed' : 'taken';
    },
  };
  return runGateway(vendor, context);
}

const NO_CONTENT = {
  class: 'permission',
  code: 'message_content',
  message: 'Discord hides the text of server messages from this bot, except where it is mentioned',
  fix: CONTENT_FIX,
} as const;

/** Of the token, so that a session is never resumed with another bot's; a hash, because it is stored. */
function ownerOf({ token = '', base }: DiscordApi): string {
  return `${createHash('sha256').update(token).digest('hex').slice(0, 16)} ${base}`;
}

async function probe(account: FieldAccount, { net, clock, signal }: ProbeContext): Promise<ProbeOutcome> {
  const api = new DiscordApi({ account, net, clock });
  const reply = await api.call('GET', '/users/@me', signal);
  if (!reply.ok) {
    const { message, fix, class: failureClass } = reply.error;
    return {
      ok: false,
      error: message,
      class: failureClass,
      ...(fix === undefined ? {} : { fix }),
      ...(failureClass === 'auth' ? { field: 'token' } : {}),
    };
  }
  const identity = userIdentity(reply.value);
  return identity.id === undefined
    ? { ok: false, class: 'protocol', error: 'Discord did not say who the bot is' }
    : { ok: true, identity };
}
