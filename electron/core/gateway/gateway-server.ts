// The listener: binds 127.0.0.1, answers plain HTTP, guards upgrades, owns all connections. A taken port is a
// state with its owner named and is retried; nothing is ever killed. start and stop are idempotent.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SessionOnGrace } from '../../../shared/ipc/contract';
import type { GatewayState, GatewayStatus, PortOwner } from '../../../shared/model/status';
import { CLOSE } from '../../../shared/protocol/close-codes';
import type { AuthLog } from '../auth-log/auth-log';
import type { ChannelManager } from '../channels/channel-manager';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import type { Subscribe } from '../lib/emitter';
import { Emitter } from '../lib/emitter';
import type { FileLogger } from '../lib/file-logger';
import type { InternalPeers } from '../lib/internal-peers';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import type { Random } from '../lib/random';
import type { SettingsSource } from '../ports';
import type { EventLoopMonitor } from '../status/event-loop-monitor';
import type { TokenChange, TokenStore } from '../tokens/token-store';
import { Acceptor } from './acceptor';
import { Broadcaster } from './broadcaster';
import { ClientRegistry } from './client-registry';
import type { ConnectionHost } from './connection';
import { helloOk } from './hello';
import type { GatewayIdentity } from './identity';
import { LIMITS } from './limits';
import { LineThrottle } from './line-throttle';
import { methodHandlers } from './methods/handlers';
import { HealthCache } from './methods/health';
import { MethodRegistry } from './methods/method-registry';
import { PreauthBudget } from './preauth-budget';
import { Presence } from './presence';

const HOST = '127.0.0.1';
const HEALTH_PUSH_MS = 1_000;

export interface GatewayServerOptions {
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: SettingsSource;
  readonly tokens: TokenStore;
  readonly authLog: AuthLog;
  readonly channels: ChannelManager;
  readonly fileLogger: FileLogger;
  readonly eventLoop: EventLoopMonitor;
  readonly internalPeers: InternalPeers;
  readonly identity: () => Promise<GatewayIdentity>;
  readonly findPortOwner: (port: number) => Promise<PortOwner | undefined>;
  readonly stateDir: string;
}

export type StopReason = 'stopped' | 'restart' | 'quit';

export class GatewayServer {
  readonly #options: GatewayServerOptions;
  readonly #logger: Logger;
  readonly #lifecycle = new Mutex();
  readonly #registry = new ClientRegistry();
  readonly #broadcaster = new Broadcaster(this.#registry);
  readonly #budget = new PreauthBudget({ maxPerPeer: LIMITS.preauthPerPeer, maxTotal: LIMITS.preauthTotal });
  readonly #changed: Emitter<GatewayStatus>;
  readonly #presence: Presence;
  readonly #health: HealthCache;
  readonly #host: ConnectionHost;
  readonly #acceptor: Acceptor;
  #server: Server | undefined;
  #state: GatewayState = 'stopped';
  #since: number;
  #listeningSinceMs = 0;
  #boundPort = 0;
  #epoch = 0;
  #owner: PortOwner | undefined;
  #error: string | undefined;
  #retry: Disposable | undefined;
  #nextRetryAt: number | undefined;
  #tick: Disposable | undefined;
  #healthPush: Disposable | undefined;

  readonly onChanged: Subscribe<GatewayStatus>;

  constructor(options: GatewayServerOptions) {
    const { clock, channels, tokens, authLog } = options;
    this.#options = options;
    this.#logger = options.logger.child('gateway/ws');
    this.#since = clock.now();
    this.#changed = new Emitter((error) =>
      this.#logger.error('gateway.listener-threw', { error: String(error) }),
    );
    this.onChanged = this.#changed.on;
    this.#presence = new Presence({ clock, version: options.version });
    this.#health = new HealthCache({ channels, clock });
    const handlers = methodHandlers({ ...options, presence: this.#presence, health: this.#health });
    this.#host = {
      tokens,
      authLog,
      logger: this.#logger,
      clock,
      registry: this.#registry,
      budget: this.#budget,
      methods: new MethodRegistry(handlers),
      throttle: new LineThrottle(clock),
      isServing: () => this.#state === 'listening' && tokens.generation > 0,
      hello: (connection, principal) =>
        helloOk({
          connection,
          principal,
          version: options.version,
          presence: this.#presence,
          health: this.#health,
          uptimeMs: this.#uptimeMs(),
          stateDir: options.stateDir,
          authMode: options.settings.get().gateway.auth.mode,
        }),
      onReady: (connection) => {
        this.#presence.connected(connection);
        this.#announce();
      },
      onClosed: (connection) => {
        this.#acceptor.forget(connection);
        this.#presence.disconnected(connection);
        this.#announce();
      },
    };
    this.#acceptor = new Acceptor({
      host: this.#host,
      random: options.random,
      internalPeers: options.internalPeers,
      allowedOrigins: () => options.settings.get().gateway.controlUi.allowedOrigins,
      http: {
        port: () => this.#boundPort,
        failing: () => (this.#host.isServing() ? [] : ['gateway']),
        uptimeMs: () => this.#uptimeMs(),
        eventLoop: () => options.eventLoop.last,
        channelRoute: (path) => channels.httpRoute(path),
      },
    });
  }

  /** Resolves when listening, when the port is taken (and being retried), or when binding failed otherwise. */
  start(): Promise<GatewayStatus> {
    return this.#lifecycle.run(async () => {
      if (this.#state === 'stopped' || this.#state === 'failed' || this.#state === 'locked')
        await this.#bind();
      return this.status();
    });
  }

  /** Says `shutdown`, closes everybody with 1012, frees the port. At most about 2.5 s; never throws. */
  stop(reason: StopReason): Promise<GatewayStatus> {
    return this.#lifecycle.run(async () => {
      await this.#unbind(reason);
      return this.status();
    });
  }

  restart(): Promise<GatewayStatus> {
    return this.#lifecycle.run(async () => {
      await this.#unbind('restart');
      await this.#bind();
      return this.status();
    });
  }

  status(): GatewayStatus {
    const { port } = this.#options.settings.get().gateway;
    return {
      state: this.#state,
      ...(this.#state === 'listening' ? { url: `ws://${HOST}:${this.#boundPort}` } : {}),
      host: HOST,
      port,
      since: this.#since,
      clients: this.#registry.externalCount,
      ...(this.#owner === undefined ? {} : { portOwner: this.#owner }),
      ...(this.#nextRetryAt === undefined ? {} : { nextRetryAt: this.#nextRetryAt }),
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }

  /** Where the probe must dial: what the listener itself reports, never a setting (SEC-43). */
  address(): { readonly host: string; readonly port: number; readonly epoch: number } | undefined {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return this.#state === 'listening' && address
      ? { host: address.address, port: address.port, epoch: this.#epoch }
      : undefined;
  }

  sessionsOnGeneration(generation: number): readonly SessionOnGrace[] {
    return this.#registry.onGeneration(generation);
  }

  /** Closes the sessions that a change of credential has retired; the one that asked is closed after its reply. */
  onTokenChange(change: TokenChange): void {
    for (const connection of this.#registry.all()) {
      if (connection.connId !== change.by) connection.closeIfRetired();
    }
  }

  /** Channel changes travel in `health` (settled "Wire"), at most once a second however busy a channel is. */
  onChannelsChanged(): void {
    this.#health.invalidate();
    if (this.#state !== 'listening') return;
    this.#healthPush ??= this.#options.clock.setTimeout(() => {
      this.#healthPush = undefined;
      if (this.#registry.size > 0)
        this.#broadcaster.send('health', this.#health.value(), this.#stateVersion());
    }, HEALTH_PUSH_MS);
  }

  async #bind(): Promise<void> {
    if (this.#options.tokens.generation === 0) {
      this.#enter('locked');
      return;
    }
    this.#enter('starting');
    const { port } = this.#options.settings.get().gateway;
    const server = this.#acceptor.createServer();
    const failure = await listen(server, port);
    if (failure === undefined) {
      this.#server = server;
      this.#boundPort = (server.address() as AddressInfo).port;
      this.#epoch += 1;
      this.#listeningSinceMs = this.#options.clock.monotonicMs();
      this.#tick = this.#options.clock.setInterval(() => this.#onTick(), LIMITS.tickIntervalMs);
      this.#enter('listening');
      this.#logger.info('gateway.listening', { host: HOST, port: this.#boundPort });
      return;
    }
    if (failure.code !== 'EADDRINUSE') {
      this.#error = failure.message;
      this.#enter('failed');
      this.#logger.error('gateway.bind-failed', { port, code: failure.code });
      return;
    }
    const first = this.#owner === undefined;
    this.#owner = (await this.#options.findPortOwner(port)) ?? { kind: 'unknown' };
    if (first) this.#logger.warn('gateway.port-taken', { port, owner: this.#owner });
    this.#scheduleRetry();
    this.#enter('port-taken');
  }

  #scheduleRetry(): void {
    const { clock } = this.#options;
    this.#nextRetryAt = clock.now() + LIMITS.portRetryMs;
    this.#retry = clock.setTimeout(() => {
      void this.#lifecycle.run(async () => {
        if (this.#state === 'port-taken') await this.#bind();
      });
    }, LIMITS.portRetryMs);
  }

  async #unbind(reason: StopReason): Promise<void> {
    this.#retry?.dispose();
    this.#tick?.dispose();
    this.#healthPush?.dispose();
    this.#healthPush = undefined;
    const server = this.#server;
    if (server === undefined) {
      this.#enter('stopped');
      return;
    }
    this.#enter('stopping');
    this.#broadcaster.send('shutdown', {
      reason,
      ...(reason === 'restart' ? { restartExpectedMs: 1_000 } : {}),
    });
    this.#acceptor.closeAll(CLOSE.serviceRestart);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const patience = this.#options.clock.setTimeout(() => this.#acceptor.destroyAll(), LIMITS.closeGraceMs);
    await closed;
    patience.dispose();
    this.#server = undefined;
    this.#enter('stopped');
    this.#logger.info('gateway.stopped', { reason });
  }

  #onTick(): void {
    for (const connection of this.#registry.all()) connection.keepalive();
    this.#broadcaster.send('tick', { ts: this.#options.clock.now() });
  }

  #stateVersion(): { presence: number; health: number } {
    return { presence: this.#presence.version, health: this.#health.version };
  }

  #uptimeMs(): number {
    return Math.round(this.#options.clock.monotonicMs() - this.#listeningSinceMs);
  }

  #enter(state: GatewayState): void {
    if (state !== 'port-taken' && state !== 'starting') {
      this.#owner = undefined;
    }
    if (state !== 'port-taken') this.#nextRetryAt = undefined;
    if (state !== 'failed') this.#error = undefined;
    // Retrying a taken port is one state to a person, not a flicker between two.
    if (state === 'starting' && this.#owner !== undefined) return;
    if (state !== this.#state) {
      this.#state = state;
      this.#since = this.#options.clock.now();
    }
    this.#announce();
  }

  #announce(): void {
    this.#changed.emit(this.status());
  }
}

function listen(server: Server, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException) => resolve(error);
    server.once('error', onError);
    server.listen({ port, host: HOST, exclusive: true }, () => {
      server.off('error', onError);
      resolve(undefined);
    });
  });
}
