// Every text colour on every ground it stands on can be read in both themes (WCAG 2.2 AA, 4.5 to 1), and a field's border
// can be seen (3 to 1).

import { describe, expect, it } from 'vitest';
import { readSource } from '../helpers/source-imports';

const CSS = readSource('renderer/styles/tokens.css');
const TEXTS = ['text', 'text-soft', 'text-faint', 'accent', 'ok', 'warn', 'bad', 'info'];
const GROUNDS = ['surface', 'raised', 'sunken', 'selected'];
const PAIRS: readonly (readonly [text: string, ground: string])[] = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ...['accent-fill', 'accent-fill-hover', 'bad-fill', 'bad-fill-hover'].map(
    (fill) => ['on-accent', fill] as const,
  ),
  ...['warn-soft', 'bad-soft', 'info-soft', 'accent-soft'].flatMap((ground) => [
    ['text', ground] as const,
    ['text-soft', ground] as const,
  ]),
  ['text-faint', 'frame'],
  ['text-soft', 'frame'],
];

function colorsOf(theme: string): ReadonlyMap<string, string> {
  const [, block = ''] = CSS.split(`:root[data-theme="${theme}"] {`);
  const found = block.slice(0, block.indexOf('\n}')).matchAll(/--([\w-]+): (#[0-9a-f]{6});/g);
  return new Map([...found].map(([, name = '', color = '']) => [name, color]));
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'])('in the %s theme', (theme) => {
  const colors = colorsOf(theme);

  const between = (one: string, other: string): number => {
    const [front, back] = [colors.get(one), colors.get(other)];
    if (front === undefined || back === undefined) throw new Error(`no colour ${one} or ${other}`);
    return contrast(front, back);
  };

  it.each(PAIRS)('%s can be read on %s', (text, ground) => {
    expect(between(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['surface', 'raised', 'sunken'])('the border of a field can be seen on %s', (ground) => {
    expect(between('line-field', ground)).toBeGreaterThanOrEqual(3);
  });
});
