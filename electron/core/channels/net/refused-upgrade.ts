// What an upgrade that was answered with HTTP means where the credential travels in frames: nothing about the
// credential, but a wish to slow down is one. Pure; called by adapters. Must never hand the answer's headers on.

import type { EpochFailure } from '../channel-adapter';
import type { ConnectFailure } from './channel-net';
import { statusFailure } from './failures';

/** `who`: the vendor as people know it. */
export function refusedUpgrade({ response, ...failure }: ConnectFailure, who: string): EpochFailure {
  return response?.status === 429 ? statusFailure(response, who) : failure;
}
