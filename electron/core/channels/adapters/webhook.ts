// The channel `webhook`: anyone who holds the account's secret may POST a message to /channels/webhook/<id>.
// Nothing is connected to, so it is ready when its route is registered and proven by its first delivery.
// Must never put a presented secret, a query string or a raw body into a log, a state or a reply.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Settings } from '../../../../shared/model/settings';
import {
  MAX_WEBHOOK_BODY_BYTES,
  type WebhookDelivery,
  webhookDeliverySchema,
} from '../../../../shared/protocol/webhook';
import { err, ok, type Result } from '../../lib/result';
import type { ChannelAdapter, EpochContext, EpochEnd, ResolvedAccount } from '../channel-adapter';
import { type BodyReader, MinuteWindow, readBody, replyJson } from '../http-guards';

const DEFAULT_ACCOUNT = 'default';
const BODY_DEADLINE_MS = 5_000;
const MAX_IN_FLIGHT = 64;
const DELIVERIES_PER_MINUTE = 120;
const SECRET_FIX =
  'Send the header "Authorization: Bearer <secret>" with this account\'s secret. If it is lost, make a new one on the Channels page.';

export interface WebhookAccount extends ResolvedAccount {
  readonly webhookPath: string;
}

export const webhookAdapter: ChannelAdapter<WebhookAccount> = {
  meta: {
    id: 'webhook',
    label: 'Webhook',
    detailLabel: 'Inbound webhook',
    systemImage: 'arrow.down.circle',
    order: 90,
  },
  policy: { direction: 'inbound', readyTimeoutMs: 5_000 },
  config: {
    listAccountIds(settings) {
      const { webhook } = settings.channels;
      return webhook === undefined ? [] : [...new Set([DEFAULT_ACCOUNT, ...Object.keys(webhook.accounts)])];
    },
    resolve(settings, accountId, secrets) {
      const own = accountSettings(settings, accountId);
      const secret = secrets.get(secretName(accountId));
      const problem =
        secrets.unreadable === undefined
          ? 'This account has no secret yet: make one, then give it to the program that sends.'
          : `The stored secrets cannot be read: ${secrets.unreadable}`;
      return {
        accountId,
        ...(own?.name === undefined ? {} : { name: own.name }),
        enabled: own?.enabled ?? false,
        configured: secret !== undefined,
        problems: secret === undefined ? [problem] : [],
        secrets: secret === undefined ? [] : [secret],
        webhookPath: `/channels/webhook/${accountId}`,
      };
    },
    fingerprint({ enabled, configured, problems, secrets }) {
      return JSON.stringify([
        enabled,
        configured,
        problems,
        secrets.map((secret) => createHash('sha256').update(secret.expose()).digest('hex')),
      ]);
    },
    enabledPatch(settings, accountId, enabled) {
      const nested =
        accountId !== DEFAULT_ACCOUNT || settings.channels.webhook?.accounts[accountId] !== undefined;
      return { channels: { webhook: nested ? { accounts: { [accountId]: { enabled } } } : { enabled } } };
    },
    ownSecretName: secretName,
  },
  run,
  async probe(account, { hasRoute }) {
    const note = 'This proves only that the path is served, not that anybody can deliver to it.';
    return hasRoute(account.webhookPath)
      ? { ok: true, note }
      : { ok: false, error: 'the path is not served', note };
  },
};

function secretName(accountId: string): string {
  return `webhook/${accountId}`;
}

function accountSettings(settings: Settings, accountId: string) {
  const { webhook } = settings.channels;
  return webhook?.accounts[accountId] ?? (accountId === DEFAULT_ACCOUNT ? webhook : undefined);
}

async function run(account: WebhookAccount, context: EpochContext): Promise<EpochEnd> {
  const [secret] = account.secrets;
  if (secret === undefined) {
    return {
      kind: 'failed',
      failure: { class: 'config', code: 'no_secret', message: 'the account has no secret' },
    };
  }
  const receiver = new WebhookReceiver(sha256(secret.expose()), context);
  const route = context.route(account.webhookPath, (request, response) => receiver.handle(request, response));
  context.ready({ mode: 'webhook' });
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve();
    else context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  route.dispose();
  receiver.cancelAll();
  return { kind: 'aborted' };
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The requests of one epoch. */
class WebhookReceiver {
  readonly #digest: Uint8Array;
  readonly #context: EpochContext;
  readonly #inFlight = new Set<BodyReader>();
  readonly #deliveries: MinuteWindow;
  /** Apart from the deliveries, so that a flood of wrong secrets cannot use up the right one's share. */
  readonly #wrongSecrets: MinuteWindow;

  constructor(digest: Uint8Array, context: EpochContext) {
    this.#digest = digest;
    this.#context = context;
    this.#deliveries = new MinuteWindow(DELIVERIES_PER_MINUTE, context.clock);
    this.#wrongSecrets = new MinuteWindow(DELIVERIES_PER_MINUTE, context.clock);
  }

  cancelAll(): void {
    for (const reader of [...this.#inFlight]) reader.cancel();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, method } = request;
    if (headers.origin !== undefined) {
      return refuse(response, {
        status: 403,
        code: 'origin_not_allowed',
        message: 'Browsers may not deliver here.',
      });
    }
    if (request.url?.includes('?') === true) {
      this.#context.log.warn('webhook.query-refused');
      return refuse(response, {
        status: 400,
        code: 'query_not_allowed',
        message:
          'No query string: send the secret in the Authorization header, then make a new one if it was in the URL.',
      });
    }
    if (method === 'HEAD') return replyJson(response, 200, {});
    if (method !== 'POST') {
      const refusal = { status: 405, code: 'method_not_allowed', message: 'Deliver with POST.' };
      return refuse(response, refusal, { allow: 'POST, HEAD' });
    }
    if (!this.#authorized(headers.authorization)) return this.#refuseSecret(response, headers.authorization);
    const waitSeconds = this.#deliveries.take();
    if (waitSeconds > 0) return refuseRate(response, waitSeconds);
    if (this.#inFlight.size >= MAX_IN_FLIGHT) {
      const refusal = { status: 503, code: 'busy', message: 'Too many deliveries at once.' };
      return refuse(response, refusal, { 'retry-after': 1 });
    }
    if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
      const message = 'The content type must be application/json.';
      return this.#reject(response, { status: 415, code: 'content_type', message });
    }
    await this.#receive(request, response);
  }

  #authorized(header: string | undefined): boolean {
    const presented = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '';
    return timingSafeEqual(sha256(presented), this.#digest);
  }

  #refuseSecret(response: ServerResponse, header: string | undefined): void {
    const message =
      header === undefined ? 'A delivery came without a secret' : 'A delivery came with a wrong secret';
    this.#context.rejected({ class: 'auth', code: 401, message, fix: SECRET_FIX });
    const waitSeconds = this.#wrongSecrets.take();
    const refusal = { status: 401, code: 'unauthorized', message: 'Missing or wrong secret.' };
    if (waitSeconds > 0) refuseRate(response, waitSeconds);
    else refuse(response, refusal, { 'www-authenticate': 'Bearer' });
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock } = this.#context;
    const reader = readBody(request, {
      limitBytes: MAX_WEBHOOK_BODY_BYTES,
      deadlineMs: BODY_DEADLINE_MS,
      clock,
    });
    this.#inFlight.add(reader);
    const body = await reader.done;
    this.#inFlight.delete(reader);
    switch (body.kind) {
      case 'gone':
        return;
      case 'cancelled':
        return refuseStopped(response);
      case 'too-large': {
        const message = `The body is larger than ${MAX_WEBHOOK_BODY_BYTES} bytes.`;
        return this.#reject(response, { status: 413, code: 'too_large', message }, { connection: 'close' });
      }
      case 'late': {
        const message = `The body did not arrive within ${BODY_DEADLINE_MS / 1_000} s.`;
        return this.#reject(response, { status: 408, code: 'timeout', message }, { connection: 'close' });
      }
      case 'ok': {
        const delivery = parseDelivery(body.bytes);
        if (delivery.ok) this.#accept(response, delivery.value);
        else this.#reject(response, { status: 400, code: 'invalid_body', message: delivery.error });
      }
    }
  }

  #accept(response: ServerResponse, delivery: WebhookDelivery): void {
    const { clock, random } = this.#context;
    const id = delivery.id ?? random.uuid();
    const outcome = this.#context.inbound({
      messageId: id,
      conversationId: delivery.conversation,
      senderId: delivery.sender,
      ...(delivery.senderName === undefined ? {} : { senderName: delivery.senderName }),
      text: delivery.text,
      at: clock.now(),
    });
    if (outcome === 'accepted') {
      this.#context.activity('delivery accepted');
      replyJson(response, 202, { accepted: true, id });
    } else if (outcome === 'duplicate') replyJson(response, 200, { accepted: true, duplicate: true });
    else refuseStopped(response);
  }

  /** For mistakes of a sender who proved the secret: worth showing on the account. */
  #reject(response: ServerResponse, refusal: Refusal, headers: Readonly<Record<string, string>> = {}): void {
    const { status, message } = refusal;
    this.#context.rejected({
      class: 'protocol',
      code: status,
      message: `A delivery was refused: ${message}`,
    });
    refuse(response, refusal, headers);
  }
}

/** The error names the field at fault, never its value. */
function parseDelivery(bytes: Uint8Array): Result<WebhookDelivery, string> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return err('The body is not JSON in UTF-8.');
  }
  const parsed = webhookDeliverySchema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  if (issue === undefined || issue.code === 'unrecognized_keys')
    return err('The body has a field that is not known.');
  return err(
    issue.path.length === 0
      ? 'The body is not an object.'
      : `The field "${issue.path.join('.')}" is not valid.`,
  );
}

function refuse(
  response: ServerResponse,
  { status, code, message }: Refusal,
  headers: Readonly<Record<string, string | number>> = {},
): void {
  replyJson(response, status, { error: { code, message } }, headers);
}

function refuseRate(response: ServerResponse, waitSeconds: number): void {
  const refusal = { status: 429, code: 'rate_limited', message: `Try again in ${waitSeconds} s.` };
  refuse(response, refusal, { 'retry-after': waitSeconds });
}

function refuseStopped(response: ServerResponse): void {
  refuse(
    response,
    { status: 503, code: 'stopped', message: 'This account is stopped.' },
    { connection: 'close' },
  );
}

function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}
