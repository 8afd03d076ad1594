// A TokenRepository without a disk. Tests decide what `load` finds, how long a save takes and whether it fails.

import { Emitter } from '../../electron/core/lib/emitter';
import type { Result } from '../../electron/core/lib/result';
import { err, ok } from '../../electron/core/lib/result';
import type {
  CredentialLoad,
  CredentialRecord,
  StoreError,
  TokenRepository,
} from '../../electron/core/ports';
import type { StorageBackend } from '../../shared/model/token';

export class MemoryRepository implements TokenRepository {
  readonly backend: StorageBackend;
  /** What the "disk" holds: only what a successful save put there. */
  stored: CredentialRecord | undefined;
  /** When set, `load` answers this instead of `stored`. */
  loadAnswer: CredentialLoad | undefined;
  /** Awaited before a load or a save takes effect: a gate that a test holds shut. */
  beforeLoad: (() => Promise<void>) | undefined;
  beforeSave: ((record: CredentialRecord) => Promise<void>) | undefined;
  /** Every save fails with this while it is set. */
  saveError: StoreError | undefined;
  setAsideError: StoreError | undefined;
  loads = 0;
  saves = 0;
  setAsides = 0;
  disposed = false;
  readonly #foreign = new Emitter<void>((error) => {
    throw error;
  });
  readonly onForeignChange = this.#foreign.on;

  constructor(options: { readonly stored?: CredentialRecord; readonly backend?: StorageBackend } = {}) {
    this.stored = options.stored;
    this.backend = options.backend ?? 'plain';
  }

  async load(): Promise<CredentialLoad> {
    this.loads += 1;
    await this.beforeLoad?.();
    if (this.loadAnswer) return this.loadAnswer;
    return this.stored ? { kind: 'ok', record: this.stored } : { kind: 'empty' };
  }

  async save(record: CredentialRecord): Promise<Result<void, StoreError>> {
    this.saves += 1;
    await this.beforeSave?.(record);
    if (this.saveError) return err(this.saveError);
    this.stored = record;
    return ok(undefined);
  }

  async setAside(): Promise<Result<readonly string[], StoreError>> {
    this.setAsides += 1;
    if (this.setAsideError) return err(this.setAsideError);
    this.stored = undefined;
    this.loadAnswer = undefined;
    return ok(['credential.json.bad-memory']);
  }

  /** As if somebody had edited the file. */
  emitForeignChange(): void {
    this.#foreign.emit();
  }

  dispose(): void {
    this.disposed = true;
  }
}
