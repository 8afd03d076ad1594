// Who is connected: every authenticated connection, by connId. Knows nothing about frames.

import type { SessionOnGrace } from '../../../shared/ipc/contract';
import type { Connection } from './connection';

export class ClientRegistry {
  readonly #byId = new Map<string, Connection>();

  add(connection: Connection): void {
    this.#byId.set(connection.connId, connection);
  }

  delete(connection: Connection): boolean {
    return this.#byId.delete(connection.connId);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Our own probe is not a client that anybody connected. */
  get externalCount(): number {
    let count = 0;
    for (const connection of this.#byId.values()) if (!connection.internal) count += 1;
    return count;
  }

  all(): Connection[] {
    return [...this.#byId.values()];
  }

  onGeneration(generation: number): SessionOnGrace[] {
    return this.all()
      .filter((connection) => connection.generation === generation && !connection.internal)
      .map((connection) => connection.describe());
  }
}
