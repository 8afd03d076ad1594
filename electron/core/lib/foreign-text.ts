// Makes a string from outside safe to log, show and store as one line (SEC-27): drops C0, C1, bidi and
// other format characters and lone surrogates, cuts to 256 code points on a code-point boundary.

const MAX_CODE_POINTS = 256;
/** Printable ASCII: nothing to drop, and one code point per unit. Nearly every string of every attempt is this. */
const PLAIN = /^[\x20-\x7e]*$/;
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

export function cleanForeignText(text: string, maxCodePoints = MAX_CODE_POINTS): string {
  if (text.length <= maxCodePoints && PLAIN.test(text)) return text;
  // Cut by UTF-16 units first so that a megabyte of header never reaches the regular expression.
  const head = text.length > maxCodePoints * 4 ? text.slice(0, maxCodePoints * 4) : text;
  const cleaned = head.replace(UNSAFE, '');
  const points = Array.from(cleaned);
  return points.length > maxCodePoints ? `${points.slice(0, maxCodePoints - 1).join('')}…` : cleaned;
}
