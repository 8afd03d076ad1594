// Plain HTTP on the gateway's port (protocol section 1.3): liveness, readiness, start-up, channel webhooks, 404
// else. Every reply carries the same hardening headers; only a listed origin may read one across origins (SEC-6).

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpRoute } from '../channels/channel-adapter';
import type { Clock } from '../lib/clock';
import type { EventLoopSample } from '../status/event-loop-monitor';
import type { BearerVerdict } from './http-bearer';
import {
  carriesSecret,
  classifyOrigin,
  headerValues,
  isAllowedHost,
  isDirectLocal,
  parseTarget,
} from './request-rules';

/** On every reply, refused upgrades included. */
export const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // Lets another Gatehouse say who holds its port (core/diagnosis/port-owner).
  'X-Gatehouse': '1',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

const LIVE_PATHS = ['/health', '/healthz'];
const READY_PATHS = ['/ready', '/readyz'];
const STARTUP_PATH = '/startupz';

export interface HttpEndpointsOptions {
  readonly version: string;
  readonly clock: Clock;
  readonly port: () => number;
  readonly allowedOrigins: () => readonly string[];
  /** What is not ready, in words; empty means ready. */
  readonly failing: () => readonly string[];
  readonly uptimeMs: () => number;
  readonly eventLoop: () => EventLoopSample;
  readonly bearer: (request: IncomingMessage) => BearerVerdict;
  readonly channelRoute: (path: string) => HttpRoute | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** When to answer; called at once or later, at most once. */
  readonly later?: { readonly delayMs: number; readonly done: () => void };
}

export function handleHttp(
  options: HttpEndpointsOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const url = parseTarget(request.url);
  // Webhooks may arrive through a tunnel under its name; they carry their own secret and refuse any Origin.
  const route = url === undefined ? undefined : options.channelRoute(url.pathname);
  if (route !== undefined) {
    route(request, response);
    return;
  }
  const reply = answer(options, request, url);
  const { later } = reply;
  if (later === undefined) {
    send(options, request, response, reply);
    return;
  }
  const timer = options.clock.setTimeout(() => {
    later.done();
    if (!response.destroyed) send(options, request, response, reply);
  }, later.delayMs);
  // A client that goes away gives its place among the delayed back at once.
  response.once('close', () => {
    timer.dispose();
    later.done();
  });
}

function send(
  options: HttpEndpointsOptions,
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers }: Answer,
): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  const { origin } = request.headers;
  if (origin !== undefined) {
    response.setHeader('Vary', 'Origin');
    if (classifyOrigin(origin, options.allowedOrigins()) === 'allowed') {
      response.setHeader('Access-Control-Allow-Origin', origin);
    }
  }
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
  const { pathname } = url;
  const isLive = LIVE_PATHS.includes(pathname);
  const isReady = READY_PATHS.includes(pathname);
  if (!isLive && !isReady && pathname !== STARTUP_PATH) return { status: 404, body: 'Not Found' };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, body: { error: 'method not allowed' }, headers: { Allow: 'GET, HEAD' } };
  }
  if (isLive) return { status: 200, body: { ok: true, status: 'live' } };
  return isReady ? readiness(options, request) : startup(options);
}

function startup({ failing, version, uptimeMs }: HttpEndpointsOptions): Answer {
  const [pendingReason] = failing();
  return pendingReason === undefined
    ? { status: 200, body: { ok: true, status: 'started', version, uptimeMs: uptimeMs() } }
    : { status: 503, body: { ok: false, status: 'starting', version, uptimeMs: uptimeMs(), pendingReason } };
}

/** Details only for a direct local caller or one with the right bearer; a wrong bearer is refused, not ignored. */
function readiness(options: HttpEndpointsOptions, request: IncomingMessage): Answer {
  const verdict = options.bearer(request);
  switch (verdict.kind) {
    case 'origin-denied':
      return { status: 403, body: httpError('Origin not allowed', 'forbidden') };
    case 'limited':
      return {
        status: 429,
        body: httpError('Too many failed attempts; try again later', 'rate_limited'),
        headers: { 'Retry-After': String(Math.ceil(verdict.retryAfterMs / 1000)) },
      };
    case 'refused': {
      const { delayMs, hold } = verdict;
      return {
        status: 401,
        body: httpError('Unauthorized', 'unauthorized'),
        headers: { 'WWW-Authenticate': 'Bearer' },
        ...(delayMs === 0 ? {} : { later: { delayMs, done: () => hold?.dispose() } }),
      };
    }
    default:
  }
  const failing = options.failing();
  const ready = failing.length === 0;
  const local =
    isDirectLocal(request.socket.remoteAddress, request.headers) && request.headers.origin === undefined;
  const detail = { failing, uptimeMs: options.uptimeMs(), eventLoop: options.eventLoop() };
  const isKnown = local || verdict.kind === 'accepted';
  return { status: ready ? 200 : 503, body: isKnown ? { ready, ...detail } : { ready } };
}

function httpError(message: string, type: string): { readonly error: object } {
  return { error: { message, type } };
}
