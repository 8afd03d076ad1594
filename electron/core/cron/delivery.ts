// Brings what a run has to say to where its job wants it: a signed post to a web address, or a text over a channel.
// Must never put a web address's path or an exception's text into an outcome: outcomes are shown to every reader.

import type { CronAnnouncement, CronWebhook } from '../../../shared/model/cron';
import type { Outbound } from '../channels/outbound';
import type { Clock } from '../lib/clock';
import { delay } from '../lib/clock';
import type { Logger } from '../lib/logger-port';
import type { ResolveHost } from '../lib/webhook-post';
import { deliverWebhook } from '../lib/webhook-post';
import { HEADER_NAMES, type SigningSecret } from './signing-secret';

/** A channel that is just connecting anew is given so much time. */
const RETRY_AFTER_MS: readonly number[] = [1_000, 5_000, 15_000];

/** `unknown`: it may have arrived. */
export type DeliveryOutcome =
  | { readonly status: 'delivered' }
  | { readonly status: 'not-delivered' | 'unknown'; readonly error: string };

export interface DeliveryMessage {
  /** The same for every try: lets the receiver tell a repeated one from a new one. */
  readonly id: string;
  /** For channels. */
  readonly text: string;
  /** For webhooks. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface DeliveryParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly outbound: Pick<Outbound, 'send'>;
  readonly secret: SigningSecret;
  readonly resolveHost: ResolveHost;
}

/** Never rejects. `signal` ends it at once. */
export async function deliver(
  target: CronWebhook | CronAnnouncement,
  message: DeliveryMessage,
  parts: DeliveryParts,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  try {
    return target.mode === 'webhook'
      ? await post(target.to, message, parts, signal)
      : await announce(target, message, parts, signal);
  } catch (error) {
    // A bug, or a keychain that throws: the job's state must still come to its end.
    parts.logger.error('cron.delivery-threw', { error });
    return { status: 'not-delivered', error: 'the delivery failed inside the gateway' };
  }
}

async function post(
  to: string,
  { id: deliveryId, body }: DeliveryMessage,
  { clock, resolveHost: resolve, secret: signing }: DeliveryParts,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const secret = await signing.get();
  if (!secret.ok) return { status: 'not-delivered', error: secret.error };
  const message = { url: new URL(to), deliveryId, body, secret: secret.value, headers: HEADER_NAMES };
  return deliverWebhook(message, { clock, resolve }, signal);
}

async function announce(
  { channel, accountId, to }: CronAnnouncement,
  { id: idempotencyKey, text }: DeliveryMessage,
  { clock, outbound }: DeliveryParts,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  for (let count = 0; ; count += 1) {
    if (signal.aborted) return { status: 'not-delivered', error: STOPPED };
    const sent = await unlessAborted(outbound.send({ channel, accountId, to, text, idempotencyKey }), signal);
    if (sent === undefined) return { status: 'unknown', error: STOPPED };
    if (sent.ok) return { status: 'delivered' };
    const { failure, message, wasTried } = sent.error;
    const waitMs = RETRY_AFTER_MS[count];
    // Only what surely did not go out is tried again; without a failure the order itself is at fault.
    if (failure === undefined || wasTried || waitMs === undefined) {
      const error = failure?.fix === undefined ? message : `${message}. ${failure.fix}`;
      return { status: failure?.code === 'unknown_outcome' ? 'unknown' : 'not-delivered', error };
    }
    await delay(clock, waitMs, signal);
  }
}

const STOPPED = 'the gateway stopped during the delivery';

/** Undefined when the signal came first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
