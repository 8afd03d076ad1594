// Sends events to all authenticated connections: encoded once, numbered per client (protocol section 1.5).

import type { EventName } from '../../../shared/protocol/events';
import type { StateVersion } from '../../../shared/protocol/frames';
import type { ClientRegistry } from './client-registry';

export class Broadcaster {
  readonly #registry: ClientRegistry;

  constructor(registry: ClientRegistry) {
    this.#registry = registry;
  }

  send(event: EventName, payload: unknown, stateVersion?: StateVersion): void {
    const body = `"event":${JSON.stringify(event)},"payload":${JSON.stringify(payload)}`;
    const tail = stateVersion === undefined ? '' : `,"stateVersion":${JSON.stringify(stateVersion)}`;
    for (const connection of this.#registry.all()) {
      connection.sendEvent((seq) => `{"type":"event",${body},"seq":${seq}${tail}}`);
    }
  }
}
