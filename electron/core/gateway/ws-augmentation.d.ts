// ws 8.19 and later take `closeTimeout`; its typings do not know the option yet. Remove this once they do.
import type { IncomingMessage } from 'node:http';
import type WebSocket from 'ws';

declare module 'ws' {
  interface ServerOptions<
    // The typings' own parameters: an interface merges only with the very same ones.
    U extends typeof WebSocket = typeof WebSocket,
    V extends typeof IncomingMessage = typeof IncomingMessage,
  > {
    /** Milliseconds that a closing handshake may take before the socket is destroyed. Default 30000. */
    closeTimeout?: number | undefined;
  }
  interface ClientOptions {
    closeTimeout?: number | undefined;
  }
}
