// settings.json as bytes: reading without being fooled, writing whole or not at all, setting aside. Called by the
// settings store only; knows nothing of what the settings mean.

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JsonDocument } from '../../../shared/json-document';
import { isDocument } from '../../../shared/json-document';
import { MAX_SETTINGS_BYTES } from '../../../shared/model/settings';
import type { DocumentSnapshot } from '../../core/config/config-document';
import type { Clock } from '../../core/lib/clock';
import type { Logger } from '../../core/lib/logger-port';
import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import type { StoreError } from '../../core/ports';
import type { StoreClass } from './store-class';
import { storeText, writeThroughStore } from './store-class';
import { errorCode, storeErrorFrom } from './store-error';

export const SETTINGS_FILE = 'settings.json';

export interface SettingsFileOptions {
  readonly Store: StoreClass;
  readonly home: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class SettingsFile {
  readonly #options: SettingsFileOptions;
  readonly #path: string;

  constructor(options: SettingsFileOptions) {
    this.#options = options;
    this.#path = join(options.home, SETTINGS_FILE);
  }

  /** Does not throw: what cannot be read has no document and says why. */
  read(): DocumentSnapshot {
    const path = this.#path;
    try {
      const stats = statSync(path);
      if (!stats.isFile()) return this.#unusable('it is not a plain file');
      if (stats.size > MAX_SETTINGS_BYTES) return this.#unusable(`it has ${stats.size} bytes`);
      // It may hold a secret that was put there by hand.
      if ((stats.mode & 0o077) !== 0) this.#close(path);
      const bytes = readFileSync(path);
      const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
      return { path, exists: true, text, hash: hashOf(bytes), ...parsed(text) };
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') return this.#unusable(storeErrorFrom(error, SETTINGS_FILE).detail);
      return { path, exists: false, text: '', document: {}, why: '', hash: hashOf('') };
    }
  }

  /** Whole on disk when ok; else the file is as it was. */
  write(document: JsonDocument): Result<void, StoreError> {
    const { Store, home } = this.#options;
    const bytes = Buffer.byteLength(storeText(document));
    // It could not be read again.
    if (bytes > MAX_SETTINGS_BYTES) {
      return err({ code: 'storage_failed', detail: `${SETTINGS_FILE}: it would have ${bytes} bytes` });
    }
    const before = existsSync(this.#path) ? readFileSync(this.#path) : undefined;
    const outcome = writeThroughStore(Store, { folder: home, name: 'settings', value: { ...document } });
    if (outcome.written) return ok(undefined);
    this.#putBack(before);
    return err(storeErrorFrom(outcome.error, SETTINGS_FILE));
  }

  /** The name it was moved to, or the file's own name when it could not be moved. */
  setAside(why: string): string {
    const { clock, logger } = this.#options;
    const stem = `${this.#path}.bad-${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}`;
    let aside = stem;
    for (let n = 2; existsSync(aside); n += 1) aside = `${stem}-${n}`;
    try {
      renameSync(this.#path, aside);
      logger.warn('settings.set-aside', { setAside: basename(aside), why });
      return basename(aside);
    } catch (error) {
      logger.error('settings.set-aside-failed', { ...storeErrorFrom(error, SETTINGS_FILE) });
      return SETTINGS_FILE;
    }
  }

  /** Somebody else's file, or a file system without modes: still to be read. */
  #close(path: string): void {
    try {
      chmodSync(path, 0o600);
    } catch (error) {
      this.#options.logger.warn('settings.not-closed', { ...storeErrorFrom(error, SETTINGS_FILE) });
    }
  }

  #unusable(why: string): DocumentSnapshot {
    return { path: this.#path, exists: true, text: '', document: undefined, why, hash: hashOf(why) };
  }

  #putBack(before: Buffer | undefined): void {
    const path = this.#path;
    try {
      if (before && existsSync(path) && readFileSync(path).equals(before)) return;
      if (!before) {
        rmSync(path, { force: true });
        return;
      }
      const temporary = `${path}.tmp`;
      // writeFileSync loops until every byte is down; the rename makes it whole or nothing.
      writeFileSync(temporary, before, { mode: 0o600, flag: 'w' });
      renameSync(temporary, path);
    } catch (error) {
      this.#options.logger.error('settings.restore-failed', { ...storeErrorFrom(error, SETTINGS_FILE) });
    }
  }
}

function parsed(text: string): Pick<DocumentSnapshot, 'document' | 'why'> {
  try {
    const value: unknown = JSON.parse(text);
    if (isDocument(value)) return { document: value, why: '' };
    return { document: undefined, why: 'it is not a JSON object' };
  } catch {
    return { document: undefined, why: 'it is not valid JSON' };
  }
}

function hashOf(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
