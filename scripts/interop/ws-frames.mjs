// Reads WebSocket messages out of one direction of a byte stream: just enough to write down what two programs said to
// each other (no compression, which neither side offers). Pure.

const TEXT = 0x1;
const CLOSE = 0x8;

/**
 * @typedef {{ text: string } | { close: number, reason: string }} WsMessage
 * @returns {(chunk: Buffer) => WsMessage[]} feed it every chunk after the handshake; it gives what became complete
 */
export function wsReader() {
  let rest = Buffer.alloc(0);
  /** @type {Buffer[]} */
  let parts = [];
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages = [];
    for (let frame = readFrame(rest); frame !== undefined; frame = readFrame(rest)) {
      rest = rest.subarray(frame.size);
      if (frame.opcode === CLOSE) messages.push(closeOf(frame.payload));
      if (frame.opcode > TEXT) continue;
      parts.push(frame.payload);
      if (!frame.isLast) continue;
      messages.push({ text: Buffer.concat(parts).toString() });
      parts = [];
    }
    return messages;
  };
}

/** @param {Buffer} bytes */
function readFrame(bytes) {
  if (bytes.length < 2) return undefined;
  const isMasked = (bytes[1] & 0x80) !== 0;
  let length = bytes[1] & 0x7f;
  let at = 2;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    length = bytes.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  const start = at + (isMasked ? 4 : 0);
  if (bytes.length < start + length) return undefined;
  const payload = Buffer.from(bytes.subarray(start, start + length));
  if (isMasked) for (let index = 0; index < length; index++) payload[index] ^= bytes[at + (index % 4)];
  return { isLast: (bytes[0] & 0x80) !== 0, opcode: bytes[0] & 0x0f, payload, size: start + length };
}

function closeOf(payload) {
  if (payload.length < 2) return { close: 1005, reason: '' };
  return { close: payload.readUInt16BE(0), reason: payload.subarray(2).toString() };
}
