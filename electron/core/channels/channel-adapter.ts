// The seam between a channel's wire protocol and the manager. An adapter knows one wire and nothing else: no
// retries, no state of its own, no timer or route that outlives `run`. Implemented under adapters/, called by
// account-supervisor only.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChannelIdentity, FailureClass, InboundMessage } from '../../../shared/model/channel';
import type { Settings, SettingsPatch } from '../../../shared/model/settings';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import type { Logger } from '../lib/logger-port';
import type { Random } from '../lib/random';
import type { Result } from '../lib/result';
import type { Secret } from '../lib/secret';
import type { AccountStore } from './account-store';
import type { ChannelNet } from './net/channel-net';

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
  /**
   * Ready, and no `activity` for this long: the health monitor ends the epoch as a network failure. The second line
   * behind the adapter's own heartbeat; at least three of its beats and 2 min.
   */
  readonly staleAfterMs?: number;
  /** What `kicked` means here. `block` (default): another holder has the account. `retry`: a conflict that may pass. */
  readonly whenKicked?: 'block' | 'retry';
  /** The vendor ends the older of two connections of one account, so that a check beside a live one would end it. */
  readonly oneConnection?: true;
  /** Cap of the curve for transient failures where the vendor rations new sessions; 60 s when absent. */
  readonly maxRetryMs?: number;
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
  /** Only for channels with a login: false until somebody has logged in. */
  readonly linked?: boolean;
}

export interface SecretReader {
  get(name: string): Secret | undefined;
  /** Set when stored secrets cannot be read at all: why, in words. */
  readonly unreadable?: string;
}

export interface ChannelConfig<A extends ResolvedAccount> {
  listAccountIds(settings: Settings, secrets: SecretReader): readonly string[];
  /** Never throws for what a user can write: problems go to `problems`. */
  resolve(settings: Settings, accountId: string, secrets: SecretReader): A;
  /** Changes exactly when the account has to be restarted to obey its settings or secrets. Kept in memory only. */
  fingerprint(account: A): string;
  /** `accountIds`: all there are. Only this one is switched, also where the whole channel was off. */
  enabledPatch(
    settings: Settings,
    accountId: string,
    enabled: boolean,
    accountIds?: readonly string[],
  ): SettingsPatch;
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
  /** The vendor says that trying again is of no use: only a person can change it, so the account waits for one. */
  readonly terminal?: true;
}

export type EpochEnd =
  | { readonly kind: 'aborted' }
  /** The peer asked for a planned reconnect: no penalty. */
  | { readonly kind: 'rotate'; readonly reason: string }
  | { readonly kind: 'failed'; readonly failure: EpochFailure };

/** One text to one conversation. */
export interface OutboundMessage {
  /** A conversation id as `inbound` gave it, or the vendor's own id of a user or chat. */
  readonly to: string;
  /** Not empty; at most `ChannelAdapter.textLimit` characters. */
  readonly text: string;
  /** Id of the message that this answers, where somebody chose one. */
  readonly replyToId?: string;
  /** The same for every try of one message: vendors that can, drop the second. */
  readonly idempotencyKey: string;
}

/** `messageId`: the vendor's, where it tells one. `ok` only when the vendor has confirmed it. */
export type SendOutcome = Result<{ readonly messageId?: string }, EpochFailure>;

/** What others may ask of a link while it is ready. */
export interface LiveLink {
  /** One at a time per account, each with a deadline (the signal). Never rejects but for a bug. */
  send?(message: OutboundMessage, signal: AbortSignal): Promise<SendOutcome>;
  /** For channels that cannot be probed beside the live connection; wins over `ChannelAdapter.probe`. */
  probe?(signal: AbortSignal): Promise<ProbeOutcome>;
}

/** Everything an epoch may touch. After its end or abort every call in here does nothing. */
export interface EpochContext {
  readonly epoch: number;
  readonly signal: AbortSignal;
  /** Timers set here are cleared at the end of the epoch; a callback that throws ends the epoch, not the process. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly net: ChannelNet;
  /** What outlives the epoch: cursors, sessions to resume, reply contexts. */
  readonly store: AccountStore;
  phase(phase: 'authenticating' | 'connecting'): void;
  /** `evidence` is what was seen that proves it; required in effect for outbound channels, absent for inbound ones. */
  ready(info: {
    readonly mode: string;
    readonly evidence?: string;
    readonly identity?: ChannelIdentity;
    readonly live?: LiveLink;
  }): void;
  /** Any proof of life from the peer (ack, pong, poll answer, delivery); becomes the dated evidence. */
  activity(evidence: string): void;
  /** Proof of life that is news, too: a message, a click, somebody who joins. Dated apart from heartbeats. */
  event(evidence: string): void;
  /**
   * One message of a user. Returns at once; `closed` means that the epoch is over and nothing was accepted. Texts are
   * cut to what is kept; a message with an id that is none (over 1,024 characters) counts as rejected, and is answered
   * as `duplicate`: there is nothing more to do with it.
   */
  inbound(message: Omit<InboundMessage, 'channel' | 'accountId'>): 'accepted' | 'duplicate' | 'closed';
  /**
   * Resolves when what `inbound` has accepted is on disk: from then on the vendor may be told so and forget it. Within
   * a second whatever the disk does, because vendors deliver again what is not acknowledged in three.
   */
  kept(): Promise<void>;
  /**
   * Alive, but a part does not work (an intent that was not granted, a second consumer); shown as "Degraded" until
   * the epoch ends or the same `code` is cleared.
   */
  warn(failure: EpochFailure & { readonly code: string | number }): void;
  clearWarning(code: string | number): void;
  /** The vendor rations new sessions: so many are left. */
  sessionStartsLeft(count: number): void;
  /** The vendor ends the login then (epoch ms); the panel warns ahead. */
  expiresAt(at: number): void;
  /** Something from the peer was turned down; counted, and shown as the last error. */
  rejected(failure: EpochFailure): void;
  /** Serves `path` on the gateway's listener until disposed or the epoch ends. Throws when the path is taken. */
  route(path: string, route: AdapterRoute): Disposable;
}

export interface ProbeContext {
  /** Aborted at the deadline; the manager does not wait any longer than that. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly net: ChannelNet;
  readonly store: AccountStore;
  hasRoute(path: string): boolean;
}

export interface ProbeOutcome {
  readonly ok: boolean;
  readonly error?: string;
  /** What a person can do about the error. */
  readonly fix?: string;
  /** Whose fault it is; absent when nobody can say. */
  readonly class?: FailureClass;
  /** The form's field at fault, as in channel-kinds. */
  readonly field?: string;
  /** What the probe does not say, for channels whose probe is weak. */
  readonly note?: string;
  readonly identity?: ChannelIdentity;
}

/** One step of a login by QR code. */
export type LoginStep =
  | { readonly state: 'wait' | 'scanned' | 'confirm' }
  /** A number is shown on the phone and has to be typed in here. */
  | { readonly state: 'need-code' }
  | { readonly state: 'expired' | 'blocked'; readonly message: string }
  | { readonly state: 'failed'; readonly failure: EpochFailure }
  /** Scanned by an account that is logged in here already. */
  | { readonly state: 'already-linked' }
  | {
      readonly state: 'connected';
      /** What the account shall be called in the settings when nobody chose a name. */
      readonly accountId: string;
      /** For the vault, by the keys of `loginSecrets`. */
      readonly secrets: Readonly<Record<string, Secret>>;
      /** For the account's store: what else the vendor told. */
      readonly stored: Readonly<Record<string, unknown>>;
      readonly identity?: ChannelIdentity;
    };

/** A login in progress; lives until `signal` of its context aborts. */
export interface Login {
  /** To be drawn as a QR code; not an image. */
  readonly qrText: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** One poll of the vendor: resolves with the step that the login has reached. `code`: what the phone shows. */
  next(code?: string): Promise<LoginStep>;
}

export interface LoginContext extends Omit<ProbeContext, 'hasRoute' | 'store'> {
  /** Tokens of accounts that are logged in here: the vendor wants to know them. */
  readonly knownSecrets: readonly Secret[];
  readonly endpoints: Readonly<Record<string, string>>;
}

export interface ChannelAdapter<A extends ResolvedAccount = ResolvedAccount> {
  readonly meta: ChannelMeta;
  readonly policy: TransportPolicy;
  readonly config: ChannelConfig<A>;
  /** Longest text of one message, in characters; absent where nothing can be sent. */
  readonly textLimit?: number;
  /** One connection epoch: resolves when it is over, within 2 s of an abort. Rejects only on a bug. */
  run(account: A, context: EpochContext): Promise<EpochEnd>;
  probe?(account: A, context: ProbeContext): Promise<ProbeOutcome>;
  /** Are these credentials right? Asked before they are saved; `probe` when absent. */
  check?(account: A, context: ProbeContext): Promise<ProbeOutcome>;
  login?(context: LoginContext): Promise<Result<Login, EpochFailure>>;
  /** Tells the vendor that a login is over; its outcome changes nothing here. */
  logout?(account: A, context: ProbeContext): Promise<void>;
}
