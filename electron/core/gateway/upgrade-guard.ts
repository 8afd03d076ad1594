// Decides, before a WebSocket exists, whether an upgrade may go on: method and path, Host, Origin, secrets in
// the URL. Pure; gateway-server asks it and answers refusals as short HTTP (architecture section 5).

import type { IncomingHttpHeaders } from 'node:http';
import type { OriginClass, RefusalReason } from '../../../shared/model/auth-event';

export interface UpgradeRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  /** Port this server listens on. */
  readonly port: number;
  readonly allowedOrigins: readonly string[];
}

export type UpgradeDecision =
  | { readonly ok: true; readonly originClass: OriginClass }
  | {
      readonly ok: false;
      readonly reason: Extract<
        RefusalReason,
        'path_not_found' | 'host_not_allowed' | 'origin_not_allowed' | 'bad_upgrade' | 'secret_in_url'
      >;
      readonly status: 400 | 403 | 404 | 405 | 426;
      readonly text: string;
      readonly originClass: OriginClass;
    };

/** Other protocols (`h2c`, which some HTTP clients offer by default) are no attempt to connect here. */
export function isWebSocketUpgrade(headers: IncomingHttpHeaders): boolean {
  return String(headers.upgrade ?? '').toLowerCase() === 'websocket';
}

const SECRET_PARAMS = [
  'token',
  'access_token',
  'auth',
  'password',
  'secret',
  'key',
  'apikey',
  'api_key',
  'bearer',
];

export function checkUpgrade(request: UpgradeRequest): UpgradeDecision {
  const originClass = classifyOrigin(request.headers.origin, request.allowedOrigins);
  const refuse = (
    reason: Extract<UpgradeDecision, { ok: false }>['reason'],
    status: Extract<UpgradeDecision, { ok: false }>['status'],
    text: string,
  ): UpgradeDecision => ({ ok: false, reason, status, text, originClass });

  if (request.method !== 'GET') return refuse('bad_upgrade', 405, 'Method Not Allowed');
  // The header rules come before the path so that a foreign page learns nothing about which paths exist.
  if (!isAllowedHost(headerValues(request.rawHeaders, 'host'), request.port)) {
    return refuse('host_not_allowed', 403, 'Forbidden: Host not allowed');
  }
  if (
    headerValues(request.rawHeaders, 'origin').length > 1 ||
    originClass === 'denied' ||
    originClass === 'null'
  ) {
    return refuse('origin_not_allowed', 403, 'Forbidden: Origin not allowed');
  }
  const url = parseTarget(request.url);
  if (url === undefined) return refuse('bad_upgrade', 400, 'Bad Request');
  if (carriesSecret(url))
    return refuse('secret_in_url', 400, 'Bad Request: credentials do not belong in a URL');
  if (url.pathname !== '/') return refuse('path_not_found', 404, 'Not Found');
  // ws takes version 8 as well; RFC 6455 section 4.2.2 knows one version and this answer to all others.
  if (request.headers['sec-websocket-version'] !== '13')
    return refuse('bad_upgrade', 426, 'Upgrade Required');
  return { ok: true, originClass };
}

/** Exactly one Host, exactly one of our names, with the listening port (SEC-3). Nothing is resolved or normalised. */
export function isAllowedHost(hosts: readonly string[], port: number): boolean {
  const [host] = hosts;
  if (host === undefined || hosts.length !== 1) return false;
  return host === `127.0.0.1:${port}` || host === `localhost:${port}` || host === `[::1]:${port}`;
}

/** No Origin is a native client. Any other Origin must be listed, character for character (SEC-4). */
export function classifyOrigin(origin: string | undefined, allowed: readonly string[]): OriginClass {
  if (origin === undefined) return 'none';
  if (origin === 'null' || origin === '') return 'null';
  return allowed.includes(origin) ? 'allowed' : 'denied';
}

/** All values of a header as sent: Node joins or drops repeats, which would hide them. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}

/** A token in a URL ends in histories and logs (SEC-6). */
export function carriesSecret(url: URL): boolean {
  for (const name of url.searchParams.keys()) {
    if (SECRET_PARAMS.includes(name.toLowerCase())) return true;
  }
  return false;
}

/** Origin-form only: an absolute target would let the request line disagree with the Host header. */
export function parseTarget(target: string | undefined): URL | undefined {
  if (target === undefined || !target.startsWith('/') || target.startsWith('//')) return undefined;
  try {
    return new URL(target, 'http://gateway.invalid');
  } catch {
    return undefined;
  }
}

const FORWARDING_HEADERS = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'forwarded',
];

/** Loopback peer that no proxy stands in front of: forwarding headers cancel the privilege (SEC-5). */
export function isDirectLocal(remoteAddress: string | undefined, headers: IncomingHttpHeaders): boolean {
  if (!isLoopback(remoteAddress)) return false;
  return FORWARDING_HEADERS.every((name) => headers[name] === undefined);
}

/** Parsed, never matched by prefix: `127.evil.com` is a name, not an address. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const v4 = address.startsWith('::ffff:') ? address.slice(7) : address;
  return v4 === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(v4);
}
