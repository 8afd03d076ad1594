// JSON merge patch (RFC 7396) for config.patch: null removes, objects merge, everything else replaces. Pure.

import type { JsonDocument } from '../../../shared/json-document';
import { isDocument } from '../../../shared/json-document';

export function mergePatch(target: JsonDocument, patch: JsonDocument): JsonDocument {
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isDocument(value) ? mergePatch(isDocument(old) ? old : {}, value) : value);
  }
  return Object.fromEntries(merged);
}
