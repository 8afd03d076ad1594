// Remembers which local sockets our own probe has opened, as `ip:port`. The gateway recognises its probe by
// the socket, never by what a client says about itself. The probe registers before its first byte is sent.

import type { Disposable } from './disposable';
import { toDisposable } from './disposable';

export class InternalPeers {
  readonly #peers = new Set<string>();

  add(address: string, port: number): Disposable {
    const key = peerKey(address, port);
    this.#peers.add(key);
    return toDisposable(() => this.#peers.delete(key));
  }

  has(address: string, port: number): boolean {
    return this.#peers.has(peerKey(address, port));
  }
}

function peerKey(address: string, port: number): string {
  return `${address}:${port}`;
}
