// Roles and operator scopes (protocol page sections 3.8 and 3.9). Scopes are granted by the server, never
// believed: `scopesForDeviceless` is the whole policy for clients that hold the shared secret and no device.

import type { ClientId, ClientMode } from './client-info';
import type { ProtocolVersion } from './version';

export const OPERATOR_SCOPES = [
  'operator.read',
  'operator.write',
  'operator.admin',
  'operator.approvals',
  'operator.pairing',
  'operator.talk.secrets',
  'operator.questions',
  'operator.talk',
  'operator.sessions.read',
  'operator.sessions.write',
] as const;
export type Scope = (typeof OPERATOR_SCOPES)[number];

export function isScope(text: string): text is Scope {
  return (OPERATOR_SCOPES as readonly string[]).includes(text);
}

/** `admin` implies everything, `write` implies `read`. */
export function hasScope(granted: readonly string[], needed: Scope): boolean {
  if (granted.includes('operator.admin') || granted.includes(needed)) return true;
  return needed === 'operator.read' && granted.includes('operator.write');
}

/** Every one of `asked` is in `granted` or implied by it. */
export function coversScopes(granted: readonly string[], asked: readonly Scope[]): boolean {
  return asked.every((scope) => hasScope(granted, scope));
}

export interface DevicelessClient {
  readonly protocol: ProtocolVersion;
  readonly id: ClientId;
  readonly mode: ClientMode;
  /** Peer is loopback, sent no Origin and no forwarding header. */
  readonly directLocal: boolean;
  readonly asked: readonly string[];
  /** Mode `none`: there is no secret that could tell one local program from another. */
  readonly open: boolean;
}

/**
 * A shared secret without a device keeps the scopes it asked for only on the named loopback helper paths;
 * everybody else gets none.
 */
export function scopesForDeviceless(client: DevicelessClient): readonly Scope[] {
  const backend = client.id === 'gateway-client' && client.mode === 'backend';
  const localCli = client.protocol >= 4 && client.id === 'cli' && client.mode === 'cli';
  if (!client.directLocal || !(backend || localCli || client.open)) return [];
  return client.asked.filter(isScope);
}
