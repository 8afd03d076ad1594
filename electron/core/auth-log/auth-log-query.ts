// The filters of an auth-log query, compiled once per query, and its cursor. Pure. Used by AuthLog on the
// ring and by AuthLogReader on the disk, so that both mean the same by a match.

import type { AuthLogQuery, PairingEvent } from '../../../shared/model/auth-event';
import type { AuthRecord } from './auth-log-record';
import { isPairingEvent } from './auth-log-record';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

export interface Filter {
  /** Equal for queries that match the same records. */
  readonly key: string;
  readonly matchesAll: boolean;
  /** Quick look at a raw line; false: it cannot match. */
  mayMatch(line: string): boolean;
  matches(record: AuthRecord): boolean;
}

export function limitOf(query: AuthLogQuery): number {
  return Math.min(MAX_LIMIT, Math.max(1, Math.floor(query.limit ?? DEFAULT_LIMIT)));
}

export function compileFilter(query: AuthLogQuery): Filter {
  const { outcome, reason, client, from, to } = query;
  const text = query.text === undefined || query.text === '' ? undefined : query.text.toLowerCase();
  const attemptsOnly = outcome !== undefined || reason !== undefined || client !== undefined;
  const narrowed = attemptsOnly || text !== undefined;
  const parts: string[] = [];
  if (outcome !== undefined) parts.push(`"outcome":${JSON.stringify(outcome)}`);
  if (reason !== undefined) parts.push(`"reason":${JSON.stringify(reason)}`);
  if (client !== undefined) parts.push(JSON.stringify(client));
  const textPart = text === undefined ? undefined : JSON.stringify(text).slice(1, -1);
  return {
    key: JSON.stringify([outcome, reason, client, from, to, text]),
    matchesAll: !narrowed && from === undefined && to === undefined,
    mayMatch: (line) =>
      parts.every((part) => line.includes(part)) &&
      (textPart === undefined || line.toLowerCase().includes(textPart)),
    matches(record) {
      const isMerged = record.event === 'auth.merged';
      // A merged record spans a quarter of a second; it matches when it overlaps the asked time.
      if (from !== undefined && (isMerged ? record.lastAt : record.at) < from) return false;
      if (to !== undefined && record.at > to) return false;
      if (!narrowed) return true;
      if (record.event !== 'auth.attempt' && !isMerged) {
        return !attemptsOnly && isPairingEvent(record) && includesText(pairingFields(record), text);
      }
      if (outcome !== undefined && record.outcome !== outcome) return false;
      if (reason !== undefined && record.reason !== reason) return false;
      if (client !== undefined && record.client?.id !== client && record.client?.displayName !== client)
        return false;
      return includesText(fieldsOf(record), text);
    },
  };
}

function includesText(fields: readonly (string | undefined)[], text: string | undefined): boolean {
  return text === undefined || fields.some((field) => field?.toLowerCase().includes(text));
}

function pairingFields(event: PairingEvent): readonly (string | undefined)[] {
  const { deviceId, displayName, clientId, remoteIp, browserOrigin, by } = event;
  return [deviceId, displayName, clientId, remoteIp, browserOrigin, by];
}

function fieldsOf(
  record: AuthRecord & { event: 'auth.attempt' | 'auth.merged' },
): readonly (string | undefined)[] {
  const { client, reason, peer, origin, host, userAgent } = record;
  return [client?.id, client?.displayName, reason, peer, origin, host, userAgent];
}

/**
 * Where a page ended: the seq of its last row, and whether that row came from the ring (`whole`) or from the
 * disk. Seqs never change, so pages stay put while new events come.
 */
export interface Cursor {
  readonly before: number;
  readonly whole: boolean;
}

export function formatCursor({ before, whole }: Cursor): string {
  return `${whole ? 'r' : 'd'}${before.toString(36)}`;
}

/** Undefined when the text is no cursor of ours. */
export function parseCursor(text: string): Cursor | undefined {
  const digits = /^[rd]([0-9a-z]{1,11})$/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const before = Number.parseInt(digits, 36);
  return Number.isSafeInteger(before) ? { before, whole: text.startsWith('r') } : undefined;
}
