// `channels.status` (protocol section 5.2): one pure projection of the manager's states. Without `probe` nothing
// is awaited; with it the probes run under the caller's clamped timeout.

import type { ChannelManager } from '../../channels/channel-manager';
import { channelsStatusPayload } from '../../channels/channels-status-view';
import type { Clock } from '../../lib/clock';
import { ok } from '../../lib/result';
import type { MethodHandler } from './method-registry';

const MIN_TIMEOUT_MS = 1_000;
const MAX_TIMEOUT_MS = 30_000;

export function channelsStatusMethod(
  channels: ChannelManager,
  clock: Clock,
): MethodHandler<'channels.status'> {
  const answer = (channel: string | undefined) => {
    const statuses = channels.statuses();
    const chosen = channel === undefined ? statuses : statuses.filter((status) => status.channel === channel);
    return ok(channelsStatusPayload(chosen, channels.metas, clock.now()));
  };
  return (params) => {
    if (params?.probe !== true) return answer(params?.channel);
    const timeoutMs = Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, params.timeoutMs ?? MAX_TIMEOUT_MS));
    const target = params.channel === undefined ? { timeoutMs } : { channel: params.channel, timeoutMs };
    return channels.probe(target).then(() => answer(params.channel));
  };
}
