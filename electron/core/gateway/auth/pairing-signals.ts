// What Pairing announces: to the clients with the pairing scope, to the sessions of a device, to the panel. Owned by
// Pairing; others only subscribe. A listener that throws is logged and stops nobody.

import { Emitter } from '../../lib/emitter';
import type { Logger } from '../../lib/logger-port';
import type { PairRequested } from './device-records';
import type { DeviceInvalidated, PairResolved } from './pairing-types';

export class PairingSignals {
  readonly requested: Emitter<PairRequested>;
  readonly resolved: Emitter<PairResolved>;
  readonly invalidated: Emitter<DeviceInvalidated>;
  readonly changed: Emitter<void>;

  constructor(logger: Logger) {
    const report = (error: unknown) => logger.error('pairing.listener-threw', { error: String(error) });
    this.requested = new Emitter(report);
    this.resolved = new Emitter(report);
    this.invalidated = new Emitter(report);
    this.changed = new Emitter(report);
  }
}
