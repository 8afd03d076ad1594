// What a request's headers and target say, whether it is to become a WebSocket or not: one of our Hosts, a listed Origin,
// a secret in the URL, a peer on this machine. Pure.

import type { IncomingHttpHeaders } from 'node:http';
import type { OriginClass } from '../../../shared/model/auth-event';

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

/** Other protocols (`h2c`, which some HTTP clients offer by default) are no attempt to connect here. */
export function isWebSocketUpgrade(headers: IncomingHttpHeaders): boolean {
  return String(headers.upgrade ?? '').toLowerCase() === 'websocket';
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

/** Loopback peer that no proxy stands in front of: forwarding headers cancel the privilege (SEC-5). */
export function isDirectLocal(remoteAddress: string | undefined, headers: IncomingHttpHeaders): boolean {
  return isLoopback(remoteAddress) && !Object.keys(headers).some(isForwarding);
}

/** As upstream tells them: a proxy may well send none but the port or the prefix. */
function isForwarding(name: string): boolean {
  return name === 'forwarded' || name === 'x-real-ip' || name.startsWith('x-forwarded-');
}

/** Parsed, never matched by prefix: `127.evil.com` is a name, not an address. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const v4 = address.startsWith('::ffff:') ? address.slice(7) : address;
  return v4 === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(v4);
}
