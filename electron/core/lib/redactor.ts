// Removes secrets from text at the sink (SEC-28): by exact value for every secret we hold or held, and by
// pattern for those we never knew. Called on finished log lines, exports and bundles. Never logs, never throws.

export const MASK = '[secret]';

/** Shorter values would blank ordinary words. */
const MIN_SECRET_CHARS = 8;
const MAX_RETIRED_PER_NAME = 50;

// Every repetition is bounded or consumes what it matched, so that hostile text costs linear time.
const PATTERNS: readonly { readonly find: RegExp; readonly replace: string }[] = [
  { find: /\b(Bearer\s{1,4})[A-Za-z0-9._~+/=:-]{8,}/gi, replace: `$1${MASK}` },
  {
    find: /(authorization["'\\]{0,4}\s{0,2}[=:]\s{0,2}["'\\]{0,4}(?:basic|bot|token)\s{1,4})[A-Za-z0-9._~+/=:-]{8,}/gi,
    replace: `$1${MASK}`,
  },
  {
    // `token=…`, `"appSecret":"…"`, also inside a JSON string (`\"token\":\"…`).
    find: /((?:token|secret|password|passwd|api[_-]?key|encrypt[_-]?key|private[_-]?key|authorization)(?:=|["'\\]{1,4}\s?[:=]\s?)["'\\]{0,4})[A-Za-z0-9._~+/%=-]{8,}/gi,
    replace: `$1${MASK}`,
  },
  {
    // `token: …` in prose: only what is too long to be a word.
    find: /((?:token|secret|password|passwd|api[_-]?key|encrypt[_-]?key|private[_-]?key):\s{0,2})[A-Za-z0-9._~+/%=-]{20,}/gi,
    replace: `$1${MASK}`,
  },
  // Slack, Telegram and JSON web tokens, wherever they stand.
  { find: /\bxox[a-z]-[A-Za-z0-9-]{10,}/g, replace: MASK },
  { find: /\bxapp-[A-Za-z0-9-]{10,}/g, replace: MASK },
  { find: /(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}/g, replace: MASK },
  { find: /(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]{5,})?/g, replace: MASK },
];

interface Known {
  current: readonly string[];
  retired: readonly string[];
}

export class Redactor {
  readonly #known = new Map<string, Known>();
  /** Made when they are next needed: thousands of secrets are registered one by one. */
  #needles: readonly string[] | undefined;

  /**
   * Registers the secrets of one owner, replacing that owner's earlier ones, which stay masked as retired
   * (the newest 50 of each name). Values under 8 characters are ignored.
   */
  set(name: string, secrets: readonly string[]): void {
    const before = this.#known.get(name) ?? { current: [], retired: [] };
    const current = [...new Set(secrets)].filter((secret) => secret.length >= MIN_SECRET_CHARS);
    const isSame =
      current.length === before.current.length && current.every((secret) => before.current.includes(secret));
    if (isSame) return;
    const gone = [...before.retired, ...before.current].filter((secret) => !current.includes(secret));
    this.#known.set(name, { current, retired: [...new Set(gone)].slice(-MAX_RETIRED_PER_NAME) });
    this.#needles = undefined;
  }

  redact(text: string): string {
    this.#needles ??= needlesOf(this.#known.values());
    let clean = text;
    for (const needle of this.#needles) {
      if (clean.includes(needle)) clean = clean.split(needle).join(MASK);
    }
    for (const pattern of PATTERNS) clean = clean.replace(pattern.find, pattern.replace);
    return clean;
  }
}

/** Longest first, so that a value is masked before a shorter one inside it. */
function needlesOf(all: Iterable<Known>): readonly string[] {
  const forms = new Set<string>();
  for (const { current, retired } of all) {
    for (const secret of [...current, ...retired]) for (const form of formsOf(secret)) forms.add(form);
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

function formsOf(secret: string): readonly string[] {
  const urlEncoded = encodeUrl(secret);
  const jsonOnce = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    urlEncoded,
    urlEncoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    jsonOnce,
    // A JSON text inside a JSON string, as in the "0" and "1" fields of a log line.
    JSON.stringify(jsonOnce).slice(1, -1),
    ...base64Forms(secret),
  ];
}

function encodeUrl(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret; // a lone surrogate has no URL form
  }
}

/**
 * Base64 of the secret at each of the three byte alignments, without the characters that its neighbours
 * decide: finds it also inside `base64("user:" + secret)`.
 */
function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const stable = encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    return [stable, stable.replace(/\+/g, '-').replace(/\//g, '_')];
  });
}
