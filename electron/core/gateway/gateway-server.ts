// The listener: binds 127.0.0.1, answers plain HTTP, guards upgrades, owns all connections. A taken port is a
// state with its owner named and is retried; nothing is ever killed. start and stop are idempotent.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SessionOnGrace } from '../../../shared/ipc/contract';
import type { GatewayState, GatewayStatus, PortOwner } from '../../../shared/model/status';
import { CLOSE } from '../../../shared/protocol/close-codes';
import type { BroadcastName } from '../../../shared/protocol/events';
import type { Disposable } from '../lib/disposable';
import type { Subscribe } from '../lib/emitter';
import { Emitter } from '../lib/emitter';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import type { EventLoopSample } from '../status/event-loop-monitor';
import type { TokenChange } from '../tokens/token-store';
import { Acceptor } from './acceptor';
import { AttemptLimiter } from './auth/attempt-limiter';
import { ControlPlaneBudget } from './auth/control-plane-budget';
import type { DeviceInvalidated } from './auth/pairing';
import { Broadcaster } from './broadcaster';
import { ClientRegistry } from './client-registry';
import type { Connection, ConnectionHost } from './connection';
import type { GatewayServerOptions, StopReason } from './gateway-options';
import { helloOk } from './hello';
import { HttpBearer } from './http-bearer';
import { LIMITS } from './limits';
import { LineThrottle } from './line-throttle';
import { listen } from './listen';
import { methodHandlers } from './methods/handlers';
import { HealthCache } from './methods/health';
import { MethodRegistry } from './methods/method-registry';
import { PreauthBudget } from './preauth-budget';
import { Presence } from './presence';
import { StabilityLog } from './stability-log';
import { StatePush } from './state-push';
import type { WakeMode } from './system-events';
import { SystemEvents } from './system-events';
import { UpgradeGuard } from './upgrade-guard';

const HOST = '127.0.0.1';

export class GatewayServer {
  readonly #options: GatewayServerOptions;
  readonly #logger: Logger;
  readonly #lifecycle = new Mutex();
  readonly #registry = new ClientRegistry();
  readonly #broadcaster: Broadcaster;
  readonly #push: StatePush;
  readonly #stability: StabilityLog;
  readonly #systemEvents: SystemEvents;
  readonly #changed: Emitter<GatewayStatus>;
  readonly #presence: Presence;
  readonly #health: HealthCache;
  readonly #host: ConnectionHost;
  readonly #guard: UpgradeGuard;
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

  readonly onChanged: Subscribe<GatewayStatus>;
  /** Who has guessed wrong lately; one for WebSocket and HTTP together. */
  readonly limiter: AttemptLimiter;

  constructor(options: GatewayServerOptions) {
    const { clock, channels, tokens, authLog } = options;
    this.#options = options;
    this.#logger = options.logger.child('gateway/ws');
    this.#since = clock.now();
    this.#changed = new Emitter((error) =>
      this.#logger.error('gateway.listener-threw', { error: String(error) }),
    );
    this.onChanged = this.#changed.on;
    this.limiter = new AttemptLimiter({ clock });
    this.limiter.configure(options.settings.get().gateway.auth.rateLimit ?? {});
    // For the life of the process, as below.
    options.settings.onChanged(({ gateway }) => this.limiter.configure(gateway.auth.rateLimit ?? {}));
    this.#presence = new Presence({ clock, version: options.version });
    this.#health = new HealthCache({ channels, clock });
    this.#stability = new StabilityLog({ clock });
    this.#systemEvents = new SystemEvents({ clock, logger: this.#logger });
    this.#broadcaster = new Broadcaster({
      registry: this.#registry,
      bufferedBytes: (connection) => connection.bufferedBytes,
      onOverflow: (connection) => {
        this.#onSlowConsumer(connection, connection.bufferedBytes);
        connection.close(CLOSE.slowConsumer);
      },
    });
    this.#push = new StatePush({
      clock,
      broadcaster: this.#broadcaster,
      presence: this.#presence,
      health: this.#health,
    });
    const handlers = methodHandlers({
      ...options,
      logger: this.#logger,
      isConnected: (deviceId) => this.#registry.hasDevice(deviceId),
      presence: this.#presence,
      health: this.#health,
      stability: this.#stability,
      systemEvents: this.#systemEvents,
      onPresence: () => this.#push.presenceChanged(),
    });
    this.#host = {
      tokens,
      authLog,
      logger: this.#logger,
      clock,
      registry: this.#registry,
      budget: new PreauthBudget({
        clock,
        maxPerPeer: LIMITS.preauthPerPeer,
        maxTotal: LIMITS.preauthTotal,
        youngMs: LIMITS.preauthYoungMs,
      }),
      methods: new MethodRegistry({
        handlers,
        budget: new ControlPlaneBudget({ clock }),
        isServing: () => this.#host.isServing(),
        logger: this.#logger,
      }),
      throttle: new LineThrottle(clock),
      limiter: this.limiter,
      pairing: options.pairing,
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
          authMode: tokens.mode,
        }),
      onReady: (connection) => {
        this.#push.welcome(connection);
        this.#presence.connected(connection);
        if (!connection.internal) this.#push.presenceChanged();
        this.#announce();
      },
      onSlowConsumer: (connection, bufferedBytes) => this.#onSlowConsumer(connection, bufferedBytes),
      onClosed: (connection) => this.#onClosed(connection),
    };
    const allowedOrigins = () => options.settings.get().gateway.controlUi.allowedOrigins;
    this.#guard = new UpgradeGuard({
      host: this.#host,
      random: options.random,
      internalPeers: options.internalPeers,
      port: () => this.#boundPort,
      allowedOrigins,
    });
    const bearer = new HttpBearer({
      tokens,
      limiter: this.limiter,
      authLog,
      random: options.random,
      peerOf: (request) => this.#guard.peerFacts(request, request.socket),
    });
    this.#acceptor = new Acceptor({
      guard: this.#guard,
      http: {
        version: options.version,
        clock,
        allowedOrigins,
        bearer: (request) => bearer.check(request),
        port: () => this.#boundPort,
        failing: () => (this.#host.isServing() ? [] : ['gateway']),
        uptimeMs: () => this.#uptimeMs(),
        eventLoop: () => options.eventLoop.last,
        channelRoute: (path) => channels.httpRoute(path),
      },
    });
    // For the life of the process, like the server itself: it stops and starts, and both sources end with it.
    authLog.onAppended((event) => {
      if (event.event === 'auth.attempt' && event.outcome === 'refused') this.#stability.noteRefusal();
    });
    this.#systemEvents.onHeartbeat((heartbeat) => this.broadcast('heartbeat', heartbeat));
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

  isDeviceConnected(deviceId: string): boolean {
    return this.#registry.hasDevice(deviceId);
  }

  /** Ends the sessions of a device that was removed or whose token ended. */
  onDeviceInvalidated(change: DeviceInvalidated): void {
    this.#registry.invalidateDevice(change);
  }

  /** Channel changes travel in `health` (settled "Wire"), at most once a second however busy a channel is. */
  onChannelsChanged(): void {
    this.#push.healthChanged();
  }

  /** To every connection that may have it (shared/protocol/events); nobody while the gateway is down. */
  broadcast(
    event: Exclude<BroadcastName, 'tick' | 'health' | 'presence' | 'shutdown'>,
    payload: unknown,
  ): void {
    this.#broadcaster.send(event, payload);
  }

  /** A line for an agent, as `wake` and `system-event` leave them; cron's come this way too. */
  addSystemEvent(text: string, wake: WakeMode): void {
    this.#systemEvents.add(text, wake);
  }

  onEventLoopSample(sample: EventLoopSample): void {
    this.#stability.noteEventLoop(sample);
  }

  async #bind(): Promise<void> {
    if (this.#options.tokens.generation === 0) {
      this.#enter('locked');
      return;
    }
    const { modeProblem } = this.#options.tokens;
    if (modeProblem !== undefined) {
      this.#error = modeProblem.message;
      this.#enter('failed');
      return;
    }
    this.#enter('starting');
    const { port } = this.#options.settings.get().gateway;
    const server = this.#acceptor.createServer();
    const failure = await listen(server, HOST, port);
    if (failure === undefined) {
      this.#server = server;
      this.#boundPort = (server.address() as AddressInfo).port;
      this.#epoch += 1;
      this.#listeningSinceMs = this.#options.clock.monotonicMs();
      const tick = () => this.#broadcaster.send('tick', { ts: this.#options.clock.now() });
      this.#tick = this.#options.clock.setInterval(tick, LIMITS.tickIntervalMs);
      this.#enter('listening');
      this.#logger.info('gateway.listening', { host: HOST, port: this.#boundPort });
      this.#stability.record('gateway.started', { port: this.#boundPort });
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
    this.#guard.closeAll(CLOSE.serviceRestart);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const patience = this.#options.clock.setTimeout(() => this.#acceptor.destroyAll(), LIMITS.closeGraceMs);
    await closed;
    patience.dispose();
    // Only now: every connection that closed has left a change of presence behind.
    this.#push.clear();
    this.#server = undefined;
    this.#enter('stopped');
    this.#logger.info('gateway.stopped', { reason });
    this.#stability.record('gateway.stopped', { reason });
    this.#stability.dispose();
  }

  #onClosed(connection: Connection): void {
    this.#guard.forget(connection);
    const dropped = this.#broadcaster.forget(connection);
    if (dropped > 0) {
      this.#stability.record('client.events-dropped', { conn: connection.connId, count: dropped });
    }
    this.#presence.disconnected(connection);
    if (connection.principal !== undefined && !connection.internal) this.#push.presenceChanged();
    this.#announce();
  }

  #onSlowConsumer({ connId }: Connection, bufferedBytes: number): void {
    this.#logger.warn('connection.slow-consumer', { connId, bufferedBytes });
    this.#stability.record('client.slow-consumer', { conn: connId, bufferedBytes });
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
