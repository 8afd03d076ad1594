import { expect, it } from 'vitest';
import { parseIlinkJson } from '../../../../electron/core/channels/adapters/weixin/ilink-json';

it('reads a 64-bit id to its last digit, and smaller numbers as numbers', () => {
  expect(
    parseIlinkJson('{"id":18446744073709551615,"neg":-9007199254740993,"at":1767225600000,"ret":-14}'),
  ).toEqual({
    id: '18446744073709551615',
    neg: '-9007199254740993',
    at: 1_767_225_600_000,
    ret: -14,
  });
});

it('leaves digits inside of texts and fractions alone', () => {
  const value = {
    text: 'call 18446744073709551615 "now\\" 18446744073709551615',
    '18446744073709551615': [0.123_456_789_012_345_68, 1e21],
  };
  expect(parseIlinkJson(JSON.stringify(value))).toEqual(value);
});

it.each(['', '{"a":', '{"a":"\\', '"'.repeat(1_001), '{"a":1}}', 'undefined'])(
  'reads %j as no JSON',
  (text) => {
    expect(parseIlinkJson(text)).toBeUndefined();
  },
);

it('reads a text of a whole mebibyte', () => {
  const value = { text: '\\"7'.repeat(349_525) };
  expect(parseIlinkJson(JSON.stringify(value))).toEqual(value);
});

it.each(['', '\\'])('is done at once with a mebibyte of a text that never ends (then %j)', (end) => {
  expect(parseIlinkJson(`{"a":"${'\\"'.repeat(524_288)}${end}`)).toBeUndefined();
});
