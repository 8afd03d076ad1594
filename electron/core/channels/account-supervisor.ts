// One account's life: starts epochs, decides what follows each, and is the only writer of the account's state.
// Owned by channel-manager. Nothing that an adapter does or throws in here reaches another account.

import type { ChannelAccountStatus, InboundMessage } from '../../../shared/model/channel';
import { type Clock, delay } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import { cleanForeignText } from '../lib/foreign-text';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import type { Random } from '../lib/random';
import { settledWithin } from '../lib/settled-within';
import { AccountSender, type SendResult } from './account-sender';
import {
  type AccountEvent,
  type AccountState,
  initialAccountState,
  nextAccountState,
  projectAccount,
} from './account-state';
import { DISK_SILENT, type DurableStore, OPEN_WITHIN_MS } from './account-store';
import { boundedProbe } from './bounded-probe';
import type {
  ChannelAdapter,
  EpochFailure,
  LiveLink,
  OutboundMessage,
  ProbeContext,
  ProbeOutcome,
  ResolvedAccount,
} from './channel-adapter';
import { cleanEvent, cleanFailure } from './clean-event';
import { runEpoch } from './epoch';
import { fitMessage } from './fit-message';
import type { ChannelNet } from './net/channel-net';
import { ReplayCache } from './replay-cache';
import { Retries, rotateDelayMs } from './retry-policy';
import type { RouteTable } from './route-table';
import type { StartSlots } from './start-slots';

/** Of a stop, adapter and disk together; the disk has a moment of its own where the adapter took all of it. */
const STOP_WITHIN_MS = 2_000;
const MIN_FLUSH_MS = 500;

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
  readonly net: ChannelNet;
  readonly store: DurableStore;
  /** Ids of messages that came in before, oldest first: the vendor may deliver them again. Asked at each start. */
  knownMessageIds(): readonly string[];
  /** Takes known and likely secrets out of a text. */
  redact(text: string): string;
  onChanged(): void;
  onInbound(message: InboundMessage): void;
  /** As MessageSink's. */
  kept(): Promise<void>;
  onSent(message: OutboundMessage, messageId: string | undefined): void;
}

export class AccountSupervisor {
  readonly #options: AccountSupervisorOptions;
  readonly #replay: ReplayCache;
  readonly #sender: AccountSender;
  /** Starting, stopping and reconfiguring happen one after the other. */
  readonly #transitions = new Mutex();
  #resolution: Resolution;
  #state: AccountState;
  #epoch = 0;
  /** What was asked for last; written at once, so that no transition that waits its turn can undo a later wish. */
  #wanted = false;
  #launched = false;
  #live: LiveLink | undefined;
  /** Ends the wait between two epochs, or the link that is ready, so that the next epoch begins now. */
  #hurry: ((reason: string) => void) | undefined;
  #run: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  #probe: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;

  constructor(options: AccountSupervisorOptions) {
    this.#options = options;
    this.#replay = new ReplayCache(options.clock);
    this.#sender = new AccountSender(options.clock);
    this.#resolution = options.resolution;
    this.#state = initialAccountState(options.adapter.policy.direction);
  }

  get account(): ResolvedAccount {
    return this.#resolution.account;
  }

  get store(): DurableStore {
    return this.#options.store;
  }

  status(gatewayUp: boolean): ChannelAccountStatus {
    return projectAccount(this.#options.adapter.meta, this.account, this.#state, gatewayUp);
  }

  /** Resolves when the first epoch was asked for, not when it is ready. Idempotent. */
  start(): Promise<void> {
    this.#wanted = true;
    return this.#transitions.run(async () => {
      if (this.#wanted && !this.#launched) this.#launch();
    });
  }

  /** Settles within 2 s of the call, even in the middle of another transition or on a disk that hangs. Idempotent. */
  stop(): Promise<void> {
    const { clock, logger, store } = this.#options;
    this.#wanted = false;
    this.#interrupt();
    const endsAt = clock.monotonicMs() + STOP_WITHIN_MS;
    return this.#transitions.run(async () => {
      await this.#halt();
      const leftMs = Math.max(MIN_FLUSH_MS, endsAt - clock.monotonicMs());
      const isKept = await settledWithin(clock, leftMs, store.flush());
      if (!isKept) logger.warn('channel.store-overdue', { ...this.#who(), deadlineMs: leftMs });
      if (!this.#wanted) this.#rest();
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
      else this.#rest();
    });
  }

  /** A new run at once, from any state, also a stopped one; the count of failures starts again. */
  restart(): Promise<void> {
    this.#wanted = true;
    return this.#transitions.run(async () => {
      await this.#halt();
      if (this.#wanted) this.#launch();
    });
  }

  /** The machine woke up or has another network: what waits tries now, what is connected connects anew. */
  recheck(reason: string): void {
    this.#hurry?.(reason);
  }

  /** Resolves when the vendor has confirmed or refused the text, or at the sender's deadline. */
  async send(message: OutboundMessage): Promise<SendResult> {
    const sent = await this.#sender.send(message, () => this.#live);
    if (sent.ok) {
      this.#dispatch({ type: 'sent' });
      this.#options.onSent(message, sent.value.messageId);
    }
    return sent.ok ? sent : { ...sent, error: cleanFailure(sent.error, this.#clean) };
  }

  /** Forgets what the account keeps between epochs. Only while it does not run. */
  forget(): Promise<void> {
    return this.#options.store.clear();
  }

  /** What a call to the vendor beside the running epoch may use. */
  context(signal: AbortSignal): ProbeContext {
    const { clock, random, net, store, routes } = this.#options;
    return { signal, clock, random, net, store, hasRoute: (path) => routes.get(path) !== undefined };
  }

  /** Settles within `timeoutMs`, or with a probe in flight, which it joins; the result lands in `status().probe`. */
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
    this.#launched = true;
    if (fault !== undefined) this.#dispatch({ type: 'failed', failure: fault });
    else if (!account.enabled || !account.configured) this.#rest();
    else {
      for (const id of this.#options.knownMessageIds()) this.#replay.accept(id);
      this.#dispatch({ type: 'launched' });
      const controller = new AbortController();
      const done = this.#loop(account, controller.signal).catch((error: unknown) => {
        this.#options.logger.error('channel.supervisor-failed', { ...this.#who(), error });
        this.#dispatch({ type: 'failed', failure: { class: 'protocol', message: 'the supervisor failed' } });
      });
      this.#run = { controller, done };
    }
  }

  /** Nothing runs, and the account says why. */
  #rest(): void {
    const { enabled, configured } = this.account;
    this.#dispatch({
      type: 'settled',
      phase: !enabled ? 'disabled' : configured ? 'stopped' : 'unconfigured',
    });
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
    this.#launched = false;
  }

  async #loop(account: ResolvedAccount, signal: AbortSignal): Promise<void> {
    const { adapter, clock, random, logger, slots, routes, net, store } = this.#options;
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    // A disk that hangs must not keep a stop waiting, nor pass for a vendor that is being asked.
    const opened = Promise.race([store.open(), aborted]);
    while (!(await settledWithin(clock, OPEN_WITHIN_MS, opened))) {
      this.#dispatch({ type: 'failed', failure: DISK_SILENT, retryInMs: OPEN_WITHIN_MS });
    }
    if (signal.aborted) return;
    const retries = new Retries(adapter.policy);
    for (;;) {
      const slot = await slots.acquire(signal);
      if (slot === undefined) return;
      if (signal.aborted) {
        slot.dispose();
        return;
      }
      this.#epoch += 1;
      this.#dispatch({ type: 'epoch-started', epoch: this.#epoch });
      const renewals = new Emitter<string>((error) => logger.error('channel.renewal-failed', { error }));
      this.#hurry = (reason) => renewals.emit(reason);
      const { end, wasReady, wasRenewed, wasStable } = await runEpoch({
        adapter,
        account,
        epoch: this.#epoch,
        signal,
        onRenewal: renewals.on,
        slot,
        net,
        store,
        setLive: (live) => {
          this.#live = live;
          if (live === undefined) this.#sender.interrupt();
        },
        clock,
        random,
        routes,
        log: logger,
        dispatch: (event) => this.#dispatch(event),
        accept: (message) => this.#accept(message),
        kept: this.#options.kept,
      });
      if (signal.aborted) return;

      if (wasStable) retries.forget();
      if (end.kind === 'rotate' && wasReady && (wasRenewed || retries.mayRotate())) {
        logger.info('channel.rotating', { ...this.#who(), reason: this.#clean(end.reason) });
        this.#dispatch({ type: 'rotating' });
        await this.#pause(rotateDelayMs(random.unit()), signal);
      } else {
        const failure = cleanFailure(
          end.kind === 'failed' ? end.failure : endedUnasked(end.kind, wasReady),
          this.#clean,
        );
        const decision = retries.decide(failure, random.unit());
        const retry = decision.kind === 'retry' ? { retryInMs: decision.delayMs } : {};
        logger.warn('channel.epoch-failed', {
          ...this.#who(),
          class: failure.class,
          code: failure.code,
          message: failure.message,
          ...retry,
        });
        this.#dispatch({ type: 'failed', failure, ...retry });
        if (decision.kind === 'block') return;
        await this.#pause(decision.delayMs, signal, failure.class === 'rate_limited');
      }
      if (signal.aborted) return;
    }
  }

  /**
   * Until the time is over, the run ends, or somebody is in a hurry. What the vendor asked for (`isAsked`) no hurry
   * cuts short; but a machine that slept may have waited long enough without its timer knowing.
   */
  async #pause(ms: number, signal: AbortSignal, isAsked = false): Promise<void> {
    const { clock } = this.#options;
    const waiting = new AbortController();
    const end = () => waiting.abort();
    const endsAt = clock.now() + ms;
    signal.addEventListener('abort', end, { once: true });
    this.#hurry = () => {
      if (!isAsked || clock.now() >= endsAt) end();
    };
    await delay(clock, ms, waiting.signal);
    this.#hurry = undefined;
    signal.removeEventListener('abort', end);
  }

  #accept(received: Omit<InboundMessage, 'channel' | 'accountId'>): 'accepted' | 'duplicate' {
    const message = fitMessage(received);
    if (message === undefined) {
      this.#dispatch({ type: 'rejected', epoch: this.#epoch, failure: UNFIT_MESSAGE });
      return 'duplicate';
    }
    if (!this.#replay.accept(message.messageId)) return 'duplicate';
    this.#dispatch({ type: 'inbound', epoch: this.#epoch });
    this.#options.onInbound({ ...this.#who(), ...message });
    return 'accepted';
  }

  async #probeOnce(timeoutMs: number, controller: AbortController): Promise<void> {
    const { adapter, clock, store } = this.#options;
    const resolution = this.#resolution;
    const { signal } = controller;
    const ask = async (): Promise<ProbeOutcome> => {
      await store.open();
      const inBand = this.#live?.probe;
      if (inBand !== undefined) return inBand(signal);
      if (adapter.probe === undefined) {
        return { ok: false, error: 'can only be checked over its own connection, which is down' };
      }
      return adapter.probe(resolution.account, this.context(signal));
    };
    const result = await boundedProbe(ask, { clock, timeoutMs, controller });
    // Stopped, or settings changed meanwhile: the answer is about an account that is no longer there.
    if (result === 'cancelled' || resolution !== this.#resolution) return;
    this.#dispatch({ type: 'probed', result });
  }

  #dispatch(event: AccountEvent): void {
    const next = nextAccountState(this.#state, cleanEvent(event, this.#clean), this.#options.clock.now());
    if (next === this.#state) return;
    const before = this.#state.runtime.phase;
    this.#state = next;
    if (next.runtime.phase !== before) {
      this.#options.logger.info('channel.phase', { ...this.#who(), from: before, to: next.runtime.phase });
    }
    this.#options.onChanged();
  }

  /** Texts from adapters may quote what a peer sent: no secret and no control character gets into the state. */
  readonly #clean = (text: string): string => cleanForeignText(this.#options.redact(text));

  #who(): { readonly channel: string; readonly accountId: string } {
    return { channel: this.#options.adapter.meta.id, accountId: this.account.accountId };
  }
}

const UNFIT_MESSAGE: EpochFailure = {
  class: 'protocol',
  code: 'unfit_message',
  message: 'a message with an id of more than 1,024 characters was not taken',
};

function endedUnasked(kind: 'aborted' | 'rotate', wasReady: boolean): EpochFailure {
  if (kind === 'aborted') {
    return { class: 'protocol', code: 'ended', message: 'the connection ended without a reason' };
  }
  return wasReady
    ? { class: 'server', code: 'rotates_often', message: 'asks to reconnect again and again' }
    : { class: 'server', code: 'rotated_early', message: 'asked to reconnect before it was ready' };
}
