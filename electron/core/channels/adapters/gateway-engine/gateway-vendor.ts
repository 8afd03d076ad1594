// What QQ and Discord do differently on the same gateway protocol; implemented by qqbot/ and discord/, used by
// run-gateway.

import type { ChannelIdentity } from '../../../../../shared/model/channel';
import type { Result } from '../../../lib/result';
import type { EpochFailure } from '../../channel-adapter';
import type { JsonObject } from '../../net/failures';

export interface GatewayInfo {
  readonly url: string;
  /** Sets of intents to ask for, most wanted first; the next is tried when one is refused. */
  readonly intents: readonly number[];
  /** Session starts that are left, where the vendor tells. */
  readonly remaining?: number;
  /** Until there are new ones. */
  readonly resetAfterMs?: number;
}

export interface CloseMeaning {
  readonly failure: EpochFailure;
  /**
   * `keep`: resume. `drop`: the session is gone. `doubt`: resume, but when that was the attempt it is gone.
   * While resuming, a session that is gone for no other reason than itself is replaced in the same epoch.
   */
  readonly session: 'keep' | 'drop' | 'doubt';
  /** A smaller set of intents may be granted. */
  readonly fewerIntents?: true;
}

export interface GatewayStart {
  readonly type: 'READY' | 'RESUMED';
  readonly intents: number;
  readonly identity: ChannelIdentity;
}

export interface GatewayVendor {
  /** As people know it. */
  readonly who: string;
  /** Whose sessions these are; no secret. */
  readonly owner: string;
  /** The whole wish; a session with less is tried anew when somebody restarts the account. */
  readonly wantedIntents: number;
  /** Session starts that are not used up: for vendors that punish the one too many. */
  readonly sessionReserve: number;
  readonly maxFrameBytes: number;
  /** What an Identify that was answered with Invalid Session means. */
  readonly identifyRefused: CloseMeaning;
  /** `token` of Identify and Resume. */
  token(): Promise<Result<string, EpochFailure>>;
  /** Asked before each Identify. */
  gateway(): Promise<Result<GatewayInfo, EpochFailure>>;
  followable(url: string): boolean;
  socketUrl(url: string): string;
  identify(token: string, intents: number): JsonObject;
  closed(code: number): CloseMeaning;
  /** The proof is there: tells the context, warnings included. */
  started(start: GatewayStart): void;
  /** `self`: the bot, as far as it is known. `closed`: the epoch is over and nobody took it. */
  event(type: string, d: unknown, self: ChannelIdentity): 'taken' | 'closed';
}
