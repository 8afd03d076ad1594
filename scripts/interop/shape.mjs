// Compares a value with a sketch of it: 'string', 'number', 'boolean', 'array' and 'object' are types, `[sketch]` is an
// array of such values, `{ '*': sketch }` an object of such values, an object has at least these keys, and anything
// else is the value itself. Pure.

const TYPES = new Set(['string', 'number', 'boolean', 'array', 'object']);

/** @returns {string | undefined} where it differs, in words; undefined when it does not */
export function shape(value, sketch, place = 'it') {
  if (Array.isArray(sketch)) {
    if (!Array.isArray(value)) return `${place} is ${typeOf(value)}, not array`;
    return first(value, (item, index) => shape(item, sketch[0], `${place}[${index}]`));
  }
  if (sketch !== null && typeof sketch === 'object') {
    if (typeOf(value) !== 'object') return `${place} is ${typeOf(value)}, not object`;
    const { '*': any, ...keys } = sketch;
    const wrong = first(Object.keys(keys), (key) => shape(value[key], keys[key], `${place}.${key}`));
    if (wrong || any === undefined) return wrong;
    return first(Object.keys(value), (key) => shape(value[key], any, `${place}.${key}`));
  }
  if (TYPES.has(sketch))
    return typeOf(value) === sketch ? undefined : `${place} is ${typeOf(value)}, not ${sketch}`;
  return value === sketch ? undefined : `${place} is ${JSON.stringify(value)}, not ${JSON.stringify(sketch)}`;
}

function typeOf(value) {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function first(list, find) {
  for (const [index, item] of list.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
