// Who a client says it is: the closed lists of both protocol generations (protocol page section 2.4).

export const CLIENT_IDS = [
  'webchat-ui',
  'openclaw-control-ui',
  'openclaw-tui',
  'webchat',
  'cli',
  'gateway-client',
  'openclaw-macos',
  'openclaw-ios',
  'openclaw-android',
  'node-host',
  'test',
  'fingerprint',
  'openclaw-probe',
  'openclaw-browser-copilot',
  'openclaw-linux',
  'openclaw-watchos',
  'openclaw-worker',
] as const;

export const CLIENT_MODES = ['webchat', 'cli', 'ui', 'backend', 'node', 'probe', 'test', 'worker'] as const;

export type ClientId = (typeof CLIENT_IDS)[number];
export type ClientMode = (typeof CLIENT_MODES)[number];

const BROWSER_CLIENTS: readonly ClientId[] = ['webchat-ui', 'openclaw-control-ui', 'webchat'];

/** Clients that run in a page: their Origin is checked even when the header is missing (section 3.7). */
export function isBrowserClient(id: ClientId, mode: ClientMode): boolean {
  return BROWSER_CLIENTS.includes(id) || mode === 'webchat';
}
