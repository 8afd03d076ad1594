// What the tests of the Feishu adapter share: its double on the epoch's clock, a running epoch, and what was said.

import { afterEach } from 'vitest';
import { feishuAdapter } from '../../../../electron/core/channels/adapters/feishu/feishu-adapter';
import type {
  EpochFailure,
  OutboundMessage,
  SendOutcome,
} from '../../../../electron/core/channels/channel-adapter';
import { type FeishuDouble, startFeishuDouble } from '../../../doubles/feishu';
import {
  type AccountChanges,
  accountFor,
  type RunningEpoch,
  runEpochOf,
} from '../../../helpers/adapter-epoch';
import { BareContext } from '../../../helpers/channel-doubles';
import { settle } from '../../../helpers/fake-clock';

export const TOKEN_CALL = 'POST /open-apis/auth/v3/tenant_access_token/internal';
export const ENDPOINT_CALL = 'POST /callback/ws/endpoint';
export const BOT_CALL = 'GET /open-apis/bot/v3/info';
export const SEND_CALL = 'POST /open-apis/im/v1/messages';
export const UPGRADE = 'GET /ws/v2';

export interface FeishuRun extends RunningEpoch {
  readonly double: FeishuDouble;
  send(message: Partial<OutboundMessage>): Promise<SendOutcome>;
}

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

export async function startDouble(context = new BareContext()) {
  const double = await startFeishuDouble({ clock: context.clock });
  cleanUps.push(() => double.close());
  return { double, context };
}

export function start(double: FeishuDouble, context: BareContext, changes: AccountChanges = {}): FeishuRun {
  const epoch = runEpochOf(feishuAdapter, accountFor(feishuAdapter, double, changes), context);
  let over = false;
  void epoch.end.then(() => {
    over = true;
  });
  cleanUps.push(async () => {
    context.abort();
    while (!over) {
      await settle();
      context.clock.advance(100);
    }
    double.giveUp();
    if (context.clock.pendingTimers > 0) throw new Error('the epoch left timers behind');
    const texts = JSON.stringify(context.said) + context.log.text();
    for (const secret of [...Object.values(double.secrets), 't-token', 'ticket']) {
      if (texts.includes(secret)) throw new Error(`a secret was said: ${texts}`);
    }
  });
  return {
    ...epoch,
    double,
    send(message) {
      const send = context.info?.live?.send;
      if (send === undefined) throw new Error('no live link');
      const whole = { to: 'oc_chat1', text: 'hello', idempotencyKey: 'key-1', ...message };
      return send(whole, new AbortController().signal);
    },
  };
}

/** A running epoch whose link is proven. */
export async function ready(changes: AccountChanges = {}): Promise<FeishuRun> {
  const { double, context } = await startDouble();
  const run = start(double, context, changes);
  await context.until(({ isReady }) => isReady);
  return run;
}

export function values(context: BareContext, what: string): unknown[] {
  return context.said.filter((entry) => entry.what === what).map(({ value }) => value);
}

export function named(name: string, times = 1) {
  let seen = 0;
  return (request: { readonly name: string }) => {
    seen += request.name === name ? 1 : 0;
    return seen >= times;
  };
}

/** The failure of an outcome; throws for success. */
export function errorOf(outcome: SendOutcome): EpochFailure {
  if (outcome.ok) throw new Error('it was sent');
  return outcome.error;
}
