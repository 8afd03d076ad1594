// QQ's HTTP interfaces: the access token and the calls that need it (reference/channels section 5b). One per epoch or
// probe, so that a token lives only as long as those. The token must never get into a text.

import type { Clock } from '../../../lib/clock';
import { err, ok, type Result } from '../../../lib/result';
import type { FieldAccount } from '../../account-config';
import type { ChannelNet, HttpRequest } from '../../net/channel-net';
import { isObject, type JsonObject, jsonBody, parseObject } from '../../net/failures';
import { apiFailure, isTokenRefused, type QqFailure, tokenFailure } from './qq-errors';

const TOKEN_BASE = 'https://bots.qq.com';
const API_BASE = 'https://api.sgroup.qq.com';
const TIMEOUT_MS = 10_000;
/** QQ gives another token only in the last minute of the old one. */
const REFRESH_BEFORE_MS = 60_000;
const MAX_LIFETIME_MS = 7_200_000;
const WHO = 'QQ';
const SCHEME = 'QQBot ';

export interface QqApiOptions {
  readonly account: FieldAccount;
  readonly net: ChannelNet;
  readonly clock: Clock;
  /** Ends every call. */
  readonly signal: AbortSignal;
}

export class QqApi {
  readonly #options: QqApiOptions;
  readonly base: string;
  #current: { readonly authorization: string; readonly freshUntil: number } | undefined;
  #pending: Promise<Result<string, QqFailure>> | undefined;

  constructor(options: QqApiOptions) {
    this.#options = options;
    this.base = trimmed(options.account.endpoints.api ?? API_BASE);
  }

  /** `QQBot <access token>`, as header and gateway want it. One request however many ask. */
  async authorization(): Promise<Result<string, QqFailure>> {
    const current = this.#current;
    if (current !== undefined && this.#options.clock.monotonicMs() < current.freshUntil) {
      return ok(current.authorization);
    }
    this.#pending ??= this.#fetchToken().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** The answer to one call; asks for another token once when this one was refused. `path` starts with a slash. */
  async call(
    method: HttpRequest['method'],
    path: string,
    json?: JsonObject,
    signal = this.#options.signal,
  ): Promise<Result<JsonObject, QqFailure>> {
    const first = await this.#callOnce(method, path, json, signal);
    const last = first.isTokenRefused ? await this.#callOnce(method, path, json, signal) : first;
    return last.answer;
  }

  async #callOnce(
    method: HttpRequest['method'],
    path: string,
    json: JsonObject | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly answer: Result<JsonObject, QqFailure>; readonly isTokenRefused?: boolean }> {
    const authorization = await this.authorization();
    if (!authorization.ok) return { answer: authorization };
    const reply = await this.#options.net.http({
      method,
      url: `${this.base}${path}`,
      headers: { authorization: authorization.value },
      ...(json === undefined ? {} : { json }),
      signal,
      timeoutMs: TIMEOUT_MS,
    });
    if (!reply.ok) return { answer: reply };
    const { status } = reply.value;
    if (status >= 200 && status <= 299) return { answer: jsonBody(reply.value, WHO) };
    const failure = apiFailure(reply.value);
    const isRefused = isTokenRefused(status, failure);
    // Only the one that was refused: another call may have brought a new one meanwhile.
    const isCurrent = authorization.value === this.#current?.authorization;
    if (isCurrent && isRefused) this.#current = undefined;
    const token = authorization.value.slice(SCHEME.length);
    const message = failure.message.replaceAll(token, '[secret]');
    return { answer: err({ ...failure, message }), isTokenRefused: isRefused };
  }

  async #fetchToken(): Promise<Result<string, QqFailure>> {
    const { account, clock, net, signal } = this.#options;
    const { appId } = account.values;
    const { clientSecret } = account.secretOf;
    if (appId === undefined || clientSecret === undefined) {
      return err({ class: 'config', code: 'missing', message: 'the AppID or the AppSecret is missing' });
    }
    const askedAt = clock.monotonicMs();
    const reply = await net.http({
      method: 'POST',
      url: `${trimmed(account.endpoints.token ?? TOKEN_BASE)}/app/getAppAccessToken`,
      // A string even though it is a number: QQ answers a number with "internal error".
      json: { appId: String(appId), clientSecret: clientSecret.expose() },
      signal,
      timeoutMs: TIMEOUT_MS,
    });
    if (!reply.ok) return reply;
    // Errors come with any status: the token's absence is the signal.
    const body = parseObject(reply.value.text);
    if (!isObject(body) || body.access_token === undefined) {
      return err(tokenFailure(reply.value));
    }
    const lifetimeMs = Number(body.expires_in) * 1_000;
    if (typeof body.access_token !== 'string' || !isHeaderSafe(body.access_token) || !(lifetimeMs > 0)) {
      return err({
        class: 'protocol',
        code: 'malformed',
        message: 'QQ gave an access token that cannot be used',
      });
    }
    const freshUntil = askedAt + Math.min(lifetimeMs, MAX_LIFETIME_MS) - REFRESH_BEFORE_MS;
    const authorization = SCHEME + body.access_token;
    this.#current = { authorization, freshUntil };
    return ok(authorization);
  }
}

function trimmed(base: string): string {
  return base.replace(/\/+$/, '');
}

function isHeaderSafe(token: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(token);
}
