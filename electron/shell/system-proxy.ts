// The system's proxy for the channels' connections, as Chromium resolves it (settings, PAC, WPAD). Called by app.ts.

import type { Session } from 'electron';
import type { ResolveProxy } from '../core/channels/net/system-net';

/** `session` is asked when it is needed: before the app is ready there is none. */
export function systemProxy(session: () => Pick<Session, 'resolveProxy'>): ResolveProxy {
  return async (url) => proxyOf(await session().resolveProxy(url));
}

/**
 * The first entry of a PAC answer such as `PROXY host:port; DIRECT` that we can use, as a URL. With nothing but SOCKS
 * in it, that: SystemNet says that it cannot be used, which is better than going around it.
 */
export function proxyOf(answer: string): string | undefined {
  let socks: string | undefined;
  for (const entry of answer.split(';')) {
    const [kind = '', address] = entry.trim().split(/\s+/);
    if (kind === 'DIRECT') return undefined;
    if (address === undefined) continue;
    if (kind === 'PROXY' || kind === 'HTTP') return `http://${address}`;
    if (kind === 'HTTPS') return `https://${address}`;
    if (kind.startsWith('SOCKS')) socks ??= `socks5://${address}`;
  }
  return socks;
}
