// Composition root of everything that is not Electron: gateway, credential, auth log, channels, probe, status.
// The app, the headless entry and the tests build the same core with the same function and other dependencies.

import type { PortOwner, ProbeReport, StatusSnapshot } from '../../shared/model/status';
import { AuthLog } from './auth-log/auth-log';
import type { ChannelAdapter } from './channels/channel-adapter';
import { ChannelManager } from './channels/channel-manager';
import { GatewayServer } from './gateway/gateway-server';
import type { GatewayIdentity } from './gateway/identity';
import { loadIdentity } from './gateway/identity';
import type { Clock } from './lib/clock';
import { DisposableStore } from './lib/disposable';
import type { FileLogger } from './lib/file-logger';
import { InternalPeers } from './lib/internal-peers';
import type { Random } from './lib/random';
import type { Redactor } from './lib/redactor';
import { removeRunFile, writeRunFile } from './lib/run-file';
import type { HomePaths, SecretVault, SettingsSource, TokenRepository } from './ports';
import { ChannelsProbe } from './probe/channels-probe';
import type { CallStep } from './probe/gateway-client';
import { EventLoopMonitor } from './status/event-loop-monitor';
import { StatusHub } from './status/status-hub';
import type { TokenChange } from './tokens/token-store';
import { TokenStore } from './tokens/token-store';

export interface CoreDeps {
  readonly paths: HomePaths;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Already started; the caller stops it after the core. */
  readonly fileLogger: FileLogger;
  readonly redactor: Redactor;
  readonly settings: SettingsSource;
  readonly repository: TokenRepository;
  readonly vault: SecretVault;
  readonly adapters: readonly ChannelAdapter[];
  readonly findPortOwner: (port: number) => Promise<PortOwner | undefined>;
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
  const tokens = new TokenStore({ repository, clock, random, logger: logger.child('tokens'), redactor });
  const authLog = new AuthLog({
    dir: paths.authLogDir,
    headFile: `${paths.home}/auth-log.head.json`,
    clock,
    logger: logger.child('auth-log'),
  });
  const channels = new ChannelManager({
    adapters: deps.adapters,
    settings,
    vault,
    clock,
    random,
    logger: logger.child('channels'),
    redactor,
  });
  let identity: Promise<GatewayIdentity> | undefined;
  const gateway = new GatewayServer({
    version,
    clock,
    random,
    logger,
    settings,
    tokens,
    authLog,
    channels,
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
      counters: () => authLog.counters(),
      eventLoopDelayP99Ms: () => eventLoop.last.delayP99Ms,
    },
  });

  const wires = new DisposableStore();
  let listeningUrl: string | undefined;

  function onGatewayChanged(snapshot: StatusSnapshot['gateway']): void {
    status.touch();
    if (snapshot.url === listeningUrl) return;
    listeningUrl = snapshot.url;
    channels.setGatewayUp(snapshot.url !== undefined);
    const done =
      snapshot.url === undefined
        ? removeRunFile(paths.home)
        : writeRunFile(paths.home, { pid: process.pid, url: snapshot.url });
    done.catch((error: unknown) => logger.warn('run-file.failed', { error: String(error) }));
    if (snapshot.url !== undefined) runProbe('start');
  }

  function onTokenChanged(change: TokenChange): void {
    // Sessions first: nothing of the old generation may run on while the log is being written.
    gateway.onTokenChange(change);
    status.touch();
    const { kind, generation, fingerprint, by, reason, graceUntil } = change;
    if (kind === 'locked') return;
    // The way out of `locked`, by keychain or by a new token: the gateway comes up by itself.
    if (gateway.status().state === 'locked') void gateway.start();
    if (kind === 'unlocked') return;
    authLog.append({
      event: `token.${kind}`,
      generation,
      fingerprint,
      by,
      ...(reason === undefined ? {} : { rotationReason: reason }),
      ...(graceUntil === undefined ? {} : { graceUntil }),
    });
    if (kind === 'rotated' || kind === 'adopted') runProbe('rotation');
  }

  function runProbe(trigger: ProbeReport['trigger']): void {
    void probe.run(trigger);
  }

  function checkAuthLog(): void {
    if (authLog.counters().authLogWritable) status.clearNotice('auth-log');
    else {
      status.setNotice({
        id: 'auth-log',
        severity: 'error',
        code: 'auth-log-unwritable',
        params: { dir: paths.authLogDir },
      });
    }
  }

  function wire(): void {
    wires.add(gateway.onChanged(onGatewayChanged));
    wires.add(tokens.onChanged(onTokenChanged));
    wires.add(probe.onChanged(() => status.touch()));
    wires.add(
      channels.onChanged(() => {
        gateway.onChannelsChanged();
        status.touch();
      }),
    );
    wires.add(
      authLog.onAppended((event) => {
        if (event.event === 'auth.attempt' && event.internal && event.outcome === 'refused')
          probe.countInternalRefusal();
        status.touch();
      }),
    );
    wires.add(
      settings.onChanged(() => {
        probe.reschedule();
        status.touch();
      }),
    );
    wires.add(
      repository.onForeignChange(() => {
        logger.warn('credential.changed-on-disk', {
          action: 'memory wins; the file is rewritten at the next change',
        });
        status.setNotice({
          id: 'credential-file',
          severity: 'warning',
          code: 'credential-changed-on-disk',
          params: {},
        });
      }),
    );
  }

  async function start(): Promise<void> {
    wire();
    eventLoop.start(() => {
      checkAuthLog();
      status.touch();
    });
    await tokens.start();
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
    await gateway.start();
    await channels.start();
    probe.start();
    status.touch();
  }

  let stopping: Promise<void> | undefined;
  async function stopAll(): Promise<void> {
    const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['probe', () => probe.stop()],
      ['channels', () => channels.stop()],
      ['gateway', () => gateway.stop('quit')],
      ['auth-log', () => authLog.stop()],
      ['tokens', () => tokens.stop()],
      ['run-file', () => removeRunFile(paths.home)],
    ];
    for (const [name, step] of steps) {
      try {
        await step();
      } catch (error) {
        logger.error('core.stop-failed', { step: name, error: String(error) });
      }
    }
    repository.dispose();
    eventLoop.stop();
    status.stop();
    wires.dispose();
  }

  return {
    start,
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
    resume: () => runProbe('resume'),
    tokens,
    authLog,
    channels,
    gateway,
    probe,
    status,
    settings,
    fileLogger: deps.fileLogger,
  };
}
