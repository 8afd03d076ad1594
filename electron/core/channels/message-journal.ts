// The messages of all channels, newest kept: in memory for the panel, on disk for whoever looks back. Bounded both
// ways. The manager appends synchronously; who tells a vendor that a message was taken waits for `kept`, so that what a
// crash of ours loses is delivered again, and the ids kept here drop what was not lost.

import type { ChatType, JournalMessage } from '../../../shared/model/channel';
import type { Clock } from '../lib/clock';
import { Emitter, type Subscribe } from '../lib/emitter';
import { forEachLine } from '../lib/file-lines';
import { JsonlWriter, type LineSource, type Segment } from '../lib/jsonl-writer';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import { RingBuffer } from '../lib/ring-buffer';
import type { MessageSink, NewJournalMessage } from './channel-calls';

const RING_SIZE = 5_000;
/** Of the texts in memory: a few thousand long ones would be gigabytes. */
const RING_CHARS = 16 * 1024 * 1024;
const MAX_BYTES = 64 * 1024 * 1024;
const SEGMENT_BYTES = 4 * 1024 * 1024;
const FLUSH_MS = 250;
/** While the disk refuses; what is older then is in memory only, and the log says so. */
const MAX_WAITING = 20_000;
const FILE_NAME = /^messages-([0-9]{12})\.jsonl$/;
const MAX_LIMIT = 200;
const MAX_CONVERSATIONS = 500;

export interface JournalQuery {
  readonly channel?: string | undefined;
  readonly accountId?: string | undefined;
  readonly conversationId?: string | undefined;
  /** At most 200; 50 when absent. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface JournalPage {
  /** Newest first. */
  readonly messages: readonly JournalMessage[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export interface Conversation {
  readonly channel: string;
  readonly accountId: string;
  readonly conversationId: string;
  readonly chatType?: ChatType;
  /** Of the newest message that came in, where the vendor tells it. */
  readonly senderName?: string;
  readonly last: JournalMessage;
}

export interface MessageJournalOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class MessageJournal implements MessageSink {
  readonly #options: MessageJournalOptions;
  readonly #ring = new RingBuffer<JournalMessage>(RING_SIZE);
  readonly #appended: Emitter<JournalMessage>;
  readonly #writer: JsonlWriter;
  /** A search may go through all that is on disk: one at a time, or many of them hold the event loop between them. */
  readonly #searches = new Mutex();
  /** Not on disk yet, oldest first. */
  #waiting: JournalMessage[] = [];
  #seq = 0;
  #ringChars = 0;

  constructor(options: MessageJournalOptions) {
    const { dir, clock, logger } = options;
    this.#options = options;
    this.#appended = new Emitter((error) => logger.error('journal.listener-failed', { error }));
    this.#writer = new JsonlWriter({
      ...{ dir, clock, segmentBytes: SEGMENT_BYTES, maxBytes: MAX_BYTES, flushMs: FLUSH_MS, sync: false },
      source: this.#source(),
    });
  }

  /** Each message once, synchronously; listeners must queue their work. */
  get onAppended(): Subscribe<JournalMessage> {
    return this.#appended.on;
  }

  /** Reads what is on disk. Never rejects: a disk that refuses is retried. Before the first `append`. */
  start(): Promise<void> {
    return this.#writer.start();
  }

  /** Everything appended so far is on disk when it resolves, or the log says why not. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  async kept(): Promise<void> {
    if (!this.#writer.refusing) await this.#writer.flush();
  }

  stop(): Promise<void> {
    return this.#writer.stop();
  }

  append(message: NewJournalMessage): void {
    this.#seq += 1;
    const entry: JournalMessage = { seq: this.#seq, recordedAt: this.#options.clock.now(), ...message };
    this.#remember(entry);
    this.#waiting.push(entry);
    this.#writer.schedule();
    this.#appended.emit(entry);
  }

  recentIds(channel: string, accountId: string): readonly string[] {
    return this.#ring
      .toArray()
      .filter(
        (entry) => entry.direction === 'in' && entry.channel === channel && entry.accountId === accountId,
      )
      .flatMap(({ messageId }) => messageId ?? []);
  }

  async query(query: JournalQuery = {}): Promise<JournalPage> {
    const limit = Math.min(MAX_LIMIT, Math.max(1, query.limit ?? 50));
    const before = query.cursor === undefined ? Number.POSITIVE_INFINITY : Number(query.cursor);
    const fits = matcher(query);
    const found: JournalMessage[] = [];
    // The one more tells whether there is another page.
    const wanted = limit + 1;
    for (let index = this.#ring.size - 1; index >= 0 && found.length < wanted; index -= 1) {
      const entry = this.#ring.at(index);
      if (entry !== undefined && entry.seq < before && fits(entry)) found.push(entry);
    }
    // A disk that is slow or refuses holds back more than the ring has.
    const inRingFrom = this.#ring.oldest?.seq ?? Number.POSITIVE_INFINITY;
    for (let index = this.#waiting.length - 1; index >= 0 && found.length < wanted; index -= 1) {
      const entry = this.#waiting[index];
      if (entry !== undefined && entry.seq < Math.min(before, inRingFrom) && fits(entry)) found.push(entry);
    }
    const inMemoryFrom = Math.min(inRingFrom, this.#waiting[0]?.seq ?? inRingFrom);
    if (found.length < wanted) {
      const older = () => this.#fromDisk(Math.min(before, inMemoryFrom), fits, wanted - found.length);
      found.push(...(await this.#searches.run(older)));
    }
    const messages = found.slice(0, limit);
    const last = messages.at(-1);
    return {
      messages,
      ...(found.length > limit && last !== undefined ? { nextCursor: String(last.seq) } : {}),
    };
  }

  /** Of the messages in memory, newest conversation first, at most 500. */
  conversations(query: Pick<JournalQuery, 'channel' | 'accountId'> = {}): readonly Conversation[] {
    const fits = matcher(query);
    const found = new Map<string, Conversation>();
    for (let index = this.#ring.size - 1; index >= 0 && found.size < MAX_CONVERSATIONS; index -= 1) {
      const last = this.#ring.at(index);
      if (last === undefined || !fits(last)) continue;
      const { channel, accountId, conversationId, chatType, senderName } = last;
      const key = JSON.stringify([channel, accountId, conversationId]);
      const known = found.get(key);
      found.set(key, {
        ...{ channel, accountId, conversationId, last },
        ...(chatType === undefined ? {} : { chatType }),
        ...(senderName === undefined ? {} : { senderName }),
        ...known,
      });
    }
    return [...found.values()];
  }

  #remember(entry: JournalMessage): void {
    if (this.#ring.size === RING_SIZE) this.#forgetOldest();
    this.#ring.push(entry);
    this.#ringChars += entry.text.length;
    while (this.#ringChars > RING_CHARS && this.#ring.size > 1) this.#forgetOldest();
  }

  #forgetOldest(): void {
    this.#ringChars -= this.#ring.shift()?.text.length ?? 0;
  }

  async #fromDisk(
    before: number,
    fits: (entry: JournalMessage) => boolean,
    wanted: number,
  ): Promise<readonly JournalMessage[]> {
    const found: JournalMessage[] = [];
    for (const segment of [...this.#writer.segments].reverse()) {
      if (segment.order >= before || found.length >= wanted) continue;
      const newest = new RingBuffer<JournalMessage>(wanted - found.length);
      await this.#read(segment, (entry) => {
        if (entry.seq < before && fits(entry)) newest.push(entry);
      });
      found.push(...newest.toArray().reverse());
    }
    return found;
  }

  async #read(segment: Segment, onEntry: (entry: JournalMessage) => void): Promise<void> {
    try {
      await forEachLine(segment.path, segment.bytes, (line) => {
        const entry = parseEntry(line);
        if (entry !== undefined) onEntry(entry);
      });
    } catch (error) {
      // Deleted under us: what is gone has no messages.
      this.#options.logger.debug('journal.segment-unreadable', { segment: segment.name, error });
    }
  }

  #source(): LineSource {
    /** How many of `#waiting` were handed out, and in which pieces they are not committed yet. */
    let handedOut = 0;
    let pieces: number[] = [];
    return {
      orderOf: (name) => {
        const match = FILE_NAME.exec(name);
        return match === null ? undefined : Number(match[1]);
      },
      nextSegment: () => {
        const order = this.#waiting[0]?.seq ?? this.#seq + 1;
        return { order, name: `messages-${String(order).padStart(12, '0')}.jsonl` };
      },
      isWhole: (line) => parseEntry(line) !== undefined,
      opened: async ({ segments }) => {
        const found = new RingBuffer<JournalMessage>(RING_SIZE);
        let seq = 0;
        // Two segments are more than the ring holds, or all there is.
        for (const segment of segments.slice(-2)) {
          // Also when nothing in it can be read: its numbers are taken.
          seq = Math.max(seq, segment.order - 1);
          await this.#read(segment, (entry) => {
            seq = Math.max(seq, entry.seq);
            found.push(entry);
          });
        }
        // What came while the disk refused was numbered without knowing these.
        this.#waiting = this.#waiting.map((entry) => {
          seq += 1;
          return { ...entry, seq };
        });
        this.#seq = seq;
        while (this.#ring.size > 0) this.#forgetOldest();
        for (const entry of [...found.toArray(), ...this.#waiting]) this.#remember(entry);
      },
      begin: () => {
        handedOut = 0;
        pieces = [];
        return this.#waiting.length > 0;
      },
      next: (maxBytes) => {
        let text = '';
        let count = 0;
        for (let entry = this.#waiting[handedOut]; entry !== undefined; entry = this.#waiting[handedOut]) {
          text += `${JSON.stringify(entry)}\n`;
          handedOut += 1;
          count += 1;
          if (text.length >= maxBytes) break;
        }
        if (count > 0) pieces.push(count);
        return count === 0 ? undefined : text;
      },
      committed: async (_segment, written) => {
        const count = pieces.splice(0, written).reduce((sum, piece) => sum + piece, 0);
        this.#waiting.splice(0, count);
        handedOut -= count;
      },
      refused: (cause) => {
        const { logger } = this.#options;
        logger.warn('journal.not-written', { cause, waiting: this.#waiting.length });
        const surplus = this.#waiting.length - MAX_WAITING;
        if (surplus <= 0) return;
        this.#waiting.splice(0, surplus);
        logger.error('journal.lost', { messages: surplus });
      },
    };
  }
}

function matcher({ channel, accountId, conversationId }: JournalQuery): (entry: JournalMessage) => boolean {
  return (entry) =>
    (channel === undefined || entry.channel === channel) &&
    (accountId === undefined || entry.accountId === accountId) &&
    (conversationId === undefined || entry.conversationId === conversationId);
}

function parseEntry(line: string): JournalMessage | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is JournalMessage {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Readonly<Record<string, unknown>>;
  return (
    Number.isSafeInteger(entry.seq) &&
    (entry.direction === 'in' || entry.direction === 'out') &&
    ['channel', 'accountId', 'conversationId', 'text'].every((key) => typeof entry[key] === 'string') &&
    typeof entry.at === 'number' &&
    typeof entry.recordedAt === 'number'
  );
}
