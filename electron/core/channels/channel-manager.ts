// All channel accounts: which exist (from settings), their supervisors, and the calls of panel and gateway.
// Built by core.ts. Never writes an account's state itself and never lets one account's fault touch another.

import type { ChannelAccountStatus, InboundMessage } from '../../../shared/model/channel';
import type { Settings } from '../../../shared/model/settings';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import { Emitter, type Subscribe } from '../lib/emitter';
import type { Logger } from '../lib/logger-port';
import type { Random } from '../lib/random';
import type { Redactor } from '../lib/redactor';
import { err, ok, type Result } from '../lib/result';
import { Secret } from '../lib/secret';
import type { SecretVault, SettingsSource } from '../ports';
import { AccountReader } from './account-reader';
import type { DurableStore } from './account-store';
import { AccountSupervisor, type Resolution } from './account-supervisor';
import type { ChannelAdapter, ChannelMeta, HttpRoute, OutboundMessage } from './channel-adapter';
import type { ChannelCallError, MessageSink, SendError } from './channel-calls';
import type { ChannelNet } from './net/channel-net';
import { RouteTable } from './route-table';
import { StartSlots } from './start-slots';

/** Of each channel: a vendor that hangs keeps no other channel waiting. */
const MAX_STARTING = 3;
const MAX_PROBING = 5;
const SECRET_BYTES = 32;

export interface ChannelManagerOptions {
  readonly adapters: readonly ChannelAdapter[];
  readonly settings: SettingsSource;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly redactor: Pick<Redactor, 'set' | 'redact'>;
  readonly net: ChannelNet;
  readonly journal: MessageSink;
  /** The file of one account; the manager opens and closes it. */
  openStore(channel: string, accountId: string): DurableStore;
}

interface Target {
  readonly adapter: ChannelAdapter;
  readonly supervisor: AccountSupervisor;
}

export class ChannelManager {
  readonly #options: ChannelManagerOptions;
  readonly #reader: AccountReader;
  readonly #routes = new RouteTable();
  readonly #slots: ReadonlyMap<string, StartSlots>;
  /** By channel, then account, in the order of adapters and settings. */
  #accounts = new Map<string, Map<string, Target>>();
  /** Stopped by `stopAccount`: no change of settings starts them again. */
  readonly #held = new Set<Target>();
  /** Stopped until everybody who asked for it is done. */
  readonly #suspended = new Set<{ readonly target: Target | undefined }>();
  /** Gone from the settings and not yet at their end, by channel and account. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #changed: Emitter<void>;
  readonly #inbound: Emitter<InboundMessage>;
  #settingsListener: Disposable | undefined;
  #running = false;
  #gatewayUp = false;

  constructor(options: ChannelManagerOptions) {
    this.#options = options;
    this.#reader = new AccountReader(options);
    this.#slots = new Map(options.adapters.map(({ meta }) => [meta.id, new StartSlots(MAX_STARTING)]));
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
    await this.#reader.load();
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
    this.#held.clear();
    await this.#reader.load();
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
    await Promise.all([
      ...this.#targets().map(({ supervisor }) => supervisor.stop()),
      ...this.#leaving.values(),
    ]);
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

  /** For account-editor; undefined when there is no such account. */
  supervisorOf(channel: string, accountId: string): AccountSupervisor | undefined {
    return this.#accounts.get(channel)?.get(accountId)?.supervisor;
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
    this.#held.delete(found.value);
    if (!this.#isSuspended(found.value)) await found.value.supervisor.restart();
    return ok(undefined);
  }

  /** Until `restart` or the next start of the gateway; the settings stay as they are. Settles within 2 s. */
  async stopAccount(channel: string, accountId: string): Promise<Result<void, ChannelCallError>> {
    const found = this.#find(channel, accountId);
    if (!found.ok) return found;
    this.#held.add(found.value);
    await found.value.supervisor.stop();
    return ok(undefined);
  }

  /**
   * Stopped, whatever happens meanwhile, until the returned function is called: that brings the account in line with
   * the settings of then. For those who need its connection, its store or its credential to themselves.
   */
  async suspend(channel: string, accountId: string): Promise<() => Promise<void>> {
    const lease = { target: this.#accounts.get(channel)?.get(accountId) };
    this.#suspended.add(lease);
    await lease.target?.supervisor.stop();
    return () => {
      this.#suspended.delete(lease);
      return this.reload();
    };
  }

  /** Takes `stopAccount` back; the account starts at the next `reload`. */
  release(channel: string, accountId: string): void {
    const found = this.#find(channel, accountId);
    if (found.ok) this.#held.delete(found.value);
  }

  /** The machine woke up or has another network: every account that runs tries or connects anew, without penalty. */
  recheck(reason: string): void {
    this.#options.logger.info('channels.recheck', { reason });
    for (const { supervisor } of this.#targets()) supervisor.recheck(reason);
  }

  /** Ok only when the vendor has confirmed it. One text at a time per account. */
  async send(
    channel: string,
    accountId: string,
    message: OutboundMessage,
  ): Promise<Result<{ readonly messageId?: string }, SendError>> {
    const found = this.#find(channel, accountId);
    if (!found.ok) return found;
    const { textLimit } = found.value.adapter;
    if (textLimit === undefined) {
      return err({ code: 'unsupported', message: `${channel} can only receive` });
    }
    if (message.text.trim() === '') return err({ code: 'invalid', message: 'the text is empty' });
    if (message.text.length > textLimit) {
      const length = `the text has ${message.text.length} characters, ${channel} takes ${textLimit}`;
      return err({ code: 'invalid', message: length });
    }
    const sent = await found.value.supervisor.send(message);
    if (sent.ok) return sent;
    return err({ code: 'not_sent', message: sent.error.message, failure: sent.error });
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
    const accountIds = [...(this.#accounts.get(channel)?.keys() ?? [])];
    const patch = adapter.config.enabledPatch(settings.get(), accountId, enabled, accountIds);
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
      for (const accountId of this.#reader.listAccountIds(adapter, settings)) {
        const resolution = this.#reader.resolve(adapter, settings, accountId);
        const known = before.get(adapter.meta.id)?.get(accountId);
        const target = known ?? { adapter, supervisor: this.#supervise(adapter, resolution) };
        channel.set(accountId, target);
        if (known !== undefined) work.push(known.supervisor.update(resolution));
        else this.#waitForNamesake(target);
        if (this.#running && !this.#held.has(target) && !this.#isSuspended(target)) {
          work.push(target.supervisor.start());
        }
      }
      after.set(adapter.meta.id, channel);
    }
    this.#accounts = after;
    for (const [channel, accounts] of before) {
      for (const [accountId, target] of accounts) {
        if (after.get(channel)?.has(accountId) === true) continue;
        this.#held.delete(target);
        work.push(this.#leave(target));
      }
    }
    this.#changed.emit();
    await Promise.all(work);
  }

  /** Never two consumers of one account: who was put back waits for the end of who was taken out. */
  #waitForNamesake(target: Target): void {
    const left = this.#leaving.get(nameOf(target));
    if (left === undefined) return;
    const lease = { target };
    this.#suspended.add(lease);
    void left.then(() => {
      this.#suspended.delete(lease);
      return this.#reconcile(this.#options.settings.get());
    });
  }

  async #leave(target: Target): Promise<void> {
    const name = nameOf(target);
    const left = Promise.all([this.#leaving.get(name), target.supervisor.stop()]).then(() => {
      if (this.#leaving.get(name) === left) this.#leaving.delete(name);
    });
    this.#leaving.set(name, left);
    await left;
  }

  #supervise(adapter: ChannelAdapter, resolution: Resolution): AccountSupervisor {
    const { clock, random, logger, redactor, net, journal, openStore } = this.#options;
    const channel = adapter.meta.id;
    const { accountId } = resolution.account;
    return new AccountSupervisor({
      adapter,
      resolution,
      clock,
      random,
      logger: logger.child(`channels/${adapter.meta.id}`),
      slots: this.#slots.get(channel) ?? new StartSlots(MAX_STARTING),
      routes: this.#routes,
      net,
      store: openStore(channel, accountId),
      knownMessageIds: () => journal.recentIds(channel, accountId),
      redact: (text) => redactor.redact(text),
      onChanged: () => this.#changed.emit(),
      onInbound: (message) => {
        journal.append({ direction: 'in', ...message });
        this.#inbound.emit(message);
      },
      kept: () => journal.kept(),
      onSent: ({ to, text }, messageId) =>
        journal.append({
          direction: 'out',
          channel,
          accountId,
          ...(messageId === undefined ? {} : { messageId }),
          conversationId: to,
          text,
          at: clock.now(),
        }),
    });
  }

  #isSuspended(target: Target): boolean {
    return [...this.#suspended].some((lease) => lease.target === target);
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

function nameOf({ adapter, supervisor }: Target): string {
  return JSON.stringify([adapter.meta.id, supervisor.account.accountId]);
}
