import { describe, expect, it } from 'vitest';
import { mergePatch } from '../../../electron/core/config/merge-patch';
import { parseRaw } from '../../../electron/core/config/parse-raw';

describe('raw text from a client', () => {
  it('may be JSON5: comments, bare keys, trailing commas', () => {
    expect(parseRaw("// mine\n{ gateway: { port: 0x10, }, note: 'x' }")).toEqual({
      ok: true,
      value: { gateway: { port: 16 }, note: 'x' },
    });
  });

  it.each([
    ['{ token: "very-secret-value" oops', 'raw is not valid JSON5 (line 1, column 30)'],
    ['[]', 'raw must be an object'],
    ['"very-secret-value"', 'raw must be an object'],
    ['null', 'raw must be an object'],
    [`{"a":${'['.repeat(40)}${']'.repeat(40)}}`, 'raw is nested more than 32 levels deep'],
    [`{a:${'['.repeat(60_000)}${']'.repeat(60_000)}}`, 'raw is nested more than 32 levels deep'],
  ])('%.40s is refused without being quoted', (raw, message) => {
    expect(parseRaw(raw)).toEqual({ ok: false, error: message });
  });

  it('pollutes nothing', () => {
    const parsed = parseRaw('{"__proto__":{"polluted":true}, a: {__proto__: {polluted: 1}}}');
    expect(parsed.ok && Object.keys(parsed.value)).toEqual(['__proto__', 'a']);
    expect(mergePatch({}, parsed.ok ? parsed.value : {})).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('a merge patch', () => {
  // The examples of RFC 7396, appendix A, that have an object on both sides.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });
});
