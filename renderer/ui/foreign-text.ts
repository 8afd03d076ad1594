// Makes a text from outside harmless as one line on screen: no control, format, bidi or line-breaking characters.
// Main cleans such texts too; the page does not rely on it.

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

export function foreignText(text: string): string {
  return text.replace(UNSAFE, '');
}

/** The same for a text of several lines: its line breaks stay. */
export function foreignLines(text: string): string {
  return text
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map(foreignText)
    .join('\n');
}
