// Runs one epoch of one account: gives the adapter its context, bounds it (ready deadline, abort deadline),
// contains what it throws, and takes everything back at its end. Called by account-supervisor; never retries.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InboundMessage } from '../../../shared/model/channel';
import type { Clock } from '../lib/clock';
import { type Disposable, DisposableStore, toDisposable } from '../lib/disposable';
import type { Subscribe } from '../lib/emitter';
import type { Logger } from '../lib/logger-port';
import type { Random } from '../lib/random';
import { settledWithin } from '../lib/settled-within';
import type { EpochEvent } from './account-state';
import type { AccountStore } from './account-store';
import type {
  AdapterRoute,
  ChannelAdapter,
  EpochContext,
  EpochEnd,
  EpochFailure,
  LiveLink,
  ResolvedAccount,
} from './channel-adapter';
import { epochClock } from './epoch-clock';
import { type ChannelNet, guardedNet } from './net/channel-net';
import type { RouteTable } from './route-table';
import { ownStrays } from './stray-rejections';

/** How long an adapter may take to settle once its signal aborts. */
const ABORT_DEADLINE_MS = 2_000;
/** A start that takes longer gives its turn away: a vendor that hangs must not keep the others waiting. */
const SLOT_MS = 2_000;
/** An epoch that was ready for this long wipes the slate of failures before it. */
const STABLE_AFTER_MS = 60_000;
/** A disk that is slower than this is no reason to let a vendor wait. */
const KEPT_WITHIN_MS = 1_000;

export interface EpochOptions {
  readonly adapter: ChannelAdapter;
  readonly account: ResolvedAccount;
  readonly epoch: number;
  /** The account's run: its abort ends the epoch. */
  readonly signal: AbortSignal;
  /** Ends a link that is ready as a planned reconnect, with the text that says why; one in the making goes on. */
  readonly onRenewal: Subscribe<string>;
  /** Given back at `ready` or at the end, whichever is first. */
  readonly slot: Disposable;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly routes: RouteTable;
  readonly net: ChannelNet;
  readonly store: AccountStore;
  /** What the link can do for others, from `ready` to the end of the epoch. */
  setLive(live: LiveLink | undefined): void;
  dispatch(event: EpochEvent): void;
  accept(message: Omit<InboundMessage, 'channel' | 'accountId'>): 'accepted' | 'duplicate';
  kept(): Promise<void>;
}

export interface EpochResult {
  readonly end: EpochEnd;
  readonly wasReady: boolean;
  /** We have ended it ourselves, for `onRenewal`. */
  readonly wasRenewed: boolean;
  readonly wasStable: boolean;
}

/** Settles at most 2 s after an abort, whatever the adapter does. Never rejects. */
export async function runEpoch(options: EpochOptions): Promise<EpochResult> {
  const { adapter, epoch, log, dispatch } = options;
  const controller = new AbortController();
  const lifetime = new DisposableStore();
  let open = true;
  let wasReady = false;
  let wasStable = false;
  let lastActivityAt = 0;
  /** How we ended the epoch ourselves; wins over what the adapter says afterwards. */
  let decided: EpochEnd | undefined;

  function close(end: EpochEnd): void {
    if (!open) return;
    open = false;
    options.setLive(undefined);
    dispatch({ type: 'epoch-closed', epoch, ...lossOf(end) });
  }
  function abort(end: EpochEnd): void {
    decided ??= end;
    close(end);
    controller.abort();
  }
  function fail(failure: EpochFailure): void {
    abort({ kind: 'failed', failure });
  }
  function abortOnThrow(error: unknown): void {
    log.error('channel.adapter-threw', { error });
    fail(threw(error));
  }

  function result(end: EpochEnd): EpochResult {
    return { end, wasReady, wasRenewed: decided?.kind === 'rotate', wasStable };
  }

  function showLife(evidence: string, isEvent: boolean): void {
    if (open) lastActivityAt = options.clock.monotonicMs();
    dispatch({ type: 'activity', epoch, evidence, isEvent });
  }

  /** The second line behind the adapter's own heartbeat: a link that is ready and shows no life is taken down. */
  function watchSilence(): void {
    const { staleAfterMs } = adapter.policy;
    if (staleAfterMs === undefined) return;
    lastActivityAt = options.clock.monotonicMs();
    const check = () => {
      const silentMs = options.clock.monotonicMs() - lastActivityAt;
      if (silentMs < staleAfterMs) return;
      const message = `no sign of life for ${Math.round(silentMs / 1_000)} s`;
      fail({ class: 'network', code: 'silent', message });
    };
    lifetime.add(options.clock.setInterval(check, staleAfterMs / 4));
  }

  const onRunAbort = () => abort({ kind: 'aborted' });
  options.signal.addEventListener('abort', onRunAbort);
  lifetime.addFn(() => options.signal.removeEventListener('abort', onRunAbort));
  lifetime.add(
    options.onRenewal((reason) => {
      if (wasReady && open) abort({ kind: 'rotate', reason });
    }),
  );
  lifetime.add(options.slot);
  const clock = lifetime.add(epochClock(options.clock, abortOnThrow));
  const readyTimer = lifetime.add(
    options.clock.setTimeout(() => {
      const message = `not ready within ${adapter.policy.readyTimeoutMs / 1_000} s`;
      fail({ class: 'network', code: 'ready_timeout', message });
    }, adapter.policy.readyTimeoutMs),
  );

  const slotTimer = lifetime.add(options.clock.setTimeout(() => options.slot.dispose(), SLOT_MS));

  const context: EpochContext = {
    epoch,
    signal: controller.signal,
    clock,
    random: options.random,
    log,
    net: guardedNet(options.net, abortOnThrow),
    store: {
      get: (key) => options.store.get(key),
      set: (key, value) => {
        if (open) options.store.set(key, value);
      },
      delete: (key) => {
        if (open) options.store.delete(key);
      },
    },
    phase: (phase) => dispatch({ type: 'phase', epoch, phase }),
    ready(info) {
      if (!open || wasReady) return;
      wasReady = true;
      readyTimer.dispose();
      slotTimer.dispose();
      options.slot.dispose();
      lifetime.add(
        options.clock.setTimeout(() => {
          wasStable = true;
          dispatch({ type: 'stable', epoch });
        }, STABLE_AFTER_MS),
      );
      const { live, ...seen } = info;
      options.setLive(live);
      watchSilence();
      dispatch({ type: 'ready', epoch, ...seen, canSend: live?.send !== undefined });
    },
    activity: (evidence) => showLife(evidence, false),
    event: (evidence) => showLife(evidence, true),
    inbound: (message) => (open ? options.accept(message) : 'closed'),
    async kept() {
      await settledWithin(options.clock, KEPT_WITHIN_MS, options.kept());
    },
    warn: (failure) => dispatch({ type: 'warned', epoch, failure }),
    clearWarning: (code) => dispatch({ type: 'warning-cleared', epoch, code }),
    sessionStartsLeft: (count) => dispatch({ type: 'starts-left', epoch, count }),
    expiresAt: (at) => dispatch({ type: 'expires', epoch, at }),
    rejected: (failure) => dispatch({ type: 'rejected', epoch, failure }),
    route(path, route) {
      if (!open) return toDisposable(() => undefined);
      return lifetime.add(
        options.routes.add(path, (request, response) => serve(route, request, response, log)),
      );
    },
  };

  try {
    const settled = await settle(
      () => ownStrays(abortOnThrow, () => adapter.run(options.account, context)),
      controller.signal,
      options.clock,
    );
    if (settled === 'overdue') log.warn('channel.stop-overdue', { epoch, deadlineMs: ABORT_DEADLINE_MS });
    const said: EpochEnd = settled === 'overdue' ? { kind: 'aborted' } : settled;
    const end = decided ?? said;
    close(end);
    return result(end);
  } catch (error) {
    abortOnThrow(error);
    return result(decided ?? { kind: 'failed', failure: threw(error) });
  } finally {
    lifetime.dispose();
  }
}

/** As the state keeps it; a `status` is a number that the wire said, as a close code or an HTTP status. */
function lossOf(end: EpochEnd): { readonly reason: string; readonly status?: number } {
  if (end.kind !== 'failed') return { reason: end.kind === 'rotate' ? end.reason : 'stopped' };
  const { message: reason, code } = end.failure;
  return typeof code === 'number' ? { reason, status: code } : { reason };
}

function threw(error: unknown): EpochFailure {
  return {
    class: 'protocol',
    code: 'adapter_threw',
    message: `the channel's adapter failed: ${error instanceof Error ? error.message : String(error)}`,
  };
}

/** Rejects with what `run` throws, unless that comes after the deadline: then nobody is left to tell. */
function settle(
  run: () => Promise<EpochEnd>,
  signal: AbortSignal,
  clock: Clock,
): Promise<EpochEnd | 'overdue'> {
  return new Promise((resolve, reject) => {
    const cleanup = new DisposableStore();
    const onAbort = () => {
      cleanup.add(clock.setTimeout(() => resolve('overdue'), ABORT_DEADLINE_MS));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    cleanup.addFn(() => signal.removeEventListener('abort', onAbort));
    // The async wrapper turns a synchronous throw of `run` into a rejection.
    void (async () => run())()
      .then(resolve, reject)
      .finally(() => cleanup.dispose());
  });
}

function serve(route: AdapterRoute, request: IncomingMessage, response: ServerResponse, log: Logger): void {
  (async () => route(request, response))().catch((error: unknown) => {
    log.error('channel.route-failed', { error });
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'cache-control': 'no-store' }).end();
  });
}
