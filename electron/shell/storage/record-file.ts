// One durable record: `<name>.json` with its last good copy `<name>.json.bak` beside it. Used by the token
// repository and the secret vault. Must never lose a record that was reported as saved, never report one that is
// not whole on disk, and never overwrite a file that it could not read: such a file is moved aside or left alone.

import type { FSWatcher } from 'node:fs';
import { constants, watch } from 'node:fs';
import { access, chmod, lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../../core/lib/clock';
import type { Disposable } from '../../core/lib/disposable';
import type { Subscribe } from '../../core/lib/emitter';
import { Emitter } from '../../core/lib/emitter';
import type { Logger } from '../../core/lib/logger-port';
import { Mutex } from '../../core/lib/mutex';
import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import type { Locked, StoreError } from '../../core/ports';
import type { GuardedRead } from './durable-files';
import {
  flushFolder,
  freeAsideName,
  readGuarded,
  renameFlushed,
  replaceInFull,
  writeInFull,
} from './durable-files';
import type { Decoded } from './record-envelope';
import { decodeRecord, encodeRecord } from './record-envelope';
import type { StoreClass } from './store-class';
import { storeText, writeThroughStore } from './store-class';
import { storeErrorFrom } from './store-error';

/** An editor writes in several steps; one look after the last of them is enough. */
const SETTLE_MS = 150;

export interface RecordFileOptions<D> {
  readonly Store: StoreClass;
  readonly folder: string;
  /** Without extension, for example `credential`. */
  readonly name: string;
  /** The data when it has the right shape, else `undefined`. Must not throw. */
  readonly parse: (data: unknown) => D | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type RecordLoad<T> =
  | { readonly kind: 'empty' }
  | { readonly kind: 'ok'; readonly value: T; readonly recovered?: { readonly setAside: string } }
  | { readonly kind: 'locked'; readonly locked: Locked };

type Judged<D> =
  | { readonly kind: 'absent' | 'newer' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'bad'; readonly why: string; readonly claimsNewer: boolean }
  | { readonly kind: 'ok'; readonly data: D; readonly bytes: Buffer; readonly mode: number };

export class RecordFile<D> {
  readonly #options: RecordFileOptions<D>;
  readonly #file: string;
  readonly #copy: string;
  readonly #fileName: string;
  readonly #mutex = new Mutex();
  readonly #foreign: Emitter<void>;
  /** The bytes of the record that memory stands for: of the last load or save that went well. */
  #good: Buffer | undefined;
  /** False while the copy on disk may hold something older than `#good`. */
  #copyIsGood = false;
  #watcher: FSWatcher | undefined;
  #settle: Disposable | undefined;
  #reported: string | undefined;

  constructor(options: RecordFileOptions<D>) {
    this.#options = options;
    this.#fileName = `${options.name}.json`;
    this.#file = join(options.folder, this.#fileName);
    this.#copy = `${this.#file}.bak`;
    this.#foreign = new Emitter((error) => options.logger.error('store.listener-failed', { error }));
  }

  /** The file no longer holds what we wrote. Once per foreign content; nothing is done about it here. */
  readonly onForeignChange: Subscribe<void> = (listener) => {
    this.#watch();
    return this.#foreign.on(listener);
  };

  /**
   * Reads the record, or its last good copy. `open` may turn the record down (sealed by another program): then
   * nothing at all is written, moved or swept. Both bad is `locked`; the files stay where they are.
   */
  load<T>(open: (data: D) => Promise<Result<T, Locked>>): Promise<RecordLoad<T>> {
    return this.#mutex.run(async () => {
      const file = this.#judge(await readGuarded(this.#file));
      const copy = this.#judge(await readGuarded(this.#copy));
      if (file.kind === 'refused') return locked('unreadable', `${this.#fileName} ${file.why}`);
      if (file.kind === 'newer') return this.#newer();
      if (file.kind === 'absent' && copy.kind === 'absent') {
        await this.#sweep();
        return { kind: 'empty' };
      }
      const usable = file.kind === 'ok' ? file : copy;
      if (usable.kind !== 'ok') {
        const claimsNewer =
          (file.kind === 'bad' && file.claimsNewer) || (copy.kind === 'bad' && copy.claimsNewer);
        if (copy.kind === 'newer' || claimsNewer) return this.#newer();
        return locked(
          'unreadable',
          `${describe(this.#fileName, file)}; ${describe(`${this.#fileName}.bak`, copy)}`,
        );
      }
      const opened = await open(usable.data);
      if (!opened.ok) return { kind: 'locked', locked: opened.error };

      await this.#sweep();
      this.#good = usable.bytes;
      const recovered =
        file.kind === 'ok' ? undefined : { setAside: await this.#recover(file.kind, usable.bytes) };
      if (usable.mode !== 0o600) await this.#quietly('secure', () => chmod(this.#file, 0o600));
      this.#copyIsGood = copy.kind === 'ok' && copy.mode === 0o600 && copy.bytes.equals(usable.bytes);
      if (!this.#copyIsGood) await this.#quietly('refresh-copy', () => this.#refreshCopy(usable.bytes));
      return { kind: 'ok', value: opened.value, ...(recovered && { recovered }) };
    });
  }

  /** Durable when it resolves ok: written, read again, compared, flushed. Otherwise the record before is intact. */
  save(data: D): Promise<Result<void, StoreError>> {
    return this.#mutex.run(async () => {
      const value = encodeRecord(data);
      const bytes = Buffer.from(storeText(value), 'utf8');
      const pending = `${this.#copy}.tmp`;
      let before: GuardedRead;
      try {
        // Asked first, because the class tries a forbidden write again and again for a second, blocking everything.
        await access(this.#options.folder, constants.W_OK);
        before = await readGuarded(this.#file);
        if (before.kind === 'refused' && (await isNotAFile(this.#file))) {
          return err({ code: 'storage_failed', detail: `${this.#fileName} ${before.why}` });
        }
        if (this.#good && !this.#copyIsGood) await this.#refreshCopy(this.#good);
        // The next copy is put down whole before the file is touched: a full disk is found out here, harmlessly.
        await writeInFull(pending, bytes);
      } catch (error) {
        return err(storeErrorFrom(error, this.#fileName));
      }
      const failure = await this.#writeMain(value);
      if (failure) {
        await this.#quietly('restore', () => this.#restore(before));
        await this.#quietly('sweep', () => rm(pending, { force: true }));
        return err(storeErrorFrom(failure.error, this.#fileName));
      }
      this.#good = bytes;
      this.#reported = undefined;
      this.#copyIsGood = false;
      const refreshed = await this.#quietly('refresh-copy', () => renameFlushed(pending, this.#copy));
      this.#copyIsGood = refreshed;
      // A copy that stays behind would bring a retired secret back; none is better.
      if (!refreshed) await this.#quietly('drop-copy', () => rm(this.#copy, { force: true }));
      return ok(undefined);
    });
  }

  /** Moves the file and its copy to free names and says which. Deletes nothing. */
  setAside(): Promise<Result<readonly string[], StoreError>> {
    return this.#mutex.run(async () => {
      const moved: string[] = [];
      try {
        for (const path of [this.#file, this.#copy]) {
          if (!(await exists(path))) continue;
          const aside = await freeAsideName(path, this.#options.clock.now());
          await renameFlushed(path, aside);
          moved.push(basename(aside));
        }
      } catch (error) {
        return err(storeErrorFrom(error, this.#fileName));
      }
      this.#good = undefined;
      this.#copyIsGood = false;
      return ok(moved);
    });
  }

  dispose(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#settle?.dispose();
  }

  #judge(read: GuardedRead): Judged<D> {
    if (read.kind === 'absent') return { kind: 'absent' };
    if (read.kind === 'refused') return { kind: 'refused', why: read.why };
    if (read.kind === 'too-large') return { kind: 'bad', why: `has ${read.bytes} bytes`, claimsNewer: false };
    const decoded: Decoded = decodeRecord(read.bytes);
    if (decoded.kind !== 'ok') return decoded;
    const data = this.#options.parse(decoded.data);
    if (data === undefined) return { kind: 'bad', why: 'has the wrong shape', claimsNewer: false };
    return { kind: 'ok', data, bytes: read.bytes, mode: read.mode };
  }

  #newer<T>(): RecordLoad<T> {
    return locked('newer-version', `${this.#fileName} was written by a later version of Gatehouse`);
  }

  /** The file is bad or gone and the copy is good: keep the one, put the other in its place. */
  async #recover(kind: 'bad' | 'absent' | 'newer' | 'refused', bytes: Buffer): Promise<string> {
    let setAside = `${this.#fileName} was missing`;
    if (kind === 'bad') {
      const aside = await freeAsideName(this.#file, this.#options.clock.now());
      const moved = await this.#quietly('set-aside', () => renameFlushed(this.#file, aside));
      setAside = basename(moved ? aside : this.#file);
      // A folder that cannot be written still lets us start with the stored credential.
      if (!moved) return setAside;
    }
    await this.#quietly('recover', () => replaceInFull(this.#file, bytes));
    this.#options.logger.warn('store.recovered', { file: this.#fileName, setAside });
    return setAside;
  }

  async #writeMain(value: Record<string, unknown>): Promise<{ readonly error: unknown } | undefined> {
    const { Store, folder, name } = this.#options;
    const outcome = writeThroughStore(Store, { folder, name, value });
    if (!outcome.written) return { error: outcome.error };
    try {
      await flushFolder(folder);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /** Puts the record of before back, unless the failed write left the file as it found it. */
  async #restore(before: GuardedRead): Promise<void> {
    const after = await readGuarded(this.#file);
    if (before.kind === 'bytes' && after.kind === 'bytes' && before.bytes.equals(after.bytes)) return;
    if (before.kind !== 'bytes' && before.kind === after.kind) return;
    if (!this.#good) {
      await rm(this.#file, { force: true });
      return;
    }
    try {
      await replaceInFull(this.#file, this.#good);
    } catch {
      // No room even for that. A rename needs none, and the copy holds exactly this record.
      this.#copyIsGood = false;
      await rename(this.#copy, this.#file);
    }
  }

  async #refreshCopy(bytes: Buffer): Promise<void> {
    await replaceInFull(this.#copy, bytes);
    this.#copyIsGood = true;
  }

  /** Left by a process that was killed: ours (`.tmp`) and the store class's (`.tmp-` and 16 hex digits). */
  async #sweep(): Promise<void> {
    const ours = [`${this.#fileName}.tmp`, `${this.#fileName}.bak.tmp`];
    await this.#quietly('sweep', async () => {
      for (const name of await readdir(this.#options.folder)) {
        const theirs = name.startsWith(`${this.#fileName}.tmp-`) && /\.tmp-[0-9a-f]{10,16}$/.test(name);
        if (theirs || ours.includes(name)) await rm(join(this.#options.folder, name), { force: true });
      }
    });
  }

  #watch(): void {
    if (this.#watcher) return;
    try {
      this.#watcher = watch(this.#options.folder, { persistent: false }, (_event, name) => {
        if (name !== null && name !== this.#fileName) return;
        this.#settle?.dispose();
        this.#settle = this.#options.clock.setTimeout(() => {
          this.#mutex.run(() => this.#look()).catch(() => undefined);
        }, SETTLE_MS);
      });
      this.#watcher.on('error', (error) => this.#options.logger.warn('store.watch-failed', { error }));
    } catch (error) {
      this.#options.logger.warn('store.watch-failed', { file: this.#fileName, error });
    }
  }

  /** Runs inside the mutex, so never in the middle of a save of ours. */
  async #look(): Promise<void> {
    if (!this.#good || !this.#watcher) return;
    const read = await readGuarded(this.#file);
    if (read.kind === 'bytes' && read.bytes.equals(this.#good)) {
      this.#reported = undefined;
      return;
    }
    const what = read.kind === 'bytes' ? read.bytes.toString('base64') : read.kind;
    if (what === this.#reported) return;
    this.#reported = what;
    this.#options.logger.warn('store.changed-outside', { file: this.#fileName });
    this.#foreign.emit();
  }

  /** For steps whose failure must not fail the whole: logged, and told by `false`. */
  async #quietly(step: string, run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (error) {
      const { detail } = storeErrorFrom(error, this.#fileName);
      this.#options.logger.warn('store.step-failed', { step, detail });
      return false;
    }
  }
}

function locked<T>(reason: Locked['reason'], detail: string): RecordLoad<T> {
  return { kind: 'locked', locked: { reason, detail } };
}

function describe(name: string, judged: Judged<unknown>): string {
  if (judged.kind === 'bad' || judged.kind === 'refused') return `${name} ${judged.why}`;
  return judged.kind === 'absent' ? `${name} is missing` : `${name} cannot be used`;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** A link would be followed by the store class, and a pipe would block it. A second name is cut by its rename. */
async function isNotAFile(path: string): Promise<boolean> {
  const stats = await lstat(path);
  return !stats.isFile();
}
