// Composition root of everything that is not Electron: gateway, credential, auth log, channels, probe, status.
// The app, the headless entry and the tests build the same core with the same function and other dependencies.

import { CHANNEL_KINDS } from '../../shared/model/channel-kinds';
import type { PortOwner } from '../../shared/model/status';
import { AuthLog } from './auth-log/auth-log';
import { AccountEditor } from './channels/account-editor';
import { FileAccountStore } from './channels/account-store';
import { buildLogins } from './channels/build-logins';
import type { ChannelAdapter } from './channels/channel-adapter';
import { ChannelManager } from './channels/channel-manager';
import type { LoginSessions } from './channels/login-sessions';
import { MessageJournal } from './channels/message-journal';
import { type ResolveProxy, SystemNet } from './channels/net/system-net';
import { Outbound } from './channels/outbound';
import type { ConfigDocument } from './config/config-document';
import { ConfigService } from './config/config-service';
import { CoreWiring } from './core-wiring';
import { Cron } from './cron/cron';
import { Pairing } from './gateway/auth/pairing';
import { GatewayServer } from './gateway/gateway-server';
import type { GatewayIdentity } from './gateway/identity';
import { loadIdentity } from './gateway/identity';
import type { Clock } from './lib/clock';
import type { Disposable } from './lib/disposable';
import type { FileLogger } from './lib/file-logger';
import { InternalPeers } from './lib/internal-peers';
import type { Random } from './lib/random';
import type { Redactor } from './lib/redactor';
import { secretsInUse } from './lib/secrets-in-use';
import { settledWithin } from './lib/settled-within';
import type { DeviceRepository, HomePaths, SecretVault, SettingsSource, TokenRepository } from './ports';
import { ChannelsProbe } from './probe/channels-probe';
import type { CallStep } from './probe/gateway-client';
import { EventLoopMonitor } from './status/event-loop-monitor';
import { watchNetwork } from './status/network-watch';
import { StatusHub } from './status/status-hub';
import { TokenStore } from './tokens/token-store';

/** A disk or a channel that hangs keeps nobody longer than this. */
const STOP_WITHIN_MS = 5_000;

export interface CoreDeps {
  readonly paths: HomePaths;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Already started; the caller stops it after the core. */
  readonly fileLogger: FileLogger;
  readonly redactor: Redactor;
  readonly settings: SettingsSource;
  /** The settings file as `config.get` and its siblings see it. */
  readonly configDocument: ConfigDocument;
  readonly repository: TokenRepository;
  /** A person wrote both a token and a password into the settings: nobody is let in until a mode is set. */
  readonly isCredentialAmbiguous?: boolean;
  readonly devices: DeviceRepository;
  readonly vault: SecretVault;
  readonly adapters: readonly ChannelAdapter[];
  readonly findPortOwner: (port: number) => Promise<PortOwner | undefined>;
  /** The way to vendors: the system's proxy in the app, HTTPS_PROXY headless. */
  readonly resolveProxy: ResolveProxy;
  /** Told of every step of the internal probe. */
  readonly onProbeStep?: (step: CallStep) => void;
}

export interface Core {
  /** Credential, auth log, gateway, channels, probe, in this order. Resolves also when locked or port-taken. */
  start(): Promise<void>;
  /** The reverse, within about 5 s; never throws. */
  stop(): Promise<void>;
  /** The machine woke up: everything dated is old, so it is checked again at once. */
  resume(): void;
  readonly tokens: TokenStore;
  readonly authLog: AuthLog;
  readonly channels: ChannelManager;
  readonly channelEditor: AccountEditor;
  readonly logins: LoginSessions;
  readonly journal: MessageJournal;
  readonly config: ConfigService;
  readonly cron: Cron;
  readonly pairing: Pairing;
  readonly gateway: GatewayServer;
  readonly probe: ChannelsProbe;
  readonly status: StatusHub;
  readonly settings: SettingsSource;
  readonly fileLogger: FileLogger;
}

export function createCore(deps: CoreDeps): Core {
  const { clock, random, redactor, settings, repository, vault, version, paths } = deps;
  const { logger } = deps.fileLogger;
  const internalPeers = new InternalPeers();
  const eventLoop = new EventLoopMonitor(clock);
  const tokens = new TokenStore({
    repository,
    clock,
    random,
    logger: logger.child('tokens'),
    redactor,
    configuredMode: () => settings.get().gateway.auth.mode,
    isAmbiguous: deps.isCredentialAmbiguous ?? false,
    isInUse: (text) => secretsInUse(settings.get(), vault).has(text),
  });
  const authLog = new AuthLog({
    dir: paths.authLogDir,
    headFile: `${paths.home}/auth-log.head.json`,
    clock,
    logger: logger.child('auth-log'),
  });
  const net = new SystemNet({
    clock,
    resolveProxy: deps.resolveProxy,
    vendorDomains: CHANNEL_KINDS.flatMap(({ domains }) => domains),
  });
  const journal = new MessageJournal({
    dir: `${paths.channelsDir}/messages`,
    clock,
    logger: logger.child('channels'),
  });
  const channelParts = {
    ...{ adapters: deps.adapters, settings, vault, clock, random, redactor, net },
    logger: logger.child('channels'),
    openStore: (channel: string, accountId: string) =>
      new FileAccountStore({
        ...{ dir: paths.channelsDir, channel, accountId, clock, logger },
        keepMessages: () => journal.flush(),
      }),
  };
  const channels = new ChannelManager({ ...channelParts, journal });
  const channelEditor = new AccountEditor({
    ...channelParts,
    manager: channels,
    // As a client would be let in with it: also the one before, while its grace lasts.
    isGatewayCredential: (text) => {
      const lease = tokens.lease();
      return lease !== undefined && tokens.verify(text, lease.generation).ok;
    },
  });
  const logins = buildLogins({ ...channelParts, editor: channelEditor });
  const outbound = new Outbound({ channels, adapters: deps.adapters });
  const pairing = new Pairing({
    repository: deps.devices,
    authLog,
    isConnected: (deviceId) => gateway.isDeviceConnected(deviceId),
    clock,
    random,
    logger: logger.child('pairing'),
    redactor,
  });
  const cron = new Cron({
    dir: `${paths.home}/cron`,
    clock,
    random,
    logger: logger.child('cron'),
    redactor,
    vault,
    outbound,
    onSystemEvent: (text, _jobId, wakeMode) => gateway.addSystemEvent(text, wakeMode),
  });
  const config = new ConfigService({
    document: deps.configDocument,
    settings,
    tokens,
    vault,
    clock,
    logger: logger.child('config'),
    version,
    // A gateway that somebody has stopped, or that goes down with the core, stays down.
    onRestartNeeded: () => {
      const { state } = gateway.status();
      if (stopping === undefined && state !== 'stopped' && state !== 'stopping') void gateway.restart();
    },
    onModeSettled: () => void wiring.followMode(),
    onSecretsChanged: () => channels.reload(),
    notices: {
      setNotice: (notice) => status.setNotice(notice),
      clearNotice: (id) => status.clearNotice(id),
    },
  });
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  let stopBy: number | undefined;
  let identity: Promise<GatewayIdentity> | undefined;
  let networkWatch: Disposable | undefined;
  const gateway = new GatewayServer({
    version,
    clock,
    random,
    logger,
    settings,
    tokens,
    authLog,
    channels,
    ...{ channelEditor, journal, outbound, logins },
    config,
    cron,
    pairing,
    fileLogger: deps.fileLogger,
    eventLoop,
    internalPeers,
    identity: () => {
      identity ??= vault.load().then(() => loadIdentity(vault, logger));
      return identity;
    },
    findPortOwner: deps.findPortOwner,
    stateDir: paths.home,
  });
  const probe = new ChannelsProbe({
    tokens,
    address: () => gateway.address(),
    internalPeers,
    intervalMs: () => settings.get().probe.intervalMs,
    version,
    clock,
    logger,
    ...(deps.onProbeStep === undefined ? {} : { onStep: deps.onProbeStep }),
  });
  const status = new StatusHub({
    version,
    clock,
    logger,
    sources: {
      gateway: () => gateway.status(),
      credential: () => tokens.status(),
      probe: () => probe.status(),
      channels: () => channels.statuses(),
      pendingDevices: () => pairing.list().pending.length,
      counters: () => authLog.counters(),
      eventLoopDelayP99Ms: () => eventLoop.last.delayP99Ms,
    },
  });

  const wiring = new CoreWiring({
    ...{ tokens, authLog, channels, journal, cron, pairing, gateway, probe, status, settings, repository },
    home: paths.home,
    authLogDir: paths.authLogDir,
    logger,
  });

  /** Together with the steps before it at most 5 s, whatever hangs; then the next step's turn comes all the same. */
  async function close(step: string, stop: () => Promise<unknown>): Promise<void> {
    stopBy ??= clock.monotonicMs() + STOP_WITHIN_MS;
    const stopped = (async () => stop())().catch((error: unknown) =>
      logger.error('core.stop-failed', { step, error: String(error) }),
    );
    const leftMs = Math.max(0, stopBy - clock.monotonicMs());
    if (!(await settledWithin(clock, leftMs, stopped))) logger.warn('core.stop-overdue', { step });
  }
  async function startAll(): Promise<void> {
    wiring.connect();
    eventLoop.start((sample) => {
      gateway.onEventLoopSample(sample);
      wiring.checkAuthLog();
      status.touch();
    });
    await tokens.start();
    await pairing.start();
    if (stopping !== undefined) return;
    wiring.reportProblems();
    config.start();
    const { recovered } = await authLog.start();
    if (recovered !== undefined) {
      status.setNotice({
        id: 'auth-log-recovered',
        severity: 'info',
        code: 'auth-log-recovered',
        params: { detail: recovered },
      });
    }
    const setAside = tokens.recoveredFrom;
    if (setAside !== undefined) {
      authLog.append({
        event: 'store.recovered',
        detail: `credential taken from its last good copy; the bad file is ${setAside}`,
      });
      status.setNotice({
        id: 'credential-recovered',
        severity: 'warning',
        code: 'credential-recovered',
        params: { file: setAside },
      });
    }
    if (stopping !== undefined) return;
    await gateway.start();
    await wiring.followMode();
    if (stopping !== undefined) return;
    await journal.start();
    if (stopping !== undefined) return;
    await channels.start();
    if (stopping !== undefined) return;
    networkWatch = watchNetwork(clock, () => channels.recheck('the network changed'));
    probe.start();
    await cron.start();
    wiring.reportProblems();
    status.touch();
  }

  async function stopAll(): Promise<void> {
    const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['pairing', () => pairing.stop()],
      ['config', () => config.stop()],
      ['tokens', () => tokens.stop()],
      // After those whose last changes it records.
      ['auth-log', () => authLog.stop()],
      ['run-file', () => wiring.removeRunFile()],
    ];
    logins.stop();
    // A stuck channel must not use up the time in which clients are told.
    await Promise.all([
      close('channels', () => channels.stop().then(() => journal.stop())),
      close('cron', () => cron.stop()),
      close('probe', () => probe.stop()).then(() => close('gateway', () => gateway.stop('quit'))),
    ]);
    for (const [name, step] of steps) await close(name, step);
    networkWatch?.dispose();
    net.stop();
    repository.dispose();
    eventLoop.stop();
    status.stop();
    wiring.dispose();
  }

  return {
    start: () => {
      starting ??= startAll();
      return starting;
    },
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
    resume: () => {
      void probe.run('resume');
      cron.resume();
      channels.recheck('woke from sleep');
    },
    tokens,
    authLog,
    channels,
    channelEditor,
    logins,
    journal,
    config,
    cron,
    pairing,
    gateway,
    probe,
    status,
    settings,
    fileLogger: deps.fileLogger,
  };
}
