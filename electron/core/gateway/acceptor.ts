// Accepts what the listener hands it: plain HTTP goes to the endpoints, a WebSocket upgrade to the guard. Knows every
// open socket, so that the server can end them all.

import type { IncomingMessage, Server } from 'node:http';
import { createServer, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpEndpointsOptions } from './http-endpoints';
import { handleHttp } from './http-endpoints';
import { HTTP_OPTIONS, MAX_HEADERS_COUNT } from './limits';
import { isWebSocketUpgrade } from './request-rules';
import type { UpgradeGuard } from './upgrade-guard';
import { endWithHttp } from './upgrade-guard';

/** What Node's parser gives up on, as HTTP says it. */
const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

export interface AcceptorOptions {
  readonly guard: UpgradeGuard;
  readonly http: HttpEndpointsOptions;
}

export class Acceptor {
  readonly #options: AcceptorOptions;
  readonly #sockets = new Set<Socket>();

  constructor(options: AcceptorOptions) {
    this.#options = options;
  }

  destroyAll(): void {
    for (const socket of [...this.#sockets]) socket.destroy();
  }

  createServer(): Server {
    const { guard, http } = this.#options;
    const server = createServer(HTTP_OPTIONS);
    server.maxHeadersCount = MAX_HEADERS_COUNT;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => handleHttp(http, request, response));
    server.on('upgrade', (request, duplex, head) => {
      const socket = duplex as Socket;
      // The peer may vanish while it is being refused; without a listener that would end the process.
      socket.on('error', () => socket.destroy());
      if (isWebSocketUpgrade(request.headers)) guard.admit(request, socket, head);
      else this.#serveWithoutUpgrade(request, socket);
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (!socket.writable) return socket.destroy();
      return endWithHttp(socket, CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request', '');
    });
    return server;
  }

  /** RFC 9110 section 7.8: an offer to change the protocol may be ignored. Not an attempt to connect, so not logged. */
  #serveWithoutUpgrade(request: IncomingMessage, socket: Socket): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      // Node stops reading the body of a request that offers an upgrade, so it cannot be served.
      endWithHttp(socket, '426 Upgrade Required', 'This server speaks WebSocket and HTTP/1.1', {
        Upgrade: 'websocket',
      });
      return;
    }
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end(() => socket.destroy()));
    handleHttp(this.#options.http, request, response);
  }
}
