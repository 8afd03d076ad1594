// Who is connected: every authenticated connection, by connId. Knows nothing about frames.

import type { SessionOnGrace } from '../../../shared/ipc/contract';
import type { DeviceInvalidated } from './auth/pairing';
import type { Connection } from './connection';

export class ClientRegistry {
  readonly #byId = new Map<string, Connection>();
  #external = 0;

  /** Once per connection. */
  add(connection: Connection): void {
    this.#byId.set(connection.connId, connection);
    if (!connection.internal) this.#external += 1;
  }

  delete(connection: Connection): boolean {
    const known = this.#byId.delete(connection.connId);
    if (known && !connection.internal) this.#external -= 1;
    return known;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Our own probe is not a client that anybody connected. */
  get externalCount(): number {
    return this.#external;
  }

  all(): Connection[] {
    return [...this.#byId.values()];
  }

  hasDevice(deviceId: string): boolean {
    return this.all().some(({ principal }) => principal?.deviceId === deviceId);
  }

  /** A device was removed, or a token of it ended: its sessions go, and the one that asked for it after its reply. */
  invalidateDevice({ deviceId, role, close, by }: DeviceInvalidated): void {
    for (const connection of this.all()) {
      const { principal } = connection;
      if (principal?.deviceId !== deviceId || (role !== undefined && principal.role !== role)) continue;
      connection.retire(close, connection.connId === by);
    }
  }

  onGeneration(generation: number): SessionOnGrace[] {
    return this.all()
      .filter((connection) => connection.generation === generation && !connection.internal)
      .map((connection) => connection.describe());
  }
}
