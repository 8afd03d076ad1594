// One call of Telegram's Bot API: `{root}/bot<token>/<method>`, JSON both ways. The token is part of the URL, so no
// URL may reach a log or a text. Called by telegram-adapter.

import { err, ok, type Result } from '../../../lib/result';
import type { Secret } from '../../../lib/secret';
import type { ChannelNet } from '../../net/channel-net';
import { isObject, type JsonObject, parseObject } from '../../net/failures';
import { foreignAnswerError, refusalError, type TelegramError } from './telegram-failures';

export interface TelegramCall {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly maxBytes?: number;
}

export class TelegramApi {
  readonly #net: ChannelNet;
  readonly #base: string;

  /** `root`: without a trailing `/bot…`. */
  constructor(net: ChannelNet, root: string, token: Secret) {
    this.#net = net;
    this.#base = `${root.replace(/\/+$/, '')}/bot${token.expose()}`;
  }

  /** The answer's `result`, of any type. */
  async call(
    method: string,
    params: JsonObject,
    call: TelegramCall,
  ): Promise<Result<unknown, TelegramError>> {
    const reply = await this.#net.http({
      method: 'POST',
      url: `${this.#base}/${method}`,
      json: params,
      ...call,
    });
    if (!reply.ok) return err({ failure: reply.error });
    const body = parseObject(reply.value.text);
    if (body?.ok === true && 'result' in body) return ok(body.result);
    if (body?.ok !== false) return err(foreignAnswerError(reply.value));
    const { error_code: code, description } = body;
    const parameters = isObject(body.parameters) ? body.parameters : {};
    const { retry_after: retryAfterS, migrate_to_chat_id: migrateTo } = parameters;
    return err(
      refusalError({
        code: typeof code === 'number' ? code : reply.value.status,
        description: typeof description === 'string' ? description : '',
        ...(typeof retryAfterS === 'number' && retryAfterS >= 0 ? { retryAfterS } : {}),
        ...(typeof migrateTo === 'number' ? { migrateTo } : {}),
      }),
    );
  }
}
