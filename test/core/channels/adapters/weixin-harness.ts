// What the tests of the WeChat adapter start from: a double, a context on the same clock, and the account as settings
// and vault would give it.

import type { FieldAccount } from '../../../../electron/core/channels/account-config';
import { weixinAdapter } from '../../../../electron/core/channels/adapters/weixin/weixin-adapter';
import type { EpochEnd, LiveLink, SendOutcome } from '../../../../electron/core/channels/channel-adapter';
import { Secret } from '../../../../electron/core/lib/secret';
import { vaultNameOf } from '../../../../shared/model/channel-kinds';
import { settingsSchema } from '../../../../shared/model/settings';
import { startWeixinDouble, type WeixinDouble } from '../../../doubles/weixin';
import { BareContext } from '../../../helpers/channel-doubles';

export interface WeixinBench {
  readonly context: BareContext;
  readonly double: WeixinDouble;
  readonly account: FieldAccount;
  /** Another epoch of the same account, with what the first one stored. */
  again(): BareContext;
}

const doubles: WeixinDouble[] = [];
const contexts: BareContext[] = [];

export async function weixinBench(): Promise<WeixinBench> {
  const context = newContext();
  const double = await startWeixinDouble({ clock: context.clock });
  doubles.push(double);
  for (const [key, value] of Object.entries(double.stored)) context.store.set(key, value);
  return {
    context,
    double,
    account: accountOf(double.settings, double.secrets),
    again() {
      const next = newContext();
      for (const [key, value] of context.store.values) next.store.set(key, value);
      return next;
    },
  };
}

export async function closeBenches(): Promise<void> {
  for (const context of contexts.splice(0)) context.abort();
  for (const double of doubles.splice(0)) await double.close();
}

export function accountOf(
  channel: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string>>,
): FieldAccount {
  const vault = new Map(
    Object.entries(secrets).map(([key, text]) => [
      vaultNameOf('openclaw-weixin', 'default', key),
      new Secret(text),
    ]),
  );
  const settings = settingsSchema.parse({ channels: { 'openclaw-weixin': channel } });
  return weixinAdapter.config.resolve(settings, 'default', { get: (name) => vault.get(name) });
}

/** Runs an epoch until it is ready: the first poll is held until its time is over. */
export async function runUntilReady(
  bench: WeixinBench,
  context = bench.context,
): Promise<{ end: Promise<EpochEnd> }> {
  const end = weixinAdapter.run(bench.account, context);
  await bench.double.linked();
  // Another epoch has a clock of its own; the double keeps to the first.
  if (context !== bench.context) context.clock.advance(35_000);
  bench.context.clock.advance(35_000);
  await context.until((said) => said.isReady);
  await bench.double.linked();
  return { end };
}

export function liveOf(context: BareContext): Required<Pick<LiveLink, 'send'>> {
  const send = context.info?.live?.send;
  if (send === undefined) throw new Error('not ready yet');
  return { send };
}

export function sendText(
  context: BareContext,
  to: string,
  text: string,
  idempotencyKey = 'key-1',
): Promise<SendOutcome> {
  return liveOf(context).send({ to, text, idempotencyKey }, new AbortController().signal);
}

function newContext(): BareContext {
  const context = new BareContext();
  contexts.push(context);
  return context;
}
