// Account statuses as upstream's clients read them: the result of `channels.status` and the channel part of
// `health` (protocol sections 5.1 and 5.2), and what protocol 4 says besides: issues and probe warnings. Pure; times that are not known are left out, because older schemas
// take integers only.

import type { ChannelAccountStatus, ChannelFailure, FailureClass } from '../../../shared/model/channel';
import type { ChannelMeta } from './channel-adapter';

export type ChannelAccountSnapshot = Readonly<Record<string, unknown>> & { readonly accountId: string };
type ByChannel<T> = Readonly<Record<string, T>>;

export interface HealthChannels {
  readonly channelOrder: readonly string[];
  readonly channelLabels: ByChannel<string>;
  readonly channels: ByChannel<Readonly<Record<string, unknown>>>;
}

export interface ChannelsStatusPayload extends HealthChannels {
  readonly ts: number;
  readonly channelDetailLabels: ByChannel<string>;
  readonly channelSystemImages: ByChannel<string>;
  readonly channelMeta: readonly {
    readonly id: string;
    readonly label: string;
    readonly detailLabel: string;
    readonly systemImage: string;
  }[];
  readonly channelAccounts: ByChannel<readonly ChannelAccountSnapshot[]>;
  readonly channelDefaultAccountId: ByChannel<string>;
}

const MAX_LISTED = 50;

export interface StatusIssue {
  readonly channel: string;
  readonly accountId: string;
  readonly kind: 'intent' | 'permissions' | 'config' | 'auth' | 'runtime';
  readonly message: string;
  readonly fix?: string;
}

/** What keeps an account that is switched on from working; at most 50. */
export function statusIssues(statuses: readonly ChannelAccountStatus[]): readonly StatusIssue[] {
  return statuses
    .flatMap((status) => [issueOf(status) ?? [], warningsOf(status)].flat())
    .slice(0, MAX_LISTED);
}

/** Parts that do not work although the link does. */
function warningsOf({ channel, accountId, enabled, warnings }: ChannelAccountStatus): readonly StatusIssue[] {
  if (!enabled) return [];
  return warnings.map((warning) => ({
    ...{ channel, accountId, message: warning.message },
    kind: issueKind(warning),
    ...(warning.fix === undefined ? {} : { fix: warning.fix }),
  }));
}

function issueOf(status: ChannelAccountStatus): StatusIssue | undefined {
  const { channel, accountId, enabled, phase, problems, lastError } = status;
  if (!enabled) return undefined;
  if (phase === 'unconfigured') {
    return { channel, accountId, kind: 'config', message: problems[0] ?? 'not configured' };
  }
  if (lastError !== undefined && isCurrent(status)) {
    const { message, fix } = lastError;
    const kind = issueKind(lastError);
    return { channel, accountId, kind, message, ...(fix === undefined ? {} : { fix }) };
  }
  const { probe } = status;
  if (probe?.ok !== false) return undefined;
  const kind = probe.class === undefined ? 'runtime' : ISSUE_KINDS[probe.class];
  const fix = probe.fix === undefined ? {} : { fix: probe.fix };
  return { channel, accountId, kind, message: probe.error ?? 'the last probe failed', ...fix };
}

/** What the gateways of QQ and Discord call it when events were not granted to a bot. */
const INTENT_CODES: readonly unknown[] = ['intents', 'message_content', 4014];

function issueKind({ class: failureClass, code }: ChannelFailure): StatusIssue['kind'] {
  const isIntent = failureClass === 'permission' && INTENT_CODES.includes(code);
  return isIntent ? 'intent' : ISSUE_KINDS[failureClass];
}

const ISSUE_KINDS: Readonly<Record<FailureClass, StatusIssue['kind']>> = {
  auth: 'auth',
  kicked: 'auth',
  banned: 'auth',
  permission: 'permissions',
  config: 'config',
  rate_limited: 'runtime',
  network: 'runtime',
  server: 'runtime',
  protocol: 'runtime',
};

export interface ProbeOutcomes {
  /** Present when an account has no result of this probe. */
  readonly partial?: true;
  readonly warnings?: readonly string[];
}

/** What a probe that began at `since` (epoch ms) did not find out; nothing when every account answered in time. */
export function probeOutcomes(statuses: readonly ChannelAccountStatus[], since: number): ProbeOutcomes {
  const warnings = statuses.flatMap(({ channel, accountId, probe }) => {
    if (probe === undefined || probe.at < since)
      return [`${channel}/${accountId}: the probe has not finished`];
    return probe.timedOut === true
      ? [`${channel}/${accountId}: ${probe.error ?? 'the probe timed out'}`]
      : [];
  });
  return warnings.length === 0 ? {} : { partial: true, warnings: warnings.slice(0, MAX_LISTED) };
}

/** Every key is present even when no channel is configured. `now` is epoch ms. */
export function channelsStatusPayload(
  statuses: readonly ChannelAccountStatus[],
  metas: readonly ChannelMeta[],
  now: number,
): ChannelsStatusPayload {
  const shown = configuredChannels(statuses, metas);
  return {
    ts: now,
    ...healthChannels(statuses, metas),
    channelDetailLabels: mapOf(shown, ({ meta }) => meta.detailLabel),
    channelSystemImages: mapOf(shown, ({ meta }) => meta.systemImage),
    channelMeta: shown.map(({ meta: { id, label, detailLabel, systemImage } }) => ({
      id,
      label,
      detailLabel,
      systemImage,
    })),
    channelAccounts: mapOf(shown, ({ accounts }) => accounts.map(accountSnapshot)),
    channelDefaultAccountId: mapOf(shown, ({ main }) => main.accountId),
  };
}

export function healthChannels(
  statuses: readonly ChannelAccountStatus[],
  metas: readonly ChannelMeta[],
): HealthChannels {
  const shown = configuredChannels(statuses, metas);
  return {
    channelOrder: shown.map(({ meta }) => meta.id),
    channelLabels: mapOf(shown, ({ meta }) => meta.label),
    channels: mapOf(shown, ({ main }) => summary(main)),
  };
}

/** One account as an upstream `ChannelAccountSnapshot` (reference/channels sections 2.2 and 3.3). */
export function accountSnapshot(status: ChannelAccountStatus): ChannelAccountSnapshot {
  const { phase, lastDisconnect, lastStopAt = 0 } = status;
  const wasLost = lastDisconnect !== undefined && lastDisconnect.at > lastStopAt;
  const recovering = phase === 'backoff' || status.reconnectAttempts > 0 || wasLost;
  const running = isRunning(status);
  // By the vendor: nobody has removed the credential here.
  const isLoggedOut = phase === 'blocked' && status.linked === false;
  return {
    accountId: status.accountId,
    ...definedOnly({
      name: status.name,
      enabled: status.enabled,
      configured: status.configured,
      running,
      connected: status.connected,
      restartPending: phase === 'backoff',
      lifecycle:
        phase === 'ready'
          ? 'ready'
          : phase === 'blocked'
            ? 'blocked'
            : !running
              ? 'stopped'
              : recovering
                ? 'recovering'
                : 'starting',
      terminalDisconnect: phase === 'blocked' ? true : undefined,
      // The link lives, and messages do not come: told apart from the transport.
      ingressUnavailable: status.warnings.some((warning) => issueKind(warning) === 'intent')
        ? true
        : undefined,
      reconnectAttempts: status.reconnectAttempts,
      mode: status.mode,
      linked: status.linked,
      bot: botOf(status),
      credentialSource: status.credentialSource,
      webhookPath: status.webhookPath,
      lastStartAt: status.lastStartAt,
      lastStopAt: status.lastStopAt,
      lastConnectedAt: status.lastConnectedAt,
      lastDisconnect:
        isLoggedOut && lastDisconnect !== undefined ? { ...lastDisconnect, loggedOut: true } : lastDisconnect,
      lastInboundAt: status.lastInboundAt,
      lastOutboundAt: status.lastOutboundAt,
      lastEventAt: status.lastEventAt,
      lastTransportActivityAt: status.lastTransportActivityAt,
      lastError: lastErrorText(status),
      lastProbeAt: status.probe?.at,
      probe: status.probe,
    }),
  };
}

function summary(status: ChannelAccountStatus): Readonly<Record<string, unknown>> {
  return definedOnly({
    configured: status.configured,
    running: isRunning(status),
    connected: status.connected,
    lastStartAt: status.lastStartAt,
    lastStopAt: status.lastStopAt,
    lastError: lastErrorText(status),
    mode: status.mode,
    probe: status.probe,
    lastProbeAt: status.probe?.at,
  });
}

function isRunning({ phase }: ChannelAccountStatus): boolean {
  switch (phase) {
    case 'starting':
    case 'authenticating':
    case 'connecting':
    case 'ready':
    case 'backoff':
      return true;
    default:
      return false;
  }
}

/** Who the account is, as the vendor told the link or the newest probe. */
function botOf({ identity, probe }: ChannelAccountStatus): Readonly<Record<string, unknown>> | undefined {
  const { id, name } = identity ?? probe?.identity ?? {};
  if (id === undefined && name === undefined) return undefined;
  return definedOnly({ id, username: name });
}

/** A reason where the account does not run; while it is ready only an error that is newer than the proof. */
function lastErrorText(status: ChannelAccountStatus): string | undefined {
  const { phase, enabled, problems, lastError } = status;
  if (!enabled) return 'disabled';
  if (phase === 'unconfigured') return problems[0] ?? 'not configured';
  if (lastError === undefined || !isCurrent(status)) return undefined;
  return lastError.fix === undefined ? lastError.message : `${lastError.message}. ${lastError.fix}`;
}

/** An error that a newer proof has overtaken is history. */
function isCurrent({ phase, lastError, evidence }: ChannelAccountStatus): boolean {
  const overtaken = phase === 'ready' && evidence !== undefined && evidence.at >= (lastError?.at ?? 0);
  return lastError !== undefined && !overtaken;
}

interface ShownChannel {
  readonly meta: ChannelMeta;
  readonly accounts: readonly ChannelAccountStatus[];
  /** The account `default`, or the first. */
  readonly main: ChannelAccountStatus;
}

function configuredChannels(
  statuses: readonly ChannelAccountStatus[],
  metas: readonly ChannelMeta[],
): readonly ShownChannel[] {
  return [...metas]
    .sort((a, b) => a.order - b.order)
    .flatMap((meta) => {
      const accounts = statuses.filter((status) => status.channel === meta.id);
      const main = accounts.find((status) => status.accountId === 'default') ?? accounts[0];
      return main === undefined ? [] : [{ meta, accounts, main }];
    });
}

function mapOf<T>(shown: readonly ShownChannel[], value: (channel: ShownChannel) => T): ByChannel<T> {
  return Object.fromEntries(shown.map((channel) => [channel.meta.id, value(channel)]));
}

function definedOnly(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
