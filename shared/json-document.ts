// Plain work on JSON objects (settings, configuration). Pure; nothing here changes its input, and a key called
// `__proto__` is a key like any other.

export type JsonDocument = Readonly<Record<string, unknown>>;
export type JsonPath = readonly (string | number)[];

export function isDocument(value: unknown): value is JsonDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects merge, everything else replaces; `undefined` in the patch changes nothing. */
export function mergeDocuments(base: JsonDocument, patch: JsonDocument): JsonDocument {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const old = merged.get(key);
    merged.set(key, isDocument(value) ? mergeDocuments(isDocument(old) ? old : {}, value) : value);
  }
  // fromEntries defines, it does not assign: a key called __proto__ stays a key.
  return Object.fromEntries(merged);
}

/** A copy without the value at `path`. An item of a list takes its list along: half a list is not what was meant. */
export function without(document: JsonDocument, path: JsonPath): JsonDocument {
  const [key, ...rest] = path;
  if (key === undefined) return {};
  const child = ownValue(document, key);
  if (rest.length > 0 && isDocument(child)) {
    return Object.fromEntries(
      Object.entries(document).map(([name, value]) => [name, name === key ? without(child, rest) : value]),
    );
  }
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== String(key)));
}

/** A copy with `value` at `path`; what stands in the way is replaced by objects. */
export function withValue(document: JsonDocument, path: readonly string[], value: unknown): JsonDocument {
  return mergeDocuments(
    document,
    path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value) as JsonDocument,
  );
}

/** Own properties only. */
export function valueAt(document: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((value, key) => ownValue(value, key), document);
}

/** Dotted paths at which the two differ; objects are gone into, everything else is compared whole. */
export function changedPaths(before: JsonDocument, after: JsonDocument): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => {
    const [left, right] = [ownValue(before, key), ownValue(after, key)];
    if (isDocument(left) && isDocument(right)) {
      return changedPaths(left, right).map((path) => `${key}.${path}`);
    }
    return JSON.stringify(left) === JSON.stringify(right) ? [] : [key];
  });
}

function ownValue(holder: unknown, key: string | number): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Readonly<Record<string | number, unknown>>)[key];
}
