// The answer of config.get: one document in its several views, every secret a placeholder in all of them. Pure.
// Called by ConfigService.

import type { JsonDocument } from '../../../shared/json-document';
import { mergeDocuments } from '../../../shared/json-document';
import type { SettingsSource } from '../ports';
import type { ConfigDocument, DocumentSnapshot } from './config-document';
import type { SecretHolders } from './config-secrets';
import { knownSecrets, withPlaceholders } from './config-secrets';
import { redactDocument, redactRaw, redactText } from './redaction';

export interface ConfigIssue {
  readonly path: string;
  readonly message: string;
}

export interface ConfigView {
  readonly path: string;
  readonly exists: boolean;
  readonly raw: string | null;
  /** The file as it is; `sourceConfig` is the same. */
  readonly parsed: JsonDocument;
  readonly sourceConfig: JsonDocument;
  /** The file with defaults; `config` is the same. */
  readonly resolved: JsonDocument;
  readonly config: JsonDocument;
  /** In effect: flags and environment beat the file. */
  readonly runtimeConfig: JsonDocument;
  readonly valid: boolean;
  readonly hash: string;
  readonly issues: readonly ConfigIssue[];
  /** Keys that are kept but have no effect here. */
  readonly warnings: readonly ConfigIssue[];
  readonly legacyIssues: readonly ConfigIssue[];
}

export interface ViewSources extends SecretHolders {
  readonly document: Pick<ConfigDocument, 'check' | 'resolve'>;
  readonly settings: Pick<SettingsSource, 'get'>;
}

export function configView(snapshot: DocumentSnapshot, sources: ViewSources): ConfigView {
  const { path, exists, hash, text, why } = snapshot;
  const document = snapshot.document ?? {};
  const known = knownIn(document, sources);
  const parsed = shown(document, known, sources);
  const config = shownConfig(document, sources);
  const problems = sources.document.check(document);
  const issuesOf = (kind: (typeof problems)[number]['kind']): ConfigIssue[] =>
    problems
      .filter((problem) => problem.kind === kind)
      .map(({ field, message }) => ({ path: redactText(field, known), message: redactText(message, known) }));
  const issues = issuesOf('invalid');
  if (snapshot.document === undefined) issues.push({ path: '', message: why });
  return {
    path,
    exists,
    raw: exists && snapshot.document !== undefined ? redactRaw(text, document, known) : null,
    parsed,
    sourceConfig: parsed,
    resolved: config,
    config,
    runtimeConfig: shown(sources.settings.get(), known, sources),
    valid: issues.length === 0,
    hash,
    issues,
    warnings: issuesOf('unknown'),
    legacyIssues: [],
  };
}

/** Secrets to hide wherever they stand: those of the document's channels and of the channels in use. */
export function knownIn(document: JsonDocument, sources: ViewSources): readonly string[] {
  const { channels } = sources.settings.get();
  return [...knownSecrets(sources, document), ...knownSecrets(sources, { channels })];
}

/** The document with defaults, redacted. */
export function shownConfig(document: JsonDocument, sources: ViewSources): JsonDocument {
  const whole = mergeDocuments(sources.document.resolve(document), document);
  return shown(whole, knownIn(document, sources), sources);
}

function shown(document: JsonDocument, known: readonly string[], sources: ViewSources): JsonDocument {
  return redactDocument(withPlaceholders(sources, document), known);
}
