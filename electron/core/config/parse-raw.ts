// The `raw` text of config.set, config.patch and config.apply: JSON5 from a client, bounded before anything walks
// it. Pure. Must never quote the text in a message: it may hold a secret.

import JSON5 from 'json5';
import type { JsonDocument } from '../../../shared/json-document';
import { isDocument } from '../../../shared/json-document';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';

const MAX_DEPTH = 32;

/** The error is in words. */
export function parseRaw(raw: string): Result<JsonDocument, string> {
  let value: unknown;
  try {
    value = parseEither(raw);
  } catch (error) {
    const { lineNumber, columnNumber } = error as { lineNumber?: number; columnNumber?: number };
    const where = lineNumber === undefined ? '' : ` (line ${lineNumber}, column ${columnNumber})`;
    return err(`raw is not valid JSON5${where}`);
  }
  if (!isDocument(value)) return err('raw must be an object');
  if (isTooDeep(value)) return err(`raw is nested more than ${MAX_DEPTH} levels deep`);
  return ok(value);
}

/** The JSON5 parser is slow; most clients send JSON. */
function parseEither(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return JSON5.parse(raw);
  }
}

/** Level by level, so that depth costs no stack. */
function isTooDeep(root: unknown): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}
