// The configuration as clients read and write it (protocol section 5.3): redacted views, guarded changes, secrets
// that go to the token store and the vault and never into the file. Called by the config methods. Must never let a
// secret out or a placeholder in, and never leave half of a change behind.

import type { JsonDocument } from '../../../shared/json-document';
import { changedPaths, valueAt } from '../../../shared/json-document';
import type { AuthMode, Settings } from '../../../shared/model/settings';
import { settingsJsonSchema } from '../../../shared/model/settings-json-schema';
import { channelSecretPaths, vaultName, virtualPaths } from '../../../shared/model/settings-secrets';
import type { Notice } from '../../../shared/model/status';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import { cleanForeignText } from '../lib/foreign-text';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';
import type { SecretVault, SettingsSource } from '../ports';
import type { TokenStore } from '../tokens/token-store';
import type { ConfigDocument, DocumentSnapshot, ForeignChange } from './config-document';
import type { SchemaLookup } from './config-schema';
import { lookupSchema, UI_HINTS } from './config-schema';
import type { ExtractedSecrets } from './config-secrets';
import { extractSecrets } from './config-secrets';
import type { ConfigIssue, ConfigView } from './config-view';
import { configView, knownIn, shownConfig } from './config-view';
import { mergePatch } from './merge-patch';
import { parseRaw } from './parse-raw';
import { redactText, restoreRedacted } from './redaction';

/** Long enough for the reply to be on its way, and for a second change to join. */
const RESTART_DELAY_MS = 300;
const MAX_RESTART_DELAY_MS = 60_000;

export interface ConfigServiceOptions {
  readonly document: ConfigDocument;
  readonly settings: SettingsSource;
  readonly tokens: TokenStore;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** Called from a timer after the reply: tell the clients (`shutdown`), then bind anew. */
  readonly onRestartNeeded: () => void;
  /** The token store has settled on a mode, or found that it cannot serve it. */
  readonly onModeSettled?: () => void;
  /** Channel secrets in the vault are others now: let the channels read them. */
  readonly onSecretsChanged: () => Promise<void>;
  /** Banners about hand edits; the status hub has exactly these two. */
  readonly notices: { setNotice(notice: Omit<Notice, 'at'>): void; clearNotice(id: string): void };
}

export interface ConfigChange {
  readonly raw: string;
  readonly baseHash?: string | undefined;
  readonly restartDelayMs?: number | undefined;
  /** For the log. */
  readonly actor: string;
  readonly connId: string;
  /** A new credential is taken only from this machine. */
  readonly directLocal: boolean;
}

export type ConfigChanged =
  | {
      readonly ok: true;
      readonly path: string;
      readonly config: JsonDocument;
      readonly restart?: { readonly reason: string; readonly delayMs: number };
    }
  | { readonly ok: true; readonly noop: true; readonly path: string; readonly config: JsonDocument };

/** `refused`: the request is at fault. `failed`: the disk or the keychain is; nothing was changed. */
export interface ConfigError {
  readonly code: 'refused' | 'failed';
  /** In upstream's words where it has some. */
  readonly message: string;
  readonly issues?: readonly ConfigIssue[];
}

export class ConfigService {
  readonly #options: ConfigServiceOptions;
  /** One change at a time: between the look at the hash and the write lie the vault and the token store. */
  readonly #mutex = new Mutex();
  #foreign: Disposable | undefined;
  #settings: Disposable | undefined;
  /** The setting that the token store has settled on. */
  #mode: AuthMode | undefined;
  #committing = false;
  #restart: Disposable | undefined;

  constructor(options: ConfigServiceOptions) {
    this.#options = options;
    this.#mode = options.settings.get().gateway.auth.mode;
  }

  /** Watches for hand edits. Idempotent. Start it after the token store. */
  start(): void {
    const { document, settings } = this.#options;
    this.#settings ??= settings.onChanged((changed) => this.#onSettings(changed));
    this.#foreign ??= document.onForeignChange((change) => this.#onForeignChange(change));
    document.watch();
  }

  /** Waits for a change in flight; a planned restart is dropped. */
  async stop(): Promise<void> {
    this.#foreign?.dispose();
    this.#foreign = undefined;
    this.#settings?.dispose();
    this.#settings = undefined;
    this.#options.document.dispose();
    await this.#mutex.run(async () => undefined);
    this.#restart?.dispose();
  }

  get(): ConfigView {
    return configView(this.#options.document.read(), this.#options);
  }

  /** config.set and config.apply: the whole document. */
  set(change: ConfigChange): Promise<Result<ConfigChanged, ConfigError>> {
    return this.#change('config.set', change, (_stored, sent) => ok(sent));
  }

  apply(change: ConfigChange): Promise<Result<ConfigChanged, ConfigError>> {
    return this.#change('config.apply', change, (_stored, sent) => ok(sent));
  }

  /** A JSON merge patch: null removes, objects merge, lists replace. */
  patch(change: ConfigChange): Promise<Result<ConfigChanged, ConfigError>> {
    return this.#change('config.patch', change, (stored, sent) => {
      if (stored === undefined) return err(refused('invalid config; fix before patching'));
      const taken = virtualPaths(sent).filter((path) => valueAt(sent, path) === null);
      if (taken.length === 0) return ok(mergePatch(stored, sent));
      const message = 'a secret cannot be removed, only replaced';
      return err(invalid(taken.map((path) => ({ path: path.join('.'), message }))));
    });
  }

  schema(): Readonly<Record<string, unknown>> {
    const { clock, version } = this.#options;
    const generatedAt = new Date(clock.now()).toISOString();
    return { schema: settingsJsonSchema(), uiHints: UI_HINTS, version, generatedAt };
  }

  lookup(path: string): SchemaLookup | undefined {
    return lookupSchema(path);
  }

  /** Reads the vault anew and hands its secrets on. A warning is an account that has none. */
  async reloadSecrets(): Promise<Result<{ readonly warningCount: number }, ConfigError>> {
    const { logger, onSecretsChanged, settings, vault } = this.#options;
    return this.#mutex.run(async () => {
      const reloaded = await vault.reload();
      if (!reloaded.ok) return err(failed(`the secrets were not read again: ${reloaded.error.detail}`));
      await onSecretsChanged();
      const missing = channelSecretPaths(settings.get())
        .map((path) => vaultName(path))
        .filter((name) => name !== undefined && vault.get(name) === undefined);
      logger.info('secrets.reloaded', { warnings: missing.length });
      return ok({ warningCount: missing.length });
    });
  }

  #change(
    method: string,
    change: ConfigChange,
    build: (stored: JsonDocument | undefined, sent: JsonDocument) => Result<JsonDocument, ConfigError>,
  ): Promise<Result<ConfigChanged, ConfigError>> {
    return this.#mutex.run(async () => {
      const snapshot = this.#options.document.read();
      const stale = baseHashProblem(snapshot, change.baseHash);
      if (stale !== undefined) return err(refused(stale));
      const sent = parseRaw(change.raw);
      if (!sent.ok) return err(refused(sent.error));
      const built = build(snapshot.document, sent.value);
      if (!built.ok) return built;
      const judged = this.#judge(built.value, snapshot.document ?? {}, change.directLocal);
      if (!judged.ok) return judged;
      return this.#carryOut(method, change, snapshot, judged.value);
    });
  }

  /** Everything that can be said against it is said before anything is touched. */
  #judge(
    next: JsonDocument,
    stored: JsonDocument,
    directLocal: boolean,
  ): Result<ExtractedSecrets, ConfigError> {
    const known = [...knownIn(stored, this.#options), ...knownIn(next, this.#options)];
    const extracted = extractSecrets(this.#options, next, stored);
    const restored = restoreRedacted(extracted.document, stored, known);
    const { document } = restored;
    const problems = [...extracted.problems, ...restored.problems].map(({ path, message }) => ({
      path: path.join('.'),
      message,
    }));
    if (!directLocal) {
      const changes = (path: readonly string[]) =>
        JSON.stringify(valueAt(document, path)) !== JSON.stringify(valueAt(stored, path));
      const message = 'is changed only from the machine of the gateway';
      if (extracted.credential !== undefined || changes(AUTH_PATH))
        problems.push({ path: 'gateway.auth', message });
      if (changes(ORIGINS_PATH)) problems.push({ path: ORIGINS_PATH.join('.'), message });
    }
    for (const { field, message, path } of this.#options.document.check(document)) {
      // What is wrong in the file already may stay: a slip elsewhere must not lock the configuration.
      const value = JSON.stringify(valueAt(stored, path));
      if (value === undefined || value !== JSON.stringify(valueAt(document, path))) {
        problems.push({ path: field, message });
      }
    }
    if (problems.length === 0) return ok({ ...extracted, document });
    return err(
      invalid(
        problems.map(({ path, message }) => ({
          path: redactText(cleanForeignText(path), known),
          message: redactText(message, known),
        })),
      ),
    );
  }

  async #carryOut(
    method: string,
    change: ConfigChange,
    snapshot: DocumentSnapshot,
    next: ExtractedSecrets,
  ): Promise<Result<ConfigChanged, ConfigError>> {
    const { logger, onSecretsChanged, settings } = this.#options;
    const { path } = snapshot;
    const stored = snapshot.document ?? {};
    const changed = changedPaths(stored, next.document);
    const secrets = (next.credential === undefined ? 0 : 1) + next.channels.size;
    const isNew = !snapshot.exists || snapshot.document === undefined;
    if (changed.length === 0 && secrets === 0 && !isNew) {
      return ok({ ok: true, noop: true, path, config: shownConfig(stored, this.#options) });
    }
    const before = settings.get();
    const committed = await this.#commit(snapshot, next, change.connId);
    if (!committed.ok) return committed;
    if (next.channels.size > 0) await onSecretsChanged();
    const known = knownIn(next.document, this.#options);
    logger.info('config.changed', {
      message: `${method} write actor=${change.actor} conn=${change.connId} changedPaths=${summary(changed, known)} secrets=${secrets}`,
    });
    const restart = this.#planRestart(method, before, change.restartDelayMs);
    const config = shownConfig(next.document, this.#options);
    return ok({ ok: true, path, config, ...(restart === undefined ? {} : { restart }) });
  }

  /** Vault, file, credential, in this order; a failure takes back what was done before it. */
  async #commit(
    snapshot: DocumentSnapshot,
    next: ExtractedSecrets,
    by: string,
  ): Promise<Result<void, ConfigError>> {
    this.#committing = true;
    const undo: (() => unknown)[] = [];
    try {
      const done = await this.#steps(snapshot, next, by, undo);
      if (done.ok) return done;
      for (const step of undo.reverse()) await step();
      if (next.channels.size > 0) await this.#options.onSecretsChanged();
      return done;
    } finally {
      this.#committing = false;
      this.#mode = this.#options.settings.get().gateway.auth.mode;
    }
  }

  async #steps(
    snapshot: DocumentSnapshot,
    next: ExtractedSecrets,
    by: string,
    undo: (() => unknown)[],
  ): Promise<Result<void, ConfigError>> {
    const { document, settings, tokens, vault } = this.#options;
    for (const [name, secret] of next.channels) {
      const old = vault.get(name);
      const stored = await vault.set(name, secret);
      if (!stored.ok) return err(failed(`the secret of ${name} was not stored: ${stored.error.detail}`));
      undo.push(() => (old === undefined ? vault.delete(name) : vault.set(name, old)));
    }
    const replaced = document.replace(next.document, snapshot.hash);
    if (!replaced.ok) {
      if (replaced.error.code === 'changed') return err(refused(CHANGED));
      return err(failed(`the configuration was not written: ${replaced.error.detail}`));
    }
    undo.push(() => document.replace(snapshot.document ?? {}, replaced.value.hash));
    if (next.credential !== undefined) {
      // The new mode holds already, so that the store settles on it together with the credential.
      const adopted = await tokens.adopt({ ...next.credential, graceMs: 0, by });
      if (adopted.ok) return ok(undefined);
      const { error } = adopted;
      const why = error.code === 'refused' ? error.problem : error.detail;
      return err(failed(`the credential was not stored: ${why}`));
    }
    if (settings.get().gateway.auth.mode === this.#mode) return ok(undefined);
    const refreshed = await tokens.refreshMode(by);
    return refreshed.ok ? refreshed : err(failed(`the mode was not changed: ${refreshed.error.detail}`));
  }

  #planRestart(
    reason: string,
    before: Settings,
    delayMs = RESTART_DELAY_MS,
  ): { readonly reason: string; readonly delayMs: number } | undefined {
    const { clock, logger, onRestartNeeded, settings } = this.#options;
    if (settings.get().gateway.port === before.gateway.port) return undefined;
    const delay = Math.min(MAX_RESTART_DELAY_MS, Math.max(RESTART_DELAY_MS, delayMs));
    this.#restart?.dispose();
    this.#restart = clock.setTimeout(onRestartNeeded, delay);
    logger.info('config.restart-planned', { reason, delayMs: delay });
    return { reason: `${reason}: gateway.port`, delayMs: delay };
  }

  #onForeignChange({ snapshot, before, notices, cleared }: ForeignChange): void {
    for (const id of cleared) this.#options.notices.clearNotice(id);
    for (const notice of notices) this.#options.notices.setNotice(notice);
    this.#planRestart('settings.json', before);
    if (virtualPaths(snapshot.document).length > 0) this.#catchUp();
  }

  /** The panel or a hand edit changed the mode, or left secrets in the file. */
  #catchUp(): void {
    const { logger, settings, tokens } = this.#options;
    const section = async () => {
      await this.#adoptFromFile();
      const { mode } = settings.get().gateway.auth;
      if (mode === this.#mode) return;
      this.#mode = mode;
      const refreshed = await tokens.refreshMode('system');
      this.#options.onModeSettled?.();
      if (!refreshed.ok) logger.error('config.mode-failed', { ...refreshed.error });
    };
    this.#mutex
      .run(section)
      .catch((error: unknown) => logger.error('config.catch-up-failed', { error: String(error) }));
  }

  #onSettings({ gateway }: Settings): void {
    if (!this.#committing && gateway.auth.mode !== this.#mode) this.#catchUp();
  }

  /** Secrets that were written into the file while we run: each is taken over and leaves, or is named and stays. */
  async #adoptFromFile(): Promise<void> {
    const { document, logger, notices, onSecretsChanged } = this.#options;
    const snapshot = document.read();
    if (snapshot.document === undefined || virtualPaths(snapshot.document).length === 0) return;
    const extracted = extractSecrets(this.#options, snapshot.document, {});
    const refusedPaths = new Set(extracted.problems.map(({ path }) => path.join('.')));
    for (const { path, message } of extracted.problems) {
      const field = path.join('.');
      logger.warn('settings.secret-refused', { field, problem: message });
      notices.setNotice({
        id: `settings-invalid:${field}`,
        severity: 'warning',
        code: 'settings-invalid',
        params: { field, message: `not taken over: ${message}` },
      });
    }
    if (refusedPaths.size > 0) return;
    const committed = await this.#commit(snapshot, extracted, 'system');
    if (!committed.ok) {
      logger.error('config.adopt-failed', { detail: committed.error.message });
      return;
    }
    if (extracted.channels.size > 0) await onSecretsChanged();
    logger.info('config.secrets-adopted', { secrets: virtualPaths(snapshot.document).length });
  }
}

const AUTH_PATH = ['gateway', 'auth'];
const ORIGINS_PATH = ['gateway', 'controlUi', 'allowedOrigins'];
const CHANGED = 'config changed since last load; re-run config.get and retry';

function baseHashProblem(snapshot: DocumentSnapshot, baseHash: string | undefined): string | undefined {
  if (!snapshot.exists) return undefined;
  if (baseHash === undefined) return 'config base hash required; re-run config.get and retry';
  return baseHash === snapshot.hash ? undefined : CHANGED;
}

function refused(message: string): ConfigError {
  return { code: 'refused', message };
}

function failed(message: string): ConfigError {
  return { code: 'failed', message };
}

function invalid(issues: readonly ConfigIssue[]): ConfigError {
  return { code: 'refused', message: 'invalid config', issues };
}

function summary(paths: readonly string[], known: readonly string[]): string {
  const shown = paths.slice(0, 12).map((path) => redactText(cleanForeignText(path, 80), known));
  return `${shown.join(',') || '-'}${paths.length > 12 ? `,+${paths.length - 12}` : ''}`;
}
