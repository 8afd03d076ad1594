// The table of all methods, put together from their families: the compiler demands one entry per name that
// hello-ok advertises.

import type { channelsMethods } from '../../../../shared/protocol/methods/channels';
import type { coreMethods } from '../../../../shared/protocol/methods/core';
import type { gatehouseMethods } from '../../../../shared/protocol/methods/gatehouse';
import type { AuthLog } from '../../auth-log/auth-log';
import type { AccountEditor } from '../../channels/account-editor';
import type { ChannelManager } from '../../channels/channel-manager';
import type { LoginSessions } from '../../channels/login-sessions';
import type { MessageJournal } from '../../channels/message-journal';
import type { Outbound } from '../../channels/outbound';
import type { ConfigService } from '../../config/config-service';
import type { Cron } from '../../cron/cron';
import type { Clock } from '../../lib/clock';
import type { FileLogger } from '../../lib/file-logger';
import type { Logger } from '../../lib/logger-port';
import { ok } from '../../lib/result';
import type { EventLoopMonitor } from '../../status/event-loop-monitor';
import type { TokenStore } from '../../tokens/token-store';
import type { Pairing } from '../auth/pairing';
import type { GatewayIdentity } from '../identity';
import type { Presence } from '../presence';
import type { StabilityLog } from '../stability-log';
import type { SystemEvents } from '../system-events';
import {
  channelsLogoutMethod,
  channelsStartMethod,
  channelsStatusMethod,
  channelsStopMethod,
} from './channels';
import { configHandlers } from './config';
import { cronHandlers } from './cron';
import { devicesHandlers } from './devices';
import { authlogQueryMethod, tokenAdoptMethod, tokenRotateMethod } from './gatehouse';
import type { HealthCache } from './health';
import { healthMethod, statusMethod } from './health';
import { messagesQueryMethod, sendMethod } from './messages';
import type { MethodHandlers } from './method-registry';
import { miscHandlers } from './misc';
import { webLoginHandlers } from './web-login';

export interface HandlerDeps {
  readonly version: string;
  readonly clock: Clock;
  readonly tokens: TokenStore;
  readonly authLog: AuthLog;
  readonly channels: ChannelManager;
  readonly channelEditor: AccountEditor;
  readonly journal: MessageJournal;
  readonly outbound: Outbound;
  readonly logins: LoginSessions;
  readonly eventLoop: EventLoopMonitor;
  readonly config: ConfigService;
  readonly cron: Cron;
  readonly pairing: Pairing;
  readonly isConnected: (deviceId: string) => boolean;
  readonly logger: Logger;
  readonly fileLogger: FileLogger;
  readonly presence: Presence;
  readonly health: HealthCache;
  readonly stability: StabilityLog;
  readonly systemEvents: SystemEvents;
  readonly onPresence: () => void;
  readonly identity: () => Promise<GatewayIdentity>;
}

export function methodHandlers(deps: HandlerDeps): MethodHandlers {
  return {
    ...coreHandlers(deps),
    ...miscHandlers(deps),
    ...channelsHandlers(deps),
    ...configHandlers(deps),
    ...cronHandlers(deps),
    ...devicesHandlers(deps),
    ...gatehouseHandlers(deps),
  };
}

function coreHandlers(deps: HandlerDeps): Pick<MethodHandlers, keyof typeof coreMethods> {
  return {
    health: healthMethod(deps.health, deps.channels),
    status: statusMethod(deps.version, deps.channels, deps.systemEvents),
    'channels.status': channelsStatusMethod(deps),
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
  };
}

function channelsHandlers(deps: HandlerDeps): Pick<MethodHandlers, keyof typeof channelsMethods> {
  return {
    ...webLoginHandlers(deps),
    'channels.start': channelsStartMethod(deps.channels),
    'channels.stop': channelsStopMethod(deps.channels),
    'channels.logout': channelsLogoutMethod(deps),
    send: sendMethod(deps),
    'gatehouse.messages.query': messagesQueryMethod(deps.journal),
  };
}

function gatehouseHandlers(deps: HandlerDeps): Pick<MethodHandlers, keyof typeof gatehouseMethods> {
  return {
    'gatehouse.token.rotate': tokenRotateMethod(deps.tokens, deps.authLog),
    'gatehouse.token.adopt': tokenAdoptMethod(deps.tokens, deps.authLog),
    'gatehouse.authlog.query': authlogQueryMethod(deps.authLog),
  };
}
