// settings.json as the configuration methods see it: text, hash, what is wrong, and one guarded replacement.
// The shell's settings store fills this; only ConfigService calls it.

import type { JsonDocument, JsonPath } from '../../../shared/json-document';
import type { Settings } from '../../../shared/model/settings';
import type { Notice } from '../../../shared/model/status';
import type { Subscribe } from '../lib/emitter';
import type { Result } from '../lib/result';
import type { SettingsProblem, StoreError } from '../ports';

export interface DocumentProblem extends SettingsProblem {
  /** `unknown`: not a setting of ours; it is kept in the file and has no effect. */
  readonly kind: 'unknown' | 'invalid';
  readonly path: JsonPath;
}

export interface DocumentSnapshot {
  readonly path: string;
  readonly exists: boolean;
  /** As it lies on disk, without a byte order mark; '' when it does not exist or could not be read. May hold secrets. */
  readonly text: string;
  /** `undefined` when the text is no JSON object. May hold secrets that were written in by hand. */
  readonly document: JsonDocument | undefined;
  /** Why there is no document, in words. */
  readonly why: string;
  /** SHA-256 of the bytes on disk, hex. */
  readonly hash: string;
}

/** Somebody else wrote settings.json while we run. What is valid of it is in use already. */
export interface ForeignChange {
  readonly snapshot: DocumentSnapshot;
  readonly before: Settings;
  readonly after: Settings;
  /** What a person should now be told; `cleared` are ids that no longer hold. */
  readonly notices: readonly Omit<Notice, 'at'>[];
  readonly cleared: readonly string[];
}

export interface ConfigDocument {
  /** Looks at the disk now; a hand edit that was not seen yet takes effect on the way. One small synchronous read. */
  read(): DocumentSnapshot;
  /** Everything wrong with a document, virtual keys aside. Empty: it may be saved. */
  check(document: JsonDocument): readonly DocumentProblem[];
  /** With defaults, without what is wrong; flags and environment left out. */
  resolve(document: JsonDocument): Settings;
  /**
   * Durable and in use when it resolves ok. `changed`: the file is no longer the one with `baseHash`; nothing was
   * done. A file that is no JSON is moved aside first, never overwritten.
   */
  replace(
    document: JsonDocument,
    baseHash: string,
  ): Result<DocumentSnapshot, StoreError | { readonly code: 'changed' }>;
  readonly onForeignChange: Subscribe<ForeignChange>;
  /** From now on hand edits are noticed as they are made. Idempotent. */
  watch(): void;
  dispose(): void;
}
