import { expect, it } from 'vitest';
import { vendorWords } from '../../../../electron/core/channels/net/vendor-words';

it.each([
  ['plain words', 'chat not found', 'chat not found'],
  ['an address in it', 'see https://api.example/bot1:SECRET/x now', 'see  now'],
  ['another scheme', 'see wss://api.example/?ticket=SECRET', 'see'],
  ['what may be a secret or half of one', `bad ${'a1B2'.repeat(8)}`, 'bad …'],
  ['control characters and direction marks', 'a\u0000b\nc\u202ed', 'abcd'],
  ['nothing', '', ''],
  ['no text', { message: 'x' }, ''],
])('keeps of %s what may stand in a sentence', (_name, value, words) => {
  expect(vendorWords(value)).toBe(words);
});

it('cuts what is long, quickly', () => {
  expect(Array.from(vendorWords('x '.repeat(500_000)))).toHaveLength(120);
});
