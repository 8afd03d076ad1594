// The channel `slack` in Socket Mode: an app token opens sockets, a bot token sends. Ready at `hello`, never before:
// an accepted token or an open socket prove nothing about events. Adapter of the manager; the epoch is slack-session.

import { channelKind } from '../../../../../shared/model/channel-kinds';
import { accountConfig, type FieldAccount } from '../../account-config';
import type { ChannelAdapter, EpochFailure, ProbeContext, ProbeOutcome } from '../../channel-adapter';
import { SlackApi, type SlackSelf } from './slack-api';
import { SlackSession } from './slack-session';

const kind = channelKind('slack');
if (kind === undefined) throw new Error('channel-kinds has no slack');

const NO_TOKENS: EpochFailure = { class: 'config', code: 'no_token', message: 'the account lacks a token' };

export const slackAdapter: ChannelAdapter<FieldAccount> = {
  meta: {
    id: kind.id,
    label: kind.label,
    detailLabel: 'Slack Socket Mode',
    systemImage: 'number',
    order: 60,
  },
  policy: { direction: 'outbound', readyTimeoutMs: 30_000, staleAfterMs: 120_000 },
  config: accountConfig(kind),
  // What Slack advises for one message; it cuts at 40,000.
  textLimit: 4_000,
  async run({ secretOf, endpoints }, context) {
    const { appToken, botToken } = secretOf;
    if (appToken === undefined || botToken === undefined) return { kind: 'failed', failure: NO_TOKENS };
    return new SlackSession({ appToken, botToken, endpoint: endpoints.api, context }).run();
  },
  async probe({ secretOf: { botToken }, endpoints }, { net, signal }) {
    if (botToken === undefined) return refusal(NO_TOKENS);
    const self = await new SlackApi({ net, endpoint: endpoints.api }).whoAmI(botToken, signal);
    if (!self.ok) return refusal(self.error);
    const note = 'This proves the bot token. The app token is proven by the live connection only.';
    return { ok: true, identity: identityOf(self.value), note };
  },
  check,
};

/** Both tokens, each by the call that needs it; the address that comes of it is not used. */
async function check(
  { secretOf, endpoints }: FieldAccount,
  { net, signal }: ProbeContext,
): Promise<ProbeOutcome> {
  const { appToken, botToken } = secretOf;
  if (appToken === undefined || botToken === undefined) return refusal(NO_TOKENS);
  const api = new SlackApi({ net, endpoint: endpoints.api });
  const self = await api.whoAmI(botToken, signal);
  if (!self.ok) return refusal(self.error, 'botToken');
  const address = await api.openConnection(appToken, signal);
  if (!address.ok) return refusal(address.error, 'appToken');
  return { ok: true, identity: identityOf(self.value) };
}

function identityOf({ userId, name }: SlackSelf) {
  return { id: userId, name };
}

/** `field`: whose token was asked with; at fault only when the token was turned down. */
function refusal(failure: EpochFailure, field?: 'appToken' | 'botToken'): ProbeOutcome {
  return {
    ok: false,
    class: failure.class,
    error: failure.message,
    ...(failure.fix === undefined ? {} : { fix: failure.fix }),
    ...(failure.class === 'auth' && field !== undefined ? { field } : {}),
  };
}
