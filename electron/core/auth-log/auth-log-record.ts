// What one line of the auth log on disk is: an event as JSON, at most 4 KiB with its chain fields. Pure.
// Written by AuthLog, read by its reader and by verification.

import type { AuthEvent, AuthMergedEvent, PairingEvent } from '../../../shared/model/auth-event';
import { CHAIN_BYTES } from './hash-chain';

/** SEC-27: one event, one line, never longer. */
export const MAX_LINE_BYTES = 4096;

/**
 * A merged line as stored. Its `seq` is that of the first attempt it stands for and `lastSeq` of the last, so
 * lines are in order of seq; the foreign fields are those of the kind's first attempt, so that a text filter
 * finds repeats too.
 */
export interface MergedRecord extends AuthMergedEvent {
  readonly lastSeq: number;
  readonly peer: string;
  readonly origin?: string;
  readonly host?: string;
  readonly userAgent?: string;
}

export type AuthRecord = Exclude<AuthEvent, AuthMergedEvent> | MergedRecord;

const EVENTS: Readonly<Record<AuthEvent['event'], true>> = {
  'auth.attempt': true,
  'auth.merged': true,
  'token.created': true,
  'token.rotated': true,
  'token.adopted': true,
  'token.grace-ended': true,
  'token.copied': true,
  'pair.requested': true,
  'pair.approved': true,
  'pair.rejected': true,
  'pair.expired': true,
  'pair.removed': true,
  'pair.token-rotated': true,
  'pair.token-revoked': true,
  'log.gap': true,
  'store.recovered': true,
};

const SEGMENT_NAME = /^auth-(\d{8,15})\.jsonl$/;

export function segmentName(order: number): string {
  return `auth-${String(order).padStart(8, '0')}.jsonl`;
}

export function segmentOrder(name: string): number | undefined {
  const digits = SEGMENT_NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function isPairingEvent(event: AuthEvent): event is PairingEvent {
  return event.event.startsWith('pair.');
}

/** Attempts that a record stands for; 0 for records that are no attempts. */
export function attemptsOf(event: AuthEvent): number {
  if (event.event === 'auth.attempt') return 1;
  return event.event === 'auth.merged' ? event.count : 0;
}

/** The last seq that a record stands for. */
export function lastSeqOf(record: AuthRecord): number {
  return record.event === 'auth.merged' ? record.lastSeq : record.seq;
}

/** The event as one JSON object short enough for a line; `seq` comes first. Long fields are cut, none is lost. */
export function toJson(record: AuthRecord): string {
  const room = MAX_LINE_BYTES - CHAIN_BYTES - 1;
  let json = JSON.stringify(record);
  for (const [points, items] of CUTS) {
    if (Buffer.byteLength(json) <= room) break;
    json = JSON.stringify(record, (_key, value: unknown) => cut(value, points, items));
  }
  return json;
}

/** Code points per string and items per list; the last holds whatever the fields contain. */
const CUTS = [
  [96, 16],
  [40, 8],
  [12, 4],
] as const;

function cut(value: unknown, points: number, items: number): unknown {
  if (Array.isArray(value)) return value.slice(0, items);
  if (typeof value !== 'string' || value.length <= points) return value;
  const kept = Array.from(value.slice(0, points * 2));
  return kept.length > points ? `${kept.slice(0, points - 1).join('')}…` : value;
}

/** Cheap, without parsing: lines begin with `{"seq":`. NaN when this one does not. */
export function seqOfLine(line: string): number {
  return line.startsWith('{"seq":') ? Number.parseInt(line.slice(7, 24), 10) : Number.NaN;
}

/** Undefined when the line is not one of our records (damaged or written by somebody else). */
export function parseRecord(line: string): AuthRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  if (!isNumber(fields.seq) || !isNumber(fields.at) || typeof fields.event !== 'string') return undefined;
  if (!Object.hasOwn(EVENTS, fields.event) || !hasShape(fields)) return undefined;
  const { prev: _prev, hash: _hash, ...record } = fields;
  return record as unknown as AuthRecord;
}

function hasShape(fields: Record<string, unknown>): boolean {
  switch (fields.event) {
    case 'auth.attempt':
      return (
        typeof fields.outcome === 'string' &&
        typeof fields.peer === 'string' &&
        typeof fields.connId === 'string' &&
        Array.isArray(fields.scopesAsked) &&
        Array.isArray(fields.scopesGranted)
      );
    case 'auth.merged':
      return (
        typeof fields.outcome === 'string' &&
        ['count', 'firstSeq', 'lastSeq', 'firstAt', 'lastAt'].every((name) => isNumber(fields[name]))
      );
    case 'log.gap':
      return isNumber(fields.dropped);
    default:
      return !String(fields.event).startsWith('pair.') || isPairing(fields);
  }
}

function isPairing({ deviceId, roles, scopes, by }: Record<string, unknown>): boolean {
  return (
    typeof deviceId === 'string' && typeof by === 'string' && Array.isArray(roles) && Array.isArray(scopes)
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The event as readers outside see it: `auth.merged` without the fields that only the disk needs. */
export function toEvent(record: AuthRecord): AuthEvent {
  if (record.event !== 'auth.merged') return record;
  const {
    lastSeq: _lastSeq,
    peer: _peer,
    origin: _origin,
    host: _host,
    userAgent: _agent,
    ...event
  } = record;
  return event;
}
