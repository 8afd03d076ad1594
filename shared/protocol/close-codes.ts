// Every close code this gateway sends, with its exact reason text (protocol page section 1.6).

export interface CloseSpec {
  readonly code: number;
  readonly reason: string;
}

export const CLOSE = {
  /** Handshake deadline passed, or JSON that cannot be parsed before connect: upstream gives no reason. */
  normal: { code: 1000, reason: '' },
  protocolMismatch: { code: 1002, reason: 'protocol mismatch' },
  /** Binary frames are not part of the protocol (RFC 6455 section 7.4.1). */
  unsupportedData: { code: 1003, reason: 'text frames only' },
  invalidFrame: { code: 1008, reason: 'invalid request frame' },
  notConnect: { code: 1008, reason: 'invalid handshake: first request must be connect' },
  invalidRole: { code: 1008, reason: 'invalid role' },
  slowConsumer: { code: 1008, reason: 'slow consumer' },
  tooManyPending: { code: 1008, reason: 'too many pending handshake frames' },
  preauthTooLarge: { code: 1009, reason: 'preauth payload too large' },
  tooLarge: { code: 1009, reason: 'payload too large' },
  serviceRestart: { code: 1012, reason: 'service restart' },
  tooManyUnauthenticated: { code: 1013, reason: 'too many unauthenticated sockets' },
  gatewayStarting: { code: 1013, reason: 'gateway starting' },
  authChanged: { code: 4001, reason: 'gateway auth changed' },
  /** The device of this session was removed, or its token rotated or revoked. */
  deviceRemoved: { code: 4001, reason: 'client invalidated: device-pair-removed' },
  deviceTokenRotated: { code: 4001, reason: 'client invalidated: device-token-rotated' },
  deviceTokenRevoked: { code: 4001, reason: 'client invalidated: device-token-revoked' },
} as const satisfies Record<string, CloseSpec>;

const MAX_REASON_BYTES = 120;

/** Close reasons are at most 123 bytes (RFC 6455 section 5.5); upstream cuts at about 120. Cuts between code points. */
export function closeReason(text: string): string {
  if (text.length * 3 <= MAX_REASON_BYTES) return text;
  const encoder = new TextEncoder();
  const target = new Uint8Array(MAX_REASON_BYTES);
  const { read } = encoder.encodeInto(text, target);
  return text.slice(0, read);
}
