// What the Bot API's refusals mean, in words (reference/channels section 8 f). Pure. Called by telegram-api.

import type { EpochFailure } from '../../channel-adapter';
import type { HttpReply } from '../../net/channel-net';
import { statusFailure } from '../../net/failures';
import { vendorWords } from '../../net/vendor-words';

const MAX_RETRY_AFTER_S = 86_400;

export interface TelegramError {
  readonly failure: EpochFailure;
  /** The form's field at fault, where that is clear. */
  readonly field?: 'botToken' | 'apiRoot';
  /** The group lives on under this id. */
  readonly migrateTo?: number;
}

export interface TelegramRefusal {
  readonly code: number;
  readonly description: string;
  readonly retryAfterS?: number;
  readonly migrateTo?: number;
}

/** Of an answer `{ok: false}`. */
export function refusalError({ code, description, retryAfterS, migrateTo }: TelegramRefusal): TelegramError {
  const said = vendorWords(description.replace(/^[A-Z][A-Za-z ]*: /, ''));
  const words = said === '' ? '' : `: ${said}`;
  switch (code) {
    case 401:
      return {
        field: 'botToken',
        failure: {
          class: 'auth',
          code,
          message: 'Telegram rejected the bot token (code 401)',
          fix: 'In Telegram open @BotFather → /mybots → your bot → API Token, and paste the token here. A revoked token never works again.',
        },
      };
    case 404:
      return {
        field: 'botToken',
        failure: {
          class: 'config',
          code,
          message: 'Telegram does not know this form of bot token (code 404)',
          fix: 'Copy the whole token from @BotFather: digits, a colon, then about 35 characters. If an API root is set, check that too.',
          terminal: true,
        },
      };
    case 409:
      return { failure: conflict(description) };
    case 429:
      return {
        failure: {
          class: 'rate_limited',
          code,
          message: 'Telegram asks to slow down (code 429)',
          ...(retryAfterS === undefined
            ? {}
            : { retryAfterMs: Math.min(retryAfterS, MAX_RETRY_AFTER_S) * 1_000 }),
        },
      };
    case 403:
      return {
        failure: {
          class: 'permission',
          code,
          message: `Telegram does not allow this${words} (code 403)`,
          fix: 'The person has to start the bot again, or somebody has to add it to the group again.',
        },
      };
    case 400:
      return {
        failure: { class: 'config', code, message: `Telegram refused this${words} (code 400)` },
        ...(migrateTo === undefined ? {} : { migrateTo }),
      };
    default:
      return {
        failure: {
          class: code >= 500 ? 'server' : 'protocol',
          code,
          message:
            code >= 500
              ? `Telegram has a problem${words} (code ${code})`
              : `Telegram refused this${words} (code ${code})`,
        },
      };
  }
}

function conflict(description: string): EpochFailure {
  if (/webhook/i.test(description)) {
    return {
      class: 'kicked',
      code: 409,
      message: 'Another program has set a webhook for this bot, so nothing can be fetched (code 409)',
      fix: 'Stop that program, or give this account a bot of its own.',
    };
  }
  return {
    class: 'kicked',
    code: 409,
    message: 'Another process polls this bot: Telegram serves only one (code 409)',
    fix: 'Stop the other program that uses this bot token, or give this account a bot of its own.',
  };
}

/** Of an answer that is not of a Bot API's form, so surely not from a server of one that works. */
export function foreignAnswerError(reply: HttpReply): TelegramError {
  const { status } = reply;
  if (status === 429 || status === 407 || status >= 500) return { failure: statusFailure(reply, 'Telegram') };
  if (status >= 200 && status <= 299) return { failure: protocolFailure('something that is not an answer') };
  return {
    field: 'apiRoot',
    failure: {
      class: 'config',
      code: status,
      message: `the address that was asked is no Telegram Bot API (HTTP ${status})`,
      fix: 'Leave the API root empty for Telegram itself; for a server of your own give its address without "/bot".',
    },
  };
}

export function protocolFailure(what: string): EpochFailure {
  return { class: 'protocol', code: 'bad_answer', message: `Telegram answered ${what}` };
}

export const NO_TOKEN: EpochFailure = {
  class: 'config',
  code: 'no_credential',
  message: 'the account has no bot token',
};
