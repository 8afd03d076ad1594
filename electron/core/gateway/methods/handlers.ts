// The table of all methods: the compiler demands one entry per name that hello-ok advertises.

import type { AuthLog } from '../../auth-log/auth-log';
import type { ChannelManager } from '../../channels/channel-manager';
import type { Clock } from '../../lib/clock';
import type { FileLogger } from '../../lib/file-logger';
import { ok } from '../../lib/result';
import type { TokenStore } from '../../tokens/token-store';
import type { GatewayIdentity } from '../identity';
import type { Presence } from '../presence';
import { channelsStatusMethod } from './channels';
import { authlogQueryMethod, tokenAdoptMethod, tokenRotateMethod } from './gatehouse';
import type { HealthCache } from './health';
import { healthMethod, statusMethod } from './health';
import type { MethodHandlers } from './method-registry';

export interface HandlerDeps {
  readonly version: string;
  readonly clock: Clock;
  readonly tokens: TokenStore;
  readonly authLog: AuthLog;
  readonly channels: ChannelManager;
  readonly fileLogger: FileLogger;
  readonly presence: Presence;
  readonly health: HealthCache;
  readonly identity: () => Promise<GatewayIdentity>;
}

export function methodHandlers(deps: HandlerDeps): MethodHandlers {
  return {
    health: healthMethod(deps.health, deps.channels),
    status: statusMethod(deps.version, deps.channels),
    'channels.status': channelsStatusMethod(deps.channels, deps.clock),
    'system-presence': () => ok(deps.presence.list()),
    'gateway.identity.get': async () => ok(await deps.identity()),
    'logs.tail': async (params) =>
      ok(
        await deps.fileLogger.tail({
          ...(params?.cursor === undefined ? {} : { cursor: params.cursor }),
          ...(params?.limit === undefined ? {} : { limit: params.limit }),
          ...(params?.maxBytes === undefined ? {} : { maxBytes: params.maxBytes }),
        }),
      ),
    'gatehouse.token.rotate': tokenRotateMethod(deps.tokens),
    'gatehouse.token.adopt': tokenAdoptMethod(deps.tokens),
    'gatehouse.authlog.query': authlogQueryMethod(deps.authLog),
  };
}
