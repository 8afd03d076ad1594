// The paired devices in memory and on disk, as one list. Owned by Pairing, which decides; this keeps. A change is
// durable before memory has it; a list that cannot be read is never overwritten. Tokens are known to the redactor
// from the moment they exist.

import type { AuthLog } from '../../auth-log/auth-log';
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
import type { DeviceTouch } from './device-records';
import { touched } from './device-records';

/** Local programs are let in without being asked about, so their number is bounded. */
export const MAX_PAIRED = 256;
const UNLOCK_RETRY_MS = 2_000;
/** When a device was last here may be lost to a crash for this long. */
const TOUCH_WRITE_MS = 30_000;

export interface DeviceBookOptions {
  readonly repository: DeviceRepository;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly redactor: Pick<Redactor, 'set'>;
  readonly authLog: Pick<AuthLog, 'append' | 'flush'>;
  /** Does a session of this device stand. Without it nobody counts as connected. */
  readonly isConnected: (deviceId: string) => boolean;
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
  /** Not on the disk yet: the last of each kind. */
  #touches = new Map<string, DeviceTouch>();
  #unlockTimer: Disposable | undefined;
  #touchTimer: Disposable | undefined;
  #stopped = false;

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
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unlockTimer?.dispose();
    this.#touchTimer?.dispose();
    await this.#saveTouches();
    // Of those that came during that write.
    await this.#saveTouches();
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

  /**
   * Inside `change` only. Past the limit the silently approved device that was seen longest ago and is not here
   * now makes room, and is returned; one that a person approved never does.
   */
  async put(
    record: DeviceRecord,
  ): Promise<Result<DeviceRecord | undefined, StoreError | { readonly code: 'full' }>> {
    const next = new Map(this.#devices).set(record.deviceId, record);
    const isFull = next.size > MAX_PAIRED;
    const pruned = isFull ? this.#stalest(record.deviceId) : undefined;
    if (isFull && pruned === undefined) return err({ code: 'full' });
    if (pruned !== undefined) next.delete(pruned.deviceId);
    const saved = await this.#save(next);
    return saved.ok ? ok(pruned) : saved;
  }

  /** Inside `change` only. */
  delete(deviceId: string): Promise<Result<void, StoreError>> {
    const next = new Map(this.#devices);
    next.delete(deviceId);
    return this.#save(next);
  }

  /** Memory first: on the disk with the next change, within 30 s, or at the stop. Nothing that decides comes this way. */
  touch(touch: DeviceTouch): void {
    const record = this.#devices?.get(touch.deviceId);
    if (record === undefined) return;
    this.#devices = new Map(this.#devices).set(record.deviceId, touched(record, touch));
    this.#touches.set(keyOf(touch), touch);
    this.#saveTouchesLater();
  }

  #stalest(newcomer: string): DeviceRecord | undefined {
    const { isConnected } = this.#options;
    return this.all()
      .filter(({ approvedVia, deviceId }) => approvedVia === 'silent' && deviceId !== newcomer)
      .filter(({ deviceId }) => !isConnected(deviceId))
      .sort((a, b) => lastSign(a) - lastSign(b))[0];
  }

  #saveTouchesLater(): void {
    if (this.#stopped) return;
    const { clock, logger } = this.#options;
    this.#touchTimer ??= clock.setTimeout(() => {
      this.#touchTimer = undefined;
      this.#saveTouches().then(
        () => this.#touches.size > 0 && this.#saveTouchesLater(),
        (error: unknown) => logger.error('pairing.save-failed', { error: String(error) }),
      );
    }, TOUCH_WRITE_MS);
  }

  #saveTouches(): Promise<void> {
    return this.#mutex.run(async () => {
      if (this.#devices !== undefined && this.#touches.size > 0) await this.#save(this.#devices);
    });
  }

  async #load(): Promise<void> {
    if (this.#devices !== undefined) return;
    const { clock, logger, repository } = this.#options;
    const loaded = await repository.load();
    if (loaded.kind === 'ok') {
      this.#locked = undefined;
      this.#recovered = loaded.recovered;
      if (loaded.recovered !== undefined) {
        logger.error('pairing.recovered', { detail: loaded.recovered });
        this.#options.authLog.append({ event: 'store.recovered', detail: loaded.recovered });
      }
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
    const writing = this.#touches;
    this.#touches = new Map();
    const saved = await this.#options.repository.save([...next.values()]);
    if (!saved.ok) {
      this.#touches = new Map([...writing, ...this.#touches]);
      this.#options.logger.error('pairing.save-failed', { ...saved.error });
      return saved;
    }
    // Who was here while the disk was written is not in what it has: kept in memory, and for the next save.
    this.#commit(withTouches(next, this.#touches));
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

function keyOf({ deviceId, tokenRole }: DeviceTouch): string {
  return `${deviceId} ${tokenRole ?? ''}`;
}

function withTouches(devices: Devices, touches: ReadonlyMap<string, DeviceTouch>): Devices {
  const next = new Map(devices);
  for (const touch of touches.values()) {
    const record = next.get(touch.deviceId);
    if (record !== undefined) next.set(touch.deviceId, touched(record, touch));
  }
  return next;
}

function lastSign(record: DeviceRecord): number {
  return Math.max(record.approvedAtMs, record.lastSeenAtMs ?? 0);
}

function tokenTexts(devices: Devices): readonly string[] {
  return [...devices.values()].flatMap(({ tokens }) => tokens.map(({ secret }) => secret.expose()));
}
