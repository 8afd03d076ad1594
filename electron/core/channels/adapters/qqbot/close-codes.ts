// What the close codes of QQ's gateway mean (reference/channels section 5c, table 4). Pure.

import type { EpochFailure } from '../../channel-adapter';
import type { CloseMeaning } from '../gateway-engine/gateway-vendor';

const RATE_LIMIT_MS = 60_000;

/** The bot lacks permissions that the wanted intents need. */
export const INTENTS_REFUSED: CloseMeaning = {
  failure: {
    class: 'permission',
    code: 'intents',
    message: 'QQ does not allow this bot to receive messages',
    fix: 'On q.qq.com open the bot, then grant it private and group messages under its features, and wait for the review.',
  },
  session: 'drop',
  fewerIntents: true,
};

export function qqClosed(code: number): CloseMeaning {
  const meaning = (
    failureClass: EpochFailure['class'],
    session: CloseMeaning['session'],
    why: string,
    more: Partial<EpochFailure> = {},
  ): CloseMeaning => ({
    failure: {
      class: failureClass,
      code,
      message: `QQ closed the connection: ${why} (code ${code})`,
      ...more,
    },
    session,
  });
  switch (code) {
    case 4001:
    case 4002:
      return meaning('protocol', 'drop', 'it could not read what we sent');
    case 4004:
      return meaning('auth', 'keep', 'it no longer accepts the access token', {
        fix: 'Copy AppID and AppSecret again from the bot’s development settings on q.qq.com.',
      });
    case 4006:
    case 4007:
      return meaning('server', 'drop', 'the session is over');
    case 4008:
      return meaning('rate_limited', 'keep', 'too much was sent at once', { retryAfterMs: RATE_LIMIT_MS });
    case 4009:
      return meaning('server', 'doubt', 'the session timed out');
    case 4010:
    case 4011:
    case 4012:
    case 4013:
      return meaning('config', 'drop', 'it does not accept how this bot connects', {
        fix: 'Update Gatehouse; if that does not help, this bot is too large or too old for this way to connect.',
      });
    case 4014:
      return INTENTS_REFUSED;
    case 4914:
      return meaning('banned', 'drop', 'the bot was taken off the platform, only its sandbox works', {
        fix: 'See the notices of the bot on q.qq.com; it has to be reviewed and released again.',
      });
    case 4915:
      return meaning('banned', 'drop', 'the bot was banned', {
        fix: 'See the notices of the bot on q.qq.com, where the ban can be appealed.',
      });
  }
  if (code >= 4900 && code <= 4913) return meaning('server', 'drop', 'it has a problem of its own');
  return meaning('server', 'keep', 'it gave no known reason');
}
