// Builds hello-ok (protocol section 2.6): what this server is, what it offers, and where things stand.

import { EVENT_NAMES } from '../../../shared/protocol/events';
import type { HelloOk } from '../../../shared/protocol/hello';
import { ADVERTISED_METHODS } from '../../../shared/protocol/methods';
import { hasScope } from '../../../shared/protocol/scopes';
import type { Principal } from './auth/authenticator';
import type { Connection } from './connection';
import { LIMITS } from './limits';
import type { HealthCache } from './methods/health';
import type { Presence } from './presence';

export function helloOk(options: {
  readonly connection: Connection;
  readonly principal: Principal;
  readonly version: string;
  readonly presence: Presence;
  readonly health: HealthCache;
  readonly uptimeMs: number;
  readonly stateDir: string;
  readonly authMode: string;
}): HelloOk {
  const { principal, presence, health } = options;
  const { grant } = principal;
  const isAdmin = hasScope(principal.scopes, 'operator.admin');
  return {
    type: 'hello-ok',
    protocol: principal.protocol,
    server: { version: options.version, connId: options.connection.connId },
    features: { methods: ADVERTISED_METHODS, events: EVENT_NAMES },
    snapshot: {
      presence: presence.list(),
      health: health.value(),
      stateVersion: { presence: presence.version, health: health.version },
      uptimeMs: options.uptimeMs,
      ...(isAdmin ? { stateDir: options.stateDir, authMode: options.authMode } : {}),
    },
    auth: {
      role: principal.role,
      scopes: principal.scopes,
      ...(grant === undefined ? {} : { deviceToken: grant.secret.expose(), issuedAtMs: grant.issuedAtMs }),
    },
    policy: {
      maxPayload: LIMITS.payloadBytes,
      maxBufferedBytes: LIMITS.bufferedBytes,
      tickIntervalMs: LIMITS.tickIntervalMs,
    },
  };
}
