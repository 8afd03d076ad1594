// What both gateways' HTTP answers have in common: the session budget and the bot's own user. Pure.

import type { ChannelIdentity } from '../../../../../shared/model/channel';
import { isObject } from '../../net/failures';
import { isSequence } from './frames';
import type { GatewayInfo } from './gateway-vendor';

/** Of `session_start_limit`; empty when the vendor does not tell. */
export function sessionBudget(limit: unknown): Pick<GatewayInfo, 'remaining' | 'resetAfterMs'> {
  if (!isObject(limit)) return {};
  const { remaining, reset_after: resetAfter } = limit;
  return {
    ...(isSequence(remaining) ? { remaining } : {}),
    // Nothing left and new ones at once cannot both be true.
    ...(isSequence(resetAfter) && resetAfter > 0 ? { resetAfterMs: resetAfter } : {}),
  };
}

/** Of a user object, in READY or in an answer to "who am I". */
export function userIdentity(user: unknown): ChannelIdentity {
  if (!isObject(user)) return {};
  const { id, username } = user;
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof username === 'string' ? { name: username } : {}),
  };
}
