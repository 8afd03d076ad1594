// The WebSocket class the server instantiates. ws has one payload limit per server and no public setter per
// connection; this subclass is the one place that changes it after authentication, pinned by
// test/raw/bounds-what-strangers-cost. It also names the reason when ws itself closes for size, and ends a socket as
// soon as both sides have said close.

import { WebSocket } from 'ws';
import { CLOSE } from '../../../shared/protocol/close-codes';
import { LIMITS } from './limits';

interface Internals {
  readonly _receiver: { _maxPayload: number; _maxFragments: number; _maxBufferedChunks: number };
  readonly _closeFrameReceived: boolean;
}

export class GatewaySocket extends WebSocket {
  #authenticated = false;
  /** What the server closed with, also when ws did so by itself for a broken frame. */
  lastClose: { readonly code: number; readonly reason: string } | undefined;

  /** From now on frames may be as large as `policy.maxPayload`. */
  raisePayloadLimit(): void {
    this.#authenticated = true;
    const { _receiver: receiver } = this as unknown as Internals;
    receiver._maxPayload = LIMITS.payloadBytes;
    // A large request may arrive in many small pieces.
    receiver._maxFragments = LIMITS.fragments;
    receiver._maxBufferedChunks = LIMITS.bufferedChunks;
  }

  override close(code?: number, reason?: string | Buffer): void {
    // ws calls this when the peer has answered our close frame. Nothing is left to say or to read, and waiting for
    // the socket's orderly end would be a fifth of what a refusal costs.
    const { _closeFrameReceived: answered } = this as unknown as Internals;
    if (this.readyState === this.CLOSING && answered && this.bufferedAmount === 0) {
      this.terminate();
      return;
    }
    // ws closes by itself with 1009 and no text when a frame is over the limit; clients show the text.
    const silent = code === 1009 && (reason === undefined || reason.length === 0);
    const named = this.#authenticated ? CLOSE.tooLarge.reason : CLOSE.preauthTooLarge.reason;
    const text = silent ? named : reason;
    this.lastClose ??= { code: code ?? 1005, reason: String(text ?? '') };
    super.close(code, text);
  }
}
