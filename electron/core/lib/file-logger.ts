// The log file of the process and the reader of its tail. Logging is synchronous and never waits or throws;
// lines are redacted here, at the sink, written in batches, and kept to a few files of limited size.

import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from './clock';
import type { LineSource, Segment } from './jsonl-writer';
import { JsonlWriter } from './jsonl-writer';
import type { LogEntry } from './log-line';
import { consoleLine, isAtLeast, jsonLine, localIso, messageOf } from './log-line';
import type { LogFields, Logger, LogLevel } from './logger-port';
import type { Redactor } from './redactor';

export interface FileLoggerOptions {
  /** Folder of the log files, 0700. */
  readonly dir: string;
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Gets each line for people, redacted. Must not throw. */
  readonly console?: (line: string) => void;
  /** Default `info`. */
  readonly level?: LogLevel;
}

export interface LogTail {
  readonly file: string;
  /** Byte offset to ask from next time. */
  readonly cursor: number;
  readonly size: number;
  readonly lines: string[];
  /** The start of what was asked for is missing from `lines`. */
  readonly truncated?: boolean;
  /** The cursor no longer fits the file, or lies further back than `maxBytes`. */
  readonly reset?: boolean;
}

const MIB = 1024 * 1024;
const FILE_BYTES = 16 * MIB;
const MAX_FILES = 5;
const FLUSH_MS = 200;
const MAX_WAITING = 10_000;
const NAME = /^gatehouse-(\d{4})-(\d{2})-(\d{2})(?:\.(\d{1,3}))?\.log$/;

export class FileLogger {
  readonly #options: FileLoggerOptions;
  readonly #hostname = hostname();
  readonly #writer: JsonlWriter;
  #waiting: string[] = [];
  #batch: readonly string[] = [];
  #handed = 0;
  /** How much of the batch each piece handed out reached to. */
  #pieces: number[] = [];
  #kept = 0;
  #dropped = 0;
  #current: Segment | undefined;

  /** Lines of subsystem `gateway`; `child` gives others theirs. Usable before `start()`. */
  readonly logger: Logger;

  constructor(options: FileLoggerOptions) {
    this.#options = options;
    this.#writer = new JsonlWriter({
      dir: options.dir,
      clock: options.clock,
      source: this.#source(),
      segmentBytes: FILE_BYTES,
      maxBytes: FILE_BYTES * MAX_FILES,
      maxFiles: MAX_FILES,
      flushMs: FLUSH_MS,
      sync: false,
    });
    this.logger = this.#loggerOf('gateway');
  }

  /** The file that lines go to now. */
  get file(): string {
    return this.#current?.path ?? join(this.#options.dir, fileName(dayOf(this.#options.clock.now()), 0));
  }

  /** Opens the folder; what was logged before is written then. A disk that refuses is retried. */
  async start(): Promise<void> {
    await this.#writer.start();
    await this.flush();
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  stop(): Promise<void> {
    return this.#writer.stop();
  }

  /** `logs.tail` (protocol 4.3): lines from byte `cursor` on, the newest `limit` within `maxBytes`. */
  async tail(asked: { cursor?: number; limit?: number; maxBytes?: number }): Promise<LogTail> {
    await this.flush();
    const limit = clamp(asked.limit ?? 500, 1, 5_000);
    const maxBytes = clamp(asked.maxBytes ?? 250_000, 1, 1_000_000);
    const { file } = this;
    const handle = await open(file, 'r').catch(() => undefined);
    if (handle === undefined)
      return { file, cursor: 0, size: 0, lines: [], ...(asked.cursor && { reset: true }) };
    try {
      const { size } = await handle.stat();
      const asksPast = asked.cursor !== undefined && (asked.cursor > size || size - asked.cursor > maxBytes);
      const earliest = Math.max(0, size - maxBytes);
      const start = asked.cursor === undefined || asksPast ? earliest : asked.cursor;
      // One byte more in front tells whether the window starts at a line.
      const from = Math.max(0, start - 1);
      const buffer = Buffer.alloc(size - from);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
      const lines = wholeLines(buffer.subarray(0, bytesRead), start > 0);
      const isCut = (start > 0 && (asked.cursor === undefined || asksPast)) || lines.length > limit;
      return {
        file,
        cursor: from + bytesRead,
        size,
        lines: lines.slice(-limit).map((line) => this.#options.redactor.redact(line)),
        ...(isCut && { truncated: true }),
        ...(asksPast && { reset: true }),
      };
    } finally {
      await handle.close();
    }
  }

  #loggerOf(subsystem: string): Logger {
    const at = (level: LogLevel) => (event: string, fields?: LogFields) =>
      this.#log({ at: this.#options.clock.now(), level, subsystem, event, fields });
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (name) => this.#loggerOf(name),
    };
  }

  #log(entry: LogEntry): void {
    const { redactor, console: print, level = 'info' } = this.#options;
    if (!isAtLeast(entry.level, level)) return;
    const message = messageOf(entry.event, entry.fields);
    print?.(redactor.redact(consoleLine(entry, message)));
    if (this.#waiting.length >= MAX_WAITING) this.#dropped += 1;
    else this.#waiting.push(redactor.redact(jsonLine(entry, message, this.#hostname)));
    this.#writer.schedule();
  }

  #source(): LineSource {
    return {
      orderOf,
      nextSegment: (last) => {
        const day = dayOf(this.#options.clock.now());
        const previous = last === undefined ? -1 : last.order;
        // A clock set back must not reorder the files: then the newest day goes on.
        const order = Math.max(orderOf(fileName(day, 0)) ?? 0, previous + 1);
        return { order, name: nameOf(order) };
      },
      wantsNewSegment: () => {
        const last = this.#writer.segments.at(-1);
        return (
          last !== undefined && last.order < (orderOf(fileName(dayOf(this.#options.clock.now()), 0)) ?? 0)
        );
      },
      opened: async ({ segments }) => {
        const last = segments.at(-1);
        if (
          last !== undefined &&
          nameOf(last.order).startsWith(`gatehouse-${dayOf(this.#options.clock.now())}`)
        ) {
          this.#current = last;
        }
      },
      begin: () => {
        if (this.#dropped > 0) this.#waiting.push(this.#droppedLine());
        this.#batch = this.#waiting;
        this.#waiting = [];
        this.#handed = 0;
        this.#pieces = [];
        this.#kept = 0;
        return this.#batch.length > 0;
      },
      next: (maxBytes) => {
        let text = '';
        while (this.#handed < this.#batch.length && text.length < maxBytes / 2) {
          text += `${this.#batch[this.#handed]}\n`;
          this.#handed += 1;
        }
        if (text === '') return undefined;
        this.#pieces.push(this.#handed);
        return text;
      },
      committed: async (segment, pieces) => {
        this.#kept = this.#pieces.splice(0, pieces).at(-1) ?? this.#kept;
        this.#current = segment;
      },
      refused: () => {
        // Keep what still fits for the retry; count the rest.
        const kept = [...this.#batch.slice(this.#kept), ...this.#waiting];
        this.#batch = [];
        this.#waiting = kept.slice(-MAX_WAITING);
        this.#dropped += kept.length - this.#waiting.length;
      },
    };
  }

  #droppedLine(): string {
    const fields = { lines: this.#dropped };
    this.#dropped = 0;
    const at = this.#options.clock.now();
    const entry: LogEntry = { at, level: 'warn', subsystem: 'gateway/log', event: 'log.dropped', fields };
    return jsonLine(entry, messageOf(entry.event, fields), this.#hostname);
  }
}

/** Without the part of a line at the window's start; a line still being written at its end is left out too. */
function wholeLines(bytes: Buffer, hasByteBefore: boolean): string[] {
  const start = hasByteBefore ? bytes.indexOf(0x0a) + 1 : 0;
  const end = bytes.lastIndexOf(0x0a);
  if (end < start || (hasByteBefore && start === 0)) return [];
  return bytes.toString('utf8', start, end).split('\n');
}

function dayOf(at: number): string {
  return localIso(at).slice(0, 10);
}

function fileName(day: string, part: number): string {
  return part === 0 ? `gatehouse-${day}.log` : `gatehouse-${day}.${part}.log`;
}

/** Day and part as one number, `20260131` and `002` -> 20260131002. */
function orderOf(name: string): number | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, year, month, day, part = '0'] = match;
  return Number(`${year}${month}${day}${part.padStart(3, '0')}`);
}

function nameOf(order: number): string {
  const digits = String(order);
  const day = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
  return fileName(day, Number(digits.slice(8)));
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.floor(value)));
}
