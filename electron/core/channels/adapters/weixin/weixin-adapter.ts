// The channel `openclaw-weixin`: a personal WeChat account over Tencent's iLink bot API, logged in by QR code. Ready
// when a poll for messages is answered. A login that has ended (-14) ends the epoch as `auth`: the supervisor's one
// immediate retry announces us again and polls once more, which wakes idle sessions; then a person has to scan.

import { channelKind } from '../../../../../shared/model/channel-kinds';
import { err, ok, type Result } from '../../../lib/result';
import { accountConfig, type FieldAccount } from '../../account-config';
import type {
  ChannelAdapter,
  EpochContext,
  EpochEnd,
  EpochFailure,
  ProbeContext,
  ProbeOutcome,
} from '../../channel-adapter';
import { IlinkClient, STALE_LOGIN } from './ilink-client';
import { apiBase } from './weixin-endpoints';
import { WeixinLink } from './weixin-link';
import { startLogin } from './weixin-login';

const PROBE_TIMEOUT_MS = 10_000;
const LOGOUT_TIMEOUT_MS = 2_000;
const PROBE_NOTE =
  'WeChat has no call that names the account: this one only fails for certain when the login has ended.';

const kind = channelKind('openclaw-weixin');
if (kind === undefined) throw new Error('channel-kinds has no openclaw-weixin');

export const weixinAdapter: ChannelAdapter<FieldAccount> = {
  meta: {
    id: kind.id,
    label: kind.label,
    detailLabel: 'Personal WeChat (iLink bot)',
    systemImage: 'message',
    order: 30,
  },
  policy: {
    direction: 'outbound',
    // A quiet account's first poll is held for 35 s, after an announcement that may take 10 s.
    readyTimeoutMs: 60_000,
    staleAfterMs: 180_000,
  },
  config: accountConfig(kind),
  textLimit: 4_000,
  run,
  probe,
  login: startLogin,
  async logout(account, { net, random, signal, store }) {
    const client = clientOf(account, { net, random, store });
    if (!client.ok) return;
    await client.value.post('ilink/bot/msg/notifystop', {}, { signal, timeoutMs: LOGOUT_TIMEOUT_MS });
  },
};

async function run(account: FieldAccount, context: EpochContext): Promise<EpochEnd> {
  const client = clientOf(account, context);
  if (!client.ok) return { kind: 'failed', failure: client.error };
  const botId = context.store.get('botId');
  const link = new WeixinLink({
    client: client.value,
    context,
    ...(typeof botId === 'string' ? { botId } : {}),
  });
  return link.run();
}

/** A failure other than -14 says nothing about the login, so it blames nobody. */
async function probe(account: FieldAccount, context: ProbeContext): Promise<ProbeOutcome> {
  const { signal, store } = context;
  const client = clientOf(account, context);
  if (!client.ok) return { ok: false, error: client.error.message, ...fixOf(client.error), class: 'config' };
  const userId = store.get('userId');
  if (typeof userId !== 'string') {
    return {
      ok: false,
      error: 'the login did not say who scanned, so nothing can be asked',
      note: PROBE_NOTE,
    };
  }
  const limits = { signal, timeoutMs: PROBE_TIMEOUT_MS };
  const answer = await client.value.post('ilink/bot/getconfig', { ilink_user_id: userId }, limits);
  if (!answer.ok) {
    const { code, message } = answer.error;
    const ended = code === STALE_LOGIN;
    return {
      ok: false,
      error: message,
      ...fixOf(answer.error),
      ...(ended ? { class: 'auth' } : { note: PROBE_NOTE }),
    };
  }
  const botId = store.get('botId');
  return { ok: true, note: PROBE_NOTE, ...(typeof botId === 'string' ? { identity: { id: botId } } : {}) };
}

function fixOf({ fix }: EpochFailure): { readonly fix?: string } {
  return fix === undefined ? {} : { fix };
}

function clientOf(
  account: FieldAccount,
  { net, random, store }: Pick<ProbeContext, 'net' | 'random' | 'store'>,
): Result<IlinkClient, EpochFailure> {
  const { token } = account.secretOf;
  if (token === undefined) {
    return err({ class: 'config', code: 'not_linked', message: 'nobody is logged in on this account' });
  }
  const base = apiBase(account.endpoints.login, store);
  return base.ok ? ok(new IlinkClient({ net, random, baseUrl: base.value, token })) : base;
}
