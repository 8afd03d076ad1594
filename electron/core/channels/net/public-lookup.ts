// dns.lookup for hosts that are not a vendor's own (a setting named them, or a vendor's answer): it yields only what may
// be dialled, so the socket connects to the very address that was judged (SEC-46). Used by system-net.

import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isLoopback, isPublic, type ResolvedAddress } from '../../lib/public-address';

/** The `code` of the error when a name leads to nothing that may be dialled. */
export const NOT_PUBLIC = 'ENOTPUBLIC';

/** A relay on this machine is allowed under any name. */
export function isDialable(address: ResolvedAddress): boolean {
  return isLoopback(address) || isPublic(address);
}

/** What Node really calls back with: `found` is a list when `all` was asked for, which its type leaves out. */
type Answer = (error: Error | null, found: string | readonly ResolvedAddress[], family?: number) => void;

export const publicLookup: LookupFunction = (hostname, options, callback) => {
  const answer = callback as Answer;
  dns.lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return answer(error, []);
    const [first, ...others] = found.filter(isDialable);
    if (first === undefined) {
      return answer(Object.assign(new Error(NOT_PUBLIC), { code: NOT_PUBLIC }), []);
    }
    if (options.all) answer(null, [first, ...others]);
    else answer(null, first.address, first.family);
  });
};
