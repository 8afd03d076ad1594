// Where a webhook may go (SEC-46): https to the public internet or to this machine, plain http to this machine only.
// Never into the local network, whatever a name resolves to. Pure.

import { BlockList, isIP } from 'node:net';
import { CUT_TARGET } from '../../../shared/model/cron-public';
import type { Result } from './result';
import { err, ok } from './result';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

const LOOPBACK = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

/** What the registries set aside: private, shared, link-local, documentation, benchmark, multicast, reserved. */
const NOT_PUBLIC_V4 = blockList([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]);

/** Of IPv6 only global unicast is public, less its parts that embed an IPv4 address or document something. */
const GLOBAL_V6 = blockList([['2000::', 3]]);
const NOT_PUBLIC_V6 = blockList([
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

/** The URL, or why it cannot be a target. Names are judged again when they are resolved. */
export function parseTarget(text: string): Result<URL, string> {
  // A form that was filled from what `publicTarget` shows must not replace the real one.
  if (text.endsWith(CUT_TARGET)) return err('is only the shown part of a URL: give the whole of it');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return err('is not a URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return err('is neither https nor http');
  if (url.username !== '' || url.password !== '') return err('must not hold a user name or a password');
  if (url.hash !== '') return err('must not have a fragment (#)');
  const host = hostOf(url);
  if (url.protocol === 'http:' && !isLoopbackHost(host))
    return err('must be https: plain http is only for this machine (127.0.0.1, ::1, localhost)');
  const family = isIP(host);
  if (family !== 0 && !isAllowed(url, { address: host, family }))
    return err('leads to a private or reserved address, which is not allowed');
  return ok(url);
}

/** Without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** May a connection for this URL be made to this address? */
export function isAllowed(url: URL, { address, family }: ResolvedAddress): boolean {
  if (LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4')) return true;
  if (url.protocol === 'http:') return false;
  if (family !== 6) return !NOT_PUBLIC_V4.check(address, 'ipv4');
  return GLOBAL_V6.check(address, 'ipv6') && !NOT_PUBLIC_V6.check(address, 'ipv6');
}

function isLoopbackHost(host: string): boolean {
  const family = isIP(host);
  return family === 0
    ? host.toLowerCase() === 'localhost'
    : LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, isIP(net) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
