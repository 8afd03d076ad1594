// The calls to Feishu's HTTP API that the channel makes, for one epoch or one probe: token (kept here and nowhere
// else), identity, endpoint of the long connection, send. Every outcome is a value; no token gets into a failure.

import { createHash } from 'node:crypto';
import type { ChannelIdentity } from '../../../../../shared/model/channel';
import type { Clock } from '../../../lib/clock';
import { err, ok, type Result } from '../../../lib/result';
import type { FieldAccount } from '../../account-config';
import type { EpochFailure, OutboundMessage, SendOutcome } from '../../channel-adapter';
import { inertMarkup } from '../../inert-markup';
import type { ChannelNet, HttpRequest } from '../../net/channel-net';
import { isObject, type JsonObject, jsonBody, statusFailure } from '../../net/failures';
import {
  activationFailure,
  callFailure,
  credentialFailure,
  endpointFailure,
  type FeishuVendor,
  isTokenCode,
  isWithdrawn,
  protocolFailure,
  RATE_LIMITED,
  rateLimitFailure,
  VENDORS,
} from './feishu-failures';

const CALL_TIMEOUT_MS = 10_000;
const ENDPOINT_TIMEOUT_MS = 15_000;
/** A token is not used any more when it has less than this to live. */
const TOKEN_RESERVE_MS = 5 * 60_000;
const MAX_UUID = 50;
/** `<at user_id="all">` in a text calls everybody. Feishu's plain texts know no escape for it. */
const MENTION = /<(?=at\b)/gi;
/** Codes of the token call that say nothing about the credential. */
const BUSY_CODES: readonly number[] = [1, 1000040343, 1000040345];

export interface FeishuApiOptions {
  readonly account: FieldAccount;
  readonly net: ChannelNet;
  readonly clock: Clock;
  /** Ends every call, the token's included. */
  readonly signal: AbortSignal;
}

export interface FeishuEndpoint {
  readonly url: string;
  /** As the vendor sent it; may hold anything. */
  readonly clientConfig: unknown;
}

interface Answer {
  readonly code: number;
  readonly body: JsonObject;
}

type Call = Pick<HttpRequest, 'method' | 'json' | 'headers'> & {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
};

export class FeishuApi {
  readonly vendor: FeishuVendor;
  /** What the calls are sent to. */
  readonly base: string;
  readonly appId: string;
  readonly #options: FeishuApiOptions;
  #token: { readonly text: string; readonly until: number } | undefined;
  #pending: Promise<Result<string, EpochFailure>> | undefined;

  constructor(options: FeishuApiOptions) {
    const { values, endpoints } = options.account;
    this.#options = options;
    this.vendor = values.domain === 'lark' ? VENDORS.lark : VENDORS.feishu;
    this.base = (endpoints.api ?? this.vendor.api).replace(/\/+$/, '');
    this.appId = values.appId ?? '';
  }

  /** Who the bot is. An app that is not in use is a failure of class `permission`. */
  async identity(): Promise<Result<ChannelIdentity, EpochFailure>> {
    const answer = await this.#authorized('/open-apis/bot/v3/info', { method: 'GET' });
    if (!answer.ok) return answer;
    const { bot } = answer.value;
    if (!isObject(bot))
      return err(protocolFailure('no_bot', `${this.vendor.name} did not say who the bot is`));
    const inactive =
      typeof bot.activate_status === 'number'
        ? activationFailure(this.vendor, bot.activate_status)
        : undefined;
    if (inactive !== undefined) return err(inactive);
    return ok({
      ...(typeof bot.open_id === 'string' ? { id: bot.open_id } : {}),
      ...(typeof bot.app_name === 'string' ? { name: bot.app_name } : {}),
    });
  }

  /** A new address for one attempt: it carries a ticket that works once. */
  async endpoint(): Promise<Result<FeishuEndpoint, EpochFailure>> {
    const answer = await this.#call('/callback/ws/endpoint', {
      method: 'POST',
      headers: { locale: 'zh' },
      json: { AppID: this.appId, AppSecret: this.#secret() },
      timeoutMs: ENDPOINT_TIMEOUT_MS,
    });
    if (!answer.ok) return answer;
    const { code, body } = answer.value;
    if (code !== 0) return err(endpointFailure(this.vendor, code, this.appId));
    const { data } = body;
    if (data === undefined || data === null) return err(endpointFailure(this.vendor, code, this.appId));
    if (!isObject(data) || typeof data.URL !== 'string') {
      return err(protocolFailure('no_url', `${this.vendor.name} did not say where to connect to`));
    }
    return ok({ url: data.URL, clientConfig: data.ClientConfig });
  }

  /** To a chat (`oc_…`) or a person (`ou_…`, `on_…`); `replyTo` has precedence and falls back to them when it is gone. */
  async send(
    message: OutboundMessage,
    replyTo: string | undefined,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    const [receiver = ''] = message.to.split('/');
    const idType = receiveIdType(receiver);
    if (idType === undefined) {
      const message = `${this.vendor.name} knows chats as "oc_…" and people as "ou_…"; this recipient is neither`;
      return err({ class: 'config', code: 'bad_recipient', message });
    }
    if (replyTo !== undefined && !/^[\w-]{1,128}$/.test(replyTo)) {
      return err({
        class: 'config',
        code: 'bad_reply_id',
        message: 'the message to be answered has no id of Feishu',
      });
    }
    const { idempotencyKey, text } = message;
    const content = {
      msg_type: 'text',
      content: JSON.stringify({ text: inertMarkup(text, MENTION) }),
      uuid: idempotencyKey.length <= MAX_UUID ? idempotencyKey : digest(idempotencyKey),
    };
    if (replyTo !== undefined) {
      const replied = await this.#post(`/open-apis/im/v1/messages/${replyTo}/reply`, content, signal);
      if (replied.ok || !isWithdrawn(replied.error)) return replied;
    }
    const path = `/open-apis/im/v1/messages?receive_id_type=${idType}`;
    return this.#post(path, { receive_id: receiver, ...content }, signal);
  }

  async #post(path: string, json: JsonObject, signal: AbortSignal): Promise<SendOutcome> {
    const answer = await this.#authorized(path, { method: 'POST', json, signal });
    if (!answer.ok) return answer;
    const { data } = answer.value;
    return ok(isObject(data) && typeof data.message_id === 'string' ? { messageId: data.message_id } : {});
  }

  /** A token that was turned down is replaced once. */
  async #authorized(path: string, call: Call): Promise<Result<JsonObject, EpochFailure>> {
    for (let attempt = 1; ; attempt += 1) {
      const token = await this.#currentToken();
      if (!token.ok) return token;
      const answer = await this.#call(path, { ...call, headers: { authorization: `Bearer ${token.value}` } });
      if (!answer.ok) return answer;
      const { code, body } = answer.value;
      if (code === 0) return ok(body);
      if (!isTokenCode(code) || attempt === 2) return err(callFailure(this.vendor, code, body.msg));
      if (this.#token?.text === token.value) this.#token = undefined;
    }
  }

  async #currentToken(): Promise<Result<string, EpochFailure>> {
    if (this.#token !== undefined && this.#options.clock.now() < this.#token.until)
      return ok(this.#token.text);
    this.#pending ??= this.#fetchToken().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #fetchToken(): Promise<Result<string, EpochFailure>> {
    const answer = await this.#call('/open-apis/auth/v3/tenant_access_token/internal', {
      method: 'POST',
      json: { app_id: this.appId, app_secret: this.#secret() },
    });
    if (!answer.ok) return answer;
    const { code, body } = answer.value;
    if (BUSY_CODES.includes(code)) return err(callFailure(this.vendor, code, body.msg));
    if (code !== 0) return err(credentialFailure(this.vendor, code, this.appId));
    const { tenant_access_token: text, expire } = body;
    if (typeof text !== 'string' || text === '' || typeof expire !== 'number') {
      return err(protocolFailure('no_token', `${this.vendor.name} gave no access token`));
    }
    this.#token = { text, until: this.#options.clock.now() + expire * 1_000 - TOKEN_RESERVE_MS };
    return ok(text);
  }

  /** An answer with a code of Feishu's own, whatever the HTTP status; rate limits and HTTP 5xx are failures here. */
  async #call(path: string, call: Call): Promise<Result<Answer, EpochFailure>> {
    const { net, signal } = this.#options;
    const reply = await net.http({ signal, timeoutMs: CALL_TIMEOUT_MS, ...call, url: `${this.base}${path}` });
    if (!reply.ok) return reply;
    const { status } = reply.value;
    if (status >= 500) return err(statusFailure(reply.value, this.vendor.name));
    const body = jsonBody(reply.value, this.vendor.name);
    if (!body.ok) return body;
    const { code } = body.value;
    if (code === RATE_LIMITED || status === 429) return err(rateLimitFailure(this.vendor, reply.value));
    if (typeof code === 'number' && (code !== 0 || status < 300)) return ok({ code, body: body.value });
    return err(
      status < 300
        ? protocolFailure('no_code', `${this.vendor.name} answered something that is not its format`)
        : statusFailure(reply.value, this.vendor.name),
    );
  }

  #secret(): string {
    return this.#options.account.secretOf.appSecret?.expose() ?? '';
  }
}

function receiveIdType(receiver: string): string | undefined {
  if (!/^o[a-z]_[\w-]{1,120}$/.test(receiver)) return undefined;
  return { oc_: 'chat_id', ou_: 'open_id', on_: 'union_id' }[receiver.slice(0, 3)];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, MAX_UUID);
}
