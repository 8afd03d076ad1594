// The channel `qqbot`: a bot of QQ's open platform on its WebSocket gateway (reference/channels section 5). Ready at
// READY or RESUMED. Wire only; supervised by account-supervisor. Must never put the access token into a text.

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
import { INTENTS_REFUSED, qqClosed } from './close-codes';
import { qqMessage } from './inbound';
import { sendText } from './outbound';
import { QqApi } from './qq-api';
import { ReplyContexts } from './reply-contexts';

const WHO = 'QQ';
const DIRECT_MESSAGE = 1 << 12;
const GROUP_AND_C2C = 1 << 25;
const INTERACTION = 1 << 26;
const PUBLIC_GUILD_MESSAGES = 1 << 30;
const WANTED_INTENTS = PUBLIC_GUILD_MESSAGES | DIRECT_MESSAGE | GROUP_AND_C2C | INTERACTION;

const kind = channelKind('qqbot');
if (kind === undefined) throw new Error('channel-kinds has no qqbot');

export const qqbotAdapter: ChannelAdapter<FieldAccount> = {
  meta: {
    id: kind.id,
    label: kind.label,
    detailLabel: 'QQ Bot (open platform)',
    systemImage: 'bubble.left.and.bubble.right',
    order: 20,
  },
  // QQ grants 1000 sessions a day, hence the long cap; its heartbeats are 45 s apart.
  policy: { direction: 'outbound', readyTimeoutMs: 30_000, staleAfterMs: 150_000, maxRetryMs: 120_000 },
  config: accountConfig(kind),
  textLimit: 5_000,
  run,
  probe,
};

function run(account: FieldAccount, context: EpochContext): Promise<EpochEnd> {
  const { net, clock, signal, store } = context;
  const api = new QqApi({ account, net, clock, signal });
  const replies = new ReplyContexts(store, clock);
  const vendor: GatewayVendor = {
    who: WHO,
    owner: `${account.values.appId} ${api.base}`,
    wantedIntents: WANTED_INTENTS,
    sessionReserve: 0,
    maxFrameBytes: 1024 * 1024,
    identifyRefused: INTENTS_REFUSED,
    token() {
      context.phase('authenticating');
      return api.authorization();
    },
    async gateway() {
      const reply = await api.call('GET', '/gateway/bot');
      if (!reply.ok) return reply;
      const { url, session_start_limit: limit } = reply.value;
      if (typeof url !== 'string') {
        return err({ class: 'protocol', code: 'malformed', message: 'QQ named no address to connect to' });
      }
      return ok({ url, intents: [WANTED_INTENTS, GROUP_AND_C2C], ...sessionBudget(limit) });
    },
    followable: (url) => followable(url, api.base, vendorDomains('qqbot')),
    socketUrl: (url) => url,
    identify: (token, intents) => ({ token, intents, shard: [0, 1], properties: {} }),
    closed: qqClosed,
    started({ type, intents, identity }) {
      context.ready({
        mode: 'websocket',
        evidence: `${type} received`,
        identity,
        live: { send: (message, sendSignal) => sendText(api, replies, message, sendSignal) },
      });
      if (intents !== WANTED_INTENTS) context.warn(MISSING_INTENTS);
    },
    event(type, d, self) {
      const message = qqMessage(type, d, self.id, clock.now());
      if (message === 'malformed') {
        context.rejected({
          class: 'protocol',
          code: 'malformed',
          message: 'QQ sent a message that cannot be read',
        });
      }
      if (typeof message === 'string') return 'taken';
      if (context.inbound(message) === 'closed') return 'closed';
      replies.remember(message.conversationId, message.messageId, message.at);
      return 'taken';
    },
  };
  return runGateway(vendor, context);
}

const MISSING_INTENTS = {
  class: 'permission',
  code: 'intents',
  message: 'QQ grants this bot private and group messages only: messages of guild channels do not arrive',
  fix: 'If you need guild channels, grant the bot their messages on q.qq.com, then restart this account.',
} as const;

async function probe(account: FieldAccount, { net, clock, signal }: ProbeContext): Promise<ProbeOutcome> {
  const reply = await new QqApi({ account, net, clock, signal }).call('GET', '/users/@me');
  if (!reply.ok) {
    const { message, fix, class: failureClass, field } = reply.error;
    return {
      ok: false,
      error: message,
      class: failureClass,
      ...(fix === undefined ? {} : { fix }),
      ...(field === undefined ? {} : { field }),
    };
  }
  const identity = userIdentity(reply.value);
  return identity.id === undefined
    ? { ok: false, class: 'protocol', error: 'QQ did not say who the bot is' }
    : { ok: true, identity };
}
