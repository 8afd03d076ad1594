// What the channel tests hand to a ChannelManager: settings and vault in memory, a predictable random source,
// a logger that remembers, and an adapter whose epochs a test plays by hand.

import type { DurableStore } from '../../electron/core/channels/account-store';
import type {
  AdapterRoute,
  ChannelAdapter,
  EpochContext,
  EpochEnd,
  EpochFailure,
  ProbeContext,
  ProbeOutcome,
  ResolvedAccount,
  TransportPolicy,
} from '../../electron/core/channels/channel-adapter';
import type { MessageSink, NewJournalMessage } from '../../electron/core/channels/channel-calls';
import { ChannelManager } from '../../electron/core/channels/channel-manager';
import type { ChannelNet } from '../../electron/core/channels/net/channel-net';
import { SystemNet } from '../../electron/core/channels/net/system-net';
import { Emitter } from '../../electron/core/lib/emitter';
import type { LogFields, Logger } from '../../electron/core/lib/logger-port';
import type { Random } from '../../electron/core/lib/random';
import { Redactor } from '../../electron/core/lib/redactor';
import { err, ok, type Result } from '../../electron/core/lib/result';
import { Secret } from '../../electron/core/lib/secret';
import type { Locked, SecretVault, SettingsSource, StoreError } from '../../electron/core/ports';
import { without } from '../../shared/json-document';
import type { ChannelAccountStatus, InboundMessage } from '../../shared/model/channel';
import { type Settings, type SettingsPatch, settingsSchema } from '../../shared/model/settings';
import { FakeClock } from './fake-clock';

/** Lets every promise continuation that is ready run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function merge(base: unknown, patch: unknown): unknown {
  if (typeof base !== 'object' || base === null || typeof patch !== 'object' || patch === null) return patch;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) merged[key] = merge(merged[key], value);
  return merged;
}

export class MemorySettings implements SettingsSource {
  #settings: Settings;
  readonly #changed = new Emitter<Settings>((error) => {
    throw error;
  });
  /** When set, `update` refuses with it. */
  failWith: StoreError | undefined;

  constructor(settings: unknown = {}) {
    this.#settings = settingsSchema.parse(settings);
  }

  get onChanged() {
    return this.#changed.on;
  }

  get listenerCount(): number {
    return this.#changed.listenerCount;
  }

  get(): Settings {
    return this.#settings;
  }

  update(patch: SettingsPatch): Result<Settings, StoreError> {
    if (this.failWith !== undefined) return err(this.failWith);
    this.replace(merge(this.#settings, patch));
    return ok(this.#settings);
  }

  remove(path: readonly string[]): Result<Settings, StoreError> {
    if (this.failWith !== undefined) return err(this.failWith);
    this.replace(without(this.#settings, path));
    return ok(this.#settings);
  }

  /** As a hand edit would: the whole file at once. */
  replace(settings: unknown): void {
    this.#settings = settingsSchema.parse(settings);
    this.#changed.emit(this.#settings);
  }
}

export class MemoryVault implements SecretVault {
  readonly secrets: Map<string, Secret>;
  locked: Locked | undefined;
  failWith: StoreError | undefined;

  constructor(secrets: Readonly<Record<string, string>> = {}) {
    this.secrets = new Map(Object.entries(secrets).map(([name, text]) => [name, new Secret(text)]));
  }

  async load(): Promise<Result<void, Locked>> {
    return this.locked === undefined ? ok(undefined) : err(this.locked);
  }

  reload(): Promise<Result<void, Locked>> {
    return this.load();
  }

  get(name: string): Secret | undefined {
    return this.locked === undefined ? this.secrets.get(name) : undefined;
  }

  async set(name: string, secret: Secret): Promise<Result<void, StoreError>> {
    if (this.failWith !== undefined) return err(this.failWith);
    this.secrets.set(name, secret);
    return ok(undefined);
  }

  async delete(name: string): Promise<Result<void, StoreError>> {
    this.secrets.delete(name);
    return ok(undefined);
  }
}

/** Each call differs from the one before; `unit` is the middle, so that jitter is zero. */
export function countingRandom(unit = 0.5): Random {
  let count = 0;
  return {
    bytes(length) {
      count += 1;
      return Buffer.alloc(length, count);
    },
    uuid() {
      count += 1;
      return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
    },
    unit: () => unit,
  };
}

export class MemoryLogger implements Logger {
  readonly lines: { readonly level: string; readonly event: string; readonly fields: LogFields }[] = [];
  debug = (event: string, fields: LogFields = {}) => void this.lines.push({ level: 'debug', event, fields });
  info = (event: string, fields: LogFields = {}) => void this.lines.push({ level: 'info', event, fields });
  warn = (event: string, fields: LogFields = {}) => void this.lines.push({ level: 'warn', event, fields });
  error = (event: string, fields: LogFields = {}) => void this.lines.push({ level: 'error', event, fields });
  child = (): Logger => this;

  /** Everything that was logged, as a log file would hold it. */
  text(): string {
    return JSON.stringify(this.lines, (_key, value) =>
      value instanceof Error ? String(value.stack) : value,
    );
  }
}

/** One call of a scripted adapter's `run`, played by the test. */
export interface PlayedEpoch {
  readonly account: ResolvedAccount;
  readonly context: EpochContext;
  end(end: EpochEnd): void;
  fail(failure: EpochFailure): void;
  reject(error: unknown): void;
}

export class ScriptedAdapter implements ChannelAdapter {
  readonly meta;
  readonly policy: TransportPolicy;
  readonly epochs: PlayedEpoch[] = [];
  /** Account ids that exist, with what would make them restart. */
  readonly accounts = new Map<string, { enabled: boolean; configured: boolean; version: number }>();
  /** False: ignores the abort signal, as a broken adapter would. */
  obeysAbort = true;
  onRun: ((context: EpochContext) => void) | undefined;
  onResolve: (() => void) | undefined;
  onProbe: ((account: ResolvedAccount, context: ProbeContext) => Promise<ProbeOutcome>) | undefined;

  constructor(
    id: string,
    accountIds: readonly string[],
    direction: TransportPolicy['direction'] = 'outbound',
  ) {
    this.meta = { id, label: id, detailLabel: `${id} test`, systemImage: 'bolt', order: 1 };
    this.policy = { direction, readyTimeoutMs: 30_000 };
    for (const accountId of accountIds) {
      this.accounts.set(accountId, { enabled: true, configured: true, version: 1 });
    }
  }

  readonly config: ChannelAdapter['config'] = {
    listAccountIds: () => [...this.accounts.keys()],
    resolve: (_settings, accountId) => {
      this.onResolve?.();
      const account = this.accounts.get(accountId);
      return {
        accountId,
        enabled: account?.enabled ?? false,
        configured: account?.configured ?? false,
        problems: account?.configured === false ? ['no credential'] : [],
        secrets: [],
      };
    },
    fingerprint: ({ accountId }) => JSON.stringify(this.accounts.get(accountId)),
    enabledPatch: () => ({}),
  };

  run(account: ResolvedAccount, context: EpochContext): Promise<EpochEnd> {
    return new Promise((resolve, reject) => {
      this.epochs.push({
        account,
        context,
        end: resolve,
        fail: (failure) => resolve({ kind: 'failed', failure }),
        reject,
      });
      const onAbort = () => {
        if (this.obeysAbort) resolve({ kind: 'aborted' });
      };
      context.signal.addEventListener('abort', onAbort, { once: true });
      this.onRun?.(context);
    });
  }

  async probe(account: ResolvedAccount, context: ProbeContext): Promise<ProbeOutcome> {
    if (this.onProbe === undefined) return { ok: true };
    return this.onProbe(account, context);
  }

  /** The newest epoch of an account. */
  latest(accountId: string): PlayedEpoch {
    const found = this.epochs.findLast((epoch) => epoch.account.accountId === accountId);
    if (found === undefined) throw new Error(`no epoch of ${accountId} yet`);
    return found;
  }

  count(accountId: string): number {
    return this.epochs.filter((epoch) => epoch.account.accountId === accountId).length;
  }
}

export interface ManagerHarness {
  readonly manager: ChannelManager;
  readonly clock: FakeClock;
  readonly settings: MemorySettings;
  readonly vault: MemoryVault;
  readonly logger: MemoryLogger;
  readonly redactor: Redactor;
  readonly journal: MemoryJournal;
  status(accountId: string, channel?: string): ChannelAccountStatus;
  /** Moves time in small steps and lets promises run in between. */
  pass(ms: number): Promise<void>;
}

export function managerHarness(
  adapters: readonly ChannelAdapter[],
  options: {
    settings?: unknown;
    vault?: MemoryVault;
    random?: Random;
    net?: ChannelNet;
    stored?: Readonly<Record<string, unknown>>;
    clock?: FakeClock;
  } = {},
): ManagerHarness {
  const clock = options.clock ?? new FakeClock();
  const settings = new MemorySettings(options.settings);
  const vault = options.vault ?? new MemoryVault();
  const logger = new MemoryLogger();
  const redactor = new Redactor();
  const random = options.random ?? countingRandom();
  const journal = new MemoryJournal();
  const manager = new ChannelManager({
    ...{ adapters, settings, vault, clock, random, logger, redactor, journal },
    net: options.net ?? new SystemNet({ clock, resolveProxy: async () => undefined, vendorDomains: [] }),
    openStore: () => new MemoryStore(options.stored),
  });
  manager.setGatewayUp(true);
  return {
    manager,
    clock,
    settings,
    vault,
    logger,
    redactor,
    journal,
    status(accountId, channel = adapters[0]?.meta.id ?? '') {
      const found = manager
        .statuses()
        .find((status) => status.channel === channel && status.accountId === accountId);
      if (found === undefined) throw new Error(`no account ${channel}/${accountId}`);
      return found;
    },
    async pass(ms) {
      await settle();
      const step = Math.max(1, Math.ceil(ms / 20));
      for (let left = ms; left > 0; left -= step) {
        clock.advance(Math.min(step, left));
        await settle();
      }
    },
  };
}

/** What a journal was told, in memory. */
export class MemoryJournal implements MessageSink {
  readonly messages: NewJournalMessage[] = [];
  known: readonly string[] = [];

  append(message: NewJournalMessage): void {
    this.messages.push(message);
  }

  recentIds(): readonly string[] {
    return this.known;
  }

  async kept(): Promise<void> {}
}

/** An account's store in memory. */
export class MemoryStore implements DurableStore {
  readonly values: Map<string, unknown>;

  constructor(values: Readonly<Record<string, unknown>> = {}) {
    this.values = new Map(Object.entries(values));
  }

  async open(): Promise<void> {}
  async flush(): Promise<void> {}
  async clear(): Promise<void> {
    this.values.clear();
  }
  get(key: string): unknown {
    return this.values.get(key);
  }
  set(key: string, value: unknown): void {
    // As a file would give it back.
    this.values.set(key, JSON.parse(JSON.stringify(value)));
  }
  delete(key: string): void {
    this.values.delete(key);
  }
}

/** An epoch context without a manager: nothing is cleaned up for the adapter, so what it leaves behind shows. */
export class BareContext implements EpochContext {
  readonly epoch = 1;
  readonly clock = new FakeClock();
  readonly random = countingRandom();
  readonly log = new MemoryLogger();
  readonly routes = new Map<string, AdapterRoute>();
  readonly store = new MemoryStore();
  readonly net: ChannelNet;
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  isReady = false;
  /** What `ready` was given. */
  info: Parameters<EpochContext['ready']>[0] | undefined;
  /** Everything that was said, in order. */
  readonly said: { readonly what: string; readonly value: unknown }[] = [];
  readonly messages: Omit<InboundMessage, 'channel' | 'accountId'>[] = [];
  /** What `inbound` answers. */
  answer: 'accepted' | 'duplicate' | 'closed' = 'accepted';
  readonly #listeners = new Set<() => void>();

  constructor() {
    this.net = new SystemNet({ clock: this.clock, resolveProxy: async () => undefined, vendorDomains: [] });
  }

  abort(): void {
    this.#controller.abort();
  }

  /** Resolves when something was said that makes `holds` true; looks at once, too. */
  until(holds: (context: this) => boolean): Promise<void> {
    if (holds(this)) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (!holds(this)) return;
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
    });
  }

  phase(phase: 'authenticating' | 'connecting'): void {
    this.#say('phase', phase);
  }
  ready(info: Parameters<EpochContext['ready']>[0]): void {
    this.isReady = true;
    this.info = info;
    this.#say('ready', info);
  }
  activity(evidence: string): void {
    this.#say('activity', evidence);
  }
  /** A sign of life above all; what it is dated as besides is the manager's, and the vendor suite's to look at. */
  event(evidence: string): void {
    this.#say('activity', evidence);
  }
  inbound(message: Omit<InboundMessage, 'channel' | 'accountId'>): 'accepted' | 'duplicate' | 'closed' {
    this.messages.push(message);
    this.#say('inbound', message);
    return this.answer;
  }
  async kept(): Promise<void> {}
  warn(failure: EpochFailure): void {
    this.#say('warn', failure);
  }
  clearWarning(code: string | number): void {
    this.#say('clearWarning', code);
  }
  sessionStartsLeft(count: number): void {
    this.#say('sessionStartsLeft', count);
  }
  expiresAt(at: number): void {
    this.#say('expiresAt', at);
  }
  rejected(failure: EpochFailure): void {
    this.#say('rejected', failure);
  }
  route(path: string, route: AdapterRoute) {
    if (this.routes.has(path)) throw new Error(`route ${path} is taken`);
    this.routes.set(path, route);
    return { dispose: () => void this.routes.delete(path) };
  }

  #say(what: string, value: unknown): void {
    this.said.push({ what, value });
    for (const look of [...this.#listeners]) look();
  }
}
