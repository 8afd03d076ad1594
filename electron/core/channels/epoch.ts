// Runs one epoch of one account: gives the adapter its context, bounds it (ready deadline, abort deadline),
// contains what it throws, and takes everything back at its end. Called by account-supervisor; never retries.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InboundMessage } from '../../../shared/model/channel';
import type { Clock } from '../lib/clock';
import { type Disposable, DisposableStore, toDisposable } from '../lib/disposable';
import type { Logger } from '../lib/logger-port';
import type { Random } from '../lib/random';
import type { EpochEvent } from './account-state';
import type {
  AdapterRoute,
  ChannelAdapter,
  EpochContext,
  EpochEnd,
  EpochFailure,
  ResolvedAccount,
} from './channel-adapter';
import { epochClock } from './epoch-clock';
import type { RouteTable } from './route-table';

/** How long an adapter may take to settle once its signal aborts. */
const ABORT_DEADLINE_MS = 2_000;
/** An epoch that was ready for this long wipes the slate of failures before it. */
const STABLE_AFTER_MS = 60_000;

export interface EpochOptions {
  readonly adapter: ChannelAdapter;
  readonly account: ResolvedAccount;
  readonly epoch: number;
  /** The account's run: its abort ends the epoch. */
  readonly signal: AbortSignal;
  /** Given back at `ready` or at the end, whichever is first. */
  readonly slot: Disposable;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly routes: RouteTable;
  dispatch(event: EpochEvent): void;
  accept(message: Omit<InboundMessage, 'channel' | 'accountId'>): 'accepted' | 'duplicate';
}

export interface EpochResult {
  readonly end: EpochEnd;
  readonly wasReady: boolean;
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
  /** Why we ended the epoch ourselves; wins over what the adapter says afterwards. */
  let cause: EpochFailure | undefined;

  function close(reason: string): void {
    if (!open) return;
    open = false;
    dispatch({ type: 'epoch-closed', epoch, reason });
  }
  function abort(reason: string, failure?: EpochFailure): void {
    cause ??= failure;
    close(reason);
    controller.abort();
  }
  function abortOnThrow(error: unknown): void {
    log.error('channel.adapter-threw', { error });
    const failure = threw(error);
    abort(failure.message, failure);
  }

  const onRunAbort = () => abort('stopped');
  options.signal.addEventListener('abort', onRunAbort);
  lifetime.addFn(() => options.signal.removeEventListener('abort', onRunAbort));
  lifetime.add(options.slot);
  const clock = lifetime.add(epochClock(options.clock, abortOnThrow));
  const readyTimer = lifetime.add(
    options.clock.setTimeout(() => {
      const message = `not ready within ${adapter.policy.readyTimeoutMs / 1_000} s`;
      abort(message, { class: 'network', code: 'ready_timeout', message });
    }, adapter.policy.readyTimeoutMs),
  );

  const context: EpochContext = {
    epoch,
    signal: controller.signal,
    clock,
    random: options.random,
    log,
    phase: (phase) => dispatch({ type: 'phase', epoch, phase }),
    ready(info) {
      if (!open || wasReady) return;
      wasReady = true;
      readyTimer.dispose();
      options.slot.dispose();
      lifetime.add(
        options.clock.setTimeout(() => {
          wasStable = true;
          dispatch({ type: 'stable', epoch });
        }, STABLE_AFTER_MS),
      );
      dispatch({ type: 'ready', epoch, ...info });
    },
    activity: (evidence) => dispatch({ type: 'activity', epoch, evidence }),
    inbound: (message) => (open ? options.accept(message) : 'closed'),
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
      () => adapter.run(options.account, context),
      controller.signal,
      options.clock,
    );
    if (settled === 'overdue') log.warn('channel.stop-overdue', { epoch, deadlineMs: ABORT_DEADLINE_MS });
    const said: EpochEnd = settled === 'overdue' ? { kind: 'aborted' } : settled;
    const end: EpochEnd = cause === undefined ? said : { kind: 'failed', failure: cause };
    close(end.kind === 'failed' ? end.failure.message : end.kind === 'rotate' ? end.reason : 'stopped');
    return { end, wasReady, wasStable };
  } catch (error) {
    abortOnThrow(error);
    return { end: { kind: 'failed', failure: cause ?? threw(error) }, wasReady, wasStable };
  } finally {
    lifetime.dispose();
  }
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
