// settings.json: OpenClaw's key names, edited by people and by the panel. Called by both entries. Memory is the
// truth while running; the file keeps whatever a person wrote in it that we do not know. Never holds a secret:
// those found in it are handed over once and stripped.

import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Settings, SettingsPatch } from '../../../shared/model/settings';
import type { Notice } from '../../../shared/model/status';
import type { Clock } from '../../core/lib/clock';
import { Emitter } from '../../core/lib/emitter';
import type { Logger } from '../../core/lib/logger-port';
import type { Result } from '../../core/lib/result';
import { err, ok } from '../../core/lib/result';
import type { Secret } from '../../core/lib/secret';
import type { SettingsProblem, SettingsSource, StoreError } from '../../core/ports';
import type { Document } from './settings-document';
import {
  findSecrets,
  firstProblem,
  isDocument,
  mergeDocuments,
  parseSettings,
  tolerate,
  without,
} from './settings-document';
import type { StoreClass } from './store-class';
import { storeText, writeThroughStore } from './store-class';
import { errorCode, storeErrorFrom } from './store-error';

const FILE = 'settings.json';
const MAX_BYTES = 1024 * 1024;

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
  readonly notices: readonly Omit<Notice, 'at'>[];
  /** By dotted key, for example `gateway.auth.token`: secrets that were put into the file by hand. */
  readonly virtualSecrets: ReadonlyMap<string, Secret>;
  /** Takes those out of the file; call it once they are adopted. A failure is logged, the file stays as it is. */
  strip(): void;
}

/** Never fails: a file that cannot be used is set aside (never overwritten) and the defaults stand, with a notice. */
export function openSettings(o: SettingsOptions): OpenedSettings {
  const path = join(o.home, FILE);
  const notices: Omit<Notice, 'at'>[] = [];
  const changes = new Emitter<Settings>((error) => o.logger.error('settings.listener-failed', { error }));

  const first = readDocument(o, path);
  if (first.setAside !== undefined) {
    notices.push(
      notice('settings-set-aside', FILE, { file: FILE, setAside: first.setAside, message: first.why }),
    );
  }
  const secrets = findSecrets(first.document);
  const virtualSecrets = new Map<string, Secret>();
  for (const { path: key, secret } of secrets) if (secret) virtualSecrets.set(key.join('.'), secret);
  const usable = tolerate(withoutSecrets(first.document));
  for (const { field, message } of usable.problems) {
    notices.push(notice('settings-invalid', field, { field, message }));
  }
  const fromEnvironment = environmentPatch(o.env);
  if (!fromEnvironment.ok) {
    const { field, message } = fromEnvironment.error;
    notices.push(notice('settings-invalid', field, { field, message }));
  }
  const forced = mergeDocuments(fromEnvironment.ok ? fromEnvironment.value : {}, o.overrides ?? {});
  let current = parseSettings(mergeDocuments(usable.document, forced));

  function write(document: Document): Result<void, StoreError> {
    const before = existsSync(path) ? readFileSync(path) : undefined;
    const outcome = writeThroughStore(o.Store, { folder: o.home, name: 'settings', value: { ...document } });
    if (outcome.written) return ok(undefined);
    putBack(path, before, o.logger);
    return err(storeErrorFrom(outcome.error, FILE));
  }

  return {
    settings: {
      get: () => current,
      onChanged: changes.on,
      update(patch): Result<Settings, SettingsProblem | StoreError> {
        try {
          // The file is read anew, so that what a person added meanwhile is kept.
          const { document, setAside: aside, why } = readDocument(o, path);
          // It could be neither read nor moved: writing would lose what a person wrote.
          if (aside === FILE) return err({ code: 'storage_failed', detail: `${FILE}: ${why}` });
          const valid = mergeDocuments(tolerate(withoutSecrets(document)).document, patch);
          const problem = firstProblem(valid);
          if (problem) return err(problem);
          const written = write(mergeDocuments(document, patch));
          if (!written.ok) return written;
          const before = storeText(current);
          current = parseSettings(mergeDocuments(valid, forced));
          if (storeText(current) !== before) changes.emit(current);
          return ok(current);
        } catch (error) {
          return err(storeErrorFrom(error, FILE));
        }
      },
    },
    notices,
    virtualSecrets,
    strip() {
      if (secrets.length === 0) return;
      try {
        const written = write(withoutSecrets(readDocument(o, path).document));
        if (!written.ok) o.logger.error('settings.strip-failed', { ...written.error });
      } catch (error) {
        o.logger.error('settings.strip-failed', { ...storeErrorFrom(error, FILE) });
      }
    },
  };
}

function notice(
  code: 'settings-set-aside' | 'settings-invalid',
  about: string,
  params: Readonly<Record<string, string>>,
): Omit<Notice, 'at'> {
  return { id: `${code}:${about}`, severity: 'warning', code, params };
}

function withoutSecrets(document: Document): Document {
  return findSecrets(document).reduce((rest, { path }) => without(rest, path), document);
}

function environmentPatch(env: SettingsOptions['env']): Result<Document, SettingsProblem> {
  const text = env.GATEHOUSE_PORT?.trim();
  if (text === undefined || text === '') return ok({});
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  const problem = firstProblem({ gateway: { port } });
  if (problem) return err({ field: 'GATEHOUSE_PORT', message: problem.message });
  return ok({ gateway: { port } });
}

/** Throws only what a folder that cannot be read throws. */
function readDocument(
  o: SettingsOptions,
  path: string,
): { readonly document: Document; readonly setAside?: string; readonly why: string } {
  let why = '';
  try {
    const stats = statSync(path);
    if (!stats.isFile()) why = 'it is not a plain file';
    else if (stats.size > MAX_BYTES) why = `it has ${stats.size} bytes`;
    else {
      // It may hold a secret that was put there by hand.
      if ((stats.mode & 0o077) !== 0) chmodSync(path, 0o600);
      const value: unknown = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
      if (isDocument(value)) return { document: value, why };
      why = 'it is not a JSON object';
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { document: {}, why };
    why = error instanceof SyntaxError ? 'it is not valid JSON' : storeErrorFrom(error, FILE).detail;
  }
  return { document: {}, setAside: setAside(o, path, why), why };
}

function setAside(o: SettingsOptions, path: string, why: string): string {
  const stem = `${path}.bad-${new Date(o.clock.now()).toISOString().replace(/[:.]/g, '-')}`;
  let aside = stem;
  for (let n = 2; existsSync(aside); n += 1) aside = `${stem}-${n}`;
  try {
    renameSync(path, aside);
    o.logger.warn('settings.set-aside', { setAside: basename(aside), why });
    return basename(aside);
  } catch (error) {
    o.logger.error('settings.set-aside-failed', { ...storeErrorFrom(error, FILE) });
    return FILE;
  }
}

function putBack(path: string, before: Buffer | undefined, logger: Logger): void {
  try {
    if (before && existsSync(path) && readFileSync(path).equals(before)) return;
    if (!before) {
      rmSync(path, { force: true });
      return;
    }
    const temporary = `${path}.tmp`;
    // writeFileSync loops until every byte is down; the rename makes it whole or nothing.
    writeFileSync(temporary, before, { mode: 0o600, flag: 'w' });
    renameSync(temporary, path);
  } catch (error) {
    logger.error('settings.restore-failed', { ...storeErrorFrom(error, FILE) });
  }
}
