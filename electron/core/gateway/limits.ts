// Every limit of the gateway in one place (protocol section 1.4; SEC-7; settled "Wire"). Tests hold them and
// what they do, so a change here is a change of behaviour on purpose.

import type { ServerOptions as HttpServerOptions } from 'node:http';
import type { ServerOptions as WsServerOptions } from 'ws';

export const LIMITS = {
  /** A frame before `connect` is answered. */
  preauthPayloadBytes: 65_536,
  /** A frame afterwards; `policy.maxPayload`. */
  payloadBytes: 26_214_400,
  /** Pieces of one message and of one read, once the peer is known; strangers get far fewer (WS_OPTIONS). */
  fragments: 16_384,
  bufferedChunks: 32_768,
  /** Send buffer of one connection; upstream allows 50 MiB, which 200 stalled readers turn into 10 GB. */
  bufferedBytes: 4_194_304,
  /** Reads of a connection pause above this and go on when the peer has taken everything. */
  bufferedHighBytes: 1_048_576,
  /** A connection that has not taken everything this long after its reads paused is a slow consumer. */
  stalledMs: 8_000,
  /** So much after its last sign that it reads, a connection is asked for one and has `stalledMs` to give it. */
  unprovenBytes: 131_072,
  /** From accept to answered `connect`, absolute: inbound traffic does not extend it. */
  handshakeMs: 15_000,
  /** Sockets that have not authenticated. When full, the oldest silent one goes, not the newcomer. */
  preauthPerPeer: 32,
  preauthTotal: 256,
  /** So young a socket may be over the peer's number: a right client in a burst needs time for its first frame. */
  preauthYoungMs: 250,
  /** Requests of one connection that are being handled. */
  pendingRequests: 128,
  requestMs: 30_000,
  tickIntervalMs: 30_000,
  depth: 64,
  keys: 10_000,
  /** How long a refused or closed peer may linger without answering the close frame. */
  closeGraceMs: 1_000,
  portRetryMs: 2_000,
} as const;

export const WS_OPTIONS = {
  noServer: true,
  perMessageDeflate: false,
  clientTracking: false,
  maxPayload: LIMITS.preauthPayloadBytes,
  // Fragments are a memory weapon: ws's own default lets 32 silent sockets take half a gigabyte.
  maxFragments: 256,
  maxBufferedChunks: 4_096,
  closeTimeout: LIMITS.closeGraceMs,
  skipUTF8Validation: false,
  autoPong: true,
} as const satisfies WsServerOptions & Record<string, unknown>;

export const HTTP_OPTIONS = {
  maxHeaderSize: 8_192,
  headersTimeout: 5_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 500,
  // A system call for each socket; ws asks for it itself where it matters.
  noDelay: false,
} as const satisfies HttpServerOptions;

export const MAX_HEADERS_COUNT = 64;
