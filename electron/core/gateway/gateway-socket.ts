// The WebSocket class the server instantiates. ws has one payload limit per server and no public setter per
// connection; this subclass is the one place that changes it after authentication, pinned by
// test/raw/enforces-payload-limits. It also names the reason when ws itself closes for size.

import { WebSocket } from 'ws';
import { CLOSE } from '../../../shared/protocol/close-codes';
import { LIMITS } from './limits';

interface ReceiverWithLimit {
  _maxPayload: number;
  _maxFragments: number;
}

export class GatewaySocket extends WebSocket {
  #authenticated = false;

  /** From now on frames may be as large as `policy.maxPayload`. */
  raisePayloadLimit(): void {
    this.#authenticated = true;
    const receiver = (this as unknown as { _receiver: ReceiverWithLimit })._receiver;
    receiver._maxPayload = LIMITS.payloadBytes;
  }

  override close(code?: number, reason?: string | Buffer): void {
    // ws closes by itself with 1009 and no text when a frame is over the limit; clients show the text.
    if (code === 1009 && (reason === undefined || reason.length === 0)) {
      super.close(code, this.#authenticated ? CLOSE.tooLarge.reason : CLOSE.preauthTooLarge.reason);
      return;
    }
    super.close(code, reason);
  }
}
