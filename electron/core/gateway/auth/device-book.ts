// The paired devices in memory and on disk, as one list. Owned by Pairing, which decides; this keeps. A change is
// durable before memory has it; a list that cannot be read is never overwritten. Tokens are known to the redactor
// from the moment they exist.

import type { Clock } from '../../lib/clock';
import type { Disposable } from '../../lib/disposable';
import { Emitter } from '../../lib/emitter';
import type { Logger } from '../../lib/logger-port';
import { Mutex } from '../../lib/mutex';
import type { Redactor } from '../../lib/redactor';
import type { Result } from '../../lib/result';
import { err, ok } from '../../lib/result';
import type { DeviceRecord, DeviceRepository, Locked, StoreError } from '../../ports';
import { sha256 } from '../../tokens/token-format';

/** Local programs are let in without being asked about, so their number is bounded. */
export const MAX_PAIRED = 256;
const UNLOCK_RETRY_MS = 2_000;

export interface DeviceBookOptions {
  readonly repository: DeviceRepository;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly redactor: Pick<Redactor, 'set'>;
}

type Devices = ReadonlyMap<string, DeviceRecord>;

export class DeviceBook {
  readonly #options: DeviceBookOptions;
  readonly #mutex = new Mutex();
  readonly #changed: Emitter<void>;
  #devices: Devices | undefined;
  /** Digests of all device tokens, revoked ones too. */
  #digests: ReadonlySet<string> = new Set();
  #locked: Locked | undefined;
  #recovered: string | undefined;
  #unsaved = false;
  #unlockTimer: Disposable | undefined;

  constructor(options: DeviceBookOptions) {
    this.#options = options;
    this.#changed = new Emitter((error) =>
      options.logger.error('pairing.listener-threw', { error: String(error) }),
    );
  }

  get onChanged() {
    return this.#changed.on;
  }

  /** Why no device is let in, in words; `undefined` when all is well. */
  get problem(): string | undefined {
    return this.#devices === undefined ? (this.#locked?.detail ?? 'it has not been read yet') : undefined;
  }

  /** In words, when the list could not be read and was set aside. */
  get recovered(): string | undefined {
    return this.#recovered;
  }

  /** Idempotent. A keychain that is locked now is tried again every 2 s. */
  start(): Promise<void> {
    return this.#mutex.run(() => this.#load());
  }

  /** Waits for a change in flight and puts down what `touch` left in memory. */
  stop(): Promise<void> {
    this.#unlockTimer?.dispose();
    return this.#mutex.run(async () => {
      if (this.#devices !== undefined && this.#unsaved) await this.#save(this.#devices);
    });
  }

  get(deviceId: string): DeviceRecord | undefined {
    return this.#devices?.get(deviceId);
  }

  all(): readonly DeviceRecord[] {
    return [...(this.#devices?.values() ?? [])];
  }

  isToken(text: string): boolean {
    return this.#digests.has(sha256(text.trim()).toString('hex'));
  }

  /** One change after another; each sees what the one before has left. `locked` while the list is not there. */
  change<T, E>(section: () => Promise<Result<T, E>>): Promise<Result<T, E | StoreError>> {
    return this.#mutex.run(async () => {
      const { problem } = this;
      return problem === undefined ? section() : err({ code: 'locked', detail: problem });
    });
  }

  /** Inside `change` only. Past the limit the silently approved device that was seen longest ago makes room. */
  async put(record: DeviceRecord): Promise<Result<void, StoreError | { readonly code: 'full' }>> {
    const next = new Map(this.#devices).set(record.deviceId, record);
    if (next.size > MAX_PAIRED) {
      const [stalest] = [...next.values()]
        .filter(({ approvedVia, deviceId }) => approvedVia === 'silent' && deviceId !== record.deviceId)
        .sort((a, b) => lastSign(a) - lastSign(b));
      if (stalest === undefined) return err({ code: 'full' });
      next.delete(stalest.deviceId);
      this.#options.logger.warn('pairing.pruned', { deviceId: stalest.deviceId });
    }
    return this.#save(next);
  }

  /** Inside `change` only. */
  delete(deviceId: string): Promise<Result<void, StoreError>> {
    const next = new Map(this.#devices);
    next.delete(deviceId);
    return this.#save(next);
  }

  /** Memory only: reaches the disk with the next change or at the stop. Nothing that decides may come this way. */
  touch(record: DeviceRecord): void {
    if (!this.#devices?.has(record.deviceId)) return;
    this.#devices = new Map(this.#devices).set(record.deviceId, record);
    this.#unsaved = true;
  }

  async #load(): Promise<void> {
    if (this.#devices !== undefined) return;
    const { clock, logger, repository } = this.#options;
    const loaded = await repository.load();
    if (loaded.kind === 'ok') {
      this.#locked = undefined;
      this.#recovered = loaded.recovered;
      if (loaded.recovered !== undefined) logger.error('pairing.recovered', { detail: loaded.recovered });
      this.#commit(new Map(loaded.devices.map((record) => [record.deviceId, record])));
      return;
    }
    if (this.#locked?.reason !== loaded.locked.reason) logger.error('pairing.locked', { ...loaded.locked });
    this.#locked = loaded.locked;
    if (loaded.locked.reason !== 'keychain-unavailable') return;
    this.#unlockTimer?.dispose();
    this.#unlockTimer = clock.setTimeout(() => {
      this.start().catch((error: unknown) => logger.error('pairing.unlock-failed', { error: String(error) }));
    }, UNLOCK_RETRY_MS);
  }

  async #save(next: Devices): Promise<Result<void, StoreError>> {
    this.#options.redactor.set('device-tokens', tokenTexts(next));
    const saved = await this.#options.repository.save([...next.values()]);
    if (!saved.ok) {
      this.#options.logger.error('pairing.save-failed', { ...saved.error });
      return saved;
    }
    this.#unsaved = false;
    this.#commit(next);
    return ok(undefined);
  }

  #commit(devices: Devices): void {
    const texts = tokenTexts(devices);
    this.#devices = devices;
    this.#options.redactor.set('device-tokens', texts);
    this.#digests = new Set(texts.map((text) => sha256(text).toString('hex')));
    this.#changed.emit();
  }
}

function lastSign(record: DeviceRecord): number {
  return Math.max(record.approvedAtMs, record.lastSeenAtMs ?? 0);
}

function tokenTexts(devices: Devices): readonly string[] {
  return [...devices.values()].flatMap(({ tokens }) => tokens.map(({ secret }) => secret.expose()));
}
