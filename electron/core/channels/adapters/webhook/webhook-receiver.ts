// The deliveries of one epoch of a webhook account: bounds each request, asks for its proof, parses it, hands it over.
// Made by the webhook adapter. Must never put a presented secret, a query string or a raw body into a log, a state or
// a reply.

import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  MAX_WEBHOOK_BODY_BYTES,
  type WebhookDelivery,
  webhookDeliverySchema,
} from '../../../../../shared/protocol/webhook';
import { err, ok, type Result } from '../../../lib/result';
import type { EpochContext } from '../../channel-adapter';
import { type BodyReader, headerValues, MinuteWindow, readBody, replyJson } from '../../http-guards';
import type { DeliveryProof, ProofRefusal } from './delivery-proof';

const BODY_DEADLINE_MS = 5_000;
const MAX_IN_FLIGHT = 64;
/** Of proven senders. A signature can be used for 10 min at most: the replay cache must hold what fits into them. */
const DELIVERIES_PER_MINUTE = 4_000;
const REFUSALS_PER_MINUTE = 120;

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export class WebhookReceiver {
  readonly #proof: DeliveryProof;
  readonly #context: EpochContext;
  readonly #inFlight = new Set<BodyReader>();
  readonly #deliveries: MinuteWindow;
  /** Apart from the deliveries, so that a flood of wrong proofs cannot use up the right one's share. */
  readonly #refusals: MinuteWindow;

  constructor(proof: DeliveryProof, context: EpochContext) {
    this.#proof = proof;
    this.#context = context;
    this.#deliveries = new MinuteWindow(DELIVERIES_PER_MINUTE, context.clock);
    this.#refusals = new MinuteWindow(REFUSALS_PER_MINUTE, context.clock);
  }

  cancelAll(): void {
    for (const reader of [...this.#inFlight]) reader.cancel();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, method } = request;
    if (headers.origin !== undefined) {
      const message = 'Browsers may not deliver here.';
      return refuse(response, { status: 403, code: 'origin_not_allowed', message });
    }
    if (request.url?.includes('?') === true) {
      this.#context.log.warn('webhook.query-refused');
      const message =
        'No query string: send the secret in a header, and make a new one if it was in the URL.';
      return refuse(response, { status: 400, code: 'query_not_allowed', message });
    }
    if (method === 'HEAD') return replyJson(response, 200, {});
    if (method !== 'POST') {
      const refusal = { status: 405, code: 'method_not_allowed', message: 'Deliver with POST.' };
      return refuse(response, refusal, { allow: 'POST, HEAD' });
    }
    const verdict = this.#proof.judge((name) => headerValues(request, name), this.#context.clock.now());
    if (verdict.kind === 'refused') return this.#refuseProof(response, verdict);
    if (verdict.kind === 'proven' && !this.#admit(response)) return;
    if (this.#inFlight.size >= MAX_IN_FLIGHT) return refuseRate(response, 1);
    const body = await this.#read(request, response, verdict.kind === 'proven');
    if (body === undefined) return;
    if (verdict.kind === 'signed') {
      const refusal = verdict.judge(body);
      if (refusal !== undefined) return this.#refuseProof(response, refusal);
      if (!this.#admit(response)) return;
    }
    if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
      const message = 'The content type must be application/json.';
      return this.#reject(response, { status: 415, code: 'content_type', message });
    }
    const delivery = parseDelivery(body);
    if (!delivery.ok) {
      return this.#reject(response, { status: 400, code: 'invalid_body', message: delivery.error });
    }
    await this.#accept(
      response,
      delivery.value,
      // What makes a replay of a signed delivery without an id the same delivery.
      verdict.kind === 'signed' ? verdict.signature.toLowerCase() : this.#context.random.uuid(),
    );
  }

  #refuseProof(response: ServerResponse, { what, fix, reply }: ProofRefusal): void {
    this.#context.rejected({ class: 'auth', code: 401, message: `A delivery came ${what}`, fix });
    const waitSeconds = this.#refusals.take();
    const refusal = { status: 401, code: 'unauthorized', message: reply };
    if (waitSeconds > 0) refuseRate(response, waitSeconds);
    else refuse(response, refusal, { 'www-authenticate': this.#proof.scheme });
  }

  /** False: answered with 429. */
  #admit(response: ServerResponse): boolean {
    const waitSeconds = this.#deliveries.take();
    if (waitSeconds > 0) refuseRate(response, waitSeconds);
    return waitSeconds === 0;
  }

  /** Undefined: answered already, or nobody is left to answer. */
  async #read(
    request: IncomingMessage,
    response: ServerResponse,
    isProven: boolean,
  ): Promise<Uint8Array | undefined> {
    const reader = readBody(request, {
      limitBytes: MAX_WEBHOOK_BODY_BYTES,
      deadlineMs: BODY_DEADLINE_MS,
      clock: this.#context.clock,
    });
    this.#inFlight.add(reader);
    const body = await reader.done;
    this.#inFlight.delete(reader);
    // A mistake of somebody who may be a stranger is not shown on the account.
    const answer = (refusal: Refusal): void => {
      if (isProven) this.#reject(response, refusal, { connection: 'close' });
      else refuse(response, refusal, { connection: 'close' });
    };
    switch (body.kind) {
      case 'ok':
        return body.bytes;
      case 'gone':
        return undefined;
      case 'cancelled':
        refuseStopped(response);
        return undefined;
      case 'too-large': {
        const message = `The body is larger than ${MAX_WEBHOOK_BODY_BYTES} bytes.`;
        answer({ status: 413, code: 'too_large', message });
        return undefined;
      }
      case 'late': {
        const message = `The body did not arrive within ${BODY_DEADLINE_MS / 1_000} s.`;
        answer({ status: 408, code: 'timeout', message });
        return undefined;
      }
    }
  }

  async #accept(response: ServerResponse, delivery: WebhookDelivery, ownId: string): Promise<void> {
    const id = delivery.id ?? ownId;
    const outcome = this.#context.inbound({
      messageId: id,
      chatType: 'direct',
      conversationId: delivery.conversation,
      senderId: delivery.sender,
      ...(delivery.senderName === undefined ? {} : { senderName: delivery.senderName }),
      text: delivery.text,
      at: this.#context.clock.now(),
    });
    if (outcome === 'closed') return refuseStopped(response);
    if (outcome === 'accepted') this.#context.event('delivery accepted');
    await this.#context.kept();
    if (outcome === 'accepted') replyJson(response, 202, { accepted: true, id });
    else replyJson(response, 200, { accepted: true, duplicate: true });
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
