// `channels.status` (protocol section 5.2): one pure projection of the manager's states. Without `probe` nothing
// is awaited; with it the probes run under the caller's clamped timeout and the answer says which did not end.

import type { ProtocolVersion } from '../../../../shared/protocol/version';
import type { ChannelManager } from '../../channels/channel-manager';
import { channelsStatusPayload, probeOutcomes, statusIssues } from '../../channels/channels-status-view';
import type { Clock } from '../../lib/clock';
import { delay } from '../../lib/clock';
import { ok } from '../../lib/result';
import type { EventLoopMonitor } from '../../status/event-loop-monitor';
import { LIMITS } from '../limits';
import type { MethodHandler } from './method-registry';

const MIN_TIMEOUT_MS = 1_000;
/** Less than a request may take: with many accounts a partial answer comes, not a timed out request. */
const MAX_TIMEOUT_MS = LIMITS.requestMs - 1_000;

/** Lets the last probe's own deadline be heard before the answer is made. */
const SLACK_MS = 250;

export interface ChannelsDeps {
  readonly channels: ChannelManager;
  readonly clock: Clock;
  readonly eventLoop: Pick<EventLoopMonitor, 'last'>;
}

export function channelsStatusMethod(deps: ChannelsDeps): MethodHandler<'channels.status'> {
  const { channels, clock, eventLoop } = deps;
  const answer = (channel: string | undefined, protocol: ProtocolVersion, probedSince?: number) => {
    const statuses = channels.statuses();
    const chosen = channel === undefined ? statuses : statuses.filter((status) => status.channel === channel);
    const payload = channelsStatusPayload(chosen, channels.metas, clock.now());
    if (protocol < 4) return ok(payload);
    return ok({
      ...payload,
      eventLoop: eventLoop.last,
      statusIssues: statusIssues(chosen),
      ...(probedSince === undefined ? {} : probeOutcomes(chosen, probedSince)),
    });
  };
  return (params, { principal: { protocol } }) => {
    const channel = params?.channel;
    if (params?.probe !== true) return answer(channel, protocol);
    const timeoutMs = Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, params.timeoutMs ?? MAX_TIMEOUT_MS));
    const startedAt = clock.now();
    const probing = channels.probe(channel === undefined ? { timeoutMs } : { channel, timeoutMs });
    return within(clock, timeoutMs + SLACK_MS, probing).then(() => answer(channel, protocol, startedAt));
  };
}

/** Settles with the work or at the deadline, whichever comes first; the work itself has deadlines of its own. */
async function within(clock: Clock, timeoutMs: number, work: Promise<void>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, delay(clock, timeoutMs, done.signal)]);
  done.abort();
}
