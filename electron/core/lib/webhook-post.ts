// Delivers one webhook: signed POST to an address that was checked after resolution, no redirects, three tries with
// a deadline each. Called for the tasks of cron and the replies of the channel `webhook`. Must never put the target's
// path, the body or the secret into a result or a log.

import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Clock } from './clock';
import { delay } from './clock';
import { hostOf, type ResolvedAddress } from './public-address';
import type { Secret } from './secret';
import { signWebhook } from './webhook-signature';
import { isAllowed } from './webhook-target';

export const TRY_DEADLINE_MS = 10_000;
const RETRY_AFTER_MS: readonly number[] = [1_000, 5_000];
const MAX_BODY_BYTES = 64 * 1024;

export type ResolveHost = (host: string) => Promise<readonly ResolvedAddress[]>;

export const systemResolve: ResolveHost = (host) => lookup(host, { all: true });

export interface WebhookDeps {
  readonly clock: Clock;
  readonly resolve: ResolveHost;
}

/** What the receiver finds these under. */
export interface WebhookHeaders {
  readonly delivery: string;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly signature: string;
}

export interface WebhookMessage {
  readonly url: URL;
  /** Lets the receiver tell a repeated try from a new delivery. */
  readonly deliveryId: string;
  readonly body: unknown;
  readonly secret: Secret;
  readonly headers: WebhookHeaders;
}

/** `unknown`: the request may have arrived, no answer came in time. `answer`: the HTTP status, when there was one. */
export type WebhookOutcome =
  | { readonly status: 'delivered' }
  | { readonly status: 'not-delivered' | 'unknown'; readonly error: string; readonly answer?: number };

type Attempt =
  | { readonly kind: 'answered'; readonly code: number }
  | { readonly kind: 'late' | 'stopped' }
  | { readonly kind: 'refused' | 'failed'; readonly error: string };

/** Never rejects. `signal` ends it at once. */
export async function deliverWebhook(
  message: WebhookMessage,
  deps: WebhookDeps,
  signal: AbortSignal,
): Promise<WebhookOutcome> {
  const body = Buffer.from(JSON.stringify(message.body));
  if (body.length > MAX_BODY_BYTES)
    return { status: 'not-delivered', error: `the message is larger than ${MAX_BODY_BYTES} bytes` };
  let mayHaveArrived = false;
  for (let count = 0; ; count += 1) {
    const attempt = await tryOnce(message, body, count, deps, signal);
    if (attempt.kind === 'answered' && attempt.code >= 200 && attempt.code < 300)
      return { status: 'delivered' };
    mayHaveArrived ||= attempt.kind === 'late';
    const wait = RETRY_AFTER_MS[count];
    if (wait !== undefined && mayRetry(attempt) && !signal.aborted) {
      await delay(deps.clock, wait, signal);
      if (!signal.aborted) continue;
    }
    return {
      status: mayHaveArrived ? 'unknown' : 'not-delivered',
      error: wordsFor(attempt),
      ...(attempt.kind === 'answered' ? { answer: attempt.code } : {}),
    };
  }
}

function mayRetry(attempt: Attempt): boolean {
  return (
    attempt.kind === 'late' ||
    attempt.kind === 'failed' ||
    (attempt.kind === 'answered' && attempt.code >= 500)
  );
}

function wordsFor(attempt: Attempt): string {
  switch (attempt.kind) {
    case 'answered':
      return attempt.code >= 300 && attempt.code < 400
        ? `the target answered with a redirect (${attempt.code}), which is not followed`
        : `the target answered ${attempt.code}`;
    case 'late':
      return `no answer within ${TRY_DEADLINE_MS / 1_000} s`;
    case 'stopped':
      return 'the gateway stopped during the delivery';
    case 'refused':
    case 'failed':
      return attempt.error;
  }
}

async function tryOnce(
  message: WebhookMessage,
  body: Buffer,
  count: number,
  { clock, resolve }: WebhookDeps,
  signal: AbortSignal,
): Promise<Attempt> {
  if (signal.aborted) return { kind: 'stopped' };
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener('abort', stop);
  const timer = clock.setTimeout(stop, TRY_DEADLINE_MS);
  const ended = new Promise<Attempt>((done) => {
    abort.signal.addEventListener('abort', () => done({ kind: signal.aborted ? 'stopped' : 'late' }));
  });
  try {
    // Resolution cannot be cancelled, so it is raced.
    return await Promise.race([ended, resolveAndSend(message, body, count, clock, resolve, abort.signal)]);
  } finally {
    timer.dispose();
    signal.removeEventListener('abort', stop);
    abort.abort();
  }
}

async function resolveAndSend(
  message: WebhookMessage,
  body: Buffer,
  count: number,
  clock: Clock,
  resolve: ResolveHost,
  signal: AbortSignal,
): Promise<Attempt> {
  const { url } = message;
  const host = hostOf(url);
  const family = isIP(host);
  let addresses: readonly ResolvedAddress[];
  try {
    addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  } catch (error) {
    return { kind: 'failed', error: `the host name could not be resolved (${codeOf(error)})` };
  }
  const allowed = addresses.filter((address) => isAllowed(url, address));
  // The next try takes the next address: `localhost` is often served on one family only.
  const address = allowed[count % Math.max(1, allowed.length)];
  if (address === undefined)
    return { kind: 'refused', error: 'the host name leads to a private or reserved address' };
  // The deadline may have passed during the resolution: then nothing is sent any more.
  if (signal.aborted) return { kind: 'late' };
  const timestamp = String(Math.floor(clock.now() / 1_000));
  return send(url, address, body, signal, {
    host: url.host,
    'content-type': 'application/json',
    'content-length': body.length,
    'user-agent': 'Gatehouse',
    [message.headers.delivery]: message.deliveryId,
    [message.headers.timestamp]: timestamp,
    [message.headers.signature]: signWebhook(message.secret, timestamp, body),
  });
}

/** Connects to the very address that was checked; the name serves only as Host and for the certificate. */
function send(
  url: URL,
  { address, family }: ResolvedAddress,
  body: Buffer,
  signal: AbortSignal,
  headers: http.OutgoingHttpHeaders,
): Promise<Attempt> {
  const secure = url.protocol === 'https:';
  const host = hostOf(url);
  return new Promise((done) => {
    const request = (secure ? https : http).request({
      method: 'POST',
      host: address,
      family,
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      headers,
      agent: false,
      signal,
      ...(secure ? { servername: isIP(host) === 0 ? host : '' } : {}),
    });
    request.on('response', (response) => {
      done({ kind: 'answered', code: response.statusCode ?? 0 });
      // Whatever the target has to say beyond its status is of no use here.
      response.on('error', () => undefined);
      response.destroy();
    });
    request.on('error', (error) => {
      done({ kind: 'failed', error: `the target could not be reached (${codeOf(error)})` });
    });
    request.end(body);
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
