// The internal probe: connects to the address the listener itself reports, as OpenClaw's own helper would, with
// the credential leased at that moment, and asks `channels.status`. Reports four facts apart. Never two at once.
// This is the client of openclaw/openclaw#75898; the promise is that it is never refused.

import type { ProbeReport, ProbeStatus } from '../../../shared/model/status';
import { CLOSE } from '../../../shared/protocol/close-codes';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import type { Subscribe } from '../lib/emitter';
import { Emitter } from '../lib/emitter';
import type { InternalPeers } from '../lib/internal-peers';
import type { Logger } from '../lib/logger-port';
import type { TokenStore } from '../tokens/token-store';
import type { CallOutcome, CallStep } from './gateway-client';
import { callGateway } from './gateway-client';

const TIMEOUT_MS = 3_000;
/** Closed because the credential changed under us, which says nothing about the gateway's health. */
const AUTH_CHANGED = CLOSE.authChanged.code;
/** The gateway said that it stops or is not up yet. */
const OWN_STOPS: readonly number[] = [CLOSE.serviceRestart.code, CLOSE.gatewayStarting.code];
/** One retry answers one rotation; a second rotation within the same three seconds gets the second. */
const MAX_RETRIES = 2;

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly epoch: number;
}

export interface ChannelsProbeOptions {
  readonly tokens: TokenStore;
  /** Where the listener is; `epoch` changes with every bind, also on the same port. */
  readonly address: () => ListenAddress | undefined;
  readonly internalPeers: InternalPeers;
  readonly intervalMs: () => number;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of every step of every try; the walk-through and the race tests listen. */
  readonly onStep?: (step: CallStep) => void;
}

export class ChannelsProbe {
  readonly #options: ChannelsProbeOptions;
  readonly #logger: Logger;
  readonly #changed: Emitter<void>;
  #running: Promise<ProbeReport> | undefined;
  #next: Promise<ProbeReport> | undefined;
  /** Of the listener that the probe in flight was started for. */
  #epoch: number | undefined;
  #last: ProbeReport | undefined;
  #lastOkAt: number | undefined;
  #internalRefusals = 0;
  #timer: Disposable | undefined;
  #stopped = true;

  readonly onChanged: Subscribe<void>;

  constructor(options: ChannelsProbeOptions) {
    this.#options = options;
    this.#logger = options.logger.child('gateway/probe');
    this.#changed = new Emitter((error) =>
      this.#logger.error('probe.listener-threw', { error: String(error) }),
    );
    this.onChanged = this.#changed.on;
  }

  start(): void {
    this.#stopped = false;
    this.#schedule();
  }

  /** Waits for the probe in flight, which has its own deadline. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.dispose();
    await this.#running;
  }

  status(): ProbeStatus {
    return {
      running: this.#running !== undefined,
      intervalMs: this.#options.intervalMs(),
      ...(this.#last === undefined ? {} : { last: this.#last }),
      ...(this.#lastOkAt === undefined ? {} : { lastOkAt: this.#lastOkAt }),
      internalRefusals: this.#internalRefusals,
    };
  }

  /** The auth log saw a refusal on a socket of ours. */
  countInternalRefusal(): void {
    this.#internalRefusals += 1;
    this.#changed.emit();
  }

  /**
   * Joins the probe in flight, unless that one dialled a listener that is gone since: then a new one follows it.
   * Counts the interval anew afterwards.
   */
  run(trigger: ProbeReport['trigger']): Promise<ProbeReport> {
    const epoch = this.#options.address()?.epoch;
    if (this.#running !== undefined) {
      if (this.#epoch === epoch && trigger !== 'rotation') return this.#running;
      this.#next ??= this.#running.then(() => {
        this.#next = undefined;
        return this.run(trigger);
      });
      return this.#next;
    }
    this.#epoch = epoch;
    this.#running = this.#probe(trigger).finally(() => {
      this.#running = undefined;
      this.#changed.emit();
      this.#schedule();
    });
    this.#changed.emit();
    return this.#running;
  }

  /** The interval setting changed. */
  reschedule(): void {
    this.#schedule();
  }

  #schedule(): void {
    this.#timer?.dispose();
    if (this.#stopped) return;
    this.#timer = this.#options.clock.setTimeout(() => void this.run('schedule'), this.#options.intervalMs());
  }

  async #probe(trigger: ProbeReport['trigger']): Promise<ProbeReport> {
    const { clock, tokens } = this.#options;
    const at = clock.now();
    const startedMs = clock.monotonicMs();
    let retried = false;
    let leased = tokens.generation;
    let outcome: CallOutcome | undefined;
    for (let attempt = 0; attempt <= MAX_RETRIES; attempt += 1) {
      outcome = await this.#call((generation) => {
        leased = generation;
      });
      if (outcome === undefined || outcome.ok || !isRetryable(outcome.closeCode)) break;
      retried = true;
    }
    // Stopped or restarted by ourselves under the probe: that is no fact about the gateway.
    if (outcome?.ok === false && outcome.closeCode !== undefined && OWN_STOPS.includes(outcome.closeCode)) {
      outcome = undefined;
    }
    const report: ProbeReport = {
      at,
      durationMs: Math.round(clock.monotonicMs() - startedMs),
      trigger,
      ...factsOf(outcome),
      ...(outcome?.ok === true ? { generation: leased } : {}),
      retried,
    };
    this.#remember(report);
    return report;
  }

  #call(onLease: (generation: number) => void): Promise<CallOutcome | undefined> {
    const { address, clock, internalPeers, onStep, tokens, version } = this.#options;
    const target = address();
    if (target === undefined) return Promise.resolve(undefined);
    let registered: Disposable | undefined;
    return callGateway({
      host: target.host,
      port: target.port,
      clock,
      timeoutMs: TIMEOUT_MS,
      client: { id: 'gateway-client', mode: 'backend', displayName: 'gateway:channels.status', version },
      scopes: ['operator.read'],
      lease: () => {
        const lease = tokens.lease();
        if (lease !== undefined) onLease(lease.generation);
        return lease?.secret;
      },
      method: 'channels.status',
      params: { probe: false },
      onSocket: (socket) => {
        registered = internalPeers.add(socket.localAddress ?? '', socket.localPort ?? 0);
        socket.once('close', () => registered?.dispose());
      },
      ...(onStep === undefined ? {} : { onStep }),
    });
  }

  #remember(report: ProbeReport): void {
    const wasOk = this.#last === undefined || this.#last.error === undefined;
    this.#last = report;
    if (report.error === undefined) this.#lastOkAt = report.at;
    if (report.error !== undefined && wasOk) this.#logger.warn('probe.failed', { ...report });
    if (report.error === undefined && !wasOk)
      this.#logger.info('probe.recovered', { durationMs: report.durationMs });
  }
}

function isRetryable(closeCode: number | undefined): boolean {
  return closeCode === AUTH_CHANGED || (closeCode !== undefined && OWN_STOPS.includes(closeCode));
}

type Facts = Pick<ProbeReport, 'portOpen' | 'protocol' | 'credential' | 'scope' | 'error'>;

const ALL_OK: Facts = { portOpen: 'ok', protocol: 'ok', credential: 'ok', scope: 'ok' };
const NOT_RUN: Facts = { portOpen: 'not-run', protocol: 'not-run', credential: 'not-run', scope: 'not-run' };

/** Each fact is proven by the step after it; what comes behind the first failure was not tested. */
function factsOf(outcome: CallOutcome | undefined): Facts {
  if (outcome === undefined) return { ...NOT_RUN, error: 'the gateway is not listening' };
  if (outcome.ok) return ALL_OK;
  const error = outcome.error?.message ?? outcome.message;
  switch (outcome.reached) {
    case undefined:
      return { ...NOT_RUN, portOpen: 'failed', error };
    case 'dial':
    case 'open':
      return { ...NOT_RUN, portOpen: 'ok', protocol: 'failed', error };
    case 'challenge':
    case 'leased':
    case 'sent': {
      const answered = outcome.error !== undefined;
      return {
        ...NOT_RUN,
        portOpen: 'ok',
        protocol: answered ? 'ok' : 'failed',
        credential: answered ? 'failed' : 'not-run',
        error,
      };
    }
    default:
      // Only an answer can say that the scope is missing; silence says nothing about it.
      return { ...ALL_OK, scope: outcome.error === undefined ? 'not-run' : 'failed', error };
  }
}
