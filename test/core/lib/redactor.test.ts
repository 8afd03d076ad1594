// The redactor: known secrets in every form they can take in a text, unknown ones by their surroundings.

import { describe, expect, it } from 'vitest';
import { MASK, Redactor } from '../../../electron/core/lib/redactor';

const CANARY = 'cAn4ry/+"Q\\u00e9-secret~value=42é';

function redactorWith(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  redactor.set('gateway', secrets);
  return redactor;
}

describe('a known secret', () => {
  const forms: Record<string, string> = {
    raw: CANARY,
    base64: Buffer.from(CANARY).toString('base64').replace(/=+$/, ''),
    'base64 with padding': Buffer.from(CANARY).toString('base64'),
    base64url: Buffer.from(CANARY).toString('base64url'),
    'base64 behind a user name': Buffer.from(`bob:${CANARY}`).toString('base64'),
    'base64 behind two bytes': Buffer.from(`ab${CANARY}cd`).toString('base64'),
    'URL-encoded': encodeURIComponent(CANARY),
    'URL-encoded in lower case': encodeURIComponent(CANARY).replace(/%[0-9A-F]{2}/g, (hex) =>
      hex.toLowerCase(),
    ),
    'JSON-escaped': JSON.stringify({ note: CANARY }),
    'JSON inside JSON': JSON.stringify({ 0: JSON.stringify({ note: CANARY }) }),
  };

  for (const [name, text] of Object.entries(forms)) {
    it(`is removed when written ${name}`, () => {
      const line = `before ${text} after`;
      const clean = redactorWith(CANARY).redact(line);
      expect(clean).toContain(MASK);
      // Base64 shares at most its first and last characters with what surrounds the secret.
      for (let start = 4; start + 12 < text.length - 4; start += 4) {
        const piece = text.slice(start, start + 12);
        if (/note|gateway|^YW|^Ym/.test(piece)) continue;
        expect(clean).not.toContain(piece);
      }
    });
  }

  it('leaves the JSON of a log line valid', () => {
    const line = JSON.stringify({
      0: JSON.stringify({ s: CANARY }),
      1: { token: CANARY },
      2: `token=${CANARY}`,
    });
    const parsed: unknown = JSON.parse(redactorWith(CANARY).redact(line));
    expect(JSON.stringify(parsed)).not.toContain('cAn4ry');
  });

  it('stays removed after it was replaced, for the newest 50 of its name', () => {
    const redactor = new Redactor();
    for (let index = 0; index <= 51; index += 1)
      redactor.set('gateway', [`retired!${String(index).padStart(4, '0')}`]);
    expect(redactor.redact('retired!0051')).toBe(MASK);
    expect(redactor.redact('retired!0050')).toBe(MASK);
    expect(redactor.redact('retired!0001')).toBe(MASK);
    expect(redactor.redact('retired!0000')).toBe('retired!0000');
  });

  it('of one name does not replace that of another', () => {
    const redactor = redactorWith('first!secret');
    redactor.set('webhook/default', ['second!secret']);
    expect(redactor.redact('first!secret second!secret')).toBe(`${MASK} ${MASK}`);
  });

  it('under 8 characters is ignored, or words would vanish', () => {
    expect(redactorWith('token').redact('the token is fine')).toBe('the token is fine');
  });

  it('that contains another is removed as a whole', () => {
    const redactor = redactorWith('shorter!', 'shorter!longer');
    expect(redactor.redact('x shorter!longer x')).toBe(`x ${MASK} x`);
  });
});

describe('an unknown secret', () => {
  const redactor = new Redactor();
  const cases: readonly (readonly [string, string])[] = [
    ['Authorization: Bearer abc.DEF-123_456', `Authorization: Bearer ${MASK}`],
    ['authorization: Basic dXNlcjpwYXNzd29yZA==', `authorization: Basic ${MASK}`],
    ['GET /?token=abcdef0123456789&x=1', `GET /?token=${MASK}&x=1`],
    ['{"botToken":"abcdef0123456789","a":1}', `{"botToken":"${MASK}","a":1}`],
    ['{"0":"{\\"app_secret\\":\\"abcdef0123456789\\"}"}', `{"0":"{\\"app_secret\\":\\"${MASK}\\"}"}`],
    ['password: abcdefghijklmnopqrstuvwxyz', `password: ${MASK}`],
    ['slack xoxb-1234567890-abcdefghij', `slack ${MASK}`],
    [
      'https://api.telegram.org/bot123456789:AAEabcdefghijklmnopqrstuvwxyz012345/getMe',
      `https://api.telegram.org/bot${MASK}/getMe`,
    ],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl', `jwt ${MASK}`],
  ];
  for (const [text, expected] of cases)
    it(`is removed from ${text.slice(0, 28)}…`, () => expect(redactor.redact(text)).toBe(expected));

  it('is not seen in ordinary log lines', () => {
    const line =
      'unauthorized conn=3f2a peer=127.0.0.1:50123->127.0.0.1:18789 remote=127.0.0.1 client=gateway:channels.status backend v2026.4.29 role=operator scopes=0 auth=token device=no reason=token_mismatch';
    expect(redactor.redact(line)).toBe(line);
    expect(
      redactor.redact('{"presentedFingerprint":"0123456789ab","presentedAs":"previous-generation"}'),
    ).toContain('0123456789ab');
  });
});

it('costs linear time on hostile text', { timeout: 30_000 }, () => {
  const redactor = redactorWith('a-known-secret-value');
  for (const piece of ['eyJ', 'token=', 'Bearer ', 'token":"', '123456:', 'xoxb-', 'eyJaaaaaaaaaaaa.']) {
    const text = piece.repeat(200_000 / piece.length);
    // Anything worse than linear would take minutes for this, and so fail by the test's own deadline.
    expect(redactor.redact(text).length, piece).toBeLessThanOrEqual(text.length * 2);
  }
});
