// Where a webhook may go (SEC-46): https to the public internet or to this machine, plain http to this machine only.
// Never into the local network, whatever a name resolves to. Pure.

import { isIP } from 'node:net';
import { CUT_TARGET } from '../../../shared/model/cron-public';
import { hostOf, isLoopback, isPublic, type ResolvedAddress } from './public-address';
import type { Result } from './result';
import { err, ok } from './result';

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

/** May a connection for this URL be made to this address? */
export function isAllowed(url: URL, address: ResolvedAddress): boolean {
  return isLoopback(address) || (url.protocol === 'https:' && isPublic(address));
}

function isLoopbackHost(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host.toLowerCase() === 'localhost' : isLoopback({ address: host, family });
}
