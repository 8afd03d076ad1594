// Channel account state as the panel, the tray and `channels.status` project it. Written only by
// core/channels/channel-manager; every claim carries its evidence and the instant of that evidence.

export type ChannelId = string;

/** The manager's state machine, one per account (reference/channels section 3.3). */
export type ChannelPhase =
  | 'unconfigured'
  | 'disabled'
  | 'starting'
  | 'authenticating'
  | 'connecting'
  | 'ready'
  | 'backoff'
  | 'blocked'
  | 'stopping'
  | 'stopped';

export type FailureClass =
  | 'auth'
  | 'config'
  | 'permission'
  | 'kicked'
  | 'banned'
  | 'rate_limited'
  | 'network'
  | 'server'
  | 'protocol';

export interface ChannelFailure {
  readonly class: FailureClass;
  readonly code?: string | number;
  readonly message: string;
  readonly fix?: string;
  readonly at: number;
}

/** Who the account is at its vendor. */
export interface ChannelIdentity {
  readonly id?: string;
  readonly name?: string;
}

export interface ChannelProbeResult {
  readonly ok: boolean;
  readonly elapsedMs: number;
  readonly at: number;
  readonly error?: string;
  readonly fix?: string;
  /** Whose fault it is; absent when nobody can say. */
  readonly class?: FailureClass;
  /** The form's field at fault, as in channel-kinds. */
  readonly field?: string;
  readonly identity?: ChannelIdentity;
  readonly timedOut?: boolean;
  /** What the probe does not say, for channels whose probe is weak. */
  readonly note?: string;
}

export interface ChannelAccountStatus {
  readonly channel: ChannelId;
  readonly label: string;
  readonly accountId: string;
  readonly name?: string;
  readonly enabled: boolean;
  readonly configured: boolean;
  readonly phase: ChannelPhase;
  /** What the panel and the tray call this state (channel-word.ts); `unknown` while the gateway is down. */
  readonly word: ChannelWord;
  /**
   * True only between protocol proof and the first sign of loss. Undefined for channels that have
   * nothing to be connected to (webhook): "not checked" until its first accepted delivery.
   */
  readonly connected?: boolean;
  /** The newest proof: what was seen and when. Absent until there is one. */
  readonly evidence?: { readonly what: string; readonly at: number };
  readonly mode?: string;
  /** Where to deliver to, for inbound HTTP channels; a path, never with a secret. */
  readonly webhookPath?: string;
  readonly credentialSource: 'store' | 'none';
  readonly problems: readonly string[];
  readonly reconnectAttempts: number;
  readonly nextRetryAt?: number;
  readonly lastStartAt?: number;
  readonly lastStopAt?: number;
  readonly lastConnectedAt?: number;
  /** `status`: the number that the wire gave for it (close code, HTTP status, the vendor's code), where it gave one. */
  readonly lastDisconnect?: { readonly at: number; readonly status?: number; readonly error: string };
  readonly lastInboundAt?: number;
  readonly lastOutboundAt?: number;
  /** Anything that the vendor told, a message or not; heartbeats and answers to our polls without news are none. */
  readonly lastEventAt?: number;
  readonly lastTransportActivityAt?: number;
  readonly lastError?: ChannelFailure;
  /** Parts that do not work although the link does, newest last. */
  readonly warnings: readonly ChannelFailure[];
  readonly identity?: ChannelIdentity;
  /** Only for channels with a login: is somebody logged in. */
  readonly linked?: boolean;
  /** How often the vendor lets us begin a new session until its day is over, where it rations that. */
  readonly sessionStartsLeft?: number;
  /** When the vendor ends the login (epoch ms), as far as one can know. */
  readonly expiresAt?: number;
  /** A text can be sent now. */
  readonly canSend: boolean;
  /** Exact counts since start. */
  readonly received: number;
  readonly rejected: number;
  readonly probe?: ChannelProbeResult;
}

export type ChatType = 'direct' | 'group' | 'channel';

/** A message of a user, the same shape for every channel. */
export interface InboundMessage {
  readonly channel: ChannelId;
  readonly accountId: string;
  /** Unique per channel and account; duplicates are dropped by it. */
  readonly messageId: string;
  readonly chatType: ChatType;
  /** What `send` takes as `to` to answer in the same place. */
  readonly conversationId: string;
  readonly threadId?: string;
  readonly senderId: string;
  readonly senderName?: string;
  /** Empty when the message holds something else than text; `kind` says what. */
  readonly text: string;
  /** The vendor's word for what is not text: image, file, voice … */
  readonly kind?: string;
  /** Epoch ms: when the vendor says it was sent, or else when it came. */
  readonly at: number;
}

/** A message in the journal: what came in, and what the vendor has confirmed as sent. */
export interface JournalMessage {
  /** Rises by one with every message of this installation. */
  readonly seq: number;
  readonly direction: 'in' | 'out';
  readonly channel: ChannelId;
  readonly accountId: string;
  /** The vendor's; absent for sent messages that the vendor gave no id. */
  readonly messageId?: string;
  readonly chatType?: ChatType;
  readonly conversationId: string;
  readonly threadId?: string;
  readonly senderId?: string;
  readonly senderName?: string;
  readonly text: string;
  readonly kind?: string;
  readonly at: number;
  /** When the journal got it (epoch ms). */
  readonly recordedAt: number;
}

/** The nine words of design/product "States"; shape and colour follow from the word. */
export type ChannelWord =
  | 'connected'
  | 'connecting'
  | 'degraded'
  | 'action-needed'
  | 'retrying'
  | 'disconnected'
  | 'off'
  | 'not-checked'
  | 'unknown';
