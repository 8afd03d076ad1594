// The seam between a channel's wire protocol and the manager. An adapter knows one wire and nothing else: no
// retries, no state of its own, no timer or route that outlives `run`. Implemented under adapters/, called by
// account-supervisor only.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FailureClass, InboundMessage } from '../../../shared/model/channel';
import type { Settings, SettingsPatch } from '../../../shared/model/settings';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import type { Logger } from '../lib/logger-port';
import type { Random } from '../lib/random';
import type { Secret } from '../lib/secret';

/** Answers one HTTP request on the gateway's own listener; always ends the response. */
export type HttpRoute = (request: IncomingMessage, response: ServerResponse) => void;

/** As an adapter writes it: a rejection is answered with 500 and logged, it never leaves the account. */
export type AdapterRoute = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** What is the same for every account of a channel; the upstream `channels.status` maps are made of it. */
export interface ChannelMeta {
  readonly id: string;
  readonly label: string;
  readonly detailLabel: string;
  /** SF Symbols style name, as upstream's apps expect. */
  readonly systemImage: string;
  /** Position in lists, low first. */
  readonly order: number;
}

export interface TransportPolicy {
  /**
   * `outbound`: we hold a connection, so `connected` is true from `ready` to the first loss.
   * `inbound`: others come to us, so there is nothing to be connected to and `connected` stays undefined.
   */
  readonly direction: 'outbound' | 'inbound';
  /** From the start of an epoch to `ready`; past it the epoch is aborted as a network failure. */
  readonly readyTimeoutMs: number;
}

export interface ResolvedAccount {
  readonly accountId: string;
  readonly name?: string;
  readonly enabled: boolean;
  readonly configured: boolean;
  /** Why `configured` is false, in words that say what to do. */
  readonly problems: readonly string[];
  /** Everything in here is kept out of logs and states by the redactor. */
  readonly secrets: readonly Secret[];
  readonly webhookPath?: string;
}

export interface SecretReader {
  get(name: string): Secret | undefined;
  /** Set when stored secrets cannot be read at all: why, in words. */
  readonly unreadable?: string;
}

export interface ChannelConfig<A extends ResolvedAccount> {
  listAccountIds(settings: Settings): readonly string[];
  /** Never throws for what a user can write: problems go to `problems`. */
  resolve(settings: Settings, accountId: string, secrets: SecretReader): A;
  /** Changes exactly when the account has to be restarted to obey its settings or secrets. Kept in memory only. */
  fingerprint(account: A): string;
  enabledPatch(settings: Settings, accountId: string, enabled: boolean): SettingsPatch;
  /** Present when the channel's secret is one that we make: its name in the vault. */
  ownSecretName?(accountId: string): string;
}

export interface EpochFailure {
  readonly class: FailureClass;
  readonly code?: string | number;
  readonly message: string;
  /** What a person can do about it. */
  readonly fix?: string;
  /** The peer's own wish (Retry-After); obeyed for `rate_limited`. */
  readonly retryAfterMs?: number;
}

export type EpochEnd =
  | { readonly kind: 'aborted' }
  /** The peer asked for a planned reconnect: no penalty. */
  | { readonly kind: 'rotate'; readonly reason: string }
  | { readonly kind: 'failed'; readonly failure: EpochFailure };

/** Everything an epoch may touch. After its end or abort every call in here does nothing. */
export interface EpochContext {
  readonly epoch: number;
  readonly signal: AbortSignal;
  /** Timers set here are cleared at the end of the epoch; a callback that throws ends the epoch, not the process. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  phase(phase: 'authenticating' | 'connecting'): void;
  /** `evidence` is what was seen that proves it; required in effect for outbound channels, absent for inbound ones. */
  ready(info: { readonly mode: string; readonly evidence?: string }): void;
  /** Any proof of life from the peer (ack, pong, poll answer, delivery); becomes the dated evidence. */
  activity(evidence: string): void;
  /** One message of a user. Returns at once; `closed` means that the epoch is over and nothing was accepted. */
  inbound(message: Omit<InboundMessage, 'channel' | 'accountId'>): 'accepted' | 'duplicate' | 'closed';
  /** Something from the peer was turned down; counted, and shown as the last error. */
  rejected(failure: EpochFailure): void;
  /** Serves `path` on the gateway's listener until disposed or the epoch ends. Throws when the path is taken. */
  route(path: string, route: AdapterRoute): Disposable;
}

export interface ProbeContext {
  /** Aborted at the deadline; the manager does not wait any longer than that. */
  readonly signal: AbortSignal;
  hasRoute(path: string): boolean;
}

export interface ProbeOutcome {
  readonly ok: boolean;
  readonly error?: string;
  /** What the probe does not say, for channels whose probe is weak. */
  readonly note?: string;
}

export interface ChannelAdapter<A extends ResolvedAccount = ResolvedAccount> {
  readonly meta: ChannelMeta;
  readonly policy: TransportPolicy;
  readonly config: ChannelConfig<A>;
  /** One connection epoch: resolves when it is over, within 2 s of an abort. Rejects only on a bug. */
  run(account: A, context: EpochContext): Promise<EpochEnd>;
  probe?(account: A, context: ProbeContext): Promise<ProbeOutcome>;
}
