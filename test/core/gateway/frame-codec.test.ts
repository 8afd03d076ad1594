// What a request frame may be (SEC-48): its borders one by one, names that reach into prototypes however they are
// spelled, and the id under which a frame is answered that no parser has seen.

import { describe, expect, it } from 'vitest';
import { decodeRequest } from '../../../electron/core/gateway/frame-codec';

const frame = (params: string, id = 'r') => `{"type":"req","id":"${id}","method":"m","params":${params}}`;
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
/** The frame itself is one level and has four members. */
const members = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":0`).join()}}`;
const zeros = (count: number) => `[${Array(count).fill('0').join()}]`;

const fault = (text: string) => {
  const decoded = decodeRequest(text);
  return decoded.ok ? 'none' : decoded.error.fault;
};

describe('SEC-48: a frame', () => {
  it.each([
    { what: '64 levels', text: frame(nested(63)), is: 'none' },
    { what: '65 levels', text: frame(nested(64)), is: 'too-deep' },
    { what: 'a hundred brackets inside a text', text: frame(`"\\"${'[{'.repeat(50)}"`), is: 'none' },
    {
      what: '65 levels behind a text that ends in a backslash',
      text: frame(`["\\\\",${nested(63)}]`),
      is: 'too-deep',
    },
    { what: '10,000 keys', text: frame(members(9_996)), is: 'none' },
    { what: '10,001 keys', text: frame(members(9_997)), is: 'envelope' },
    // Items of lists are counted by their commas; three stand in the frame itself.
    { what: 'an array of 9,998', text: frame(zeros(9_998)), is: 'none' },
    { what: 'an array of 9,999', text: frame(zeros(9_999)), is: 'too-deep' },
    { what: 'an id of 128 characters', text: frame('1', 'i'.repeat(128)), is: 'none' },
    { what: 'an id of 129 characters', text: frame('1', 'i'.repeat(129)), is: 'envelope' },
    { what: 'an empty id', text: frame('1', ''), is: 'envelope' },
    { what: 'a number as its id', text: '{"type":"req","id":1,"method":"m"}', is: 'envelope' },
    {
      what: 'a method of 129 characters',
      text: `{"type":"req","id":"r","method":"${'m'.repeat(129)}"}`,
      is: 'envelope',
    },
    { what: 'a property too many', text: '{"type":"req","id":"r","method":"m","more":1}', is: 'envelope' },
    { what: 'another type', text: '{"type":"res","id":"r","method":"m"}', is: 'envelope' },
    { what: 'an array around it', text: `[${frame('1')}]`, is: 'envelope' },
    { what: 'half of it', text: frame('1').slice(0, -1), is: 'not-json' },
  ])('with $what: $is', ({ text, is }) => {
    expect(fault(text)).toBe(is);
  });

  it.each([
    '__proto__',
    '\\u005f_proto__',
    '__pro\\u0074o__',
    'constructor',
    'c\\u006fnstructor',
    'prototype',
    '\\u0070rototype',
  ])('with a key %s anywhere is refused under its id', (key) => {
    for (const params of [`{"${key}":{"a":1}}`, `[{"a":[{"${key}":1}]}]`]) {
      expect(decodeRequest(frame(params))).toEqual({ ok: false, error: { fault: 'envelope', id: 'r' } });
    }
    expect(decodeRequest(`{"type":"req","id":"r","method":"m","${key}":1}`).ok).toBe(false);
  });

  it('may name them as values', () => {
    expect(decodeRequest(frame('["__proto__","constructor"]'))).toMatchObject({
      ok: true,
      value: { params: ['__proto__', 'constructor'] },
    });
  });
});

describe('a frame that is too deep to parse', () => {
  const deep = `"params":${nested(100)}`;

  it.each([
    { text: `{"type":"req","id":"r1","method":"m",${deep}}`, id: 'r1' },
    { text: ` {\n "id" : "1:2-3" , "type":"req","method":"m", ${deep} }`, id: '1:2-3' },
    { text: `{"method":"m","type":"req","id":"r2",${deep}}`, id: 'r2' },
    // What is inside the params is nobody's id.
    { text: `{"type":"req","method":"m",${deep.replace('[', '[{"id":"x"},')},"id":"r3"}`, id: undefined },
    { text: `{"type":"req","id":"r\\"4","method":"m",${deep}}`, id: undefined },
    { text: `{"type":"req","id":"${'i'.repeat(129)}","method":"m",${deep}}`, id: undefined },
    { text: `{"type":"req","id":5,"method":"m",${deep}}`, id: undefined },
  ])('is known by the id that stands before its params: $id', ({ text, id }) => {
    const decoded = decodeRequest(text);
    expect(decoded).toEqual({ ok: false, error: { fault: 'too-deep', ...(id === undefined ? {} : { id }) } });
  });
});
