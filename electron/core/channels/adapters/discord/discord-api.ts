// Discord's HTTP interface for one bot (reference/channels section 10): one call, its failure in words. Keeps to the
// waits that Discord asks for. The token must never get into a text.

import type { Clock } from '../../../lib/clock';
import { err, type Result } from '../../../lib/result';
import type { FieldAccount } from '../../account-config';
import type { EpochFailure } from '../../channel-adapter';
import type { ChannelNet, HttpReply, HttpRequest } from '../../net/channel-net';
import { type JsonObject, jsonBody, parseObject, retryAfter, statusFailure } from '../../net/failures';
import { vendorWords } from '../../net/vendor-words';

const API_BASE = 'https://discord.com/api/v10';
const TIMEOUT_MS = 10_000;
const MIN_WAIT_MS = 1_000;
/** For a limit that names no end, as those of the network before Discord: asking on is what gets an address banned. */
const DEFAULT_WAIT_MS = 60_000;
const MAX_WAIT_MS = 86_400_000;
const WHO = 'Discord';
/** Calls without one of this form may be turned away before they reach the interface. */
const USER_AGENT = 'DiscordBot (gatehouse, 1)';
const TOKEN_FIX =
  'In Discord’s developer portal open the application, choose Bot, press "Reset Token" and enter the new one here.';

const BAD_TOKEN: EpochFailure = {
  class: 'auth',
  code: 401,
  message: 'Discord rejected the bot token (HTTP 401)',
  fix: TOKEN_FIX,
};

/** By Discord's own error code, in answers that are no success. */
const ERRORS: Readonly<Record<number, Omit<EpochFailure, 'code'>>> = {
  10003: { class: 'config', message: 'Discord knows no such channel' },
  10013: { class: 'config', message: 'Discord knows no such user' },
  20028: { class: 'rate_limited', message: 'the channel allows no more messages for now' },
  50001: {
    class: 'permission',
    message: 'the bot cannot see this channel',
    fix: 'In Discord give the bot’s role the permission "View Channel" there.',
  },
  50007: {
    class: 'permission',
    message: 'this user does not take direct messages from the bot',
    fix: 'The user has to allow direct messages from members of a server that the bot is in.',
  },
  50013: {
    class: 'permission',
    message: 'the bot may not write in this channel',
    fix: 'In Discord give the bot’s role the permission "Send Messages" there.',
  },
};

export interface DiscordApiOptions {
  readonly account: FieldAccount;
  readonly net: ChannelNet;
  readonly clock: Clock;
}

export class DiscordApi {
  readonly #options: DiscordApiOptions;
  readonly base: string;
  /** What Gateway and header want; undefined when what was entered cannot be a token. */
  readonly token: string | undefined;
  /** Until when (monotonic ms) nothing is asked, by path; `*` for everything. */
  readonly #waits = new Map<string, number>();

  constructor(options: DiscordApiOptions) {
    const { endpoints, secretOf } = options.account;
    this.#options = options;
    this.base = (endpoints.api ?? API_BASE).replace(/\/+$/, '');
    // The portal's examples show it with its scheme, and so people paste it.
    const token = secretOf.token
      ?.expose()
      .trim()
      .replace(/^Bot\s+/, '');
    this.token = token !== undefined && /^[\x21-\x7e]{1,512}$/.test(token) ? token : undefined;
  }

  /** `path` starts with a slash. */
  async call(
    method: HttpRequest['method'],
    path: string,
    signal: AbortSignal,
    json?: JsonObject,
  ): Promise<Result<JsonObject, EpochFailure>> {
    if (this.token === undefined) return err(BAD_TOKEN);
    const waitMs = this.#waitMs(path);
    if (waitMs > 0) return err(slowDown(waitMs));
    const reply = await this.#options.net.http({
      method,
      url: `${this.base}${path}`,
      headers: { authorization: `Bot ${this.token}`, 'user-agent': USER_AGENT },
      ...(json === undefined ? {} : { json }),
      signal,
      timeoutMs: TIMEOUT_MS,
    });
    if (!reply.ok) return reply;
    const { status } = reply.value;
    if (status >= 200 && status <= 299) return jsonBody(reply.value, WHO);
    return err(status === 429 ? this.#limited(path, reply.value) : failureOf(reply.value));
  }

  /** Calls that come too early count as abuse: 10,000 of them in 10 min and the address is banned. */
  #waitMs(path: string): number {
    const now = this.#options.clock.monotonicMs();
    for (const [key, until] of this.#waits) if (until <= now) this.#waits.delete(key);
    return Math.max(this.#waits.get(path) ?? 0, this.#waits.get('*') ?? 0) - now;
  }

  #limited(path: string, reply: HttpReply): EpochFailure {
    const { retry_after: seconds, global } = parseObject(reply.text) ?? {};
    const asked =
      typeof seconds === 'number' && seconds >= 0 ? seconds * 1_000 : (retryAfter(reply) ?? DEFAULT_WAIT_MS);
    const waitMs = Math.min(Math.max(Math.ceil(asked), MIN_WAIT_MS), MAX_WAIT_MS);
    this.#waits.set(global === true ? '*' : path, this.#options.clock.monotonicMs() + waitMs);
    return slowDown(waitMs);
  }
}

function slowDown(waitMs: number): EpochFailure {
  const message = `Discord asks to slow down (HTTP 429, ${Math.ceil(waitMs / 1_000)} s)`;
  return { class: 'rate_limited', code: 429, message, retryAfterMs: waitMs };
}

function failureOf(reply: HttpReply): EpochFailure {
  if (reply.status === 401) return BAD_TOKEN;
  const { code, message } = parseObject(reply.text) ?? {};
  const byStatus = statusFailure(reply, WHO);
  if (typeof code !== 'number' || code === 0) return byStatus;
  const known = ERRORS[code];
  if (known !== undefined) return { ...known, code, message: `${known.message} (code ${code})` };
  const words = vendorWords(message);
  const quote = words === '' ? '' : `: ${words}`;
  return { ...byStatus, code, message: `Discord refused the call (code ${code}${quote})` };
}
