// Bytes to request frame, and frames to text. Order: size (ws) -> binary -> depth -> JSON -> keys -> envelope.
// Returns what is wrong as a value; the connection decides what that means before and after `connect`.

import type { WireError } from '../../../shared/protocol/error-codes';
import type { EventFrame, RequestFrame } from '../../../shared/protocol/frames';
import { isRequestFrame, MAX_ID_LENGTH } from '../../../shared/protocol/frames';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';
import { LIMITS } from './limits';

/** `id` is kept when it could still be read, so that the error reply reaches the right request. */
export interface FrameFault {
  readonly fault: 'not-json' | 'too-deep' | 'envelope';
  readonly id?: string;
}

export function decodeRequest(text: string): Result<RequestFrame, FrameFault> {
  // JSON.parse takes six million levels of nesting; the logger and IPC that see the result later do not.
  if (isTooComplex(text)) {
    const [, id] = ID_BEFORE_PARAMS.exec(text) ?? [];
    return err(id === undefined ? { fault: 'too-deep' } : { fault: 'too-deep', id });
  }
  let keys = 0;
  let forbidden = false;
  let value: unknown;
  try {
    value = hasSuspiciousKey(text)
      ? JSON.parse(text, (key, inner: unknown) => {
          if (key === '__proto__' || key === 'constructor' || key === 'prototype') forbidden = true;
          return inner;
        })
      : JSON.parse(text);
  } catch {
    return err({ fault: 'not-json' });
  }
  keys = text.length > LIMITS.keys * 4 ? countKeys(value) : 0;
  if (forbidden || keys > LIMITS.keys || !isRequestFrame(value)) {
    const id = readableId(value);
    return err(id === undefined ? { fault: 'envelope' } : { fault: 'envelope', id });
  }
  return ok(value);
}

export function encodeOk(id: string, payload: unknown): string {
  return `{"type":"res","id":${JSON.stringify(id)},"ok":true,"payload":${encodePayload(payload)}}`;
}

export function encodeError(id: string, error: WireError): string {
  return JSON.stringify({ type: 'res', id, ok: false, error });
}

/** `seq` is per client and added by the broadcaster; the rest of a broadcast is encoded once for all. */
export function encodeEvent(frame: Omit<EventFrame, 'type'>): string {
  return JSON.stringify({ type: 'event', ...frame });
}

/** A payload that is already JSON text, for answers that many clients get unchanged. */
export class EncodedJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function encodePayload(payload: unknown): string {
  if (payload instanceof EncodedJson) return payload.text;
  return payload === undefined ? 'null' : JSON.stringify(payload);
}

function hasSuspiciousKey(text: string): boolean {
  // Escapes can spell these names too (`\u005f`), so any escaped letter takes the careful road.
  return text.includes('proto') || text.includes('constructor') || text.includes('\\u');
}

/** Of a frame that no parser may see: the id as clients write it, before anything that nests. */
const ID_BEFORE_PARAMS =
  /^\s*\{(?:\s*"(?:type|method)"\s*:\s*"[^"\\]{0,128}"\s*,)*\s*"id"\s*:\s*"([^"\\]{1,128})"/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Too deep, or too many members: seen in one pass over the text, before a parser spends seconds on it. */
function isTooComplex(text: string): boolean {
  // No frame with fewer brackets than the limit can be too deep, and most frames are short.
  if (text.length <= LIMITS.depth) return false;
  let depth = 0;
  let commas = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > LIMITS.depth) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
    else if (code === 0x2c) {
      commas += 1;
      if (commas > LIMITS.keys) return true;
    }
  }
  return false;
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let total = 0;
  for (const inner of Object.values(value)) {
    total += 1 + countKeys(inner);
    if (total > LIMITS.keys) return total;
  }
  return total;
}

function readableId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'id')) return undefined;
  const { id } = value as { id: unknown };
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID_LENGTH ? id : undefined;
}
