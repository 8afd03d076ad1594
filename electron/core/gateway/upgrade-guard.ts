// The first part of a connect attempt, all that comes before 101: method, Host, Origin, URL and version of an upgrade
// -> a Connection, or a short HTTP refusal with its auth event (architecture section 5). Knows every connection,
// authenticated or not, so that the server can end them all.

import type { IncomingMessage } from 'node:http';
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
import { SECURITY_HEADERS } from './http-endpoints';
import { WS_OPTIONS } from './limits';
import {
  carriesSecret,
  classifyOrigin,
  headerValues,
  isAllowedHost,
  isDirectLocal,
  parseTarget,
} from './request-rules';

export interface UpgradeGuardOptions {
  readonly host: ConnectionHost;
  readonly random: Random;
  readonly internalPeers: InternalPeers;
  /** Port this server listens on. */
  readonly port: () => number;
  readonly allowedOrigins: () => readonly string[];
}

interface UpgradeRefusal {
  readonly reason: Extract<
    RefusalReason,
    'path_not_found' | 'host_not_allowed' | 'origin_not_allowed' | 'bad_upgrade' | 'secret_in_url'
  >;
  readonly status: 400 | 403 | 404 | 405 | 426;
  readonly text: string;
}

export class UpgradeGuard {
  readonly #options: UpgradeGuardOptions;
  readonly #connections = new Set<Connection>();
  readonly #wss = new WebSocketServer({ ...WS_OPTIONS, WebSocket: GatewaySocket });

  constructor(options: UpgradeGuardOptions) {
    this.#options = options;
    this.#wss.on('wsClientError', (_error, socket, request) => {
      this.#refuse(request, socket as Socket, { reason: 'bad_upgrade', status: 400, text: 'Bad Request' });
    });
  }

  /** Called for every request that offers to become a WebSocket. */
  admit(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const { allowedOrigins, host, port, random } = this.#options;
    const refusal = whyRefused(request, port(), allowedOrigins());
    if (refusal !== undefined) {
      this.#refuse(request, socket, refusal);
      return;
    }
    const peer = this.peerFacts(request, socket);
    // The 101 and the challenge leave in one write.
    socket.cork();
    process.nextTick(() => socket.uncork());
    this.#wss.handleUpgrade(request, socket, head, (accepted) => {
      const connection = new Connection({
        connId: random.uuid(),
        nonce: random.uuid(),
        socket: accepted as GatewaySocket,
        raw: socket,
        peer,
        host,
      });
      this.#connections.add(connection);
    });
  }

  /** Called by the server when a connection of any state is gone. */
  forget(connection: Connection): void {
    this.#connections.delete(connection);
  }

  closeAll(spec: CloseSpec): void {
    for (const connection of [...this.#connections]) connection.close(spec);
  }

  #refuse(request: IncomingMessage, socket: Socket, { reason, status, text }: UpgradeRefusal): void {
    const { host, random } = this.#options;
    const connId = random.uuid();
    const peer = this.peerFacts(request, socket);
    host.authLog.append(
      attemptEvent(connId, peer, 0, { outcome: 'refused', reason, answer: `HTTP ${status}` }),
    );
    const suffix = host.throttle.admit(`${peer.remoteAddress} upgrade ${reason}`);
    if (suffix !== undefined) {
      const message = `${closedBeforeConnectLine(connId, peer, status, reason)}${suffix}`;
      host.logger.warn('upgrade.refused', { message, cause: reason, connId });
    }
    endWithHttp(socket, `${status} ${text.split(':')[0] ?? text}`, text, {
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
      localPort: this.#options.port(),
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

/** A whole HTTP answer on a bare socket, and its end. */
export function endWithHttp(
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

/** @returns undefined when the upgrade may go on */
function whyRefused(
  { method, url: target, headers, rawHeaders }: IncomingMessage,
  port: number,
  allowedOrigins: readonly string[],
): UpgradeRefusal | undefined {
  if (method !== 'GET') return { reason: 'bad_upgrade', status: 405, text: 'Method Not Allowed' };
  // The header rules come before the path so that a foreign page learns nothing about which paths exist.
  if (!isAllowedHost(headerValues(rawHeaders, 'host'), port)) {
    return { reason: 'host_not_allowed', status: 403, text: 'Forbidden: Host not allowed' };
  }
  const originClass = classifyOrigin(headers.origin, allowedOrigins);
  if (originClass === 'denied' || originClass === 'null' || headerValues(rawHeaders, 'origin').length > 1) {
    return { reason: 'origin_not_allowed', status: 403, text: 'Forbidden: Origin not allowed' };
  }
  const url = parseTarget(target);
  if (url === undefined) return { reason: 'bad_upgrade', status: 400, text: 'Bad Request' };
  if (carriesSecret(url)) {
    const text = 'Bad Request: credentials do not belong in a URL';
    return { reason: 'secret_in_url', status: 400, text };
  }
  if (url.pathname !== '/') return { reason: 'path_not_found', status: 404, text: 'Not Found' };
  // ws takes version 8 as well; RFC 6455 section 4.2.2 knows one version and this answer to all others.
  if (headers['sec-websocket-version'] !== '13')
    return { reason: 'bad_upgrade', status: 426, text: 'Upgrade Required' };
  return undefined;
}
