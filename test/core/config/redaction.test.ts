import { describe, expect, it } from 'vitest';
import {
  REDACTED,
  redactDocument,
  redactRaw,
  restoreRedacted,
} from '../../../electron/core/config/redaction';

const KNOWN = 'kQ7-known-value-in-use-0123456789';

describe('what a reader sees', () => {
  it.each([
    [{ botToken: 'x1' }, { botToken: REDACTED }],
    [
      { auth: { token: { source: 'env', id: 'A' } } },
      { auth: { token: { source: REDACTED, id: REDACTED } } },
    ],
    [{ passwords: ['a', 7, true, null, ''] }, { passwords: [REDACTED, REDACTED, true, null, ''] }],
    [
      { apiKey: 'k', api_key: 'k', privateKey: 'k' },
      { apiKey: REDACTED, api_key: REDACTED, privateKey: REDACTED },
    ],
    [{ url: 'https://me:pw@host.example/x' }, { url: REDACTED }],
    [{ url: 'https://host.example/?a=1&access_token=abc' }, { url: REDACTED }],
    [{ header: 'Bearer abcdefghijkl' }, { header: REDACTED }],
    [{ note: `see ${KNOWN}!` }, { note: REDACTED }],
    [{ [`x${KNOWN}`]: 1 }, { [REDACTED]: 1 }],
    [{ list: [{ secret: 's', port: 1 }] }, { list: [{ secret: REDACTED, port: 1 }] }],
    [
      { gateway: { port: 1, controlUi: { allowedOrigins: ['https://a.example:8443'] } } },
      { gateway: { port: 1, controlUi: { allowedOrigins: ['https://a.example:8443'] } } },
    ],
  ])('of %j is %j', (document, shown) => {
    expect(redactDocument(document, [KNOWN])).toEqual(shown);
  });
});

describe('the raw text', () => {
  const shown = (text: string) => redactRaw(text, JSON.parse(text), [KNOWN]);

  it('keeps its layout and loses its secrets', () => {
    expect(shown('{\n  "a": 1,\n  "botToken" : "abc"\n}\n')).toBe(
      `{\n  "a": 1,\n  "botToken" : "${REDACTED}"\n}\n`,
    );
    expect(shown('{ "theme": "dark" }')).toBe('{ "theme": "dark" }');
  });

  it.each([
    ['a duplicate key that hides one', '{"token":"hidden-one","token":"b"}'],
    ['a duplicate section that hides one', '{"auth":{"token":"hidden-one"},"auth":{}}'],
    ['a secret that is an ordinary word elsewhere', '{"token":"dark","theme":"dark"}'],
    ['an escape', '{"token":"\\u0061bc"}'],
    ['a known secret in a key', `{"${KNOWN}":1}`],
  ])('is null with %s', (_what, text) => {
    expect(shown(text)).toBeNull();
  });
});

describe('a placeholder that comes back', () => {
  const stored = { a: { token: 'old' }, list: [{ secret: 's1' }, { secret: 's2' }], count: { token: 5 } };
  const restore = (next: Record<string, unknown>) => restoreRedacted(next, stored, []);

  it('keeps the stored value at its place, numbers and lists too', () => {
    const { document, problems } = restore({ ...redactDocument(stored, []), b: 1 });
    expect(problems).toEqual([]);
    expect(document).toEqual({ ...stored, b: 1 });
  });

  it.each([
    ['where nothing is stored', { b: { token: REDACTED } }, ['b', 'token']],
    ['inside a longer text', { a: { token: `${REDACTED}x` } }, ['a', 'token']],
    ['as a key', { [`x${REDACTED}`]: 1 }, [`x${REDACTED}`]],
    ['in a list that was reordered', { list: [{ secret: REDACTED }] }, ['list']],
    ['in a list of another place', { other: [REDACTED] }, ['other']],
    ['over a prototype', { a: { constructor: REDACTED } }, ['a', 'constructor']],
  ])('%s is a problem that names the place', (_what, next, path) => {
    expect(restore(next).problems).toMatchObject([{ path }]);
  });
});
