// Slack's Web API as far as the channel needs it: three methods, each one POST. Stateless; used by the session, the
// probe and the check. Must never put a token, an address with a ticket or an answer's body into a failure.

import { vendorDomains } from '../../../../../shared/model/channel-kinds';
import { err, ok, type Result } from '../../../lib/result';
import type { Secret } from '../../../lib/secret';
import type { EpochFailure, OutboundMessage, SendOutcome } from '../../channel-adapter';
import type { ChannelNet, HttpReply } from '../../net/channel-net';
import { type JsonObject, jsonBody, statusFailure } from '../../net/failures';
import { followable } from '../../net/followable';
import { messageIdOf, splitAddress } from './slack-address';
import { callFailure, type SlackToken, sendFailure } from './slack-failures';
import { escapeText } from './slack-text';

const DEFAULT_API = 'https://slack.com/api/';
const TIMEOUT_MS = 10_000;
/** The hosts that Slack hands out sockets on. */
const SOCKET_DOMAINS = vendorDomains('slack');

export interface SlackApiOptions {
  readonly net: ChannelNet;
  /** The endpoint `api` of the account. */
  readonly endpoint: string | undefined;
}

/** The bot behind a bot token. */
export interface SlackSelf {
  readonly userId: string;
  readonly botId: string | undefined;
  /** `name (workspace)`. */
  readonly name: string;
  /** The header that lists the token's scopes. */
  readonly scopes: unknown;
}

export class SlackApi {
  readonly #net: ChannelNet;
  readonly #base: string;

  constructor({ net, endpoint = DEFAULT_API }: SlackApiOptions) {
    this.#net = net;
    this.#base = endpoint.endsWith('/') ? endpoint : `${endpoint}/`;
  }

  /** `auth.test`: proves the bot token. */
  async whoAmI(botToken: Secret, signal: AbortSignal): Promise<Result<SlackSelf, EpochFailure>> {
    const answer = await this.#call('auth.test', 'bot', botToken, {}, signal);
    if (!answer.ok) return answer;
    const { user_id: userId, bot_id: botId, user, team } = answer.value.body;
    if (typeof userId !== 'string') return err(odd('auth.test'));
    return ok({
      userId,
      botId: typeof botId === 'string' ? botId : undefined,
      name: `${typeof user === 'string' ? user : userId}${typeof team === 'string' ? ` (${team})` : ''}`,
      scopes: answer.value.headers['x-oauth-scopes'],
    });
  }

  /** `apps.connections.open`: proves the app token; the address can be dialled once. Tier 1: never a probe. */
  async openConnection(appToken: Secret, signal: AbortSignal): Promise<Result<string, EpochFailure>> {
    const answer = await this.#call('apps.connections.open', 'app', appToken, {}, signal);
    if (!answer.ok) return answer;
    const { url } = answer.value.body;
    if (typeof url !== 'string') return err(odd('apps.connections.open'));
    if (followable(url, this.#base, SOCKET_DOMAINS)) return ok(url);
    return err({
      class: 'protocol',
      code: 'foreign_address',
      message: "Slack named an address for the connection that is not Slack's; it was not followed",
      fix: 'A proxy that changes answers does this.',
    });
  }

  /** `chat.postMessage`; what Slack reads as markup for people and channels stays text. `to` and `replyToId` as slack-address makes them. */
  async post(botToken: Secret, message: OutboundMessage, signal: AbortSignal): Promise<SendOutcome> {
    const address = splitAddress(message.to, message.replyToId);
    if (!address.ok) return address;
    const { channel, threadTs } = address.value;
    const answer = await this.#call(
      'chat.postMessage',
      'bot',
      botToken,
      { channel, text: escapeText(message.text), ...(threadTs === undefined ? {} : { thread_ts: threadTs }) },
      signal,
    );
    if (!answer.ok) return answer;
    const { ts, channel: where } = answer.value.body;
    if (typeof ts !== 'string' || typeof where !== 'string') return err(odd('chat.postMessage'));
    return ok({ messageId: messageIdOf(where, ts) });
  }

  async #call(
    method: 'auth.test' | 'apps.connections.open' | 'chat.postMessage',
    which: SlackToken,
    token: Secret,
    json: JsonObject,
    signal: AbortSignal,
  ): Promise<Result<{ readonly body: JsonObject; readonly headers: HttpReply['headers'] }, EpochFailure>> {
    const reply = await this.#net.http({
      method: 'POST',
      url: `${this.#base}${method}`,
      headers: { authorization: `Bearer ${token.expose()}` },
      json,
      signal,
      timeoutMs: TIMEOUT_MS,
    });
    if (!reply.ok) return reply;
    // Only the header of a 429 has the delay.
    if (reply.value.status === 429) return err(statusFailure(reply.value, 'Slack'));
    const body = jsonBody(reply.value, 'Slack');
    if (!body.ok) return body;
    if (body.value.ok === true) return ok({ body: body.value, headers: reply.value.headers });
    const { error } = body.value;
    const { status } = reply.value;
    // Not Slack's own form: a proxy on the way, whose status says more.
    if (typeof error !== 'string') {
      return err(status >= 200 && status <= 299 ? odd(method) : statusFailure(reply.value, 'Slack'));
    }
    return err(method === 'chat.postMessage' ? sendFailure(error) : callFailure(error, which));
  }
}

function odd(method: string): EpochFailure {
  return {
    class: 'protocol',
    code: 'odd_answer',
    message: `Slack's answer to ${method} lacks what it must hold`,
  };
}
