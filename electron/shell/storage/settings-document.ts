// Pure handling of settings.json as a person may have edited it: what is valid, what falls back to its default,
// which secrets were put into it by hand. Used by the settings store only.

import type { JsonDocument, JsonPath } from '../../../shared/json-document';
import { isDocument, mergeDocuments, valueAt, without, withValue } from '../../../shared/json-document';
import type { AuthMode, Settings } from '../../../shared/model/settings';
import { AUTH_MODES, settingsSchema } from '../../../shared/model/settings';
import type { KeyPath } from '../../../shared/model/settings-secrets';
import {
  CREDENTIAL_KEY_PROBLEMS,
  credentialKey,
  PASSWORD_PATH,
  TOKEN_PATH,
  virtualPaths,
} from '../../../shared/model/settings-secrets';
import type { DocumentProblem } from '../../core/config/config-document';
import { cleanForeignText } from '../../core/lib/foreign-text';
import { Secret } from '../../core/lib/secret';
import type { SettingsProblem } from '../../core/ports';

const MODE_PATH: KeyPath = ['gateway', 'auth', 'mode'];

export interface Tolerated {
  /** The document without what cannot be used: parses without a problem. */
  readonly document: JsonDocument;
  readonly problems: readonly DocumentProblem[];
}

/** Drops each bad value and unknown key, naming it, so that one slip does not cost the other settings. */
export function tolerate(document: JsonDocument): Tolerated {
  const problems: DocumentProblem[] = [];
  let current = document;
  for (;;) {
    const found = problemsOf(current);
    if (found.length === 0) return { document: current, problems };
    const before = current;
    for (const problem of found) {
      problems.push(problem);
      current = without(current, problem.path);
    }
    // Every round removes what it complains about; if it ever did not, the defaults stand.
    if (current === before) return { document: {}, problems };
  }
}

/** Where the file has a bad value, the value of before stays in use, not the default. */
export function keepGoodValues(tolerated: Tolerated, before: JsonDocument): JsonDocument {
  return tolerated.problems.reduce((document, { kind, path }) => {
    const keys = path.filter((key): key is string => typeof key === 'string');
    const good = kind === 'invalid' ? valueAt(before, keys) : undefined;
    return good === undefined || keys.length === 0 ? document : withValue(document, keys, good);
  }, tolerated.document);
}

/** Everything that is wrong with a document, strictly: unknown keys too. */
export function problemsOf(document: JsonDocument): readonly DocumentProblem[] {
  const result = settingsSchema.safeParse(document);
  if (result.success) return [];
  return result.error.issues.flatMap((issue): DocumentProblem[] => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code !== 'unrecognized_keys') {
      return [{ ...problemAt(path, issue.message), kind: 'invalid', path }];
    }
    return issue.keys.map((key) => {
      const keyPath = [...path, key];
      return { ...problemAt(keyPath, 'is not a setting'), kind: 'unknown', path: keyPath };
    });
  });
}

export function parseSettings(document: JsonDocument): Settings {
  return settingsSchema.parse(document);
}

function problemAt(path: JsonPath, message: string): SettingsProblem {
  return { field: cleanForeignText(path.join('.'), 120) || '(file)', message: cleanForeignText(message) };
}

export function withoutSecrets(document: JsonDocument): JsonDocument {
  return virtualPaths(document).reduce(without, document);
}

export interface HandOver {
  /** By dotted key. The credential is always under `gateway.auth.token`, also when it was written as password. */
  readonly secrets: ReadonlyMap<string, Secret>;
  /** What to take out of the file once they are adopted: those, and virtual keys that hold nothing usable. */
  readonly paths: readonly KeyPath[];
  /** What the password says about the mode while the file says nothing. */
  readonly implied: JsonDocument;
  readonly problems: readonly SettingsProblem[];
  /** Both a token and a password, and no mode that says which counts. */
  readonly isAmbiguous: boolean;
}

/** Where OpenClaw's users put secrets. They are handed to the credential store and the vault, then stripped. */
export function findSecrets(document: JsonDocument): HandOver {
  const secrets = new Map<string, Secret>();
  const paths: KeyPath[] = [];
  const problems: SettingsProblem[] = [];
  const token = secretAt(document, TOKEN_PATH);
  const password = secretAt(document, PASSWORD_PATH);
  const mode = modeOf(document);
  const key = credentialKey(mode, { token: token !== undefined, password: password !== undefined });
  for (const path of virtualPaths(document)) {
    const secret = secretAt(document, path);
    const name = path.join('.');
    const isCredential = path === TOKEN_PATH || path === PASSWORD_PATH;
    if (isDocument(valueAt(document, path))) {
      // OpenClaw's references to a secret elsewhere: not understood here, and not ours to take away.
      problems.push({ field: name, message: 'must be the secret itself, as text' });
    } else if (secret === undefined || !isCredential) {
      if (secret !== undefined) secrets.set(name, secret);
      paths.push(path);
    } else if (key !== 'ambiguous' && name === `gateway.auth.${key}`) {
      secrets.set(TOKEN_PATH.join('.'), secret);
      paths.push(path);
    } else {
      // Neither used nor taken out: what was not taken over must not be lost.
      const why = path === TOKEN_PATH ? 'token' : 'password';
      problems.push({ field: name, message: CREDENTIAL_KEY_PROBLEMS[key === 'ambiguous' ? key : why] });
    }
  }
  const impliesPassword = mode === undefined && key === 'password';
  return {
    secrets,
    paths,
    implied: impliesPassword ? withValue({}, MODE_PATH, 'password') : {},
    problems,
    isAmbiguous: key === 'ambiguous',
  };
}

/** Takes out what was handed over and writes down the mode that only a password implied. */
export function strippedOf(document: JsonDocument, { paths, implied }: HandOver): JsonDocument {
  return mergeDocuments(paths.reduce(without, document), implied);
}

function secretAt(document: JsonDocument, path: KeyPath): Secret | undefined {
  const value = valueAt(document, path);
  return typeof value === 'string' && value.trim() !== '' ? new Secret(value.trim()) : undefined;
}

export function modeOf(document: unknown): AuthMode | undefined {
  const mode = valueAt(document, MODE_PATH);
  return AUTH_MODES.find((known) => known === mode);
}
