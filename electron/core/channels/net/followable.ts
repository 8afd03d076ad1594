// May an address that a vendor's server named be dialled? Asked by every adapter before it follows a websocket, resume,
// redirect or base URL; an answer that was tampered with must not lead a credential elsewhere. Pure.

const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * True when `target` is encrypted and its host is one of the vendor's `domains`, the host of `base`, or below one of
 * them. Never with a user or a fragment. Without encryption, or to this machine under another name, only when `base` is on this machine too.
 * `base`: the endpoint that named the target, as configured. `domains`: lower case, as `feishu.cn`.
 */
export function followable(target: string, base: string, domains: readonly string[]): boolean {
  const url = parse(target);
  const from = parse(base);
  if (url === undefined || from === undefined) return false;
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  const local = isLoopback(url) && isLoopback(from);
  switch (url.protocol) {
    case 'wss:':
    case 'https:':
      return local || [from.hostname, ...domains].some((domain) => isWithin(url.hostname, domain));
    case 'ws:':
    case 'http:':
      return local;
    default:
      return false;
  }
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK_HOSTS.includes(hostname);
}

/** Is this host the domain or below it? */
export function isWithin(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}
