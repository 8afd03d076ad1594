// How a log call becomes text: one line for people, and one JSON object in the shape that OpenClaw's log
// readers expect (protocol section 4.2). Pure. Redaction happens later, at the sink.

import type { LogFields, LogLevel } from './logger-port';

export interface LogEntry {
  readonly at: number;
  readonly level: LogLevel;
  readonly subsystem: string;
  readonly event: string;
  readonly fields: LogFields | undefined;
}

const LEVEL_IDS: Readonly<Record<LogLevel, number>> = { debug: 2, info: 3, warn: 4, error: 5 };
const MAX_MESSAGE_CHARS = 8_192;
const MAX_LINE_CHARS = 32_768;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

export function isAtLeast(level: LogLevel, threshold: LogLevel): boolean {
  return LEVEL_IDS[level] >= LEVEL_IDS[threshold];
}

/** The fields' `message` when there is one (a line with upstream's wording), else `event key=value …`. */
export function messageOf(event: string, fields: LogFields | undefined): string {
  const own = fields?.message;
  const text =
    typeof own === 'string'
      ? own
      : [event, ...Object.entries(fields ?? {}).flatMap(([key, value]) => pair(key, value))].join(' ');
  return text.length > MAX_MESSAGE_CHARS ? `${text.slice(0, MAX_MESSAGE_CHARS - 1)}…` : text;
}

/** `<local ISO time> [<subsystem>] <message>`, always one line. */
export function consoleLine(entry: LogEntry, message: string): string {
  const name = entry.subsystem.replace(/^gateway\//, '');
  return `${localIso(entry.at)} [${name}] ${message.replace(CONTROL, ' ')}`;
}

/** One JSON object without newline. Never throws, whatever the fields hold. */
export function jsonLine(entry: LogEntry, message: string, hostname: string): string {
  const name = JSON.stringify({ subsystem: entry.subsystem });
  // The fields' own message is the line's message already; readers print both.
  const { message: _own, ...fields } = entry.fields ?? {};
  const metadata = entry.fields === undefined ? undefined : { event: entry.event, ...fields };
  const rest = {
    _meta: {
      runtime: 'node',
      runtimeVersion: process.version,
      hostname,
      name,
      parentNames: ['openclaw'],
      date: new Date(entry.at).toISOString(),
      logLevelId: LEVEL_IDS[entry.level],
      logLevelName: entry.level.toUpperCase(),
    },
    time: localIso(entry.at),
    hostname,
    message,
  };
  if (metadata === undefined) return JSON.stringify({ 0: name, 1: message, ...rest });
  const line = stringify({ 0: name, 1: metadata, 2: message, ...rest });
  if (line !== undefined && line.length <= MAX_LINE_CHARS) return line;
  return JSON.stringify({ 0: name, 1: { event: entry.event, fieldsDropped: true }, 2: message, ...rest });
}

/** ISO 8601 with the local offset, for example `2026-01-31T09:08:07.006+08:00`. */
export function localIso(at: number): string {
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(at + offset * 60_000).toISOString().slice(0, -1);
  const minutes = Math.abs(offset);
  return `${shifted}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function pair(key: string, value: unknown): string[] {
  if (value === undefined) return [];
  if (typeof value === 'string')
    return [`${key}=${/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`];
  if (value instanceof Error) return [`${key}=${JSON.stringify(errorText(value))}`];
  return [`${key}=${typeof value === 'object' ? (stringify(value) ?? '[unserialisable]') : String(value)}`];
}

/** Undefined for what JSON cannot hold: a cycle, a nesting too deep, a throwing getter. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_key, item: unknown) => {
      if (item instanceof Error) return errorText(item);
      return typeof item === 'bigint' ? String(item) : item;
    });
  } catch {
    return undefined;
  }
}

function errorText(error: Error): string {
  return error.stack ?? `${error.name}: ${error.message}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
