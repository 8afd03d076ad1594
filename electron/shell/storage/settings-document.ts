// Pure handling of settings.json as a person may have edited it: what is valid, what falls back to its default,
// which secrets were put into it by hand. Used by the settings store only.

import type { Settings } from '../../../shared/model/settings';
import { settingsSchema } from '../../../shared/model/settings';
import { cleanForeignText } from '../../core/lib/foreign-text';
import { Secret } from '../../core/lib/secret';
import type { SettingsProblem } from '../../core/ports';

export type Document = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects merge, everything else replaces; `undefined` in the patch changes nothing. Neither input is changed. */
export function mergeDocuments(base: Document, patch: Document): Document {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const old = merged.get(key);
    merged.set(key, isDocument(value) ? mergeDocuments(isDocument(old) ? old : {}, value) : value);
  }
  // fromEntries defines, it does not assign: a key called __proto__ stays a key.
  return Object.fromEntries(merged);
}

export interface Tolerated {
  /** The document without what cannot be used: parses without a problem. */
  readonly document: Document;
  readonly problems: readonly SettingsProblem[];
}

/** Drops each bad value and unknown key, naming it, so that one slip does not cost the other settings. */
export function tolerate(document: Document): Tolerated {
  const problems: SettingsProblem[] = [];
  let current = document;
  for (;;) {
    const result = settingsSchema.safeParse(current);
    if (result.success) return { document: current, problems };
    const before = current;
    for (const { path, problem } of problemsOf(result.error.issues)) {
      problems.push(problem);
      current = without(current, path);
    }
    // Every round removes what it complains about; if it ever did not, the defaults stand.
    if (current === before) return { document: {}, problems };
  }
}

/** The first thing that is wrong with a document, strictly: unknown keys too. */
export function firstProblem(document: Document): SettingsProblem | undefined {
  const result = settingsSchema.safeParse(document);
  return result.success ? undefined : problemsOf(result.error.issues)[0]?.problem;
}

export function parseSettings(document: Document): Settings {
  return settingsSchema.parse(document);
}

type Issues = NonNullable<ReturnType<typeof settingsSchema.safeParse>['error']>['issues'];

function problemsOf(issues: Issues): { readonly path: Path; readonly problem: SettingsProblem }[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code !== 'unrecognized_keys') return [{ path, problem: problemAt(path, issue.message) }];
    return issue.keys.map((key) => {
      const keyPath = [...path, key];
      return { path: keyPath, problem: problemAt(keyPath, 'is not a setting') };
    });
  });
}

function problemAt(path: Path, message: string): SettingsProblem {
  return { field: cleanForeignText(path.join('.'), 120) || '(file)', message: cleanForeignText(message) };
}

/** A copy without the value at `path`. An item of a list takes its list along: half a list is not what was meant. */
export function without(document: Document, path: Path): Document {
  const [key, ...rest] = path;
  if (key === undefined) return {};
  const child = document[key];
  if (rest.length > 0 && isDocument(child)) {
    return Object.fromEntries(
      Object.entries(document).map(([name, value]) => [name, name === key ? without(child, rest) : value]),
    );
  }
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== String(key)));
}

/** Where OpenClaw's users put secrets. They are handed to the credential store and taken out of the file. */
export function findSecrets(
  document: Document,
): readonly { readonly path: Path; readonly secret?: Secret }[] {
  const found: { readonly path: Path; readonly secret?: Secret }[] = [];
  const take = (holder: unknown, key: string, path: Path) => {
    if (!isDocument(holder) || !Object.hasOwn(holder, key)) return;
    const value = holder[key];
    const usable = typeof value === 'string' && value.trim() !== '';
    found.push({ path: [...path, key], ...(usable && { secret: new Secret(value.trim()) }) });
  };
  const gateway = document.gateway;
  if (isDocument(gateway)) take(gateway.auth, 'token', ['gateway', 'auth']);
  const channels = document.channels;
  for (const [id, channel] of Object.entries(isDocument(channels) ? channels : {})) {
    if (!isDocument(channel)) continue;
    take(channel, 'secret', ['channels', id]);
    const accounts = channel.accounts;
    for (const [name, account] of Object.entries(isDocument(accounts) ? accounts : {})) {
      take(account, 'secret', ['channels', id, 'accounts', name]);
    }
  }
  return found;
}
