// All channel accounts: which exist (from settings), their supervisors, and the calls of panel and gateway.
// Built by core.ts. Never writes an account's state itself and never lets one account's fault touch another.

import type { ChannelAccountStatus, InboundMessage } from '../../../shared/model/channel';
import type { Settings } from '../../../shared/model/settings';
import type { StoreFailure } from '../../../shared/model/token';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import { Emitter, type Subscribe } from '../lib/emitter';
import type { Logger } from '../lib/logger-port';
import type { Random } from '../lib/random';
import type { Redactor } from '../lib/redactor';
import { err, ok, type Result } from '../lib/result';
import { Secret } from '../lib/secret';
import type { SecretVault, SettingsSource } from '../ports';
import { AccountSupervisor, type Resolution } from './account-supervisor';
import type { ChannelAdapter, ChannelMeta, HttpRoute, SecretReader } from './channel-adapter';
import { RouteTable } from './route-table';
import { StartSlots } from './start-slots';

const MAX_STARTING = 3;
const MAX_PROBING = 5;
const SECRET_BYTES = 32;

export interface ChannelCallError {
  readonly code: 'unknown_channel' | 'unknown_account' | 'unsupported' | StoreFailure;
  readonly message: string;
}

export interface ChannelManagerOptions {
  readonly adapters: readonly ChannelAdapter[];
  readonly settings: SettingsSource;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly redactor: Pick<Redactor, 'set' | 'redact'>;
}

interface Target {
  readonly adapter: ChannelAdapter;
  readonly supervisor: AccountSupervisor;
}

export class ChannelManager {
  readonly #options: ChannelManagerOptions;
  readonly #routes = new RouteTable();
  readonly #slots = new StartSlots(MAX_STARTING);
  /** By channel, then account, in the order of adapters and settings. */
  #accounts = new Map<string, Map<string, Target>>();
  readonly #changed: Emitter<void>;
  readonly #inbound: Emitter<InboundMessage>;
  #settingsListener: Disposable | undefined;
  #vaultProblem: string | undefined;
  #running = false;
  #gatewayUp = false;

  constructor(options: ChannelManagerOptions) {
    this.#options = options;
    const report = (error: unknown) => options.logger.error('channels.listener-failed', { error });
    this.#changed = new Emitter(report);
    this.#inbound = new Emitter(report);
  }

  /** Some account's status is another now. Not coalesced. */
  get onChanged(): Subscribe<void> {
    return this.#changed.on;
  }

  /** Each accepted message once, synchronously; listeners must queue their work. */
  get onInbound(): Subscribe<InboundMessage> {
    return this.#inbound.on;
  }

  /** Secrets in the vault are others now. */
  async reload(): Promise<void> {
    const loaded = await this.#options.vault.load();
    this.#vaultProblem = loaded.ok ? undefined : loaded.error.detail;
    await this.#reconcile(this.#options.settings.get());
  }

  /** For the projections of `channels.status` and `health`. */
  get metas(): readonly ChannelMeta[] {
    return this.#options.adapters.map((adapter) => adapter.meta);
  }

  /** Resolves when every account was asked to start; does not wait for any to be ready. Idempotent. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const loaded = await this.#options.vault.load();
    this.#vaultProblem = loaded.ok ? undefined : loaded.error.detail;
    // Stopped meanwhile, or stopped and started again by a call that got here first.
    if (!this.#running || this.#settingsListener !== undefined) return;
    this.#settingsListener = this.#options.settings.onChanged((settings) => void this.#reconcile(settings));
    await this.#reconcile(this.#options.settings.get());
  }

  /** Settles within 2 s: all accounts at once, stuck adapters are left behind. Idempotent. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#settingsListener?.dispose();
    this.#settingsListener = undefined;
    await Promise.all(this.#targets().map(({ supervisor }) => supervisor.stop()));
  }

  statuses(): readonly ChannelAccountStatus[] {
    return this.#targets().map(({ supervisor }) => supervisor.status(this.#gatewayUp));
  }

  /** While the gateway is down nobody can say how a channel is: its word becomes `unknown`. */
  setGatewayUp(up: boolean): void {
    if (this.#gatewayUp === up) return;
    this.#gatewayUp = up;
    this.#changed.emit();
  }

  /** The handler that an account has registered for exactly this path (no query string). */
  httpRoute(path: string): HttpRoute | undefined {
    return this.#routes.get(path);
  }

  /** Ends a back-off or a block. Resolves when the new run was asked for. */
  async restart(channel: string, accountId: string): Promise<Result<void, ChannelCallError>> {
    const found = this.#find(channel, accountId);
    if (!found.ok) return found;
    if (!this.#running) return err({ code: 'stopped', message: 'the channels are stopped' });
    const { account } = found.value.supervisor;
    if (!account.enabled)
      return err({ code: 'unsupported', message: `${channel}/${accountId} is switched off` });
    if (!account.configured) {
      return err({
        code: 'unsupported',
        message: account.problems[0] ?? `${channel}/${accountId} is not set up`,
      });
    }
    await found.value.supervisor.restart();
    return ok(undefined);
  }

  /**
   * Writes the setting, then waits until the account has stopped or was asked to start. Enabling an account that
   * does not exist yet sets it up: that is how a channel gets its first one.
   */
  async setEnabled(
    channel: string,
    accountId: string,
    enabled: boolean,
  ): Promise<Result<void, ChannelCallError>> {
    const { adapters, settings } = this.#options;
    const found = this.#find(channel, accountId);
    const adapter = found.ok ? found.value.adapter : adapters.find(({ meta }) => meta.id === channel);
    if (!found.ok && (adapter === undefined || !enabled)) return found;
    if (adapter === undefined)
      return err({ code: 'unknown_channel', message: `there is no channel ${channel}` });
    const patch = adapter.config.enabledPatch(settings.get(), accountId, enabled);
    const updated = settings.update(patch);
    if (!updated.ok) {
      return 'field' in updated.error
        ? err({ code: 'unsupported', message: updated.error.message })
        : err({ code: updated.error.code, message: updated.error.detail });
    }
    await this.#reconcile(updated.value);
    return ok(undefined);
  }

  /** Makes a new secret, keeps it durably, and only then restarts the account with it. */
  async newSecret(channel: string, accountId: string): Promise<Result<Secret, ChannelCallError>> {
    const found = this.#find(channel, accountId);
    if (!found.ok) return found;
    const { config } = found.value.adapter;
    const name = config.ownSecretName?.(accountId);
    if (name === undefined) {
      return err({ code: 'unsupported', message: `the secret of ${channel} is made by its vendor` });
    }
    const { random, redactor, settings, vault } = this.#options;
    const taken = this.#targets().flatMap(({ supervisor }) => supervisor.account.secrets);
    const secret = new Secret(random.bytes(SECRET_BYTES).toString('base64url'));
    if (taken.some((other) => other.expose() === secret.expose())) {
      throw new Error('the random source repeats itself: a new secret equals one in use');
    }
    // Known to the redactor before anything can fail with it in a text.
    redactor.set(`channel ${name} new`, [secret.expose()]);
    const stored = await vault.set(name, secret);
    if (!stored.ok) return err({ code: stored.error.code, message: stored.error.detail });
    this.#options.logger.info('channel.secret-created', { channel, accountId });
    await this.#reconcile(settings.get());
    return ok(secret);
  }

  /** At most five at a time, each with its own deadline; results land in `statuses()`. */
  async probe(target: { channel?: string; accountId?: string; timeoutMs: number }): Promise<void> {
    const queue = this.#targets().filter(
      ({ adapter, supervisor }) =>
        (target.channel === undefined || adapter.meta.id === target.channel) &&
        (target.accountId === undefined || supervisor.account.accountId === target.accountId),
    );
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await next.supervisor.probe(target.timeoutMs);
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_PROBING, queue.length) }, worker));
  }

  /** Brings the accounts in line with `settings`: new ones start, gone ones stop, changed ones restart. */
  async #reconcile(settings: Settings): Promise<void> {
    const before = this.#accounts;
    const after = new Map<string, Map<string, Target>>();
    const work: Promise<void>[] = [];
    for (const adapter of this.#options.adapters) {
      const channel = new Map<string, Target>();
      for (const accountId of this.#listAccountIds(adapter, settings)) {
        const resolution = this.#resolve(adapter, settings, accountId);
        const known = before.get(adapter.meta.id)?.get(accountId);
        const target = known ?? { adapter, supervisor: this.#supervise(adapter, resolution) };
        channel.set(accountId, target);
        if (known !== undefined) work.push(known.supervisor.update(resolution));
        if (this.#running) work.push(target.supervisor.start());
      }
      after.set(adapter.meta.id, channel);
    }
    this.#accounts = after;
    for (const [channel, accounts] of before) {
      for (const [accountId, { supervisor }] of accounts) {
        if (after.get(channel)?.has(accountId) !== true) work.push(supervisor.stop());
      }
    }
    this.#changed.emit();
    await Promise.all(work);
  }

  #listAccountIds(adapter: ChannelAdapter, settings: Settings): readonly string[] {
    try {
      return adapter.config.listAccountIds(settings);
    } catch (error) {
      this.#options.logger.error('channel.list-failed', { channel: adapter.meta.id, error });
      // Shown as one account with the fault, because a channel that vanishes cannot be repaired.
      return ['default'];
    }
  }

  #resolve(adapter: ChannelAdapter, settings: Settings, accountId: string): Resolution {
    const { vault, redactor, logger } = this.#options;
    const channel = adapter.meta.id;
    const secrets: SecretReader = {
      get: (name) => vault.get(name),
      ...(this.#vaultProblem === undefined ? {} : { unreadable: this.#vaultProblem }),
    };
    try {
      const account = adapter.config.resolve(settings, accountId, secrets);
      redactor.set(
        `channel ${channel}/${accountId}`,
        account.secrets.map((secret) => secret.expose()),
      );
      return { account, fingerprint: adapter.config.fingerprint(account) };
    } catch (error) {
      logger.error('channel.resolve-failed', { channel, accountId, error });
      const message = `the channel's adapter failed to read its settings: ${error instanceof Error ? error.message : String(error)}`;
      return {
        account: {
          accountId,
          enabled: true,
          configured: false,
          problems: [redactor.redact(message)],
          secrets: [],
        },
        fingerprint: 'fault',
        fault: { class: 'config', code: 'adapter_threw', message },
      };
    }
  }

  #supervise(adapter: ChannelAdapter, resolution: Resolution): AccountSupervisor {
    const { clock, random, logger, redactor } = this.#options;
    return new AccountSupervisor({
      adapter,
      resolution,
      clock,
      random,
      logger: logger.child(`channels/${adapter.meta.id}`),
      slots: this.#slots,
      routes: this.#routes,
      redact: (text) => redactor.redact(text),
      onChanged: () => this.#changed.emit(),
      onInbound: (message) => this.#inbound.emit(message),
    });
  }

  #targets(): readonly Target[] {
    return [...this.#accounts.values()].flatMap((accounts) => [...accounts.values()]);
  }

  #find(channel: string, accountId: string): Result<Target, ChannelCallError> {
    const accounts = this.#accounts.get(channel);
    if (accounts === undefined) return err({ code: 'unknown_channel', message: `no channel ${channel}` });
    const target = accounts.get(accountId);
    if (target === undefined)
      return err({ code: 'unknown_account', message: `no account ${channel}/${accountId}` });
    return ok(target);
  }
}
