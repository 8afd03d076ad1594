// The listening half of a double: an HTTP server on 127.0.0.1 that can go down and come back on the same port, and
// that can end every connection. Used inside doubles only.

import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export class DoubleServer {
  readonly server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  constructor(listener: RequestListener) {
    this.server = createServer(listener);
    this.server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  get port(): number {
    return this.#port;
  }

  /** On the port of the first time. Does nothing while it listens. */
  async up(): Promise<void> {
    if (this.server.listening) return;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.#port, '127.0.0.1', () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    this.#port = (this.server.address() as AddressInfo).port;
  }

  /** Cuts every connection and refuses new ones. */
  async down(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The fault `slow`: an answer that begins and does not end. */
export function beginAnswer(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"');
}
