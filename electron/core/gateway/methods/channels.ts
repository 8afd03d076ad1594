// `channels.*` (protocol section 5.2). `channels.status` is one pure projection of the manager's states: without
// `probe` nothing is awaited; with it the probes run under the caller's clamped timeout and the answer says which did
// not end. Start, stop and log out are one account's, and leave its settings as they are.

import type { ChannelAccountStatus } from '../../../../shared/model/channel';
import type { WireError } from '../../../../shared/protocol/error-codes';
import { invalidRequest } from '../../../../shared/protocol/error-codes';
import type { ProtocolVersion } from '../../../../shared/protocol/version';
import type { AccountEditor } from '../../channels/account-editor';
import type { ChannelManager } from '../../channels/channel-manager';
import { channelsStatusPayload, probeOutcomes, statusIssues } from '../../channels/channels-status-view';
import { accountOf } from '../../channels/outbound';
import type { Clock } from '../../lib/clock';
import { delay } from '../../lib/clock';
import { cleanForeignText } from '../../lib/foreign-text';
import { err, ok, type Result } from '../../lib/result';
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
    if (channel !== undefined && !channels.metas.some(({ id }) => id === channel)) {
      return err(invalidRequest(`unknown channel: ${cleanForeignText(channel, 64)}`));
    }
    if (params?.probe !== true) return answer(channel, protocol);
    const timeoutMs = Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, params.timeoutMs ?? MAX_TIMEOUT_MS));
    const startedAt = clock.now();
    const probing = channels.probe(channel === undefined ? { timeoutMs } : { channel, timeoutMs });
    return within(clock, timeoutMs + SLACK_MS, probing).then(() => answer(channel, protocol, startedAt));
  };
}

type Channels = Pick<ChannelManager, 'metas' | 'statuses' | 'restart' | 'stopAccount'>;

/** One that runs already is left alone: starting it anew would cut a healthy link. */
export function channelsStartMethod(channels: Channels): MethodHandler<'channels.start'> {
  return async (params, { principal: { protocol } }) => {
    const found = accountFor('channels.start', params, channels);
    if (!found.ok) return found;
    const { channel, accountId } = found.value;
    const reason = whyNot(found.value);
    const answer = { channel, accountId, started: reason === undefined };
    if (reason === undefined && !isRunning(found.value)) {
      const asked = await channels.restart(channel, accountId);
      if (!asked.ok) return err({ code: 'UNAVAILABLE', message: asked.error.message });
    }
    if (protocol < 4) return ok(answer);
    return reason === undefined
      ? ok({ ...answer, outcome: { status: 'handed-off' } })
      : ok({ ...answer, outcome: { status: 'skipped', reason }, statusIssues: statusIssues([found.value]) });
  };
}

export function channelsStopMethod(channels: Channels): MethodHandler<'channels.stop'> {
  return async (params) => {
    const found = accountFor('channels.stop', params, channels);
    if (!found.ok) return found;
    const { channel, accountId } = found.value;
    const stopped = await channels.stopAccount(channel, accountId);
    if (!stopped.ok) return err({ code: 'UNAVAILABLE', message: stopped.error.message });
    return ok({ channel, accountId, stopped: true });
  };
}

export function channelsLogoutMethod({
  channels,
  channelEditor,
}: {
  readonly channels: Channels;
  readonly channelEditor: Pick<AccountEditor, 'logout'>;
}): MethodHandler<'channels.logout'> {
  return async (params) => {
    const found = accountFor('channels.logout', params, channels);
    if (!found.ok) return found;
    const { channel, accountId } = found.value;
    const left = await channelEditor.logout(channel, accountId);
    if (!left.ok) return err({ code: 'UNAVAILABLE', message: left.error.message });
    return ok({ channel, accountId, cleared: left.value.cleared, loggedOut: true });
  };
}

/** The account that is meant; an unknown channel is refused in upstream's words. */
function accountFor(
  method: string,
  params: { readonly channel: string; readonly accountId?: string | undefined },
  channels: Channels,
): Result<ChannelAccountStatus, WireError> {
  const channel = params.channel.trim().toLowerCase();
  if (!channels.metas.some(({ id }) => id === channel)) {
    return err(invalidRequest(`invalid ${method} channel`));
  }
  const accountId = params.accountId?.trim() || undefined;
  const account = accountOf(channels.statuses(), channel, accountId);
  if (account !== undefined) return ok(account);
  return err(
    invalidRequest(
      accountId === undefined
        ? `the channel ${channel} has no account`
        : `there is no account ${channel}/${cleanForeignText(accountId, 64)}`,
    ),
  );
}

/** Upstream's word for why an account is not started. */
function whyNot({ enabled, configured, linked }: ChannelAccountStatus): string | undefined {
  if (!enabled) return 'disabled';
  if (linked === false) return 'unlinked';
  return configured ? undefined : 'unconfigured';
}

function isRunning({ phase }: ChannelAccountStatus): boolean {
  return phase === 'starting' || phase === 'authenticating' || phase === 'connecting' || phase === 'ready';
}

/** Settles with the work or at the deadline, whichever comes first; the work itself has deadlines of its own. */
async function within(clock: Clock, timeoutMs: number, work: Promise<void>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, delay(clock, timeoutMs, done.signal)]);
  done.abort();
}
