// A DeviceRepository without a disk. Tests decide what `load` finds, when a save takes effect and whether it fails.

import type { Result } from '../../electron/core/lib/result';
import { err, ok } from '../../electron/core/lib/result';
import type { DeviceRecord, DeviceRepository, DevicesLoad, StoreError } from '../../electron/core/ports';

export class MemoryDevices implements DeviceRepository {
  /** What the "disk" holds: only what a successful save put there. */
  stored: readonly DeviceRecord[] = [];
  /** When set, `load` answers this instead of `stored`. */
  loadAnswer: DevicesLoad | undefined;
  /** Awaited before a save takes effect: a gate that a test holds shut. */
  beforeSave: (() => Promise<void>) | undefined;
  /** Every save fails with this while it is set. */
  saveError: StoreError | undefined;
  saves = 0;

  async load(): Promise<DevicesLoad> {
    return this.loadAnswer ?? { kind: 'ok', devices: this.stored };
  }

  async save(devices: readonly DeviceRecord[]): Promise<Result<void, StoreError>> {
    this.saves += 1;
    await this.beforeSave?.();
    if (this.saveError) return err(this.saveError);
    this.stored = devices;
    return ok(undefined);
  }
}
