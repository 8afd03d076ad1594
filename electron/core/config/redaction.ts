// Hides every secret of a configuration from its readers, and puts the stored values back where a reader returns
// the placeholder. Pure. Must never let a placeholder through as a value, nor a secret out (SEC-9, SEC-47).

import type { JsonDocument } from '../../../shared/json-document';
import { isDocument } from '../../../shared/json-document';

/** Upstream's literal (protocol section 5.3). */
export const REDACTED = '__OPENCLAW_REDACTED__';

/** By name and anywhere in it: rather a harmless value hidden than a secret shown. */
const SENSITIVE_KEY =
  /token|secret|pass(?:$|[_-]|w|phrase|code)|pwd|^key$|webhook[_-]?url|credential|cookie|authorization|bearer|(?:api|private|encrypt|encryption|signing|access|client)[_-]?key/i;
/** A password or a key inside a URL or a header value. */
const SENSITIVE_TEXT =
  /:\/\/[^/\s@]{1,200}@|[?&][^=&\s]{0,40}(?:token|key|secret|sig|passw)[^=&\s]{0,40}=|\b(?:bearer|basic)\s+[\w.~+/=-]{12,}/i;

export interface RestoreProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** A copy in which everything secret is the placeholder; `known` are secrets to hide under whatever key. */
export function redactDocument(document: JsonDocument, known: readonly string[]): JsonDocument {
  return redactEntries(document, known, false);
}

/** One text, for example a field's name in a problem: hidden whole when it holds a known secret. */
export function redactText(text: string, known: readonly string[]): string {
  return known.some((secret) => text.includes(secret)) ? REDACTED : text;
}

function redactEntries(document: JsonDocument, known: readonly string[], sensitive: boolean): JsonDocument {
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [
      redactText(key, known),
      redactValue(value, known, sensitive || SENSITIVE_KEY.test(key)),
    ]),
  );
}

function redactValue(value: unknown, known: readonly string[], sensitive: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => redactValue(item, known, sensitive));
  if (isDocument(value)) return redactEntries(value, known, sensitive);
  if (typeof value === 'number') return sensitive ? REDACTED : value;
  if (typeof value !== 'string' || value === '') return value;
  return sensitive || SENSITIVE_TEXT.test(value) || redactText(value, known) !== value ? REDACTED : value;
}

/**
 * The file's text with placeholders in it, or null. Shown only when it is provably the redacted document and
 * nothing else: a duplicate key, an escape or a secret that is also an ordinary word makes it null.
 */
export function redactRaw(text: string, document: JsonDocument, known: readonly string[]): string | null {
  const redacted = redactDocument(document, known);
  const secrets = new Set<string>();
  collectHidden(document, redacted, secrets);
  let shown = text;
  for (const literal of [...secrets].sort((a, b) => b.length - a.length)) {
    shown = shown.split(literal).join(JSON.stringify(REDACTED));
  }
  return minified(shown) === JSON.stringify(redacted) ? shown : null;
}

/** The JSON literals of values that the redacted copy hides. Both have the same shape. */
function collectHidden(original: unknown, redacted: unknown, into: Set<string>): void {
  if (redacted === REDACTED) {
    if (original !== REDACTED) into.add(JSON.stringify(original));
    return;
  }
  if (typeof original !== 'object' || original === null) return;
  const hidden = Object.values((redacted ?? {}) as object);
  Object.values(original).forEach((value, i) => {
    collectHidden(value, hidden[i], into);
  });
}

/** White space outside of strings removed. */
function minified(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

/**
 * `next` with the stored values back in place of placeholders. A placeholder where nothing is stored, inside a
 * longer text, in a key, or in a list that is not the stored one is a problem: guessing could swap secrets.
 */
export function restoreRedacted(
  next: JsonDocument,
  stored: JsonDocument,
  known: readonly string[],
): { readonly document: JsonDocument; readonly problems: readonly RestoreProblem[] } {
  const problems: RestoreProblem[] = [];

  function entriesOf(value: JsonDocument, old: unknown, path: readonly string[]): JsonDocument {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => {
        const here = [...path, key];
        if (key.includes(REDACTED)) problem(here, 'the placeholder for hidden values cannot be a key');
        const before = isDocument(old) && Object.hasOwn(old, key) ? old[key] : undefined;
        return [key, restored(child, before, here)];
      }),
    );
  }

  function restored(value: unknown, old: unknown, path: readonly string[]): unknown {
    if (isDocument(value)) return entriesOf(value, old, path);
    if (typeof value !== 'string' && !Array.isArray(value)) return value;
    if (!JSON.stringify(value).includes(REDACTED)) return value;
    if (value === REDACTED) {
      if (old !== undefined) return old;
      problem(path, 'the placeholder for a hidden value was sent, but nothing is stored here to keep');
    } else if (Array.isArray(value)) {
      const shown = JSON.stringify(
        redactValue(
          old,
          known,
          path.some((key) => SENSITIVE_KEY.test(key)),
        ),
      );
      if (Array.isArray(old) && shown === JSON.stringify(value)) return old;
      problem(path, 'a list with hidden values can only be sent back unchanged: send the values themselves');
    } else {
      problem(path, 'holds the placeholder for hidden values inside a longer text');
    }
    return value;
  }

  function problem(path: readonly string[], message: string): void {
    problems.push({ path, message });
  }

  return { document: entriesOf(next, stored, []), problems };
}
