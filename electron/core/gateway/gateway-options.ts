// What the gateway is built from. core.ts fills it; the server keeps nothing of it but what it is given here.

import type { PortOwner } from '../../../shared/model/status';
import type { AuthLog } from '../auth-log/auth-log';
import type { AccountEditor } from '../channels/account-editor';
import type { ChannelManager } from '../channels/channel-manager';
import type { LoginSessions } from '../channels/login-sessions';
import type { MessageJournal } from '../channels/message-journal';
import type { Outbound } from '../channels/outbound';
import type { ConfigService } from '../config/config-service';
import type { Cron } from '../cron/cron';
import type { Clock } from '../lib/clock';
import type { FileLogger } from '../lib/file-logger';
import type { InternalPeers } from '../lib/internal-peers';
import type { Logger } from '../lib/logger-port';
import type { Random } from '../lib/random';
import type { SettingsSource } from '../ports';
import type { EventLoopMonitor } from '../status/event-loop-monitor';
import type { TokenStore } from '../tokens/token-store';
import type { Pairing } from './auth/pairing';
import type { GatewayIdentity } from './identity';

export interface GatewayServerOptions {
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: SettingsSource;
  readonly tokens: TokenStore;
  readonly authLog: AuthLog;
  readonly channels: ChannelManager;
  readonly channelEditor: AccountEditor;
  readonly journal: MessageJournal;
  readonly outbound: Outbound;
  readonly logins: LoginSessions;
  readonly config: ConfigService;
  readonly cron: Cron;
  readonly pairing: Pairing;
  readonly fileLogger: FileLogger;
  readonly eventLoop: EventLoopMonitor;
  readonly internalPeers: InternalPeers;
  readonly identity: () => Promise<GatewayIdentity>;
  readonly findPortOwner: (port: number) => Promise<PortOwner | undefined>;
  readonly stateDir: string;
}

export type StopReason = 'stopped' | 'restart' | 'quit';
