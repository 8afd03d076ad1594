// settings.json: OpenClaw's key names, edited by people, by the panel and through config.*. Called by both entries.
// Memory is the truth while running; what is valid of a hand edit is taken in, the rest changes nothing. The file
// keeps whatever a person wrote in it that we do not know. Secrets found in it are handed over and stripped.

import type { JsonDocument } from '../../../shared/json-document';
import { mergeDocuments, without } from '../../../shared/json-document';
import type { Settings, SettingsPatch } from '../../../shared/model/settings';
import type { Notice } from '../../../shared/model/status';
import type { ConfigDocument, DocumentSnapshot, ForeignChange } from '../../core/config/config-document';
import type { Clock } from '../../core/lib/clock';
import type { Disposable } from '../../core/lib/disposable';
import { Emitter } from '../../core/lib/emitter';
import type { Logger } from '../../core/lib/logger-port';
import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import type { Secret } from '../../core/lib/secret';
import type { SettingsProblem, SettingsSource, StoreError } from '../../core/ports';
import type { HandOver } from './settings-document';
import {
  findSecrets,
  keepGoodValues,
  parseSettings,
  problemsOf,
  strippedOf,
  tolerate,
  withoutSecrets,
} from './settings-document';
import { SETTINGS_FILE, SettingsFile } from './settings-file';
import { watchSettings } from './settings-watch';
import type { StoreClass } from './store-class';
import { storeText } from './store-class';
import { storeErrorFrom } from './store-error';

type NewNotice = Omit<Notice, 'at'>;

const REMOVED = 'it was removed; the settings in use stay until the next start or change';

export interface SettingsOptions {
  readonly Store: StoreClass;
  readonly home: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Read: GATEHOUSE_PORT. It beats the file and is never written to it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags: beat the environment and are never written either. Must be valid. */
  readonly overrides?: SettingsPatch;
}

export interface OpenedSettings {
  readonly settings: SettingsSource;
  /** The same file for ConfigService. */
  readonly document: ConfigDocument;
  readonly notices: readonly NewNotice[];
  /** By dotted key, for example `gateway.auth.token`: secrets that were put into the file by hand. */
  readonly virtualSecrets: ReadonlyMap<string, Secret>;
  /** Both a token and a password were, and no mode: neither was handed over. */
  readonly isCredentialAmbiguous: boolean;
  /** Takes those out of the file; call it once they are adopted. A failure is logged, the file stays as it is. */
  strip(): void;
}

/** Never fails: a file that cannot be used is set aside (never overwritten) and the defaults stand, with a notice. */
export function openSettings(o: SettingsOptions): OpenedSettings {
  const store = new SettingsStore(o);
  return {
    settings: {
      get: () => store.current,
      onChanged: store.changes.on,
      update: (patch) => store.update(patch),
      remove: (path) => store.remove(path),
    },
    document: {
      read: () => store.look(),
      check: (document) => problemsOf(withoutSecrets(document)),
      resolve: (document) => parseSettings(tolerate(withoutSecrets(document)).document),
      replace: (document, baseHash) => store.replace(document, baseHash),
      onForeignChange: store.foreign.on,
      watch: () => store.watch(),
      dispose: () => store.dispose(),
    },
    notices: store.notices,
    virtualSecrets: store.handOver.secrets,
    isCredentialAmbiguous: store.handOver.isAmbiguous,
    strip: () => store.strip(),
  };
}

class SettingsStore {
  readonly changes: Emitter<Settings>;
  readonly foreign: Emitter<ForeignChange>;
  readonly handOver: HandOver;
  current: Settings;
  notices: readonly NewNotice[];
  readonly #options: SettingsOptions;
  readonly #file: SettingsFile;
  readonly #forced: JsonDocument;
  /** What memory stands for: the valid part of the file, without secrets. */
  #good: JsonDocument;
  #hash: string;
  #watcher: Disposable | undefined;

  constructor(options: SettingsOptions) {
    const { logger } = options;
    this.#options = options;
    this.#file = new SettingsFile(options);
    this.changes = new Emitter((error) => logger.error('settings.listener-failed', { error }));
    this.foreign = new Emitter((error) => logger.error('settings.listener-failed', { error }));
    const notices: NewNotice[] = [];
    let first = this.#file.read();
    if (first.document === undefined) {
      const setAside = this.#file.setAside(first.why);
      const params = { file: SETTINGS_FILE, setAside, message: first.why };
      notices.push(notice('settings-set-aside', SETTINGS_FILE, params));
      if (setAside !== SETTINGS_FILE) first = this.#file.read();
    }
    this.#hash = first.hash;
    const document = first.document ?? {};
    this.handOver = findSecrets(document);
    const usable = tolerate(mergeDocuments(withoutSecrets(document), this.handOver.implied));
    const fromEnvironment = environmentPatch(options.env);
    const problems = [...usable.problems, ...this.handOver.problems];
    if (!fromEnvironment.ok) problems.push(fromEnvironment.error);
    this.notices = [...notices, ...problems.map(invalidNotice)];
    this.#forced = mergeDocuments(fromEnvironment.ok ? fromEnvironment.value : {}, options.overrides ?? {});
    this.#good = usable.document;
    this.current = parseSettings(mergeDocuments(this.#good, this.#forced));
  }

  update(patch: SettingsPatch): Result<Settings, SettingsProblem | StoreError> {
    return this.#edit((document) => mergeDocuments(document, patch));
  }

  remove(path: readonly string[]): Result<Settings, SettingsProblem | StoreError> {
    return this.#edit((document) => without(document, path));
  }

  #edit(change: (document: JsonDocument) => JsonDocument): Result<Settings, SettingsProblem | StoreError> {
    try {
      // The file is looked at anew, so that what a person added meanwhile is kept.
      const seen = this.look();
      // It could be neither read nor moved: writing would lose what a person wrote.
      if (!this.#mayWriteOver(seen)) return err(unreadable(seen));
      const document = seen.exists && seen.document ? seen.document : this.#good;
      const problem = problemsOf(change(this.#good))[0];
      if (problem) return err({ field: problem.field, message: problem.message });
      const written = this.#write(change(document));
      return written.ok ? ok(this.current) : written;
    } catch (error) {
      return err(storeErrorFrom(error, SETTINGS_FILE));
    }
  }

  replace(
    document: JsonDocument,
    baseHash: string,
  ): Result<DocumentSnapshot, StoreError | { readonly code: 'changed' }> {
    try {
      const seen = this.look();
      if (seen.hash !== baseHash) return err({ code: 'changed' });
      if (!this.#mayWriteOver(seen)) return err(unreadable(seen));
      const written = this.#write(document);
      return written.ok ? ok(this.#file.read()) : written;
    } catch (error) {
      return err(storeErrorFrom(error, SETTINGS_FILE));
    }
  }

  /** Reads the file and takes in what somebody else wrote there. */
  look(): DocumentSnapshot {
    const seen = this.#file.read();
    if (seen.hash === this.#hash) return seen;
    this.#hash = seen.hash;
    const before = this.current;
    const problems: SettingsProblem[] = [];
    if (!seen.exists) problems.push({ field: SETTINGS_FILE, message: REMOVED });
    else if (seen.document === undefined) problems.push({ field: SETTINGS_FILE, message: seen.why });
    else {
      const usable = tolerate(withoutSecrets(seen.document));
      problems.push(...usable.problems, ...findSecrets(seen.document).problems);
      this.#use(keepGoodValues(usable, this.#good));
    }
    this.#options.logger.warn('settings.changed-outside', { fields: problems.map(({ field }) => field) });
    const told = this.notices;
    this.notices = [
      notice('settings-changed-on-disk', SETTINGS_FILE, { file: SETTINGS_FILE }, 'info'),
      ...problems.map(invalidNotice),
    ];
    const ids = this.notices.map(({ id }) => id);
    const cleared = told.map(({ id }) => id).filter((id) => !ids.includes(id));
    this.foreign.emit({ snapshot: seen, before, after: this.current, notices: this.notices, cleared });
    return seen;
  }

  strip(): void {
    if (this.handOver.paths.length === 0) return;
    const { document } = this.look();
    if (document === undefined) return;
    const written = this.#write(strippedOf(document, this.handOver));
    if (!written.ok) this.#options.logger.error('settings.strip-failed', { ...written.error });
  }

  watch(): void {
    this.#watcher ??= watchSettings({ ...this.#options, onHint: () => void this.look() });
  }

  dispose(): void {
    this.#watcher?.dispose();
    this.#watcher = undefined;
  }

  /** A file that is no JSON is moved out of the way first. */
  #mayWriteOver({ document, why }: DocumentSnapshot): boolean {
    return document !== undefined || this.#file.setAside(why) !== SETTINGS_FILE;
  }

  #write(document: JsonDocument): Result<void, StoreError> {
    const written = this.#file.write(document);
    if (!written.ok) return written;
    this.#hash = this.#file.read().hash;
    this.#use(keepGoodValues(tolerate(withoutSecrets(document)), this.#good));
    return written;
  }

  #use(good: JsonDocument): void {
    this.#good = good;
    const before = storeText(this.current);
    this.current = parseSettings(mergeDocuments(good, this.#forced));
    if (storeText(this.current) !== before) this.changes.emit(this.current);
  }
}

function unreadable({ why }: DocumentSnapshot): StoreError {
  return { code: 'storage_failed', detail: `${SETTINGS_FILE}: ${why}` };
}

function invalidNotice({ field, message }: SettingsProblem): NewNotice {
  return notice('settings-invalid', field, { field, message });
}

function notice(
  code: NewNotice['code'],
  about: string,
  params: NewNotice['params'],
  severity: NewNotice['severity'] = 'warning',
): NewNotice {
  return { id: `${code}:${about}`, severity, code, params };
}

function environmentPatch(env: SettingsOptions['env']): Result<JsonDocument, SettingsProblem> {
  const text = env.GATEHOUSE_PORT?.trim();
  if (text === undefined || text === '') return ok({});
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  const problem = problemsOf({ gateway: { port } })[0];
  if (problem) return err({ field: 'GATEHOUSE_PORT', message: problem.message });
  return ok({ gateway: { port } });
}
