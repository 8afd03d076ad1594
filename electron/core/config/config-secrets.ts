// The virtual keys of a configuration that a client sends: which secrets it brings, which it keeps, which it may
// not have. Decides only; ConfigService carries it out. Must never leave a secret in the document it returns,
// except one that a person wrote into the file and that is kept as it is.

import type { JsonDocument } from '../../../shared/json-document';
import { valueAt, without, withValue } from '../../../shared/json-document';
import type { AuthMode } from '../../../shared/model/settings';
import { AUTH_MODES } from '../../../shared/model/settings';
import type { KeyPath } from '../../../shared/model/settings-secrets';
import {
  CREDENTIAL_KEY_PROBLEMS,
  channelSecretPaths,
  credentialKey,
  PASSWORD_PATH,
  TOKEN_PATH,
  vaultName,
  virtualPaths,
} from '../../../shared/model/settings-secrets';
import type { SecretProblem } from '../../../shared/model/token';
import { Secret } from '../lib/secret';
import { CRON_SIGNING_SECRET } from '../lib/secrets-in-use';
import type { SecretVault } from '../ports';
import { resolveAuthMode } from '../tokens/auth-mode';
import { MIN_PASSWORD_CHARACTERS, MIN_SECRET_CHARACTERS } from '../tokens/token-policy';
import type { TokenStore } from '../tokens/token-store';
import { channelSecretProblem, isOfAccount, NO_SUCH_ACCOUNT } from './channel-secret';
import { REDACTED } from './redaction';

export interface SecretHolders {
  readonly tokens: Pick<TokenStore, 'lease' | 'inspect' | 'verify'>;
  readonly vault: Pick<SecretVault, 'get'>;
}

export interface FieldProblem {
  readonly path: KeyPath;
  readonly message: string;
}

type CredentialKind = 'token' | 'password';

export interface ExtractedSecrets {
  /** What may go into the file. */
  readonly document: JsonDocument;
  /** Becomes the one credential, in place of the present one of either kind. */
  readonly credential?: { readonly kind: CredentialKind; readonly secret: Secret };
  /** By the vault's name. */
  readonly channels: ReadonlyMap<string, Secret>;
  readonly problems: readonly FieldProblem[];
}

const IN_USE = 'must differ from every other secret of this gateway';
const MODE_PATH: KeyPath = ['gateway', 'auth', 'mode'];

function inWords(problem: SecretProblem, kind: CredentialKind): string {
  switch (problem) {
    case 'empty':
      return 'must not be empty';
    case 'too-short':
      return `must have at least ${kind === 'password' ? MIN_PASSWORD_CHARACTERS : MIN_SECRET_CHARACTERS} characters`;
    case 'too-weak':
      return 'is too easy to guess: use random characters';
    case 'placeholder':
      return 'is a placeholder from a template, not a secret';
    case 'redaction':
      return 'is what a redactor leaves behind, not a secret';
    case 'characters':
      return 'is too long, or holds characters that it cannot have';
    case 'unchanged':
      return 'is in use already';
    case 'in-use':
      return IN_USE;
    case 'reused':
      return 'was retired before and cannot come back';
  }
}

/** Every secret that readers of a configuration must not find anywhere in it. */
export function knownSecrets(holders: SecretHolders, document: JsonDocument): readonly string[] {
  const inFile = virtualPaths(document).map((path) => valueAt(document, path));
  const held = [TOKEN_PATH, PASSWORD_PATH, ...channelSecretPaths(document)].map((path) =>
    heldAt(holders, path)?.expose(),
  );
  return [...held, ...inFile].filter((text): text is string => typeof text === 'string' && text.length >= 8);
}

/** Shows at its key that a secret is there. */
export function withPlaceholders(holders: SecretHolders, document: JsonDocument): JsonDocument {
  return [TOKEN_PATH, PASSWORD_PATH, ...channelSecretPaths(document)]
    .filter((path) => heldAt(holders, path) !== undefined)
    .reduce((shown, path) => withValue(shown, path, REDACTED), document);
}

/**
 * `stored` is the document on disk. A placeholder keeps what is there; a text is judged and taken out; a missing
 * key keeps what is there too: nothing sent here can take the credential away.
 */
export function extractSecrets(
  holders: SecretHolders,
  next: JsonDocument,
  stored: JsonDocument,
): ExtractedSecrets {
  const problems: FieldProblem[] = [];
  const fresh = new Map<string, { readonly path: KeyPath; readonly secret: Secret }>();
  let document = next;
  for (const path of virtualPaths(next)) {
    const value = valueAt(next, path);
    const inFile = valueAt(stored, path);
    document = without(document, path);
    if (value === REDACTED || value === inFile) {
      // A secret in the file is one that could not be taken over; its owner was told. It stays as it is.
      if (inFile !== undefined) document = withValue(document, path, inFile);
      else if (heldAt(holders, path) === undefined) {
        problems.push({ path, message: 'the placeholder was sent, but there is no secret to keep' });
      }
    } else if (typeof value !== 'string') problems.push({ path, message: 'must be text' });
    else if (value.trim() !== heldAt(holders, path)?.expose()) {
      const message = refusal(holders, path, value.trim());
      if (message === undefined) fresh.set(path.join('.'), { path, secret: new Secret(value.trim()) });
      else problems.push({ path, message });
    }
  }
  const token = fresh.get(TOKEN_PATH.join('.'));
  const password = fresh.get(PASSWORD_PATH.join('.'));
  const mode = AUTH_MODES.find((known) => known === valueAt(next, MODE_PATH));
  const key = credentialKey(mode, { token: token !== undefined, password: password !== undefined });
  const chosen = key === 'password' ? password : token;
  for (const other of [token, password]) {
    if (other === undefined || (other === chosen && key !== 'ambiguous')) continue;
    const why = other === token ? 'token' : 'password';
    problems.push({ path: other.path, message: CREDENTIAL_KEY_PROBLEMS[key === 'ambiguous' ? key : why] });
  }
  if (problems.length === 0 && chosen === undefined) problems.push(...modeProblems(holders, next, mode));
  // The mode is written down, so that whoever reads the file sees what is asked of clients.
  if (chosen !== undefined && key === 'password') document = withValue(document, MODE_PATH, 'password');
  const channels = new Map<string, Secret>();
  for (const { path, secret } of fresh.values()) {
    const name = vaultName(path);
    if (name === undefined) continue;
    // The account `default` can be written at two places.
    const other = channels.get(name);
    if (other !== undefined && other.expose() !== secret.expose()) {
      problems.push({ path, message: 'is set twice, with different values: keep one of them' });
    }
    channels.set(name, secret);
  }
  problems.push(...collisions(holders, next, [...fresh.values()]));
  return {
    document,
    channels,
    problems,
    ...(chosen === undefined || key === 'ambiguous'
      ? {}
      : { credential: { kind: key, secret: chosen.secret } }),
  };
}

/** A mode that the credential that stays cannot serve; a token can be made for it, a password cannot. */
function modeProblems(
  holders: SecretHolders,
  next: JsonDocument,
  mode: AuthMode | undefined,
): readonly FieldProblem[] {
  const resolved = resolveAuthMode(mode, kindOf(holders));
  if (!resolved.ok) return [{ path: MODE_PATH, message: resolved.error.message }];
  const keeps = valueAt(next, PASSWORD_PATH) === REDACTED;
  return resolved.value.needsToken && keeps
    ? [{ path: PASSWORD_PATH, message: CREDENTIAL_KEY_PROBLEMS.password }]
    : [];
}

/** A secret that opens two doors (SEC-45): only those that are new are complained about. */
function collisions(
  holders: SecretHolders,
  next: JsonDocument,
  fresh: readonly { readonly path: KeyPath; readonly secret: Secret }[],
): readonly FieldProblem[] {
  const doorOf = (path: KeyPath) => vaultName(path) ?? 'gateway';
  const replaced = new Set(fresh.map(({ path }) => doorOf(path)));
  const doors = new Map<string, Set<string>>();
  const add = (secret: Secret | undefined, door: string) => {
    if (secret === undefined) return;
    doors.set(secret.expose(), (doors.get(secret.expose()) ?? new Set()).add(door));
  };
  for (const { path, secret } of fresh) add(secret, doorOf(path));
  add(holders.vault.get(CRON_SIGNING_SECRET), CRON_SIGNING_SECRET);
  const { tokens } = holders;
  const lease = replaced.has('gateway') ? undefined : tokens.lease();
  for (const { secret } of fresh) {
    // The one before opens it too, while its grace lasts.
    if (lease !== undefined && tokens.verify(secret.expose(), lease.generation).ok) add(secret, 'gateway');
  }
  for (const path of [TOKEN_PATH, PASSWORD_PATH, ...channelSecretPaths(next)]) {
    if (!replaced.has(doorOf(path))) add(heldAt(holders, path), doorOf(path));
  }
  return fresh
    .filter(({ secret }) => (doors.get(secret.expose())?.size ?? 0) > 1)
    .map(({ path }) => ({ path, message: IN_USE }));
}

function refusal(holders: SecretHolders, path: KeyPath, text: string): string | undefined {
  const name = vaultName(path);
  if (name !== undefined) {
    if (!isOfAccount(path)) return NO_SUCH_ACCOUNT;
    const problem = channelSecretProblem(name, text);
    return problem === undefined ? undefined : inWords(problem, 'token');
  }
  const kind = path === PASSWORD_PATH ? 'password' : 'token';
  const judged = holders.tokens.inspect(text, kind);
  return judged.ok ? undefined : inWords(judged.error, kind);
}

/** The credential is held at one of its two keys only. */
function heldAt(holders: SecretHolders, path: KeyPath): Secret | undefined {
  const name = vaultName(path);
  if (name !== undefined) return holders.vault.get(name);
  return path === (kindOf(holders) === 'password' ? PASSWORD_PATH : TOKEN_PATH)
    ? holders.tokens.lease()?.secret
    : undefined;
}

/** The store tells the kind by calling its own secret unchanged in that role only. */
function kindOf({ tokens }: SecretHolders): CredentialKind {
  const lease = tokens.lease();
  if (lease === undefined) return 'token';
  const judged = tokens.inspect(lease.secret.expose(), 'password');
  return !judged.ok && judged.error === 'unchanged' ? 'password' : 'token';
}
