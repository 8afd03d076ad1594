// A vendor's own error text, made fit to stand inside a sentence of ours. Pure. Called by adapters.

import { cleanForeignText } from '../../lib/foreign-text';

const MAX_WORDS = 120;

/** One short line without addresses; empty when `value` is no text or holds nothing else. */
export function vendorWords(value: unknown): string {
  if (typeof value !== 'string') return '';
  const line = value
    .slice(0, 1_000)
    .replace(/[a-z]{1,10}:\/\/\S+/gi, '')
    // A vendor may quote what it was sent: the redactor, which comes later, cannot know half a secret.
    .replace(/[!-~]{20,}/g, '…');
  return cleanForeignText(line, MAX_WORDS).trim();
}
