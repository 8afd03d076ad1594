// What one account keeps between epochs and starts: cursors, sessions to resume, reply contexts. One small JSON file
// per account, rewritten whole. Not for credentials: those go to the vault. Opened by account-supervisor.

import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import { causeOf, isMissing, replaceDurably, setAside } from '../lib/durable-file';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import type { EpochFailure } from './channel-adapter';

/** A crash loses at most this much: the vendor delivers again and the journal drops what it has. */
const SAVE_DELAY_MS = 500;

/** A file this small that takes longer is on a disk that does not answer. */
export const OPEN_WITHIN_MS = 10_000;

export const DISK_SILENT: EpochFailure = {
  class: 'protocol',
  code: 'disk_silent',
  message: 'this computer’s disk does not answer: what the account has kept cannot be read',
  fix: 'Look whether the folder of Gatehouse is on a disk or network drive that is gone.',
};

export interface AccountStore {
  /** What `set` was given, or undefined. JSON only; never trust its shape. */
  get(key: string): unknown;
  /** In memory at once, on disk within half a second. */
  set(key: string, value: unknown): void;
  delete(key: string): void;
}

/** As the manager holds it. */
export interface DurableStore extends AccountStore {
  /** Before the first `get`. Never rejects: an unreadable file is set aside. */
  open(): Promise<void>;
  flush(): Promise<void>;
  clear(): Promise<void>;
}

export interface AccountStoreOptions {
  /** Folder of all channels. */
  readonly dir: string;
  readonly channel: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Awaited before a write: a cursor says that messages were taken, so they are on disk before it. Never rejects. */
  keepMessages(): Promise<void>;
}

export class FileAccountStore implements DurableStore {
  readonly #options: AccountStoreOptions;
  readonly #file: string;
  readonly #mutex = new Mutex();
  #values = new Map<string, unknown>();
  #loaded = false;
  #dirty = false;
  #timer: Disposable | undefined;

  constructor(options: AccountStoreOptions) {
    this.#options = options;
    this.#file = join(options.dir, 'accounts', options.channel, `${options.accountId}.json`);
  }

  /** Reads the file once. One that is no JSON object is set aside and the account starts without it. */
  open(): Promise<void> {
    return this.#mutex.run(async () => {
      if (this.#loaded) return;
      this.#loaded = true;
      const { channel, accountId, clock, logger } = this.#options;
      try {
        const value: unknown = JSON.parse(await readFile(this.#file, 'utf8'));
        if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object');
        // What an epoch has set meanwhile is newer.
        this.#values = new Map([...Object.entries(value), ...this.#values]);
      } catch (error) {
        if (isMissing(error)) return;
        const kept = await setAside(this.#file, clock.now()).catch(() => undefined);
        logger.warn('channel.store-set-aside', { channel, accountId, cause: causeOf(error), kept });
      }
    });
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  set(key: string, value: unknown): void {
    this.#values.set(key, value);
    this.#touch();
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#touch();
  }

  /** Everything is on disk when it resolves, or the log says why not. */
  flush(): Promise<void> {
    this.#timer?.dispose();
    this.#timer = undefined;
    return this.#mutex.run(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      const { channel, accountId, logger } = this.#options;
      // Taken now: what is set from here on may speak of messages that the journal has not written.
      const text = `${JSON.stringify(Object.fromEntries(this.#values))}\n`;
      try {
        await this.#options.keepMessages();
        await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
        await replaceDurably(this.#file, text);
      } catch (error) {
        this.#dirty = true;
        logger.warn('channel.store-failed', { channel, accountId, cause: causeOf(error) });
      }
    });
  }

  /** Forgets everything, also on disk, or the log says why not: the account is gone or logged out. */
  async clear(): Promise<void> {
    this.#values.clear();
    this.#dirty = false;
    this.#timer?.dispose();
    this.#timer = undefined;
    await this.#mutex.run(async () => {
      const { channel, accountId, logger } = this.#options;
      try {
        await rm(this.#file, { force: true });
      } catch (error) {
        logger.warn('channel.store-failed', { channel, accountId, cause: causeOf(error) });
      }
    });
  }

  #touch(): void {
    this.#dirty = true;
    this.#timer ??= this.#options.clock.setTimeout(() => void this.flush(), SAVE_DELAY_MS);
  }
}
