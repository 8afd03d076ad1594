// Writes lines into segment files of one folder: batches, size rotation, a budget in bytes and files, repair of
// a torn tail, and a pause with retries while the disk refuses. Asynchronous only; whoever logs never waits.
// It knows no records: a LineSource hands out text and is told what became of it.

import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, readFile, stat, truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { backoffDelayMs } from './backoff';
import type { Clock } from './clock';
import type { Disposable } from './disposable';
import { Mutex } from './mutex';

/** Between two pieces of this size a flush yields to the event loop: a millisecond or two of work each. */
const BATCH_BYTES = 128 * 1024;
const RETRY = { initialMs: 1_000, factor: 2, maxMs: 30_000, jitter: 0 };

export interface Segment {
  readonly name: string;
  readonly path: string;
  /** Rises from segment to segment; its meaning is the source's. */
  readonly order: number;
  /** Bytes known to be written (and synced, when syncing). */
  readonly bytes: number;
}

/** What the writer found and mended when it opened the folder. */
export interface Opening {
  /** Oldest first. */
  readonly segments: readonly Segment[];
  /** Bytes cut from the end of the newest segment because they were no whole lines. */
  readonly cutBytes: number;
}

export interface LineSource {
  /** The order that a file name stands for; undefined when the file is not ours. */
  orderOf(name: string): number | undefined;
  /** Order and name of the next new segment; `last` is undefined when the folder has none. */
  nextSegment(last: Segment | undefined): { readonly order: number; readonly name: string };
  /** True when a line at the end of a file is whole; what is not is cut at opening. */
  isWhole?(line: string): boolean;
  /** Asked once per batch: must the current segment end before it is full (a new day)? */
  wantsNewSegment?(): boolean;
  /** Once, before the first write. May reject: the disk counts as refusing and the opening is tried again. */
  opened?(opening: Opening): Promise<void>;
  /** Begins a flush over all that waits now. False: nothing waits, and the flush is finished. */
  begin(): boolean;
  /** The next whole lines of this flush, each ending in a newline, about `maxBytes`; undefined: no more. */
  next(maxBytes: number): string | undefined;
  /** The oldest `pieces` that `next` handed out and that are not committed yet are in `segment`. */
  committed?(segment: Segment, pieces: number): Promise<void>;
  /** The flush is over and everything of it is written. */
  finished?(): void;
  /** Neither the uncommitted text of this flush, if one began, nor the rest of it nor what waits gets written. */
  refused(cause: string): void;
  /** About to delete these (the budget): last chance to record it. Rejecting keeps them. */
  deleting?(segments: readonly Segment[], firstKept: Segment | undefined): Promise<void>;
  /** Found deleted or renamed by somebody else. */
  vanished?(segments: readonly Segment[]): void;
}

export interface JsonlWriterOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly source: LineSource;
  readonly segmentBytes: number;
  readonly maxBytes: number;
  readonly maxFiles?: number;
  /** Longest time between `schedule()` and the write. */
  readonly flushMs: number;
  /** fsync at the end of each flush and of each segment. */
  readonly sync: boolean;
}

interface OpenSegment {
  readonly name: string;
  readonly path: string;
  readonly order: number;
  bytes: number;
}

export class JsonlWriter {
  readonly #options: JsonlWriterOptions;
  readonly #mutex = new Mutex();
  #segments: OpenSegment[] = [];
  #handle: FileHandle | undefined;
  /** Written to the current segment but not committed yet: bytes, and pieces of the source. */
  #loose = 0;
  #loosePieces = 0;
  #opened = false;
  #failures = 0;
  #stopped = false;
  #timer: Disposable | undefined;
  #queued: Promise<void> | undefined;

  constructor(options: JsonlWriterOptions) {
    this.#options = options;
  }

  /** Oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** True from a refusal until the next write that succeeds. */
  get refusing(): boolean {
    return this.#failures > 0;
  }

  /** Opens the folder and mends its tail. Never rejects: a disk that refuses is retried. */
  start(): Promise<void> {
    return this.#mutex.run(async () => {
      try {
        await this.#open();
      } catch (error) {
        this.#refuse(error);
      }
    });
  }

  /** Something waits: it is flushed within `flushMs`, or with the next retry while the disk refuses. */
  schedule(): void {
    if (this.#timer !== undefined || this.#stopped) return;
    this.#timer = this.#options.clock.setTimeout(() => this.#onTimer(), this.#options.flushMs);
  }

  /** Resolves when all that waited at the call is written or refused. Tries at once, also while refusing. */
  flush(): Promise<void> {
    // One flush may be queued behind the running one; it will cover every caller that came meanwhile.
    this.#queued ??= this.#mutex.run(() => {
      this.#queued = undefined;
      return this.#drain();
    });
    return this.#queued;
  }

  /** Writes what waits, closes the file and takes no more. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    await this.flush();
    this.#stopped = true;
    this.#timer?.dispose();
    this.#timer = undefined;
    await this.#mutex.run(() => this.#close());
  }

  #onTimer(): void {
    this.#timer = undefined;
    void this.flush();
  }

  async #drain(): Promise<void> {
    const { source } = this.#options;
    if (this.#stopped) return;
    this.#timer?.dispose();
    this.#timer = undefined;
    try {
      await this.#open();
      if (!source.begin()) return this.#done();
      const vanished = await this.#notice();
      for (
        let text = source.next(this.#batchBytes());
        text !== undefined;
        text = source.next(this.#batchBytes())
      ) {
        await this.#write(Buffer.from(text));
      }
      await this.#commit();
      this.#done();
      // What the source has to say about lost segments is not part of this flush.
      if (vanished) await this.#drain();
    } catch (error) {
      await this.#undo();
      this.#refuse(error);
    }
  }

  #done(): void {
    this.#failures = 0;
    this.#options.source.finished?.();
  }

  #batchBytes(): number {
    return Math.min(BATCH_BYTES, this.#options.segmentBytes);
  }

  #refuse(error: unknown): void {
    this.#failures += 1;
    this.#options.source.refused(causeOf(error));
    this.#timer?.dispose();
    this.#timer = this.#options.clock.setTimeout(
      () => this.#onTimer(),
      backoffDelayMs(RETRY, this.#failures, 0),
    );
  }

  async #open(): Promise<void> {
    if (this.#opened) return;
    const { dir, source } = this.#options;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const found: OpenSegment[] = [];
    for (const name of await readdir(dir)) {
      const order = source.orderOf(name);
      if (order === undefined) continue;
      const path = join(dir, name);
      found.push({ name, path, order, bytes: (await stat(path)).size });
    }
    found.sort((a, b) => a.order - b.order);
    const newest = found.at(-1);
    const cutBytes = newest === undefined ? 0 : await this.#mend(newest);
    this.#segments = found;
    await source.opened?.({ segments: found, cutBytes });
    this.#opened = true;
  }

  /** Cuts what a crash left half-written at the end of a file. */
  async #mend(segment: OpenSegment): Promise<number> {
    const content = await readFile(segment.path);
    let end = content.lastIndexOf(0x0a) + 1;
    const isWhole = this.#options.source.isWhole?.bind(this.#options.source);
    while (end > 0 && isWhole !== undefined) {
      const start = end > 1 ? content.lastIndexOf(0x0a, end - 2) + 1 : 0;
      if (isWhole(content.toString('utf8', start, end - 1))) break;
      end = start;
    }
    const cut = content.length - end;
    if (cut > 0) await truncate(segment.path, end);
    segment.bytes = end;
    return cut;
  }

  /** Is the current segment still the file under its name? Logs get deleted and renamed while we run. */
  async #notice(): Promise<boolean> {
    const current = this.#segments.at(-1);
    if (current === undefined || (await this.#isOurs(current))) return false;
    await this.#close();
    const gone: OpenSegment[] = [];
    for (const segment of this.#segments) {
      if (segment === current || (await stat(segment.path).catch(() => undefined)) === undefined)
        gone.push(segment);
    }
    this.#segments = this.#segments.filter((segment) => !gone.includes(segment));
    this.#options.source.vanished?.(gone);
    await mkdir(this.#options.dir, { recursive: true, mode: 0o700 });
    await this.#add(current);
    return true;
  }

  async #isOurs(segment: OpenSegment): Promise<boolean> {
    const onDisk = await stat(segment.path).catch((error: unknown) => {
      if (causeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (onDisk === undefined || onDisk.size < segment.bytes) return false;
    if (this.#handle === undefined) return true;
    const held = await this.#handle.stat();
    return held.ino === onDisk.ino && held.dev === onDisk.dev;
  }

  async #write(bytes: Buffer): Promise<void> {
    const current = this.#segments.at(-1);
    const size = current === undefined ? 0 : current.bytes + this.#loose;
    const full = size > 0 && size + bytes.length > this.#options.segmentBytes;
    if (current === undefined || full || this.#options.source.wantsNewSegment?.() === true) {
      await this.#commit();
      await this.#close();
      await this.#add(current);
    }
    await this.#makeRoom(bytes.length);
    const target = this.#segments.at(-1) as OpenSegment;
    this.#handle ??= await reopen(target);
    for (let done = 0; done < bytes.length; ) {
      // A short write is no error to the system; only the loop makes it one write.
      const start = target.bytes + this.#loose;
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, start);
      if (bytesWritten === 0) throw new Error('the file takes no more bytes');
      done += bytesWritten;
      this.#loose += bytesWritten;
    }
    this.#loosePieces += 1;
  }

  async #add(last: Segment | undefined): Promise<void> {
    const { order, name } = this.#options.source.nextSegment(last);
    const path = join(this.#options.dir, name);
    this.#handle = await open(path, 'wx', 0o600);
    this.#segments.push({ name, path, order, bytes: 0 });
    await syncFolder(this.#options);
  }

  async #commit(): Promise<void> {
    const current = this.#segments.at(-1);
    if (current === undefined || this.#loose === 0) return;
    if (this.#options.sync) await this.#handle?.datasync();
    const pieces = this.#loosePieces;
    current.bytes += this.#loose;
    this.#loose = 0;
    this.#loosePieces = 0;
    await this.#options.source.committed?.(current, pieces);
  }

  /** After a failure: the file ends again where the last commit ended. */
  async #undo(): Promise<void> {
    const current = this.#segments.at(-1);
    this.#loose = 0;
    this.#loosePieces = 0;
    await this.#close();
    // When this fails too, the surplus is overwritten or cut by the next successful open.
    if (current !== undefined) await truncate(current.path, current.bytes).catch(() => undefined);
  }

  async #makeRoom(comingBytes: number): Promise<void> {
    const { maxBytes, maxFiles = Number.POSITIVE_INFINITY, source } = this.#options;
    let total = this.#loose + comingBytes;
    for (const segment of this.#segments) total += segment.bytes;
    let drop = 0;
    while (
      drop < this.#segments.length - 1 &&
      (total > maxBytes || this.#segments.length - drop > maxFiles)
    ) {
      total -= this.#segments[drop]?.bytes ?? 0;
      drop += 1;
    }
    if (drop === 0) return;
    const dropped = this.#segments.slice(0, drop);
    await source.deleting?.(dropped, this.#segments[drop]);
    this.#segments = this.#segments.slice(drop);
    for (const segment of dropped) await remove(segment.path);
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
  }
}

async function reopen(segment: OpenSegment): Promise<FileHandle> {
  const handle = await open(segment.path, 'r+');
  // Whatever a failed write left behind the last commit goes now, or it would follow our next line.
  await handle.truncate(segment.bytes);
  return handle;
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (causeOf(error) !== 'ENOENT') throw error;
  });
}

/** A new file's name is durable only when its folder is. */
async function syncFolder(options: JsonlWriterOptions): Promise<void> {
  if (!options.sync || process.platform === 'win32') return;
  const folder = await open(options.dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function causeOf(error: unknown): string {
  if (error instanceof Error)
    return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return String(error);
}
