// The channel `webhook`: whoever proves that he holds the account's secret may POST a message to
// /channels/webhook/<id>; replies go to the account's reply URL. Nothing is connected to, so it is ready when its
// route is registered and proven by its first delivery. Adapter of the manager; its parts are in webhook/.

import { channelKind } from '../../../../shared/model/channel-kinds';
import { type ResolveHost, systemResolve } from '../../lib/webhook-post';
import { accountConfig, type FieldAccount } from '../account-config';
import type { ChannelAdapter, EpochContext, EpochEnd } from '../channel-adapter';
import { bearerProof, signatureProof } from './webhook/delivery-proof';
import { WebhookReceiver } from './webhook/webhook-receiver';
import { replySender, replyTarget } from './webhook/webhook-reply';

const KIND = channelKind('webhook');
if (KIND === undefined) throw new Error('channel-kinds lacks webhook');
const CONFIG = accountConfig(KIND);
/** With every character escaped it still fits into the 64 KiB of a reply. */
const TEXT_LIMIT = 10_000;

/** `resolve`: how the name in a reply URL becomes addresses. */
export function createWebhookAdapter(resolve: ResolveHost): ChannelAdapter<FieldAccount> {
  return {
    meta: {
      id: 'webhook',
      label: 'Webhook',
      detailLabel: 'Inbound webhook',
      systemImage: 'arrow.down.circle',
      order: 90,
    },
    policy: { direction: 'inbound', readyTimeoutMs: 5_000 },
    textLimit: TEXT_LIMIT,
    config: {
      ...CONFIG,
      resolve: (settings, accountId, secrets) => ({
        ...CONFIG.resolve(settings, accountId, secrets),
        webhookPath: pathOf(accountId),
      }),
    },
    run: (account, context) => run(account, context, resolve),
    async probe({ accountId }, { hasRoute }) {
      const note = 'This proves only that the path is served, not that anybody can deliver to it.';
      return hasRoute(pathOf(accountId))
        ? { ok: true, note }
        : { ok: false, error: 'the path is not served', note };
    },
    async check(account) {
      const target = replyTarget(account);
      if (target === undefined || target.ok) return { ok: true };
      return { ok: false, class: 'config', field: 'replyUrl', error: `the reply URL ${target.error}` };
    },
  };
}

export const webhookAdapter = createWebhookAdapter(systemResolve);

function pathOf(accountId: string): string {
  return `/channels/webhook/${accountId}`;
}

async function run(account: FieldAccount, context: EpochContext, resolve: ResolveHost): Promise<EpochEnd> {
  const { secret } = account.secretOf;
  // Fails closed: no route without a key to check deliveries with (SEC-44).
  if (secret === undefined) {
    return {
      kind: 'failed',
      failure: { class: 'config', code: 'no_secret', message: 'the account has no secret' },
    };
  }
  const { accountId, values } = account;
  const proof = values.signature === 'hmac-sha256' ? signatureProof(secret) : bearerProof(secret);
  const receiver = new WebhookReceiver(proof, context);
  const route = context.route(pathOf(accountId), (request, response) => receiver.handle(request, response));
  const target = replyTarget(account);
  context.ready({
    mode: 'webhook',
    ...(target?.ok === true
      ? {
          live: {
            send: replySender({ url: target.value, secret, accountId, clock: context.clock, resolve }),
          },
        }
      : {}),
  });
  if (target?.ok === false) {
    context.warn({
      class: 'config',
      code: 'reply_url',
      message: `Replies cannot be sent: the reply URL ${target.error}`,
      fix: 'Change the reply URL of this account on the Channels page.',
    });
  }
  await new Promise<void>((settled) => {
    if (context.signal.aborted) settled();
    else context.signal.addEventListener('abort', () => settled(), { once: true });
  });
  route.dispose();
  receiver.cancelAll();
  return { kind: 'aborted' };
}
