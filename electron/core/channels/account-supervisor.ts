// One account's life: starts epochs, decides what follows each, and is the only writer of the account's state.
// Owned by channel-manager. Nothing that an adapter does or throws in here reaches another account.

import type { ChannelAccountStatus, ChannelProbeResult, InboundMessage } from '../../../shared/model/channel';
import { type Clock, delay } from '../lib/clock';
import { cleanForeignText } from '../lib/foreign-text';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import type { Random } from '../lib/random';
import {
  type AccountEvent,
  type AccountState,
  initialAccountState,
  nextAccountState,
  projectAccount,
} from './account-state';
import type { ChannelAdapter, EpochFailure, ProbeOutcome, ResolvedAccount } from './channel-adapter';
import { runEpoch } from './epoch';
import { ReplayCache } from './replay-cache';
import { decideRetry, retryCurve, rotateDelayMs } from './retry-policy';
import type { RouteTable } from './route-table';
import type { StartSlots } from './start-slots';

/** An account as read from settings and vault; `fault` when the adapter itself failed to read it. */
export interface Resolution {
  readonly account: ResolvedAccount;
  readonly fingerprint: string;
  readonly fault?: EpochFailure;
}

export interface AccountSupervisorOptions {
  readonly adapter: ChannelAdapter;
  readonly resolution: Resolution;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly slots: StartSlots;
  readonly routes: RouteTable;
  /** Takes known and likely secrets out of a text. */
  redact(text: string): string;
  onChanged(): void;
  onInbound(message: InboundMessage): void;
}

export class AccountSupervisor {
  readonly #options: AccountSupervisorOptions;
  readonly #replay: ReplayCache;
  /** Starting, stopping and reconfiguring happen one after the other. */
  readonly #transitions = new Mutex();
  #resolution: Resolution;
  #state: AccountState;
  #epoch = 0;
  #wanted = false;
  #run: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  #probe: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;

  constructor(options: AccountSupervisorOptions) {
    this.#options = options;
    this.#replay = new ReplayCache(options.clock);
    this.#resolution = options.resolution;
    this.#state = initialAccountState(options.adapter.policy.direction);
  }

  get account(): ResolvedAccount {
    return this.#resolution.account;
  }

  status(gatewayUp: boolean): ChannelAccountStatus {
    return projectAccount(this.#options.adapter.meta, this.account, this.#state, gatewayUp);
  }

  /** Resolves when the first epoch was asked for, not when it is ready. Idempotent. */
  start(): Promise<void> {
    return this.#transitions.run(async () => {
      if (this.#wanted) return;
      this.#wanted = true;
      this.#launch();
    });
  }

  /** Settles within 2 s of the call, even in the middle of another transition. Idempotent. */
  stop(): Promise<void> {
    this.#wanted = false;
    this.#interrupt();
    return this.#transitions.run(async () => {
      await this.#halt();
      if (!this.#wanted && this.account.enabled && this.account.configured) {
        this.#dispatch({ type: 'settled', phase: 'stopped' });
      }
    });
  }

  /** Takes over settings and secrets; restarts only when the fingerprint is another. */
  update(resolution: Resolution): Promise<void> {
    return this.#transitions.run(async () => {
      const same =
        resolution.fingerprint === this.#resolution.fingerprint &&
        resolution.fault?.message === this.#resolution.fault?.message;
      if (!same) await this.#halt();
      this.#resolution = resolution;
      if (same) {
        this.#options.onChanged();
        return;
      }
      this.#dispatch({ type: 'reconfigured' });
      if (this.#wanted) this.#launch();
    });
  }

  /** A new run at once, from any state; the count of failures starts again. */
  restart(): Promise<void> {
    return this.#transitions.run(async () => {
      await this.#halt();
      if (this.#wanted) this.#launch();
    });
  }

  /** Joins a probe in flight. Settles within `timeoutMs`; the result lands in `status().probe`. */
  probe(timeoutMs: number): Promise<void> {
    if (this.#probe !== undefined) return this.#probe.done;
    if (!this.account.enabled || !this.account.configured || this.#resolution.fault !== undefined) {
      return Promise.resolve();
    }
    const controller = new AbortController();
    const done = this.#probeOnce(timeoutMs, controller).finally(() => {
      this.#probe = undefined;
    });
    this.#probe = { controller, done };
    return done;
  }

  #launch(): void {
    const { account, fault } = this.#resolution;
    if (fault !== undefined) this.#dispatch({ type: 'failed', failure: fault });
    else if (!account.enabled) this.#dispatch({ type: 'settled', phase: 'disabled' });
    else if (!account.configured) this.#dispatch({ type: 'settled', phase: 'unconfigured' });
    else {
      this.#dispatch({ type: 'launched' });
      const controller = new AbortController();
      const done = this.#loop(account, controller.signal).catch((error: unknown) => {
        this.#options.logger.error('channel.supervisor-failed', { ...this.#who(), error });
        this.#dispatch({ type: 'failed', failure: { class: 'protocol', message: 'the supervisor failed' } });
      });
      this.#run = { controller, done };
    }
  }

  /** Ends the claims at once; what still runs has 2 s to settle. */
  #interrupt(): void {
    this.#probe?.controller.abort();
    if (this.#run === undefined || this.#run.controller.signal.aborted) return;
    this.#dispatch({ type: 'stopping' });
    this.#run.controller.abort();
  }

  async #halt(): Promise<void> {
    this.#interrupt();
    await this.#run?.done;
    this.#run = undefined;
  }

  async #loop(account: ResolvedAccount, signal: AbortSignal): Promise<void> {
    const { adapter, clock, random, logger, slots, routes } = this.#options;
    let curve = '';
    let failures = 0;
    for (;;) {
      const slot = await slots.acquire(signal);
      if (slot === undefined) return;
      if (signal.aborted) {
        slot.dispose();
        return;
      }
      this.#epoch += 1;
      this.#dispatch({ type: 'epoch-started', epoch: this.#epoch });
      const { end, wasReady, wasStable } = await runEpoch({
        adapter,
        account,
        epoch: this.#epoch,
        signal,
        slot,
        clock,
        random,
        routes,
        log: logger,
        dispatch: (event) => this.#dispatch(event),
        accept: (message) => this.#accept(message),
      });
      if (signal.aborted) return;

      if (end.kind === 'rotate' && wasReady) {
        logger.info('channel.rotating', { ...this.#who(), reason: this.#clean(end.reason) });
        this.#dispatch({ type: 'rotating' });
        await delay(clock, rotateDelayMs(random.unit()), signal);
      } else {
        const failure = end.kind === 'failed' ? end.failure : endedUnasked(end.kind);
        const sameCurve = retryCurve(failure.class) === curve && !wasStable;
        curve = retryCurve(failure.class);
        failures = sameCurve ? failures + 1 : 1;
        const decision = decideRetry(failure, failures, random.unit());
        const retry = decision.kind === 'retry' ? { retryInMs: decision.delayMs } : {};
        logger.warn('channel.epoch-failed', {
          ...this.#who(),
          class: failure.class,
          code: failure.code,
          message: this.#clean(failure.message),
          ...retry,
        });
        this.#dispatch({ type: 'failed', failure, ...retry });
        if (decision.kind === 'block') return;
        await delay(clock, decision.delayMs, signal);
      }
      if (signal.aborted) return;
    }
  }

  #accept(message: Omit<InboundMessage, 'channel' | 'accountId'>): 'accepted' | 'duplicate' {
    if (!this.#replay.accept(message.messageId)) return 'duplicate';
    this.#dispatch({ type: 'inbound', epoch: this.#epoch });
    this.#options.onInbound({ ...this.#who(), ...message });
    return 'accepted';
  }

  async #probeOnce(timeoutMs: number, controller: AbortController): Promise<void> {
    const { adapter, clock, routes } = this.#options;
    const resolution = this.#resolution;
    const startedAt = clock.monotonicMs();
    const { signal } = controller;
    const run = async (): Promise<ProbeOutcome> => {
      if (adapter.probe === undefined) return { ok: false, error: 'this channel has no probe' };
      return adapter.probe(resolution.account, {
        signal,
        hasRoute: (path) => routes.get(path) !== undefined,
      });
    };
    let timedOut = false;
    const outcome = await new Promise<ProbeOutcome>((resolve) => {
      const timer = clock.setTimeout(() => {
        timedOut = true;
        controller.abort();
      }, timeoutMs);
      const finish = (result: ProbeOutcome) => {
        timer.dispose();
        signal.removeEventListener('abort', onAbort);
        resolve(result);
      };
      const onAbort = () => finish({ ok: false, error: `no answer within ${timeoutMs} ms` });
      signal.addEventListener('abort', onAbort);
      run().then(finish, (error: unknown) => {
        finish({ ok: false, error: error instanceof Error ? error.message : String(error) });
      });
    });
    // Stopped, or settings changed meanwhile: the answer is about an account that is no longer there.
    if ((signal.aborted && !timedOut) || resolution !== this.#resolution) return;
    const result: ChannelProbeResult = {
      ok: outcome.ok,
      elapsedMs: Math.round(clock.monotonicMs() - startedAt),
      at: clock.now(),
      ...(outcome.error === undefined ? {} : { error: this.#clean(outcome.error) }),
      ...(outcome.note === undefined ? {} : { note: outcome.note }),
      ...(timedOut ? { timedOut } : {}),
    };
    this.#dispatch({ type: 'probed', result });
  }

  #dispatch(event: AccountEvent): void {
    const next = nextAccountState(this.#state, this.#cleanEvent(event), this.#options.clock.now());
    if (next === this.#state) return;
    const before = this.#state.runtime.phase;
    this.#state = next;
    if (next.runtime.phase !== before) {
      this.#options.logger.info('channel.phase', { ...this.#who(), from: before, to: next.runtime.phase });
    }
    this.#options.onChanged();
  }

  /** Texts from adapters may quote what a peer sent: no secret and no control character gets into the state. */
  #cleanEvent(event: AccountEvent): AccountEvent {
    switch (event.type) {
      case 'failed':
      case 'rejected': {
        const { failure } = event;
        const message = this.#clean(failure.message);
        const fix = failure.fix === undefined ? {} : { fix: this.#clean(failure.fix) };
        return { ...event, failure: { ...failure, message, ...fix } };
      }
      case 'epoch-closed':
        return { ...event, reason: this.#clean(event.reason) };
      case 'activity':
        return { ...event, evidence: this.#clean(event.evidence) };
      case 'ready':
        return event.evidence === undefined ? event : { ...event, evidence: this.#clean(event.evidence) };
      default:
        return event;
    }
  }

  #clean(text: string): string {
    return cleanForeignText(this.#options.redact(text));
  }

  #who(): { readonly channel: string; readonly accountId: string } {
    return { channel: this.#options.adapter.meta.id, accountId: this.account.accountId };
  }
}

function endedUnasked(kind: 'aborted' | 'rotate'): EpochFailure {
  return kind === 'rotate'
    ? { class: 'server', code: 'rotated_early', message: 'asked to reconnect before it was ready' }
    : { class: 'protocol', code: 'ended', message: 'the connection ended without a reason' };
}
