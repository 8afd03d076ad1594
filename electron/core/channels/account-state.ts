// The state of one account: pure transitions and their projection to ChannelAccountStatus. Events of an epoch
// that is no longer the open one are dropped here, so a stale socket cannot resurrect a status.

import { assertNever } from '../../../shared/assert-never';
import type {
  ChannelAccountStatus,
  ChannelFailure,
  ChannelIdentity,
  ChannelProbeResult,
} from '../../../shared/model/channel';
import { channelWord } from '../../../shared/model/channel-word';
import type { ChannelMeta, EpochFailure, ResolvedAccount, TransportPolicy } from './channel-adapter';

type FromAccount =
  | 'channel'
  | 'label'
  | 'accountId'
  | 'name'
  | 'enabled'
  | 'configured'
  | 'word'
  | 'webhookPath'
  | 'credentialSource'
  | 'linked'
  | 'problems';

/** What the account's run adds to its settings. */
type Runtime = Omit<ChannelAccountStatus, FromAccount>;

export interface AccountState {
  readonly direction: TransportPolicy['direction'];
  /** The epoch whose events count; undefined between epochs. */
  readonly openEpoch: number | undefined;
  readonly runtime: Runtime;
}

export type EpochEvent =
  | { readonly type: 'phase'; readonly epoch: number; readonly phase: 'authenticating' | 'connecting' }
  | {
      readonly type: 'ready';
      readonly epoch: number;
      readonly mode: string;
      readonly evidence?: string;
      readonly identity?: ChannelIdentity;
      readonly canSend: boolean;
    }
  | {
      readonly type: 'activity';
      readonly epoch: number;
      readonly evidence: string;
      readonly isEvent: boolean;
    }
  | { readonly type: 'inbound'; readonly epoch: number }
  | { readonly type: 'rejected'; readonly epoch: number; readonly failure: EpochFailure }
  | { readonly type: 'warned'; readonly epoch: number; readonly failure: EpochFailure }
  | { readonly type: 'warning-cleared'; readonly epoch: number; readonly code: string | number }
  | { readonly type: 'starts-left'; readonly epoch: number; readonly count: number }
  | { readonly type: 'expires'; readonly epoch: number; readonly at: number }
  /** Ready for so long that earlier failures no longer count. */
  | { readonly type: 'stable'; readonly epoch: number }
  | {
      readonly type: 'epoch-closed';
      readonly epoch: number;
      readonly reason: string;
      readonly status?: number;
    };

export type AccountEvent =
  | EpochEvent
  | { readonly type: 'launched' }
  | { readonly type: 'epoch-started'; readonly epoch: number }
  /** Without `retryInMs` the account is blocked until someone changes or restarts it. */
  | { readonly type: 'failed'; readonly failure: EpochFailure; readonly retryInMs?: number }
  | { readonly type: 'rotating' }
  | { readonly type: 'stopping' }
  | { readonly type: 'settled'; readonly phase: 'stopped' | 'disabled' | 'unconfigured' }
  /** Settings or secrets are others now: what was proven or failed with the old ones says nothing any more. */
  | { readonly type: 'reconfigured' }
  | { readonly type: 'probed'; readonly result: ChannelProbeResult }
  /** The vendor confirmed a text of ours: a fact, whichever epoch asked for it. */
  | { readonly type: 'sent' };

export function initialAccountState(direction: TransportPolicy['direction']): AccountState {
  return {
    direction,
    openEpoch: undefined,
    runtime: {
      phase: 'stopped',
      ...(direction === 'outbound' ? { connected: false } : {}),
      reconnectAttempts: 0,
      warnings: [],
      canSend: false,
      received: 0,
      rejected: 0,
    },
  };
}

/** The next state; the same object when the event changes nothing. `now` is epoch ms. */
export function nextAccountState(state: AccountState, event: AccountEvent, now: number): AccountState {
  if ('epoch' in event && event.type !== 'epoch-started') {
    return event.epoch === state.openEpoch ? duringEpoch(state, event, now) : state;
  }
  const { runtime } = state;
  switch (event.type) {
    case 'launched':
      return withRuntime(state, {
        ...without(runtime, 'nextRetryAt'),
        phase: 'starting',
        reconnectAttempts: 0,
        ...(runtime.phase === 'stopping' ? { lastStopAt: now } : {}),
      });
    case 'epoch-started':
      return {
        ...state,
        openEpoch: event.epoch,
        runtime: { ...without(runtime, 'nextRetryAt'), phase: 'starting', lastStartAt: now },
      };
    case 'failed':
      return withRuntime(state, {
        ...without(runtime, 'nextRetryAt'),
        phase: event.retryInMs === undefined ? 'blocked' : 'backoff',
        ...(event.retryInMs === undefined ? {} : { nextRetryAt: now + event.retryInMs }),
        reconnectAttempts: runtime.reconnectAttempts + 1,
        lastError: toChannelFailure(event.failure, now),
      });
    case 'rotating':
      return withRuntime(state, { ...runtime, phase: 'connecting' });
    case 'stopping': {
      const closed = close(state, { reason: 'stopped' }, now);
      return withRuntime(closed, { ...without(closed.runtime, 'nextRetryAt'), phase: 'stopping' });
    }
    case 'settled': {
      const ran = runtime.phase === 'stopping';
      return withRuntime(state, { ...runtime, phase: event.phase, ...(ran ? { lastStopAt: now } : {}) });
    }
    case 'reconfigured':
      return withRuntime(state, {
        ...without(
          runtime,
          'evidence',
          'lastError',
          'probe',
          'mode',
          'identity',
          'expiresAt',
          'sessionStartsLeft',
        ),
      });
    case 'probed':
      return withRuntime(state, { ...runtime, probe: event.result });
    case 'sent':
      return withRuntime(state, { ...runtime, lastOutboundAt: now });
    default:
      return assertNever(event);
  }
}

function duringEpoch(state: AccountState, event: EpochEvent, now: number): AccountState {
  const { runtime } = state;
  switch (event.type) {
    case 'phase':
      // A late "connecting" of an epoch that is ready already would take the proof back.
      return runtime.phase === 'ready' ? state : withRuntime(state, { ...runtime, phase: event.phase });
    case 'ready':
      return withRuntime(state, {
        ...without(runtime, 'lastError'),
        phase: 'ready',
        mode: event.mode,
        canSend: event.canSend,
        ...(event.identity === undefined ? {} : { identity: event.identity }),
        ...(state.direction === 'outbound' ? { connected: true, lastConnectedAt: now } : {}),
        ...(event.evidence === undefined ? {} : { evidence: { what: event.evidence, at: now } }),
      });
    case 'activity':
      return withRuntime(state, {
        ...runtime,
        lastTransportActivityAt: now,
        ...(event.isEvent ? { lastEventAt: now } : {}),
        evidence: { what: event.evidence, at: now },
      });
    case 'inbound':
      return withRuntime(state, { ...runtime, received: runtime.received + 1, lastInboundAt: now });
    case 'rejected':
      return withRuntime(state, {
        ...runtime,
        rejected: runtime.rejected + 1,
        lastError: toChannelFailure(event.failure, now),
      });
    case 'warned': {
      const others = runtime.warnings.filter(({ code }) => code !== event.failure.code);
      return withRuntime(state, { ...runtime, warnings: [...others, toChannelFailure(event.failure, now)] });
    }
    case 'warning-cleared': {
      const warnings = runtime.warnings.filter(({ code }) => code !== event.code);
      return warnings.length === runtime.warnings.length
        ? state
        : withRuntime(state, { ...runtime, warnings });
    }
    case 'starts-left':
      return withRuntime(state, { ...runtime, sessionStartsLeft: event.count });
    case 'expires':
      return withRuntime(state, { ...runtime, expiresAt: event.at });
    case 'stable':
      return withRuntime(state, { ...runtime, reconnectAttempts: 0 });
    case 'epoch-closed':
      return close(state, event, now);
    default:
      return assertNever(event);
  }
}

/** Ends the open epoch: from here on nothing it says counts, and neither a connection nor a route is claimed. */
function close(
  state: AccountState,
  { reason, status }: { readonly reason: string; readonly status?: number },
  now: number,
): AccountState {
  const { runtime } = state;
  const lastDisconnect = { at: now, ...(status === undefined ? {} : { status }), error: reason };
  return {
    ...state,
    openEpoch: undefined,
    runtime: {
      ...runtime,
      phase: runtime.phase === 'ready' ? 'connecting' : runtime.phase,
      warnings: [],
      canSend: false,
      ...(runtime.connected ? { connected: false, lastDisconnect } : {}),
    },
  };
}

function withRuntime(state: AccountState, runtime: Runtime): AccountState {
  return { ...state, runtime };
}

function without<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> {
  const copy = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
}

function toChannelFailure(failure: EpochFailure, at: number): ChannelFailure {
  const { retryAfterMs: _, terminal: __, ...shown } = failure;
  return { ...shown, at };
}

/** The vendor ended the login: the credential is still there and worth nothing. */
function isLoggedOut({ phase, lastError }: Runtime): boolean {
  return phase === 'blocked' && (lastError?.class === 'auth' || lastError?.class === 'kicked');
}

export function projectAccount(
  meta: ChannelMeta,
  account: ResolvedAccount,
  state: AccountState,
  gatewayUp: boolean,
): ChannelAccountStatus {
  return {
    channel: meta.id,
    label: meta.label,
    accountId: account.accountId,
    ...(account.name === undefined ? {} : { name: account.name }),
    enabled: account.enabled,
    configured: account.configured,
    ...(account.webhookPath === undefined ? {} : { webhookPath: account.webhookPath }),
    credentialSource: account.secrets.length > 0 ? 'store' : 'none',
    ...(account.linked === undefined ? {} : { linked: account.linked && !isLoggedOut(state.runtime) }),
    problems: account.problems,
    ...state.runtime,
    word: channelWord(state.runtime, gatewayUp),
  };
}
