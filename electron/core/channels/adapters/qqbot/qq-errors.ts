// What the error codes of QQ's HTTP interfaces mean (reference/channels section 5b and 5f). Pure. The vendor's own words
// are quoted only where we know none, cleaned and cut; the caller takes the access token out of them.

import type { EpochFailure } from '../../channel-adapter';
import type { HttpReply } from '../../net/channel-net';
import { type JsonObject, parseObject, retryAfter, statusFailure } from '../../net/failures';
import { vendorWords } from '../../net/vendor-words';

const RATE_LIMIT_MS = 60_000;
const CREDENTIAL_FIX =
  'Copy AppID and AppSecret again from the bot’s development settings on q.qq.com. Making a new AppSecret there ends the old one.';

/** The same message was sent before, with this number. */
export const DUPLICATE_CODE = 40054005;
/** The access token has run out or was replaced: another one helps. */
const TOKEN_CODES: readonly number[] = [11243, 11244];

export interface QqFailure extends EpochFailure {
  /** The form's field at fault. */
  readonly field?: 'appId' | 'clientSecret';
}

type Known = Omit<QqFailure, 'code'>;

const TOKEN_ERRORS: Readonly<Record<number, Known>> = {
  100001: {
    class: 'rate_limited',
    message: 'QQ asks to slow down: the access token was asked for too often',
    retryAfterMs: RATE_LIMIT_MS,
  },
  100002: { class: 'server', message: 'QQ has a problem and gave no access token' },
  100007: {
    class: 'auth',
    message: 'QQ does not know this AppID, or the bot was removed or banned',
    fix: CREDENTIAL_FIX,
    field: 'appId',
  },
  100016: {
    class: 'auth',
    message: 'QQ rejected the AppID or the AppSecret',
    fix: CREDENTIAL_FIX,
    field: 'clientSecret',
  },
  10004: { class: 'auth', message: 'QQ knows no bot with this AppID', fix: CREDENTIAL_FIX, field: 'appId' },
};

const IP_NOT_ALLOWED: Known = {
  class: 'permission',
  message: 'QQ does not accept calls from this computer’s IP address',
  fix: 'Add this computer’s public IP address to the IP allow list in the bot’s development settings on q.qq.com, or make the bot anew through the OpenClaw entry there, which needs no list.',
};
const TOKEN_REFUSED: Known = {
  class: 'auth',
  message: 'QQ did not accept the access token',
  fix: CREDENTIAL_FIX,
};
const UNKNOWN_ORIGINAL: Known = {
  class: 'permission',
  message: 'QQ does not take an answer to this message any more',
  fix: 'Wait until the user writes again, then answer.',
};

const API_ERRORS: Readonly<Record<number, Known>> = {
  11243: TOKEN_REFUSED,
  11244: TOKEN_REFUSED,
  11245: { class: 'auth', message: 'QQ no longer takes this kind of token', fix: CREDENTIAL_FIX },
  11251: { class: 'auth', message: 'QQ says that the AppID is wrong', fix: CREDENTIAL_FIX, field: 'appId' },
  11253: {
    class: 'permission',
    message: 'QQ does not allow this bot to do that',
    fix: 'Grant the bot this feature on q.qq.com and wait for the review.',
  },
  11265: {
    class: 'banned',
    message: 'QQ has banned this bot',
    fix: 'See the notices of the bot on q.qq.com, where the ban can be appealed.',
  },
  11298: IP_NOT_ALLOWED,
  40023002: IP_NOT_ALLOWED,
  22009: { class: 'rate_limited', message: 'QQ’s limit of messages for this bot is reached' },
  304003: {
    class: 'permission',
    message: 'QQ refused the text because it holds a link to a site that is not registered',
    fix: 'Register the site for the bot on q.qq.com, or send the text without the link.',
  },
  304018: { class: 'permission', message: 'QQ says that the bot is not connected and may not write' },
  304027: UNKNOWN_ORIGINAL,
  40034024: UNKNOWN_ORIGINAL,
  40034102: {
    class: 'permission',
    message: 'QQ does not let this bot write first',
    fix: 'Wait until the user writes: a bot may answer for 60 minutes, in a group for 5.',
  },
};

export function tokenFailure(reply: HttpReply): QqFailure {
  return failureOf(reply, TOKEN_ERRORS, 'QQ gave no access token');
}

export function apiFailure(reply: HttpReply): QqFailure {
  return failureOf(reply, API_ERRORS, 'QQ refused the call');
}

/** The access token was refused as such: by its codes, or by a 401 that no code of ours explains otherwise. */
export function isTokenRefused(status: number, { class: failureClass, code }: EpochFailure): boolean {
  if (typeof code !== 'number') return false;
  return TOKEN_CODES.includes(code) || (status === 401 && failureClass === 'auth' && !(code in API_ERRORS));
}

function failureOf(reply: HttpReply, table: Readonly<Record<number, Known>>, otherwise: string): QqFailure {
  const body = parseObject(reply.text) ?? {};
  const code = numberOf(body.code);
  const known = table[numberOf(body.err_code) ?? -1] ?? table[code ?? -1];
  if (known !== undefined && code !== undefined)
    return { ...known, code, message: `${known.message} (code ${code})` };
  const isError = reply.status < 200 || reply.status > 299;
  const byStatus = isError ? statusFailure(reply, 'QQ') : undefined;
  if (byStatus?.class === 'rate_limited')
    return { ...byStatus, retryAfterMs: retryAfter(reply) || RATE_LIMIT_MS };
  // A page of a content network, not of QQ's interface: the status says more.
  if (code === undefined) return byStatus ?? { class: 'protocol', code: 'malformed', message: otherwise };
  return { class: byStatus?.class ?? 'server', code, message: `${otherwise} (code ${code}${quote(body)})` };
}

function quote({ message }: JsonObject): string {
  const text = vendorWords(message);
  return text === '' ? '' : `: ${text}`;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
