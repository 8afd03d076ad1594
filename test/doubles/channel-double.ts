// What every channel's double offers, so that one table of rows can drive them all. A double is a strict server on
// 127.0.0.1 port 0 that speaks its vendor's wire: unknown paths are 404, missing headers and wrong frames are errors
// as the vendor makes them. `npm run demo` uses the same doubles.

import type { Clock } from '../../electron/core/lib/clock';

/** The names of the rows' faults; a double throws for one that its wire does not have. */
export type Fault =
  /** From now on the vendor behaves. */
  | 'none'
  /** Connections are refused (the listening socket is closed; `none` listens on the same port again). */
  | 'down'
  /** Requests are taken and never answered. */
  | 'hang'
  /** Answers begin in time and do not end. */
  | 'slow'
  /** The vendor says that the credential is wrong. */
  | 'bad-credential'
  /** HTTP 429 or the wire's own word for it, with the vendor's delay where there is one (2 s). */
  | 'rate-limit'
  /** HTTP 500 with an HTML page. */
  | 'server-error'
  /** Not what the wire allows: broken JSON or frames. */
  | 'malformed'
  /** An answer or a frame of more than 1 MiB. */
  | 'huge'
  /** The link stays open and says nothing more: no heartbeat, no poll answer. */
  | 'mute';

/** Things that happen once, to the link that is open now. */
export type Incident =
  /** The TCP connection is cut without a word. */
  | 'cut'
  /** The vendor closes as it does for maintenance; the client may come back. */
  | 'close'
  /** The vendor asks for a planned reconnect. */
  | 'rotate'
  /** The same account was opened elsewhere. */
  | 'kick'
  /** The credential was revoked while the link is open, and is wrong from then on. */
  | 'revoke';

export interface DoubleRequest {
  /** `http`: method and path without query; `ws`: the frame's own name. */
  readonly via: 'http' | 'ws';
  readonly name: string;
  readonly body: unknown;
}

export interface SentText {
  readonly to: string;
  readonly text: string;
}

export interface ChannelDouble {
  readonly channel: string;
  /** What goes under `channels.<id>` or `accounts.<id>` in the settings to reach this double, endpoints included. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** By OpenClaw's key, as channel-kinds names them. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What a login would have left in the account's store; only for channels with a login. */
  readonly stored?: Readonly<Record<string, unknown>>;
  readonly incidents: readonly Incident[];
  /** Every request and frame in order. */
  readonly log: readonly DoubleRequest[];
  /** Every text that a client has sent and the double has confirmed. */
  readonly sent: readonly SentText[];
  /** Clients that hold a link (a socket, or a poll that waits) now. */
  readonly links: number;
  /** Resolves when a client has a link; at once when there is one. */
  linked(): Promise<void>;
  /** Resolves when `log` has an entry that `match` likes; looks at those that are there first. */
  seen(match: (request: DoubleRequest) => boolean): Promise<DoubleRequest>;
  /** A user writes: resolves with the vendor's message id when it was handed to the link (or queued for the next). */
  deliver(message: {
    readonly text: string;
    readonly sender?: string;
    readonly senderName?: string;
    readonly conversation?: string;
    readonly messageId?: string;
  }): Promise<string>;
  fault(fault: Fault): Promise<void>;
  happen(incident: Incident): Promise<void>;
  /** Ends every connection; resolves when the port is free. */
  close(): Promise<void>;
}

export interface DoubleOptions {
  /** For hold times and heartbeats; the system's when absent. */
  readonly clock?: Clock;
}
