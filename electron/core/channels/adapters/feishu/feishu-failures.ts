// What Feishu's codes mean and what a person can do about them, in words (reference/channels section 4). Pure. Our own
// sentences; of the vendor's only what is left of `msg` when everything that could be a token is out.

import { vendorDomains } from '../../../../../shared/model/channel-kinds';
import type { EpochFailure, ProbeOutcome } from '../../channel-adapter';
import type { ConnectFailure, HttpReply, SocketClose } from '../../net/channel-net';
import { retryAfter, statusFailure } from '../../net/failures';

/** Feishu and Lark are one product with two names and two sets of servers. */
export interface FeishuVendor {
  readonly name: 'Feishu' | 'Lark';
  readonly api: string;
  /** Where apps are set up, for people. */
  readonly console: string;
}

/** Hosts of these two may be named by the vendor as the address of the long connection. */
export const VENDOR_DOMAINS = vendorDomains('feishu');

export const VENDORS = {
  feishu: { name: 'Feishu', api: 'https://open.feishu.cn', console: 'open.feishu.cn/app' },
  lark: { name: 'Lark', api: 'https://open.larksuite.com', console: 'open.larksuite.com/app' },
} as const satisfies Record<string, FeishuVendor>;

const APP_ID = /^cli_[0-9a-f]{16}$/i;
export const RATE_LIMITED = 99991400;
const TOKEN_CODES: readonly number[] = [99991663, 99991664, 99991671];
const WITHDRAWN_CODES: readonly number[] = [230011, 231003];

export function isTokenCode(code: number): boolean {
  return TOKEN_CODES.includes(code);
}

/** The message that was to be answered is gone; what was to be said can still be said. */
export function isWithdrawn({ code }: EpochFailure): boolean {
  return typeof code === 'number' && WITHDRAWN_CODES.includes(code);
}

export function protocolFailure(code: string, message: string): EpochFailure {
  return { class: 'protocol', code, message };
}

/** `code`: of an answer to any call that is no rate limit and no HTTP 5xx; for codes that mean the same everywhere. */
export function rateLimitFailure({ name }: FeishuVendor, { headers }: HttpReply): EpochFailure {
  const value = headers['x-ogw-ratelimit-reset'] ?? headers['retry-after'];
  const retryAfterMs = retryAfter({ headers: { 'retry-after': value } });
  return {
    class: 'rate_limited',
    code: RATE_LIMITED,
    message: `${name} asks to slow down (code ${RATE_LIMITED})`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The token call and the endpoint call take app id and secret and say no to them. */
export function credentialFailure(vendor: FeishuVendor, code: number, appId: string): EpochFailure {
  const where = `Copy both again from ${vendor.console}: your app, "Credentials & Basic Info".`;
  return {
    class: 'auth',
    code,
    message: `${vendor.name} rejected the app id or the app secret (code ${code})`,
    fix: APP_ID.test(appId) ? where : `${where} An app id is "cli_" and 16 more characters; this one is not.`,
  };
}

/** The field of the form that is at fault, when the code tells. */
export function fieldAtFault({ class: failureClass, code }: EpochFailure, appId: string): string | undefined {
  if (failureClass !== 'auth') return undefined;
  if (!APP_ID.test(appId) || code === 10003) return 'appId';
  return code === 10014 ? 'appSecret' : undefined;
}

export function endpointFailure(vendor: FeishuVendor, code: number, appId: string): EpochFailure {
  const { name, console } = vendor;
  switch (code) {
    case 514:
      return credentialFailure(vendor, code, appId);
    case 403:
      return {
        class: 'permission',
        code,
        message: `${name} does not let this app hold a long connection (code 403)`,
        fix: `At ${console}: your app must be a custom app with the bot switched on ("Add Features"), with "Events & Callbacks" set to receive through a long connection, and released ("Version Management & Release").`,
      };
    case 1000040350:
      return {
        class: 'permission',
        code,
        message: `${name} allows no further connection for this app: other gateways or programs use it`,
        fix: 'Stop the other program that uses this app id, or give this gateway an app of its own.',
      };
    default:
      return { class: 'server', code, message: `${name} is busy and opens no connection (code ${code})` };
  }
}

/** An upgrade that was refused says why in headers of its own. */
export function upgradeFailure(vendor: FeishuVendor, failure: ConnectFailure, appId: string): EpochFailure {
  const { response, ...plain } = failure;
  if (response === undefined) return plain;
  const status = headerCode(response.headers['handshake-status']);
  const detail = headerCode(response.headers['handshake-autherrcode']);
  if (status === undefined) {
    if (response.status === 101) return plain;
    const failure = statusFailure(response, vendor.name);
    // The secret was right a moment ago, and Feishu says so in its own headers: this is somebody in between.
    return failure.class === 'auth' ? { ...failure, class: 'server' } : failure;
  }
  if (detail === 1000040350) return endpointFailure(vendor, detail, appId);
  if (status === 403) return endpointFailure(vendor, status, appId);
  // The secret was right a moment ago: it is the ticket of this one attempt that was turned down.
  const code = detail ?? status;
  return {
    class: 'server',
    code,
    message: `${vendor.name} turned the connection's ticket down (code ${code})`,
  };
}

function headerCode(value: string | readonly string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}

/** Feishu gives its close codes no meaning of their own. */
export function closeFailure({ name }: FeishuVendor, { code, failure }: SocketClose): EpochFailure {
  if (failure !== undefined) return failure;
  if (code === 1006) return { class: 'network', code, message: `the connection to ${name} was cut` };
  const failureClass = code >= 1011 && code <= 1014 ? 'server' : 'network';
  return { class: failureClass, code, message: `${name} closed the connection (code ${code})` };
}

/** `status`: of bot/v3/info; 2 is the only one that works. */
export function activationFailure({ name, console }: FeishuVendor, status: number): EpochFailure | undefined {
  if (status === 2) return undefined;
  return {
    class: 'permission',
    code: `activate_status_${status}`,
    message: `the app is not in use in its organisation: ${ACTIVATION[status] ?? `state ${status}`}`,
    fix: `At ${console}, release the app ("Version Management & Release") and have an administrator of ${name} approve and enable it.`,
  };
}

const ACTIVATION: Readonly<Record<number, string>> = {
  0: 'it was never installed',
  1: 'an administrator has disabled it',
  3: 'it is installed and not enabled yet',
  4: 'an update waits to be enabled',
  5: 'its licence has run out',
  6: 'the plan of the organisation has run out',
};

/** Any other code of bot/v3/info and of the calls that send. */
export function callFailure(vendor: FeishuVendor, code: number, msg: unknown): EpochFailure {
  const { name, console } = vendor;
  const failure = (failureClass: EpochFailure['class'], message: string, fix?: string): EpochFailure => ({
    class: failureClass,
    code,
    message: `${message} (code ${code})`,
    ...(fix === undefined ? {} : { fix }),
  });
  if (isTokenCode(code)) return failure('auth', `${name} does not accept its own access token`);
  if (WITHDRAWN_CODES.includes(code)) return failure('config', 'the message to be answered was withdrawn');
  switch (code) {
    case 99991672:
      return failure(
        'permission',
        `${name} has not given the app the right to do this`,
        `At ${console}, "Permissions & Scopes": add im:message:send_as_bot and im:message, then release a new version.`,
      );
    case 11205:
    case 230006:
      return failure(
        'permission',
        'the app has no bot',
        `At ${console}, "Add Features": switch the bot on, then release a new version.`,
      );
    case 230002:
      return failure(
        'permission',
        'the bot is not a member of that chat',
        'Add the bot to the group, then try again.',
      );
    case 230013:
      return failure(
        'permission',
        'that person may not use the app',
        `At ${console}, "Version Management & Release": widen who the app is available to, then release a new version.`,
      );
    case 230020:
      return failure('rate_limited', `${name} asks to slow down in that chat`);
    case 230001:
      return failure(
        'config',
        `${name} does not know that recipient or does not take that text${vendorWords(msg)}`,
      );
    default:
      return failure('server', `${name} did not do it${vendorWords(msg)}`);
  }
}

/** What the vendor says, for codes that we have no words for: short, and without what could be a token or an address. */
function vendorWords(msg: unknown): string {
  if (typeof msg !== 'string') return '';
  const words = msg
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/[!-~]{20,}/g, '…')
    .trim()
    .slice(0, 120);
  return words === '' ? '' : `: ${words}`;
}

export function probeFailure(failure: EpochFailure, appId: string): ProbeOutcome {
  const field = fieldAtFault(failure, appId);
  return {
    ok: false,
    error: failure.message,
    class: failure.class,
    ...(failure.fix === undefined ? {} : { fix: failure.fix }),
    ...(field === undefined ? {} : { field }),
  };
}
