// Plain HTTP on the gateway's port (protocol section 1.3): liveness and readiness, channel webhooks, 404 else.
// Sends no CORS header ever; every reply carries the same hardening headers (SEC-6).

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpRoute } from '../channels/channel-adapter';
import type { EventLoopSample } from '../status/event-loop-monitor';
import { carriesSecret, headerValues, isAllowedHost, isDirectLocal, parseTarget } from './upgrade-guard';

const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

const PROBE_PATHS = ['/health', '/healthz', '/ready', '/readyz'];

export interface HttpEndpointsOptions {
  readonly port: () => number;
  /** What is not ready, in words; empty means ready. */
  readonly failing: () => readonly string[];
  readonly uptimeMs: () => number;
  readonly eventLoop: () => EventLoopSample;
  readonly channelRoute: (path: string) => HttpRoute | undefined;
}

export function handleHttp(
  options: HttpEndpointsOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const url = parseTarget(request.url);
  if (url === undefined) return reply(response, 400, { error: 'bad request target' });

  // Webhooks may arrive through a tunnel under its name; they carry their own secret and refuse any Origin.
  const route = options.channelRoute(url.pathname);
  if (route !== undefined) return route(request, response);

  if (!isAllowedHost(headerValues(request.rawHeaders, 'host'), options.port())) {
    return reply(response, 403, { error: 'Host not allowed' });
  }
  if (carriesSecret(url)) return reply(response, 400, { error: 'credentials do not belong in a URL' });
  if (!PROBE_PATHS.includes(url.pathname)) {
    response.statusCode = 404;
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end('Not Found');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return reply(response, 405, { error: 'method not allowed' });
  }
  if (url.pathname.startsWith('/health')) return reply(response, 200, { ok: true, status: 'live' });

  const failing = options.failing();
  const ready = failing.length === 0;
  const local =
    isDirectLocal(request.socket.remoteAddress, request.headers) && request.headers.origin === undefined;
  const detail = { failing, uptimeMs: options.uptimeMs(), eventLoop: options.eventLoop() };
  reply(response, ready ? 200 : 503, local ? { ready, ...detail } : { ready });
}

/** Node leaves out the body of a HEAD reply by itself. */
function reply(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}
