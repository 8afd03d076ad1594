// The frames that the gateways of QQ and Discord share: JSON text `{op, d, s?, t?}` (reference/channels sections 5c and
// 10c). Pure; what is not such a frame is undefined, never an exception.

import { parseObject } from '../../net/failures';

export const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

export interface GatewayFrame {
  readonly op: number;
  readonly d: unknown;
  /** Sequence number, on dispatches. */
  readonly s?: number;
  /** Name of the event; always there on dispatches. */
  readonly t?: string;
}

export function parseFrame(data: Buffer, isBinary: boolean): GatewayFrame | undefined {
  const frame = isBinary ? undefined : parseObject(data.toString('utf8'));
  if (frame === undefined) return undefined;
  const { op, d, s, t } = frame;
  if (typeof op !== 'number' || !Number.isSafeInteger(op)) return undefined;
  if (op !== OP.dispatch) return { op, d };
  if (typeof t !== 'string') return undefined;
  if (s === undefined || s === null) return { op, d, t };
  return isSequence(s) ? { op, d, t, s } : undefined;
}

export function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
