// Which secrets may become the gateway token (SEC-9, SEC-11). Pure. Called for every secret that a person or a
// file hands in; a generated one passes by construction. Must refuse anything that a redactor can have written.

import type { SecretProblem } from '../../../shared/model/token';

export const MIN_SECRET_CHARACTERS = 24;
export const MAX_SECRET_CHARACTERS = 1024;
export const MIN_SECRET_BITS = 80;
/** People remember passwords, so they are shorter; the limiter's delays are the rest of their defence. */
export const MIN_PASSWORD_CHARACTERS = 12;
export const MIN_PASSWORD_BITS = 36;

/** What ours and OpenClaw's redaction leave behind, whole or inside a longer string. */
const REDACTION = /\[secret\]|redact|\*{3,}|…|\.{3,}|[•●▪█]{2,}|\[(?:hidden|masked|filtered|token)\]/i;

const VARIABLE = /^(?:\$\{.*\}|\$[a-z_][a-z0-9_]*|%[a-z0-9_]+%|\{\{.*\}\}|<.*>)$/i;
const PLACEHOLDER_WORDS =
  /^(?:undefined|null|none|nil|false|true|default|password|passwd|secret|token|apikey|admin|openclaw|clawdbot|moltbot|gatehouse|test|testing|todo|tbd|foo|bar|example)+$/;
const PLACEHOLDER_PHRASES =
  /change(?:me|this|it)|replace(?:me|this|with)|your.*(?:token|secret|password|key)|placeholder|(?:put|insert|paste|enter|set).*here|example(?:token|secret|key|password)|x{8,}/;

/** True for the values that templates and tutorials put where a secret belongs. Short input, linear time. */
export function isPlaceholder(text: string): boolean {
  if (text.length > MAX_SECRET_CHARACTERS) return false;
  if (VARIABLE.test(text)) return true;
  const letters = text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return PLACEHOLDER_WORDS.test(letters) || PLACEHOLDER_PHRASES.test(letters);
}

/**
 * A cautious estimate: characters that repeat or continue a run (`aaaa`, `1234`) count nothing, a string that
 * repeats itself counts once, the rest counts by how many different characters there are.
 */
export function estimateBits(text: string): number {
  const period = smallestPeriod(text);
  let counted = 0;
  for (let i = 0; i < period; i += 1) {
    const step = i === 0 ? Number.NaN : text.charCodeAt(i) - text.charCodeAt(i - 1);
    if (!(Math.abs(step) <= 1)) counted += 1;
  }
  return counted * Math.log2(Math.max(2, new Set(text).size));
}

/** Length of the shortest prefix that, repeated (the last time perhaps cut), gives the whole text. */
function smallestPeriod(text: string): number {
  const border = new Array<number>(text.length).fill(0);
  let matched = 0;
  for (let i = 1; i < text.length; i += 1) {
    while (matched > 0 && text[i] !== text[matched]) matched = border[matched - 1] ?? 0;
    if (text[i] === text[matched]) matched += 1;
    border[i] = matched;
  }
  return text.length - (border[text.length - 1] ?? 0);
}

/** `undefined` when the secret may be adopted. The text must already be trimmed, as it will be stored. */
export function secretProblem(text: string): SecretProblem | undefined {
  if (text === '') return 'empty';
  if (text.length > MAX_SECRET_CHARACTERS) return 'characters';
  if (REDACTION.test(text)) return 'redaction';
  if (isPlaceholder(text)) return 'placeholder';
  if (!/^[\x21-\x7e]+$/.test(text)) return 'characters';
  if (text.length < MIN_SECRET_CHARACTERS) return 'too-short';
  if (estimateBits(text) < MIN_SECRET_BITS) return 'too-weak';
  return undefined;
}

/** The same for `gateway.auth.password`: shorter, and spaces may stand inside. */
export function passwordProblem(text: string): SecretProblem | undefined {
  if (text === '') return 'empty';
  if (text.length > MAX_SECRET_CHARACTERS) return 'characters';
  if (REDACTION.test(text)) return 'redaction';
  if (isPlaceholder(text)) return 'placeholder';
  if (/[\p{Cc}\p{Cf}\p{Cs}]/u.test(text)) return 'characters';
  if (text.length < MIN_PASSWORD_CHARACTERS) return 'too-short';
  if (estimateBits(text) < MIN_PASSWORD_BITS) return 'too-weak';
  return undefined;
}
