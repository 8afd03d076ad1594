// One request to WeChat's iLink API: headers, `base_info`, and what an answer's codes mean (reference/channels
// section 6). Used by the rest of this folder; keeps no state. Must never put a token, a QR value or a body into a text.

import type { Random } from '../../../lib/random';
import { err, ok, type Result } from '../../../lib/result';
import type { Secret } from '../../../lib/secret';
import type { EpochFailure } from '../../channel-adapter';
import type { ChannelNet, HttpRequest } from '../../net/channel-net';
import { isObject, type JsonObject, statusFailure } from '../../net/failures';
import { vendorWords } from '../../net/vendor-words';
import { parseIlinkJson } from './ilink-json';

export const VENDOR = 'WeChat';
/** The server has ended the login: linked elsewhere, or too old. */
export const STALE_LOGIN = -14;

/** The version of the vendor's plugin whose wire this is; the server is told it as a number, too. */
const WIRE_VERSION = [2, 4, 9] as const;
const BASE_INFO = { channel_version: WIRE_VERSION.join('.'), bot_agent: 'Gatehouse' };
const APP_HEADERS = {
  'iLink-App-Id': 'bot',
  'iLink-App-ClientVersion': String((WIRE_VERSION[0] << 16) | (WIRE_VERSION[1] << 8) | WIRE_VERSION[2]),
};
const LOGIN_FIX = 'Log in again: open this account on the Channels page and scan a new QR code with WeChat.';

export interface IlinkClientOptions {
  readonly net: ChannelNet;
  readonly random: Random;
  readonly baseUrl: string;
  /** Absent before a login. */
  readonly token?: Secret;
}

export type IlinkLimits = Pick<HttpRequest, 'signal' | 'timeoutMs'>;

export class IlinkClient {
  readonly #options: IlinkClientOptions;

  constructor(options: IlinkClientOptions) {
    this.#options = options;
  }

  /** `ok` only for HTTP 2xx with a JSON object whose `ret` and `errcode` are 0 or absent. */
  post(path: string, fields: JsonObject, limits: IlinkLimits): Promise<Result<JsonObject, EpochFailure>> {
    const { random, token } = this.#options;
    const authorized = token === undefined ? {} : { Authorization: `Bearer ${token.expose()}` };
    return this.#ask({
      ...limits,
      method: 'POST',
      url: this.#url(path),
      headers: {
        ...APP_HEADERS,
        ...authorized,
        AuthorizationType: 'ilink_bot_token',
        'X-WECHAT-UIN': Buffer.from(String(random.bytes(4).readUInt32BE(0))).toString('base64'),
      },
      json: token === undefined ? fields : { ...fields, base_info: BASE_INFO },
    });
  }

  /** As `post`. */
  get(
    path: string,
    query: Readonly<Record<string, string>>,
    limits: IlinkLimits,
  ): Promise<Result<JsonObject, EpochFailure>> {
    const url = `${this.#url(path)}?${new URLSearchParams(query).toString()}`;
    return this.#ask({ ...limits, method: 'GET', url, headers: APP_HEADERS });
  }

  #url(path: string): string {
    return `${this.#options.baseUrl.replace(/\/+$/, '')}/${path}`;
  }

  async #ask(request: HttpRequest): Promise<Result<JsonObject, EpochFailure>> {
    const reply = await this.#options.net.http(request);
    if (!reply.ok) return reply;
    if (reply.value.status < 200 || reply.value.status > 299) {
      const failure = statusFailure(reply.value, VENDOR);
      return err(failure.class === 'auth' ? { ...failure, fix: LOGIN_FIX } : failure);
    }
    const answer = parseIlinkJson(reply.value.text);
    if (!isObject(answer)) return err(malformed('something that is not JSON'));
    const { ret = 0, errcode = 0, errmsg } = answer;
    if (typeof ret !== 'number' || typeof errcode !== 'number')
      return err(malformed('a code that is no number'));
    const code = errcode === 0 ? ret : errcode;
    return code === 0 ? ok(answer) : err(codeFailure(code, errmsg));
  }
}

/** `what`: what came instead, as in "WeChat answered …". */
export function malformed(what: string): EpochFailure {
  return { class: 'protocol', code: 'malformed', message: `${VENDOR} answered ${what}` };
}

function codeFailure(code: number, errmsg: unknown): EpochFailure {
  if (code === STALE_LOGIN) {
    // `auth` and not `kicked`: the server says the same for a login that was replaced and for one that grew old, and
    // for both the cure is a person with a phone.
    const message = `${VENDOR} has ended this login (code ${code}): it was used to log in elsewhere, or it is too old`;
    return { class: 'auth', code, message, fix: LOGIN_FIX };
  }
  const said = vendorWords(errmsg);
  const quote = said === '' ? '' : ` "${said}"`;
  return { class: 'server', code, message: `${VENDOR} answered with the error code ${code}${quote}` };
}
