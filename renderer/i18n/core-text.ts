// Says core's own English sentences in the reader's language. Pure. Core and the adapters write sentences, not codes;
// here each is recognised by its template (i18n/<locale>/core-texts). What is nobody's template stays as it came:
// the vendor's own words are never translated.

import { foreignText } from '../ui/foreign-text';
import type { Locale } from './catalogue';
import { coreTextsZh } from './zh-CN/core-texts';

interface Template {
  /** What stands before, between and behind the holes, in English. */
  readonly parts: readonly string[];
  readonly holes: readonly string[];
  readonly translation: string;
}

type Sentences = readonly Template[];

const SENTENCES: Readonly<Record<Locale, Sentences | undefined>> = {
  en: undefined,
  'zh-CN': templates(coreTextsZh),
};
/** Filled with somebody else's words. */
const FOREIGN_HOLE = 'said';
/** Filled with others of our texts: with anything else in them it is another sentence, which only looks like this one. */
const OWN_HOLES: readonly string[] = ['sentence', 'phrase'];
/** Of sentences inside of sentences; ours need three. Texts from outside could hold any number. */
const MAX_DEPTH = 4;
const HAN = /\p{Script=Han}/u;

/** One sentence or phrase out of an account's state, a failure, a probe or an error, as a line for people. */
export function coreText(text: string, { locale }: { readonly locale: Locale }): string {
  const line = foreignText(text);
  const sentences = SENTENCES[locale];
  return sentences === undefined ? capitalised(line) : (translated(line, sentences, 1) ?? line);
}

/** Core's phrases begin small, so that they fit into others. A host or an id is no word. */
function capitalised(line: string): string {
  return /^[a-z]+(?:[ ,;:]|$)/.test(line) ? `${line.charAt(0).toUpperCase()}${line.slice(1)}` : line;
}

/** Undefined when no template fits. */
function translated(line: string, sentences: Sentences, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const template of sentences) {
    const values = match(line, template.parts)?.map((value, index) =>
      inHole(value, template.holes[index], sentences, depth),
    );
    if (values?.every((value) => value !== undefined)) return filled(template, values);
  }
  return undefined;
}

/** A host may be "the proxy …", a name be one of ours: what is known is translated, sentences inside of sentences, too. */
function inHole(
  value: string,
  hole: string | undefined,
  sentences: Sentences,
  depth: number,
): string | undefined {
  if (hole === undefined || hole === FOREIGN_HOLE) return value;
  return translated(value, sentences, depth + 1) ?? (OWN_HOLES.includes(hole) ? undefined : value);
}

/** What the holes hold; undefined when the line is another sentence. Linear: a vendor's words are in there. */
function match(line: string, [first = '', ...others]: readonly string[]): readonly string[] | undefined {
  if (!line.startsWith(first)) return undefined;
  let at = first.length;
  const values: string[] = [];
  for (const [index, part] of others.entries()) {
    const isLast = index === others.length - 1;
    const next = isLast ? line.length - part.length : line.indexOf(part, at);
    if (next < at || !line.startsWith(part, next)) return undefined;
    values.push(line.slice(at, next));
    at = next + part.length;
  }
  return at === line.length ? values : undefined;
}

/** Chinese has spaces around foreign names, but none around its own words. */
function filled({ translation, holes }: Template, values: readonly string[]): string {
  return translation.replace(/( ?)\{(\w+)\}( ?)/g, (_whole, before: string, name: string, after: string) => {
    const value = values[holes.indexOf(name)] ?? '';
    const startsHan = HAN.test(value.charAt(0));
    const endsHan = HAN.test(value.charAt(value.length - 1));
    return `${startsHan ? '' : before}${value}${endsHan ? '' : after}`;
  });
}

/** The most specific first: many sentences fit into the holes of the short ones. */
function templates(texts: Readonly<Record<string, string>>): Sentences {
  const all = Object.entries(texts).map(([english, translation]) => ({
    parts: english.split(/\{\w+\}/),
    holes: [...english.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    translation,
  }));
  const weight = ({ parts }: Template) => parts.join('').length;
  return all.sort((a, b) => weight(b) - weight(a));
}
