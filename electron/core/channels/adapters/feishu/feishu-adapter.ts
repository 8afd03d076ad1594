// The channel `feishu` (Feishu and Lark) over the vendor's long connection (reference/channels section 4). Ready at the
// first pong, never before: an open socket proves nothing. The epoch is feishu-link, the calls are feishu-api.

import { channelKind } from '../../../../../shared/model/channel-kinds';
import { accountConfig, type FieldAccount } from '../../account-config';
import type { ChannelAdapter, ProbeContext, ProbeOutcome } from '../../channel-adapter';
import { FeishuApi } from './feishu-api';
import { probeFailure } from './feishu-failures';
import { FeishuLink } from './feishu-link';

const NOTE =
  'This proves the app and its bot, not that messages come here: that needs the event im.message.receive_v1, received through a long connection.';

const kind = channelKind('feishu');
if (kind === undefined) throw new Error('channel-kinds has no feishu');

export const feishuAdapter: ChannelAdapter<FieldAccount> = {
  meta: {
    id: kind.id,
    label: kind.label,
    detailLabel: 'Feishu / Lark bot',
    systemImage: 'paperplane',
    order: 10,
  },
  // Three heartbeats of at most 120 s.
  policy: { direction: 'outbound', readyTimeoutMs: 30_000, staleAfterMs: 360_000 },
  config: accountConfig(kind),
  // 150 KB of JSON in JSON is the vendor's limit; this many characters fit whatever they are.
  textLimit: 20_000,
  run: (account, context) => new FeishuLink(account, context).run(),
  probe,
};

async function probe(account: FieldAccount, { net, clock, signal }: ProbeContext): Promise<ProbeOutcome> {
  const api = new FeishuApi({ account, net, clock, signal });
  const identity = await api.identity();
  return identity.ok
    ? { ok: true, identity: identity.value, note: NOTE }
    : probeFailure(identity.error, api.appId);
}
