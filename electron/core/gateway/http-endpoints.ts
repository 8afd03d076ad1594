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
  // Lets another Gatehouse say who holds its port (core/diagnosis/port-owner).
  'X-Gatehouse': '1',
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

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly allow?: string;
}

export function handleHttp(
  options: HttpEndpointsOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const url = parseTarget(request.url);
  // Webhooks may arrive through a tunnel under its name; they carry their own secret and refuse any Origin.
  const route = url === undefined ? undefined : options.channelRoute(url.pathname);
  if (route !== undefined) {
    route(request, response);
    return;
  }
  const { status, body, allow } = answer(options, request, url);
  response.statusCode = status;
  if (allow !== undefined) response.setHeader('Allow', allow);
  const isText = typeof body === 'string';
  response.setHeader(
    'Content-Type',
    isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
  );
  // Node leaves out the body of a HEAD reply by itself.
  response.end(isText ? body : JSON.stringify(body));
}

function answer(options: HttpEndpointsOptions, request: IncomingMessage, url: URL | undefined): Answer {
  if (url === undefined) return { status: 400, body: { error: 'bad request target' } };
  if (!isAllowedHost(headerValues(request.rawHeaders, 'host'), options.port())) {
    return { status: 403, body: { error: 'Host not allowed' } };
  }
  if (carriesSecret(url)) return { status: 400, body: { error: 'credentials do not belong in a URL' } };
  if (!PROBE_PATHS.includes(url.pathname)) return { status: 404, body: 'Not Found' };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, body: { error: 'method not allowed' }, allow: 'GET, HEAD' };
  }
  if (url.pathname.startsWith('/health')) return { status: 200, body: { ok: true, status: 'live' } };

  const failing = options.failing();
  const ready = failing.length === 0;
  const local =
    isDirectLocal(request.socket.remoteAddress, request.headers) && request.headers.origin === undefined;
  const detail = { failing, uptimeMs: options.uptimeMs(), eventLoop: options.eventLoop() };
  return { status: ready ? 200 : 503, body: local ? { ready, ...detail } : { ready } };
}
