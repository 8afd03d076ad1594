// The frame of Feishu's long connection, protobuf message `pbbp2.Frame` (reference/channels section 4c), as bytes and
// back. Field names are the message's own. Pure; never throws for what a peer sends.

export interface FrameHeader {
  readonly key: string;
  readonly value: string;
}

export interface Frame {
  readonly SeqID: bigint;
  readonly LogID: bigint;
  /** The `service_id` of the connection's URL. */
  readonly service: number;
  readonly method: number;
  readonly headers: readonly FrameHeader[];
  readonly payloadEncoding?: string;
  readonly payloadType?: string;
  readonly payload?: Uint8Array;
  readonly LogIDNew?: string;
}

export const CONTROL = 0;
export const DATA = 1;

/** The vendor sends about ten; a frame with more is not one of its own. */
const MAX_HEADERS = 64;
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

export function headerOf(frame: Frame, key: string): string | undefined {
  return frame.headers.find((header) => header.key === key)?.value;
}

export function encodeFrame(frame: Frame): Uint8Array {
  const parts = [
    varintField(1, BigInt.asUintN(64, frame.SeqID)),
    varintField(2, BigInt.asUintN(64, frame.LogID)),
    varintField(3, int32Bits(frame.service)),
    varintField(4, int32Bits(frame.method)),
    ...frame.headers.map(({ key, value }) =>
      bytesField(5, Buffer.concat([textField(1, key), textField(2, value)])),
    ),
  ];
  if (frame.payloadEncoding !== undefined) parts.push(textField(6, frame.payloadEncoding));
  if (frame.payloadType !== undefined) parts.push(textField(7, frame.payloadType));
  if (frame.payload !== undefined) parts.push(bytesField(8, frame.payload));
  if (frame.LogIDNew !== undefined) parts.push(textField(9, frame.LogIDNew));
  return Buffer.concat(parts);
}

/** Undefined when the bytes are no frame. Unknown fields are passed over, the last of a repeated single field counts. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  const numbers = new Map<number, bigint>();
  const chunks = new Map<number, Uint8Array>();
  const headers: FrameHeader[] = [];
  const isFrame = readFields(bytes, (field, value) => {
    if (typeof value === 'bigint') {
      if (field >= 1 && field <= 4) numbers.set(field, value);
      return field < 5 || field > 9;
    }
    if (field >= 1 && field <= 4) return false;
    if (field !== 5) {
      if (field <= 9) chunks.set(field, value);
      return true;
    }
    const header = decodeHeader(value);
    if (header === undefined || headers.length === MAX_HEADERS) return false;
    headers.push(header);
    return true;
  });
  const [SeqID, LogID, service, method] = [1, 2, 3, 4].map((field) => numbers.get(field));
  if (
    !isFrame ||
    SeqID === undefined ||
    LogID === undefined ||
    service === undefined ||
    method === undefined
  ) {
    return undefined;
  }
  const payloadEncoding = textOf(chunks.get(6));
  const payloadType = textOf(chunks.get(7));
  const payload = chunks.get(8);
  const LogIDNew = textOf(chunks.get(9));
  return {
    SeqID,
    LogID,
    service: Number(BigInt.asIntN(32, service)),
    method: Number(BigInt.asIntN(32, method)),
    headers,
    ...(payloadEncoding === undefined ? {} : { payloadEncoding }),
    ...(payloadType === undefined ? {} : { payloadType }),
    ...(payload === undefined ? {} : { payload }),
    ...(LogIDNew === undefined ? {} : { LogIDNew }),
  };
}

function decodeHeader(bytes: Uint8Array): FrameHeader | undefined {
  const texts = new Map<number, string>();
  const isHeader = readFields(bytes, (field, value) => {
    if (field > 2) return true;
    if (typeof value === 'bigint') return false;
    texts.set(field, textOf(value) ?? '');
    return true;
  });
  const key = texts.get(1);
  const value = texts.get(2);
  return isHeader && key !== undefined && value !== undefined ? { key, value } : undefined;
}

/** Hands each field to `take` until one is refused; false for that, and for bytes that end too early. */
function readFields(
  bytes: Uint8Array,
  take: (field: number, value: bigint | Uint8Array) => boolean,
): boolean {
  let at = 0;
  function varint(): bigint | undefined {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) return undefined;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value > MAX_UINT64 ? undefined : value;
    }
    return undefined;
  }
  function skip(count: number): Uint8Array | undefined {
    if (count > bytes.length - at) return undefined;
    at += count;
    return bytes.subarray(at - count, at);
  }
  while (at < bytes.length) {
    const tag = varint();
    if (tag === undefined || tag > 0xffff_ffffn) return false;
    const field = Number(tag >> 3n);
    const type = Number(tag & 7n);
    if (field === 0) return false;
    if (type === VARINT) {
      const value = varint();
      if (value === undefined || !take(field, value)) return false;
    } else if (type === BYTES) {
      const length = varint();
      const value = length === undefined ? undefined : skip(Number(length));
      if (value === undefined || !take(field, value)) return false;
    } else if (type === FIXED64 || type === FIXED32) {
      // None of our fields is fixed; an unknown one may be.
      if (field <= 9 || skip(type === FIXED64 ? 8 : 4) === undefined) return false;
    } else return false;
  }
  return true;
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}

function int32Bits(value: number): bigint {
  return BigInt.asUintN(64, BigInt(value | 0));
}

function varintOf(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function varintField(field: number, value: bigint): Buffer {
  return Buffer.concat([varintOf(BigInt((field << 3) | VARINT)), varintOf(value)]);
}

function bytesField(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([varintOf(BigInt((field << 3) | BYTES)), varintOf(BigInt(value.length)), value]);
}

function textField(field: number, value: string): Buffer {
  return bytesField(field, Buffer.from(value, 'utf8'));
}
