// Accepts what the listener hands it: plain HTTP to the endpoints, upgrades through the guard to a Connection.
// Knows every open socket, authenticated or not, so that the server can end them all.

import type { IncomingMessage, Server } from 'node:http';
import { createServer, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { RefusalReason } from '../../../shared/model/auth-event';
import type { CloseSpec } from '../../../shared/protocol/close-codes';
import { cleanForeignText } from '../lib/foreign-text';
import type { InternalPeers } from '../lib/internal-peers';
import type { Random } from '../lib/random';
import type { PeerFacts } from './attempt';
import { attemptEvent, closedBeforeConnectLine } from './attempt';
import type { ConnectionHost } from './connection';
import { Connection } from './connection';
import { GatewaySocket } from './gateway-socket';
import type { HttpEndpointsOptions } from './http-endpoints';
import { handleHttp, SECURITY_HEADERS } from './http-endpoints';
import { HTTP_OPTIONS, MAX_HEADERS_COUNT, WS_OPTIONS } from './limits';
import { SLOW_CONSUMER } from './outbox';
import { checkUpgrade, classifyOrigin, isDirectLocal, isWebSocketUpgrade } from './upgrade-guard';

/** What Node's parser gives up on, as HTTP says it. */
const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

export interface AcceptorOptions {
  readonly host: ConnectionHost;
  readonly http: HttpEndpointsOptions;
  readonly random: Random;
  readonly internalPeers: InternalPeers;
  readonly allowedOrigins: () => readonly string[];
  /** A connection is about to be closed because its peer does not read. */
  readonly onSlowConsumer: (connection: Connection, bufferedBytes: number) => void;
}

export class Acceptor {
  readonly #options: AcceptorOptions;
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Map<Connection, GatewaySocket>();
  readonly #wss = new WebSocketServer({ ...WS_OPTIONS, WebSocket: GatewaySocket });

  constructor(options: AcceptorOptions) {
    this.#options = options;
    this.#wss.on('wsClientError', (_error, socket, request) => {
      this.#refuseUpgrade(request, socket, 'bad_upgrade', 400, 'Bad Request');
    });
  }

  /** Called by the server when a connection of any state is gone. */
  forget(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** What a connection's peer has not taken yet. */
  bufferedBytes(connection: Connection): number {
    return this.#connections.get(connection)?.bufferedAmount ?? 0;
  }

  closeAll(spec: CloseSpec): void {
    for (const connection of [...this.#connections.keys()]) connection.close(spec);
  }

  destroyAll(): void {
    for (const socket of [...this.#sockets]) socket.destroy();
  }

  createServer(): Server {
    const server = createServer(HTTP_OPTIONS);
    server.maxHeadersCount = MAX_HEADERS_COUNT;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      handleHttp(this.#options.http, request, response);
    });
    server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (!socket.writable) return socket.destroy();
      return endSocket(socket, CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request', '');
    });
    return server;
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // The peer may vanish while it is being refused; without a listener that would end the process.
    socket.on('error', () => socket.destroy());
    if (!isWebSocketUpgrade(request.headers)) {
      this.#serveWithoutUpgrade(request, socket as Socket);
      return;
    }
    const decision = checkUpgrade({
      method: request.method,
      url: request.url,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      port: this.#options.http.port(),
      allowedOrigins: this.#options.allowedOrigins(),
    });
    if (!decision.ok) {
      this.#refuseUpgrade(request, socket, decision.reason, decision.status, decision.text);
      return;
    }
    const peer = this.peerFacts(request, socket as Socket);
    // The 101 and the challenge leave in one write.
    socket.cork();
    process.nextTick(() => socket.uncork());
    this.#wss.handleUpgrade(request, socket, head, (accepted) => {
      const { random } = this.#options;
      const connection = new Connection({
        connId: random.uuid(),
        nonce: random.uuid(),
        socket: accepted as GatewaySocket,
        raw: socket as Socket,
        peer,
        host: this.#options.host,
      });
      this.#connections.set(connection, accepted as GatewaySocket);
      accepted.once(SLOW_CONSUMER, (bufferedBytes: number) =>
        this.#options.onSlowConsumer(connection, bufferedBytes),
      );
    });
  }

  /** RFC 9110 section 7.8: an offer to change the protocol may be ignored. Not an attempt to connect, so not logged. */
  #serveWithoutUpgrade(request: IncomingMessage, socket: Socket): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      // Node stops reading the body of a request that offers an upgrade, so it cannot be served.
      endSocket(socket, '426 Upgrade Required', 'This server speaks WebSocket and HTTP/1.1', {
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

  #refuseUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    reason: RefusalReason,
    status: number,
    text: string,
  ): void {
    const { host, random } = this.#options;
    const connId = random.uuid();
    const peer = this.peerFacts(request, socket as Socket);
    host.authLog.append(
      attemptEvent(connId, peer, 0, { outcome: 'refused', reason, answer: `HTTP ${status}` }),
    );
    const suffix = host.throttle.admit(`${peer.remoteAddress} upgrade ${reason}`);
    if (suffix !== undefined) {
      const message = `${closedBeforeConnectLine(connId, peer, status, reason)}${suffix}`;
      host.logger.warn('upgrade.refused', { message, cause: reason, connId });
    }
    endSocket(socket, `${status} ${text.split(':')[0] ?? text}`, text, {
      ...(status === 405 ? { Allow: 'GET' } : {}),
      ...(status === 426 ? { 'Sec-WebSocket-Version': '13', Upgrade: 'websocket' } : {}),
    });
  }

  /** What is known of a peer from its socket and its request; foreign strings cleaned and cut. */
  peerFacts(request: IncomingMessage, socket: Socket): PeerFacts {
    const { headers } = request;
    const foreign = (value: string | string[] | undefined) =>
      value === undefined ? undefined : cleanForeignText(String(value));
    const remoteAddress = socket.remoteAddress ?? 'unknown';
    const remotePort = socket.remotePort ?? 0;
    const host = foreign(headers.host);
    const origin = foreign(headers.origin);
    const userAgent = foreign(headers['user-agent']);
    const forwardedFor = foreign(headers['x-forwarded-for']);
    return {
      remoteAddress,
      remotePort,
      // The listener has one address; asking the socket for it would be a system call per attempt.
      localAddress: '127.0.0.1',
      localPort: this.#options.http.port(),
      ...(host === undefined ? {} : { host }),
      ...(origin === undefined ? {} : { origin }),
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(forwardedFor === undefined ? {} : { forwardedFor }),
      originClass: classifyOrigin(headers.origin, this.#options.allowedOrigins()),
      directLocal: isDirectLocal(socket.remoteAddress, headers),
      internal: this.#options.internalPeers.has(remoteAddress, remotePort),
    };
  }
}

function endSocket(
  socket: Duplex,
  status: string,
  body: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const text = body === '' ? status : body;
  const headers = {
    Connection: 'close',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(text)),
    ...SECURITY_HEADERS,
    ...more,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${text}`);
}
