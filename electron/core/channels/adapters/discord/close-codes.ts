// What the close codes of Discord's gateway mean (reference/channels section 10c). Pure.

import type { EpochFailure } from '../../channel-adapter';
import type { CloseMeaning } from '../gateway-engine/gateway-vendor';

const RATE_LIMIT_MS = 60_000;

export const CONTENT_FIX =
  'In Discord’s developer portal open the application, choose Bot, switch on "Message Content Intent", then restart this account.';

/** Discord takes one Identify per 5 s, and none from a session that it has just ended. */
export const IDENTIFY_REFUSED: CloseMeaning = {
  failure: { class: 'server', code: 'invalid_session', message: 'Discord did not start a session' },
  session: 'drop',
};

export function discordClosed(code: number): CloseMeaning {
  const meaning = (
    failureClass: EpochFailure['class'],
    session: CloseMeaning['session'],
    why: string,
    more: Partial<EpochFailure> = {},
  ): CloseMeaning => ({
    failure: {
      class: failureClass,
      code,
      message: `Discord closed the connection: ${why} (code ${code})`,
      ...more,
    },
    session,
  });
  switch (code) {
    case 4001:
    case 4002:
    case 4005:
      return meaning('protocol', 'drop', 'it could not make sense of what we sent');
    case 4003:
      return meaning('server', 'drop', 'it wants a new session');
    case 4004:
      return meaning('auth', 'drop', 'it does not accept the bot token', {
        fix: 'In Discord’s developer portal open the application, choose Bot, press "Reset Token" and enter the new one here.',
      });
    case 4007:
      return meaning('server', 'drop', 'the session is over');
    case 4008:
      return meaning('rate_limited', 'keep', 'too much was sent at once', { retryAfterMs: RATE_LIMIT_MS });
    case 4009:
      return meaning('server', 'doubt', 'the session timed out');
    case 4010:
    case 4011:
      return meaning('config', 'drop', 'this bot is in too many servers for one connection', {
        fix: 'Use a bot that is in fewer servers: Gatehouse opens one connection for each bot.',
        terminal: true,
      });
    case 4012:
    case 4013:
      return meaning('config', 'drop', 'it does not accept how we connect', {
        fix: 'Update Gatehouse.',
        terminal: true,
      });
    case 4014:
      return meaning('permission', 'drop', 'the bot may not read messages', {
        fix: CONTENT_FIX,
        terminal: true,
      });
  }
  return meaning('server', 'keep', 'it gave no lasting reason');
}
