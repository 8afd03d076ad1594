// What WeCom's error codes and closes mean, in words (reference/channels section 7 f). Pure. The vendor publishes no
// list for the robot connection: a code that is not in here is shown as it came.

import type { EpochFailure } from '../../channel-adapter';
import type { SocketClose } from '../../net/channel-net';
import { vendorWords } from '../../net/vendor-words';

const BOT_PAGE =
  'WeCom admin console → Security & Management → Management Tools → Smart Bot → your bot → API mode, long connection';

/** Of an acknowledgement whose `errcode` is not 0. */
export interface WecomRefusal {
  readonly code: number;
  readonly words: string;
}

export function wecomRefusal(code: number, errmsg: string | undefined): WecomRefusal {
  // Behind "hint" come a trace id, our address and a link.
  return { code, words: vendorWords(errmsg?.split(', hint:')[0]) };
}

/** The message can no longer be answered in place: its id is unknown or its stream is over. A push still works. */
export function isReplyExpired({ code }: WecomRefusal): boolean {
  return code === 846605 || code === 846608;
}

/** `field`: the form's field at fault, where that is clear. */
export function subscribeFailure(refusal: WecomRefusal): {
  readonly failure: EpochFailure;
  readonly field?: string;
} {
  const { code } = refusal;
  switch (code) {
    case 853000:
      return {
        field: 'secret',
        failure: {
          class: 'auth',
          code,
          message: `WeCom rejected the bot's secret (code ${code})`,
          fix: `Copy the Secret again, or make a new one: ${BOT_PAGE}.`,
        },
      };
    case 93019:
      return {
        field: 'botId',
        failure: {
          class: 'auth',
          code,
          message: `WeCom knows no bot with this bot id (code ${code})`,
          fix: `Copy the Bot ID again: ${BOT_PAGE}.`,
        },
      };
    case 40058:
      return {
        failure: {
          class: 'config',
          code,
          message: `WeCom could not read the bot id or secret (code ${code})`,
          fix: `Copy both again, whole and without spaces: ${BOT_PAGE}.`,
        },
      };
    default:
      return { failure: otherFailure(refusal, (said) => `WeCom refused the connection${said}`) };
  }
}

export function sendFailure(refusal: WecomRefusal): EpochFailure {
  const { code } = refusal;
  if (code === 93006) {
    return {
      class: 'config',
      code,
      message: `WeCom knows no such conversation for this bot (code ${code})`,
      fix: 'Use the id of a member or group that has written to this bot before.',
    };
  }
  return otherFailure(refusal, (said) => `WeCom did not take the message${said}`);
}

function otherFailure({ code, words }: WecomRefusal, sentence: (said: string) => string): EpochFailure {
  if (code === 45009) {
    return { class: 'rate_limited', code, message: `WeCom asks to slow down (code ${code})` };
  }
  const said = words === '' ? '' : `: ${words}`;
  return { class: 'server', code, message: `${sentence(said)} (code ${code})` };
}

export const NO_CREDENTIAL: EpochFailure = {
  class: 'config',
  code: 'no_credential',
  message: 'the account has no bot id or no secret',
};

export const KICKED: EpochFailure = {
  class: 'kicked',
  code: 'disconnected_event',
  message:
    'Connected from another place: WeCom allows one connection for each bot, and a newer one took over',
  fix: 'Stop the other program that uses this bot, or give this account a bot of its own; then start it again.',
};

export const NOT_A_FRAME: EpochFailure = {
  class: 'protocol',
  code: 'bad_frame',
  message: 'WeCom sent something that cannot be understood',
};

export const HEARTBEATS_MISSED: EpochFailure = {
  class: 'network',
  code: 'heartbeat_missed',
  message: 'WeCom left two heartbeats unanswered',
};

export function closeFailure({ code, reason, failure }: SocketClose): EpochFailure {
  if (failure !== undefined) return failure;
  if (code === 1006) return { class: 'network', code, message: 'the connection to WeCom was cut' };
  const words = vendorWords(reason);
  const said = words === '' ? '' : `: ${words}`;
  return { class: 'server', code, message: `WeCom closed the connection${said} (close code ${code})` };
}
