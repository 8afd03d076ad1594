// Reads the texts that source files write: every string and template, each hole of a template as `{}`. What is thrown is
// for programmers and left out, like types and imports.

import { parseSync } from 'vite';
import { readSource } from './source-imports';

const LEFT_OUT = /^(?:Import|ThrowStatement$|TS(?:Interface|TypeAlias|Literal|Union|.*Type))/;

export function textsIn(file: string): readonly string[] {
  const { program, errors } = parseSync(file, readSource(file));
  if (errors.length > 0) throw new Error(`${file} cannot be parsed`);
  return texts(program);
}

/** More than one word: what people read, and not what programs compare. */
export function isSentence(text: string): boolean {
  return /[a-z,.:;)}]+ [a-z"({]/i.test(text) && /[a-z]{2}/.test(text.replaceAll('{}', ''));
}

function texts(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(texts);
  if (typeof node !== 'object' || node === null) return [];
  const { type, value, quasis } = node as Readonly<Record<string, unknown>>;
  if (typeof type === 'string' && LEFT_OUT.test(type)) return [];
  const own =
    type === 'Literal' && typeof value === 'string'
      ? [value]
      : type === 'TemplateLiteral' && Array.isArray(quasis)
        ? [quasis.map((quasi: { value: { cooked: string } }) => quasi.value.cooked).join('{}')]
        : [];
  return [...own, ...Object.values(node).flatMap(texts)];
}
