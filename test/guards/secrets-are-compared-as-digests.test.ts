// SEC-8: what a stranger presents is compared with a secret as digests, in constant time, and never with `===`.
import { expect, it } from 'vitest';
import { readSource, sourceFiles } from '../helpers/source-imports';

const COMPARED = /(?:[!=]==?\s*[\w.?#]*\.expose\(\))|(?:\.expose\(\)(?:\.trim\(\))?\s*[!=]==?)/;

it('SEC-8: the text of a secret stands on neither side of an equality', () => {
  const files = sourceFiles(['electron/core/gateway', 'electron/core/tokens'], /\.ts$/);
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((file) => COMPARED.test(readSource(file)))).toEqual([]);
});

it('SEC-8: this guard would see one', () => {
  expect(COMPARED.test('if (a.secret.expose() === text) return')).toBe(true);
  expect(COMPARED.test('return text !== lease.secret.expose()')).toBe(true);
});
