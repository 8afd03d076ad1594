// The network of adapters: node:https and ws, through the system's proxy where there is one, each request bounded in
// time and size. node:https instead of fetch: on the old runtime only its agents can go through a proxy, and the same
// agents carry the WebSockets (docs/decisions/006). Built once by core.ts.

import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { HttpsProxyAgent } from 'https-proxy-agent';
import WebSocket from 'ws';
import type { Clock } from '../../lib/clock';
import { DisposableStore } from '../../lib/disposable';
import { hostOf } from '../../lib/public-address';
import { err, ok, type Result } from '../../lib/result';
import type { EpochFailure } from '../channel-adapter';
import type {
  ChannelNet,
  ConnectFailure,
  HttpReply,
  HttpRequest,
  SocketClose,
  SocketRequest,
  VendorSocket,
} from './channel-net';
import { networkFailure, notPublicFailure, timeoutFailure, tooLargeFailure } from './failures';
import { isWithin } from './followable';
import { isDialable, publicLookup } from './public-lookup';

const DEFAULT_MAX_BYTES = 1024 * 1024;
const CLOSE_PATIENCE_MS = 500;
const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const ABORTED: EpochFailure = { class: 'network', code: 'aborted', message: 'stopped' };

/**
 * The proxy for a URL, as `http://host:port`; undefined: go there directly. Never asked about this machine. One that
 * cannot be used is handed on all the same: who set it does not want to be seen without it.
 */
export type ResolveProxy = (url: string) => Promise<string | undefined>;

export interface SystemNetOptions {
  readonly clock: Clock;
  readonly resolveProxy: ResolveProxy;
  /** Hosts below these are dialled wherever their name leads: the certificate proves them. */
  readonly vendorDomains: readonly string[];
}

type Bounds = Pick<HttpRequest, 'signal' | 'timeoutMs'>;

/** How to get to a host: its agent, and the proxy's host when it leads through one. */
interface Way {
  readonly agent: http.Agent;
  readonly proxy?: string;
}

export class SystemNet implements ChannelNet {
  readonly #options: SystemNetOptions;
  // Vendors keep idle connections for a minute or so; ours go first, so that none is used as it dies.
  readonly #https = new https.Agent({ keepAlive: true, timeout: 30_000 });
  readonly #publicHttps = new https.Agent({ keepAlive: true, timeout: 30_000, lookup: publicLookup });
  readonly #http = new http.Agent({ keepAlive: true, timeout: 30_000 });
  readonly #proxies = new Map<string, HttpsProxyAgent<string>>();

  constructor(options: SystemNetOptions) {
    this.#options = options;
  }

  /** Closes the idle connections. */
  stop(): void {
    for (const agent of [this.#https, this.#publicHttps, this.#http, ...this.#proxies.values()])
      agent.destroy();
  }

  async http(request: HttpRequest): Promise<Result<HttpReply, EpochFailure>> {
    const url = new URL(request.url);
    const startedAt = this.#options.clock.monotonicMs();
    const way = await this.#way(url, request);
    if (!way.ok) return way;
    // Aborted in the turn in which the way was found: no listener of ours has heard it.
    if (request.signal.aborted) return err(ABORTED);
    const { agent } = way.value;
    const body = request.json === undefined ? undefined : Buffer.from(JSON.stringify(request.json));
    const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES;
    return new Promise((resolve) => {
      const cleanup = new DisposableStore();
      const open = () =>
        (url.protocol === 'http:' ? http : https).request(url, {
          method: request.method,
          agent,
          headers: {
            accept: 'application/json',
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length }),
            ...request.headers,
          },
        });
      const opened = unlessBadHeader(open);
      if (!opened.ok) return resolve(opened);
      const outgoing = opened.value;
      const finish = (result: Result<HttpReply, EpochFailure>): void => {
        cleanup.dispose();
        if (!result.ok) outgoing.destroy();
        resolve(result);
      };
      const onAbort = () => finish(err(ABORTED));
      request.signal.addEventListener('abort', onAbort, { once: true });
      cleanup.addFn(() => request.signal.removeEventListener('abort', onAbort));
      cleanup.add(
        this.#options.clock.setTimeout(
          () => finish(err(timeoutFailure(url.host, request.timeoutMs))),
          this.#leftMs(request, startedAt),
        ),
      );
      // Stays for good: a request that was destroyed may still report an error.
      outgoing.on('error', (error) => finish(err(networkFailure(error, peerOf(error, url, way.value)))));
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBytes) finish(err(tooLargeFailure(url.host, maxBytes)));
          else chunks.push(chunk);
        });
        response.on('error', (error) => finish(err(networkFailure(error, url.host))));
        response.on('end', () => {
          const { statusCode = 0, headers } = response;
          finish(ok({ status: statusCode, headers, text: Buffer.concat(chunks).toString('utf8') }));
        });
      });
      outgoing.end(body);
    });
  }

  async connect(request: SocketRequest): Promise<Result<VendorSocket, ConnectFailure>> {
    const url = new URL(request.url);
    const startedAt = this.#options.clock.monotonicMs();
    const way = await this.#way(url, request);
    if (!way.ok) return way;
    // Aborted in the turn in which the way was found: no listener of ours has heard it.
    if (request.signal.aborted) return err(ABORTED);
    const { agent } = way.value;
    const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES;
    const open = () =>
      new WebSocket(url, {
        agent,
        maxPayload: maxBytes,
        perMessageDeflate: false,
        followRedirects: false,
        ...(request.headers === undefined ? {} : { headers: { ...request.headers } }),
      });
    const opened = unlessBadHeader(open);
    if (!opened.ok) return opened;
    const socket = opened.value;
    return new Promise((resolve) => {
      const opening = new DisposableStore();
      let failure: EpochFailure | undefined;
      const refuse = (reason: ConnectFailure): void => {
        opening.dispose();
        resolve(err(reason));
        socket.terminate();
      };
      // For the whole life of the socket: ws reports errors also after terminate(), and without a listener each of
      // them would end the process.
      socket.on('error', (error) => {
        failure ??=
          frameFailure(error, url.host, maxBytes) ?? networkFailure(error, peerOf(error, url, way.value));
        refuse(failure);
      });
      socket.on('message', (data, isBinary) => request.onMessage(data as Buffer, isBinary));
      socket.on('ping', () => request.onPing?.());
      socket.on('pong', () => request.onPong?.());
      socket.on('unexpected-response', (_outgoing, { statusCode = 0, headers }) => {
        const response = { status: statusCode, headers };
        const message = `${url.host} refused the connection (HTTP ${statusCode})`;
        refuse({ class: statusCode >= 500 ? 'server' : 'protocol', code: statusCode, message, response });
      });
      const onAbort = () => refuse(ABORTED);
      request.signal.addEventListener('abort', onAbort, { once: true });
      opening.addFn(() => request.signal.removeEventListener('abort', onAbort));
      opening.add(
        this.#options.clock.setTimeout(
          () => refuse(timeoutFailure(url.host, request.timeoutMs)),
          this.#leftMs(request, startedAt),
        ),
      );
      socket.once('open', () => {
        opening.dispose();
        resolve(ok(openSocket(socket, request.signal, this.#options.clock, () => failure)));
      });
    });
  }

  async #way(url: URL, request: Bounds): Promise<Result<Way, EpochFailure>> {
    if (request.signal.aborted) return err(ABORTED);
    const secure = url.protocol === 'https:' || url.protocol === 'wss:';
    if (LOOPBACK_HOSTS.includes(url.hostname)) return ok({ agent: secure ? this.#https : this.#http });
    if (!secure) {
      return err({
        class: 'config',
        code: 'not_encrypted',
        message: `${url.host} is not asked without encryption`,
      });
    }
    const isVendors = this.#options.vendorDomains.some((domain) => isWithin(url.hostname, domain));
    const family = isIP(hostOf(url));
    // An address needs no lookup, and a proxy of the local network would reach it all the same.
    if (family !== 0 && !isDialable({ address: hostOf(url), family })) return err(notPublicFailure(url.host));
    const address = await this.#proxyOf(url, request);
    if (!address.ok) return address;
    if (address.value === undefined) return ok({ agent: isVendors ? this.#https : this.#publicHttps });
    let proxy = this.#proxies.get(address.value);
    if (proxy === undefined) {
      const built = proxyAgent(address.value);
      if (!built.ok) return built;
      proxy = built.value;
      this.#proxies.set(address.value, proxy);
    }
    return ok({ agent: proxy as unknown as http.Agent, proxy: new URL(address.value).host });
  }

  /** Within the request's own time: the script that chooses a proxy may hang, and comes from others. */
  #proxyOf(url: URL, { signal, timeoutMs }: Bounds): Promise<Result<string | undefined, EpochFailure>> {
    return new Promise((resolve) => {
      const cleanup = new DisposableStore();
      const finish = (result: Result<string | undefined, EpochFailure>): void => {
        cleanup.dispose();
        resolve(result);
      };
      const onAbort = () => finish(err(ABORTED));
      signal.addEventListener('abort', onAbort, { once: true });
      cleanup.addFn(() => signal.removeEventListener('abort', onAbort));
      cleanup.add(
        this.#options.clock.setTimeout(() => finish(err(timeoutFailure(url.host, timeoutMs))), timeoutMs),
      );
      const message = 'the system did not say which proxy to use';
      this.#options.resolveProxy(`https://${url.host}/`).then(
        (address) => finish(ok(address)),
        () => finish(err({ class: 'network', code: 'no_proxy_answer', message })),
      );
    });
  }

  #leftMs({ timeoutMs }: Bounds, startedAt: number): number {
    return timeoutMs - (this.#options.clock.monotonicMs() - startedAt);
  }
}

/** The address comes from a script or an environment variable, and may be none; it may hold a login, too. */
function proxyAgent(address: string): Result<HttpsProxyAgent<string>, EpochFailure> {
  if (/^socks/i.test(address)) {
    return err({
      class: 'config',
      code: 'socks_proxy',
      message: 'the proxy of this computer speaks SOCKS, which channels cannot use',
      fix: 'Set an HTTP proxy instead (most proxy programs offer both), or let the vendor go directly.',
    });
  }
  try {
    return ok(new HttpsProxyAgent(address, { keepAlive: true, timeout: 30_000 }));
  } catch {
    return err({
      class: 'config',
      code: 'bad_proxy',
      message: 'the address of the proxy is not a valid one',
      fix: 'Check the proxy settings of this computer (or HTTPS_PROXY).',
    });
  }
}

function openSocket(
  socket: WebSocket,
  signal: AbortSignal,
  clock: Clock,
  failure: () => EpochFailure | undefined,
): VendorSocket {
  const close = (code?: number): void => {
    if (socket.readyState === WebSocket.CLOSED) return;
    socket.close(code);
    const cut = clock.setTimeout(() => socket.terminate(), CLOSE_PATIENCE_MS);
    socket.once('close', () => cut.dispose());
  };
  const onAbort = () => close(1000);
  signal.addEventListener('abort', onAbort, { once: true });
  const closed = new Promise<SocketClose>((resolve) => {
    socket.once('close', (code, reason) => {
      signal.removeEventListener('abort', onAbort);
      const why = failure();
      resolve({ code, reason: reason.toString('utf8'), ...(why === undefined ? {} : { failure: why }) });
    });
  });
  const whenOpen = (act: () => void): void => {
    if (socket.readyState === WebSocket.OPEN) act();
  };
  return {
    closed,
    close,
    send: (data) => whenOpen(() => socket.send(data)),
    ping: () => whenOpen(() => socket.ping()),
  };
}

/** Both constructors throw for a header with a line break or a letter beyond Latin-1: somebody pasted too much. */
function unlessBadHeader<T>(open: () => T): Result<T, EpochFailure> {
  try {
    return ok(open());
  } catch (error) {
    if (codeOf(error) !== 'ERR_INVALID_CHAR') throw error;
    const message =
      'the credential holds a character that cannot be sent (a line break, a space or a letter with an accent)';
    return err({
      class: 'config',
      code: 'bad_header',
      message,
      fix: 'Copy it again, without anything around it.',
    });
  }
}

/** Behind a proxy the system itself looks for the proxy only, and connects to it only. */
function peerOf(error: unknown, url: URL, { proxy }: Way): string {
  const syscall = error instanceof Error && 'syscall' in error ? error.syscall : undefined;
  const isOurs = syscall === 'connect' || syscall === 'getaddrinfo';
  return proxy !== undefined && isOurs ? `the proxy ${proxy}` : url.host;
}

/** What ws itself did not like about a frame. */
function frameFailure(error: unknown, host: string, maxBytes: number): EpochFailure | undefined {
  const code = codeOf(error);
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return tooLargeFailure(host, maxBytes);
  if (code?.startsWith('WS_ERR_') !== true) return undefined;
  return { class: 'protocol', code, message: `${host} sent a frame that is not allowed (${code})` };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
